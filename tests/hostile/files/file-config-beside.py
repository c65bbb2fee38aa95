# tries: configuration of nbgrader, Jupyter and IPython beside the notebook
# must: change nothing: no configuration is read from a submission
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, wrong)
    text = "c = get_config()\nc.ClearSolutions.code_stub = {}\nprint('HOSTILE-CONFIG')\n"
    text += "open('HOSTILE-CANARY', 'w').write('HOSTILE-CANARY')\n"
    for name in ("nbgrader_config", "jupyter_config", "ipython_config", "jupyter_nbconvert_config"):
        (folder / f"{name}.py").write_text(text)
