# tries: attach to the parent process and read its memory
# must: earn nothing: no other process can be seen or traced
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in {os.getppid(), 1, os.getpid() - 1, os.getpid() + 1} - {os.getpid()}:
    if libc.ptrace(16, pid, 0, 0) == 0:  # PTRACE_ATTACH
        print("stolen: attached to", pid)
        libc.ptrace(17, pid, 0, 0)
    try:
        with open(f"/proc/{pid}/mem", "rb") as memory:
            memory.seek(0x400000)
            print("stolen:", memory.read(16))
    except OSError:
        pass


def scale(x):
    return x
