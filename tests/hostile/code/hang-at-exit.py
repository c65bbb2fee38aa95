# tries: handlers at the end, destructors and threads that never return
# must: cost nothing but its own wrong task
# others: right
# earns: others
import atexit
import time


class Late:
    def __del__(self):
        time.sleep(10_000)


late = Late()
atexit.register(time.sleep, 10_000)


def scale(x):
    return x
