"""What both ends have in common: requests inside requests, a table of values, handles.

A message is a list:

- ``["q", id, kind, releases, outputs, changes, values, links]``: a request; ``values`` is a list of
  nodes.
- ``["r", id, status, releases, outputs, changes, payload, links]``: its answer; status "ok" with
  one node, or "error" with [description, number of the other's own exception or None].

``links`` is for values that both sides keep between outermost requests (``links.Links``); with a
request inside a request, what ``told_with_request`` gave.

Requests nest like calls do: while a side waits for an answer it serves the other's requests, and an
answer belongs to the innermost open request. All messages between an outermost request and its
answer share one table (``codec.Table``): each begins with what has changed of the values that both
know since the other side was last told, so that a function of one side, called back from within a
function of the other, sees its own objects as they are at that moment.

``releases`` are pairs (handle, how often it was received): the receiver's objects that the sender
has no proxy for any more.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sidebyside.grading.wire import arrays, classes, generators, plain  # noqa: F401 - adapters
from sidebyside.grading.wire.channel import Channel
from sidebyside.grading.wire.codec import Adapter, Decoder, Encoder, Table
from sidebyside.grading.wire.errors import (
    ChannelClosed,
    CrossingError,
    ProtocolError,
    WireError,
    describe,
    rebuild,
)
from sidebyside.grading.wire.links import Links

DEEPEST_CALLS = 40  # requests inside requests
MOST_HANDLES = 1_000_000
MOST_RAISED = 1_000  # exceptions of ours kept, to be raised as themselves when they come back


class _Ref(weakref.ref):
    """A proxy of ours: which handle, and how often the other side has sent it."""

    __slots__ = ("count", "handle")


class Imports:
    """The other side's objects that we know.

    An object that is sent again while we have a proxy is that proxy; the other side describes it
    only when it first sends it, so the description is kept until the other side has been told that
    every proxy is gone.
    """

    def __init__(self) -> None:
        self._known: dict[int, list[Any]] = {}  # handle → [description, how often it was received]
        self._alive: dict[int, _Ref] = {}
        self.gone: list[tuple[int, int]] = []  # (handle, count): not told yet

    def add(self, handle: Any, description: Any) -> None:
        """An object is described for the first time."""
        if type(handle) is not int or handle in self._known or handle < 1:
            raise ProtocolError("an object described twice")
        if len(self._known) >= MOST_HANDLES:
            raise ProtocolError(f"more than {MOST_HANDLES:,} objects handed over")
        self._known[handle] = [description, 0]

    def description(self, handle: Any) -> Any:
        """As it was added."""
        if type(handle) is not int or handle not in self._known:
            raise ProtocolError("an object that was not described")
        return self._known[handle][0]

    def get(self, handle: int, make: Callable[[int, Any], Any]) -> Any:
        """The proxy; ``make(handle, description)`` makes one if there is none."""
        description = self.description(handle)
        ref = self._alive.get(handle)
        proxy = None if ref is None else ref()
        if proxy is None:
            proxy = make(handle, description)
            ref = _Ref(proxy, self._has_gone)
            ref.handle, ref.count = handle, 0
            self._alive[handle] = ref
        ref.count += 1
        self._known[handle][1] += 1
        return proxy

    def holds(self, handle: int) -> bool:
        """Whether the other side counts us as holding the object."""
        return handle in self._known

    def _has_gone(self, ref: _Ref) -> None:
        self.gone.append((ref.handle, ref.count))
        if self._alive.get(ref.handle) is ref:
            del self._alive[ref.handle]

    def take(self) -> list[int]:
        """What to tell the other side: handle, count, handle, count …"""
        flat: list[int] = []
        while self.gone and len(flat) < 4_000:
            flat += self.gone.pop()
        return flat

    def untake(self, flat: list[int]) -> None:
        """It was not told after all."""
        self.gone += zip(flat[::2], flat[1::2], strict=True)

    def told(self, flat: list[int]) -> None:
        """It was told."""
        for handle, count in zip(flat[::2], flat[1::2], strict=True):
            entry = self._known[handle]
            entry[1] -= count
            if not entry[1]:
                del self._known[handle]


class Peer:
    """One end of the conversation; the ends differ in what they export, import and serve."""

    def __init__(self, channel: Channel, first_id: int) -> None:
        self.channel = channel
        self.table: Table | None = None
        self._next_id = first_id
        self._open: list[int] = []  # our requests without an answer
        self._handling = 0
        self._exports: dict[int, list[Any]] = {}  # handle → [object, how often it was sent]
        self._handles: dict[int, int] = {}  # id of an exported object → handle
        self._last_handle = 0
        self.imports = Imports()
        self.links = Links()
        self.graphs: dict[str, Any] = {}  # framework → tensors that gradients can be asked of
        self.notes: dict[str, Any] = {}  # what adapters keep for as long as the connection
        self.surround: Callable[[str], AbstractContextManager[Any]] = lambda kind: nullcontext()
        self.traffic = 0  # how many objects that are not data have crossed
        self._lock = threading.RLock()

    # What the ends fill in

    def export(self, value: Any, encoder: Encoder) -> Any:
        """A node for a value that is not data."""
        raise CrossingError(f"a value of type {type(value).__name__} can't cross")

    def imported(self, tag: str, node: list[Any], decoder: Decoder) -> Any:
        """The value of a node of ``export``."""
        raise ProtocolError(f"a node of the unknown kind {tag[:20]!r}")

    def adapter_for(self, value: Any) -> Adapter | None:
        """An adapter for a value that has none of its own; None: it is exported."""
        return None

    def class_node(self, kind: type, encoder: Encoder) -> Any:
        """A node for the class of a namedtuple, or None."""
        return None

    def new_instance(self, name: Any) -> Any:
        """An empty object of a class that both sides define."""
        raise ProtocolError("an object where only data can be")

    def named_tuple(self, origin: Any, decoder: Decoder) -> type | None:
        """The class of this side for ``class_node``'s node."""
        raise ProtocolError("a class where only data can be")

    def serve_request(self, kind: str, values: list[Any]) -> Any:
        """The answer to a request of the other side."""
        raise ProtocolError(f"a request of the unknown kind {kind[:20]!r}")

    def take_outputs(self) -> str:
        """Outputs to send along, as JSON; "" for none."""
        return ""

    def got_outputs(self, outputs: Any) -> None:
        """Outputs came along."""
        if outputs != "":
            raise ProtocolError("outputs from a side that has none")

    def deadline_of_now(self) -> float | None:
        """When the answer has to be there, on the clock ``time.monotonic``."""
        return None

    def rebuild(self, node: Any, **named: Any) -> Exception:
        """The exception that the other side described."""
        return rebuild(node, **named)

    def describe(self, error: BaseException) -> list[Any]:
        """An exception of this side, for the other."""
        return describe(error)

    def token(self, error: BaseException) -> int | None:
        """A number that goes with an exception to the other side."""
        return None

    def original(self, error: Exception, token: Any) -> BaseException:
        """The exception to raise for one that arrived with that number."""
        return error

    def forget_raised(self) -> None:
        """A new outermost request begins."""

    # Handles

    def export_object(self, value: Any) -> tuple[int, bool]:
        """The handle for one of our objects, and whether it is new to the other side."""
        handle = self._handles.get(id(value))
        if handle is not None:
            entry = self._exports[handle]
            entry[1] += 1
            return handle, False
        if len(self._exports) >= MOST_HANDLES:
            raise CrossingError(f"more than {MOST_HANDLES:,} objects handed over")
        self._last_handle += 1
        handle = self._last_handle
        self._exports[handle] = [value, 1]
        self._handles[id(value)] = handle
        return handle, True

    def own_object(self, handle: Any) -> Any:
        """The object of ours that the other side refers to."""
        if type(handle) is not int or handle not in self._exports:
            raise ProtocolError("a reference to an object that was never handed over")
        return self._exports[handle][0]

    def _drop(self, releases: Any) -> None:
        if type(releases) is not list or len(releases) % 2:
            raise ProtocolError("releases of another form")
        for handle, count in zip(releases[::2], releases[1::2], strict=True):
            entry = self._exports.get(handle) if type(handle) is int else None
            if entry is None or type(count) is not int or not 1 <= count <= entry[1]:
                raise ProtocolError("a release of an object that was never handed over")
            entry[1] -= count
            if not entry[1]:
                del self._exports[handle]
                self._handles.pop(id(entry[0]), None)

    # Requests

    def request_values(self, kind: str, *values: Any) -> Any:
        """Ask the other side and wait for the answer, serving its requests meanwhile.

        Raises:
            CrossingError: a value can't cross; nothing was sent.
            WireError: the channel is dead now.
            Exception: the answer was an exception.
        """
        with self._lock:
            return self._request(kind, values)

    def _request(self, kind: str, values: tuple[Any, ...]) -> Any:
        outermost = self.table is None
        if outermost:
            self.table = Table()
            self.forget_raised()
        table = self.table
        start = len(table)
        number = self._next_id
        deadline = self.deadline_of_now()
        proposal = None
        try:
            if len(self._open) >= DEEPEST_CALLS:
                raise RecursionError(
                    f"more than {DEEPEST_CALLS} calls between the tests and the code, one inside "
                    "the other"
                )
            encoder = Encoder(table, self)
            if outermost:
                proposal = self.links.propose(table)
                links = [*map(list, proposal)]
            else:
                links = self.told_with_request()
            changes = encoder.changes()
            nodes = encoder.encode_all(values)
            releases = self.imports.take()
            message = ["q", number, kind, releases, self.take_outputs(), changes, nodes, links]
            try:
                pieces = self.channel.pack(message, encoder.buffers)
            except (OverflowError, ValueError) as error:
                self.imports.untake(releases)
                raise CrossingError(f"the arguments can't cross: {error}") from None
            self._next_id += 2
            self.channel.send_packed(pieces, deadline)
            if proposal is not None:
                self.links.agree(*proposal)
            if releases:
                self.imports.told(releases)
            self._open.append(number)
            try:
                return self._await(number, kind, deadline, values if outermost else None)
            finally:
                self._open.pop()
        finally:
            if outermost:
                self.table = None
                self.answered()
            else:
                table.truncate(start)
                if self._handling and self.channel.dead is None:
                    table.mark()

    def may_link(self, kind: str, values: tuple[Any, ...]) -> bool:
        """Whether values of this outermost request, which was answered, may become links."""
        return True

    def _await(
        self, number: int, kind: str, deadline: float | None, outermost: tuple[Any, ...] | None
    ) -> Any:
        channel = self.channel
        while True:
            message = channel.receive(deadline)
            try:
                decoder, head = self._open_message(message)
                if head == "q":
                    self._handle(message, decoder)
                    continue
                _, answered, status, _, _, changes, payload, gone = message
                if answered != number or type(answered) is not int:
                    raise ProtocolError("an answer to another question")
                changed = decoder.changes(changes)
                if status == "ok":
                    value = decoder.decode(payload)
                    decoder.apply(changed)
                    if outermost is not None:
                        self.links.finish(self.table, gone, self.may_link(kind, outermost))
                    return value
                if status != "error" or type(payload) is not list or len(payload) != 2:
                    raise ProtocolError("an answer of another form")
                description, own = payload
                error = self.rebuild(description, next_call=kind == "next")
                error = self.original(error, own)
                decoder.apply(changed)
                if outermost is not None:
                    self.links.finish(self.table, gone, self.may_link(kind, outermost))
            except WireError as failure:
                raise channel.fail(failure) from None
            except CrossingError as failure:
                raise channel.fail(ProtocolError(f"an answer that can't be: {failure}")) from None
            raise error

    def _open_message(self, message: Any) -> tuple[Decoder, str]:
        if type(message) is not list or len(message) not in (7, 8):
            raise ProtocolError("a message of another form")
        if len(message) == 7:
            message.append(None)  # nothing about links
        head = message[0]
        if head != "q" and head != "r":
            raise ProtocolError("a message of another kind")
        if type(message[1]) is not int or type(message[2]) is not str:
            raise ProtocolError("a message of another form")
        self._drop(message[3])
        self.got_outputs(message[4])
        return Decoder(self.table, self, self.channel.last_buffers), head

    def _handle(self, message: list[Any], decoder: Decoder) -> None:
        """Serve one request and answer it."""
        outermost = self.table is None
        if outermost:
            self.table = decoder.table = Table()
            self.forget_raised()
        table = self.table
        start = len(table)
        _, number, kind, _, _, changes, nodes, links = message
        self._handling += 1
        try:
            if outermost:
                self.links.accept(links, table)
            else:
                self.got_with_request(links)
            changed = decoder.changes(changes)
            refused: CrossingError | None = None
            values: list[Any] = []
            try:
                values = decoder.decode_all(nodes)
            except WireError:
                raise
            except CrossingError as error:  # what one side could send and the other can't build
                refused = error
            except Exception as error:
                raise ProtocolError(f"a request that can't be read ({error})") from None
            decoder.apply(changed)
            if refused is not None:
                table.truncate(max(start, table.linked))
            table.mark()
            del decoder, message, nodes, changes, changed
            try:
                if self._handling > DEEPEST_CALLS:
                    raise RecursionError("calls between the tests and the code nest too deep")
                if refused is not None:
                    raise refused
                with self.surround(kind):
                    result, error = self.serve_request(kind, values), None
            except WireError:
                raise
            except BaseException as caught:
                if not self.answers(caught):
                    self.channel.fail(ChannelClosed("a call of the tests was interrupted"))
                    raise
                result, error = None, caught
            self._answer(number, start, result, error, refused is None)
            if outermost:
                self.links.finish_serving(table, keep=refused is None)
                self.answered()
        finally:
            self._handling -= 1
            table.truncate(start)
            if outermost:
                self.table = None

    def told_with_request(self) -> Any:
        """Plain data to send with a request inside a request."""
        return None

    def got_with_request(self, told: Any) -> None:
        """What came with a request inside a request."""

    def answered(self) -> None:
        """An outermost request, of either side, has been answered."""

    def answers(self, error: BaseException) -> bool:
        """Whether an exception of this side is an answer (and not the end of this side)."""
        return isinstance(error, Exception)

    def _answer(
        self,
        number: int,
        start: int,
        result: Any,
        error: BaseException | None,
        keep: bool = True,
    ) -> None:
        table = self.table
        known = len(table)
        deadline = self.deadline_of_now()
        outputs = self.take_outputs()
        while True:
            encoder = Encoder(table, self)
            encoder.answer = True
            releases: list[int] = []
            try:
                changes = encoder.changes()
                if error is None:
                    status, payload = "ok", encoder.encode(result)
                else:
                    status, payload = "error", [self.describe(error), self.token(error)]
                releases = self.imports.take()
                links = None
                if self._handling == 1 and not self._open:
                    links = [self.links.gone(), keep]
                message = ["r", number, status, releases, outputs, changes, payload, links]
                pieces = self.channel.pack(message, encoder.buffers)
                break
            except WireError:
                raise
            except Exception as failure:
                self.imports.untake(releases)
                table.truncate(known)
                if type(failure) is OverflowError:
                    failure = CrossingError(f"the result is too large: {failure}")
                if error is not None:  # the second try failed as well: give up the changes
                    table.states.clear()
                    outputs = ""
                error = failure
        self.channel.send_packed(pieces, deadline)
        if releases:
            self.imports.told(releases)
