# tries: replace the shell's run_cell by one that always succeeds
# must: earn nothing: test cells never reach this shell
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell


def run_cell(self, source, *arguments, **options):
    return ExecutionResult(ExecutionInfo(source, False, True, True, None))


InteractiveShell.run_cell = run_cell
shell = get_ipython()
if shell is not None:
    type(shell).run_cell = run_cell


def scale(x):
    return x
