"""Adapters for NumPy's arrays, scalars and dtypes."""

from __future__ import annotations

import math
import re
import sys
import zlib
from typing import Any

import numpy as np

from sidebyside.grading.wire import plain  # noqa: F401 - np.float64 is a float: asked after
from sidebyside.grading.wire.codec import INLINE, Adapter, Decoder, Encoder, register
from sidebyside.grading.wire.errors import CrossingError, ProtocolError

_FIXED = {
    np.dtype(kind).str: np.dtype(kind)
    for kind in (
        "?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8",
        "f2", "f4", "f8", "g", "c8", "c16", "G", "O", "M8", "m8",
    )
}  # fmt: skip
_TIMES = re.compile(r"<[Mm]8\[(?:[1-9][0-9]{0,5})?(?:Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\]")
_TEXTS = re.compile(r"(?:<U|\|S)([1-9][0-9]{0,7})")
_SMALL_FLOATS = (
    "bfloat16", "float8_e3m4", "float8_e4m3", "float8_e4m3b11fnuz", "float8_e4m3fn",
    "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "int4", "uint4",
)  # fmt: skip
_COPY_UP_TO = 16 * 2**20  # bytes of an array's state kept as a copy; larger ones as a checksum
_DTYPES: dict[str, np.dtype] = dict(_FIXED)
_NAMES: dict[np.dtype, str] = {}
_DATA = frozenset((bool, int, float, complex, str, bytes, type(None), list, tuple, dict))


def _small_float(name: str) -> np.dtype | None:
    module = sys.modules.get("ml_dtypes")
    return np.dtype(getattr(module, name)) if hasattr(module, name) else None


def dtype_name(dtype: np.dtype) -> str:
    """The name that ``dtype_of`` takes, of the dtype in this machine's byte order.

    Raises:
        CrossingError: arrays of this dtype can't cross.
    """
    found = _NAMES.get(dtype)
    if found is not None:
        return found
    native = dtype.newbyteorder("=")
    name = native.str
    if name in ("<U0", "|S0"):
        raise CrossingError("an array of texts of length 0 can't cross")
    if native.names is not None or native.subdtype is not None:
        raise CrossingError(
            f"a structured array (dtype {dtype}) can't cross; take its fields one by one"
        )
    if name not in _FIXED and not _TIMES.fullmatch(name) and not _TEXTS.fullmatch(name):
        name = native.name
        if name not in _SMALL_FLOATS or _small_float(name) != native:
            raise CrossingError(f"an array of dtype {dtype} can't cross")
    if len(_NAMES) < 1_000:
        _NAMES[dtype] = name
    return name


def dtype_of(name: Any) -> np.dtype:
    """The dtype of that name, if it is one of those that may cross.

    Raises:
        ProtocolError: it is not.
    """
    if type(name) is not str:
        raise ProtocolError("a dtype of another form")
    found = _DTYPES.get(name)
    if found is not None:
        return found
    text = _TEXTS.fullmatch(name)
    if _TIMES.fullmatch(name) or (text and int(text[1]) <= 2**24):
        found = np.dtype(name)
    elif name in _SMALL_FLOATS:
        found = _small_float(name)
    if found is None:
        raise ProtocolError(f"an array of dtype {name[:40]!r}")
    if len(_DTYPES) < 1_000:
        _DTYPES[name] = found
    return found


def _check_text(array: np.ndarray) -> None:
    if array.dtype.kind == "U" and array.size and array.dtype.itemsize:
        points = np.ascontiguousarray(array).reshape(-1).view(np.uint32)
        if points.max(initial=0) > sys.maxunicode:
            raise ProtocolError("text that is none")


class _Array(Adapter):
    tag, types, shared, mutable = "a", (np.ndarray,), True, True

    def encode(self, value: np.ndarray, encoder: Encoder) -> list[Any]:
        array = value
        if type(array) is not np.ndarray:
            masked = sys.modules.get("numpy.ma")
            if masked is not None and issubclass(type(array), masked.MaskedArray):
                raise CrossingError("a masked array can't cross; call filled() first")
            array = np.ndarray.view(array, np.ndarray)
        flags = array.flags
        dtype = array.dtype
        name = dtype_name(dtype)
        form = "" if flags.writeable else "r"
        if name == "|O":
            items = array.ravel().tolist()
            for item in items:
                if type(item) not in _DATA and not isinstance(item, np.ndarray | np.generic):
                    raise CrossingError(
                        f"an array of objects that holds a {type(item).__name__} can't cross"
                    )
            return [name, list(array.shape), form, *encoder.chunks(items)]
        if not dtype.isnative:
            array = array.astype(dtype.newbyteorder("="))
        if flags.f_contiguous and not flags.c_contiguous:
            form += "f"
            array = array.T
        elif not flags.c_contiguous:
            array = np.ascontiguousarray(array)
        shape = list(value.shape) if type(value) is np.ndarray else list(np.shape(array))
        if "f" in form:
            shape = list(array.shape[::-1])
        if array.nbytes <= INLINE:
            return [name, shape, form, array.tobytes()]
        return [name, shape, form, encoder.buffer(array.reshape(-1).view(np.uint8).data)]

    def decode(self, node: list[Any], decoder: Decoder) -> np.ndarray:
        dtype, shape, form = dtype_of(node[1]), node[2], node[3]
        if type(shape) is not list or len(shape) > 64 or form not in ("", "r", "f", "rf"):
            raise ProtocolError("an array of another form")
        if any(type(size) is not int or not 0 <= size < 2**48 for size in shape):
            raise ProtocolError("an array of another shape")
        size = math.prod(shape)
        if dtype.kind == "O":
            items = decoder.chunks(node, 4)
            if size != len(items) or math.prod(max(each, 1) for each in shape) > 2**48:
                raise ProtocolError("an array whose data do not fill its shape")
            for item in items:
                if type(item) not in _DATA and type(item).__module__ != "numpy":
                    raise ProtocolError("an array of objects that are not data")
            array = np.empty(size, dtype)
            for position, item in enumerate(items):
                array[position] = item
            array = array.reshape(shape)
        else:
            data = decoder.buffer(node[4])
            # (an array with no entries may still be too large for NumPy: reshape refuses then)
            if len(data) != size * dtype.itemsize:
                raise ProtocolError("an array whose data do not fill its shape")
            if dtype.itemsize and size:
                array = np.frombuffer(data, dtype)
            else:
                array = np.empty(size if size < 2**32 else 0, dtype)
            if "f" in form:
                array = array.reshape(shape[::-1]).T
            else:
                array = array.reshape(shape)
            if dtype.kind == "b" and size and np.frombuffer(data, np.uint8).max() > 1:
                raise ProtocolError("truth values that are none")
            _check_text(array)
        if "r" in form:
            array.flags.writeable = False
        return array

    def state(self, value: np.ndarray) -> Any:
        if type(value) is not np.ndarray:
            value = np.ndarray.view(value, np.ndarray)
        if not value.flags.writeable:
            return None
        if value.dtype.kind == "O":
            return value.shape, value.ravel().tolist()
        if value.nbytes <= _COPY_UP_TO:
            return value.shape, value.tobytes()
        return value.shape, _checksum(value)

    def unchanged(self, value: np.ndarray, state: Any) -> bool:
        if type(value) is not np.ndarray:
            value = np.ndarray.view(value, np.ndarray)
        shape, held = state
        if value.shape != shape:
            return False
        if type(held) is list:
            return all(
                one is other for one, other in zip(value.ravel().tolist(), held, strict=True)
            )
        if type(held) is bytes:
            if value.nbytes != len(held):
                return False
            if value.flags.c_contiguous and held:
                return value.reshape(-1).view(np.uint8).data == held
            return value.tobytes() == held
        return _checksum(value) == held

    def update(self, value: np.ndarray, new: np.ndarray) -> None:
        if value.shape != new.shape or value.dtype.newbyteorder("=") != new.dtype:
            raise ProtocolError(
                f"an array of shape {value.shape} and dtype {value.dtype} was given shape "
                f"{new.shape} and dtype {new.dtype} in place; that can't be carried over"
            )
        np.copyto(value, new)


def _checksum(value: np.ndarray) -> int:
    data = value if value.flags.c_contiguous else np.ascontiguousarray(value)
    return zlib.crc32(data.reshape(-1).view(np.uint8).data)


class _ArrayScalar(Adapter):
    tag, types = "n", (np.generic,)

    def encode(self, value: np.generic, encoder: Encoder) -> list[Any]:
        kind = type(value)
        if kind.__module__ != "numpy":  # a subclass, or a scalar of ml_dtypes
            if issubclass(kind, np.str_ | np.bytes_):
                base = str if issubclass(kind, np.str_) else bytes
                value = np.str_(str.__str__(value)) if base is str else np.bytes_(bytes(value))
            elif issubclass(kind, np.float64):
                value = np.float64(float.__pos__(value))
        array = np.asarray(value)
        if array.ndim or array.dtype.kind == "O":
            raise CrossingError(f"a NumPy scalar of type {kind.__name__} can't cross")
        return [dtype_name(array.dtype), array.tobytes()]

    def decode(self, node: list[Any], decoder: Decoder) -> np.generic:
        _, name, data = node
        dtype = dtype_of(name)
        if dtype.kind == "O" or type(data) is not bytes or len(data) != dtype.itemsize:
            raise ProtocolError("a NumPy scalar of another form")
        if not data:
            return dtype.type()
        if dtype.kind == "b" and data > b"\x01":
            raise ProtocolError("a truth value that is none")
        array = np.frombuffer(data, dtype)
        _check_text(array)
        return array[0]


class _DType(Adapter):
    tag, types = "dt", (np.dtype,)

    def encode(self, value: np.dtype, encoder: Encoder) -> list[Any]:
        return [dtype_name(value)]

    def decode(self, node: list[Any], decoder: Decoder) -> np.dtype:
        return dtype_of(node[1])


for _adapter in (_DType(), _ArrayScalar(), _Array()):
    register(_adapter)
