"""Networks trained beforehand: this course's own small backbone, and ImageNet's by name.

``load_backbone`` gives the arrays of a convolutional network that ``scripts/backbone.py`` trained
on five kinds of clothes; ``keras_backbone`` and ``torch_backbone`` build it in either framework,
with these weights or with new ones. ``imagenet_backbone`` gives VGG16, ResNet50 or MobileNetV2
through ``keras.applications`` with the preprocessing that belongs to each. Importing this imports
NumPy only.
"""

from sidebyside.pretrained.backbone import (
    EPSILON,
    SOURCE_CLASSES,
    TARGET_CLASSES,
    WIDTHS,
    keras_backbone,
    load_backbone,
    torch_backbone,
)
from sidebyside.pretrained.imagenet import NAMES, imagenet_backbone

__all__ = [
    "EPSILON",
    "NAMES",
    "SOURCE_CLASSES",
    "TARGET_CLASSES",
    "WIDTHS",
    "imagenet_backbone",
    "keras_backbone",
    "load_backbone",
    "torch_backbone",
]
