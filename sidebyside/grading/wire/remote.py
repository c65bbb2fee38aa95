"""The examiner's side: has code run over there and checks what comes back."""

from __future__ import annotations

import inspect
import json
import sys
import time
import types
import weakref
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sidebyside.grading.wire import proxies
from sidebyside.grading.wire.channel import Channel
from sidebyside.grading.wire.classes import BUILTIN_EXCEPTIONS, INSTANCE
from sidebyside.grading.wire.codec import Adapter, Decoder, Encoder
from sidebyside.grading.wire.errors import (
    CrossingError,
    ProtocolError,
    WireError,
    describe_shortly,
    mixed,
    rebuild,
)
from sidebyside.grading.wire.peer import MOST_RAISED, Peer

KINDS = ("value", "function", "class", "module")
LIBRARIES = frozenset(
    (
        *("builtins", "math", "cmath", "operator", "functools", "itertools", "collections", "copy"),
        *("json", "random", "re", "statistics", "string", "keras", "matplotlib", "numpy"),
        *("pandas", "scipy", "sklearn", "tensorflow", "torch"),
    )
)


@dataclass
class CellRun:
    """What a cell of the student's did.

    Attributes:
        outputs: nbformat output dicts; plain data, not checked against nbformat's schema.
        ok: whether it ran to its end.
        error: "Type: message" of the exception that ended it, or None.
    """

    outputs: list[dict[str, Any]] = field(default_factory=list)
    ok: bool = True
    error: str | None = None


class _Fetched:
    def __init__(self, value: Any, error: Exception | None) -> None:
        self.value, self.error = value, error


class Remote(Peer):
    """The student's process, as the examiner sees it.

    Args:
        channel: the examiner's end.
        judging: special methods that the reference's classes define, by class name
            (``{"Vector": {"__eq__", "__add__"}}``): only these are forwarded where they take plain
            data of the test or give a verdict.
        before_call: called, with the Remote, before each outermost call; may use ``request``.
        deadline: gives the time, on the clock ``time.monotonic``, by which an answer must be there.

    Attributes:
        on_output: called with the nbformat outputs that came along with an answer (what a called
            function printed).
        trusted_classes: classes that the instructor's cells define on both sides, by name. An
            object of such a class that a test passes is built anew over there (without
            ``__init__``, from its ``__dict__``), and its attributes come back; objects of the
            student's that say they are of such a class pass ``isinstance`` for it.
        handlers: functions of this process that serve further kinds of requests.
    """

    def __init__(
        self,
        channel: Channel,
        *,
        judging: Mapping[str, Collection[str]] | None = None,
        before_call: Iterable[Callable[[Remote], None]] = (),
        deadline: Callable[[], float | None] = lambda: None,
    ) -> None:
        super().__init__(channel, 1)
        self.judging = dict(judging or {})
        self.before_call = list(before_call)
        self.deadline = deadline
        self.on_output: Callable[[list[dict[str, Any]]], None] | None = None
        self.trusted_classes: dict[str, type] = {}
        self.handlers: dict[str, Callable[[Remote, Any], Any]] = {}
        self._fetching = False
        self._crossed = 0  # ``traffic`` at the end of the last call
        self._methods: set[int] = set()  # handles of functions that were attributes of objects
        self._last_token = 0
        self._raised: dict[int, BaseException] = {}
        self._named: weakref.WeakValueDictionary[int, type] = weakref.WeakValueDictionary()
        self._limit: float | None = None
        self._exceptions: dict[type, int] = {}

    @property
    def dead(self) -> WireError | None:
        """Why nothing can be asked any more; None while all is well."""
        return self.channel.dead

    # What the examiner asks

    def run(self, cell_id: str, source: str, deadline: float | None = None) -> CellRun:
        """Run a cell over there.

        Args:
            cell_id: for the shell's history and tracebacks.
            source: of the cell.
            deadline: on the clock ``time.monotonic``; None: the one of all calls.

        Raises:
            WireError: the student's process died, hangs, or does not keep to the protocol.
        """
        held, self._limit = self._limit, deadline
        try:
            answer = self.request_values("run", source, cell_id)
        except WireError:
            raise
        except Exception as error:
            return CellRun(ok=False, error=f"{type(error).__name__}: {error}")
        finally:
            self._limit = held
        good = type(answer) is list and len(answer) == 3
        if not good or type(answer[1]) is not bool or type(answer[2]) not in (str, type(None)):
            raise self.channel.fail(ProtocolError("a cell's result of another form"))
        try:
            outputs = _outputs(answer[0])
        except WireError as error:
            raise self.channel.fail(error) from None
        return CellRun(outputs, *answer[1:])

    def names(self) -> dict[str, str]:
        """The public names over there, each with its kind: value, function, class or module."""
        found = self.request_values("names")
        if type(found) is not dict or any(
            type(name) is not str or kind not in KINDS for name, kind in found.items()
        ):
            raise self.channel.fail(ProtocolError("names of another form"))
        return found

    def fetch(self, name: str) -> Any:
        """The value of a name over there: a copy of data, or a stand-in.

        Raises:
            NameError: there is none.
            CrossingError: it is data of a kind, or a size, that can't cross.
        """
        values, problems = self.fetch_all([name])
        if name in problems:
            raise problems[name]
        if name not in values:
            raise NameError(f"name {name!r} is not defined")
        return values[name]

    def fetch_all(self, names: Iterable[str]) -> tuple[dict[str, Any], dict[str, Exception]]:
        """The values of those names that exist over there, with the identity that they share.

        Returns:
            name → value, and name → what went wrong for those that can't cross.
        """
        wanted = list(names)
        self._fetching = True
        try:
            answer = self.request_values("fetch", wanted)
        finally:
            self._fetching = False
        values, problems = {}, {}
        good = type(answer) is list and all(
            type(each) is tuple
            and len(each) == 2
            and each[0] in wanted
            and type(each[1]) is _Fetched
            for each in answer
        )
        if not good:
            raise self.channel.fail(ProtocolError("values of another form"))
        for name, fetched in answer:
            if fetched.error is None:
                values[name] = fetched.value
            else:
                problems[name] = fetched.error
        return values, problems

    def request(self, kind: str, payload: Any = None) -> Any:
        """What the handler registered over there (``serve.register_request``) answers."""
        return self.request_values(kind, payload)

    def ask(self, kind: str, *values: Any) -> Any:
        """Have something computed by the student's code."""
        if self.table is None:
            for hook in self.before_call:
                hook(self)
        answer = self.request_values(kind, *values)
        if kind == "op" and values[0] == "attribute" and type(answer) is proxies.RemoteFunction:
            self._methods.add(proxies.handle_of(answer))
        return answer

    def next_item(self, iterator: Any) -> Any:
        """``next()`` over there; StopIteration is itself."""
        return self.ask("next", iterator)

    def signature(self, proxy: Any) -> inspect.Signature:
        """The signature of a function or class over there; defaults are data or stand-ins.

        Raises:
            ValueError: it has none.
        """
        answer = self.request_values("signature", proxy)
        try:
            return inspect.Signature(
                [
                    inspect.Parameter(
                        name,
                        inspect._ParameterKind(kind),
                        default=default if has_default else inspect.Parameter.empty,
                    )
                    for name, kind, has_default, default in answer
                    if type(name) is str
                ]
            )
        except (TypeError, ValueError):
            raise ValueError("the student's function has no readable signature") from None

    # The conversation

    def may_link(self, kind: str, values: tuple[Any, ...]) -> bool:
        """A plain function of data that gives data keeps nothing that a test could notice."""
        crossed, self._crossed = self.traffic - self._crossed, self.traffic
        if kind in ("op", "next"):
            return True
        if kind != "call":
            return False
        plain = type(values[0]) is proxies.RemoteFunction
        return not plain or proxies.handle_of(values[0]) in self._methods or crossed > 1

    def deadline_of_now(self) -> float | None:
        if self._limit is not None:
            return self._limit
        return self.deadline()

    def got_outputs(self, outputs: Any) -> None:
        if outputs != "":
            found = _outputs(outputs)
            if self.on_output is not None:
                self.on_output(found)

    def serve_request(self, kind: str, values: list[Any]) -> Any:
        """Only functions and iterators that were passed, and nothing of them but to call them."""
        if not self._open:
            raise ProtocolError("a request that nobody waits for")
        if kind == "call" and len(values) == 3:
            handle, arguments, named = values
            function = self.own_object(handle)
            if type(arguments) is not tuple or type(named) is not dict:
                raise ProtocolError("a call of another form")
            if any(type(name) is not str for name in named) or isinstance(function, _Iterator):
                raise ProtocolError("a call of another form")
            return function(*arguments, **named)
        if kind == "next" and len(values) == 1:
            iterator = self.own_object(values[0])
            if not isinstance(iterator, _Iterator):
                raise ProtocolError("next() of what is no iterator")
            return next(iterator.iterator)
        if kind in self.handlers and len(values) == 1:
            return self.handlers[kind](self, values[0])
        raise ProtocolError(f"a request of the unknown kind {kind[:20]!r}")

    def rebuild(self, node: Any, **named: Any) -> Exception:
        return rebuild(node, trusted=self.trusted_classes, **named)

    def describe(self, error: BaseException) -> list[Any]:
        return describe_shortly(error)

    def token(self, error: BaseException) -> int | None:
        self._last_token += 1
        self._raised[self._last_token] = error
        if len(self._raised) > MOST_RAISED:
            del self._raised[next(iter(self._raised))]
        return self._last_token

    def original(self, error: Exception, token: Any) -> BaseException:
        if token is None:
            return error
        if type(token) is not int:
            raise ProtocolError("an exception of another form")
        return self._raised.get(token, error)

    def forget_raised(self) -> None:
        self._raised.clear()

    # What leaves

    def adapter_for(self, value: Any) -> Adapter | None:
        kind = type(value)
        if kind.__module__ == "__main__" and self.trusted_classes.get(kind.__name__) is kind:
            return INSTANCE
        return None

    def export(self, value: Any, encoder: Encoder) -> Any:
        kind = type(value)
        if proxies.is_proxy(value):
            if proxies.remote_of(value) is not self:
                raise CrossingError(
                    f"{value!r} belongs to a process of the student's that has ended"
                )
            self.traffic += 1
            return ["y", proxies.handle_of(value)]
        if isinstance(value, BaseException):
            return ["X", describe_shortly(value)]
        if issubclass(kind, types.ModuleType):
            if value.__name__.partition(".")[0] in LIBRARIES:
                return ["L", value.__name__, ""]
            raise CrossingError(
                f"the module {value.__name__!r} can't be passed to the student's code"
            )
        if issubclass(kind, type) and value in self._exceptions:
            return ["y", self._exceptions[value]]
        library = _library_name(value)
        if library is not None:
            return ["L", *library]
        if callable(value):
            handle, new = self.export_object(value)
            if not new:
                return ["h", handle]
            name = getattr(value, "__name__", None)
            name = name if type(name) is str else "function"
            return ["F", handle, "function", name, _parameters(value)]
        if hasattr(kind, "__next__"):
            holder = _ITERATORS.get(id(value))
            if holder is None or holder.iterator is not value:
                holder = _Iterator(value)
                _ITERATORS[id(value)] = holder
            handle, new = self.export_object(holder)
            return ["F", handle, "iterator", "iterator", None] if new else ["h", handle]
        raise CrossingError(
            f"an object of type {kind.__name__} can't be passed to the student's code; pass plain "
            "data, arrays, tensors or functions"
        )

    def class_node(self, kind: type, encoder: Encoder) -> Any:
        origin = getattr(kind, "_sbs_origin", None)
        proxy = None if origin is None else origin()
        return None if proxy is None else self.export(proxy, encoder)

    # What arrives

    def imported(self, tag: str, node: list[Any], decoder: Decoder) -> Any:
        if tag == "h":
            return self._proxy(node[1])
        if tag == "H":
            self._described(node, decoder)
            return self._proxy(node[1])
        if tag == "y":
            found = self.own_object(node[1])
            return found.iterator if isinstance(found, _Iterator) else found
        if tag == "X":
            return self.rebuild(node[1])
        if tag in ("ok", "no") and self._fetching:
            if tag == "ok":
                return _Fetched(decoder.decode(node[1]), None)
            return _Fetched(None, self.rebuild(node[1]))
        return super().imported(tag, node, decoder)

    def _described(self, node: list[Any], decoder: Decoder) -> None:
        _, handle, kind, *raw = node
        if kind == "c":
            exception = self._exception_class(raw)
            self.imports.add(handle, exception or (kind, proxies.Description(self, raw)))
        elif kind in ("f", "m"):
            self.imports.add(handle, (kind, proxies.Simple(raw)))
        elif kind == "o" and len(raw) == 1:
            # The class is kept as long as the description of the object: it is what the object is.
            of_class = decoder.decode(raw[0])
            if not isinstance(of_class, proxies.RemoteClass):
                of_class = None
            self.imports.add(handle, (kind, of_class))
        else:
            raise ProtocolError("an object of an unknown kind")

    def _proxy(self, handle: Any) -> Any:
        self.traffic += 1
        kind, description = self.imports.description(handle)
        if kind == "exception":
            self._exceptions[description] = handle
            return self.imports.get(handle, lambda *_: description)
        return self.imports.get(handle, self._make)

    def _make(self, handle: int, described: Any) -> Any:
        kind, description = described
        if kind == "o":
            of_class = (
                None if description is None else object.__getattribute__(description, "_sbs_class")
            )
            if of_class is None:
                of_class = proxies.UNKNOWN
            made = of_class.instances
            description = of_class
        elif kind == "c":
            made = proxies.class_type(description)
        else:
            made = proxies.RemoteFunction if kind == "f" else proxies.RemoteModule
        return made(self, handle, description)

    @staticmethod
    def _exception_class(raw: list[Any]) -> tuple[str, type] | None:
        """A class of exceptions becomes a real one here, so that ``except`` can name it."""
        if len(raw) != 5 or type(raw[0]) is not str or type(raw[1]) is not list:
            return None
        for name in raw[1][:50]:
            if type(name) is str and name.startswith("builtins."):
                found = BUILTIN_EXCEPTIONS.get(name.removeprefix("builtins."))
                if found is not None:
                    return "exception", mixed(raw[0], found)
        return None

    def known_classes(self) -> int:
        """How many classes ``known_class`` may give: it grows when a library is imported."""
        return len(library_classes()) + len(self.trusted_classes)

    def known_class(self, name: str) -> type | None:
        """The class of this side that the other means, from a fixed table."""
        module, _, short = name.rpartition(".")
        if module == "__main__":
            return self.trusted_classes.get(short)
        return library_classes().get(name)

    def named_tuple(self, origin: Any, decoder: Decoder) -> type | None:
        proxy = decoder.decode(origin)
        if not isinstance(proxy, proxies.RemoteClass):
            raise ProtocolError("a namedtuple of no class")
        description = object.__getattribute__(proxy, "_sbs_class")
        handle = proxies.handle_of(proxy)
        kind = self._named.get(handle)
        if kind is None and description.fields:
            from sidebyside.grading.wire.plain import _NamedTuple

            base = _NamedTuple._type(description.name, description.fields)
            kind = type(
                base.__name__, (base,), {"__slots__": (), "_sbs_origin": weakref.ref(proxy)}
            )
            self._named[handle] = kind
        return kind


class _Iterator:
    """An iterator of the tests that was passed."""

    def __init__(self, iterator: Any) -> None:
        self.iterator = iterator


_ITERATORS: weakref.WeakValueDictionary[int, _Iterator] = weakref.WeakValueDictionary()


def _outputs(text: Any) -> list[dict[str, Any]]:
    if type(text) is not str:
        raise ProtocolError("outputs of another form")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError, MemoryError):
        raise ProtocolError("outputs that can't be read") from None
    if type(found) is not list or any(type(each) is not dict for each in found):
        raise ProtocolError("outputs of another form")
    return found


def _parameters(value: Any) -> list[Any] | None:
    """Names and kinds of a function's parameters, as plain lists."""
    try:
        found = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return None
    return [[each.name, int(each.kind), each.default is not each.empty] for each in found]


def _library_name(value: Any) -> tuple[str, str] | None:
    """(module, name) of a function or class of a library that both sides have."""
    module = getattr(value, "__module__", None)
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if type(name) is not str:
        return None
    if module is None and isinstance(value, types.BuiltinFunctionType):
        for root in ("torch", "torch.nn.functional", "numpy"):  # built-in functions tell no module
            if getattr(sys.modules.get(root), name, None) is value:
                return root, name
    if type(module) is not str:
        return None
    if module.partition(".")[0] not in LIBRARIES or module not in sys.modules:
        return None
    found: Any = sys.modules[module]
    for part in name.split("."):
        found = getattr(found, part, None)
    return (module, name) if found is value else None


_CLASSES: dict[str, type] = {}
_DATA = ("Tensor", "Parameter", "Variable", "Buffer", "Storage")  # real ones arrive as data
_CLASSES_OF: set[str] = set()
CLASS_MODULES = (
    "torch.nn", "torch.optim", "torch.optim.lr_scheduler", "torch.utils.data", "torch.autograd",
    "torch", "keras", "keras.layers", "keras.optimizers", "keras.losses", "keras.metrics",
    "keras.callbacks", "tensorflow", "tensorflow.data", "numpy.random", "collections",
    "collections.abc", "abc",
)  # fmt: skip


def library_classes() -> Mapping[str, type]:
    """The public classes of those libraries that are imported, by the name the class itself has."""
    for name in CLASS_MODULES:
        module = sys.modules.get(name)
        if module is None or name in _CLASSES_OF:
            continue
        _CLASSES_OF.add(name)
        for public, found in list(vars(module).items()):
            if isinstance(found, type) and not public.endswith(_DATA) and public[0] != "_":
                _CLASSES[f"{found.__module__}.{found.__qualname__}"] = found
    return _CLASSES


def after(seconds: float) -> float:
    """The deadline so many seconds from now."""
    return time.monotonic() + seconds
