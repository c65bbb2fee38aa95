# tries: answer with an array of a terabyte that takes no memory here
# must: cost its own tests: a message is bounded
# others: right
# earns: others
import numpy as np


def scale(x):
    return np.broadcast_to(np.float64(0), (10**6, 10**5))
