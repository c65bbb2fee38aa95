# task: train-perceptron
# loses: test-train-perceptron-update 2, test-train-perceptron-ends 2, test-train-perceptron-never 1
# mistake: a sum of 0 is read as the answer -1, which is right for the label -1
import numpy as np


def train_perceptron(x, labels, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        misjudged = 0
        for inputs, label in zip(x, labels, strict=True):
            if (1 if weights @ inputs + bias > 0 else -1) != label:
                weights = weights + label * inputs
                bias = bias + label
                misjudged += 1
        mistakes.append(misjudged)
        if misjudged == 0:
            break
    return weights, bias, mistakes
