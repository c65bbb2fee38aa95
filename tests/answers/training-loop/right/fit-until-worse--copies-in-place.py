# task: fit-until-worse
# how: updates in place on a copy and keeps copies of the best
import numpy as np


def fit_until_worse(w, train, validation, rate, patience, max_epochs):
    w, wait, run = np.array(w, dtype=float), 0, 0
    best = (np.inf, None, None)
    while run < max_epochs and wait < patience:
        residual = train[0] @ w - train[1]
        w -= 2 * rate * np.mean(residual[:, None] * train[0], axis=0)
        error = validation[0] @ w - validation[1]
        wait += 1
        if error @ error / len(error) < best[0]:
            best, wait = (error @ error / len(error), w.copy(), run), 0
        run += 1
    return best[1], best[2], run
