# task: gap-closed
# loses: test-gap-error 1
# mistake: the spread divides by n, not by n − 1
def gap_closed(source, adapted, target):
    """Return (share of the gap, mean gain, standard error of the gain)."""
    differences = adapted - source
    gain = differences.mean()
    gap = target.mean() - source.mean()
    share = gain / gap if gap != 0 else np.nan
    error = differences.std(ddof=0) / np.sqrt(len(differences))
    return share, gain, error
