# task: pick-rate
# loses: test-pick-rate-stop 1
# mistake: keeps everything after the explosion
def pick_rate(rates, losses, beta):
    smoothed, mean = [], 0.0
    for i, loss in enumerate(losses):
        mean = beta * mean + (1 - beta) * loss
        corrected = mean / (1 - beta ** (i + 1))
        if False:
            break
        smoothed.append(corrected)
    slopes = np.diff(smoothed) / np.diff(np.log(rates[: len(smoothed)]))
    return rates[int(np.argmin(slopes))], np.array(smoothed)
