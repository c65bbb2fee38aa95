"""One loss by name, in both frameworks: the mean over everything, from logits."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sidebyside.errors import ShapeError

NAMES = (
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "binary_crossentropy",
    "mse",
)


def check_targets(name: str, y: np.ndarray, output_shape: tuple[int, ...]) -> np.ndarray:
    """The targets in the form that the loss needs for outputs of this shape.

    Raises:
        ShapeError: they don't fit; the message gives both shapes, or the labels out of range.
    """
    if name == "sparse_categorical_crossentropy":
        if y.ndim == len(output_shape) and y.shape[-1] == 1:
            y = y[..., 0]
        fits = y.shape == output_shape[:-1]
        if fits and y.size and not 0 <= y.min() <= y.max() < output_shape[-1]:
            raise ShapeError(
                f"y has labels from {y.min()} to {y.max()} and the output has {output_shape[-1]} "
                f"logits; labels must be 0 to {output_shape[-1] - 1}"
            )
    else:
        if y.ndim == len(output_shape) - 1 and output_shape[-1] == 1:
            y = y[..., None]
        fits = y.shape == output_shape
    if not fits:
        raise ShapeError(
            f"y has shape {y.shape} and the output {output_shape}; {name} needs "
            + ("one label for each vector of logits" if name.startswith("sparse") else "equal ones")
        )
    return y.astype(np.int64) if name.startswith("sparse") else y


def keras_loss(name: str) -> Callable[[Any, Any], Any]:
    """The named loss as ``f(y_true, y_pred)``, in the precision of ``y_pred``."""
    import tensorflow as tf

    def loss(y_true: Any, y_pred: Any) -> Any:
        if name == "sparse_categorical_crossentropy":
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y_true, logits=y_pred)
        elif name == "categorical_crossentropy":
            each = tf.nn.softmax_cross_entropy_with_logits(labels=y_true, logits=y_pred)
        elif name == "binary_crossentropy":
            each = tf.nn.sigmoid_cross_entropy_with_logits(labels=y_true, logits=y_pred)
        else:
            each = tf.square(y_pred - y_true)
        return tf.reduce_mean(each)

    return loss


def torch_loss(name: str) -> Callable[[Any, Any], Any]:
    """The named loss as ``f(y_pred, y_true)``; the classes are the last axis, as in Keras."""
    from torch.nn import functional as F

    def loss(y_pred: Any, y_true: Any) -> Any:
        classes = y_pred.shape[-1] if y_pred.ndim else 1
        if name == "sparse_categorical_crossentropy":
            return F.cross_entropy(y_pred.reshape(-1, classes), y_true.reshape(-1))
        if name == "categorical_crossentropy":
            return F.cross_entropy(y_pred.reshape(-1, classes), y_true.reshape(-1, classes))
        if name == "binary_crossentropy":
            return F.binary_cross_entropy_with_logits(y_pred, y_true)
        return F.mse_loss(y_pred, y_true)

    return loss
