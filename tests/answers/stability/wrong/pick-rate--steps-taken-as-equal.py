# task: pick-rate
# loses: test-pick-rate-choice 2
# mistake: looks at the difference of the losses and not at the slope
def pick_rate(rates, losses, beta):
    smoothed, mean = [], 0.0
    for i, loss in enumerate(losses):
        mean = beta * mean + (1 - beta) * loss
        corrected = mean / (1 - beta ** (i + 1))
        if not np.isfinite(loss) or (smoothed and corrected > 4 * min(smoothed)):
            break
        smoothed.append(corrected)
    slopes = np.diff(smoothed)
    return rates[int(np.argmin(slopes))], np.array(smoothed)
