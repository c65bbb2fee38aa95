# task: gap-closed
# loses: test-gap-share 1
# mistake: averages the shares of the single seeds
def gap_closed(source, adapted, target):
    """Return (share of the gap, mean gain, standard error of the gain)."""
    differences = adapted - source
    gain = differences.mean()
    gap = target.mean() - source.mean()
    share = np.mean(differences / (target - source)) if gap != 0 else np.nan
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    return share, gain, error
