"""Xception (Chollet 2017) in PyTorch."""

from collections.abc import Mapping

import torch
from torch import nn

from sidebyside.architectures.in_torch.common import classifier, conv
from sidebyside.architectures.tables import XCEPTION


def separable(channels: int, filters: int) -> nn.Sequential:
    """A 3×3 convolution of each channel by itself, then 1×1 over the channels, then batch norm."""
    return nn.Sequential(
        nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
        conv(channels, filters, 1, activation=None),
    )


class SeparableBlock(nn.Module):
    """Separable convolutions, ReLU before each, and a shortcut; with a pooling if stride is 2."""

    def __init__(self, channels: int, filters: tuple[int, ...], stride: int, relu_first: bool):
        super().__init__()
        self.shortcut = None
        if stride != 1 or channels != filters[-1]:
            self.shortcut = conv(channels, filters[-1], 1, stride, activation=None)
        layers, before = [], channels
        for i, number in enumerate(filters):
            layers += [nn.ReLU()] if relu_first or i else []
            layers.append(separable(before, number))
            before = number
        layers += [nn.MaxPool2d(3, 2, 1)] if stride == 2 else []
        self.body = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x) + (x if self.shortcut is None else self.shortcut(x))


def xception(
    *,
    table: Mapping = XCEPTION,
    classes: int = 1000,
    channels: int = 3,
    small: bool = False,
    dropout: float = 0.5,
) -> nn.Module:
    """Xception: (n, channels, h, w) → (n, classes).

    Args:
        table: filters of stem, entry and exit flow, and blocks of the middle flow.
        small: a first convolution with stride 1, padded, for small pictures.
    """
    first, before = table["stem"]
    start = {"padding": 1 if small else 0}
    layers = [conv(channels, first, 3, 1 if small else 2, **start), conv(first, before, 3, **start)]
    for i, filters in enumerate(table["entry"]):
        layers.append(SeparableBlock(before, (filters, filters), 2, relu_first=i > 0))
        before = filters
    for _ in range(table["middle"]):
        layers.append(SeparableBlock(before, (before,) * 3, 1, relu_first=True))
    wide, wider, widest = table["exit"]
    layers.append(SeparableBlock(before, (before, wide), 2, relu_first=True))
    layers += [separable(wide, wider), nn.ReLU(), separable(wider, widest), nn.ReLU()]
    return nn.Sequential(*layers, *classifier(widest, classes, dropout))
