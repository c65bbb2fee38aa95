# task: fit-until-worse
# how: records every epoch and looks back
import numpy as np


def fit_until_worse(w, train, validation, rate, patience, max_epochs):
    weights, losses = [], []
    while len(losses) < max_epochs:
        w = w - rate * (2 / len(train[1])) * (train[0] @ w - train[1]) @ train[0]
        weights.append(w)
        losses.append(np.square(validation[0] @ w - validation[1]).mean())
        if len(losses) - 1 - int(np.argmin(losses)) >= patience:
            break
    best = int(np.argmin(losses))
    return weights[best], best, len(losses)
