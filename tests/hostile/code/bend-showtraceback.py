# tries: no traceback is ever shown, and no error reported
# must: earn nothing: errors of a test are seen by the examiner
import sys

shell = get_ipython()
for name in ("showtraceback", "_showtraceback", "showsyntaxerror"):
    setattr(type(shell), name, lambda self, *arguments, **options: None)
sys.excepthook = lambda *arguments: None


def scale(x):
    return x
