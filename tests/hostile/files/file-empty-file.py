# tries: an empty file
# must: cost itself, with a reason
def make(folder, wrong, right):
    (folder / "hostile.ipynb").write_bytes(b"")
