"""Xception (Chollet 2017) in Keras."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import layers

from sidebyside.architectures.in_keras.common import HE, classifier, conv
from sidebyside.architectures.tables import XCEPTION


@keras.saving.register_keras_serializable("sidebyside")
class LowPadding(keras.Layer):
    """One row and column on every side that a maximum never takes, as PyTorch pads its pooling."""

    def call(self, x: Any) -> Any:
        sides = [[0, 0], [1, 1], [1, 1], [0, 0]]
        return keras.ops.pad(x, sides, constant_values=float("-inf"))

    def compute_output_shape(self, shape: tuple) -> tuple:
        n, height, width, channels = shape
        return n, height + 2, width + 2, channels


def separable(x: Any, filters: int) -> Any:
    """A 3×3 convolution of each channel by itself, then 1×1 over the channels, then batch norm."""
    settings = {"use_bias": False, "depthwise_initializer": HE}
    x = layers.DepthwiseConv2D(3, padding="same", **settings)(x)
    return conv(x, filters, 1, activation=None)


def separable_block(x: Any, filters: tuple[int, ...], stride: int, relu_first: bool) -> Any:
    """Separable convolutions, ReLU before each, and a shortcut; with a pooling if stride is 2."""
    added = x
    if stride != 1 or x.shape[-1] != filters[-1]:
        added = conv(x, filters[-1], 1, stride, activation=None)
    for i, number in enumerate(filters):
        x = layers.Activation("relu")(x) if relu_first or i else x
        x = separable(x, number)
    x = LowPadding()(x) if stride == 2 else x
    x = layers.MaxPooling2D(3, 2)(x) if stride == 2 else x
    return layers.Add()([x, added])


def xception(
    *,
    table: Mapping = XCEPTION,
    classes: int = 1000,
    channels: int = 3,
    image: int = 299,
    small: bool = False,
    dropout: float = 0.5,
) -> keras.Model:
    """Xception: (n, image, image, channels) → (n, classes).

    Args:
        table: filters of stem, entry and exit flow, and blocks of the middle flow.
        small: a first convolution with stride 1, padded, for small pictures.
    """
    x = inputs = keras.Input((image, image, channels))
    first, second = table["stem"]
    start = {"padding": 1 if small else 0}
    x = conv(conv(x, first, 3, 1 if small else 2, **start), second, 3, **start)
    for i, filters in enumerate(table["entry"]):
        x = separable_block(x, (filters, filters), 2, relu_first=i > 0)
    for _ in range(table["middle"]):
        x = separable_block(x, (x.shape[-1],) * 3, 1, relu_first=True)
    wide, wider, widest = table["exit"]
    x = separable_block(x, (x.shape[-1], wide), 2, relu_first=True)
    for filters in (wider, widest):
        x = layers.Activation("relu")(separable(x, filters))
    return keras.Model(inputs, classifier(x, classes, dropout))
