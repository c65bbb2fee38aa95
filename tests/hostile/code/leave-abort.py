# tries: abort() of the C library, with a core dump if that were allowed
# must: cost the tests that call it, with a reason; the other tasks keep their points
# others: right
# earns: others
def scale(x):
    import ctypes

    ctypes.CDLL(None).abort()
