# tries: test cells without their assertions
# must: earn nothing: the instructor's text is examined
from tests.hostile.catalogue import POINTS, cell_of, save


def make(folder, wrong, right):
    for grade_id in POINTS:
        cell_of(wrong, grade_id)["source"] = "pass"
    save(folder, wrong)
