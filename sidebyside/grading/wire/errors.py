"""Errors of the wire, and how exceptions of the student's side arrive at the examiner's."""

from __future__ import annotations

import builtins
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from sidebyside.errors import SideBySideError

LONGEST_MESSAGE = 2_000  # characters of an exception's message; the rest is cut
LONGEST_CHAIN = 3  # causes that travel with an exception
_NOT_THEIRS = ("site-packages", os.path.dirname(__file__), os.path.dirname(os.__file__))
FRAMES = 5  # innermost frames of the student's code that travel with it


class WireError(SideBySideError):
    """The two sides can't talk any more: the channel is dead after it."""


class ChannelClosed(WireError):
    """The other side is gone, or the channel was given up earlier."""


class ProtocolError(WireError):
    """The other side sent something that it may not send."""


class DeadlinePassed(WireError):
    """No answer by the deadline."""


class CrossingError(SideBySideError, TypeError):
    """A value can't cross between the examiner and the student's code; nothing was sent."""


class RemoteError(SideBySideError):
    """An exception of the student's code whose type has no counterpart here.

    Attributes:
        type_name: the name of its class over there.
        student_traceback: the innermost lines of the student's code (text), or "".
    """

    type_name = "RemoteError"
    student_traceback = ""


class StudentExited(SideBySideError):
    """The student's code raised SystemExit, KeyboardInterrupt or the like."""


class JudgedThereError(SideBySideError, TypeError):
    """A comparison that only the student's code could decide; it decides nothing."""


class JudgedAttributeError(JudgedThereError, AttributeError):
    """A method like ``.equal`` or ``.all`` of an object of the student's; the object is no data."""


# StopIteration would end a loop of the test early, and quietly; it arrives as a RemoteError, and as
# itself from next() alone. Groups hold other exceptions, which are not data.
_NOT_AS_THEMSELVES = {"StopIteration", "StopAsyncIteration", "BaseExceptionGroup", "ExceptionGroup"}
_BUILTIN: dict[str, type[Exception]] = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception) and name not in _NOT_AS_THEMSELVES
}
_LIBRARY: dict[str, Callable[[], type[Exception] | None]] = {}
_MIXED: dict[tuple[str, type], type[RemoteError]] = {}


def register_exception(name: str, find: Callable[[], type[Exception] | None]) -> None:
    """Let a library's exception arrive as itself.

    Args:
        name: ``f"{module}.{qualname}"`` of the class, as the student's side reports it.
        find: gives the class of this process, or None where the library is not imported. It gets
            nothing from the other side.
    """
    _LIBRARY[name] = find


def _attribute_of(module: str, *names: str) -> Callable[[], Any]:
    def find() -> Any:
        found = sys.modules.get(module)
        for name in names:
            found = getattr(found, name, None)
        return found

    return find


for _name, _module, _attributes in (
    ("numpy.linalg.LinAlgError", "numpy", ("linalg", "LinAlgError")),
    ("numpy.exceptions.AxisError", "numpy", ("exceptions", "AxisError")),
    ("numpy.exceptions.DTypePromotionError", "numpy", ("exceptions", "DTypePromotionError")),
    ("sidebyside.errors.DataError", "sidebyside.errors", ("DataError",)),
    ("sidebyside.errors.ParityError", "sidebyside.errors", ("ParityError",)),
    ("sidebyside.errors.ShapeError", "sidebyside.errors", ("ShapeError",)),
    ("sidebyside.errors.NonFiniteError", "sidebyside.errors", ("NonFiniteError",)),
    ("sidebyside.errors.TranslationError", "sidebyside.errors", ("TranslationError",)),
):
    register_exception(_name, _attribute_of(_module, *_attributes))


def cut(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """The text, or its beginning and how much is missing."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]} … ({len(text) - longest:,} more characters)"


def _type_name(kind: type) -> str:
    module, name = kind.__module__, kind.__qualname__
    return name if module in ("builtins", "__main__") else f"{module}.{name}"


def _message(error: BaseException) -> str:
    try:
        return cut(str.__str__(str(error)))
    except BaseException:
        return "(its message can't be read)"


def _lines(error: BaseException) -> str:
    """The innermost frames of the student's code, outside this package and outside libraries."""
    frames = []
    step = error.__traceback__
    while step is not None:
        if not any(part in step.tb_frame.f_code.co_filename for part in _NOT_THEIRS):
            frames.append((step.tb_frame, step.tb_lineno))
        if len(frames) > 4 * FRAMES:
            del frames[: 2 * FRAMES]
        step = step.tb_next
    try:
        summary = traceback.StackSummary.extract(iter(frames[-FRAMES:]), lookup_lines=True)
        return cut("".join(traceback.format_list(summary)), 2 * LONGEST_MESSAGE)
    except Exception:
        return ""


def describe_shortly(error: BaseException) -> list[Any]:
    """The same for an exception of the tests: no lines, no causes; a failed assertion says nothing.

    Nothing of a hidden test is to be read from it.
    """
    if isinstance(error, AssertionError):
        error = AssertionError()
    found = describe(error)
    return [*found[:4], "", None]


def describe(error: BaseException, depth: int = 0) -> list[Any]:
    """An exception as plain data: [exits, names of its classes, arguments, message, lines, cause].

    Arguments are kept where all are short plain data (``KeyError("a").args``).
    """
    kind = type(error)
    names = [cut(_type_name(base), 200) for base in kind.__mro__[:8]]
    arguments: list[Any] | None = list(BaseException.args.__get__(error))
    if len(arguments) > 5 or any(
        type(item) not in (str, int, float, bool, type(None), bytes)
        or (isinstance(item, str | bytes) and len(item) > LONGEST_MESSAGE)
        or (type(item) is int and not -(2**63) <= item < 2**63)
        for item in arguments
    ):
        arguments = None
    cause = error.__cause__
    if cause is None and not error.__suppress_context__:
        cause = error.__context__
    chained = None
    if cause is not None and depth < LONGEST_CHAIN:
        chained = describe(cause, depth + 1)
    exits = not isinstance(error, Exception)
    lines = "" if isinstance(error, RecursionError) else _lines(error)
    return [exits, names, arguments, _message(error), lines, chained]


def rebuild(
    node: Any,
    *,
    next_call: bool = False,
    trusted: Mapping[str, type] | None = None,
    depth: int = 0,
) -> Exception:
    """The exception that ``describe`` described, from untrusted data.

    Args:
        node: as decoded from a message.
        next_call: whether the answer is to ``next()``, where StopIteration is itself.
        trusted: exception classes of this side that both define, by name.

    Raises:
        ProtocolError: the description has another form.
    """
    if type(node) is not list or len(node) != 6:
        raise ProtocolError("an exception of another form")
    exits, names, arguments, message, lines, chained = node
    good = (
        type(exits) is bool
        and type(names) is list
        and 1 <= len(names) <= 8
        and all(type(name) is str and len(name) <= 300 for name in names)
        and type(message) is str
        and len(message) <= 2 * LONGEST_MESSAGE
        and type(lines) is str
        and len(lines) <= 3 * LONGEST_MESSAGE
        and (arguments is None or (type(arguments) is list and len(arguments) <= 5))
        and depth <= LONGEST_CHAIN
    )
    if not good or any(
        type(item) not in (str, int, float, bool, type(None), bytes)
        or (type(item) in (str, bytes) and len(item) > LONGEST_MESSAGE)
        for item in arguments or ()
    ):
        raise ProtocolError("an exception of another form")
    name = names[0]
    if exits:
        sentence = f"the code ended with {name}" + (f": {message}" if message else "")
        error: Exception = StudentExited(sentence)
    elif next_call and "StopIteration" in names:
        error = StopIteration(*(arguments or ()))
    else:
        error = _instance(names, arguments, message, trusted or {})
    error.student_traceback = lines
    if chained is not None:
        error.__cause__ = rebuild(chained, trusted=trusted, depth=depth + 1)
    return error


def _instance(
    names: list[str], arguments: list[Any] | None, message: str, trusted: Mapping[str, type]
) -> Exception:
    own = trusted.get(names[0])
    if isinstance(own, type) and issubclass(own, Exception):
        try:
            made = own.__new__(own)  # without its __init__, which may want anything
        except TypeError:
            made = RemoteError()
        made.args = tuple([message] if arguments is None else arguments)
        return made
    exact = _known(names[0])
    if exact is not None:
        for given in (arguments, [message]):
            if given is None:
                continue
            try:
                made = exact(*given)
            except Exception:
                continue
            if type(made) is exact or exact is OSError:
                return made
    base = next((found for found in map(_known, names) if found is not None), Exception)
    kind = mixed(names[0], base)
    given = [message] if arguments is None else arguments
    try:
        made = kind(*given)
    except Exception:
        made = RemoteError(message)
    made.type_name = names[0]
    return made


def mixed(name: str, base: type[Exception]) -> type[RemoteError]:
    """A RemoteError that an ``except`` clause for ``base`` catches too, with its own name."""
    short = name.rpartition(".")[2]
    short = short if short.isidentifier() else "RemoteError"
    if base is Exception:
        bases: tuple[type, ...] = (RemoteError,)
    else:
        bases = (RemoteError, base)
    kind = _MIXED.get((short, base))
    if kind is None:
        try:
            kind = type(short, bases, {"__module__": "student", "type_name": name})
        except TypeError:  # a base that can't be mixed in
            kind = RemoteError
        if len(_MIXED) < 1_000:
            _MIXED[short, base] = kind
    return kind


def _known(name: str) -> type[Exception] | None:
    if name in _BUILTIN:
        return _BUILTIN[name]
    find = _LIBRARY.get(name)
    found = find() if find else None
    return found if isinstance(found, type) and issubclass(found, Exception) else None
