"""The tables of the papers: what each network is made of, as plain data for both frameworks."""

import math

# LeCun et al. 1998, section II.B: filters of the convolutions, units of the dense layers.
LENET_5 = {"filters": (6, 16, 120), "units": (84,)}

# Krizhevsky et al. 2012, section 3.5: (filters, kernel, stride, padding, split over two GPUs,
# normalised and/or pooled after it).
ALEXNET = (
    (96, 11, 4, 0, False, "norm pool"),
    (256, 5, 1, 2, True, "norm pool"),
    (384, 3, 1, 1, False, ""),
    (384, 3, 1, 1, True, ""),
    (256, 3, 1, 1, True, "pool"),
)

# Simonyan and Zisserman 2015, table 1, columns A, B, D, E: (convolutions, filters) of each stage.
VGG = {
    11: ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512)),
    13: ((2, 64), (2, 128), (2, 256), (2, 512), (2, 512)),
    16: ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)),
    19: ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512)),
}

# Szegedy et al. 2015, table 1: filters of 1×1; 3×3 reduce, 3×3; 5×5 reduce, 5×5; pool projection.
# A stage ends with a max pooling; after 4a and 4d stand the auxiliary heads.
GOOGLENET = (
    (
        (64, (96, 128), (16, 32), 32),
        (128, (128, 192), (32, 96), 64),
    ),
    (
        (192, (96, 208), (16, 48), 64),
        (160, (112, 224), (24, 64), 64),
        (128, (128, 256), (24, 64), 64),
        (112, (144, 288), (32, 64), 64),
        (256, (160, 320), (32, 128), 128),
    ),
    (
        (256, (160, 320), (32, 128), 128),
        (384, (192, 384), (48, 128), 128),
    ),
)
GOOGLENET_HEADS_AFTER = ((1, 0), (1, 3))  # (stage, module), counted from 0

# He et al. 2016, table 1: whether blocks are bottlenecks, and blocks in each stage.
RESNET = {
    18: (False, (2, 2, 2, 2)),
    34: (False, (3, 4, 6, 3)),
    50: (True, (3, 4, 6, 3)),
    101: (True, (3, 4, 23, 3)),
    152: (True, (3, 8, 36, 3)),
}
RESNET_WIDTHS = (64, 128, 256, 512)

# Huang et al. 2017, table 1: layers of each dense block. All have growth rate 32.
DENSENET = {121: (6, 12, 24, 16), 169: (6, 12, 32, 32), 201: (6, 12, 48, 32)}

# Chollet 2017, figure 5: filters of the blocks of the entry flow; the middle flow has 8 of 728.
XCEPTION = {"stem": (32, 64), "entry": (128, 256, 728), "middle": 8, "exit": (1024, 1536, 2048)}

# Sandler et al. 2018, table 2: expansion t, filters c, repeats n, stride s.
MOBILENET_V2 = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)

# Tan and Le 2019, table 1: expansion, kernel, filters, repeats, stride. The strides are those of
# the authors' code; the paper's table gives them by the resolutions.
EFFICIENTNET_B0 = (
    (1, 3, 16, 1, 1),
    (6, 3, 24, 2, 2),
    (6, 5, 40, 2, 2),
    (6, 3, 80, 3, 2),
    (6, 5, 112, 3, 1),
    (6, 5, 192, 4, 2),
    (6, 3, 320, 1, 1),
)
# The authors' code: factor of width, factor of depth, pixels of a side.
EFFICIENTNET = {
    "B0": (1.0, 1.0, 224),
    "B1": (1.0, 1.1, 240),
    "B2": (1.1, 1.2, 260),
    "B3": (1.2, 1.4, 300),
    "B4": (1.4, 1.8, 380),
    "B5": (1.6, 2.2, 456),
    "B6": (1.8, 2.6, 528),
    "B7": (2.0, 3.1, 600),
}


def scaled_filters(filters: int, width: float, divisor: int = 8) -> int:
    """The number of filters times a factor, to a multiple of the divisor, at most a tenth less.

    The rule of the authors' code of MobileNetV2 and EfficientNet.
    """
    scaled = filters * width
    rounded = max(divisor, int(scaled + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * scaled else rounded


def scaled_repeats(repeats: int, depth: float) -> int:
    """The number of blocks times a factor, rounded up: the rule of EfficientNet's code."""
    return math.ceil(repeats * depth)
