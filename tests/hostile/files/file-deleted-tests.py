# tries: no test cells at all
# must: earn nothing: missing test cells are put back
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    wrong["cells"] = [
        cell for cell in wrong["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")
    ]
    save(folder, wrong)
