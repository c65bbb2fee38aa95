# tries: a file of a terabyte that takes no space, and a notebook of two gigabytes of nothing
# must: cost at most itself, and no memory
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, right)
    with open(folder / "data.bin", "wb") as file:
        file.truncate(2**40)
    with open(folder / "more.ipynb", "wb") as file:
        file.truncate(2**31)
