# tries: cells whose source, outputs and metadata are of the wrong kinds
# must: cost at most itself
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    right["cells"][2]["source"] = {"a": 1}
    right["cells"][3]["outputs"] = "none"
    right["cells"][4]["metadata"] = None
    right["cells"].append(7)
    right["cells"].append({"cell_type": "video"})
    save(folder, right)
