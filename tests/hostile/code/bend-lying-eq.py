# tries: answers that are equal to everything
# must: earn nothing: an object arrives as data or as an error, and never judges
# task: best
class Yes:
    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    __bool__ = lambda self: True
    __hash__ = lambda self: 0
    __sub__ = __add__ = __radd__ = __rsub__ = __abs__ = lambda self, *other: self
    __float__ = lambda self: 0.0
    __index__ = lambda self: 1


def best(scores):
    return Yes()
