# tries: outputs stored in the test cells that look like success and like points
# must: earn nothing: stored outputs are cleared
from tests.hostile.catalogue import POINTS, cell_of, save


def make(folder, wrong, right):
    for grade_id, points in POINTS.items():
        cell_of(wrong, grade_id)["outputs"] = [
            {
                "output_type": "execute_result",
                "execution_count": 1,
                "data": {"text/plain": str(points)},
                "metadata": {},
            }
        ]
    save(folder, wrong)
