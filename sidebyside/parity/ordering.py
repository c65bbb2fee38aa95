"""The order of features where images become vectors, and vectors images.

Keras keeps channels last, so ``Flatten`` lists a feature map place by place, all channels of the
first place first. torch keeps them first, so ``nn.Flatten`` lists it channel by channel. A dense
layer behind it has its rows in another order; likewise the columns of one whose output is
reshaped into a feature map. What stands between (batch or layer normalisation of the vector)
follows.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sidebyside.errors import TranslationError
from sidebyside.parity.alignment import Unit, keras_layers, torch_modules
from sidebyside.parity.layers import Link

CHOICES = ("auto", "channels_first", "channels_last")


def reorder(
    keras_net: Any,
    torch_net: Any,
    units: list[tuple[Unit, Unit]],
    found: list[list[Link]],
    flatten: str,
) -> tuple[list[str], dict[int, np.ndarray]]:
    """Give the links of dense layers at a flattened feature map their permutation, in place.

    Args:
        units, found: the paired units, and the links of each pair.
        flatten: the order in which the *torch* module flattens: ``"channels_first"``,
            ``"channels_last"``, or ``"auto"``: channels first, as anything that torch's
            convolutions return is flattened unless it is permuted before.

    Returns:
        A note for every permutation; and by position in ``units``, the order of the features in
        the outputs of the layers whose features torch has in another order.

    Raises:
        TranslationError: ``flatten`` is none of these.
    """
    if flatten not in CHOICES:
        raise TranslationError(
            f"flatten={flatten!r} is not known; it is one of {', '.join(map(repr, CHOICES))}"
        )
    if flatten == "channels_last":
        return [], {}
    import keras

    position = {id(a.layer): i for i, (a, _) in enumerate(units)}
    layers = [layer for _, layer in keras_layers(keras_net)]
    has_flatten = any(type(m).__name__ == "Flatten" for _, m in torch_modules(torch_net))
    assumed = ""
    if flatten == "auto" and not has_flatten:
        assumed = (
            " The torch module has no nn.Flatten, so this is assumed; "
            "pass flatten='channels_last' if it moves the channels last before."
        )
    notes: list[str] = []
    orders: dict[int, np.ndarray] = {}
    spatial = False  # do the features still have places, with channels first in torch?
    channels = 0
    pending: tuple[int, int | None] | None = None  # channels and features of a flattened map
    for index, layer in enumerate(layers):
        i = position.get(id(layer))
        kind = units[i][0].kind if i is not None else ""
        if kind.startswith("conv"):
            spatial = getattr(layer, "data_format", "") != "channels_first"
            bias_free = [link for link in found[i] if not link.name.endswith("bias")]
            shape = bias_free[0].variable.shape
            channels = int(shape[-2] if "transpose" in kind else shape[-1])
            if "depthwise" in bias_free[0].name or "Depthwise" in type(layer).__name__:
                channels = int(shape[-2] * shape[-1])
            pending = None
        elif type(layer).__name__.startswith("Global"):
            spatial = False
        elif isinstance(layer, keras.layers.Flatten) and spatial:
            shape = _input_shape(layer)
            if shape is None or (len(shape) > 2 and None not in shape[1:]):
                channels = int(shape[-1]) if shape else channels
                pending = (channels, int(np.prod(shape[1:])) if shape else None)
            spatial = False
        elif isinstance(layer, keras.layers.Reshape) and len(layer.target_shape) > 1:
            notes += _before_reshape(layers, index, units, found, position, orders)
        elif kind == "dense":
            if pending is not None and _permute_input(found[i], *pending):
                notes.append(
                    f"the rows of {found[i][0].name!r} were reordered: Keras flattens the feature "
                    f"map of {pending[0]} channels place by place, torch channel by channel."
                    + assumed
                )
            elif pending is not None and pending[1] not in (None, _rows(found[i])):
                notes.append(
                    f"{found[i][0].name!r} has {_rows(found[i])} rows and the flattened feature "
                    f"map before it {pending[1]}: its rows were not reordered."
                )
            pending, spatial = None, False
        elif kind.endswith("normalisation") and pending is not None:
            _permute_features(found[i], pending[0], orders, i)
        elif i is not None and not kind.endswith("normalisation"):
            pending, spatial = None, False
    return notes, orders


def _input_shape(layer: Any) -> tuple[int | None, ...] | None:
    """A Keras layer's input shape where it was called symbolically, else None."""
    try:
        tensor = layer.input
    except (AttributeError, ValueError):
        return None
    return tuple(tensor.shape)


def _rows(links: list[Link]) -> int:
    return int(links[0].variable.shape[0])


def _order(channels: int, features: int) -> np.ndarray:
    """Where torch's n-th feature stands in Keras' order."""
    return np.arange(features).reshape(-1, channels).T.ravel()


def _permute_input(links: list[Link], channels: int, features: int | None) -> bool:
    rows = _rows(links)
    if (features is not None and rows != features) or rows % channels or rows == channels:
        return False
    links[0] = permuted(links[0], 0, _order(channels, rows))
    return True


def _permute_features(
    links: list[Link], channels: int, orders: dict[int, np.ndarray], i: int
) -> None:
    for n, link in enumerate(links):
        features = int(link.variable.shape[-1])
        if features % channels == 0 and features > channels:
            orders[i] = _order(channels, features)
            links[n] = permuted(link, -1, orders[i])


def _before_reshape(
    layers: list[Any],
    index: int,
    units: list[tuple[Unit, Unit]],
    found: list[list[Link]],
    position: dict[int, int],
    orders: dict[int, np.ndarray],
) -> list[str]:
    """Reorder what makes a vector that is reshaped into a feature map for a convolution."""
    shape = tuple(int(n) for n in layers[index].target_shape)
    features, channels = int(np.prod(shape)), shape[-1]
    after = [units[position[id(x)]][0].kind for x in layers[index:] if id(x) in position]
    after = [kind for kind in after if not kind.endswith("normalisation")]
    if -1 in shape or features == channels or not after or not after[0].startswith("conv"):
        return []
    for layer in reversed(layers[:index]):
        i = position.get(id(layer))
        if i is None:
            continue
        kind = units[i][0].kind
        if kind.endswith("normalisation"):
            _permute_features(found[i], channels, orders, i)
        elif kind == "dense" and int(found[i][0].variable.shape[-1]) == features:
            orders[i] = _order(channels, features)
            found[i][:] = [permuted(link, -1, orders[i]) for link in found[i]]
            return [
                f"the columns of {found[i][0].name!r} were reordered: Keras reshapes its output "
                f"to {shape} place by place, torch channel by channel."
            ]
        else:
            break
    return []


def permuted(link: Link, axis: int, order: np.ndarray) -> Link:
    """The same link where torch has the features of one Keras axis in another order."""
    inverse = np.argsort(order)

    def to_torch(array: np.ndarray) -> Any:
        return link.to_torch(np.take(array, order, axis=axis))

    def to_keras(*arrays: np.ndarray) -> np.ndarray:
        return np.take(link.to_keras(*arrays), inverse, axis=axis)

    grad: Callable[..., np.ndarray] | None = None
    if link.grad_to_keras is not None:

        def grad(*arrays: np.ndarray) -> np.ndarray:
            return np.take(link.grad_to_keras(*arrays), inverse, axis=axis)

    return replace(link, to_torch=to_torch, to_keras=to_keras, grad_to_keras=grad)
