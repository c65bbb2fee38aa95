"""What each layer puts out while a model runs, in both frameworks."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from sidebyside.parity.alignment import Unit
from sidebyside.parity.arrays import to_numpy

Record = dict[int, list[np.ndarray]]


@contextlib.contextmanager
def keras_outputs(units: list[tuple[Unit, Unit]]) -> Iterator[Record]:
    """Record the outputs of Keras layers, by their position in ``units``, while models run.

    A layer with an activation built in is recorded before it, since the torch layer has none. Each
    layer's ``call`` (or activation) is shadowed on the instance and uncovered at the end.
    """
    import tensorflow as tf

    record: Record = {}
    shadowed = []
    for i, (a, _) in enumerate(units):
        layer = a.layer
        if a.part == "depthwise" or "call" in vars(layer):
            continue
        own_activation = a.kind.startswith(("dense", "conv")) and layer.activation is not None
        name = "activation" if own_activation else "call"
        inner = getattr(layer, name)

        def shadow(
            *args: Any,
            _inner: Any = inner,
            _i: int = i,
            _first: bool = own_activation,
            **kwargs: Any,
        ) -> Any:
            result = _inner(*args, **kwargs)
            tensor = args[0] if _first else result
            tensor = tensor[0] if isinstance(tensor, tuple | list) else tensor
            if tf.executing_eagerly() and tf.is_tensor(tensor):
                record.setdefault(_i, []).append(to_numpy(tensor))
            return result

        shadowed.append((layer, name, vars(layer).get(name, _MISSING)))
        vars(layer)[name] = shadow
    try:
        yield record
    finally:
        for layer, name, before in shadowed:
            if before is _MISSING:
                del vars(layer)[name]
            else:
                vars(layer)[name] = before


_MISSING = object()


@contextlib.contextmanager
def torch_outputs(units: list[tuple[Unit, Unit]]) -> Iterator[Record]:
    """Record the outputs of torch modules, by their position in ``units``, while they run.

    An output is copied at once: what follows may overwrite it (``nn.ReLU(inplace=True)``).
    """
    import torch

    record: Record = {}
    handles = []
    for i, (_, b) in enumerate(units):
        last = getattr(b.layer, "num_layers", 1) - 1
        if isinstance(b.part, int) and b.part != last:
            continue  # the layers inside a stacked recurrent module can't be seen

        def hook(module: Any, args: Any, output: Any, _i: int = i) -> None:
            output = output[0] if isinstance(output, tuple | list) else output
            if isinstance(output, torch.Tensor):
                record.setdefault(_i, []).append(to_numpy(output).copy())

        handles.append(b.layer.register_forward_hook(hook))
    try:
        yield record
    finally:
        for handle in handles:
            handle.remove()


def in_keras_layout(a: Unit, b: Unit, array: np.ndarray, wanted: np.ndarray) -> np.ndarray | None:
    """A torch layer's output in the layout of Keras', or None where it has no such form."""
    if getattr(b.layer, "batch_first", True) is False and array.ndim == 3:
        array = array.swapaxes(0, 1)
    if a.kind.endswith(("rnn", "lstm", "gru")) and array.ndim == wanted.ndim + 1:
        if a.kind.startswith("bidirectional"):
            half = array.shape[-1] // 2
            array = np.concatenate([array[:, -1, :half], array[:, 0, half:]], axis=-1)
        else:
            array = array[:, -1]
    channels_first = a.kind.startswith("conv") or type(b.layer).__name__.startswith("BatchNorm")
    if channels_first and array.ndim > 2:
        moved = np.moveaxis(array, 1, -1)
        if moved.shape == wanted.shape:
            return moved
    return array if array.shape == wanted.shape else None
