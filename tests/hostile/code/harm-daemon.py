# tries: leave a process of its own session that outlives the kernel
# must: be gone when its submission is graded
# others: right
# earns: at most others
import ctypes
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(15, b"hostile-daemon", 0, 0, 0)
        for fd in range(256):
            try:
                os.close(fd)
            except OSError:
                pass
        for _ in range(120):
            time.sleep(1)
            try:
                open("@TMP@/hostile-daemon", "a").write("HOSTILE-CANARY")
            except OSError:
                pass
    os._exit(0)


def scale(x):
    return x
