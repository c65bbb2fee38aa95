# tries: test cells worth a thousand points
# must: earn nothing more: points are the instructor's
# earns: all
from tests.hostile.catalogue import POINTS, cell_of, save


def make(folder, wrong, right):
    for grade_id in POINTS:
        cell_of(right, grade_id)["metadata"]["nbgrader"]["points"] = 1000
        cell_of(right, grade_id)["metadata"]["nbgrader"]["checksum"] = "0" * 32
    save(folder, right)
