# tries: a pipe with the notebook's name: whoever opens it waits for ever
# must: cost itself, with a reason, and hold up nobody
import os


def make(folder, wrong, right):
    os.mkfifo(folder / "hostile.ipynb")
