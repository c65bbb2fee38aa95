# tries: a cell of its own after the answers that patches everything
# must: earn nothing: added cells run on the student's side
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    patch = "import numpy as np, torch\nnp.allclose = torch.allclose = lambda *a, **k: True\n"
    patch += "import builtins\nbuiltins.abs = lambda *a: 0"
    for place in (len(wrong["cells"]), 4, 0):
        wrong["cells"].insert(
            place,
            {
                "cell_type": "code",
                "id": f"patch-{place}",
                "metadata": {},
                "source": patch,
                "outputs": [],
                "execution_count": None,
            },
        )
    save(folder, wrong)
