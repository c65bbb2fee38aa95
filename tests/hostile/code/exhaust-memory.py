# tries: take six gigabytes of memory and touch them all
# must: cost the tests that call it; the machine keeps its memory
# others: right
# earns: others
def scale(x):
    hoard = []
    for _ in range(96):
        block = bytearray(64 * 2**20)
        block[::4096] = b"x" * len(block[::4096])
        hoard.append(block)
    return x
