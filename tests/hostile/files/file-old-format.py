# tries: a notebook that says it is of format 3, or of format 99
# must: cost at most itself
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    right["nbformat"], right["nbformat_minor"] = 99, -1
    save(folder, right)
