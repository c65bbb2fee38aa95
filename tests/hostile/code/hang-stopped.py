# tries: stop its own process, so that it neither runs nor ends
# must: cost the tests that call it, after the time limit
# others: right
# earns: others
import os
import signal


def scale(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        signal.pause()
