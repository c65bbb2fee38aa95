# task: train-perceptron
# loses: test-train-perceptron-update 2, test-train-perceptron-ends 2
# mistake: adds every example, not only the misjudged ones
import numpy as np


def train_perceptron(x, labels, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        misjudged = 0
        for inputs, label in zip(x, labels, strict=True):
            misjudged += label * (weights @ inputs + bias) <= 0
            weights = weights + label * inputs
            bias = bias + label
        mistakes.append(misjudged)
        if misjudged == 0:
            break
    return weights, bias, mistakes
