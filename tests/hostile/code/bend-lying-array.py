# tries: an object whose __array__, __array_ufunc__ and __array_function__ agree with anything
# must: earn nothing: only real arrays cross, as base arrays
class Chameleon:
    shape = (5, 3)

    def __array__(self, *arguments, **options):
        import numpy

        return numpy.array([[-1.0, -1.0], [1.0, 1.0]])

    def __array_ufunc__(self, *arguments, **options):
        return True

    def __array_function__(self, *arguments, **options):
        return True

    def __getattr__(self, name):
        return lambda *arguments, **options: self


def scale(x):
    return Chameleon()
