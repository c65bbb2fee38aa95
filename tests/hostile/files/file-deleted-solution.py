# tries: a deleted solution cell, all other tasks right
# must: cost this task only: the cell is put back empty
# earns: test-scale-value 2, test-scale-shape 1, test-counter 2, test-length 2, test-length-gradient 1, test-energy 2
from tests.hostile.catalogue import cell_of, save


def make(folder, wrong, right):
    right["cells"].remove(cell_of(right, "best"))
    save(folder, right)
