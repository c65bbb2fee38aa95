# tries: JSON nested a hundred thousand deep
# must: cost itself, with a reason
import json


def make(folder, wrong, right):
    text = json.dumps(right).replace('"metadata": {}', '"metadata": {"x": ' + "[" * 100_000, 1)
    (folder / "hostile.ipynb").write_text(text, encoding="utf-8")
