"""Losses: the mean over a batch, and its gradient with respect to the predictions.

Each returns `(loss, gradient)`, a number and an array of the predictions' shape.

Taught in chapter 05.
"""

import numpy as np


def mse(predictions, targets):
    """Mean squared error over all entries, and its gradient. Shapes: any, equal."""
    error = predictions - targets
    return np.mean(error**2), 2 * error / error.size


def mae(predictions, targets):
    """Mean absolute error over all entries, and its gradient (0 where the error is 0)."""
    error = predictions - targets
    return np.mean(np.abs(error)), np.sign(error) / error.size


def huber(predictions, targets, delta=1.0):
    """Squared up to an error of delta, linear beyond (Huber 1964), and its gradient."""
    error = predictions - targets
    small = np.abs(error) <= delta
    each = np.where(small, error**2 / 2, delta * (np.abs(error) - delta / 2))
    return np.mean(each), np.clip(error, -delta, delta) / error.size


def binary_cross_entropy(logits, y):
    """Mean of -log p(y) with p = sigmoid(logits), and its gradient. y: 0, 1 or between.

    Computed without overflow, as max(z, 0) - zy + log(1 + exp(-|z|)).
    """
    small = np.exp(-np.abs(logits))  # between 0 and 1: never overflows
    each = np.maximum(logits, 0) - logits * y + np.log1p(small)
    p = np.where(logits >= 0, 1, small) / (1 + small)  # the sigmoid
    return np.mean(each), (p - y) / each.size


def cross_entropy(logits, labels):
    """Mean of -log p(label) with p = softmax(logits), and its gradient.

    Shapes: logits (..., classes); labels (...) class numbers, or (..., classes) one-hot or soft.
    """
    if np.ndim(labels) < logits.ndim:
        labels = np.eye(logits.shape[-1])[labels]  # class numbers to one-hot
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    n = logits.size // logits.shape[-1]
    gradient = np.exp(log_p) * labels.sum(axis=-1, keepdims=True) - labels
    return -np.sum(labels * log_p) / n, gradient / n
