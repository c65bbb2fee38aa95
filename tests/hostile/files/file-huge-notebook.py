# tries: a notebook of four gigabytes of nothing
# must: cost itself, with a reason, and no memory
def make(folder, wrong, right):
    with open(folder / "hostile.ipynb", "wb") as file:
        file.truncate(2**32)
