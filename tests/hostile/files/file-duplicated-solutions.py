# tries: two solution cells of one name: a right one after a wrong one, and the other way round
# must: get the points of one of them, and not be refused
# earns: at most all
import copy

from tests.hostile.catalogue import cell_of, save


def make(folder, wrong, right):
    for number, task in enumerate(("scale", "best")):
        first = cell_of(right, task)
        place = right["cells"].index(first)
        other = {
            **copy.deepcopy(first),
            "source": cell_of(wrong, task)["source"],
            "id": f"x-{number}",
        }
        right["cells"].insert(place + number, other)
    save(folder, right)
