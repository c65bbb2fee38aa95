"""Arrays from wherever they come: NumPy, TensorFlow, Keras, PyTorch, a GPU, a list, a number."""

import sys
from typing import Any

import numpy as np

from sidebyside.errors import NonFiniteError, ShapeError


def to_numpy(value: Any, what: str = "value") -> np.ndarray:
    """The value as a NumPy array of numbers on the host, in its own precision.

    Accepts arrays and tensors of the three frameworks (on any device, with or without a gradient,
    Keras variables and TensorFlow's sparse gradients included), lists and numbers. A list's or a
    number's floats become float64. bfloat16, which NumPy lacks, becomes float32.

    Raises:
        ShapeError: it is no array of numbers, or a ragged list.
    """
    if value is None:
        raise ShapeError(f"{what} is None; expected an array of numbers")
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        tensor = value.detach()
        tensor = tensor.to_dense() if tensor.is_sparse else tensor
        tensor = tensor.float() if tensor.dtype is torch.bfloat16 else tensor
        return tensor.cpu().resolve_conj().resolve_neg().numpy()
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and isinstance(value, tensorflow.IndexedSlices):
        value = tensorflow.convert_to_tensor(value)
    if not isinstance(value, np.ndarray) and callable(getattr(value, "numpy", None)):
        value = value.numpy()
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ShapeError(f"{what} is no rectangular array: {error}") from None
    if array.dtype == object and array.size:
        raise ShapeError(
            f"{what} is a {type(value).__name__} of Python objects, not an array of numbers; "
            "pass an array, a tensor or a nested list whose rows have equal length"
        )
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    if array.dtype.kind not in "biufc":
        raise ShapeError(f"{what} has dtype {array.dtype}; expected numbers")
    return array


def check_finite(array: np.ndarray, what: str) -> np.ndarray:
    """The array itself.

    Raises:
        NonFiniteError: it holds NaN or infinity; the message counts them and gives the first place.
    """
    if array.dtype.kind in "fc" and not np.isfinite(array).all():
        bad = ~np.isfinite(array)
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        raise NonFiniteError(
            f"{what} holds {int(np.isnan(array).sum())} NaN and {int(np.isinf(array).sum())} "
            f"infinite of {array.size} values (the first at {first}); "
            "a comparison needs finite numbers, so look for what overflowed before it"
        )
    return array


def wide(array: np.ndarray) -> np.ndarray:
    """The array in a precision in which differences can be taken (float64 or complex128)."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as it is written in Python, ``()`` for a number."""
    return str(tuple(int(n) for n in shape))
