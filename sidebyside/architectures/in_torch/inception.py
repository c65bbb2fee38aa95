"""GoogLeNet (Szegedy et al. 2015) in PyTorch, and the blocks of its successors."""

from collections.abc import Sequence

import torch
from torch import nn

from sidebyside.architectures.in_torch.common import conv, flat_size
from sidebyside.architectures.tables import GOOGLENET, GOOGLENET_HEADS_AFTER


class Branches(nn.Module):
    """Branches beside one another on the same input, their channels concatenated."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class ScaledResidual(nn.Module):
    """x + scale · branch(x), then ReLU: the frame of the Inception-ResNets."""

    def __init__(self, branch: nn.Module, scale: float) -> None:
        super().__init__()
        self.branch, self.scale = branch, scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.scale * self.branch(x))


def inception_v1(channels: int, row: tuple, *, norm: bool = False) -> Branches:
    """A module of GoogLeNet; a row is (1×1, (reduce, 3×3), (reduce, 5×5), pool projection)."""
    ones, (reduce3, threes), (reduce5, fives), projection = row
    return Branches(
        conv(channels, ones, 1, norm=norm),
        nn.Sequential(conv(channels, reduce3, 1, norm=norm), conv(reduce3, threes, 3, norm=norm)),
        nn.Sequential(conv(channels, reduce5, 1, norm=norm), conv(reduce5, fives, 5, norm=norm)),
        nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(channels, projection, 1, norm=norm)),
    )


def inception_v2(channels: int, row: tuple) -> Branches:
    """Ioffe and Szegedy 2015: batch norm behind every convolution, 5×5 as two of 3×3.

    Its pooling is the average; the row is that of ``inception_v1``.
    """
    ones, (reduce3, threes), (reduce5, fives), projection = row
    double = [conv(channels, reduce5, 1), conv(reduce5, fives, 3), conv(fives, fives, 3)]
    pool = nn.AvgPool2d(3, 1, 1, count_include_pad=False)
    return Branches(
        conv(channels, ones, 1),
        nn.Sequential(conv(channels, reduce3, 1), conv(reduce3, threes, 3)),
        nn.Sequential(*double),
        nn.Sequential(pool, conv(channels, projection, 1)),
    )


def inception_v3(channels: int, filters: int = 192, reduced: int = 128, n: int = 7) -> Branches:
    """Szegedy et al. 2016, figure 6: n×n factorised into 1×n and n×1; four branches of filters."""
    once = [conv(channels, reduced, 1), conv(reduced, reduced, (1, n))]
    twice = [conv(channels, reduced, 1), conv(reduced, reduced, (n, 1))]
    twice += [conv(reduced, reduced, (1, n)), conv(reduced, reduced, (n, 1))]
    pool = nn.AvgPool2d(3, 1, 1, count_include_pad=False)
    return Branches(
        conv(channels, filters, 1),
        nn.Sequential(*once, conv(reduced, filters, (n, 1))),
        nn.Sequential(*twice, conv(reduced, filters, (1, n))),
        nn.Sequential(pool, conv(channels, filters, 1)),
    )


def inception_v3_reduction(channels: int, filters: int, reduced: int = 64) -> Branches:
    """Szegedy et al. 2016, figure 10: stride 2 by convolutions beside a pooling, no bottleneck."""
    double = [conv(channels, reduced, 1), conv(reduced, filters, 3)]
    return Branches(
        nn.Sequential(conv(channels, reduced, 1), conv(reduced, filters, 3, 2, padding=0)),
        nn.Sequential(*double, conv(filters, filters, 3, 2, padding=0)),
        nn.MaxPool2d(3, 2),
    )


def inception_v4(channels: int, filters: int = 96, reduced: int = 64) -> Branches:
    """Szegedy et al. 2017, figure 4 (Inception-A): the same shape for every module of a stage."""
    pool = nn.AvgPool2d(3, 1, 1, count_include_pad=False)
    return Branches(
        nn.Sequential(pool, conv(channels, filters, 1)),
        conv(channels, filters, 1),
        nn.Sequential(conv(channels, reduced, 1), conv(reduced, filters, 3)),
        nn.Sequential(
            conv(channels, reduced, 1), conv(reduced, filters, 3), conv(filters, filters, 3)
        ),
    )


def inception_resnet(channels: int, width: int = 32, scale: float = 0.2) -> ScaledResidual:
    """Szegedy et al. 2017, figure 10: the module as the branch of a scaled residual block."""
    branches = Branches(
        conv(channels, width, 1),
        nn.Sequential(conv(channels, width, 1), conv(width, width, 3)),
        nn.Sequential(conv(channels, width, 1), conv(width, width, 3), conv(width, width, 3)),
    )
    last = conv(3 * width, channels, 1, norm=False, activation=None)
    return ScaledResidual(nn.Sequential(branches, last), scale)


def _out(row: tuple) -> int:
    return row[0] + row[1][1] + row[2][1] + row[3]


class GoogLeNet(nn.Module):
    """GoogLeNet; with auxiliary heads its forward gives three logits in training, else one."""

    def __init__(
        self,
        stages: Sequence,
        stem: tuple[int, int, int],
        classes: int,
        channels: int,
        image: int,
        auxiliary: bool,
        dropout: float,
        heads_after: Sequence,
        small: bool,
    ) -> None:
        super().__init__()
        first, reduce, second = stem
        normalise = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
        self.stem = nn.Sequential(
            conv(channels, first, 3 if small else 7, 1 if small else 2, norm=False),
            *([] if small else [nn.MaxPool2d(3, 2, 1), normalise]),
            conv(first, reduce, 1, norm=False),
            conv(reduce, second, 3, norm=False),
            *([] if small else [normalise]),
            nn.MaxPool2d(3, 2, 1),
        )
        self.inceptions, self.heads = nn.ModuleList(), nn.ModuleDict()
        self.pool, self.pooled_after = nn.MaxPool2d(3, 2, 1), set()
        before, blocks = second, [self.stem]
        for i, stage in enumerate(stages):
            for j, row in enumerate(stage):
                self.inceptions.append(inception_v1(before, row))
                blocks.append(self.inceptions[-1])
                before = _out(row)
                if auxiliary and (i, j) in heads_after:
                    name = str(len(self.inceptions) - 1)
                    self.heads[name] = _auxiliary(blocks, before, channels, image, classes)
            if i < len(stages) - 1:
                self.pooled_after.add(len(self.inceptions) - 1)
                blocks.append(self.pool)
        dropped = [nn.Dropout(dropout)] if dropout else []
        pool = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        self.classifier = nn.Sequential(*pool, *dropped, nn.Linear(before, classes))

    def forward(self, x: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, ...]:
        x, heads = self.stem(x), []
        for i, block in enumerate(self.inceptions):
            x = block(x)
            if self.training and str(i) in self.heads:
                heads.append(self.heads[str(i)](x))
            if i in self.pooled_after:
                x = self.pool(x)
        x = self.classifier(x)
        return (x, *heads) if heads else x


def _auxiliary(blocks: list, before: int, channels: int, image: int, classes: int) -> nn.Sequential:
    """Section 5: 5×5 average pooling with stride 3, 128 of 1×1, 1024 units, dropout of 0.7."""
    pooled = [nn.AvgPool2d(5, 3), conv(before, 128, 1, norm=False)]
    size = flat_size(nn.Sequential(*blocks, *pooled), channels, image)
    dense = [nn.Linear(size, 1024), nn.ReLU(), nn.Dropout(0.7), nn.Linear(1024, classes)]
    return nn.Sequential(*pooled, nn.Flatten(), *dense)


def googlenet(
    *,
    auxiliary: bool = False,
    stages: Sequence = GOOGLENET,
    stem: tuple[int, int, int] = (64, 64, 192),
    classes: int = 1000,
    channels: int = 3,
    image: int = 224,
    dropout: float = 0.4,
    small: bool = False,
) -> nn.Module:
    """GoogLeNet (Inception v1): (n, channels, image, image) → (n, classes).

    Args:
        auxiliary: with the two auxiliary heads; in training mode the module then gives the logits
            and those of the heads, which the paper weights with 0.3.
        stages: rows of the inception modules, a pooling between two stages.
        stem: filters of the first three convolutions.
        small: a first convolution of 3×3 with stride 1, no pooling nor normalisation after it.
    """
    heads = GOOGLENET_HEADS_AFTER
    return GoogLeNet(stages, stem, classes, channels, image, auxiliary, dropout, heads, small)
