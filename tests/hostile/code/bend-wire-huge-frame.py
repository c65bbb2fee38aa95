# tries: announce a message of four gigabytes on every socket
# must: cost its own cell: a message is bounded, and nothing waits for ever
# others: right
# earns: at most others
import os
import stat


def scale(x):
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.set_blocking(fd, False)
                os.write(fd, b"\xff\xff\xff\xff")
                os.write(fd, b"\xff\xff\xff\xff\xff\xff\xff\x7f")
        except OSError:
            pass
    return x
