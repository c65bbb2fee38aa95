"""LeNet-5 (LeCun et al. 1998) in PyTorch."""

from itertools import pairwise

from torch import nn

from sidebyside.architectures.in_torch.common import flat_size
from sidebyside.architectures.tables import LENET_5


def lenet5(
    *, classes: int = 10, channels: int = 1, image: int = 32, first_padding: int = 0
) -> nn.Module:
    """LeNet-5 as it is usually built: every filter sees all maps, averages without weights.

    Takes (n, channels, image, image), gives (n, classes). Pictures of 28×28 take
    ``first_padding=2``, as the paper's were put into frames of 32×32. In the paper the second
    convolution connects each filter with some maps only, the pooling has two trainable numbers a
    map and the output units are radial: 60,000 trainable parameters in place of 61,706.
    """
    first, second, third = LENET_5["filters"]
    features = nn.Sequential(
        nn.Conv2d(channels, first, 5, padding=first_padding),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(first, second, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
    )
    size = flat_size(features, channels, image)
    dense = [nn.Linear(size, third), nn.Tanh()]  # the paper's C5: a 5×5 convolution of 5×5 maps
    widths = (third, *LENET_5["units"])
    for before, after in pairwise(widths):
        dense += [nn.Linear(before, after), nn.Tanh()]
    return nn.Sequential(*features, nn.Flatten(), *dense, nn.Linear(widths[-1], classes))
