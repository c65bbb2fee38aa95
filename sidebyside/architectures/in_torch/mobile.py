"""MobileNetV2 (Sandler et al. 2018) and EfficientNet (Tan and Le 2019) in PyTorch."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from sidebyside.architectures.in_torch.common import classifier, conv
from sidebyside.architectures.tables import (
    EFFICIENTNET,
    EFFICIENTNET_B0,
    MOBILENET_V2,
    scaled_filters,
    scaled_repeats,
)


class SqueezeExcitation(nn.Module):
    """Scale each channel by a number in 0–1, computed from the means of all channels."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.expand = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        means = x.mean(dim=(2, 3), keepdim=True)
        return x * torch.sigmoid(self.expand(nn.functional.silu(self.reduce(means))))


class InvertedResidual(nn.Module):
    """1×1 to more channels, a depthwise convolution, 1×1 to fewer, with no activation after it."""

    def __init__(
        self,
        channels: int,
        filters: int,
        stride: int,
        expansion: int,
        kernel: int = 3,
        activation: Callable[[], nn.Module] = nn.ReLU6,
        squeeze: bool = False,
        epsilon: float = 1e-5,
    ) -> None:
        super().__init__()
        wide, settings = channels * expansion, {"activation": activation, "epsilon": epsilon}
        layers = [conv(channels, wide, 1, **settings)] if expansion != 1 else []
        layers.append(conv(wide, wide, kernel, stride, groups=wide, **settings))
        if squeeze:  # a quarter of the block's input
            layers.append(SqueezeExcitation(wide, max(1, channels // 4)))
        layers.append(conv(wide, filters, 1, activation=None, epsilon=epsilon))
        self.body = nn.Sequential(*layers)
        self.added = stride == 1 and channels == filters

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.body(x) if self.added else self.body(x)


def mobilenet_v2(
    *,
    width: float = 1.0,
    table: Sequence[tuple] = MOBILENET_V2,
    stem: int = 32,
    last: int = 1280,
    classes: int = 1000,
    channels: int = 3,
    small: bool = False,
    dropout: float = 0.2,
) -> nn.Module:
    """MobileNetV2: (n, channels, h, w) → (n, classes).

    Args:
        width: factor of all filters; the last convolution's only where it is above 1.
        table: rows of (expansion, filters, repeats, stride).
        stem, last: filters of the first and the last convolution.
        small: a first convolution with stride 1, for small pictures.
    """
    before = scaled_filters(stem, width)
    layers = [conv(channels, before, 3, 1 if small else 2, activation=nn.ReLU6)]
    for expansion, filters, repeats, stride in table:
        filters = scaled_filters(filters, width)
        for i in range(repeats):
            layers.append(InvertedResidual(before, filters, stride if i == 0 else 1, expansion))
            before = filters
    last = scaled_filters(last, max(1.0, width))
    layers.append(conv(before, last, 1, activation=nn.ReLU6))
    return nn.Sequential(*layers, *classifier(last, classes, dropout))


def efficientnet(
    name: str = "B0",
    *,
    scaling: tuple[float, float] | None = None,
    table: Sequence[tuple] = EFFICIENTNET_B0,
    stem: int = 32,
    last: int = 1280,
    classes: int = 1000,
    channels: int = 3,
    small: bool = False,
    dropout: float = 0.2,
) -> nn.Module:
    """EfficientNet: (n, channels, h, w) → (n, classes).

    Args:
        name: "B0" to "B7".
        scaling: factors of width and depth, in place of the name's.
        table: rows of (expansion, kernel, filters, repeats, stride).
        stem, last: filters of the first and the last convolution, before scaling.
        small: a first convolution with stride 1, for small pictures.
    """
    width, depth = scaling or EFFICIENTNET[name][:2]
    before, settings = scaled_filters(stem, width), {"activation": nn.SiLU, "epsilon": 1e-3}
    layers = [conv(channels, before, 3, 1 if small else 2, **settings)]
    for expansion, kernel, filters, repeats, stride in table:
        filters = scaled_filters(filters, width)
        for i in range(scaled_repeats(repeats, depth)):
            step = stride if i == 0 else 1
            layers.append(
                InvertedResidual(before, filters, step, expansion, kernel, squeeze=True, **settings)
            )
            before = filters
    last = scaled_filters(last, width)
    layers.append(conv(before, last, 1, **settings))
    return nn.Sequential(*layers, *classifier(last, classes, dropout))
