"""DenseNet (Huang et al. 2017) in Keras."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from sidebyside.architectures.in_keras.common import HE, batch_norm, classifier, conv, max_pool
from sidebyside.architectures.tables import DENSENET


def _plain_conv(x: Any, filters: int, kernel: int) -> Any:
    settings = {"use_bias": False, "kernel_initializer": HE}
    return layers.Conv2D(filters, kernel, padding="same", **settings)(x)


def dense_layer(x: Any, growth: int) -> Any:
    """Norm, ReLU, 1×1 to four times the growth; norm, ReLU, 3×3; the input beside the output."""
    h = conv(layers.Activation("relu")(batch_norm(x)), 4 * growth, 1)
    return layers.Concatenate()([x, _plain_conv(h, growth, 3)])


def densenet(
    depth: int = 121,
    *,
    blocks: Sequence[int] | None = None,
    growth: int = 32,
    classes: int = 1000,
    channels: int = 3,
    image: int = 224,
    small: bool = False,
) -> keras.Model:
    """DenseNet-BC with a compression of one half: (n, image, image, channels) → (n, classes).

    Args:
        depth: 121, 169 or 201 layers with weights.
        blocks: layers of each dense block, in place of the table's.
        growth: channels that each layer adds.
        small: a first convolution of 3×3 with stride 1 and no pooling, for small pictures.
    """
    x = inputs = keras.Input((image, image, channels))
    x = conv(x, 2 * growth, 3) if small else max_pool(conv(x, 2 * growth, 7, 2))
    blocks = blocks or DENSENET[depth]
    for i, repeats in enumerate(blocks):
        for _ in range(repeats):
            x = dense_layer(x, growth)
        x = layers.Activation("relu")(batch_norm(x))
        if i < len(blocks) - 1:  # the transition halves channels and sides
            x = layers.AveragePooling2D(2)(_plain_conv(x, x.shape[-1] // 2, 1))
    return keras.Model(inputs, classifier(x, classes))
