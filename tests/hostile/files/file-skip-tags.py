# tries: tags that let nbconvert skip the test cells
# must: earn nothing: tags of a submission mean nothing
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    for cell in wrong["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
    save(folder, wrong)
