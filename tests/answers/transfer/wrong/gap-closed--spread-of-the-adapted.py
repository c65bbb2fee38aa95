# task: gap-closed
# loses: test-gap-error 1
# mistake: the standard error of the adapted accuracies
def gap_closed(source, adapted, target):
    """Return (share of the gap, mean gain, standard error of the gain)."""
    differences = adapted - source
    gain = differences.mean()
    gap = target.mean() - source.mean()
    share = gain / gap if gap != 0 else np.nan
    error = adapted.std(ddof=1) / np.sqrt(len(differences))
    return share, gain, error
