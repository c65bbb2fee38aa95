# tries: nbgrader's marks of schema version 99
# must: cost at most itself: the rest of the batch is graded
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    for cell in right["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 99
    save(folder, right)
