# tries: tests marked as solutions, so that the student's text of them stays
# must: earn nothing: a cell's role is the instructor's
from tests.hostile.catalogue import POINTS, cell_of, save


def make(folder, wrong, right):
    for grade_id in POINTS:
        cell = cell_of(wrong, grade_id)
        cell["source"] = "pass"
        cell["metadata"]["nbgrader"] |= {"solution": True, "locked": False, "grade": True}
    save(folder, wrong)
