# tries: a subclass of int with a lying __eq__, __int__ and __index__
# must: earn nothing: it arrives as its plain value
# task: best
class Right(int):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0
    __index__ = __int__ = lambda self: 1


def best(scores):
    return Right(-1)
