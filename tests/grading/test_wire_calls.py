"""What a test may do with a student's functions, classes and objects."""

from __future__ import annotations

import asyncio
import collections.abc
import contextlib
import copy
import functools
import gc
import inspect
import itertools
import math
import os
import pickle
import time

import numpy as np
import pytest

from sidebyside.errors import ParityError
from sidebyside.grading.wire import serve as serving
from sidebyside.grading.wire.errors import (
    ChannelClosed,
    CrossingError,
    JudgedThereError,
    RemoteError,
    StudentExited,
)
from tests.grading.wire_student import student


def ns(remote, *names):
    return [remote.fetch(name) for name in names]


# Cells and names


def test_a_cell_runs_and_its_outputs_come_back():
    with student() as remote:
        run = remote.run("c1", "print('hello')\nx = 3")
        assert (run.ok, run.error) == (True, None)
        assert run.outputs == [{"output_type": "stream", "name": "stdout", "text": "hello\n"}]
        run = remote.run("c2", "print('before')\n1 / 0")
        assert not run.ok
        assert run.error.startswith("ZeroDivisionError")
        assert run.outputs[0]["text"] == "before\n"
        assert not remote.run("c3", "raise SystemExit").ok
        assert remote.fetch("x") == 3


def test_names_have_kinds():
    with student("import math\nx = [1]\ndef f(): pass\nclass C: pass\n_hidden = 3") as remote:
        assert remote.names() == {
            "math": "module", "x": "value", "f": "function", "C": "class"
        }  # fmt: skip
        with pytest.raises(NameError, match="name 'absent' is not defined"):
            remote.fetch("absent")


def test_data_is_a_fresh_copy():
    with student("x = {'a': [1, 2]}") as remote:
        first = remote.fetch("x")
        first["a"].append(3)
        assert remote.fetch("x") == {"a": [1, 2]}


def test_one_name_that_can_not_cross_does_not_hinder_the_others():
    source = "import numpy as np\na = [1]\nb = np.ma.masked_array([1], [True])\nc = a"
    with student(source) as remote:
        values, problems = remote.fetch_all(["a", "b", "c", "d"])
        assert values == {"a": [1], "c": [1]}
        assert values["a"] is values["c"]
        assert "masked" in str(problems["b"])
        with pytest.raises(TypeError, match="masked"):
            remote.fetch("b")


def test_prints_of_a_call_arrive_with_its_answer():
    with student("def f(g):\n    print('one')\n    g()\n    print('two')") as remote:
        seen = []
        remote.on_output = lambda outputs: seen.extend(each["text"] for each in outputs)
        remote.fetch("f")(lambda: seen.append("between"))
        assert seen == ["one\n", "between", "two\n"]


# Arguments and results


def test_arguments_of_every_kind():
    with student(
        "def f(a, /, b=2, *rest, c=3, **named):\n    return a, b, rest, c, named"
    ) as remote:
        f = remote.fetch("f")
        assert f(1) == (1, 2, (), 3, {})
        assert f(1, 5, 6, 7, c=8, d=9) == (1, 5, (6, 7), 8, {"d": 9})
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            f()
        assert str(inspect.signature(f)) == "(a, /, b=2, *rest, c=3, **named)"
        assert f.__name__ == f.__qualname__ == "f"
        assert functools.partial(f, 1)(b=4)[1] == 4


def test_what_changes_in_place_comes_back():
    source = """
def change(numbers, entries, array, some, raw, queue, nested):
    numbers += [4]
    numbers[0] = -1
    entries["new"] = array
    del entries["old"]
    array += 1
    some.add("b")
    raw[0] = 65
    queue.append(3)
    nested["params"][0]["w"][:] = 7
    nested["params"][0]["b"] = nested["params"][0]["w"] * 2
"""
    with student(source) as remote:
        numbers, entries, array = [1, 2], {"old": 1, "kept": 2}, np.zeros((2, 2)).T
        some, raw, queue = {"a"}, bytearray(b"xy"), collections.deque([1, 2], 2)
        w = np.ones(2, "f4")
        nested = {"params": ({"w": w, "b": w},)}
        remote.fetch("change")(numbers, entries, array, some, raw, queue, nested)
        assert numbers == [-1, 2, 4]
        assert entries == {"kept": 2, "new": entries["new"]}
        assert entries["new"] is array
        assert (array == 1).all()
        assert some == {"a", "b"}
        assert raw == b"Ay"
        assert list(queue) == [2, 3]
        assert nested["params"][0]["w"] is w
        assert (w == 7).all()
        assert (nested["params"][0]["b"] == 14).all()


@pytest.mark.parametrize(
    "make",
    [
        np.random.default_rng,
        np.random.RandomState,
        lambda seed: np.random.Generator(np.random.MT19937(seed)),
    ],
    ids=["default_rng", "RandomState", "MT19937"],
)
def test_a_generator_of_the_test_is_drawn_from_over_there(make):
    with student("def draw(rng, n): return rng.normal(size=n)") as remote:
        ours, alone = make(7), make(7)
        draw = remote.fetch("draw")
        for n in (3, 5):  # an odd number leaves half a pair in the older kind
            assert (draw(ours, n) == alone.normal(size=n)).all()
        assert ours.normal() == alone.normal()
        assert draw(make(1), 2).tolist() == make(1).normal(size=2).tolist()


def test_generators_of_a_kind_that_can_not_cross_are_named():
    with student("def draw(rng): return rng.normal()") as remote:
        with pytest.raises(CrossingError, match="kind Philox"):
            remote.fetch("draw")(np.random.Generator(np.random.Philox(0)))
        assert remote.fetch("draw")(np.random.default_rng(0)) == np.random.default_rng(0).normal()


def test_changes_made_before_an_exception_come_back():
    with student("def f(x):\n    x[0] = 5\n    raise ValueError") as remote:
        x = np.zeros(2)
        with contextlib.suppress(ValueError):
            remote.fetch("f")(x)
        assert x[0] == 5


def test_a_view_given_to_a_student_changes_its_base():
    with student("def f(x): x[...] = 1") as remote:
        whole = np.zeros((4, 4))
        remote.fetch("f")(whole[::2, 1:3])
        assert whole.sum() == 4
        assert whole[2, 2] == 1


def test_a_read_only_array_is_read_only_over_there():
    with student("def f(x): x += 1") as remote:
        array = np.zeros(3)
        array.flags.writeable = False
        with pytest.raises(ValueError, match="read-only"):
            remote.fetch("f")(array)


def test_an_unchanged_array_is_not_sent_back():
    with student("def f(x): return 1.0\ndef g(x): x[0] = 1") as remote:
        big = np.zeros(2_000_000)
        received = []
        original = remote.channel.receive

        def receive(deadline=None):
            message = original(deadline)
            received.append(sum(map(len, remote.channel.last_buffers)))
            return message

        remote.channel.receive = receive
        f, g = ns(remote, "f", "g")
        f(big)
        assert sum(received) == 0
        g(big)
        assert received[-1] == big.nbytes
        assert big[0] == 1


def test_identity_is_kept_within_a_call():
    source = """
def same(a, b): return a is b
def back(a, b): return b, [a, a]
def circle():
    x = []
    x.append(x)
    return x
"""
    with student(source) as remote:
        same, back, circle = ns(remote, "same", "back", "circle")
        x, y = np.zeros(2), [1]
        assert same(x, x) is True
        assert same([1], [1]) is False
        second, (first, again) = back(x, y)
        assert second is y
        assert first is again is x
        found = circle()
        assert found[0] is found


def test_subclasses_arrive_as_their_base():
    source = """
class Liar(float):
    def __eq__(self, other): return True
    __hash__ = None
    def __float__(self): return 0.0
def f(): return Liar(2.0), {"k": Liar(3.0)}
"""
    with student(source) as remote:
        found, named = remote.fetch("f")()
        assert type(found) is type(named["k"]) is float
        assert found == 2.0
        assert found != 3.0


def test_large_arrays_cross():
    with student("def f(x): return x * 2") as remote:
        x = np.arange(1_000_000.0)
        assert np.array_equal(remote.fetch("f")(x), 2 * x)


def test_too_large_is_an_error_and_not_the_end():
    source = "import numpy as np\ndef f(x): return np.zeros(1_000_000)\ndef g(): return 'x' * 10**7"
    with student(source, limit=2**20) as remote:
        f, g = ns(remote, "f", "g")
        with pytest.raises(TypeError, match="can't cross: 8 MiB"):
            f(np.zeros(10**6))
        with pytest.raises(RemoteError, match="the result is too large: 8 MiB"):
            f(1)
        with pytest.raises(RemoteError, match="too large"):
            g()
        assert remote.names()


def test_what_can_not_be_passed_is_named_and_nothing_happens():
    with student("log = []\ndef f(*x): log.append(x)") as remote:
        f = remote.fetch("f")
        for value, words in ((object(), "type object"), (os, "module 'os'")):
            with pytest.raises(CrossingError, match=words):
                f([1], value)
        assert f([2]) is None
        assert remote.fetch("log") == [([2],)]


def test_library_functions_and_types_are_each_sides_own():
    source = """
import numpy as np
def f(g): return g is np.tanh, g is np.mean, g is float, g is np, g is ValueError, g is print
def h(): return np.float32, np.exp, ValueError
"""
    with student(source) as remote:
        f, h = ns(remote, "f", "h")
        for position, value in enumerate((np.tanh, np.mean, float, np, ValueError, print)):
            assert f(value)[position]
        assert h() == (np.float32, np.exp, ValueError)


# Callbacks


def test_functions_of_the_test_are_called_back():
    source = """
def slope(f, x, h=1e-6): return (f(x + h) - f(x - h)) / (2 * h)
def name(f): return f.__name__
def same(f): return f
"""
    with student(source) as remote:
        slope, name, same = ns(remote, "slope", "name", "same")
        assert slope(lambda x: x**2, 3.0) == pytest.approx(6)

        def cube(x):
            return x**3

        assert slope(cube, 2.0) == pytest.approx(12)
        assert name(cube) == "cube"
        assert same(cube) is cube
        assert slope(math.sin, 0.0) == pytest.approx(1)


def test_a_callback_sees_the_objects_of_the_test_as_they_are_now():
    source = """
def differences(loss, params, h=1e-3):
    found = []
    for k in range(len(params["w"])):
        params["w"][k] += h
        above = loss()
        params["w"][k] -= 2 * h
        below = loss()
        params["w"][k] += h
        found.append((above - below) / (2 * h))
    return found
def reads(f, x):
    f(x)
    return list(x)
"""
    with student(source) as remote:
        differences, reads = ns(remote, "differences", "reads")
        params = {"w": np.array([1.0, 2.0])}
        assert differences(lambda: float((params["w"] ** 2).sum()), params) == pytest.approx([2, 4])
        x = [1]

        def append(y):
            assert y is x
            y.append("more")

        assert reads(append, x) == [1, "more"]
        assert x == [1, "more"]


def test_many_callbacks_with_new_arrays_do_not_pile_up():
    source = """
import numpy as np
def many(f, n):
    for _ in range(n): f(np.zeros(2000))
"""
    with student(source) as remote:
        seen = []
        start = time.perf_counter()
        remote.fetch("many")(lambda x: seen.append(x.sum()), 400)
        assert len(seen) == 400
        assert time.perf_counter() - start < 5


def test_calls_nest_and_the_depth_is_bounded():
    source = "def down(f, n): return 0 if n == 0 else 1 + f(n - 1)\ndef forever(f): return f()"
    with student(source) as remote:
        down, forever = ns(remote, "down", "forever")

        def up(n):
            return down(up, n)

        assert down(up, 10) == 10
        with pytest.raises(RecursionError):
            forever(lambda: forever(lambda: down(up, 1000)))
        assert down(up, 3) == 3


def test_an_exception_of_a_callback_is_itself_when_it_comes_back():
    source = """
def through(f): return f()
def other(f):
    try: f()
    except KeyError as error: return repr(error)
def chained(f):
    try: f()
    except KeyError as error: raise ValueError("mine") from error
"""
    with student(source) as remote:
        through, other, chained = ns(remote, "through", "other", "chained")

        class Special(Exception):
            pass

        special = Special("all of it")

        def fail():
            raise special

        with pytest.raises(Special) as caught:
            through(fail)
        assert caught.value is special
        assert other(lambda: {}["k"]) == "KeyError('k')"
        with pytest.raises(ValueError, match="mine") as caught:
            chained(lambda: {}["k"])
        assert isinstance(caught.value.__cause__, KeyError)


def test_the_code_learns_nothing_from_a_failed_assertion_of_the_test():
    source = """
import traceback
def f(g):
    try: g()
    except BaseException as error:
        return "".join(traceback.format_exception(error)) + error.student_traceback
"""
    with student(source) as remote:

        def fails():
            try:
                {}["the context"]
            except KeyError:
                assert 1 == 2, "the answer is 42"  # a comment of a hidden test

        def fails_later():
            try:
                fails()
            except AssertionError as error:
                raise ValueError("of another kind") from error

        text = remote.fetch("f")(fails) + remote.fetch("f")(fails_later)
        assert "AssertionError" in text
        assert "of another kind" in text
        for part in ("the answer", "hidden", "1 == 2", "context", __file__):
            assert part not in text


def test_an_interrupted_callback_is_the_end():
    with student("def f(g): return g()") as remote:
        f = remote.fetch("f")

        def interrupt():
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            f(interrupt)
        with pytest.raises(ChannelClosed, match="interrupted"):
            f(interrupt)


def test_iterators_of_the_test_are_read_one_item_at_a_time():
    source = """
def first(items, n):
    it = iter(items)
    return [next(it) for _ in range(n)]
def everything(items): return list(items)
"""
    with student(source) as remote:
        first, everything = ns(remote, "first", "everything")
        counter = itertools.count(5)
        assert first(counter, 3) == [5, 6, 7]
        assert next(counter) == 8
        assert everything(x * x for x in range(4)) == [0, 1, 4, 9]
        assert everything(zip([1, 2], "ab", strict=True)) == [(1, "a"), (2, "b")]


# Exceptions


RAISES = """
import numpy as np
from sidebyside.errors import ParityError
class Mine(ValueError):
    def __init__(self, code): super().__init__(f"code {code}"); self.code = code
class Odd(Exception):
    def __str__(self): raise RuntimeError
def value(): raise ValueError("the message")
def key(): return {}["k"]
def mine(): raise Mine(3)
def odd(): raise Odd
def parity(): raise ParityError("differs")
def check(): assert 1 == 2, "no"
def singular(): np.linalg.inv(np.zeros((2, 2)))
def axis(): np.zeros(2).sum(axis=3)
def missing(): open("/no/such/file")
def huge(): raise ValueError("x" * 10**7)
def stop(): raise StopIteration
def leave(): raise SystemExit(3)
def interrupt(): raise KeyboardInterrupt
def group(): raise ExceptionGroup("g", [ValueError()])
def deep(): return deep()
def chain():
    try: key()
    except KeyError as error: raise RuntimeError("outer") from error
def unicode_(): b"\\xff".decode()
"""


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("value", ValueError, "^the message$"),
        ("key", KeyError, "^'k'$"),
        ("mine", ValueError, "^code 3$"),
        ("odd", RemoteError, "^$"),
        ("parity", ParityError, "^differs$"),
        ("check", AssertionError, "^no$"),
        ("singular", np.linalg.LinAlgError, "Singular"),
        ("axis", np.exceptions.AxisError, "out of bounds"),
        ("missing", FileNotFoundError, "No such file"),
        ("huge", ValueError, "more characters"),
        ("stop", RemoteError, "^$"),
        ("leave", StudentExited, "SystemExit: 3"),
        ("interrupt", StudentExited, "KeyboardInterrupt"),
        ("group", RemoteError, "g"),
        ("deep", RecursionError, "maximum recursion depth"),
        ("unicode_", UnicodeDecodeError, "invalid start byte"),
    ],
)
def test_exceptions_arrive_as_their_type(name, kind, message):
    with student(RAISES) as remote:
        function = remote.fetch(name)
        start = time.perf_counter()
        with pytest.raises(Exception, match=message) as caught:
            function()
        assert time.perf_counter() - start < 1
        assert isinstance(caught.value, kind)
        assert not isinstance(caught.value, StopIteration)
        assert len(str(caught.value)) < 3_000
        assert remote.dead is None


def test_exceptions_tell_their_cause_their_place_and_their_name():
    with student(RAISES) as remote:
        with pytest.raises(RuntimeError, match="outer") as caught:
            remote.fetch("chain")()
        assert isinstance(caught.value.__cause__, KeyError)
        with pytest.raises(ValueError) as caught:
            remote.fetch("mine")()
        assert type(caught.value).__name__ == caught.value.type_name == "Mine"
        assert "first" in caught.value.student_traceback
        assert "line" in caught.value.student_traceback


def test_exception_classes_of_the_student_can_be_caught():
    with student(RAISES) as remote:
        mine, Mine = ns(remote, "mine", "Mine")
        assert issubclass(Mine, ValueError)
        with pytest.raises(Mine, match="code 3"):
            mine()
        with pytest.raises(ValueError):
            mine()


def test_stop_iteration_does_not_end_a_loop_of_the_test():
    with student("def f(x):\n    raise StopIteration") as remote, pytest.raises(RemoteError):
        list(map(remote.fetch("f"), [1, 2]))


def test_exceptions_are_values_too():
    with student("def f(error): return error, [ValueError('a')]") as remote:
        error = KeyError("k")
        found, (made,) = remote.fetch("f")(error)
        assert repr(found) == "KeyError('k')"
        assert repr(made) == "ValueError('a')"


# Objects


OBJECTS = '''
import collections
class Base:
    shared = [1, 2]
    def base(self): return "base"
class Net(Base):
    """A net."""
    count = 0
    def __init__(self, w, *, b=0.0):
        self.w, self.b = w, b
        Net.count += 1
    def __call__(self, x): return self.w * x + self.b
    def forward(self, x): return self(x)
    @property
    def double(self): return 2 * self.w
    @classmethod
    def zero(cls): return cls(0.0)
    @staticmethod
    def helper(): return "helped"
    def __repr__(self): return f"Net({self.w})"
class Bag:
    def __init__(self): self.items = {}
    def __getitem__(self, key): return self.items[key]
    def __setitem__(self, key, value): self.items[key] = value
    def __delitem__(self, key): del self.items[key]
    def __len__(self): return len(self.items)
    def __iter__(self): return iter(self.items)
    def __contains__(self, key): return True
    def __enter__(self): self.items["in"] = 1; return self
    def __exit__(self, kind, error, trace): self.items["out"] = repr(error); return True
    def __float__(self): return 1.5
    def __array__(self, dtype=None, copy=None):
        import numpy
        return numpy.arange(3.0)
class Numbers:
    def __init__(self, v): self.v = v
    def __add__(self, other): return Numbers(self.v + getattr(other, "v", other))
    __radd__ = __add__
    def __mul__(self, other): return Numbers(self.v * getattr(other, "v", other))
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __neg__(self): return Numbers(-self.v)
    def __abs__(self): return abs(self.v)
    def __matmul__(self, other): return self.v * other.v
    def __iadd__(self, other): self.v += other.v; return self
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __bool__(self): return True
    def equal(self, other): return True
    allclose = all = equal
    __hash__ = None
class Point(collections.namedtuple("Point", "x y")):
    def norm(self): return (self.x ** 2 + self.y ** 2) ** 0.5
def make(): return Point(3, 4)
def is_point(p): return type(p) is Point
def identity(x): return x
'''


def test_objects_do_what_they_do_over_there():
    with student(OBJECTS) as remote:
        (Net,) = ns(remote, "Net")
        net = Net(2.0, b=1.0)
        assert net(3.0) == net.forward(3.0) == 7.0
        assert net.w == 2.0
        assert net.double == 4.0
        net.w = np.ones(2)
        assert np.array_equal(net(1.0), [2.0, 2.0])
        assert net.base() == "base"
        assert repr(net) == str(net) == "Net([1. 1.])"
        assert f"{Net.zero()}" == "Net(0.0)"
        assert Net.helper() == "helped"
        assert Net.count == 2
        assert (Net.__name__, Net.__doc__) == ("Net", "A net.")
        assert "forward" in dir(net)
        assert hasattr(net, "w") and not hasattr(net, "absent")
        del net.w
        with pytest.raises(AttributeError, match="'Net' object has no attribute 'w'"):
            net.w  # noqa: B018
        assert callable(net) and callable(Net)
        assert str(inspect.signature(Net)) == "(w, *, b=0.0)"
        assert str(inspect.signature(net.forward)) == "(x)"
        assert Net.shared == [1, 2]


def test_an_object_is_itself():
    with student(OBJECTS) as remote:
        Net, identity = ns(remote, "Net", "identity")
        net, other = Net(1.0), Net(1.0)
        assert identity(net) is net
        assert identity([net, other])[1] is other
        assert remote.fetch("Net") is Net
        assert net == net
        assert {net: 1, other: 2}[net] == 1
        assert len({net, other, identity(net)}) == 2
        assert net in [other, net][1:]


def test_isinstance_knows_classes():
    with student(OBJECTS) as remote:
        Net, Base, Bag = ns(remote, "Net", "Base", "Bag")
        net = Net(1.0)
        assert isinstance(net, Net) and isinstance(net, Base) and not isinstance(net, Bag)
        assert not isinstance(3, Net)
        assert issubclass(Net, Base) and not issubclass(Net, Bag)
        assert inspect.isclass(Net) and not inspect.isclass(net)
        assert type(net).__name__ == net.__class__.__name__ == "Net"
        assert isinstance(Bag(), collections.abc.Iterable)
        assert not isinstance(net, collections.abc.Iterable)
        assert not callable(Bag())
        with pytest.raises(TypeError, match="can't subclass it"):

            class Sub(Net):
                pass

        with pytest.raises(TypeError):

            class Other(type(net)):
                pass


def test_library_bases_are_known():
    source = """
import collections.abc, numpy.random
class Items(collections.abc.Sequence):
    def __len__(self): return 3
    def __getitem__(self, k):
        if k >= 3: raise IndexError(k)
        return k * 10
generator = numpy.random.default_rng(0)
"""
    with student(source) as remote:
        Items, generator = ns(remote, "Items", "generator")
        with pytest.raises(TypeError):  # an abstract base class takes real classes only
            issubclass(Items, collections.abc.Sequence)
        assert isinstance(Items(), collections.abc.Sequence)
        assert isinstance(generator, np.random.Generator)
        assert not isinstance(generator, np.random.RandomState)
        assert list(Items()) == [0, 10, 20]
        assert 0 < generator.random() < 1


def test_containers_and_context_managers():
    with student(OBJECTS) as remote:
        bag = remote.fetch("Bag")()
        bag["a"] = np.ones(2)
        assert np.array_equal(bag["a"], [1, 1])
        bag["b"] = 2
        assert len(bag) == 2
        assert list(bag) == ["a", "b"]
        del bag["a"]
        with pytest.raises(KeyError):
            bag["a"]
        assert float(bag) == 1.5
        with bag as inside:
            assert inside is bag
            raise ValueError("swallowed")
        assert bag["out"] == "ValueError('swallowed')"
        with pytest.raises(AssertionError, match="of the test"), bag:
            raise AssertionError("of the test")
        assert bag["out"] == "AssertionError()"


def test_iterators_are_lazy_and_bounded():
    source = """
log = []
def numbers():
    k = 0
    while True:
        log.append(k)
        yield k
        k += 1
def two():
    yield 1
    yield 2
"""
    with student(source) as remote:
        numbers, two = ns(remote, "numbers", "two")
        items = numbers()
        assert isinstance(items, collections.abc.Iterator)
        assert [next(items), next(items)] == [0, 1]
        assert remote.fetch("log") == [0, 1]
        assert list(itertools.islice(items, 3)) == [2, 3, 4]
        pair = two()
        assert list(pair) == [1, 2]
        with pytest.raises(StopIteration):
            next(pair)
        assert next(pair, "end") == "end"
        assert list(zip(two(), two(), strict=True)) == [(1, 1), (2, 2)]
        assert sum(two()) == 3


def test_an_endless_iterator_ends(monkeypatch):
    monkeypatch.setattr("sidebyside.grading.wire.proxies.MOST_ITEMS", 50)
    with student("import itertools\ndef f(): return itertools.count()") as remote:
        endless = remote.fetch("f")()
        with pytest.raises(RemoteError, match="more than 50 items"):
            list(endless)


def test_namedtuples_are_tuples_of_their_class():
    with student(OBJECTS) as remote:
        make, Point, is_point = ns(remote, "make", "Point", "is_point")
        point = make()
        assert point == (3, 4)
        assert (point.x, point._fields) == (3, ("x", "y"))
        assert isinstance(point, tuple) and isinstance(point, Point)
        assert not isinstance((3, 4), Point)
        assert is_point(point)
        assert Point(1, 2) == (1, 2)


def test_nothing_is_judged_over_there():
    with student(OBJECTS) as remote:
        Numbers, Bag = ns(remote, "Numbers", "Bag")
        n = Numbers(3.0)
        judged = [
            lambda: n == 3.0,
            lambda: n == Numbers(3.0),
            lambda: n != 3.0,
            lambda: n < 3.0,
            lambda: n < 3.0,
            lambda: bool(n),
            lambda: n in [3.0],
            lambda: [n] == [3.0],
            lambda: 3 in Bag(),
            lambda: bool(Bag()),
            lambda: abs(n - 3.0) < 1e-6,
            lambda: abs(3.0 - n) < 1e-6,
            lambda: n + 1.0,
            lambda: np.float64(3.0) - n,
            lambda: np.arange(3.0) - n,
            lambda: np.equal(n, 3.0),
            lambda: np.float64(3.0) == n,
            lambda: np.arange(3.0) == n,
            lambda: np.allclose(n, 3.0),
            lambda: np.array_equal(n, 3.0) or 1 / 0,
            lambda: sorted([n, Numbers(1.0)]),
            lambda: max(n, 3.0),
            lambda: n.equal(3.0),
            lambda: n.allclose(3.0),
        ]
        for verdict in judged:
            with pytest.raises((TypeError, ZeroDivisionError)):
                verdict()
        with pytest.raises(JudgedThereError, match="decides nothing: compare plain data"):
            judged[0]()
        # between the student's own objects, and with one operand, anything is computed
        assert (n + Numbers(1.0)).v == 4.0
        assert abs(-n) == 3.0
        assert n @ n == 9.0
        n += Numbers(1.0)
        assert n.v == 4.0


def test_what_the_reference_defines_is_forwarded():
    judging = {
        "Numbers": {"__add__", "__radd__", "__eq__", "__bool__", "__lt__", "all"},
        "Bag": {"__len__"},
    }
    with student(OBJECTS, judging=judging) as remote:
        Numbers, Bag = ns(remote, "Numbers", "Bag")
        n = Numbers(3.0)
        assert (n + 1.0).v == (1.0 + n).v == 4.0
        assert (np.float64(1.0) + n).v == 4.0
        assert n == Numbers(5.0)
        assert n < Numbers(5.0)
        assert bool(n)
        assert n.all(0)
        assert not hasattr(n, "allclose")
        assert not Bag()
        for refused in (lambda: n == 3.0, lambda: n * 2.0, lambda: n - 3.0, lambda: n > Numbers(1)):
            with pytest.raises(TypeError):
                refused()


def test_an_object_without_truth_or_length_is_true():
    with student(OBJECTS) as remote:
        assert remote.fetch("Net")(1.0)
        assert remote.fetch("Net")
        assert remote.fetch("make")


def test_numpy_reads_arrays_of_objects():
    with student(OBJECTS) as remote:
        bag = remote.fetch("Bag")()
        assert np.array_equal(np.asarray(bag), [0, 1, 2])
        assert np.asarray(bag, dtype="f4").dtype == "f4"
        assert np.allclose(bag, [0, 1, 2])
        assert not np.allclose(bag, [0, 1, 3])
        assert np.exp(bag).shape == (3,)
        assert (np.arange(3.0) + bag).sum() == 6
        with pytest.raises(TypeError):
            bag == np.arange(3.0)  # noqa: B015
        assert not any(
            hasattr(bag, name)
            for name in (
                "__array_interface__",
                "__array_struct__",
                "__torch_function__",
                "__dlpack__",
            )
        )


def test_numpy_is_not_taken_over():
    source = """
class Taker:
    def __array_function__(self, *args): return True
    def __array_ufunc__(self, *args, **named): return True
    def __torch_function__(self, *args, **named): return True
    __array_interface__ = {"shape": (1,), "typestr": "<f8", "version": 3, "data": (0, False)}
def f(): return Taker()
"""
    with student(source) as remote:
        taker = remote.fetch("f")()
        for judge in (np.allclose, np.array_equal, np.testing.assert_allclose):
            with pytest.raises((TypeError, AssertionError)):
                assert judge(taker, np.ones(1))
        assert isinstance(np.asarray(taker).item(), type(taker))


def test_copies_are_made_over_there_and_pickles_refused():
    with student(OBJECTS) as remote:
        Net = remote.fetch("Net")
        net = Net([1.0])
        twin = copy.deepcopy(net)
        assert twin is not net
        twin.w = 5
        assert net.w == [1.0]
        assert isinstance(copy.copy(net), Net)
        for value in (net, Net, net.forward):
            with pytest.raises(TypeError, match="pickled"):
                pickle.dumps(value)


def test_enumerations_and_modules():
    source = """
import enum, math as m
class Colour(enum.Enum):
    RED = 1
    BLUE = 2
"""
    with student(source) as remote:
        Colour, m = ns(remote, "Colour", "m")
        assert [each.name for each in Colour] == ["RED", "BLUE"]
        assert Colour.RED is Colour["RED"] is Colour(1)
        assert len(Colour) == 2
        assert m.sqrt(4.0) == 2.0
        assert m.__name__ == "math"


def test_coroutines_run_to_their_end_over_there():
    source = "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return 2 * x"
    with student(source) as remote:
        f = remote.fetch("f")
        assert asyncio.run(f(3)) == 6

        async def both():
            return await asyncio.gather(f(1), f(2)), await f(4)

        assert asyncio.run(both()) == ([2, 4], 8)


def test_display_hooks_are_not_the_students():
    source = """
class Shown:
    def _repr_html_(self): return "<script>"
    def _ipython_display_(self): pass
    def __getattr__(self, name): return 1
def f(): return Shown()
"""
    with student(source) as remote:
        shown = remote.fetch("f")()
        assert shown.anything == 1
        for name in ("_repr_html_", "_ipython_display_", "_repr_mimebundle_"):
            assert not hasattr(shown, name)


def test_objects_are_freed_over_there():
    source = """
import weakref
alive = weakref.WeakSet()
class Thing:
    def __init__(self): alive.add(self); self.data = bytearray(1000)
def count(): return len(alive)
def callback(f): f()
"""
    with student(source) as remote:
        Thing, count, callback = ns(remote, "Thing", "count", "callback")
        things = [Thing() for _ in range(50)]
        assert count() == 50
        first = things[0]
        del things
        gc.collect()
        assert count() == 1
        assert first.data == bytearray(1000)
        for _ in range(20):
            callback(lambda: None)
        gc.collect()
        remote.names()
        assert len(remote._exports) <= 1
        assert len(remote.imports._known) < 10


def test_a_released_object_that_comes_again_is_described_again():
    with student(
        "class C: pass\nkept = C()\ndef f(): return kept\ndef g(h): return h() is kept"
    ) as remote:
        f, g = ns(remote, "f", "g")
        for _ in range(5):
            first = f()
            del first
            gc.collect()
            again = f()
            assert type(again).__name__ == "C"
            assert g(lambda: f())
            del again


# Classes that both sides define


SHARED = """
class Node:
    def __init__(self, value, children=()):
        self.value, self.children = value, list(children)
class BadNode(Exception):
    pass
"""


def test_objects_of_the_instructors_classes_go_by_value():
    source = (
        SHARED
        + """
def total(node): return node.value + sum(total(child) for child in node.children)
def grow(node):
    node.value += 1
    node.children.append(Node(10))
    node.seen = True
    return node
def make(): return Node(3)
def bad(): raise BadNode("so bad")
"""
    )
    with student(source) as remote:
        here = {"__name__": "__main__"}
        exec(SHARED, here)
        Node, BadNode = here["Node"], here["BadNode"]
        remote.trusted_classes = {"Node": Node, "BadNode": BadNode}
        total, grow, make, bad = ns(remote, "total", "grow", "make", "bad")
        leaf = Node(2)
        tree = Node(1, [leaf, leaf])
        assert total(tree) == 5
        assert grow(leaf) is leaf
        assert (leaf.value, leaf.seen, len(leaf.children)) == (3, True, 1)
        made = make()
        assert isinstance(made, Node)
        assert made.value == 3
        assert total(Node(1, [Node(1), Node(1)])) == 3
        with pytest.raises(BadNode, match="so bad"):
            bad()
        with pytest.raises(CrossingError):
            total(type("Node", (), {"__module__": "__main__"})())


# Hooks, deadlines, ends


def test_requests_and_hooks_of_other_pieces():
    serving.register_request(
        "test echo", lambda server, payload: [payload, len(server.shell.user_ns)]
    )
    try:
        calls = []

        def hook(remote):
            calls.append(remote.request("test echo", {"a": np.ones(1)})[0]["a"][0])

        with student("def f(g): return g()", before_call=[hook]) as remote:
            f = remote.fetch("f")
            assert calls == []
            assert f(lambda: f(lambda: 3)) == 3
            assert calls == [1.0]
            with pytest.raises(RemoteError, match="no handler for 'other'"):
                remote.request("other")
    finally:
        del serving._HANDLERS["test echo"]


def test_a_call_that_hangs_ends_at_the_deadline():
    end = [time.monotonic() + 10]
    with student("import time\ndef f(): time.sleep(30)", deadline=lambda: end[0]) as remote:
        f = remote.fetch("f")
        end[0] = time.monotonic() + 0.2
        start = time.monotonic()
        with pytest.raises(Exception, match="no answer within the time limit"):
            f()
        assert time.monotonic() - start < 2
        assert remote.dead is not None
        with pytest.raises(ChannelClosed, match="time limit"):
            f()
        assert repr(f) == "<function f of the student's code>"


def test_a_student_that_dies_is_an_error():
    with student(
        "import os\ndef f(): os._exit(0)\nclass C:\n    def __repr__(self): return 'C'"
    ) as remote:
        f, thing = remote.fetch("f"), remote.fetch("C")()
        with pytest.raises(ChannelClosed):
            f()
        with pytest.raises(ChannelClosed):
            remote.run("c", "1")
        assert "object of the student's code" in repr(thing)


def test_a_stand_in_of_another_process_is_refused():
    with student("def f(x): pass\nclass C: pass") as old, student("def f(x): pass") as new:
        thing = old.fetch("C")()
        with pytest.raises(CrossingError, match="has ended"):
            new.fetch("f")(thing)


def test_a_forked_copy_of_the_examiner_leaves_the_channel_alone():
    with student("def f(): return 1") as remote:
        f = remote.fetch("f")
        pid = os.fork()
        if not pid:
            try:
                f()
            except ChannelClosed:
                os._exit(0)
            os._exit(1)
        assert os.waitpid(pid, 0)[1] == 0
        assert f() == 1


def test_threads_of_the_test_take_turns():
    from concurrent.futures import ThreadPoolExecutor

    with student("def f(x): return x * 2") as remote, ThreadPoolExecutor(4) as pool:
        assert list(pool.map(remote.fetch("f"), range(200))) == [2 * x for x in range(200)]


def test_a_call_is_cheap():
    with student("def f(x): return x") as remote:
        f, x = remote.fetch("f"), np.random.default_rng(0).normal(size=(4, 4))
        best = min(_time(f, x) for _ in range(10))
        assert best < 500e-6  # 60 µs on an idle machine; this is for a busy one


def _time(f, x, times=100):
    start = time.perf_counter()
    for _ in range(times):
        f(x)
    return (time.perf_counter() - start) / times
