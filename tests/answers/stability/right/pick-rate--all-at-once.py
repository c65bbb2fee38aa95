# task: pick-rate
# how: smooths everything first, then finds the stop with a running minimum
def pick_rate(rates, losses, beta):
    finite = np.isfinite(losses)
    end = len(losses) if finite.all() else int(np.argmin(finite))
    means, mean = np.zeros(end), 0.0
    for i in range(end):
        mean += (1 - beta) * (losses[i] - mean)
        means[i] = mean
    smoothed = means / (1 - beta ** np.arange(1.0, end + 1))
    lowest_before = np.minimum.accumulate(smoothed)[:-1]
    exploded = np.flatnonzero(smoothed[1:] > 4 * lowest_before)
    smoothed = smoothed[: exploded[0] + 1] if len(exploded) else smoothed
    logs = np.log10(rates)[: len(smoothed)]
    place = np.argmin(np.diff(smoothed) / np.diff(logs))
    return float(rates[place]), smoothed
