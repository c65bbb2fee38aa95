# task: train-perceptron
# loses: test-train-perceptron-ends 2
# mistake: goes through all epochs, also when nothing is left to learn
import numpy as np


def train_perceptron(x, labels, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        misjudged = 0
        for inputs, label in zip(x, labels, strict=True):
            if label * (weights @ inputs + bias) <= 0:
                weights = weights + label * inputs
                bias = bias + label
                misjudged += 1
        mistakes.append(misjudged)
    return weights, bias, mistakes
