# task: fit-until-worse
# loses: test-fit-until-worse-stops 2, test-fit-until-worse-weights 2
# mistake: measures on the training data
import numpy as np


def fit_until_worse(w, train, validation, rate, patience, max_epochs):
    """Return (best weights, best epoch, number of epochs run)."""
    x, y = train
    best_loss, best_w, best_epoch = np.inf, w, 0
    for epoch in range(max_epochs):
        w = w - rate * 2 / len(y) * x.T @ (x @ w - y)  # a new array: best_w stays
        loss = np.mean((x @ w - y) ** 2)
        if loss < best_loss:
            best_loss, best_w, best_epoch = loss, w, epoch
        elif epoch - best_epoch >= patience:
            break
    return best_w, best_epoch, epoch + 1
