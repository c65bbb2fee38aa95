# tries: write two hundred megabytes to descriptor 1 past Python
# must: cost at most its own task: output is bounded
# others: right
# earns: others
import os


def scale(x):
    for _ in range(2000):
        os.write(1, b"x" * 100_000)
        os.write(2, b"x" * 100)
    return x
