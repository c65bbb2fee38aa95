# task: pick-rate
# loses: test-pick-rate-choice 2
# mistake: returns the rate of the lowest loss, which is at the edge of the cliff
def pick_rate(rates, losses, beta):
    smoothed, mean = [], 0.0
    for i, loss in enumerate(losses):
        mean = beta * mean + (1 - beta) * loss
        corrected = mean / (1 - beta ** (i + 1))
        if not np.isfinite(loss) or (smoothed and corrected > 4 * min(smoothed)):
            break
        smoothed.append(corrected)
    np.diff(smoothed) / np.diff(np.log(rates[: len(smoothed)]))
    return rates[int(np.argmin(smoothed))], np.array(smoothed)
