"""Tensors of one side that the other may ask gradients of, by handle."""

from __future__ import annotations

import weakref
from typing import Any

from sidebyside.grading.wire.errors import CrossingError, ProtocolError


class Graphs:
    """The tensors of one side that the other may ask gradients of, in one framework."""

    def __init__(self, peer: Any) -> None:
        self.peer = peer
        self.records: dict[int, list[Any]] = {}  # handle → [tensor, targets, how often sent]
        self.handles: dict[int, int] = {}  # id of a tensor sent with no targets → handle
        self.released: list[int] = []
        self._last = 0

    def send(self, tensor: Any, targets: list[Any] | None) -> int:
        """A handle for a tensor of ours; the other side releases it as often as it is sent."""
        self.peer.traffic += 1
        if targets is None:
            known = self.handles.get(id(tensor))
            if known is not None:
                self.records[known][2] += 1
                return known
        self._last += 1
        self.records[self._last] = [tensor, targets, 1]
        if targets is None:
            self.handles[id(tensor)] = self._last
        return self._last

    def own(self, handle: Any) -> list[Any]:
        """The record of ours that the other side refers to."""
        if type(handle) is not int or handle not in self.records:
            raise ProtocolError("a gradient of a tensor that was never handed over")
        return self.records[handle]

    def token(self, handle: Any) -> Token:
        """Holds the other side's tensor for as long as it lives."""
        if type(handle) is not int:
            raise ProtocolError("a tensor of another form")
        self.peer.traffic += 1
        return Token(handle, self)

    def release(self, handles: Any) -> None:
        """The other side has dropped tensors of ours."""
        if type(handles) is not list:
            raise ProtocolError("releases of another form")
        for handle in handles:
            record = self.own(handle)
            record[2] -= 1
            if not record[2]:
                del self.records[handle]
                self.handles.pop(id(record[0]), None)

    def take_released(self) -> list[int]:
        """What to tell the other side."""
        taken, self.released = self.released[:4_000], self.released[4_000:]
        return taken


class Token:
    """The other side's handle; when the last tensor that hangs on it is gone, it is released."""

    __slots__ = ("__weakref__", "handle")

    def __init__(self, handle: int, graphs: Graphs) -> None:
        self.handle = handle
        weakref.finalize(self, graphs.released.append, handle).atexit = False


def graphs_of(peer: Any, framework: str) -> Graphs:
    """The graphs of a connection."""
    if peer is None:
        raise CrossingError("a tensor that needs gradients can't cross here")
    found = peer.graphs.get(framework)
    if found is None:
        found = peer.graphs[framework] = Graphs(peer)
    return found
