# task: pick-rate
# loses: test-pick-rate-smoothing 1
# mistake: a running mean that starts at the first loss, without a correction
def pick_rate(rates, losses, beta):
    smoothed, mean = [], 0.0
    for i, loss in enumerate(losses):
        mean = beta * mean + (1 - beta) * loss
        corrected = mean = mean if i else loss
        if not np.isfinite(loss) or (smoothed and corrected > 4 * min(smoothed)):
            break
        smoothed.append(corrected)
    slopes = np.diff(smoothed) / np.diff(np.log(rates[: len(smoothed)]))
    return rates[int(np.argmin(slopes))], np.array(smoothed)
