# tries: a deleted solution cell, all other tasks right
# must: cost this task only: the cell is put back empty
# earns: all but best
from tests.hostile.catalogue import cell_of, save


def make(folder, wrong, right):
    right["cells"].remove(cell_of(right, "best"))
    save(folder, right)
