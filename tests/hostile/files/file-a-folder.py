# tries: a folder with the notebook's name
# must: get at most its honest points
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    (folder / "hostile.ipynb").mkdir()
    save(folder, right, "hostile.ipynb/hostile.ipynb")
