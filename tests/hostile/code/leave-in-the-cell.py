# tries: leave with os._exit(0) when its cell is run
# must: cost this task; the other cells are run without it
# others: right
# earns: others
import os

os._exit(0)


def scale(x):
    return x
