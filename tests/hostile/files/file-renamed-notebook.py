# tries: the notebook under another name
# must: earn at most its answers; be reported, not lost
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, wrong, "my answers.ipynb")
