# tries: make hundreds of thousands of small files, and open all it can
# must: cost its own cells
# others: right
# earns: others
def scale(x):
    kept = []
    for number in range(100_000):
        kept.append(open(f"hostile-canary-{number}", "w"))
    return x
