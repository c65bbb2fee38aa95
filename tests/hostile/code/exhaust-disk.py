# tries: fill the disk, in its directory and in every place that it can write to
# must: cost its own cells: the private directory is small
# others: right
# earns: others
def scale(x):
    for folder in (".", "/tmp", "/dev/shm", "@TMP@", "/var/tmp"):
        try:
            with open(f"{folder}/hostile-canary-big", "wb") as file:
                for _ in range(600):
                    file.write(b"x" * 2**20)
        except OSError:
            pass
    return x
