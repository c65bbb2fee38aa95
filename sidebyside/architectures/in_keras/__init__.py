"""The families in Keras. Importing this imports Keras.

Every builder gives a functional model from pictures (n, h, w, channels) to logits (n, classes).
``members.Member.in_keras`` builds one that has shapes and no memory, which is enough to count.
"""

from sidebyside.architectures.in_keras.alexnet import alexnet
from sidebyside.architectures.in_keras.common import LocalResponseNorm, batch_norm, conv
from sidebyside.architectures.in_keras.densenet import dense_layer, densenet
from sidebyside.architectures.in_keras.inception import (
    googlenet,
    inception_resnet,
    inception_v1,
    inception_v2,
    inception_v3,
    inception_v3_reduction,
    inception_v4,
)
from sidebyside.architectures.in_keras.lenet import lenet5
from sidebyside.architectures.in_keras.mobile import efficientnet, inverted_residual, mobilenet_v2
from sidebyside.architectures.in_keras.resnet import residual, resnet
from sidebyside.architectures.in_keras.vgg import vgg
from sidebyside.architectures.in_keras.xception import separable, xception

__all__ = [
    "LocalResponseNorm",
    "alexnet",
    "batch_norm",
    "conv",
    "dense_layer",
    "densenet",
    "efficientnet",
    "googlenet",
    "inception_resnet",
    "inception_v1",
    "inception_v2",
    "inception_v3",
    "inception_v3_reduction",
    "inception_v4",
    "inverted_residual",
    "lenet5",
    "mobilenet_v2",
    "residual",
    "resnet",
    "separable",
    "vgg",
    "xception",
]
