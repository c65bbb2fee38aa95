"""DenseNet (Huang et al. 2017) in PyTorch."""

from collections.abc import Sequence

import torch
from torch import nn

from sidebyside.architectures.in_torch.common import classifier, conv
from sidebyside.architectures.tables import DENSENET


class DenseLayer(nn.Module):
    """Norm, ReLU, 1×1 to four times the growth; norm, ReLU, 3×3; the input beside the output."""

    def __init__(self, channels: int, growth: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            conv(channels, 4 * growth, 1),
            nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, self.body(x)], dim=1)


def densenet(
    depth: int = 121,
    *,
    blocks: Sequence[int] | None = None,
    growth: int = 32,
    classes: int = 1000,
    channels: int = 3,
    small: bool = False,
) -> nn.Module:
    """DenseNet-BC with a compression of one half: (n, channels, h, w) → (n, classes).

    Args:
        depth: 121, 169 or 201 layers with weights.
        blocks: layers of each dense block, in place of the table's.
        growth: channels that each layer adds.
        small: a first convolution of 3×3 with stride 1 and no pooling, for small pictures.
    """
    before = 2 * growth
    layers = [conv(channels, before, 3) if small else conv(channels, before, 7, 2)]
    layers += [] if small else [nn.MaxPool2d(3, 2, 1)]
    blocks = blocks or DENSENET[depth]
    for i, repeats in enumerate(blocks):
        for _ in range(repeats):
            layers.append(DenseLayer(before, growth))
            before += growth
        layers += [nn.BatchNorm2d(before), nn.ReLU()]
        if i < len(blocks) - 1:  # the transition halves channels and sides
            layers += [nn.Conv2d(before, before // 2, 1, bias=False), nn.AvgPool2d(2)]
            before //= 2
    return nn.Sequential(*layers, *classifier(before, classes))
