# tries: print two hundred megabytes
# must: cost at most its own task: output is bounded, in the notebook too
# others: right
# earns: others
def scale(x):
    return x


for _ in range(2000):
    print("x" * 100_000)
