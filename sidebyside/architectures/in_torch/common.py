"""What the PyTorch families share: convolution with its normalisation, and first weights."""

import copy
from collections.abc import Callable

import torch
from torch import nn


def conv(
    channels: int,
    filters: int,
    kernel: int | tuple[int, int],
    stride: int = 1,
    *,
    groups: int = 1,
    norm: bool = True,
    activation: Callable[[], nn.Module] | None = nn.ReLU,
    padding: int | tuple[int, int] | None = None,
    epsilon: float = 1e-5,
) -> nn.Sequential:
    """Convolution, batch norm, activation: (n, channels, h, w) → (n, filters, h', w').

    Without ``padding`` half the kernel is padded on every side. A convolution has a bias exactly
    where no normalisation follows.
    """
    sides = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    padding = tuple(side // 2 for side in sides) if padding is None else padding
    layers = [nn.Conv2d(channels, filters, kernel, stride, padding, groups=groups, bias=not norm)]
    layers += [nn.BatchNorm2d(filters, eps=epsilon)] if norm else []
    layers += [activation()] if activation is not None else []
    return nn.Sequential(*layers)


def flat_size(features: nn.Module, channels: int, image: int) -> int:
    """How many numbers the features of one image hold; computed without computing any."""
    with torch.no_grad():
        on_meta = copy.deepcopy(features).to("meta").eval()
        return on_meta(torch.empty(1, channels, image, image, device="meta")).numel()


def he_start(net: nn.Module) -> nn.Module:
    """Draw He's normal weights for all convolutions and dense layers, biases zero; gives net."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return net


def classifier(features: int, classes: int, dropout: float = 0.0) -> nn.Sequential:
    """Global average pooling, dropout, one dense layer."""
    dropped = [nn.Dropout(dropout)] if dropout else []
    pool = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*pool, *dropped, nn.Linear(features, classes))
