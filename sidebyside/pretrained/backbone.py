"""The course's backbone: three convolutions with batch normalisation, trained on five clothes."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sidebyside.errors import require

if TYPE_CHECKING:
    import keras
    import torch

WIDTHS = (16, 32, 64)
EPSILON = 1e-5
SOURCE_CLASSES = (0, 1, 3, 5, 8)
"""Labels of Fashion-MNIST that it was trained on: T-shirt, trousers, dress, sandal, bag."""
TARGET_CLASSES = (2, 4, 6, 7, 9)
"""The others, which it has never seen: pullover, coat, shirt, trainer, ankle boot."""
FILE = Path(__file__).parent / "backbone.npz"
PURPOSE = "the pre-trained backbone"


def load_backbone() -> dict[str, np.ndarray]:
    """The trained weights, float32 in Keras' layouts.

    For block 1 to 3, with ``w`` = 16, 32, 64 filters: ``"1.kernel"`` (3, 3, in, w), and
    ``"1.gamma"``, ``"1.beta"``, ``"1.mean"``, ``"1.variance"`` (w,) of its batch normalisation.
    Made by ``scripts/backbone.py``; licence: that of this course, see NOTICE beside the file.
    """
    with np.load(FILE, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def keras_backbone(*, pretrained: bool = True) -> "keras.Model":
    """The backbone in Keras: (n, 28, 28, 1) in 0–1 → features (n, 64).

    Args:
        pretrained: with the trained weights; else with new ones by He's rule.
    """
    keras = require("keras", extra="frameworks", purpose=PURPOSE)
    layers = keras.layers
    x = inputs = keras.Input((28, 28, 1))
    for number, width in enumerate(WIDTHS, start=1):
        x = layers.ZeroPadding2D(1, name=f"pad{number}")(x)  # "same" would pad one side only
        x = layers.Conv2D(
            width,
            3,
            strides=2,
            use_bias=False,
            kernel_initializer="he_normal",
            name=f"conv{number}",
        )(x)
        x = layers.BatchNormalization(epsilon=EPSILON, momentum=0.9, name=f"norm{number}")(x)
        x = layers.Activation("relu", name=f"relu{number}")(x)
    model = keras.Model(inputs, layers.GlobalAveragePooling2D(name="pool")(x), name="backbone")
    if pretrained:
        weights = load_backbone()
        for number in range(1, len(WIDTHS) + 1):
            model.get_layer(f"conv{number}").set_weights([weights[f"{number}.kernel"]])
            names = ("gamma", "beta", "mean", "variance")
            model.get_layer(f"norm{number}").set_weights([weights[f"{number}.{n}"] for n in names])
    return model


def torch_backbone(*, pretrained: bool = True) -> "torch.nn.Sequential":
    """The backbone in PyTorch: (n, 1, 28, 28) in 0–1 → features (n, 64).

    Modules are named ``conv1``, ``norm1``, ``relu1``, …, ``pool``, ``flatten``.

    Args:
        pretrained: with the trained weights; else with new ones by He's rule.
    """
    torch = require("torch", extra="frameworks", purpose=PURPOSE)
    nn, model, channels = torch.nn, torch.nn.Sequential(), 1
    for number, width in enumerate(WIDTHS, start=1):
        conv = nn.Conv2d(channels, width, 3, stride=2, padding=1, bias=False)
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        model.add_module(f"conv{number}", conv)
        model.add_module(f"norm{number}", nn.BatchNorm2d(width, eps=EPSILON))
        model.add_module(f"relu{number}", nn.ReLU())
        channels = width
    model.add_module("pool", nn.AdaptiveAvgPool2d(1))
    model.add_module("flatten", nn.Flatten())
    if pretrained:
        weights = {k: torch.from_numpy(v) for k, v in load_backbone().items()}
        state = {}
        for number in range(1, len(WIDTHS) + 1):
            state[f"conv{number}.weight"] = weights[f"{number}.kernel"].permute(3, 2, 0, 1)
            state[f"norm{number}.weight"] = weights[f"{number}.gamma"]
            state[f"norm{number}.bias"] = weights[f"{number}.beta"]
            state[f"norm{number}.running_mean"] = weights[f"{number}.mean"]
            state[f"norm{number}.running_var"] = weights[f"{number}.variance"]
            state[f"norm{number}.num_batches_tracked"] = torch.tensor(0)
        model.load_state_dict(state)
    return model
