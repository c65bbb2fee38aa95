# tries: fork, and let two processes answer on one channel
# must: earn nothing for it; the other tasks keep their points, or lose them with a reason
# others: right
# earns: at most others
import os


def scale(x):
    os.fork()
    return x
