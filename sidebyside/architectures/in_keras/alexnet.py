"""AlexNet (Krizhevsky et al. 2012) in Keras."""

from collections.abc import Sequence

import keras
from keras import layers

from sidebyside.architectures.in_keras.common import HE, LocalResponseNorm, dense, padded
from sidebyside.architectures.tables import ALEXNET


def alexnet(
    *,
    groups: int = 2,
    table: Sequence[tuple] = ALEXNET,
    hidden: int = 4096,
    classes: int = 1000,
    channels: int = 3,
    image: int = 227,
    dropout: float = 0.5,
) -> keras.Model:
    """AlexNet: (n, image, image, channels) → (n, classes).

    Args:
        groups: 2 for the paper's form, whose layers 2, 4 and 5 were split over two GPUs; 1 for
            the form in which every filter sees all maps.
        table: rows of (filters, kernel, stride, padding, split, what follows).
        hidden: units of the two hidden dense layers.
        image: pixels of a side. The paper says 224; its 55×55 maps need 227 or padding.
    """
    x = inputs = keras.Input((image, image, channels))
    for filters, kernel, stride, padding, split, after in table:
        parts = {"groups": groups if split else 1, "kernel_initializer": HE}
        x = layers.Conv2D(filters, kernel, stride, activation="relu", **parts)(padded(x, padding))
        x = LocalResponseNorm()(x) if "norm" in after else x
        x = layers.MaxPooling2D(3, 2)(x) if "pool" in after else x
    x = layers.Flatten()(x)
    for _ in range(2):
        x = dense(hidden, "relu")(layers.Dropout(dropout)(x))
    return keras.Model(inputs, dense(classes)(x))
