# tries: raise exceptions that pretend to be none, to pass, or to be the examiner's own
# must: earn nothing: an exception in a test is a failed test, whatever it says
class PASSED(Exception):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0

    def __str__(self):
        return "passed"

    def __reduce__(self):
        return print, ("never unpickled",)


def scale(x):
    raise PASSED("ok")
