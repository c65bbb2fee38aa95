"""AlexNet (Krizhevsky et al. 2012) in PyTorch."""

from collections.abc import Sequence

from torch import nn

from sidebyside.architectures.in_torch.common import flat_size
from sidebyside.architectures.tables import ALEXNET


def alexnet(
    *,
    groups: int = 2,
    table: Sequence[tuple] = ALEXNET,
    hidden: int = 4096,
    classes: int = 1000,
    channels: int = 3,
    image: int = 227,
    dropout: float = 0.5,
) -> nn.Module:
    """AlexNet: (n, channels, image, image) → (n, classes).

    Args:
        groups: 2 for the paper's form, whose layers 2, 4 and 5 were split over two GPUs; 1 for
            the form in which every filter sees all maps.
        table: rows of (filters, kernel, stride, padding, split, what follows).
        hidden: units of the two hidden dense layers.
        image: pixels of a side. The paper says 224; its 55×55 maps need 227 or padding.
    """
    layers, before = [], channels
    for filters, kernel, stride, padding, split, after in table:
        parts = groups if split else 1
        layers += [nn.Conv2d(before, filters, kernel, stride, padding, groups=parts), nn.ReLU()]
        if "norm" in after:  # PyTorch divides alpha by the size, the paper does not
            layers.append(nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0))
        layers += [nn.MaxPool2d(3, 2)] if "pool" in after else []
        before = filters
    features, head = nn.Sequential(*layers), []
    before = flat_size(features, channels, image)
    for _ in range(2):
        head += [nn.Dropout(dropout), nn.Linear(before, hidden), nn.ReLU()]
        before = hidden
    return nn.Sequential(*features, nn.Flatten(), *head, nn.Linear(hidden, classes))
