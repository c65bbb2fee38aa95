"""GoogLeNet (Szegedy et al. 2015) in Keras, and the blocks of its successors."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from sidebyside.architectures.in_keras.common import (
    LocalResponseNorm,
    classifier,
    conv,
    dense,
    max_pool,
)
from sidebyside.architectures.tables import GOOGLENET, GOOGLENET_HEADS_AFTER


def _average(x: Any) -> Any:
    return layers.AveragePooling2D(3, 1, "same")(x)  # Keras leaves the padding out of the mean


def inception_v1(x: Any, row: tuple, *, norm: bool = False) -> Any:
    """A module of GoogLeNet; a row is (1×1, (reduce, 3×3), (reduce, 5×5), pool projection)."""
    ones, (reduce3, threes), (reduce5, fives), projection = row
    branches = [
        conv(x, ones, 1, norm=norm),
        conv(conv(x, reduce3, 1, norm=norm), threes, 3, norm=norm),
        conv(conv(x, reduce5, 1, norm=norm), fives, 5, norm=norm),
        conv(layers.MaxPooling2D(3, 1, "same")(x), projection, 1, norm=norm),
    ]
    return layers.Concatenate()(branches)


def inception_v2(x: Any, row: tuple) -> Any:
    """Ioffe and Szegedy 2015: batch norm behind every convolution, 5×5 as two of 3×3.

    Its pooling is the average; the row is that of ``inception_v1``.
    """
    ones, (reduce3, threes), (reduce5, fives), projection = row
    branches = [
        conv(x, ones, 1),
        conv(conv(x, reduce3, 1), threes, 3),
        conv(conv(conv(x, reduce5, 1), fives, 3), fives, 3),
        conv(_average(x), projection, 1),
    ]
    return layers.Concatenate()(branches)


def inception_v3(x: Any, filters: int = 192, reduced: int = 128, n: int = 7) -> Any:
    """Szegedy et al. 2016, figure 6: n×n factorised into 1×n and n×1; four branches of filters."""
    ones = conv(x, filters, 1)
    once = conv(conv(conv(x, reduced, 1), reduced, (1, n)), filters, (n, 1))
    twice = conv(conv(conv(x, reduced, 1), reduced, (n, 1)), reduced, (1, n))
    twice = conv(conv(twice, reduced, (n, 1)), filters, (1, n))
    return layers.Concatenate()([ones, once, twice, conv(_average(x), filters, 1)])


def inception_v3_reduction(x: Any, filters: int, reduced: int = 64) -> Any:
    """Szegedy et al. 2016, figure 10: stride 2 by convolutions beside a pooling, no bottleneck."""
    single = conv(conv(x, reduced, 1), filters, 3, 2, padding=0)
    double = conv(conv(conv(x, reduced, 1), filters, 3), filters, 3, 2, padding=0)
    return layers.Concatenate()([single, double, layers.MaxPooling2D(3, 2)(x)])


def inception_v4(x: Any, filters: int = 96, reduced: int = 64) -> Any:
    """Szegedy et al. 2017, figure 4 (Inception-A): the same shape for every module of a stage."""
    branches = [
        conv(_average(x), filters, 1),
        conv(x, filters, 1),
        conv(conv(x, reduced, 1), filters, 3),
        conv(conv(conv(x, reduced, 1), filters, 3), filters, 3),
    ]
    return layers.Concatenate()(branches)


def inception_resnet(x: Any, width: int = 32, scale: float = 0.2) -> Any:
    """Szegedy et al. 2017, figure 10: the module as the branch of a scaled residual block."""
    branches = [
        conv(x, width, 1),
        conv(conv(x, width, 1), width, 3),
        conv(conv(conv(x, width, 1), width, 3), width, 3),
    ]
    branch = layers.Concatenate()(branches)
    branch = conv(branch, x.shape[-1], 1, norm=False, activation=None)
    return layers.Activation("relu")(layers.Add()([x, branch * scale]))


def _auxiliary(x: Any, classes: int) -> Any:
    """Section 5: 5×5 average pooling with stride 3, 128 of 1×1, 1024 units, dropout of 0.7."""
    x = layers.Flatten()(conv(layers.AveragePooling2D(5, 3)(x), 128, 1, norm=False))
    return dense(classes)(layers.Dropout(0.7)(dense(1024, "relu")(x)))


def googlenet(
    *,
    auxiliary: bool = False,
    stages: Sequence = GOOGLENET,
    stem: tuple[int, int, int] = (64, 64, 192),
    classes: int = 1000,
    channels: int = 3,
    image: int = 224,
    dropout: float = 0.4,
    small: bool = False,
) -> keras.Model:
    """GoogLeNet (Inception v1): (n, image, image, channels) → (n, classes).

    Args:
        auxiliary: with the two auxiliary heads: the model then gives three logits, and the paper
            weights the losses of the heads with 0.3. A Keras model gives them always.
        stages: rows of the inception modules, a pooling between two stages.
        stem: filters of the first three convolutions.
        small: a first convolution of 3×3 with stride 1, no pooling nor normalisation after it.
    """
    x = inputs = keras.Input((image, image, channels))
    first, reduce, second = stem
    if small:
        x = conv(x, first, 3, norm=False)
    else:
        x = LocalResponseNorm()(max_pool(conv(x, first, 7, 2, norm=False)))
    x = conv(conv(x, reduce, 1, norm=False), second, 3, norm=False)
    x = max_pool(x if small else LocalResponseNorm()(x))
    tapped = []
    for i, stage in enumerate(stages):
        for j, row in enumerate(stage):
            x = inception_v1(x, row)
            tapped += [x] if auxiliary and (i, j) in GOOGLENET_HEADS_AFTER else []
        x = max_pool(x) if i < len(stages) - 1 else x
    heads = [_auxiliary(features, classes) for features in tapped]
    logits = classifier(x, classes, dropout)
    return keras.Model(inputs, [logits, *heads] if heads else logits)
