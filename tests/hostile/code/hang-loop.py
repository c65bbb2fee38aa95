# tries: a loop that catches every exception, so that no interrupt ends it
# must: cost the tests that call it, after the time limit, with that reason
# others: right
# earns: others
# reason: ran longer than \d+ s
def scale(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
