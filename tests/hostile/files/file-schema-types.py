# tries: nbgrader's marks with values of the wrong kinds
# must: cost at most itself: the rest of the batch is graded
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    for number, cell in enumerate(right["cells"]):
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] = [7, None, "x", {"grade_id": ["a"]}, {"points": {}}][
                number % 5
            ]
    save(folder, right)
