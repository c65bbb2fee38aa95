# tries: look for the grader's own sockets and talk to them
# must: reach nobody
import glob
import os
import socket

paths = glob.glob("/tmp/**/*.sock*", recursive=True) + glob.glob("/run/**/*.sock*", recursive=True)
try:
    paths += [line.split()[-1] for line in open("/proc/net/unix") if "/" in line or "@" in line]
except OSError:
    pass
for path in paths[:200]:
    try:
        with socket.socket(socket.AF_UNIX) as out:
            out.settimeout(0.2)
            out.connect(path.replace("@", "\0", 1) if path.startswith("@") else path)
            out.send(b"HOSTILE-CANARY")
            print("stolen: reached", path)
    except OSError:
        pass
for fd in range(3, 256):
    try:
        os.write(fd, b"")
    except OSError:
        pass


def scale(x):
    return x
