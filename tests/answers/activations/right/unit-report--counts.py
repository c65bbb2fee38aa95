# task: unit-report
# how: the open examples of each unit are counted; lists of Python booleans
def unit_report(batches, W, b):
    total, counts = 0, [0] * len(b)
    for x in batches:
        total += len(x)
        for unit, count in enumerate((x @ W + b > 0).sum(axis=0)):
            counts[unit] += int(count)
    return [count == 0 for count in counts], [count == total for count in counts]
