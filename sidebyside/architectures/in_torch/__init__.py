"""The families in PyTorch. Importing this imports PyTorch.

Every builder gives an ``nn.Module`` from pictures (n, channels, h, w) to logits (n, classes).
Under ``with torch.device("meta"):`` it has shapes and no memory, which is enough to count.
"""

from sidebyside.architectures.in_torch.alexnet import alexnet
from sidebyside.architectures.in_torch.common import conv, he_start
from sidebyside.architectures.in_torch.densenet import DenseLayer, densenet
from sidebyside.architectures.in_torch.inception import (
    googlenet,
    inception_resnet,
    inception_v1,
    inception_v2,
    inception_v3,
    inception_v3_reduction,
    inception_v4,
)
from sidebyside.architectures.in_torch.lenet import lenet5
from sidebyside.architectures.in_torch.mobile import InvertedResidual, efficientnet, mobilenet_v2
from sidebyside.architectures.in_torch.resnet import Residual, resnet
from sidebyside.architectures.in_torch.vgg import vgg
from sidebyside.architectures.in_torch.xception import separable, xception

__all__ = [
    "DenseLayer",
    "InvertedResidual",
    "Residual",
    "alexnet",
    "conv",
    "densenet",
    "efficientnet",
    "googlenet",
    "he_start",
    "inception_resnet",
    "inception_v1",
    "inception_v2",
    "inception_v3",
    "inception_v3_reduction",
    "inception_v4",
    "lenet5",
    "mobilenet_v2",
    "resnet",
    "separable",
    "vgg",
    "xception",
]
