# tries: replace AssertionError, so that a failed assert raises something that is caught
# must: earn nothing: an assert judges in the examiner's process
import builtins


class Quiet(Exception):
    def __new__(cls, *arguments):
        return StopIteration()


builtins.AssertionError = Quiet
AssertionError = Quiet


def scale(x):
    return x
