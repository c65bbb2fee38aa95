# tries: a solution turned into Markdown, all other tasks right
# must: cost at most this task
# earns: at most all
from tests.hostile.catalogue import cell_of, save


def make(folder, wrong, right):
    cell = cell_of(right, "scale")
    cell["cell_type"] = "markdown"
    for key in ("outputs", "execution_count"):
        cell.pop(key, None)
    save(folder, right)
