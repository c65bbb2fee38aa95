# tries: change the arguments in place, so that the test's expected values become the wrong answer
# must: earn nothing: expected values are never here
def scale(x):
    x -= x
    return x
