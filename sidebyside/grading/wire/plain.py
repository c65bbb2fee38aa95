"""Adapters for plain Python data. Subclasses are read by the base class's own methods."""

from __future__ import annotations

import collections
import decimal
import fractions
import keyword
from typing import Any

from sidebyside.grading.wire.codec import Adapter, Decoder, Encoder, check_hashes, register
from sidebyside.grading.wire.errors import CrossingError, ProtocolError


def _same(values: Any, state: Any) -> bool:
    """Whether two sequences hold the same objects."""
    return len(values) == len(state) and all(map(_is, values, state))


def _is(one: Any, other: Any) -> bool:
    return one is other


class _List(Adapter):
    tag, types, shared, mutable = "l", (list,), True, True

    def encode(self, value: list[Any], encoder: Encoder) -> list[Any]:
        return encoder.chunks(
            value if type(value) is list else list.__getitem__(value, slice(None))
        )

    def decode(self, node: list[Any], decoder: Decoder) -> list[Any]:
        value = decoder.place([])
        value += decoder.chunks(node)
        return value

    def state(self, value: list[Any]) -> Any:
        return tuple(list.__iter__(value))

    def unchanged(self, value: list[Any], state: Any) -> bool:
        return _same(tuple(list.__iter__(value)), state)

    def update(self, value: list[Any], new: list[Any]) -> None:
        list.__setitem__(value, slice(None), new)


class _Tuple(Adapter):
    tag, types, shared = "t", (tuple,), True

    def encode(self, value: tuple[Any, ...], encoder: Encoder) -> list[Any]:
        return encoder.chunks(tuple.__getitem__(value, slice(None)))

    def decode(self, node: list[Any], decoder: Decoder) -> tuple[Any, ...]:
        return tuple(decoder.chunks(node))


def fields_of(kind: type) -> tuple[str, ...] | None:
    """The field names of a namedtuple class; None for other classes."""
    if not issubclass(kind, tuple):
        return None
    for base in kind.__mro__:
        fields = vars(base).get("_fields")
        if fields is not None:
            good = type(fields) is tuple and all(type(name) is str for name in fields)
            return fields if good else None
    return None


_NAMED: dict[tuple[str, tuple[str, ...]], type] = {}


class _NamedTuple(Adapter):
    """Arrives as a namedtuple of the same name and fields: data, with no methods of the student."""

    tag, types, shared = "nt", (), True

    def matches(self, value: Any) -> bool:
        return fields_of(type(value)) is not None

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        kind = type(value)
        fields = fields_of(kind) or ()
        items = tuple.__getitem__(value, slice(None))
        if len(fields) != len(items):
            raise CrossingError(f"{kind.__name__} has other fields than values")
        origin = None if encoder.peer is None else encoder.peer.class_node(kind, encoder)
        return [kind.__name__[:100], list(fields), origin, encoder.encode_all(items)]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        _, name, fields, origin, items = node
        values = decoder.decode_all(items)
        if type(fields) is not list or len(values) != len(fields):
            raise ProtocolError("a namedtuple with other fields than values")
        if origin is not None and decoder.peer is None:
            raise ProtocolError("a class where only data can be")
        kind = None if origin is None else decoder.peer.named_tuple(origin, decoder)
        if kind is None:
            kind = self._type(name, tuple(fields))
        if fields_of(kind) != tuple(fields):
            raise ProtocolError("a namedtuple of another class")
        return tuple.__new__(kind, values)

    @staticmethod
    def _type(name: Any, fields: tuple[Any, ...]) -> type:
        names = (name, *fields)
        good = len(names) <= 200 and all(
            type(each) is str and each.isidentifier() and not keyword.iskeyword(each)
            for each in names
        )
        if not good or any(each.startswith("_") for each in fields):
            raise ProtocolError("a namedtuple with impossible names")
        kind = _NAMED.get((name, fields))
        if kind is None:
            kind = collections.namedtuple(name, fields)
            if len(_NAMED) < 1_000:
                _NAMED[name, fields] = kind
        return kind


class _Dict(Adapter):
    tag, types, shared, mutable = "d", (dict,), True, True

    def encode(self, value: dict[Any, Any], encoder: Encoder) -> list[Any]:
        return [
            encoder.chunks(list(dict.keys(value))),
            encoder.chunks(list(dict.values(value))),
        ]

    def decode(self, node: list[Any], decoder: Decoder) -> dict[Any, Any]:
        value = decoder.place({})
        _, keys, values = node
        keys = decoder.chunks(keys, 0)
        check_hashes(keys)
        value.update(zip(keys, decoder.chunks(values, 0), strict=True))
        return value

    def state(self, value: dict[Any, Any]) -> Any:
        return (*dict.keys(value), *dict.values(value))

    def unchanged(self, value: dict[Any, Any], state: Any) -> bool:
        return _same((*dict.keys(value), *dict.values(value)), state)

    def update(self, value: dict[Any, Any], new: dict[Any, Any]) -> None:
        if list(dict.keys(value)) != list(new):
            dict.clear(value)
        dict.update(value, new)


class _Set(Adapter):
    tag, types, shared, mutable = "s", (set,), True, True

    def encode(self, value: set[Any], encoder: Encoder) -> list[Any]:
        return encoder.chunks(list(set.__iter__(value)))

    def decode(self, node: list[Any], decoder: Decoder) -> set[Any]:
        value = decoder.place(set())
        items = decoder.chunks(node)
        check_hashes(items)
        value.update(items)
        return value

    def state(self, value: set[Any]) -> Any:
        return list(set.__iter__(value))

    def unchanged(self, value: set[Any], state: Any) -> bool:
        return set(map(id, set.__iter__(value))) == set(map(id, state))

    def update(self, value: set[Any], new: set[Any]) -> None:
        set.clear(value)
        set.update(value, new)


class _FrozenSet(Adapter):
    tag, types, shared = "fs", (frozenset,), True

    def encode(self, value: frozenset[Any], encoder: Encoder) -> list[Any]:
        return encoder.chunks(list(frozenset.__iter__(value)))

    def decode(self, node: list[Any], decoder: Decoder) -> frozenset[Any]:
        items = decoder.chunks(node)
        check_hashes(items)
        return frozenset(items)


class _ByteArray(Adapter):
    tag, types, shared, mutable = "ba", (bytearray,), True, True

    def encode(self, value: bytearray, encoder: Encoder) -> list[Any]:
        return [encoder.buffer(bytes(memoryview(value)))]

    def decode(self, node: list[Any], decoder: Decoder) -> bytearray:
        return bytearray(decoder.buffer(node[1]))

    def state(self, value: bytearray) -> Any:
        return bytes(memoryview(value))

    def unchanged(self, value: bytearray, state: Any) -> bool:
        return memoryview(value) == state

    def update(self, value: bytearray, new: bytearray) -> None:
        bytearray.__setitem__(value, slice(None), new)


class _Deque(Adapter):
    tag, types, shared, mutable = "dq", (collections.deque,), True, True

    def encode(self, value: collections.deque[Any], encoder: Encoder) -> list[Any]:
        longest = collections.deque.maxlen.__get__(value)
        return [longest, *encoder.chunks(list(collections.deque.__iter__(value)))]

    def decode(self, node: list[Any], decoder: Decoder) -> collections.deque[Any]:
        longest = node[1]
        if longest is not None and (type(longest) is not int or longest < 0):
            raise ProtocolError("a deque of another form")
        value = decoder.place(collections.deque(maxlen=longest))
        items = decoder.chunks(node, 2)
        value.extend(items)
        return value

    def state(self, value: collections.deque[Any]) -> Any:
        return tuple(collections.deque.__iter__(value))

    def unchanged(self, value: collections.deque[Any], state: Any) -> bool:
        return _same(tuple(collections.deque.__iter__(value)), state)

    def update(self, value: collections.deque[Any], new: collections.deque[Any]) -> None:
        collections.deque.clear(value)
        collections.deque.extend(value, new)


class _Scalar(Adapter):
    """Subclasses of the base scalars (and no others: exact ones are never asked about)."""

    def __init__(self, tag: str, kind: type, exact: Any) -> None:
        self.tag, self.types, self._kind, self._exact = tag, (kind,), kind, exact

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        return [encoder.encode(self._exact(value))]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        value = decoder.decode(node[1])
        if type(value) is not self._kind:
            raise ProtocolError("a scalar of another type")
        return value


class _Complex(Adapter):
    tag, types = "c", (complex,)

    def encode(self, value: complex, encoder: Encoder) -> list[Any]:
        exact = complex.__pos__(value)
        return [exact.real, exact.imag]

    def decode(self, node: list[Any], decoder: Decoder) -> complex:
        _, real, imaginary = node
        if type(real) is not float or type(imaginary) is not float:
            raise ProtocolError("a complex number of another form")
        return complex(real, imaginary)


class _Range(Adapter):
    tag, types = "r", (range,)

    def encode(self, value: range, encoder: Encoder) -> list[Any]:
        return [encoder.encode(value.start), encoder.encode(value.stop), encoder.encode(value.step)]

    def decode(self, node: list[Any], decoder: Decoder) -> range:
        _, *parts = decoder.decode_all(node)
        if len(parts) != 3 or any(type(part) is not int for part in parts):
            raise ProtocolError("a range of another form")
        return range(*parts)


class _Slice(Adapter):
    tag, types = "sl", (slice,)

    def encode(self, value: slice, encoder: Encoder) -> list[Any]:
        return encoder.encode_all((value.start, value.stop, value.step))

    def decode(self, node: list[Any], decoder: Decoder) -> slice:
        _, start, stop, step = decoder.decode_all(node)
        return slice(start, stop, step)


class _Singleton(Adapter):
    def __init__(self, tag: str, value: Any) -> None:
        self.tag, self.types, self._value = tag, (type(value),), value

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        return []

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        return self._value


class _Fraction(Adapter):
    tag, types = "fr", (fractions.Fraction,)

    def encode(self, value: fractions.Fraction, encoder: Encoder) -> list[Any]:
        up = fractions.Fraction.numerator.__get__(value)
        down = fractions.Fraction.denominator.__get__(value)
        return encoder.encode_all((int.__pos__(up), int.__pos__(down)))

    def decode(self, node: list[Any], decoder: Decoder) -> fractions.Fraction:
        _, up, down = decoder.decode_all(node)
        if type(up) is not int or type(down) is not int:
            raise ProtocolError("a fraction of another form")
        return fractions.Fraction(up, down)


class _Decimal(Adapter):
    tag, types = "de", (decimal.Decimal,)

    def encode(self, value: decimal.Decimal, encoder: Encoder) -> list[Any]:
        return [decimal.Decimal.__str__(value)]

    def decode(self, node: list[Any], decoder: Decoder) -> decimal.Decimal:
        if type(node[1]) is not str or len(node[1]) > 1_000:
            raise ProtocolError("a decimal number of another form")
        return decimal.Decimal(node[1])


class _View(Adapter):
    """dict.keys(), .values(), .items(): views of a dict of their own."""

    def __init__(self, tag: str, take: Any) -> None:
        self.tag, self.types, self._take = tag, (type(take({})),), take

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        return encoder.chunks(list(value))

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        items = decoder.chunks(node)
        if self._take is dict.keys:
            check_hashes(items)
            return dict.fromkeys(items).keys()
        if self._take is dict.values:
            return dict(enumerate(items)).values()
        if any(type(item) is not tuple or len(item) != 2 for item in items):
            raise ProtocolError("a dict's items of another form")
        check_hashes([item[0] for item in items])
        return dict(items).items()


for _adapter in (
    _Complex(),
    _Range(),
    _Slice(),
    _Singleton("..", ...),
    _Singleton("ni", NotImplemented),
    _Fraction(),
    _Decimal(),
    _View("dk", dict.keys),
    _View("dv", dict.values),
    _View("di", dict.items),
    _Scalar("=f", float, float.__pos__),
    _Scalar("=i", int, int.__pos__),
    _Scalar("=s", str, lambda value: str.__str__(value)),
    _Scalar("=b", bytes, lambda value: bytes.__getitem__(value, slice(None))),
    _ByteArray(),
    _Deque(),
    _FrozenSet(),
    _Set(),
    _Dict(),
    _Tuple(),
    _NamedTuple(),
    _List(),
):
    register(_adapter)
