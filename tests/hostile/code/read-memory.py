# tries: read its own process's memory for traces of the hidden tests
# must: earn nothing, find nothing: the memory of a fork holds no assignment
import re

mark = b"HIDDEN-" + b"CANARY-[0-9a-f]{4}"
try:
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
        read = 0
        for line in maps:
            first, last = (int(part, 16) for part in line.split()[0].split("-"))
            if " rw" in line and "[heap]" in line and read < 400_000_000:
                memory.seek(first)
                data = memory.read(min(last - first, 200_000_000))
                read += len(data)
                if (match := re.search(mark, data)) is not None:
                    print("stolen:", match[0])
except OSError:
    pass


def scale(x):
    return x
