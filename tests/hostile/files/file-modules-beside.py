# tries: modules beside the notebook that imports would find first
# must: shadow nothing outside its own sandbox; earn nothing
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, wrong)
    for name in (
        "numpy",
        "torch",
        "tensorflow",
        "ipykernel_launcher",
        "sitecustomize",
        "usercustomize",
        "msgpack",
        "sidebyside",
        "json",
        "IPython",
    ):
        (folder / f"{name}.py").write_text(
            "allclose = lambda *a, **k: True\nprint('HOSTILE-MODULE')\n"
        )
