# task: fit-until-worse
# loses: test-fit-until-worse-stops 2
# mistake: counts bad epochs in all, not in a row
import numpy as np


def fit_until_worse(w, train, validation, rate, patience, max_epochs):
    """Return (best weights, best epoch, number of epochs run)."""
    (x, y), (x_val, y_val) = train, validation
    bad = 0
    best_loss, best_w, best_epoch = np.inf, w, 0
    for epoch in range(max_epochs):
        w = w - rate * 2 / len(y) * x.T @ (x @ w - y)  # a new array: best_w stays
        loss = np.mean((x_val @ w - y_val) ** 2)
        if loss < best_loss:
            best_loss, best_w, best_epoch = loss, w, epoch
        else:
            bad += 1
            if bad >= patience:
                break
    return best_w, best_epoch, epoch + 1
