# tries: JSON that is no notebook
# must: cost itself, with a reason
def make(folder, wrong, right):
    (folder / "hostile.ipynb").write_text('[1, 2, {"cells": 3}]', encoding="utf-8")
