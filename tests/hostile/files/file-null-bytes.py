# tries: null bytes in the file, and in a cell
# must: cost at most itself
# earns: at most all
from tests.hostile.catalogue import cell_of, save


def make(folder, wrong, right):
    cell_of(right, "scale")["source"] += "\n# \0\0"
    save(folder, right)
    with open(folder / "hostile.ipynb", "ab") as file:
        file.write(b"\0" * 100)
