# tries: a notebook and a folder that may not be read
# must: cost at most itself
# earns: at most all
# graded: only as root
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, right)
    (folder / "private").mkdir()
    (folder / "private").chmod(0)
    (folder / "hostile.ipynb").chmod(0)
