"""The student's side: it runs cells and answers the examiner's requests, until the channel closes.

What it says is believed in nothing: this module is for the honest case.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import importlib
import inspect
import json
import math
import operator
import sys
import threading
import types
import weakref
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from sidebyside.grading.wire.channel import Channel
from sidebyside.grading.wire.codec import Decoder, Encoder
from sidebyside.grading.wire.errors import (
    ChannelClosed,
    CrossingError,
    ProtocolError,
    cut,
    describe,
    rebuild,
)
from sidebyside.grading.wire.peer import Peer
from sidebyside.grading.wire.plain import fields_of

_PROTOCOL = """
call len length_hint getitem setitem delitem contains iter next reversed enter exit
add radd iadd sub rsub isub mul rmul imul matmul rmatmul imatmul truediv rtruediv itruediv
floordiv rfloordiv ifloordiv mod rmod imod divmod rdivmod pow rpow ipow
lshift rlshift ilshift rshift rrshift irshift and rand iand or ror ior xor rxor ixor
neg pos abs invert int float complex index round trunc floor ceil
bool eq ne lt le gt ge str repr format array await aiter anext bytes
"""
_OPERATORS = """
add sub mul matmul truediv floordiv mod pow lshift rshift and_ or_ xor
iadd isub imul imatmul itruediv ifloordiv imod ipow ilshift irshift iand ior ixor
neg pos abs invert eq ne lt le gt ge getitem setitem delitem length_hint index truth
"""
PROTOCOL = tuple(f"__{name}__" for name in _PROTOCOL.split())
FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    functools.partial,
    np.ufunc,
)


class Shell(Protocol):
    """What ``serve`` needs of the thing that runs cells."""

    user_ns: dict[str, Any]

    def run_cell(self, source: str, cell_id: str) -> Any:
        """Run a cell: an object with ``outputs`` (nbformat output dicts), ``ok`` and ``error``."""

    def take_outputs(self) -> list[dict[str, Any]]:
        """The outputs made since the last cell or the last ``take_outputs``."""


Handler = Callable[["Server", Any], Any]
_HANDLERS: dict[str, Handler] = {}
_SETUPS: list[Callable[[Server], None]] = []


def register_request(kind: str, handler: Handler) -> None:
    """Let ``remote.request(kind, payload)`` call ``handler(server, payload)`` on this side."""
    _HANDLERS[kind] = handler


def register_setup(prepare: Callable[[Server], None]) -> None:
    """Let ``serve`` call ``prepare(server)`` before it answers anything."""
    _SETUPS.append(prepare)


def _await(value: Any) -> Any:
    async def run() -> Any:
        return await value

    return asyncio.run(run())


def _array(value: Any) -> Any:
    return np.array(np.asarray(value))


def _exit(value: Any, error: BaseException | None) -> bool:
    return bool(type(value).__exit__(value, None if error is None else type(error), error, None))


def _contains(container: Any, item: Any) -> bool:
    return item in container


OPERATIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(operator, name) for name in _OPERATORS.split()},
    "contains": _contains,
    "divmod": divmod,
    "pow3": pow,
    "len": len,
    "iter": iter,
    "reversed": reversed,
    "int": int,
    "float": float,
    "complex": complex,
    "bytes": bytes,
    "round": round,
    "trunc": math.trunc,
    "floor": math.floor,
    "ceil": math.ceil,
    "str": str,
    "repr": repr,
    "format": format,
    "array": _array,
    "await": _await,
    "isinstance": isinstance,
    "issubclass": issubclass,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "dir": dir,
    "enter": lambda value: type(value).__enter__(value),
    "exit": _exit,
    "doc": lambda value: getattr(value, "__doc__", None),
    "attribute": getattr,
    "set": setattr,
    "delete": delattr,
}


class Server(Peer):
    """The student's end. ``shell`` runs the cells; ``user_ns`` is its namespace."""

    def __init__(self, channel: Channel, shell: Shell) -> None:
        super().__init__(channel, 2)
        self.shell = shell
        self._thread = threading.get_ident()
        self._theirs: dict[int, int] = {}  # id of a function for one of the tests' → its handle
        self._hold_outputs = False

    def loop(self) -> None:
        """Answer until the channel closes."""
        try:
            while True:
                message = self.channel.receive(None)
                decoder, head = self._open_message(message)
                if head != "q":
                    raise ProtocolError("an answer without a question")
                self._handle(message, decoder)
                del message, decoder
        except ChannelClosed:
            return

    def answers(self, error: BaseException) -> bool:
        return True

    def take_outputs(self) -> str:
        if self._hold_outputs:
            return ""
        outputs = self.shell.take_outputs()
        return _json(outputs) if outputs else ""

    def token(self, error: BaseException) -> int | None:
        found = getattr(error, "number_at_examiner", None)
        return found if type(found) is int else None

    def original(self, error: Exception, token: Any) -> BaseException:
        error.number_at_examiner = token
        return error

    # Requests of the examiner

    def serve_request(self, kind: str, values: list[Any]) -> Any:
        handler = getattr(self, f"_do_{kind}", None)
        if handler is not None:
            return handler(*values)
        custom = _HANDLERS.get(kind)
        if custom is None:
            raise CrossingError(f"the student's side has no handler for {kind!r}")
        return custom(self, *values)

    def _do_call(self, function: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        return function(*arguments, **named)

    def _do_op(self, name: str, *operands: Any) -> Any:
        return OPERATIONS[name](*operands)

    def _do_next(self, iterator: Any) -> Any:
        return next(iterator)

    def _do_run(self, source: str, cell_id: str) -> Any:
        held, self._hold_outputs = self._hold_outputs, True
        try:
            run = self.shell.run_cell(source, cell_id)
        finally:
            self._hold_outputs = held
        error = run.error
        if isinstance(error, BaseException):
            error = f"{type(error).__name__}: {error}"
        return [_json(run.outputs), bool(run.ok), None if error is None else cut(str(error))]

    def _do_names(self) -> dict[str, str]:
        found = {}
        for name, value in list(self.shell.user_ns.items()):
            if type(name) is str and not name.startswith("_"):
                found[name] = self._kind(value)
        return found

    def _do_fetch(self, names: list[str]) -> list[Any]:
        """(name, its value or what went wrong with it) of each name that exists."""
        found = []
        for name in names:
            if name in self.shell.user_ns:
                found.append((name, _Alone(self.shell.user_ns[name])))
        return found

    def _do_signature(self, value: Any) -> list[Any]:
        parameters = []
        for each in inspect.signature(value).parameters.values():
            has_default = each.default is not each.empty
            parameters.append(
                (each.name, int(each.kind), has_default, each.default if has_default else None)
            )
        return parameters

    @staticmethod
    def _kind(value: Any) -> str:
        if isinstance(value, type):
            return "class"
        if isinstance(value, types.ModuleType):
            return "module"
        if isinstance(value, FUNCTIONS):
            return "function"
        return "value"

    # What leaves as a handle

    def export(self, value: Any, encoder: Encoder) -> Any:
        if type(value) is _Alone:
            return self._export_alone(value.value, encoder)
        if issubclass(type(value), BaseException):
            return ["X", describe(value)]
        theirs = self._theirs.get(id(value))
        if theirs is not None:
            return ["y", theirs]
        handle, new = self.export_object(value)
        if not new:
            return ["h", handle]
        try:
            return ["H", handle, *self._describe(value, encoder)]
        except BaseException:
            self._drop([handle, 1])
            raise

    def _export_alone(self, value: Any, encoder: Encoder) -> Any:
        """A value, or what went wrong with it: the others of the message shall arrive."""
        back = encoder.position()
        try:
            node = encoder.encode(value)
            size = sum(memoryview(each).nbytes for each in encoder.buffers)
            if size > self.channel.limit_bytes // 2:
                raise CrossingError(f"{size / 2**20:,.0f} MiB are too much to cross at once")
            return ["ok", node]
        except Exception as error:
            encoder.go_back(back)
            return ["no", describe(error)]

    def _describe(self, value: Any, encoder: Encoder) -> list[Any]:
        kind = type(value)
        if issubclass(kind, type):
            return ["c", *self._describe_class(value)]
        if issubclass(kind, FUNCTIONS):
            name = getattr(value, "__name__", None)
            return ["f", name[:200] if type(name) is str else kind.__name__[:200]]
        if issubclass(kind, types.ModuleType):
            return ["m", str(getattr(value, "__name__", "module"))[:200]]
        return ["o", self.class_node(kind, encoder, plain=True)]

    def class_node(self, kind: type, encoder: Encoder, plain: bool = False) -> Any:
        """The node of a class, exported; for a namedtuple's class only if it is in use by name."""
        if not plain and self.shell.user_ns.get(kind.__name__) is not kind:
            return None
        handle, new = self.export_object(kind)
        return ["H", handle, "c", *self._describe_class(kind)] if new else ["h", handle]

    @staticmethod
    def _describe_class(kind: type) -> list[Any]:
        parts = [base for base in kind.__mro__ if base is not object]
        meta = [base for base in type(kind).__mro__ if base not in (type, object)]
        return [
            kind.__name__[:200],
            [f"{base.__module__}.{base.__qualname__}"[:300] for base in parts[:50]],
            [name for name in PROTOCOL if any(name in vars(base) for base in parts)],
            [name for name in PROTOCOL if any(name in vars(base) for base in meta)],
            list(fields_of(kind) or ()) or None,
        ]

    # What arrives from the examiner

    def imported(self, tag: str, node: list[Any], decoder: Decoder) -> Any:
        if tag == "y":
            return self.own_object(node[1])
        if tag == "F":
            self.imports.add(node[1], node[2:])
        if tag in ("F", "h"):
            return self.imports.get(node[1], self._callback)
        if tag == "L":
            return _library(node[1], node[2])
        if tag == "X":
            return rebuild(node[1])
        return super().imported(tag, node, decoder)

    def _callback(self, handle: int, description: list[Any]) -> Any:
        """A function or an iterator of the tests, as one of this side."""
        kind, name, parameters = description

        def ask(kind: str, *values: Any) -> Any:
            if threading.get_ident() != self._thread:
                raise RuntimeError(f"{name} belongs to the tests; only the main thread may call it")
            return self.request_values(kind, handle, *values)

        if kind == "iterator":
            made: Any = _TestIterator(ask)
        else:

            def made(*arguments: Any, **named: Any) -> Any:
                return ask("call", arguments, named)

            made.__name__ = made.__qualname__ = name
            made.__module__ = "__main__"
            if parameters is not None:
                made.__signature__ = _signature(parameters)
        number = id(made)
        self._theirs[number] = handle
        weakref.finalize(made, self._theirs.pop, number, None).atexit = False
        return made

    def new_instance(self, name: Any) -> Any:
        kind = self.shell.user_ns.get(name)
        if not isinstance(kind, type):
            raise CrossingError(f"the student's side has no class {name!r}")
        return kind.__new__(kind) if kind.__new__ is not object.__new__ else object.__new__(kind)

    def named_tuple(self, origin: Any, decoder: Decoder) -> type | None:
        return decoder.decode(origin)


class _TestIterator:
    """An iterator of the tests."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def __iter__(self) -> _TestIterator:
        return self

    def __next__(self) -> Any:
        return self._ask("next")


class _Alone:
    """A value that may fail to cross without hindering the others of its message."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _json(outputs: Any) -> str:
    return json.dumps(list(outputs), default=str)


def _signature(parameters: list[Any]) -> inspect.Signature:
    return inspect.Signature(
        [
            inspect.Parameter(
                name,
                inspect._ParameterKind(kind),
                default=None if has_default else inspect.Parameter.empty,
            )
            for name, kind, has_default in parameters
        ]
    )


def _library(module: str, name: str) -> Any:
    """A function or class of a library that the tests passed, by its name: the one of this side."""
    found: Any = sys.modules[module] if module in sys.modules else importlib.import_module(module)
    for part in name.split(".") if name else ():
        found = getattr(found, part)
    return found


def serve(channel: Channel, shell: Shell) -> None:
    """Run cells and answer the examiner's requests until the channel closes.

    Args:
        channel: the student's end.
        shell: ``user_ns`` (dict), ``run_cell(source, cell_id)`` → object with ``outputs`` (list of
            nbformat output dicts, plain data), ``ok`` (bool) and ``error`` (str, exception or
            None), and ``take_outputs()`` → the outputs since (what a called function printed).
    """
    server = Server(channel, shell)
    for prepare in _SETUPS:
        prepare(server)
    server.loop()
