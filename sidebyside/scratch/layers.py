"""Dropout, batch normalisation and layer normalisation, forward and backward.

Taught in chapter 07.
"""

import numpy as np


def dropout(x, rate, rng, training=True):
    """Inverted dropout: zero a share of the entries, enlarge the others so that the mean stays.

    x has any shape; rng is a np.random.Generator. Returns (out, mask), both of x's shape; the
    gradient of x is grad * mask. Source: Srivastava et al. (2014), scaled while training.
    """
    if not training or rate == 0:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= rate).astype(x.dtype) / (1 - rate)
    return x * mask, mask


def batch_norm(x, gamma, beta, running, training=True, momentum=0.9, epsilon=1e-5):
    """Normalise every feature: over the batch while training, by running statistics afterwards.

    x: (..., features); gamma, beta: (features,); running: a dict with "mean" and "variance" of
    shape (features,), updated in training; momentum is the share of the old that stays.
    Returns (out, cache). Source: Ioffe and Szegedy (2015), Algorithms 1 and 2.
    """
    mean, variance = running["mean"], running["variance"]
    if training:
        axes = tuple(range(x.ndim - 1))  # all but the features
        mean, variance = x.mean(axis=axes), x.var(axis=axes)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["variance"] = momentum * running["variance"] + (1 - momentum) * variance
    scale = 1 / np.sqrt(variance + epsilon)
    normal = (x - mean) * scale
    return gamma * normal + beta, (normal, scale, gamma)


def batch_norm_backward(grad, cache):
    """Gradients of batch_norm in training mode, where mean and variance depend on x.

    grad: (..., features), the gradient of the output; cache: from batch_norm.
    Returns the gradients of x, gamma and beta. Source: Ioffe and Szegedy (2015), section 3.
    """
    normal, scale, gamma = cache
    axes = tuple(range(grad.ndim - 1))
    n = grad.size // grad.shape[-1]  # how many values each mean was taken over
    d_beta = grad.sum(axis=axes)
    d_gamma = (grad * normal).sum(axis=axes)
    d_x = gamma * scale * (grad - d_beta / n - normal * d_gamma / n)
    return d_x, d_gamma, d_beta


def layer_norm(x, gamma, beta, epsilon=1e-5):
    """Normalise every example over its own features; the same in training and afterwards.

    x: (..., features); gamma, beta: (features,). Returns (out, cache).
    Source: Ba, Kiros and Hinton (2016), equations 3 and 4.
    """
    mean = x.mean(axis=-1, keepdims=True)
    scale = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + epsilon)
    normal = (x - mean) * scale
    return gamma * normal + beta, (normal, scale, gamma)


def layer_norm_backward(grad, cache):
    """Gradients of layer_norm.

    grad: (..., features), the gradient of the output; cache: from layer_norm.
    Returns the gradients of x, gamma and beta. Source: the chain rule on layer_norm.
    """
    normal, scale, gamma = cache
    axes = tuple(range(grad.ndim - 1))
    d_normal = grad * gamma
    along = (d_normal * normal).mean(axis=-1, keepdims=True)
    d_x = scale * (d_normal - d_normal.mean(axis=-1, keepdims=True) - normal * along)
    return d_x, (grad * normal).sum(axis=axes), grad.sum(axis=axes)
