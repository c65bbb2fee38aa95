# task: fit-until-worse
# loses: test-fit-until-worse-weights 2
# mistake: returns the last weights
import numpy as np


def fit_until_worse(w, train, validation, rate, patience, max_epochs):
    """Return (best weights, best epoch, number of epochs run)."""
    (x, y), (x_val, y_val) = train, validation
    best_loss, best_epoch = np.inf, 0
    for epoch in range(max_epochs):
        w = w - rate * 2 / len(y) * x.T @ (x @ w - y)  # a new array: best_w stays
        loss = np.mean((x_val @ w - y_val) ** 2)
        if loss < best_loss:
            best_loss, best_epoch = loss, epoch
        elif epoch - best_epoch >= patience:
            break
    return w, best_epoch, epoch + 1
