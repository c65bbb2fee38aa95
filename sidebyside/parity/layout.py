"""Channels last for Keras, channels first for torch: of inputs, outputs and targets."""

from typing import Any

import numpy as np

from sidebyside.parity.alignment import Unit
from sidebyside.parity.arrays import shape_text


def inputs_for_torch(
    inputs: tuple[np.ndarray, ...], units: list[tuple[Unit, Unit]]
) -> tuple[tuple[np.ndarray, ...], str]:
    """The batch as a torch module takes it, with a note where the channels were moved.

    A rank-4 (or 5) input goes to channels first where the torch module has a 2-D (3-D)
    convolution or batch normalisation of images; a rank-3 input where its first layer is a 1-D
    convolution. A Keras model that keeps its channels first itself is left alone.
    """
    if any(getattr(a.layer, "data_format", "") == "channels_first" for a, _ in units):
        return inputs, ""
    ranks = {_rank(b) for _, b in units}
    first = _rank(units[0][1]) if units else 0
    moved, notes = [], []
    for array in inputs:
        wanted = array.ndim - 2
        if (wanted >= 2 and wanted in ranks) or (wanted == 1 and first == 1):
            channels_first = np.ascontiguousarray(np.moveaxis(array, -1, 1))
            notes.append(f"{shape_text(array.shape)} to {shape_text(channels_first.shape)}")
            array = channels_first
        moved.append(array)
    note = f"the batch went to torch with its channels first: {', '.join(notes)}." if notes else ""
    return tuple(moved), note


def moves_output(ours: np.ndarray, theirs: np.ndarray, units: list[tuple[Unit, Unit]]) -> bool:
    """Whether torch's output is Keras' with the channels first.

    Where the shape fits both ways (all sizes equal), the last layer decides: a convolution leaves
    its channels first.
    """
    if (
        ours.ndim != theirs.ndim
        or ours.ndim < 3
        or ours.ndim - 2 not in {_rank(b) for _, b in units}
    ):
        return False
    if any(getattr(a.layer, "data_format", "") == "channels_first" for a, _ in units):
        return False
    if np.moveaxis(theirs, 1, -1).shape != ours.shape:
        return False
    if theirs.shape != ours.shape:
        return True
    return _rank(units[-1][1]) == ours.ndim - 2


def _rank(unit: Unit) -> int:
    """The number of spatial axes of a torch layer, 0 where it has none."""
    name: Any = type(unit.layer).__name__
    if unit.kind.startswith("conv"):
        return len(unit.layer.kernel_size)
    return {"BatchNorm2d": 2, "BatchNorm3d": 3}.get(name, 0)
