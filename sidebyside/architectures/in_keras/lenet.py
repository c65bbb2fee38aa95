"""LeNet-5 (LeCun et al. 1998) in Keras."""

import keras
from keras import layers

from sidebyside.architectures.tables import LENET_5


def lenet5(
    *, classes: int = 10, channels: int = 1, image: int = 32, first_padding: int = 0
) -> keras.Model:
    """LeNet-5 as it is usually built: every filter sees all maps, averages without weights.

    Takes (n, image, image, channels), gives (n, classes). Pictures of 28×28 take
    ``first_padding=2``, as the paper's were put into frames of 32×32. In the paper the second
    convolution connects each filter with some maps only, the pooling has two trainable numbers a
    map and the output units are radial: 60,000 trainable parameters in place of 61,706.
    """
    first, second, third = LENET_5["filters"]
    x = inputs = keras.Input((image, image, channels))
    x = layers.ZeroPadding2D(first_padding)(x) if first_padding else x
    for filters in (first, second):
        x = layers.AveragePooling2D(2)(layers.Conv2D(filters, 5, activation="tanh")(x))
    x = layers.Flatten()(x)
    for units in (third, *LENET_5["units"]):  # the paper's C5 is a 5×5 convolution of 5×5 maps
        x = layers.Dense(units, "tanh")(x)
    return keras.Model(inputs, layers.Dense(classes)(x))
