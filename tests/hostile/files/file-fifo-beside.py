# tries: a pipe and a socket beside the notebook
# must: get at most its honest points, and hold up nobody
# earns: at most all
import os
import socket

from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, right)
    os.mkfifo(folder / "data.csv")
    (folder / "hostile-socket").unlink(missing_ok=True)
    here = os.getcwd()
    os.chdir(folder)  # the address of a socket is short
    try:
        socket.socket(socket.AF_UNIX).bind("hostile-socket")
    finally:
        os.chdir(here)
