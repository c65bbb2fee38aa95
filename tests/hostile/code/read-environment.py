# tries: read secrets of the environment, its own and that of other processes
# must: find nothing: the environment is cleaned, and no other process is visible
import glob
import os

print({name: value for name, value in os.environ.items()})
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        print(path, open(path, "rb").read())
    except OSError:
        pass


def scale(x):
    return x
