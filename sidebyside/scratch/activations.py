"""Activation functions and their derivatives, element by element on arrays of any shape.

Every `NAME(z)` has a `NAME_gradient(z)`, which takes the *input* of the activation and returns the
slope there, in the shape of z; multiply it by the gradient that arrives. Softmax mixes the entries
of a row, so it has a `softmax_backward(probabilities, grad)` in place of a slope for each entry.

Taught in chapter 03.
"""

import math

import numpy as np


def sigmoid(z):
    """1 / (1 + exp(-z)), from 0 to 1, without overflow: exp never sees a positive number."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def sigmoid_gradient(z):
    """s (1 - s), written as s(z) s(-z) to keep its digits where s is nearly 1."""
    return sigmoid(z) * sigmoid(-z)


def tanh(z):
    """(exp(z) - exp(-z)) / (exp(z) + exp(-z)), from -1 to 1; the same as 2 sigmoid(2z) - 1."""
    return np.tanh(z)


def tanh_gradient(z):
    """1 - tanh(z)², at most 1."""
    return 1 - np.tanh(z) ** 2


def relu(z):
    """max(0, z) (Nair and Hinton, 2010)."""
    return np.maximum(z, 0)


def relu_gradient(z):
    """1 where z > 0, else 0; at the kink 0, as in both frameworks."""
    return (z > 0).astype(z.dtype)


def leaky_relu(z, slope=0.01):
    """z where z > 0, else slope · z (Maas et al., 2013)."""
    return np.where(z > 0, z, slope * z)


def leaky_relu_gradient(z, slope=0.01):
    """1 where z > 0, else slope."""
    return np.where(z > 0, 1, np.full_like(z, slope))


def elu(z, alpha=1.0):
    """z where z > 0, else alpha (exp(z) - 1) (Clevert et al., 2016)."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def elu_gradient(z, alpha=1.0):
    """1 where z > 0, else alpha exp(z)."""
    return np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0)))


def silu(z):
    """z sigmoid(z), also called swish (Hendrycks and Gimpel, 2016; Ramachandran et al., 2017)."""
    return z * sigmoid(z)


def silu_gradient(z):
    """sigmoid(z) (1 + z (1 - sigmoid(z))), with 1 - sigmoid(z) written as sigmoid(-z)."""
    return sigmoid(z) * (1 + z * sigmoid(-z))


def normal_cdf(z):
    """Φ(z): the share of a standard normal distribution that lies below z."""
    erfc = np.vectorize(math.erfc, otypes=[z.dtype])  # NumPy has none; erf would lose the tail
    return 0.5 * erfc(-z / math.sqrt(2))


def gelu(z):
    """z Φ(z), exact (Hendrycks and Gimpel, 2016)."""
    return z * normal_cdf(z)


def gelu_gradient(z):
    """Φ(z) + z φ(z), with φ the density of the standard normal distribution."""
    return normal_cdf(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def gelu_tanh(z):
    """z Φ(z) with Φ replaced by a tanh (Hendrycks and Gimpel, 2016)."""
    return 0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))


def gelu_tanh_gradient(z):
    """The slope of gelu_tanh, by the product rule and the chain rule."""
    t = np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))
    slope_inside = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)
    return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * slope_inside


def softmax(z, axis=-1):
    """exp(z) / sum of exp(z) along an axis, shifted by the maximum so that nothing overflows."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_backward(probabilities, grad, axis=-1):
    """The gradient at softmax's input, from its output and the gradient that arrives there."""
    mean = (probabilities * grad).sum(axis=axis, keepdims=True)
    return probabilities * (grad - mean)
