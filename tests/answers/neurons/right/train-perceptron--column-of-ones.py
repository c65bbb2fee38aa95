# task: train-perceptron
# how: the bias is the weight of a constant input 1
import numpy as np


def train_perceptron(x, labels, max_epochs):
    rows = np.c_[x, np.ones(len(x))]
    w, mistakes = np.zeros(rows.shape[1]), []
    while len(mistakes) < max_epochs and (not mistakes or mistakes[-1]):
        mistakes.append(0)
        for i in range(len(rows)):
            if np.sign(rows[i] @ w) != labels[i]:
                w += labels[i] * rows[i]
                mistakes[-1] += 1
    return w[:-1], w[-1], mistakes
