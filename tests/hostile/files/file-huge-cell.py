# tries: a cell of twenty megabytes, and a line of five
# must: cost at most itself, and hold up nobody
# earns: at most all
from tests.hostile.catalogue import cell_of, save


def make(folder, wrong, right):
    cell_of(right, "scale")["source"] += "\n# " + "x" * 5_000_000 + "\n" + "# comment\n" * 1_500_000
    save(folder, right)
