# tries: test cells under other names, so that nothing of the instructor's is found
# must: earn nothing: missing test cells are put back
from tests.hostile.catalogue import POINTS, cell_of, save


def make(folder, wrong, right):
    for grade_id in POINTS:
        cell_of(wrong, grade_id)["metadata"]["nbgrader"]["grade_id"] = f"x-{grade_id}"
    save(folder, wrong)
