"""ResNet (He et al. 2016) in Keras."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from sidebyside.architectures.in_keras.common import classifier, conv, max_pool
from sidebyside.architectures.tables import RESNET, RESNET_WIDTHS


def residual(
    x: Any,
    width: int,
    stride: int = 1,
    *,
    bottleneck: bool = False,
    stride_in_3x3: bool = False,
    shortcut: bool = True,
) -> Any:
    """Two 3×3 convolutions, or 1×1, 3×3, 1×1 with four times the width; x is added before ReLU.

    Where the shape changes, the shortcut is a 1×1 convolution (the paper's option B). With
    ``shortcut=False`` nothing is added: the plain network of the paper.
    """
    filters, added = 4 * width if bottleneck else width, x
    if shortcut and (stride != 1 or x.shape[-1] != filters):
        added = conv(x, filters, 1, stride, activation=None)
    if bottleneck:
        strides = (1, stride) if stride_in_3x3 else (stride, 1)
        h = conv(conv(x, width, 1, strides[0]), width, 3, strides[1])
        h = conv(h, filters, 1, activation=None)
    else:
        h = conv(conv(x, width, 3, stride), filters, 3, activation=None)
    return layers.Activation("relu")(layers.Add()([h, added]) if shortcut else h)


def resnet(
    depth: int = 50,
    *,
    blocks: Sequence[int] | None = None,
    widths: Sequence[int] = RESNET_WIDTHS,
    bottleneck: bool | None = None,
    stride_in_3x3: bool = False,
    shortcut: bool = True,
    classes: int = 1000,
    channels: int = 3,
    image: int = 224,
    small: bool = False,
) -> keras.Model:
    """ResNet: (n, image, image, channels) → (n, classes).

    Args:
        depth: 18, 34, 50, 101 or 152 layers with weights.
        blocks: blocks of each stage, in place of the table's.
        widths: filters of each stage, before a bottleneck's factor of four.
        bottleneck: whether blocks are bottlenecks, in place of the table's.
        stride_in_3x3: a bottleneck's stride stands in its 3×3 convolution, as in torchvision
            ("v1.5"); in the paper it stands in the first 1×1.
        shortcut: False for the plain network without shortcuts.
        small: a first convolution of 3×3 with stride 1 and no pooling, for small pictures.
    """
    from_table = RESNET[depth]
    settings = {
        "bottleneck": from_table[0] if bottleneck is None else bottleneck,
        "stride_in_3x3": stride_in_3x3,
        "shortcut": shortcut,
    }
    x = inputs = keras.Input((image, image, channels))
    x = conv(x, widths[0], 3) if small else max_pool(conv(x, widths[0], 7, 2))
    for i, (repeats, width) in enumerate(zip(blocks or from_table[1], widths, strict=False)):
        for j in range(repeats):
            x = residual(x, width, 2 if i > 0 and j == 0 else 1, **settings)
    return keras.Model(inputs, classifier(x, classes))
