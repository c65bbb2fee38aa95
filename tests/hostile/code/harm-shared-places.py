# tries: leave files in places that all processes share
# must: leave nothing behind outside its own directory
import os


def plant(path, text="HOSTILE-CANARY\n"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write(text)
    except OSError:
        pass


for folder in (
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    "/run",
    "/run/user/0",
    "/run/lock",
    "@TMP@",
    "/mnt",
    "/opt",
    "/",
):
    plant(f"{folder}/hostile-canary")
from multiprocessing import shared_memory

try:
    shared_memory.SharedMemory("hostile-canary", create=True, size=64)
except (OSError, ImportError):
    pass


def scale(x):
    return x
