# tries: numbers that JSON does not know, and numbers of a thousand digits
# must: cost at most itself
# earns: at most all
import json


def make(folder, wrong, right):
    text = json.dumps(right).replace('"nbformat_minor"', '"x": NaN, "y": 1e999, "nbformat_minor"')
    text = text.replace('"nbformat": 4', '"nbformat": 4, "z": ' + "9" * 5000)
    (folder / "hostile.ipynb").write_text(text, encoding="utf-8")
