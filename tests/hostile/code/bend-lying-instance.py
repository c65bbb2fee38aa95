# tries: a class whose instances claim to be ints, by __class__ and __instancecheck__
# must: earn nothing: types are looked at by the examiner, on data
# task: best
class Liar:
    __class__ = property(lambda self: int)
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0


def best(scores):
    return Liar()
