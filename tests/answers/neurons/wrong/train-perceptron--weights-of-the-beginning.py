# task: train-perceptron
# loses: test-train-perceptron-update 2, test-train-perceptron-ends 2
# mistake: all examples of an epoch are judged with the weights from its beginning
import numpy as np


def train_perceptron(x, labels, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        misjudged, old_weights, old_bias = 0, weights, bias
        for inputs, label in zip(x, labels, strict=True):
            if label * (old_weights @ inputs + old_bias) <= 0:
                weights = weights + label * inputs
                bias = bias + label
                misjudged += 1
        mistakes.append(misjudged)
        if misjudged == 0:
            break
    return weights, bias, mistakes
