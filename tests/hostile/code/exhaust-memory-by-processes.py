# tries: take memory in many processes, each below the limit of one
# must: cost the tests that call it; all its processes share one limit
# others: right
# earns: others
import os
import time


def scale(x):
    if os.getpid() > 200:
        raise RuntimeError("NOT-SANDBOXED")
    for _ in range(10):
        if os.fork() == 0:
            block = bytearray(500 * 2**20)
            block[::4096] = b"x" * len(block[::4096])
            time.sleep(8)
            os._exit(0)
    time.sleep(8)
    return x
