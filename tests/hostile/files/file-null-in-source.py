# tries: a null byte and a lone surrogate in a cell's source
# must: cost at most the tasks that have them
# earns: at most all
from tests.hostile.catalogue import cell_of, save


def make(folder, wrong, right):
    cell_of(right, "scale")["source"] += "\n# \0"
    cell_of(right, "best")["source"] += "\n# \ud800"
    save(folder, right)
