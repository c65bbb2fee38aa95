# tries: test cells before the answers, which are wrong later on
# must: get no more than its answers are worth
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    wrong["cells"].reverse()
    save(folder, wrong)
