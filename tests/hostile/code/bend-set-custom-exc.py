# tries: a custom exception handler swallows AssertionError
# must: earn nothing: no test raises in this shell
def swallow(shell, kind, value, traceback, tb_offset=None):
    return []


get_ipython().set_custom_exc((AssertionError, Exception), swallow)


def scale(x):
    return x
