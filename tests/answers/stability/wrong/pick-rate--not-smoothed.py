# task: pick-rate
# loses: test-pick-rate-smoothing 1, test-pick-rate-stop 1
# mistake: works on the raw losses
def pick_rate(rates, losses, beta):
    smoothed, mean = [], 0.0
    for i, loss in enumerate(losses):
        mean = loss * (1 - beta ** (i + 1))
        corrected = mean / (1 - beta ** (i + 1))
        if not np.isfinite(loss) or (smoothed and corrected > 4 * min(smoothed)):
            break
        smoothed.append(corrected)
    slopes = np.diff(smoothed) / np.diff(np.log(rates[: len(smoothed)]))
    return rates[int(np.argmin(slopes))], np.array(smoothed)
