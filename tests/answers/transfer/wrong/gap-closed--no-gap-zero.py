# task: gap-closed
# loses: test-gap-share 1
# mistake: 0 in place of nan where there is no gap
def gap_closed(source, adapted, target):
    """Return (share of the gap, mean gain, standard error of the gain)."""
    differences = adapted - source
    gain = differences.mean()
    gap = target.mean() - source.mean()
    share = gain / gap if gap != 0 else 0.0
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    return share, gain, error
