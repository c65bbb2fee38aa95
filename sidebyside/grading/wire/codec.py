"""Values as nodes of plain lists, and back: exact base types, shared identity, changes in place.

A node is None, a bool, an int of 64 bits, a float, a str, a bytes, or a list whose first entry is
the tag of an adapter. Values that have an identity (``Adapter.shared``: containers, arrays) get a
number in the order in which they are met, the same on both sides; met again, they are
``["@", number]``. Both sides keep these values in a ``Table`` for as long as a call lasts; what has
changed since the other side was last told is sent along with the next message (``Table.changes``).

The decoder trusts nothing: whatever arrives, it gives a value or raises ``ProtocolError``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sidebyside.grading.wire.channel import LONGEST_ARRAY
from sidebyside.grading.wire.errors import CrossingError, ProtocolError, WireError

DEEPEST = 100  # containers inside containers
MOST_VALUES = 5_000_000  # values of one message, each as often as it is reached
SAME_HASH = 200  # keys of one dict or set with one hash
INLINE = 8_192  # bytes above which data travels beside the message
_LARGEST_INT = 2**17  # bytes
_NOTHING = object()

_BULK = frozenset((float, bool, type(None)))
_SMALL = frozenset((float, int, bool, type(None)))
_STRINGS = {str}


class Adapter:
    """How the values of some types travel. One instance per kind; it keeps no state.

    Attributes:
        tag: the first entry of its nodes, unique.
        types: exact types that it takes; found without asking ``matches``.
        shared: whether values have an identity that is kept within a call.
        mutable: whether the other side may change a value in place; then ``state``, ``unchanged``
            and ``update`` are needed.
        by_type: whether ``matches`` depends on the value's type alone (its answer is remembered).
    """

    tag: str = ""
    types: tuple[type, ...] = ()
    shared = False
    mutable = False
    by_type = True

    def matches(self, value: Any) -> bool:
        """Whether it takes the value. It looks at ``type(value)``, never at ``__class__``."""
        return issubclass(type(value), self.types)

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        """The node's entries after the tag: plain data, with children by ``encoder.encode``."""
        raise NotImplementedError

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        """The value, from a node (with its tag at 0) that anybody may have made up.

        A container that may hold itself calls ``decoder.place(value)`` before it decodes children.

        Raises:
            ProtocolError: the node is not of this adapter's making. (IndexError, TypeError,
                ValueError, OverflowError, KeyError and AttributeError become one.)
        """
        raise NotImplementedError

    def state(self, value: Any) -> Any:
        """What ``unchanged`` needs to know about the value as it is now; None: can't change."""
        raise NotImplementedError

    def unchanged(self, value: Any, state: Any) -> bool:
        """Whether the value is as it was when ``state`` was taken. Its parts have their own."""
        raise NotImplementedError

    def update(self, value: Any, new: Any) -> None:
        """Make the value equal to ``new`` in place.

        Raises:
            ProtocolError: that is not possible (another shape).
        """
        raise NotImplementedError


class Registry:
    """The adapters of a process, by type and by tag."""

    def __init__(self) -> None:
        self.by_type: dict[type, Adapter | None] = {}
        self.by_tag: dict[str, Adapter] = {}
        self._ordered: list[Adapter] = []
        self._by_value: list[Adapter] = []

    def register(self, adapter: Adapter) -> None:
        """Add an adapter; the latest is asked first, and one with the same tag is replaced."""
        old = self.by_tag.get(adapter.tag)
        if old is not None:
            (self._ordered if old.by_type else self._by_value).remove(old)
        self.by_tag[adapter.tag] = adapter
        (self._ordered if adapter.by_type else self._by_value).insert(0, adapter)
        self.by_type = {kind: each for each in reversed(self._ordered) for kind in each.types}

    def find(self, value: Any) -> Adapter | None:
        """The adapter for a value, or None."""
        kind = type(value)
        found = self.by_type.get(kind, _NOTHING)
        if found is _NOTHING:
            found = next((each for each in self._ordered if each.matches(value)), None)
            if len(self.by_type) < 10_000:
                self.by_type[kind] = found
        if found is None:
            return next((each for each in self._by_value if each.matches(value)), None)
        return found


REGISTRY = Registry()


def register(adapter: Adapter) -> Adapter:
    """Add an adapter to this process's registry (both sides need it, before they talk)."""
    REGISTRY.register(adapter)
    return adapter


class Table:
    """The values with an identity that both sides know, in the same order.

    ``notes`` is for adapters: what belongs to one outermost call, forgotten with it.
    """

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.adapters: list[Adapter] = []
        self.sizes: list[int] = []
        self.index: dict[int, int] = {}  # id of a value → its number
        self.states: dict[int, Any] = {}  # number → state when the other side was last told
        self.notes: dict[Any, Any] = {}
        self.linked = 0  # the first values are those of ``links.Links``
        self.told: set[int] = set()  # numbers whose contents were sent or received
        self.used: set[int] = set()  # numbers that were referred to

    def __len__(self) -> int:
        return len(self.values)

    def truncate(self, length: int) -> None:
        """Forget the values from number ``length`` on."""
        if len(self.values) == length:
            return
        for number in range(length, len(self.values)):
            value = self.values[number]
            if self.index.get(id(value)) == number:
                del self.index[id(value)]
            self.states.pop(number, None)
        del self.values[length:], self.adapters[length:], self.sizes[length:]

    def mark(self) -> None:
        """Take the state of all: what changes from now on is news to the other side.

        A link that was not told of keeps the state that the other side was told last: it may have
        changed since, with another value that shares its memory.
        """
        states = self.states
        for number, adapter in enumerate(self.adapters):
            if adapter.mutable and (number >= self.linked or number in self.told):
                states[number] = adapter.state(self.values[number])

    def changed(self) -> list[int]:
        """The numbers of the values that have changed since ``mark``."""
        return [
            number
            for number, state in self.states.items()
            if state is not None and not self.adapters[number].unchanged(self.values[number], state)
        ]


class Encoder:
    """Encodes the values of one message.

    Args:
        table: of the call; values met for the first time are added.
        peer: exports what can't travel as data (``peer.export(value, encoder) -> node``), or None:
            refused.
    """

    def __init__(self, table: Table | None = None, peer: Any = None) -> None:
        self.table = Table() if table is None else table
        self.peer = peer
        self.buffers: list[Any] = []
        self.answer = False  # whether the message is an answer
        self._depth = 0
        self._open: set[int] = set()

    @property
    def notes(self) -> dict[Any, Any]:
        """What adapters keep for as long as the outermost call lasts."""
        return self.table.notes

    def buffer(self, data: Any) -> Any:
        """Bytes as a node: in the message if short, beside it (by number) if long."""
        view = memoryview(data)
        if view.nbytes <= INLINE:
            return view.tobytes()
        self.buffers.append(data)
        return len(self.buffers) - 1

    def encode(self, value: Any) -> Any:
        """A node for the value.

        Raises:
            CrossingError: the value, or a part of it, can't cross.
        """
        kind = type(value)
        if kind is float or kind is bool or value is None:
            return value
        if kind is int:
            if -(2**63) <= value < 2**63:
                return value
            return self._big(value)
        if kind is str or kind is bytes:
            return value if len(value) <= INLINE else self._long(value)
        table = self.table
        number = table.index.get(id(value))
        if number is not None and table.values[number] is value:
            if number in self._open:
                raise CrossingError(f"a {kind.__name__} that contains itself can't cross")
            table.used.add(number)
            return ["@", number]
        adapter = REGISTRY.by_type.get(kind)
        if adapter is None:
            adapter = REGISTRY.find(value)
            if adapter is None:
                if self.peer is None:
                    raise CrossingError(f"a value of type {kind.__name__} can't cross as data")
                adapter = self.peer.adapter_for(value)
                if adapter is None:
                    return self.peer.export(value, self)
        if not adapter.shared:
            return [adapter.tag, *adapter.encode(value, self)]
        number = len(table.values)
        table.values.append(value)
        table.adapters.append(adapter)
        table.sizes.append(1)
        table.index[id(value)] = number
        self._depth += 1
        if self._depth > DEEPEST:
            raise CrossingError(f"more than {DEEPEST} containers inside one another can't cross")
        if not adapter.mutable:
            self._open.add(number)
        node = [adapter.tag, *adapter.encode(value, self)]
        self._open.discard(number)
        self._depth -= 1
        return node

    def position(self) -> tuple[int, int, int]:
        """Where the message stands, for ``go_back``."""
        return len(self.table), len(self.buffers), self._depth

    def go_back(self, position: tuple[int, int, int]) -> None:
        """Forget what was encoded since ``position``, the last of which failed."""
        known, buffers, self._depth = position
        self.table.truncate(known)
        del self.buffers[buffers:]
        self._open = {number for number in self._open if number < known}

    def encode_all(self, values: Sequence[Any]) -> list[Any]:
        """Nodes for many values."""
        kinds = set(map(type, values))
        if kinds <= _BULK:
            return list(values)
        if kinds == _STRINGS and max(map(len, values)) <= INLINE:
            return list(values)
        if kinds <= _SMALL and all(-(2**63) <= x < 2**63 for x in values if type(x) is int):
            return list(values)
        encode = self.encode
        return [encode(each) for each in values]

    def chunks(self, values: Sequence[Any]) -> list[list[Any]]:
        """Nodes for a sequence of any length, in lists as long as a message may hold."""
        nodes = self.encode_all(values)
        if len(nodes) <= LONGEST_ARRAY:
            return [nodes] if nodes else []
        pieces = [
            nodes[start : start + LONGEST_ARRAY] for start in range(0, len(nodes), LONGEST_ARRAY)
        ]
        if len(pieces) >= LONGEST_ARRAY - 2:
            raise CrossingError(f"a sequence of {len(nodes):,} entries can't cross")
        return pieces

    def contents(self, number: int) -> list[Any]:
        """The node of a value that the other side knows, with its present contents."""
        adapter = self.table.adapters[number]
        return [adapter.tag, *adapter.encode(self.table.values[number], self)]

    def changes(self) -> list[Any]:
        """[number, node] of each value that has changed since the other side was last told."""
        changed = self.table.changed()
        if len(changed) > LONGEST_ARRAY:
            raise CrossingError(f"{len(changed):,} arguments have changed; that can't cross")
        self.table.told.update(changed)
        return [[number, self.contents(number)] for number in changed]

    def _big(self, value: int) -> list[Any]:
        size = (value.bit_length() + 8) // 8
        if size > _LARGEST_INT:
            raise CrossingError(f"an int of {size:,} bytes can't cross")
        return ["i", value.to_bytes(size, "little", signed=True)]

    def _long(self, value: str | bytes) -> list[Any]:
        if type(value) is str:
            return ["u", self.buffer(value.encode("utf-8", "surrogatepass"))]
        return ["b", self.buffer(value)]


class Decoder:
    """Decodes the nodes of one message, which anybody may have made up.

    Args:
        table: of the call.
        peer: gives proxies for what is not data (``peer.imported(node, decoder)``), or None:
            refused.
        buffers: of the message.
    """

    def __init__(
        self, table: Table | None = None, peer: Any = None, buffers: Sequence[Any] = ()
    ) -> None:
        self.table = Table() if table is None else table
        self.peer = peer
        self._buffers: list[Any] = list(buffers)
        self._depth = 0
        self._count = 0
        self._reserved: list[int] = []

    @property
    def notes(self) -> dict[Any, Any]:
        """What adapters keep for as long as the outermost call lasts."""
        return self.table.notes

    def buffer(self, node: Any) -> Any:
        """The bytes of a node of ``Encoder.buffer``: writable, and the caller's own.

        Returns:
            A bytearray, or an array of uint8 of shape (bytes,).
        """
        if type(node) is bytes:
            return bytearray(node)
        if type(node) is not int or not 0 <= node < len(self._buffers):
            raise ProtocolError("bytes that are not in the message")
        found, self._buffers[node] = self._buffers[node], None
        if found is None:
            raise ProtocolError("the same bytes for two values")
        return found

    def count(self, values: int) -> None:
        """Note that so many values more were met; adapters with bulk data call it."""
        self._count += values
        if self._count > MOST_VALUES:
            raise ProtocolError(f"more than {MOST_VALUES:,} values in one message")

    def decode(self, node: Any) -> Any:
        """The value.

        Raises:
            ProtocolError: no encoder made that node.
        """
        try:
            return self._decode(node)
        except (WireError, CrossingError):
            raise
        except Exception as error:  # PyTorch's and TensorFlow's own among them
            raise ProtocolError(f"a message that can't be read ({type(error).__name__})") from None

    def _decode(self, node: Any) -> Any:
        if type(node) is not list:
            self._count += 1
            return node
        tag = node[0]
        if type(tag) is not str:
            raise ProtocolError("a node without a tag")
        adapter = REGISTRY.by_tag.get(tag)
        if adapter is None:
            return self._special(tag, node)
        self._count += 1
        if self._count > MOST_VALUES:
            raise ProtocolError(f"more than {MOST_VALUES:,} values in one message")
        if not adapter.shared:
            self._depth += 1
            if self._depth > 2 * DEEPEST:
                raise ProtocolError("values too deep inside one another")
            value = adapter.decode(node, self)
            self._depth -= 1
            return value
        table = self.table
        number, before = len(table.values), self._count
        table.values.append(_NOTHING)
        table.adapters.append(adapter)
        table.sizes.append(1)
        self._reserved.append(number)
        self._depth += 1
        if self._depth > DEEPEST:
            raise ProtocolError("containers too deep inside one another")
        value = adapter.decode(node, self)
        self._depth -= 1
        self._reserved.pop()
        placed = table.values[number]
        if placed is _NOTHING:
            table.values[number] = value
            table.index[id(value)] = number
        elif placed is not value:
            raise ProtocolError("a value in another's place")
        table.sizes[number] = self._count - before + 1
        return value

    def place(self, value: Any) -> Any:
        """Say, within ``Adapter.decode``, which value it will give: parts may refer to it."""
        number = self._reserved[-1]
        if number >= 0:
            self.table.values[number] = value
            self.table.index[id(value)] = number
        return value

    def decode_all(self, nodes: Any) -> list[Any]:
        """The values of a list of nodes."""
        if type(nodes) is not list:
            raise ProtocolError("a list was expected")
        self.count(len(nodes))
        if list not in set(map(type, nodes)):
            return nodes
        decode = self._decode
        return [decode(node) if type(node) is list else node for node in nodes]

    def chunks(self, node: list[Any], start: int = 1) -> list[Any]:
        """The values of ``Encoder.chunks``, which are the node's entries from ``start`` on."""
        if len(node) == start + 1:
            return self.decode_all(node[start])
        values: list[Any] = []
        for piece in node[start:]:
            values += self.decode_all(piece)
        return values

    @property
    def new_contents(self) -> bool:
        """Whether an adapter decodes new contents of a value that both know (see ``contents``)."""
        return bool(self._reserved) and self._reserved[-1] == -1

    def contents(self, number: int, node: Any) -> Any:
        """The new contents of a value that both know: of its kind, not yet written into it."""
        adapter = self.table.adapters[number]
        if type(node) is not list or not node or node[0] != adapter.tag:
            raise ProtocolError("contents of another kind")
        self._reserved.append(-1)  # it has a number already, and gets none here
        try:
            return adapter.decode(node, self)
        finally:
            self._reserved.pop()

    def changes(self, node: Any) -> list[tuple[int, Any]]:
        """What ``Encoder.changes`` gave: (number, new contents), to be applied with ``apply``."""
        if type(node) is not list:
            raise ProtocolError("a list of changes was expected")
        known = len(self.table.values)
        found = []
        for entry in node:
            if type(entry) is not list or len(entry) != 2 or type(entry[0]) is not int:
                raise ProtocolError("a change of another form")
            number, contents = entry
            if not 0 <= number < known or not self.table.adapters[number].mutable:
                raise ProtocolError("a change of a value that can't change")
            try:
                found.append((number, self.contents(number, contents)))
            except WireError:
                raise
            except Exception as error:
                raise ProtocolError(f"changes that can't be read ({error})") from None
        return found

    def apply(self, changes: Iterable[tuple[int, Any]]) -> None:
        """Write new contents into the values that both sides know."""
        for number, contents in changes:
            self.table.told.add(number)
            try:
                self.table.adapters[number].update(self.table.values[number], contents)
            except WireError:
                raise
            except Exception as error:
                raise ProtocolError(f"a change that does not fit ({error})") from None

    def _special(self, tag: str, node: list[Any]) -> Any:
        self.count(1)
        if tag == "@":
            number = node[1]
            if type(number) is not int or not 0 <= number < len(self.table.values):
                raise ProtocolError("a reference to nothing")
            value = self.table.values[number]
            if value is _NOTHING:
                raise ProtocolError("a value that contains itself")
            self.count(self.table.sizes[number])
            self.table.used.add(number)
            return value
        if tag == "i":
            data = node[1]
            if type(data) is not bytes or len(data) > _LARGEST_INT:
                raise ProtocolError("an int of another form")
            return int.from_bytes(data, "little", signed=True)
        if tag == "u":
            return bytes(self.buffer(node[1])).decode("utf-8", "surrogatepass")
        if tag == "b":
            return bytes(self.buffer(node[1]))
        if self.peer is None:
            raise ProtocolError(f"a node of the unknown kind {tag[:20]!r}")
        return self.peer.imported(tag, node, self)


def check_hashes(keys: Sequence[Any]) -> None:
    """Refuse keys that were made to have one hash: a dict of them would take for ever to build.

    Raises:
        ProtocolError: more than SAME_HASH of them share one.
    """
    if len(keys) <= SAME_HASH:
        return
    hashes = sorted(map(hash, keys))
    if any(map(int.__eq__, hashes, hashes[SAME_HASH:])):
        raise ProtocolError("keys that were made to have one hash")
