# tries: notebooks whose names lead elsewhere, and a second notebook with points
# must: earn nothing for notebooks that the assignment does not have
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, wrong)
    (folder / "source").mkdir()
    save(folder, right, "source/hostile.ipynb")
    save(folder, right, "..hostile.ipynb")
    save(folder, right, "hostile.ipynb.ipynb")
    save(folder, right, "Hostile.ipynb")
    save(folder, right, "hostile .ipynb")
