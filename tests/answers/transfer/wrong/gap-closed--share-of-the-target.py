# task: gap-closed
# loses: test-gap-share 1
# mistake: adapted over target, not the share of the gap
def gap_closed(source, adapted, target):
    """Return (share of the gap, mean gain, standard error of the gain)."""
    differences = adapted - source
    gain = differences.mean()
    gap = target.mean() - source.mean()
    share = adapted.mean() / target.mean() if gap != 0 else np.nan
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    return share, gain, error
