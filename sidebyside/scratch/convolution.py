"""Convolution and pooling on pictures with the channels last, forward and backward.

Taught in chapter 10.
"""

import numpy as np


def windows(x, kernel, stride=1, dilation=1):
    """Every window that a kernel of (height, width) is laid on, as a view without a copy.

    x: (batch, height, width, channels), padded already.
    Returns (batch, out height, out width, channels, kernel height, kernel width).
    """
    reach = [dilation * (size - 1) + 1 for size in kernel]  # a dilated kernel covers more
    found = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(1, 2))
    return found[:, ::stride, ::stride, :, ::dilation, ::dilation]


def scatter(patches, shape, stride=1, dilation=1):
    """Add windows to the places that ``windows`` took them from: its transpose.

    patches: as ``windows`` returns them; shape: of the padded pictures. Returns that shape.
    """
    out = np.zeros(shape, dtype=patches.dtype)
    _, rows, columns, _, height, width = patches.shape
    for a, c in np.ndindex(height, width):
        down = slice(a * dilation, a * dilation + stride * rows, stride)
        right = slice(c * dilation, c * dilation + stride * columns, stride)
        out[:, down, right] += patches[..., a, c]
    return out


def pad(x, padding, value=0.0):
    """Surround pictures; padding is ((above, below), (left, right)), x is NHWC."""
    return np.pad(x, ((0, 0), *padding, (0, 0)), constant_values=value)


def crop(x, padding):
    """Take off what ``pad`` added."""
    (above, below), (left, right) = padding
    return x[:, above : x.shape[1] - below, left : x.shape[2] - right]


def output_size(n, kernel, stride=1, padding=0, dilation=1):
    """How many windows fit along one axis; padding: of both sides together."""
    return (n + padding - dilation * (kernel - 1) - 1) // stride + 1


def same_padding(n, kernel, stride=1, dilation=1):
    """What ``padding="same"`` adds along one axis in Keras: (before, after).

    Source: TensorFlow's documentation of tf.nn, "Notes on padding".
    """
    missing = (-(-n // stride) - 1) * stride + dilation * (kernel - 1) + 1 - n
    return max(missing, 0) // 2, max(missing, 0) - max(missing, 0) // 2


def conv2d(x, w, b, stride=1, padding=((0, 0), (0, 0)), dilation=1):
    """Convolution. x: NHWC, w: (height, width, in, out), b: (out,), padding as in ``pad``.

    Returns (batch, out height, out width, out). Source: LeCun et al. (1998), section II.
    """
    patches = windows(pad(x, padding), w.shape[:2], stride, dilation)
    return np.tensordot(patches, w, axes=((4, 5, 3), (0, 1, 2))) + b


def conv2d_backward(grad, x, w, stride=1, padding=((0, 0), (0, 0)), dilation=1):
    """Gradients of conv2d: (d_x, d_w, d_b) of the shapes of x, w and b.

    grad: the gradient of the output. Source: the chain rule on conv2d.
    """
    x = pad(x, padding)
    patches = windows(x, w.shape[:2], stride, dilation)
    d_w = np.tensordot(patches, grad, axes=((0, 1, 2), (0, 1, 2)))  # (in, height, width, out)
    d_patches = np.moveaxis(np.tensordot(grad, w, axes=(3, 3)), 5, 3)
    d_x = crop(scatter(d_patches, x.shape, stride, dilation), padding)
    return d_x, d_w.transpose(1, 2, 0, 3), grad.sum(axis=(0, 1, 2))


def max_pool(x, size, stride, padding=((0, 0), (0, 0))):
    """The largest value of each window. x: NHWC; size: (height, width) of the window."""
    return windows(pad(x, padding, -np.inf), size, stride).max(axis=(4, 5))


def max_pool_backward(grad, x, size, stride, padding=((0, 0), (0, 0))):
    """The gradient of x: each output's goes to the first largest value of its window."""
    x = pad(x, padding, -np.inf)
    patches = windows(x, size, stride)
    first = patches.reshape(*patches.shape[:4], -1).argmax(axis=-1)
    won = first[..., None] == np.arange(np.prod(size))
    d_patches = (won * grad[..., None]).reshape(patches.shape)
    return crop(scatter(d_patches, x.shape, stride), padding)


def average_pool(x, size, stride, padding=((0, 0), (0, 0)), count_padding=False):
    """The mean of each window. Returns (out, count), count: how many values each mean is of."""
    real = pad(np.ones_like(x), padding, 1.0 if count_padding else 0.0)
    count = windows(real, size, stride).sum(axis=(4, 5))
    return windows(pad(x, padding), size, stride).sum(axis=(4, 5)) / count, count


def average_pool_backward(grad, x, count, size, stride, padding=((0, 0), (0, 0))):
    """The gradient of x: each output's in equal parts to all values of its window."""
    shared = np.broadcast_to((grad / count)[..., None, None], (*grad.shape, *size))
    return crop(scatter(shared, pad(x, padding).shape, stride), padding)
