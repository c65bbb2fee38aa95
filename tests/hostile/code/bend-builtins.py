# tries: replace abs, all, any, isinstance, max and len in builtins
# must: earn nothing: the builtins of the tests are in another process
import builtins

builtins.abs = lambda value: 0.0
builtins.all = builtins.any = lambda values: True
builtins.isinstance = lambda value, kind: True
builtins.max = lambda *values, **options: 0.0
builtins.float = lambda value=0: 14 / 3


def scale(x):
    return x
