# task: gap-closed
# how: the variance of a difference from variances and covariance
def gap_closed(source, adapted, target):
    (vs, c), (_, va) = np.cov(source - source.mean(), adapted - source.mean())
    spread = np.std(np.subtract(adapted, source), ddof=1)
    low, middle, high = np.mean(source), np.mean(adapted), np.mean(target)
    share = np.nan if high == low else (middle - low) / (high - low)
    assert abs(vs + va - 2 * c - spread**2) < 1e-6 * (1 + vs + va)
    return share, np.mean(np.subtract(adapted, source)), spread * len(source) ** -0.5
