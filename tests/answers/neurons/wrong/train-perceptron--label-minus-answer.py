# task: train-perceptron
# loses: test-train-perceptron-update 2, test-train-perceptron-ends 2, test-train-perceptron-never 1
# mistake: the step (label - answer), which suits labels 0 and 1, is twice too long for -1 and +1
import numpy as np


def train_perceptron(x, labels, max_epochs):
    weights, bias, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(max_epochs):
        misjudged = 0
        for inputs, label in zip(x, labels, strict=True):
            answer = np.sign(weights @ inputs + bias)
            if answer != label:
                weights = weights + (label - answer) * inputs
                bias = bias + (label - answer)
                misjudged += 1
        mistakes.append(misjudged)
        if misjudged == 0:
            break
    return weights, bias, mistakes
