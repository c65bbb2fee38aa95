"""VGG (Simonyan and Zisserman 2015) in PyTorch."""

from collections.abc import Sequence

from torch import nn

from sidebyside.architectures.in_torch.common import flat_size
from sidebyside.architectures.tables import VGG


def vgg(
    depth: int = 16,
    *,
    stages: Sequence[tuple[int, int]] | None = None,
    hidden: int = 4096,
    classes: int = 1000,
    channels: int = 3,
    image: int = 224,
    dropout: float = 0.5,
) -> nn.Module:
    """VGG: (n, channels, image, image) → (n, classes).

    Args:
        depth: 11, 13, 16 or 19 layers with weights.
        stages: (convolutions, filters) of each stage, in place of the table's.
        hidden: units of the two hidden dense layers.
    """
    layers, before = [], channels
    for convolutions, filters in stages or VGG[depth]:
        for _ in range(convolutions):
            layers += [nn.Conv2d(before, filters, 3, padding=1), nn.ReLU()]
            before = filters
        layers.append(nn.MaxPool2d(2))
    features, head = nn.Sequential(*layers), []
    before = flat_size(features, channels, image)
    for _ in range(2):
        head += [nn.Linear(before, hidden), nn.ReLU(), nn.Dropout(dropout)]
        before = hidden
    return nn.Sequential(*features, nn.Flatten(), *head, nn.Linear(hidden, classes))
