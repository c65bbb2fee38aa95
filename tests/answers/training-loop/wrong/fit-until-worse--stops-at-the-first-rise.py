# task: fit-until-worse
# loses: test-fit-until-worse-stops 2, test-fit-until-worse-weights 2
# mistake: compares with the previous epoch instead of the best
import numpy as np


def fit_until_worse(w, train, validation, rate, patience, max_epochs):
    (x, y), (x_val, y_val) = train, validation
    previous, best_w, best_epoch, bad = np.inf, w, 0, 0
    for epoch in range(max_epochs):
        w = w - rate * 2 / len(y) * x.T @ (x @ w - y)
        loss = np.mean((x_val @ w - y_val) ** 2)
        if loss < previous:
            best_w, best_epoch, bad = w, epoch, 0
        else:
            bad += 1
            if bad == patience:
                break
        previous = loss
    return best_w, best_epoch, epoch + 1
