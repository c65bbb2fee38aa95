"""Initial weights that keep thirty layers alive, and two ways to clip a gradient.

An initialiser takes a shape and a generator from `np.random.default_rng` and returns a float64
array. Shapes are laid out as in Keras: (in, out) for a dense layer, (height, width, in, out) for a
convolution.

Taught in chapter 08.
"""

import numpy as np


def fans(shape):
    """How many numbers enter one unit, and how many units one number enters: (in, out)."""
    *window, inputs, outputs = shape  # the window of a convolution: (height, width); else empty
    return inputs * int(np.prod(window)), outputs * int(np.prod(window))


def glorot_uniform(shape, rng):
    """Uniform with variance 2 / (in + out) (Glorot and Bengio, 2010); also called Xavier."""
    fan_in, fan_out = fans(shape)
    bound = np.sqrt(3 * 2 / (fan_in + fan_out))  # variance of a uniform number: bound² / 3
    return rng.uniform(-bound, bound, shape)


def he_normal(shape, rng):
    """Normal with variance 2 / in, for ReLU (He et al., 2015); also called Kaiming."""
    return rng.normal(0, np.sqrt(2 / fans(shape)[0]), shape)


def lecun_normal(shape, rng):
    """Normal with variance 1 / in (LeCun et al., 1998)."""
    return rng.normal(0, np.sqrt(1 / fans(shape)[0]), shape)


def orthogonal(shape, rng):
    """A random matrix with orthonormal rows or columns, whichever are fewer (Saxe et al., 2014)."""
    rows, columns = int(np.prod(shape[:-1])), shape[-1]
    tall = rng.normal(size=(max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))  # makes every rotation equally likely
    return (q if rows >= columns else q.T).reshape(shape)


def global_norm(gradients):
    """The length of all gradients together, as if they were one long vector."""
    return np.sqrt(sum(np.sum(np.square(g)) for g in gradients.values()))


def clip_by_value(gradients, limit):
    """Cut every entry of every gradient to the range from -limit to limit."""
    return {name: np.clip(g, -limit, limit) for name, g in gradients.items()}


def clip_by_norm(gradients, max_norm):
    """Shorten all gradients by one factor, so that their global norm is at most max_norm."""
    norm = global_norm(gradients)
    factor = max_norm / norm if norm > max_norm else 1.0
    return {name: g * factor for name, g in gradients.items()}
