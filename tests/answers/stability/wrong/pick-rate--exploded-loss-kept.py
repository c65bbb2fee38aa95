# task: pick-rate
# loses: test-pick-rate-stop 1
# mistake: the loss that exceeds the limit is still in the list
def pick_rate(rates, losses, beta):
    smoothed, mean = [], 0.0
    for i, loss in enumerate(losses):
        mean = beta * mean + (1 - beta) * loss
        corrected = mean / (1 - beta ** (i + 1))
        if not np.isfinite(loss) or (smoothed and corrected > 4 * min(smoothed)):
            smoothed.append(corrected)
            break
        smoothed.append(corrected)
    slopes = np.diff(smoothed) / np.diff(np.log(rates[: len(smoothed)]))
    return rates[int(np.argmin(slopes))], np.array(smoothed)
