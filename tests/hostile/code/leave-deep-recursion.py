# tries: recurse without end, with the limit of recursion raised
# must: cost the tests that call it, with a reason; the other tasks keep their points
# others: right
# earns: others
def scale(x):
    import sys

    sys.setrecursionlimit(10**8)

    def down(n):
        return down(n + 1)

    return down(0)
