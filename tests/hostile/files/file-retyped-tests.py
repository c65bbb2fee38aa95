# tries: test cells turned into Markdown
# must: earn nothing: the cell's kind is the instructor's
from tests.hostile.catalogue import POINTS, cell_of, save


def make(folder, wrong, right):
    for grade_id in POINTS:
        cell = cell_of(wrong, grade_id)
        cell["cell_type"] = "markdown"
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)
        cell["metadata"]["nbgrader"]["cell_type"] = "markdown"
    save(folder, wrong)
