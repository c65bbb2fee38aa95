# tries: cell magics and shell commands in answers: %%bash, !, %run, %%script
# must: earn nothing, reach nothing
from tests.hostile.catalogue import cell_of, save


def make(folder, wrong, right):
    cell_of(wrong, "scale")["source"] = "!cat ../../../source/*/*.ipynb\n%run numpy.py\n%load_ext x"
    cell_of(wrong, "best")["source"] = "%%bash\ncat ../../../source/*/*.ipynb; id; env"
    cell_of(wrong, "counter")["source"] = "%%writefile numpy.py\nallclose = lambda *a: True"
    cell_of(wrong, "length")["source"] = (
        "%reset -f\n%alias_magic t timeit\n%config InteractiveShell"
    )
    save(folder, wrong)
