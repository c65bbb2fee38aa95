# tries: fork hundreds of processes
# must: cost the tests that call it: processes are counted
# others: right
# earns: at most others
import os
import time


def scale(x):
    if os.getpid() > 200:
        raise RuntimeError("NOT-SANDBOXED")
    for _ in range(600):
        if os.fork() == 0:
            time.sleep(10)
            os._exit(0)
    return x
