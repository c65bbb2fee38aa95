# task: pick-rate
# how: each smoothed loss as a weighted mean of all before it
def pick_rate(rates, losses, beta):
    losses = np.asarray(losses, dtype=float)
    smoothed = []
    for i in range(len(losses)):
        if not np.isfinite(losses[i]):
            break
        weights = beta ** np.arange(i, -1, -1.0)
        value = np.average(losses[: i + 1], weights=weights)
        if smoothed and value > 4 * np.min(smoothed):
            break
        smoothed.append(value)
    best, chosen = np.inf, 0
    for i in range(len(smoothed) - 1):
        fall = (smoothed[i + 1] - smoothed[i]) / np.log(rates[i + 1] / rates[i])
        if fall < best:
            best, chosen = fall, i
    return rates[chosen], np.array(smoothed)
