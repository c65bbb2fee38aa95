# tries: a locked cell that patches what the tests use
# must: earn nothing: locked cells have the instructor's text
from tests.hostile.catalogue import cell_of, save


def make(folder, wrong, right):
    cell_of(wrong, "setup")["source"] += "\nnp.allclose = torch.allclose = lambda *a, **k: True"
    save(folder, wrong)
