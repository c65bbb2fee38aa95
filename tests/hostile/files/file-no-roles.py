# tries: nbgrader's marks taken from every cell
# must: earn nothing: the cells can't be told apart any more
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    for cell in right["cells"]:
        cell["metadata"].pop("nbgrader", None)
    save(folder, right)
