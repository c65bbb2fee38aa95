"""Values as nodes and back; nodes that anybody may have made up."""

from __future__ import annotations

import collections
import contextlib
import decimal
import enum
import fractions
import math
import tracemalloc

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sidebyside.grading.wire import arrays, classes, plain  # noqa: F401 - adapters
from sidebyside.grading.wire.codec import REGISTRY, Decoder, Encoder, Table
from sidebyside.grading.wire.errors import CrossingError, ProtocolError, WireError


def over(value, table=None):
    """The value as it arrives."""
    encoder = Encoder(table)
    node = encoder.encode(value)
    packed = msgpack.packb(node, unicode_errors="surrogatepass")
    node = msgpack.unpackb(packed, unicode_errors="surrogatepass")
    return Decoder(buffers=[bytearray(each) for each in encoder.buffers]).decode(node)


def same(one, other):
    """Equal in type and value, all the way down (NaN equals NaN)."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float | np.floating):
        return one == other or (one != one and other != other)
    if isinstance(one, np.ndarray):
        if one.dtype == object:
            return other.dtype == object and same(one.tolist(), other.tolist())
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, list | tuple | collections.deque):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one), list(other)) and same(list(one.values()), list(other.values()))
    return one == other


immediate = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text()
    | st.binary()
)
hashable = st.recursive(
    immediate.filter(lambda x: x == x),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)
dtypes = (
    hnp.boolean_dtypes()
    | hnp.integer_dtypes(endianness="<")
    | hnp.unsigned_integer_dtypes(endianness="<")
    | hnp.floating_dtypes(endianness="<", sizes=(16, 32, 64))
    | hnp.complex_number_dtypes(endianness="<")
    | hnp.datetime64_dtypes(endianness="<")
    | hnp.unicode_string_dtypes(endianness="<", min_len=1)
    | hnp.byte_string_dtypes(min_len=1)
)
some_arrays = dtypes.flatmap(
    lambda dtype: hnp.arrays(
        dtype, hnp.array_shapes(min_dims=0, max_dims=3, max_side=3, min_side=0)
    )
)
values = st.recursive(
    immediate | some_arrays | st.builds(complex, st.floats(), st.floats()).filter(lambda c: c == c),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(hashable, inner, max_size=4)
        | st.sets(hashable, max_size=4)
        | st.lists(inner, max_size=3).map(lambda x: collections.deque(x, 3))
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(values)
def test_data_arrives_as_it_is(value):
    assert same(over(value), value)


class Liar(float):
    def __float__(self):
        return 0.0

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __pos__(self):
        return 0.0


class LyingList(list):
    def __iter__(self):
        return iter([0])

    def __len__(self):
        return 1

    def __getitem__(self, item):
        return 0


class LyingDict(dict):
    def keys(self):
        return ["other"]

    def __iter__(self):
        return iter(["other"])

    def items(self):
        return [("other", 0)]


class LyingArray(np.ndarray):
    def __array__(self, *args, **kwargs):
        return np.zeros(3)

    def tobytes(self, *args):
        return b""

    def __array_finalize__(self, obj):
        pass


class LyingText(str):
    def __str__(self):
        return "other"

    def __len__(self):
        return 0


class LyingInt(int):
    def __int__(self):
        return 0

    def __index__(self):
        return 0


class Colour(enum.IntEnum):
    RED = 3


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Liar(2.5), 2.5),
        (LyingList([1, 2]), [1, 2]),
        (LyingDict(a=1), {"a": 1}),
        (np.arange(3.0).view(LyingArray), np.arange(3.0)),
        (LyingText("text"), "text"),
        (LyingInt(7), 7),
        (Colour.RED, 3),
        (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
    ],
)
def test_subclasses_are_read_by_the_methods_of_their_base(given, expected):
    assert same(over(given), expected)


@pytest.mark.parametrize(
    "value",
    [
        range(3, 10**30, 2),
        slice(1, None, -1),
        ...,
        NotImplemented,
        fractions.Fraction(-3, 7),
        decimal.Decimal("1.50"),
        2**4000,
        "\ud800 lone",
        "x" * 100_000,
        b"y" * 100_000,
        np.float32(0.1),
        np.int8(-3),
        np.bool_(True),
        np.str_("text"),
        np.float64(0.5),
        np.complex128(1j),
        np.datetime64("2024-02-29T12:00", "ns"),
        np.array(3),
        np.zeros((0, 5), "f4"),
        np.array(["a", "bcd"]),
        np.array([1, "a", None], dtype=object),
        np.arange(3, dtype="g"),
        np.dtype("c8"),
        float,
        np.float32,
        ValueError,
        np.tanh,
        list(range(10_000)),
        [("add", (0, k), float(k)) for k in range(5_000)],
    ],
    ids=lambda value: str(value)[:30],
)
def test_these_arrive_as_they_are(value):
    found = over(value)
    assert same(found, value) or (found is value)


def test_views_of_dicts_arrive_as_such():
    assert over({"a": 1}.keys()) == {"a"}
    assert list(over({"a": [1]}.values())) == [[1]]
    assert over({"a": 1}.items()) == {("a", 1)}


def test_the_order_in_memory_is_kept():
    array = np.arange(6.0).reshape(2, 3).T
    assert over(array).flags.f_contiguous
    assert np.array_equal(over(array), array)
    assert np.array_equal(over(array[::2, ::-1]), array[::2, ::-1])
    assert np.array_equal(over(array.astype(">f8")), array)
    assert over(array.astype(">f8")).dtype.isnative
    assert not over(np.broadcast_to(np.ones(2), (3, 2))).flags.writeable


def test_identity_is_kept_in_a_message():
    row, array = [1.0], np.zeros(2)
    found = over([row, row, (array, {"k": array}), array])
    assert found[0] is found[1]
    assert found[2][0] is found[2][1]["k"] is found[3]
    circle = []
    circle.append({"me": circle})
    found = over(circle)
    assert found[0]["me"] is found


def test_a_shared_tuple_is_not_multiplied():
    value = (1,)
    for _ in range(18):
        value = (value, value)
    encoder = Encoder()
    assert len(msgpack.packb(encoder.encode(value))) < 500
    with pytest.raises(ProtocolError, match="values in one message"):  # 2 ** 25 values
        for _ in range(7):
            value = (value, value)
        over(value)


def test_namedtuples_keep_name_and_fields():
    point = collections.namedtuple("Point", "x y")(1, [2])
    found = over(point)
    assert type(found).__name__ == "Point"
    assert found == (1, [2])
    assert found.y == [2]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros(2, [("a", "f8")]), "structured"),
        (np.ma.masked_array([1, 2], [True, False]), "masked"),
        (np.array([object()]), "array of objects"),
        (object(), "object"),
        (1 << (8 * 2**18), "int of"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_cannot_cross_is_named(value, words):
    with pytest.raises(CrossingError, match=words):
        Encoder().encode(value)


def test_too_deep_is_refused_on_both_sides():
    deep = []
    for _ in range(150):
        deep = [deep]
    with pytest.raises(CrossingError, match="inside one another"):
        Encoder().encode(deep)
    node = ["l"]
    for _ in range(150):
        node = ["l", [node]]
    with pytest.raises(ProtocolError, match="too deep"):
        Decoder().decode(node)
    deep = 1
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(CrossingError):
        Encoder().encode(deep)


def test_only_what_changed_is_sent():
    table = Table()
    numbers, untouched, named = [1], np.zeros(3), {"a": 1}
    Encoder(table).encode((numbers, untouched, named))
    table.mark()
    numbers.append(named)
    changes = Encoder(table).changes()
    assert [table.values[number] for number, _ in changes] == [numbers]
    named["a"] = untouched
    untouched[1] = 5
    assert len(Encoder(table).changes()) == 3


HOSTILE = [
    [],
    ["l", 3],
    ["l", [1], 2],
    ["@", 0],
    ["@", -1],
    ["@", "a"],
    ["a", "|O8", [1], "", b"12345678"],
    ["a", "<f8", [2], "", b"12345678"],
    ["a", "<f8", [2**47, 2**47], "", b""],
    ["a", "<f8", [-1], "", b""],
    ["a", "<f8", [1], "", 0],
    ["a", "<f8", [0, 2**47, 2**47], "", b""],
    ["a", "V8", [1], "", b"12345678"],
    ["a", "O", [], "", b"12345678"],
    ["a", ["<f8"], [1], "", b"12345678"],
    ["a", "<f8,<f8", [1], "", b"12345678"],
    ["a", "<U99999999", [1], "", b"1234"],
    ["a", "<U1", [1], "", b"\xff\xff\xff\xff"],
    ["a", "|b1", [1], "", b"\x07"],
    ["a", "<M8[ns", [1], "", b"12345678"],
    ["a", "|O", [3], "", [1, 2]],
    ["a", "|O", [0, 2**47, 2**47, 2**47], ""],
    ["n", "<f8", b"1"],
    ["n", "|O", b"12345678"],
    ["n", "<M8[5000000000ns]", b"12345678"],
    ["i", b"1" * (2**17 + 1)],
    ["i", 3],
    ["d", [[["l", [1]]]], [[1]]],
    ["d", [[1, 2]], [[1]]],
    ["d", [[1]]],
    ["s", [["l"]]],
    ["fs", [["s"]]],
    ["t", [["@", 0]]],
    ["fs", [["@", 0]]],
    ["nt", "P", ["x", "y"], None, [1]],
    ["nt", "P", ["import", "__x"], None, [1, 2]],
    ["nt", "P);import os#", ["x"], None, [1]],
    ["nt", "P", ["x"], ["h", 3], [1]],
    ["nt", "P", ["x", "x"], None, [1, 2]],
    ["fr", 1, 0],
    ["de", "nonsense"],
    ["r", 1, 2, 0],
    ["r", 1, 2, "a"],
    ["T", "os.system"],
    ["T", "builtins.eval"],
    ["uf", "__class__"],
    ["L", "os", "system"],
    ["X", [False, ["os"], None, "", "", None]],
    ["H", 1, "f", "name"],
    ["y", 1],
    ["I", "Class", ["d"]],
    ["dt", "object"],
    ["u", b"\xff\xfe"],
    ["b", 0],
    ["dq", -1, []],
    ["dk", [["l"]]],
    ["di", [1]],
    ["c", 1, "a"],
    ["=f", "text"],
    [["l"], 1],
    [b"l", []],
    ["no such tag", 1],
]


@pytest.mark.parametrize("node", HOSTILE, ids=str)
def test_made_up_nodes_are_refused(node):
    with pytest.raises(ProtocolError):
        Decoder().decode(node)
    if "@" not in str(node):  # number 0 is the list then
        with pytest.raises(ProtocolError):
            Decoder().decode(["l", [1, node]])


def test_keys_made_to_collide_are_refused():
    modulus = 2**61 - 1
    keys = [1 + k * modulus for k in range(5_000)]
    with pytest.raises(ProtocolError, match="one hash"):
        over(dict.fromkeys(keys))
    with pytest.raises(ProtocolError, match="one hash"):
        over(set(keys[:500]))
    assert len(over(dict.fromkeys(range(5_000)))) == 5_000


def test_the_same_buffer_serves_one_value_only():
    node = ["l", [["a", "|u1", [10_000], "", 0], ["a", "|u1", [10_000], "", 0]]]
    with pytest.raises(ProtocolError, match="same bytes"):
        Decoder(buffers=[bytearray(10_000)]).decode(node)


def test_a_change_needs_something_that_changes():
    for change in (
        [[0, ["l", [1]]]],
        [[5, ["l"]]],
        [[1, ["d", [], []]]],
        [[1, ["a", "<f8", [3], "", b"\0" * 24]]],
        [[1, 3]],
        [["x", 3]],
        3,
    ):
        table = Table()
        Encoder(table).encode((1, np.zeros(2)))  # number 0: a tuple; number 1: an array
        decoder = Decoder(table)
        with pytest.raises(ProtocolError):
            decoder.apply(decoder.changes(change))


nodes = st.recursive(
    immediate.filter(lambda x: type(x) is not int or -(2**63) <= x < 2**63)
    | st.sampled_from(["<f8", "|O", "<U1", "l", "x"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(
            st.sampled_from([*sorted(REGISTRY.by_tag), "@", "u", "b"]),
            st.lists(inner, max_size=4),
        ).map(lambda pair: [pair[0], *pair[1]])
    ),
    max_leaves=15,
)


@settings(max_examples=500, deadline=None)
@given(nodes)
def test_any_node_gives_a_value_or_an_error_of_the_wire(node):
    with contextlib.suppress(WireError):
        Decoder(buffers=[bytearray(100)]).decode(node)


@settings(max_examples=300, deadline=None)
@given(values, st.data())
def test_any_change_to_a_node_gives_a_value_or_an_error_of_the_wire(value, data):
    encoder = Encoder()
    packed = bytearray(msgpack.packb(encoder.encode(value), unicode_errors="surrogatepass"))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(packed) - 1))
        packed[place] = data.draw(st.integers(0, 255))
    try:
        node = msgpack.unpackb(packed, unicode_errors="surrogatepass", strict_map_key=False)
    except Exception:
        return
    with contextlib.suppress(WireError):
        Decoder(buffers=[bytearray(each) for each in encoder.buffers]).decode(node)


@pytest.mark.parametrize(
    "node",
    [
        ["a", "<f8", [2**40], "", b""],
        ["a", "<U16777216", [0], "", b""],
        ["l", *[[["l"]] * 4000] * 3],
        ["dq", 2**60, []],
    ],
    ids=lambda node: str(node)[:30],
)
def test_little_memory_for_little_messages(node):
    tracemalloc.start()
    with contextlib.suppress(ProtocolError):
        Decoder().decode(node)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def test_nan_is_nan():
    assert math.isnan(over(math.nan))
