"""The members of the families that the chapter counts, with what was published about them."""

import contextlib
import gc
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_WAITING = "uninitialized_variables"  # Keras' name for its list


@dataclass(frozen=True)
class Member:
    """One network.

    Attributes:
        builder: the function of ``in_torch`` and ``in_keras``.
        settings: its arguments.
        year: of the first publication.
        image: pixels of a side.
        channels: of the input.
        parameters: the exact count that is known for it; None where none was published.
        multiply_adds: as published, rounded as there; None where nothing was published.
        source: of the multiply-adds, a key of the bibliography.
    """

    builder: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    year: int = 0
    image: int = 224
    channels: int = 3
    parameters: int | None = None
    multiply_adds: float | None = None
    source: str = ""

    def in_torch(self) -> Any:
        """The network as a torch module on the ``meta`` device: shapes without memory."""
        import torch

        from sidebyside.architectures import in_torch

        with torch.device("meta"):
            return getattr(in_torch, self.builder)(**self._arguments(in_torch))

    def in_keras(self) -> Any:
        """The network as a Keras model without memory: it can be counted, not run."""
        from sidebyside.architectures import in_keras

        with no_memory():
            return getattr(in_keras, self.builder)(**self._arguments(in_keras))

    def _arguments(self, where: Any) -> dict[str, Any]:
        wanted = inspect.signature(getattr(where, self.builder)).parameters
        sizes = {"image": self.image, "channels": self.channels}
        return {k: v for k, v in sizes.items() if k in wanted} | dict(self.settings)


@contextlib.contextmanager
def no_memory() -> Iterator[None]:
    """Keras variables made inside have shapes and no values, and never get any.

    Keras lists them, to be filled when the next scope ends; they are taken off that list. Python's
    collector of reference cycles waits meanwhile: a network is tens of thousands of small objects,
    all of them in use, and searching them again and again takes more time than making them.
    """
    import keras
    from keras.src.backend.common import global_state

    waiting, collecting = list(global_state.get_global_attribute(_WAITING, [])), gc.isenabled()
    gc.disable()
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        global_state.set_global_attribute(_WAITING, waiting)
        if collecting:
            gc.enable()


def _resnet(depth: int, parameters: int, multiply_adds: float) -> Member:
    settings = {"depth": depth}
    return Member("resnet", settings, 2015, 224, 3, parameters, multiply_adds, "he2016deep")


def _efficientnet(name: str, image: int, parameters: int, multiply_adds: float) -> Member:
    source = "tan2019efficientnet"
    settings = {"name": name}
    return Member("efficientnet", settings, 2019, image, 3, parameters, multiply_adds, source)


MEMBERS = {
    "LeNet-5": Member("lenet5", {}, 1998, 32, 1, 61_706),
    "AlexNet, one group": Member("alexnet", {"groups": 1}, 2012, 227, 3, 62_378_344),
    "AlexNet": Member("alexnet", {}, 2012, 227, 3, 60_965_224, 0.724e9, "sze2017efficient"),
    "VGG-16": Member("vgg", {"depth": 16}, 2014, 224, 3, 138_357_544, 15.5e9, "sze2017efficient"),
    "VGG-19": Member("vgg", {"depth": 19}, 2014, 224, 3, 143_667_240, 19.6e9, "he2016deep"),
    "GoogLeNet": Member("googlenet", {}, 2014, 224, 3, None, 1.5e9, "szegedy2015going"),
    "GoogLeNet with heads": Member("googlenet", {"auxiliary": True}, 2014),
    "ResNet-18": _resnet(18, 11_689_512, 1.8e9),
    "ResNet-34": _resnet(34, 21_797_672, 3.6e9),
    "ResNet-50": _resnet(50, 25_557_032, 3.8e9),
    "ResNet-101": _resnet(101, 44_549_160, 7.6e9),
    "ResNet-152": _resnet(152, 60_192_808, 11.3e9),
    "DenseNet-121": Member(
        "densenet", {"depth": 121}, 2016, 224, 3, 7_978_856, 2.83e9, "torchvision2025"
    ),
    "Xception": Member("xception", {}, 2016, 299, 3, 22_855_952, 8.4e9, "zoph2018learning"),
    "MobileNetV2": Member(
        "mobilenet_v2", {}, 2018, 224, 3, 3_504_872, 0.3e9, "sandler2018mobilenetv2"
    ),
    "EfficientNet-B0": _efficientnet("B0", 224, 5_288_548, 0.39e9),
    "EfficientNet-B1": _efficientnet("B1", 240, 7_794_184, 0.70e9),
    "EfficientNet-B2": _efficientnet("B2", 260, 9_109_994, 1.0e9),
    "EfficientNet-B3": _efficientnet("B3", 300, 12_233_232, 1.8e9),
    "EfficientNet-B4": _efficientnet("B4", 380, 19_341_616, 4.2e9),
    "EfficientNet-B5": _efficientnet("B5", 456, 30_389_784, 9.9e9),
    "EfficientNet-B6": _efficientnet("B6", 528, 43_040_704, 19e9),
    "EfficientNet-B7": _efficientnet("B7", 600, 66_347_960, 37e9),
}
