# task: train-perceptron
# loses: test-train-perceptron-update 2, test-train-perceptron-ends 2, test-train-perceptron-never 1
# mistake: a sum of exactly 0 is not taken for a mistake, so nothing is ever learned
import numpy as np


def train_perceptron(x, labels, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        misjudged = 0
        for inputs, label in zip(x, labels, strict=True):
            if label * (weights @ inputs + bias) < 0:
                weights = weights + label * inputs
                bias = bias + label
                misjudged += 1
        mistakes.append(misjudged)
        if misjudged == 0:
            break
    return weights, bias, mistakes
