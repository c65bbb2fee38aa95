# tries: close every file it has, the way back to the examiner too
# must: cost the tests that call it, with a reason; the other tasks keep their points
# others: right
# earns: others
def scale(x):
    import os

    os.closerange(0, 256)
    return x
