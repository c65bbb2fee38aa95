# tries: metadata of the wrong kinds
# must: cost at most itself
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    right["metadata"] = {"kernelspec": ["python3"], "language_info": 3, "widgets": "x"}
    save(folder, right)
