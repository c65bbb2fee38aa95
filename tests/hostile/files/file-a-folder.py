# tries: a folder with the notebook's name
# must: cost itself, with a reason
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    (folder / "hostile.ipynb").mkdir()
    save(folder, right, "hostile.ipynb/hostile.ipynb")
