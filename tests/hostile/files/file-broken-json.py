# tries: half a notebook
# must: cost itself, with a reason; the rest of the batch is graded
import json


def make(folder, wrong, right):
    text = json.dumps(right)
    (folder / "hostile.ipynb").write_text(text[: len(text) // 2], encoding="utf-8")
