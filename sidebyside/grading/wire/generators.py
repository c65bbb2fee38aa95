"""Adapters for NumPy's random generators: their state crosses, and the place they have reached."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from sidebyside.grading.wire.codec import Adapter, Decoder, Encoder, register
from sidebyside.grading.wire.errors import CrossingError, ProtocolError

_PCG64 = struct.Struct("<16s16s?I")
_TWISTER = struct.Struct("<H?d")
_WORDS = 624  # of the Mersenne twister


def _packed(state: dict[str, Any]) -> bytes:
    """The state of a bit generator as bytes.

    Raises:
        CrossingError: of another kind (`default_rng` makes PCG64, `RandomState` MT19937).
    """
    inner = state["state"]
    if state["bit_generator"] == "PCG64":
        numbers = [inner[name].to_bytes(16, "little") for name in ("state", "inc")]
        return _PCG64.pack(*numbers, bool(state["has_uint32"]), state["uinteger"])
    if state["bit_generator"] == "MT19937":
        rest = _TWISTER.pack(inner["pos"], bool(state.get("has_gauss")), state.get("gauss", 0.0))
        return rest + inner["key"].astype("<u4").tobytes()
    raise CrossingError(
        f"a generator of the kind {state['bit_generator']} can't cross; np.random.default_rng can"
    )


def _unpacked(packed: Any) -> dict[str, Any]:
    if type(packed) is not bytes:
        raise ProtocolError("a generator without a state")
    if len(packed) == _PCG64.size:
        *numbers, has_uint32, uinteger = _PCG64.unpack(packed)
        state, increment = (int.from_bytes(number, "little") for number in numbers)
        inner = {"state": state, "inc": increment}
        more = {"has_uint32": int(has_uint32), "uinteger": uinteger}
        return {"bit_generator": "PCG64", "state": inner, **more}
    if len(packed) == _TWISTER.size + 4 * _WORDS:
        position, has_gauss, gauss = _TWISTER.unpack_from(packed)
        if position > _WORDS:
            raise ProtocolError("a generator that stands behind its end")
        key = np.frombuffer(packed, "<u4", offset=_TWISTER.size).astype(np.uint32)
        inner = {"key": key, "pos": position}
        more = {"has_gauss": int(has_gauss), "gauss": gauss}
        return {"bit_generator": "MT19937", "state": inner, **more}
    raise ProtocolError("a generator's state of another length")


class _Drawn(Adapter):
    """What is known of a generator by its state: drawn from over there, it has moved on here."""

    shared, mutable = True, True

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        return [self.state(value)]

    def unchanged(self, value: Any, state: bytes) -> bool:
        return self.state(value) == state


class _Generator(_Drawn):
    """A ``np.random.Generator``."""

    tag, types = "ng", (np.random.Generator,)

    def decode(self, node: list[Any], decoder: Decoder) -> np.random.Generator:
        state = _unpacked(node[1])
        kind = np.random.PCG64 if state["bit_generator"] == "PCG64" else np.random.MT19937
        made = np.random.Generator(kind(0))
        made.bit_generator.state = state
        return made

    def state(self, value: np.random.Generator) -> bytes:
        return _packed(value.bit_generator.state)

    def update(self, value: np.random.Generator, new: Any) -> None:
        if type(new) is not np.random.Generator:
            raise ProtocolError("a generator that has become something else")
        state = new.bit_generator.state
        if state["bit_generator"] != value.bit_generator.state["bit_generator"]:
            raise ProtocolError("a generator that has become one of another kind")
        value.bit_generator.state = state


class _RandomState(_Drawn):
    """A ``np.random.RandomState``, the older kind."""

    tag, types = "nr", (np.random.RandomState,)

    def decode(self, node: list[Any], decoder: Decoder) -> np.random.RandomState:
        state = _unpacked(node[1])
        if state["bit_generator"] != "MT19937":
            raise ProtocolError("a RandomState with another generator")
        made = np.random.RandomState(0)
        made.set_state(state)
        return made

    def state(self, value: np.random.RandomState) -> bytes:
        return _packed(value.get_state(legacy=False))

    def update(self, value: np.random.RandomState, new: Any) -> None:
        if type(new) is not np.random.RandomState:
            raise ProtocolError("a RandomState that has become something else")
        value.set_state(new.get_state(legacy=False))


for _adapter in (_Generator(), _RandomState()):
    register(_adapter)
