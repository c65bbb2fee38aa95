"""ResNet (He et al. 2016) in PyTorch."""

from collections.abc import Sequence

import torch
from torch import nn

from sidebyside.architectures.in_torch.common import classifier, conv
from sidebyside.architectures.tables import RESNET, RESNET_WIDTHS


class Residual(nn.Module):
    """Two 3×3 convolutions, or 1×1, 3×3, 1×1 with four times the width; x is added before ReLU.

    Where the shape changes, the shortcut is a 1×1 convolution (the paper's option B). With
    ``shortcut=False`` nothing is added: the plain network of the paper.
    """

    def __init__(
        self,
        channels: int,
        width: int,
        stride: int,
        bottleneck: bool,
        stride_in_3x3: bool,
        shortcut: bool,
    ) -> None:
        super().__init__()
        filters = 4 * width if bottleneck else width
        self.added = shortcut
        self.shortcut = None
        if shortcut and (stride != 1 or channels != filters):
            self.shortcut = conv(channels, filters, 1, stride, activation=None)
        if bottleneck:
            strides = (1, stride) if stride_in_3x3 else (stride, 1)
            self.body = nn.Sequential(
                conv(channels, width, 1, strides[0]),
                conv(width, width, 3, strides[1]),
                conv(width, filters, 1, activation=None),
            )
        else:
            self.body = nn.Sequential(
                conv(channels, width, 3, stride), conv(width, filters, 3, activation=None)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.body(x)
        if self.added:
            h = h + (x if self.shortcut is None else self.shortcut(x))
        return torch.relu(h)


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
    small: bool = False,
) -> nn.Module:
    """ResNet: (n, channels, h, w) → (n, classes).

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
    bottleneck = from_table[0] if bottleneck is None else bottleneck
    before = widths[0]
    layers = [conv(channels, before, 3) if small else conv(channels, before, 7, 2)]
    layers += [] if small else [nn.MaxPool2d(3, 2, 1)]
    for i, (repeats, width) in enumerate(zip(blocks or from_table[1], widths, strict=False)):
        for j in range(repeats):
            stride = 2 if i > 0 and j == 0 else 1
            layers.append(Residual(before, width, stride, bottleneck, stride_in_3x3, shortcut))
            before = 4 * width if bottleneck else width
    return nn.Sequential(*layers, *classifier(before, classes))
