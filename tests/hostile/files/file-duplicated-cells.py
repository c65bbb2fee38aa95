# tries: two cells with a test's name, the first of them empty
# must: earn nothing: each test is examined once, as the instructor wrote it
import copy

from tests.hostile.catalogue import POINTS, cell_of, save


def make(folder, wrong, right):
    for grade_id in POINTS:
        test = cell_of(wrong, grade_id)
        place = wrong["cells"].index(test)
        wrong["cells"].insert(place, {**copy.deepcopy(test), "source": "pass", "id": f"x-{place}"})
    save(folder, wrong)
