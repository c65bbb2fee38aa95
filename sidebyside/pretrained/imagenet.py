"""ImageNet's backbones through ``keras.applications``, each with the preprocessing it expects."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sidebyside.data._dataset import wants_full
from sidebyside.errors import DataError, DownloadError, require

if TYPE_CHECKING:
    import keras

NAMES = {"VGG16": "vgg16", "ResNet50": "resnet50", "MobileNetV2": "mobilenet_v2"}
"""Names in ``keras.applications`` → the module that holds their ``preprocess_input``."""


def imagenet_backbone(
    name: str,
    *,
    input_shape: tuple[int, int, int],
    weights: str | Path | None = None,
    full: bool | None = None,
    **settings: Any,
) -> tuple["keras.Model", Callable]:
    """VGG16, ResNet50 or MobileNetV2 without their heads, and their ``preprocess_input``.

    The model takes what the preprocessing gives; the preprocessing takes RGB in 0–255 (in a float
    array it changes that array in place: hand it a copy).

    Args:
        name: ``"VGG16"``, ``"ResNet50"`` or ``"MobileNetV2"``.
        input_shape: (height, width, 3), at least 32.
        weights: a file of weights for the model without its head, which Keras' ``load_weights``
            reads. None: new weights, or ImageNet's where ``full``.
        full: download ImageNet's weights through Keras, from 9 MB (MobileNetV2) to 94 MB
            (ResNet50); None asks the environment variable ``SIDEBYSIDE_DATA``.
        settings: more of the model's own, such as ``alpha=0.35`` of MobileNetV2.

    Raises:
        DataError: an unknown name, or a file of weights that is missing.
        DownloadError: ImageNet's weights were asked for and can't be had.
    """
    if name not in NAMES:
        raise DataError(f"the backbone is {name!r}; expected one of {', '.join(NAMES)}")
    keras = require("keras", extra="frameworks", purpose=f"the backbone {name}")
    module = importlib.import_module(f"keras.applications.{NAMES[name]}")
    build = getattr(keras.applications, name)
    settings = {"include_top": False, "input_shape": tuple(input_shape), **settings}
    if weights is not None:
        if not Path(weights).is_file():
            raise DataError(
                f"there is no file of weights {str(weights)!r}; expected one for {name}"
            )
        return build(weights=str(weights), **settings), module.preprocess_input
    if not wants_full(full):
        return build(weights=None, **settings), module.preprocess_input
    try:
        return build(weights="imagenet", **settings), module.preprocess_input
    except Exception as error:  # Keras raises a bare Exception for a failed download
        raise DownloadError(
            f"ImageNet's weights for {name} could not be loaded through keras.applications: "
            f"{type(error).__name__}: {error}. To use a copy of your own: "
            f"imagenet_backbone({name!r}, weights=FILE, …). For new weights, which need no "
            "network: full=False, or leave SIDEBYSIDE_DATA unset."
        ) from error
