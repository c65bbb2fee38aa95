# task: pick-rate
# loses: test-pick-rate-smoothing 1, test-pick-rate-stop 1
# mistake: leaves the bias correction out, so the first losses look small
def pick_rate(rates, losses, beta):
    smoothed, mean = [], 0.0
    for _i, loss in enumerate(losses):
        mean = beta * mean + (1 - beta) * loss
        corrected = mean
        if not np.isfinite(loss) or (smoothed and corrected > 4 * min(smoothed)):
            break
        smoothed.append(corrected)
    slopes = np.diff(smoothed) / np.diff(np.log(rates[: len(smoothed)]))
    return rates[int(np.argmin(slopes))], np.array(smoothed)
