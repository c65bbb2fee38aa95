"""Values that live on both sides between calls: an optimiser's parameters, a layer's weights.

Within a call both sides have a table of the values that both know (``codec.Table``), and whatever
one side does to them in place is told to the other. A *link* makes such a value last: an array that
a test passed to a student's optimiser, which kept it; the weights that a test took out of a
student's layer and changes by a small step. As long as both sides hold on to the value, it is in
the table of every call from the beginning, with what has changed of it since the other side was
last told.

The examiner decides which values of a call become links: those that it still holds when the next
call begins. A side that holds a value only through this table says so, and the link ends. "Holds"
is CPython's reference count: no finaliser runs for a list or a dict, and an array may live in a
cycle (then its link lasts until the cycle is collected, and nothing but time is lost).

Both sides number the links alike: the examiner's requests alone make and end them, in order.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from sidebyside.grading.wire.codec import Adapter, Table
from sidebyside.grading.wire.errors import ProtocolError

MOST_LINKS = 100_000


class _Entry:
    """One value, and its state when the other side was last told of it."""

    __slots__ = ("adapter", "state", "value")

    def __init__(self, value: Any, adapter: Adapter, state: Any) -> None:
        self.value, self.adapter, self.state = value, adapter, state

    def held(self) -> bool:
        """Whether anybody but this entry holds the value."""
        if sys.getrefcount(self.value) > 2:
            return True
        if type(self.value) is np.ndarray:
            return _base_is_held(self.value)
        held = getattr(self.adapter, "held", None)
        return held is not None and held(self.value)

    def unchanged(self) -> bool:
        """Whether the other side knows the value as it is."""
        return self.state is None or self.adapter.unchanged(self.value, self.state)


def _base_is_held(array: np.ndarray) -> bool:
    """Whether another view of the array's memory exists."""
    base = array.base
    while isinstance(base, np.ndarray):
        if sys.getrefcount(base) > 3:  # ``array.base``, ``base`` and the argument
            return True
        base = base.base
    return False


class Links:
    """The links of one side of a connection."""

    def __init__(self) -> None:
        self.entries: dict[int, _Entry] = {}  # in the order of their numbers, on both sides
        self.candidates: dict[int, _Entry] = {}  # number in the table of the last call → value
        self._last = 0
        self._gone: list[int] = []

    # The examiner's side

    def propose(self, table: Table) -> tuple[list[int], list[int]]:
        """Before an outermost request: put the links into its table.

        Returns:
            Numbers of the last call's values that become links, and the links that end; for
            `agree` once the request is sent, and for the other side.
        """
        ended = [
            number
            for number, entry in self.entries.items()
            if not entry.held() and entry.unchanged()  # (a change is told before the end)
        ][:4_000]
        adopted = [
            number
            for number, entry in self.candidates.items()
            if entry.held() or not entry.unchanged()
        ]
        adopted = adopted[: max(0, MOST_LINKS - len(self.entries))][:4_000]
        for number, entry in self.entries.items():
            if number not in ended:
                _put(table, entry)
        for number in adopted:
            _put(table, self.candidates[number])
        table.linked = len(table)
        return adopted, ended

    def agree(self, adopted: list[int], ended: list[int]) -> None:
        """The proposal was sent: both sides do it."""
        for number in ended:
            if self.entries.pop(number, None) is None:
                raise ProtocolError("the end of a link that is none")
        for number in adopted:
            entry = self.candidates.pop(number, None)
            if entry is None:
                raise ProtocolError("a link to a value that is none")
            self._last += 1
            self.entries[self._last] = entry
        self.candidates.clear()

    def finish(self, table: Table, gone: Any, keep: bool) -> None:
        """After an outermost call: note the states of the links, and what may become one.

        Args:
            gone: [numbers of links that the student's side does not hold, whether it understood
                the request].
            keep: whether values of this call may become links.
        """
        self._note(table)
        told = [[], True] if gone is None else gone
        if type(told) is not list or list(map(type, told)) != [list, bool]:
            raise ProtocolError("links of another form")
        gone, understood = told
        positions = {number: position for position, number in enumerate(self.entries)}
        for number in gone:
            entry = self.entries.pop(number, None) if type(number) is int else None
            if entry is None:
                raise ProtocolError("the end of a link that is none")
            if positions[number] in table.used:
                self.candidates[positions[number]] = entry
        if keep and understood:
            self._collect(table)

    # The student's side

    def accept(self, node: Any, table: Table) -> None:
        """At the beginning of an outermost request: do as the examiner proposed."""
        node = [[], []] if node is None else node
        if type(node) is not list or len(node) != 2:
            raise ProtocolError("links of another form")
        adopted, ended = node
        self.agree(adopted, ended)
        self._gone = [number for number, entry in self.entries.items() if not entry.held()]
        for entry in self.entries.values():
            _put(table, entry)
        table.linked = len(table)

    def gone(self) -> list[int]:
        """For the answer: links of values that nobody holds here."""
        return self._gone[:4_000]

    def finish_serving(self, table: Table, keep: bool) -> None:
        """After the answer: as `finish` on the other side."""
        self._note(table)
        positions = {number: position for position, number in enumerate(self.entries)}
        for number in self._gone[:4_000]:
            entry = self.entries.pop(number)
            if positions[number] in table.used:
                self.candidates[positions[number]] = entry
        self._gone = []
        if keep:
            self._collect(table)

    # Both

    def _note(self, table: Table) -> None:
        for position, entry in enumerate(self.entries.values()):
            if position >= table.linked:
                break
            if position in table.told:
                entry.state = entry.adapter.state(entry.value)

    def _collect(self, table: Table) -> None:
        for number in range(table.linked, len(table)):
            adapter = table.adapters[number]
            if adapter.mutable:
                value = table.values[number]
                state = adapter.state(value)
                if state is not None:
                    self.candidates[number] = _Entry(value, adapter, state)


def _put(table: Table, entry: _Entry) -> None:
    number = len(table.values)
    table.values.append(entry.value)
    table.adapters.append(entry.adapter)
    table.sizes.append(1)
    table.index[id(entry.value)] = number
    if entry.state is not None:
        table.states[number] = entry.state
