# tries: cells with names of its own, worth a hundred points each
# must: earn nothing: unknown cells carry no points
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    for number in range(3):
        marks = {
            "grade_id": f"bonus-{number}",
            "schema_version": 3,
            "grade": True,
            "solution": False,
            "locked": True,
            "task": False,
            "points": 100,
        }
        wrong["cells"].append(
            {
                "cell_type": "code",
                "id": f"bonus-{number}",
                "metadata": {"nbgrader": marks},
                "source": "pass",
                "outputs": [],
                "execution_count": None,
            }
        )
    save(folder, wrong)
