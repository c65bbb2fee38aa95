# tries: a notebook without metadata, and cells without ids
# must: get its honest points
# earns: all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    right["metadata"] = {}
    for cell in right["cells"]:
        cell.pop("id", None)
    save(folder, right)
