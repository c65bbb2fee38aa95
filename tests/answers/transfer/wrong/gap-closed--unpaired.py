# task: gap-closed
# loses: test-gap-error 1
# mistake: the standard error for independent runs, not of the differences
def gap_closed(source, adapted, target):
    """Return (share of the gap, mean gain, standard error of the gain)."""
    differences = adapted - source
    gain = differences.mean()
    gap = target.mean() - source.mean()
    share = gain / gap if gap != 0 else np.nan
    error = np.sqrt((source.var(ddof=1) + adapted.var(ddof=1)) / len(source))
    return share, gain, error
