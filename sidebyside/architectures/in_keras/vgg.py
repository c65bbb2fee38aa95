"""VGG (Simonyan and Zisserman 2015) in Keras."""

from collections.abc import Sequence

import keras
from keras import layers

from sidebyside.architectures.in_keras.common import conv, dense
from sidebyside.architectures.tables import VGG


def vgg(
    depth: int = 16,
    *,
    stages: Sequence[tuple[int, int]] | None = None,
    hidden: int = 4096,
    classes: int = 1000,
    channels: int = 3,
    image: int = 224,
    dropout: float = 0.5,
) -> keras.Model:
    """VGG: (n, image, image, channels) → (n, classes).

    Args:
        depth: 11, 13, 16 or 19 layers with weights.
        stages: (convolutions, filters) of each stage, in place of the table's.
        hidden: units of the two hidden dense layers.
    """
    x = inputs = keras.Input((image, image, channels))
    for convolutions, filters in stages or VGG[depth]:
        for _ in range(convolutions):
            x = conv(x, filters, 3, norm=False)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dropout(dropout)(dense(hidden, "relu")(x))
    return keras.Model(inputs, dense(classes)(x))
