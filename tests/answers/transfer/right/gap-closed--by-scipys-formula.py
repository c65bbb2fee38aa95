# task: gap-closed
# how: sums and Python's own arithmetic
def gap_closed(source, adapted, target):
    n = len(source)
    pairs = [a - s for a, s in zip(adapted, source, strict=False)]
    gain = sum(pairs) / n
    gap = sum(target) / n - sum(source) / n
    squares = sum((d - gain) ** 2 for d in pairs)
    return (gain / gap if gap else float("nan")), gain, (squares / (n - 1) / n) ** 0.5
