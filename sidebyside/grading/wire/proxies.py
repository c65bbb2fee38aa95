"""Stand-ins, on the examiner's side, for functions, classes and objects of the student's code.

What is done with a stand-in is computed over there; what comes back is data or another stand-in.
Nothing is *judged* there: a comparison with plain data, ``in``, ``bool()`` and arithmetic between a
stand-in and plain data would let the student's code give the verdict (or hand it the expected
value), so they are refused unless the assignment's own reference class defines that operator
(``Remote.judging``).

Each class of the student's gets a Python type of its own here, with just those special methods
that it has over there: ``callable``, ``hasattr``, ``isinstance(x, Iterable)`` answer as there.
"""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from sidebyside.grading.wire.errors import (
    JudgedAttributeError,
    JudgedThereError,
    ProtocolError,
    RemoteError,
    WireError,
)

MOST_ITEMS = 100_000  # items taken of one iterator of the student's

_REMOTE, _HANDLE, _CLASS = "_sbs_remote", "_sbs_handle", "_sbs_class"
_get = object.__getattribute__
_FORWARDED = frozenset(
    ("__dict__", "__annotations__", "__defaults__", "__kwdefaults__", "__version__", "__all__")
    + ("__dataclass_params__", "__match_args__", "__members__", "__notes__", "__func__", "__self__")
)
# What arrays, tensors, sets, texts and tables answer about a value: where a test expects one of
# these, the student's object must not answer instead.
_VERDICTS = frozenset(
    ("all", "allclose", "any", "endswith", "eq", "equal", "equals", "ge", "gt", "isclose")
    + ("isdisjoint", "issubset", "issuperset", "le", "lt", "ne", "startswith", "isin")
)
_LOCAL = ("_repr_", "_ipython_", "_jupyter_", "_sbs_", "_torch_", "__")


def is_proxy(value: Any) -> bool:
    """Whether a value is a stand-in (or the class of one)."""
    return issubclass(type(value), RemoteObject)


def remote_of(proxy: Any) -> Any:
    """The ``Remote`` that a stand-in belongs to."""
    return _get(proxy, _REMOTE)


def handle_of(proxy: Any) -> int:
    """The number of the object over there."""
    return _get(proxy, _HANDLE)


def _name_of(proxy: Any) -> str:
    found = _get(proxy, _CLASS)
    return type(proxy).__name__ if found is None else found.name


def _op(proxy: Any, name: str, *operands: Any) -> Any:
    return _get(proxy, _REMOTE).ask("op", name, *operands)


class RemoteObject:
    """An object of the student's."""

    __slots__ = (_CLASS, _HANDLE, _REMOTE, "__weakref__")

    def __init__(self, remote: Any, handle: int, description: Any) -> None:
        put = object.__setattr__
        put(self, _REMOTE, remote)
        put(self, _HANDLE, handle)
        put(self, _CLASS, description)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(_LOCAL) and name not in _FORWARDED:
            raise AttributeError(f"{_name_of(self)!r} object has no attribute {name!r} here")
        if name in _VERDICTS:
            _may(self, name, f".{name} of the student's object", JudgedAttributeError)
        return _op(self, "attribute", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            raise AttributeError(f"{name} of the student's object can't be set from here")
        _op(self, "set", self, name, value)

    def __delattr__(self, name: str) -> None:
        _op(self, "delete", self, name)

    def __dir__(self) -> list[str]:
        names = _op(self, "dir", self)
        if type(names) is not list or any(type(name) is not str for name in names):
            raise RemoteError("dir() of the student's object gave no list of names")
        return sorted(names)

    @property
    def __class__(self) -> type:
        found = _get(self, _CLASS)
        return type(self) if found is None or found.stand_in is None else found.stand_in

    @property
    def __doc__(self) -> str | None:
        found = _op(self, "doc", self)
        return found if type(found) is str else None

    def __hash__(self) -> int:
        return hash((_get(self, _HANDLE), "student"))

    def __repr__(self) -> str:
        return _text(self, "__repr__", "repr")

    def __str__(self) -> str:
        return _text(self, "__str__", "str")

    def __format__(self, form: str) -> str:
        if _defines(self, "__format__") and _get(self, _REMOTE).dead is None:
            return _exact(_op(self, "format", self, form), str, "format()")
        return format(str(self), form)

    def __bool__(self) -> bool:
        for dunder, name in (("__bool__", "truth"), ("__len__", "len")):
            if _defines(self, dunder):
                _may(self, dunder, "its truth value")
                return bool(_exact(_op(self, name, self), (bool, int), "bool()"))
        return True

    def __eq__(self, other: Any) -> Any:
        return True if other is self else _compare(self, "eq", "==", other)

    def __ne__(self, other: Any) -> Any:
        return False if other is self else _compare(self, "ne", "!=", other)

    def __lt__(self, other: Any) -> Any:
        return _compare(self, "lt", "<", other)

    def __le__(self, other: Any) -> Any:
        return _compare(self, "le", "<=", other)

    def __gt__(self, other: Any) -> Any:
        return _compare(self, "gt", ">", other)

    def __ge__(self, other: Any) -> Any:
        return _compare(self, "ge", ">=", other)

    def __copy__(self) -> Any:
        return _op(self, "copy", self)

    def __deepcopy__(self, memo: Any) -> Any:
        return _op(self, "deepcopy", self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(f"{_name_of(self)!r} belongs to the student's process: it can't be pickled")

    def __init_subclass__(cls, **named: Any) -> None:
        if not named.pop("wire", False):
            raise TypeError("a class of the student's can't be subclassed in a test")
        super().__init_subclass__(**named)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        """NumPy's functions get data; operators with arrays follow the rules of operators."""
        if all(
            not is_proxy(value) or _defines(value, "__array__")
            for value in inputs + tuple(named.get("out") or ())
        ):
            inputs = tuple(np.asarray(value) if is_proxy(value) else value for value in inputs)
            return getattr(ufunc, method)(*inputs, **named)
        name = _UFUNCS.get(ufunc)
        if method == "__call__" and name is not None and len(inputs) == 2 and not named:
            left, right = inputs
            if name in _COMPARISONS:
                proxy, other = (left, right) if is_proxy(left) else (right, left)
                return _compare(proxy, name, _COMPARISONS[name], other)
            return _arithmetic(name, left, right)
        return NotImplemented


def _defines(proxy: Any, dunder: str) -> bool:
    found = _get(proxy, _CLASS)
    return found is not None and dunder in found.dunders


def _text(proxy: Any, dunder: str, name: str) -> str:
    remote = _get(proxy, _REMOTE)
    if remote.dead is None and (
        _defines(proxy, dunder) or (name == "str" and _defines(proxy, "__repr__"))
    ):
        return _exact(_op(proxy, name, proxy), str, f"{name}()")
    return f"<{_name_of(proxy)} object of the student's code>"


def _exact(value: Any, kinds: Any, what: str) -> Any:
    kinds = kinds if type(kinds) is tuple else (kinds,)
    if type(value) not in kinds:
        raise TypeError(
            f"{what} of the student's object gave no {kinds[0].__name__} but a "
            f"{type(value).__name__}"
        )
    return value


def _may(
    proxy: Any, dunder: str, what: str, refusal: type[JudgedThereError] = JudgedThereError
) -> None:
    """Refuse an operator that the reference's class does not define."""
    found, remote = _get(proxy, _CLASS), _get(proxy, _REMOTE)
    names = () if found is None else found.names
    if not any(dunder in remote.judging.get(name, ()) for name in names):
        raise refusal(
            f"{what} would be decided by the student's own class {_name_of(proxy)!r}, and so "
            "decides nothing: compare plain data (numbers, lists, arrays)"
        )


def _compare(proxy: Any, name: str, sign: str, other: Any) -> Any:
    what = f"a comparison ({sign}) of a {_name_of(proxy)!r} with a {type(other).__name__!r}"
    if not is_proxy(other):
        raise JudgedThereError(
            f"{what} would be decided by the student's own class, and so decides nothing: compare "
            "plain data (numbers, lists, arrays)"
        )
    _may(proxy, f"__{name}__", what)
    return _op(proxy, name, proxy, other)


_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "matmul": "matmul", "truediv": "truediv",
    "floordiv": "floordiv", "mod": "mod", "divmod": "divmod", "pow": "pow", "lshift": "lshift",
    "rshift": "rshift", "and": "and_", "or": "or_", "xor": "xor",
}  # fmt: skip
_UFUNCS = {
    np.add: "add", np.subtract: "sub", np.multiply: "mul", np.matmul: "matmul",
    np.true_divide: "truediv", np.floor_divide: "floordiv", np.remainder: "mod",
    np.divmod: "divmod", np.power: "pow", np.left_shift: "lshift", np.right_shift: "rshift",
    np.bitwise_and: "and", np.bitwise_or: "or", np.bitwise_xor: "xor", np.equal: "eq",
    np.not_equal: "ne", np.less: "lt", np.less_equal: "le", np.greater: "gt",
    np.greater_equal: "ge",
}  # fmt: skip


def _arithmetic(name: str, left: Any, right: Any, *, in_place: bool = False) -> Any:
    """``left name right``, computed over there; one of them is a stand-in."""
    if not (is_proxy(left) and is_proxy(right)):
        proxy, other = (left, right) if is_proxy(left) else (right, left)
        found = _get(proxy, _CLASS)
        dunders = [f"__{prefix}{name}__" for prefix in ("", "r", "i")]
        allowed = _get(proxy, _REMOTE).judging
        if found is None or not any(
            dunder in allowed.get(each, ()) for each in found.names for dunder in dunders
        ):
            raise JudgedThereError(
                f"{dunders[0]} of the student's own class {_name_of(proxy)!r} and a "
                f"{type(other).__name__!r} of the test: the reference has no such operator. "
                "Was a number or an array expected?"
            )
    owner = left if is_proxy(left) else right
    operation = f"i{name}" if in_place else _BINARY[name]
    return _op(owner, operation, left, right)


def _binary(name: str) -> dict[str, Callable[..., Any]]:
    def forward(self: Any, other: Any) -> Any:
        return _arithmetic(name, self, other)

    def reflected(self: Any, other: Any) -> Any:
        return _arithmetic(name, other, self)

    def in_place(self: Any, other: Any) -> Any:
        return _arithmetic(name, self, other, in_place=True)

    found = {f"__{name}__": forward, f"__r{name}__": reflected}
    if name != "divmod":
        found[f"__i{name}__"] = in_place
    return found


def _power(self: Any, other: Any, modulus: Any = None) -> Any:
    if modulus is not None:
        raise JudgedThereError("pow() of three arguments with the student's object is refused")
    return _arithmetic("pow", self, other)


def _unary(name: str) -> Callable[..., Any]:
    return lambda self: _op(self, name, self)


def _as(name: str, *kinds: type) -> Callable[..., Any]:
    return lambda self: _exact(_op(self, name, self), kinds, f"{name}()")


def _length(self: Any) -> int:
    found = _exact(_op(self, "len", self), int, "len()")
    if not 0 <= found <= sys.maxsize:
        raise ValueError("len() of the student's object gave no length")
    return found


def _contains(self: Any, item: Any) -> bool:
    _may(self, "__contains__", f"whether a {_name_of(self)!r} contains a value")
    return _exact(_op(self, "contains", self, item), bool, "in")


def _iterate(name: str) -> Callable[..., Any]:
    def iterate(self: Any) -> Any:
        found = _op(self, name, self)
        if is_proxy(found) and _defines(found, "__next__"):
            return _bounded(found)
        return iter(found)  # data (an iterator never is), or an object that is no iterator

    return iterate


def _next(self: Any) -> Any:
    return _get(self, _REMOTE).next_item(self)


class _Bounded:
    """An iterator over an iterator of the student's: one item at a time, and not for ever."""

    def __init__(self, proxy: Any) -> None:
        self._proxy, self._count = proxy, 0

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        self._count += 1
        if self._count > MOST_ITEMS:
            raise RemoteError(
                f"the student's iterator gave more than {MOST_ITEMS:,} items; it seems endless"
            )
        return next(self._proxy)


def _bounded(proxy: Any) -> _Bounded:
    return _Bounded(proxy)


def _call(self: Any, /, *arguments: Any, **named: Any) -> Any:
    return _get(self, _REMOTE).ask("call", self, arguments, named)


def _enter(self: Any) -> Any:
    return _op(self, "enter", self)


def _exit(self: Any, kind: Any, error: Any, trace: Any) -> bool:
    """A failed assertion of the test is never the student's to swallow, nor its message to read."""
    if error is None:
        _op(self, "exit", self, None)
        return False
    if not isinstance(error, Exception) or isinstance(error, WireError):
        return False
    shown = AssertionError() if isinstance(error, AssertionError) else error
    swallowed = _op(self, "exit", self, shown)
    return swallowed is True and not isinstance(error, AssertionError | JudgedThereError)


def _array(self: Any, dtype: Any = None, copy: Any = None) -> np.ndarray:
    found = _op(self, "array", self)
    if type(found) is not np.ndarray:
        raise TypeError(f"__array__ of the student's {_name_of(self)!r} gave no array")
    return found if dtype is None else found.astype(dtype)


def _await(self: Any) -> Any:
    return _op(self, "await", self)
    yield  # a generator that ends at once


def _send(self: Any, value: Any) -> Any:
    """A coroutine of the student's is run to its end over there, in an event loop of its own."""
    raise StopIteration(_op(self, "await", self))


def _throw(self: Any, *error: Any) -> Any:
    raise error[0] if isinstance(error[0], BaseException) else error[0](*error[1:2])


def _set_item(self: Any, key: Any, value: Any) -> None:
    _op(self, "setitem", self, key, value)


_METHODS: dict[str, Callable[..., Any]] = {
    "__call__": _call,
    "__len__": _length,
    "__length_hint__": _as("length_hint", int),
    "__getitem__": lambda self, key: _op(self, "getitem", self, key),
    "__setitem__": _set_item,
    "__delitem__": lambda self, key: _op(self, "delitem", self, key),
    "__contains__": _contains,
    "__iter__": _iterate("iter"),
    "__next__": _next,
    "__reversed__": _iterate("reversed"),
    "__enter__": _enter,
    "__exit__": _exit,
    "__neg__": _unary("neg"),
    "__pos__": _unary("pos"),
    "__abs__": _unary("abs"),
    "__invert__": _unary("invert"),
    "__int__": _as("int", int),
    "__float__": _as("float", float),
    "__complex__": _as("complex", complex),
    "__index__": _as("index", int),
    "__bytes__": _as("bytes", bytes),
    "__round__": lambda self, *digits: _op(self, "round", self, *digits),
    "__trunc__": _unary("trunc"),
    "__floor__": _unary("floor"),
    "__ceil__": _unary("ceil"),
    "__array__": _array,
    "__await__": _await,
}
for _each in _BINARY:
    _METHODS |= _binary(_each)
_METHODS["__pow__"] = _power
KNOWN_DUNDERS = frozenset(_METHODS) | {"__bool__", "__str__", "__repr__", "__format__"} | {
    f"__{name}__" for name in _COMPARISONS
} | {"__aiter__", "__anext__"}  # fmt: skip


class Description:
    """What the other side says of a class, checked.

    Attributes:
        name: of the class; ``names``: of it and its bases that are the student's.
        dunders: the special methods it has; ``meta``: those of its metaclass.
        known: classes of this side that it says it derives from (from a fixed table).
        fields: of a namedtuple class, or None.
        stand_in: what ``__class__`` of its instances is, where they shall pass for instances of a
            library's class; else None.
    """

    def __init__(self, remote: Any, raw: Any) -> None:
        if type(raw) is not list or len(raw) != 5:
            raise ProtocolError("a class of another form")
        name, mro, dunders, meta, fields = raw
        lists = (mro, dunders, meta, fields or [])
        if type(name) is not str or any(type(each) is not list for each in lists):
            raise ProtocolError("a class of another form")
        if any(type(item) is not str or len(item) > 300 for each in lists for item in each):
            raise ProtocolError("a class of another form")
        if max(map(len, lists)) > 200 or len(name) > 200:
            raise ProtocolError("a class of another form")
        self.name = name if name.isidentifier() else "Unnamed"
        self.names = [each.rpartition(".")[2] for each in mro if each.startswith("__main__.")]
        self.dunders = KNOWN_DUNDERS.intersection(dunders)
        self.meta = KNOWN_DUNDERS.intersection(meta)
        self.fields = tuple(fields) if fields else None
        self._remote, self._mro, self._seen = remote, mro, (-1, (), None)
        self.instances = _new_type(self.name, (RemoteObject,), self.dunders)
        if {"__await__"} <= self.dunders:
            for method, function in (("send", _send), ("throw", _throw), ("close", _close)):
                setattr(self.instances, method, function)

    def _look(self) -> tuple[int, tuple[type, ...], type | None]:
        """What is known; looked up again when a library has been imported since."""
        state = 0 if self._remote is None else self._remote.known_classes()
        if self._seen[0] != state:
            found = (self._remote.known_class(each) for each in self._mro) if state else ()
            known = tuple(each for each in found if each is not None)
            self._seen = state, known, _stand_in(self.name, known)
        return self._seen

    @property
    def known(self) -> tuple[type, ...]:
        return self._look()[1]

    @property
    def stand_in(self) -> type | None:
        return self._look()[2]


def _close(self: Any) -> None:
    _get(self, _REMOTE).ask("op", "attribute", self, "close")()


def _new_type(name: str, bases: tuple[type, ...], dunders: frozenset[str]) -> type:
    body = {dunder: _METHODS[dunder] for dunder in dunders if dunder in _METHODS}
    body |= {"__slots__": (), "__module__": "student", "__hash__": RemoteObject.__hash__}
    body["__doc__"] = RemoteObject.__dict__["__doc__"]
    return type(name, bases, body, wire=True)


def _refuse_instance(cls: Any, *arguments: Any, **named: Any) -> Any:
    raise TypeError(f"{cls.__name__} is the student's class; a stand-in of it makes no instances")


def _stand_in(name: str, known: tuple[type, ...]) -> type | None:
    """A type that is a subclass of the library's class, for ``isinstance``; never instantiated."""
    if not known:
        return None
    bases = tuple(
        base
        for base in known
        if not any(issubclass(other, base) for other in known if other is not base)
    )
    try:
        return types.new_class(
            name,
            bases,
            exec_body=lambda body: body.update(__module__="student", __new__=_refuse_instance),
        )
    except Exception:
        return bases[0]


class Simple:
    """What is known of a function or a module: a name."""

    names: tuple[str, ...] = ()
    dunders: frozenset[str] = frozenset()
    stand_in = None

    def __init__(self, raw: Any) -> None:
        if type(raw) is not list or len(raw) != 1 or type(raw[0]) is not str or len(raw[0]) > 200:
            raise ProtocolError("a function of another form")
        self.name = raw[0]


class RemoteFunction(RemoteObject, wire=True):
    # A function, method or the like of the student's.

    __slots__ = ()
    __doc__ = RemoteObject.__dict__["__doc__"]

    __call__ = _call

    @property
    def __name__(self) -> str:
        return _name_of(self)

    @property
    def __signature__(self) -> inspect.Signature:
        return _get(self, _REMOTE).signature(self)

    def __getattr__(self, name: str) -> Any:
        return _name_of(self) if name == "__qualname__" else RemoteObject.__getattr__(self, name)

    def __repr__(self) -> str:
        return f"<function {_name_of(self)} of the student's code>"

    __str__ = __repr__


class RemoteModule(RemoteObject, wire=True):
    # A module that the student's code uses under a name of its own.

    __slots__ = ()
    __doc__ = RemoteObject.__dict__["__doc__"]

    @property
    def __name__(self) -> str:
        return _name_of(self)

    def __repr__(self) -> str:
        return f"<module {_name_of(self)} of the student's code>"

    __str__ = __repr__


class RemoteClass(RemoteFunction, wire=True):
    # A class of the student's.

    __slots__ = ()
    __doc__ = RemoteObject.__dict__["__doc__"]

    @property
    def __class__(self) -> type:
        return type

    @property
    def __bases__(self) -> tuple[type, ...]:
        return _get(self, _CLASS).known or (object,)

    @property
    def __mro__(self) -> tuple[Any, ...]:
        return (self, *self.__bases__)

    def __instancecheck__(self, instance: Any) -> bool:
        if is_proxy(instance):
            return _exact(_op(self, "isinstance", instance, self), bool, "isinstance()")
        origin = getattr(type(instance), "_sbs_origin", None)
        return origin is not None and origin() is self

    def __subclasscheck__(self, kind: Any) -> bool:
        if not is_proxy(kind):
            return False
        return _exact(_op(self, "issubclass", kind, self), bool, "issubclass()")

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        raise TypeError(
            f"{_name_of(self)} is the student's class: a test can use it and can't subclass it"
        )

    def __or__(self, other: Any) -> Any:
        raise TypeError(f"{_name_of(self)} | … is not possible here; use a tuple of classes")

    __ror__ = __or__

    def __repr__(self) -> str:
        return f"<class {_name_of(self)} of the student's code>"

    __str__ = __repr__


def class_type(description: Description) -> type:
    """The Python type of the stand-in for a class: with its metaclass's special methods."""
    if not description.meta - {"__call__"}:
        return RemoteClass
    return _new_type(description.name, (RemoteClass,), description.meta - {"__call__"})


UNKNOWN = Description(None, ["object", [], [], [], None])
