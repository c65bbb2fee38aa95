# tries: leave with sys.exit(0) while a test calls it
# must: cost the tests that call it, with a reason; the other tasks keep their points
# others: right
# earns: others
def scale(x):
    import sys

    sys.exit(0)
