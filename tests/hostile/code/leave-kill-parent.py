# tries: kill the parent, the process group and everything that can be killed
# must: hit nothing outside its own sandbox
# others: right
# earns: others
import os
import signal


def scale(x):
    if os.getpid() > 200:
        raise RuntimeError("NOT-SANDBOXED")
    for pid in (os.getppid(), 0, -1):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    return x
