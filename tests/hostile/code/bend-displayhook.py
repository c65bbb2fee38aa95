# tries: a display hook that shows the number 2 as every cell's result: partial credit
# must: earn nothing: only a result of the test cell itself counts
import sys


class Two(int):
    def __repr__(self):
        return "2"


def hook(value=None):
    sys.__stdout__.write("2")
    return 2


sys.displayhook = hook
get_ipython().displayhook = hook
get_ipython().events.register("post_run_cell", lambda *arguments: hook())


def scale(x):
    return x


Two(2)
