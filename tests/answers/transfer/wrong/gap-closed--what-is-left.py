# task: gap-closed
# loses: test-gap-share 1
# mistake: the share of the gap that is left
def gap_closed(source, adapted, target):
    """Return (share of the gap, mean gain, standard error of the gain)."""
    differences = adapted - source
    gain = differences.mean()
    gap = target.mean() - source.mean()
    share = 1 - gain / gap if gap != 0 else np.nan
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    return share, gain, error
