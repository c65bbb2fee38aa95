# tries: a notebook in UTF-16, and bytes that are no text
# must: cost itself, with a reason
# earns: at most all
import json


def make(folder, wrong, right):
    (folder / "hostile.ipynb").write_bytes(json.dumps(right).encode("utf-16") + b"\xff\xfe\xfa")
