"""MobileNetV2 (Sandler et al. 2018) and EfficientNet (Tan and Le 2019) in Keras."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from sidebyside.architectures.in_keras.common import HE, classifier, conv
from sidebyside.architectures.tables import (
    EFFICIENTNET,
    EFFICIENTNET_B0,
    MOBILENET_V2,
    scaled_filters,
    scaled_repeats,
)


def squeeze_excitation(x: Any, squeezed: int) -> Any:
    """Scale each channel by a number in 0–1, computed from the means of all channels."""
    means = layers.GlobalAveragePooling2D(keepdims=True)(x)
    h = layers.Conv2D(squeezed, 1, activation="silu", kernel_initializer=HE)(means)
    gate = layers.Conv2D(x.shape[-1], 1, activation="sigmoid", kernel_initializer=HE)(h)
    return layers.Multiply()([x, gate])


def inverted_residual(
    x: Any,
    filters: int,
    stride: int,
    expansion: int,
    kernel: int = 3,
    *,
    activation: str = "relu6",
    squeeze: bool = False,
    epsilon: float = 1e-5,
) -> Any:
    """1×1 to more channels, a depthwise convolution, 1×1 to fewer, with no activation after it."""
    channels, settings = x.shape[-1], {"activation": activation, "epsilon": epsilon}
    wide = channels * expansion
    h = conv(x, wide, 1, **settings) if expansion != 1 else x
    h = conv(h, wide, kernel, stride, groups=wide, **settings)
    if squeeze:  # a quarter of the block's input
        h = squeeze_excitation(h, max(1, channels // 4))
    h = conv(h, filters, 1, activation=None, epsilon=epsilon)
    return layers.Add()([x, h]) if stride == 1 and channels == filters else h


def mobilenet_v2(
    *,
    width: float = 1.0,
    table: Sequence[tuple] = MOBILENET_V2,
    stem: int = 32,
    last: int = 1280,
    classes: int = 1000,
    channels: int = 3,
    image: int = 224,
    small: bool = False,
    dropout: float = 0.2,
) -> keras.Model:
    """MobileNetV2: (n, image, image, channels) → (n, classes).

    Args:
        width: factor of all filters; the last convolution's only where it is above 1.
        table: rows of (expansion, filters, repeats, stride).
        stem, last: filters of the first and the last convolution.
        small: a first convolution with stride 1, for small pictures.
    """
    x = inputs = keras.Input((image, image, channels))
    x = conv(x, scaled_filters(stem, width), 3, 1 if small else 2, activation="relu6")
    for expansion, filters, repeats, stride in table:
        for i in range(repeats):
            step = stride if i == 0 else 1
            x = inverted_residual(x, scaled_filters(filters, width), step, expansion)
    x = conv(x, scaled_filters(last, max(1.0, width)), 1, activation="relu6")
    return keras.Model(inputs, classifier(x, classes, dropout))


def efficientnet(
    name: str = "B0",
    *,
    scaling: tuple[float, float] | None = None,
    table: Sequence[tuple] = EFFICIENTNET_B0,
    stem: int = 32,
    last: int = 1280,
    classes: int = 1000,
    channels: int = 3,
    image: int | None = None,
    small: bool = False,
    dropout: float = 0.2,
) -> keras.Model:
    """EfficientNet: (n, image, image, channels) → (n, classes).

    Args:
        name: "B0" to "B7".
        scaling: factors of width and depth, in place of the name's.
        table: rows of (expansion, kernel, filters, repeats, stride).
        stem, last: filters of the first and the last convolution, before scaling.
        image: pixels of a side; the name's where it is None.
        small: a first convolution with stride 1, for small pictures.
    """
    width, depth = scaling or EFFICIENTNET[name][:2]
    image = image or EFFICIENTNET[name][2]
    settings = {"activation": "silu", "epsilon": 1e-3}
    x = inputs = keras.Input((image, image, channels))
    x = conv(x, scaled_filters(stem, width), 3, 1 if small else 2, **settings)
    for expansion, kernel, filters, repeats, stride in table:
        for i in range(scaled_repeats(repeats, depth)):
            shape = scaled_filters(filters, width), stride if i == 0 else 1, expansion, kernel
            x = inverted_residual(x, *shape, squeeze=True, **settings)
    x = conv(x, scaled_filters(last, width), 1, **settings)
    return keras.Model(inputs, classifier(x, classes, dropout))
