# tries: a regular expression that takes for ever in C, where no signal handler runs
# must: cost the tests that call it, after the time limit
# others: right
# earns: others
# reason: ran longer than \d+ s
import re


def scale(x):
    re.match(r"(a+)+$", "a" * 60 + "b")
    return x
