"""Copy the weights of a model into its twin in the other framework."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sidebyside.errors import NonFiniteError, TranslationError
from sidebyside.parity import ordering, settings
from sidebyside.parity.alignment import Unit, align, is_keras, is_torch
from sidebyside.parity.arrays import check_finite
from sidebyside.parity.layers import Link, links


@dataclass(frozen=True)
class Translation:
    """What was copied.

    Attributes:
        direction: ``"Keras → PyTorch"`` or ``"PyTorch → Keras"``.
        layers: Keras layer path, torch module path and kind, for every pair of layers.
        weights: how many arrays were copied.
        parameters: how many numbers they hold.
        notes: conventions that were bridged, in sentences.
        differences: settings found to differ between the models, in sentences: they compute
            different things in spite of equal weights. That it is empty proves nothing.
    """

    direction: str
    layers: tuple[tuple[str, str, str], ...]
    weights: int
    parameters: int
    notes: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [
            f"{self.direction}: {self.weights} weights of {len(self.layers)} layers, "
            f"{self.parameters:,} parameters"
        ]
        width = max((len(mine) for mine, _, _ in self.layers), default=0)
        lines += [f"  {mine.ljust(width)}  {yours}" for mine, yours, _ in self.layers]
        lines += [f"Different setting: {text}" for text in self.differences]
        lines += [f"Note: {text}" for text in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Bridge:
    """Two models, layer by layer and weight by weight."""

    units: tuple[tuple[Unit, Unit], ...]
    links: tuple[Link, ...]
    notes: tuple[str, ...]
    differences: tuple[str, ...]
    output_orders: Mapping[int, np.ndarray]


def bridge(
    keras_net: Any,
    torch_net: Any,
    *,
    pairs: Mapping[str, str] | None = None,
    flatten: str = "auto",
) -> Bridge:
    """Align two models and check every weight, writing none.

    Raises:
        TranslationError: a layer has no counterpart; the message names it.
    """
    units = align(keras_net, torch_net, pairs)
    grouped = [links(a, b) for a, b in units]
    notes, orders = ordering.reorder(keras_net, torch_net, units, grouped, flatten)
    found = [link for group in grouped for link in group]
    if any(link.fixed for link in found):
        notes.append(
            "torch's recurrent layers add two biases where Keras has one: Keras' goes into bias_ih "
            "and zero into bias_hh, and their sum comes back. Both get the gradient of the one, so "
            "an optimiser in torch moves twice as far unless bias_hh is zero and frozen "
            "(requires_grad = False)."
        )
    differences = settings.find(keras_net, torch_net, units)
    return Bridge(tuple(units), tuple(found), tuple(notes), tuple(differences), orders)


def translate(
    source: Any,
    target: Any,
    *,
    pairs: Mapping[str, str] | None = None,
    flatten: str = "auto",
) -> Translation:
    """Copy the weights of a Keras model into a torch module, or back.

    Layers with weights are paired in order: Keras' depth first in the order they were created (a
    functional model's in the order they were called), torch's in the order they were registered;
    where all paths are equal in both, by name.
    What can be checked is checked, and everything converted, before the first weight is written: a
    ``TranslationError`` or ``NonFiniteError`` leaves the target as it was. An error of the
    framework while a weight is written (torch refuses to change a parameter that was made in
    ``torch.inference_mode()``) leaves it partly written.

    Shapes and kinds of layers are all that the pairing is checked by, so that it can be wrong, or
    the copy be without effect, and nothing says so. Follow it with ``compare`` on a real batch and
    a ``tolerance``. Known cases:

    - a functional Keras model with several branches that was saved and loaded has its layers in
      another order than the one that was built: layers of equal shape are swapped;
    - one name that differs takes the names from all: then the order decides;
    - of several dense layers behind one ``Flatten`` only the first is reordered, and none where the
      feature map is flattened by ``Reshape``, ``Lambda`` or ``keras.ops.reshape``;
    - a torch weight that is computed from others (``weight_norm``, ``spectral_norm``, any
      parametrisation) is computed anew at the next call;
    - two Keras weights for one that torch shares between layers: the later one stays;
    - with a ``ZeroPadding`` layer anywhere in the Keras model no padding is compared.

    Args:
        source, target: one Keras model or layer (built), one torch module, in either order.
        pairs: Keras layer path → torch module path, where the order differs. It must name every
            layer with weights; a path may name a block, whose layers are then paired in order.
        flatten: the order in which the torch module flattens feature maps before a dense layer:
            ``"auto"`` and ``"channels_first"`` reorder the dense weights for ``nn.Flatten`` on
            (channels, height, width); ``"channels_last"`` leaves them as they are, for a module
            that permutes before.

    Batch normalisation's moving statistics are copied as they are. In training they drift apart
    by design: torch adds the unbiased estimate of the batch's variance (divided by n - 1), Keras
    the biased one (divided by n), so torch's is larger by n / (n - 1) in what each step adds.

    Returns:
        What was copied, with notes on conventions and the settings found to differ.

    Raises:
        TranslationError: a layer has no counterpart or no rule, or a weight's shape does not fit.
        NonFiniteError: a weight of the source is NaN or infinite.
    """
    if is_keras(source) and is_torch(target):
        keras_net, torch_net, forwards = source, target, True
    elif is_torch(source) and is_keras(target):
        keras_net, torch_net, forwards = target, source, False
    else:
        raise TranslationError(
            "translate needs one Keras model and one torch module; got "
            f"{type(source).__module__}.{type(source).__name__} and "
            f"{type(target).__module__}.{type(target).__name__}"
        )
    found = bridge(keras_net, torch_net, pairs=pairs, flatten=flatten)
    notes = list(found.notes)
    writes = []
    for link in found.links:
        value = link.keras_value() if forwards else link.torch_value()
        try:
            check_finite(value, f"the weight {link.name!r} of the source")
        except NonFiniteError as error:
            raise NonFiniteError(f"{error}; nothing was copied") from None
        if forwards:
            arrays = [np.ascontiguousarray(array) for array in link.to_torch(value)]
            writes += [(slot.write, array) for slot, array in zip(link.slots, arrays, strict=True)]
        else:
            writes.append((link.variable.assign, value))
    for write, array in writes:
        write(array)
    return Translation(
        direction="Keras → PyTorch" if forwards else "PyTorch → Keras",
        layers=tuple((a.path, b.path, a.kind) for a, b in found.units),
        weights=len(found.links),
        parameters=sum(int(np.prod(link.variable.shape)) for link in found.links),
        notes=tuple(notes),
        differences=found.differences,
    )
