"""A student's process that does not keep to the protocol: an error, quickly, and nothing else."""

from __future__ import annotations

import json
import os
import random
import resource
import socket
import struct
import time

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidebyside.grading.wire.channel import HEADER, Channel
from sidebyside.grading.wire.codec import REGISTRY
from sidebyside.grading.wire.errors import (
    ChannelClosed,
    DeadlinePassed,
    ProtocolError,
    RemoteError,
    WireError,
)
from sidebyside.grading.wire.remote import Remote
from tests.grading.wire_student import forked, student


def framed(obj, buffers=()):
    head = msgpack.packb(obj)
    sizes = [len(each) for each in buffers]
    header = HEADER.pack(len(head), len(sizes), sum(sizes))
    return header + struct.pack(f"<{len(sizes)}Q", *sizes) + head + b"".join(buffers)


def pair(limit=2**20):
    ours, theirs = socket.socketpair()
    return Channel(ours, limit), theirs


GUARD = 60  # seconds: a hang, not a busy machine


def soon():
    return time.monotonic() + GUARD


# The channel


def test_messages_and_buffers_arrive():
    one, other = socket.socketpair()
    with one, other:
        here, there = Channel(one), Channel(other)
        here.send([1, "a", None, [2.5, b"x"]], [b"abc", np.arange(3, dtype="u1").data])
        assert there.receive(soon()) == [1, "a", None, [2.5, b"x"]]
        assert [bytes(each) for each in there.last_buffers] == [b"abc", b"\0\1\2"]
        for k in range(100):  # many in the buffer at once
            here.send(["x" * k])
        for k in range(100):
            assert there.receive(soon()) == ["x" * k]
        here.send(["y" * 200_000])
        assert there.receive(soon()) == ["y" * 200_000]


@pytest.mark.parametrize(
    "raw",
    [
        HEADER.pack(2**32 - 1, 0, 0),
        HEADER.pack(10, 2**32 - 1, 0),
        HEADER.pack(10, 1, 2**63),
        HEADER.pack(10, 1, 100) + struct.pack("<Q", 2**60),
        HEADER.pack(10, 2, 0) + struct.pack("<QQ", 2**63, 2**63),  # 0 in 64 bits
        HEADER.pack(1, 0, 5) + b"\xc0",
        HEADER.pack(0, 0, 0),
        HEADER.pack(1, 0, 0) + b"\xc1",
        HEADER.pack(2, 0, 0) + b"\xc0\xc0",
        HEADER.pack(5, 0, 0) + b"\xdd\xff\xff\xff\xff",
        HEADER.pack(5, 0, 0) + b"\xdb\xff\xff\xff\xff",
        HEADER.pack(1, 0, 0) + b"\x81",
        HEADER.pack(3, 0, 0) + b"\x81\xc0\xc0",
        HEADER.pack(6, 0, 0) + b"\xd6\xff\0\0\0\0",
        HEADER.pack(3, 0, 0) + b"\xa2\xff\xff",
        HEADER.pack(100_000, 0, 0) + b"\x91" * 100_000,
        HEADER.pack(100_000, 0, 0) + b"\xdc\x10\x00" * 33_334,
    ],
    ids=lambda raw: raw[:24].hex(),
)
def test_what_is_no_message_ends_the_channel(raw):
    channel, theirs = pair()
    with theirs:
        theirs.sendall(raw)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(ProtocolError):
            channel.receive(soon())
        with pytest.raises(ChannelClosed, match="the channel is closed: "):
            channel.receive(soon())
        with pytest.raises(ChannelClosed):
            channel.send(1)


def test_half_a_message_and_silence():
    for raw in (b"", b"\1\0\0", HEADER.pack(10, 0, 0) + b"abc", HEADER.pack(1, 1, 9) + b"\x09"):
        channel, theirs = pair()
        with theirs:
            theirs.sendall(raw)
            start = time.monotonic()
            with pytest.raises(DeadlinePassed):
                channel.receive(start + 0.1)
            assert time.monotonic() - start < GUARD
        channel, theirs = pair()
        theirs.sendall(raw)
        theirs.close()
        with pytest.raises(ChannelClosed, match="gone"):
            channel.receive(soon())


def test_one_byte_at_a_time_does_not_stretch_the_deadline():
    def drip(sock):
        for byte in framed(["x" * 10_000]):
            sock.sendall(bytes([byte]))
            time.sleep(0.01)

    with forked(drip) as (sock, _):
        start = time.monotonic()
        with pytest.raises(DeadlinePassed):
            Channel(sock).receive(start + 0.3)
        assert time.monotonic() - start < GUARD


def test_a_reader_that_does_not_read():
    channel, theirs = pair(2**28)
    with theirs:
        start = time.monotonic()
        with pytest.raises(DeadlinePassed):
            channel.send(1, [bytes(10**8)], deadline=start + 0.2)
        assert time.monotonic() - start < GUARD
        assert channel.dead is not None


def test_a_message_above_the_limit_is_not_sent():
    channel, theirs = pair()
    with theirs:
        with pytest.raises(OverflowError, match="2 MiB in one message; at most 1 MiB"):
            channel.send(1, [bytes(2**21)])
        with pytest.raises(OverflowError):
            channel.send("x" * 2**21)
        channel.send(1)
        assert theirs.recv(100) == framed(1)


def test_waiting_can_be_watched():
    channel, theirs = pair()
    with theirs:

        class Enough(Exception):
            pass

        def watch():
            raise Enough

        channel.on_wait = watch
        with pytest.raises(Enough):
            channel.receive(None)
        assert channel.dead is not None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_message_or_an_error_of_the_wire(raw):
    channel, theirs = pair(2**16)
    with theirs:
        theirs.sendall(raw)
        theirs.close()
        try:
            while True:
                channel.receive(soon())
        except WireError:
            pass


# Answers of a hostile process


def hostile(*messages, then=None):
    """A process that waits for a request, and then sends these bytes."""

    def main(sock):
        sock.recv(10**6)
        for raw in messages:
            sock.sendall(raw)
        if then is not None:
            then(sock)
        while sock.recv(10**6):
            pass

    return forked(main)


def ok(payload, number=1, changes=(), outputs="", releases=()):
    return framed(["r", number, "ok", list(releases), outputs, list(changes), payload])


def ask(number, kind, values, changes=()):
    return framed(["q", number, kind, [], "", list(changes), values])


BAD = {
    "nothing": framed(None),
    "empty": framed([]),
    "text": framed("hello"),
    "a dict": HEADER.pack(3, 0, 0) + b"\x81\xc0\xc0",
    "another kind": framed(["z", 1, "ok", [], "", [], 1]),
    "an unhashable kind": framed([["q"], 1, "ok", [], "", [], 1]),
    "too short": framed(["r", 1, "ok"]),
    "another question": ok(1, number=3),
    "an earlier question": ok(1, number=-1),
    "true as a number": ok(1, number=True),
    "a number of text": ok(1, number="1"),
    "another status": framed(["r", 1, "maybe", [], "", [], 1]),
    "no description": framed(["r", 1, "error", [], "", [], 1]),
    "a wrong description": framed(["r", 1, "error", [], "", [], [[1, 2, 3], None]]),
    "a huge message": framed(
        ["r", 1, "error", [], "", [], [[False, ["ValueError"], None, "x" * 10**6, "", None], None]]
    ),
    "a token of text": framed(
        ["r", 1, "error", [], "", [], [[False, ["ValueError"], None, "x", "", None], "1"]]
    ),
    "an unknown handle": ok(["h", 5]),
    "my own object, never given": ok(["y", 1]),
    "a handle of text": ok(["H", "a", "f", "name"]),
    "a negative handle": ok(["H", -1, "f", "name"]),
    "an object twice": ok(["l", [["H", 1, "f", "a"], ["H", 1, "f", "b"]]]),
    "an unknown kind of object": ok(["H", 1, "z", "name"]),
    "a class of another form": ok(["H", 1, "c", "name"]),
    "a class of numbers": ok(["H", 1, "c", "name", [1], [2], [], None]),
    "a fetched value, not asked for": ok(["ok", 1]),
    "a namedtuple of no class": ok(["nt", "P", ["x"], ["H", 1, "f", "a"], [1]]),
    "a module": ok(["L", "os", ""]),
    "an unknown tag": ok(["exec", "print(1)"]),
    "a value over there": ok(["I", "Thing", ["d"]]),
    "a change of nothing": ok(1, changes=[[7, ["l"]]]),
    "changes of another form": framed(["r", 1, "ok", [], "", 3, 1]),
    "a release of nothing": ok(1, releases=[1, 1]),
    "half a release": ok(1, releases=[1]),
    "outputs of no text": ok(1, outputs=[1]),
    "outputs of no JSON": ok(1, outputs="["),
    "outputs of no dicts": ok(1, outputs="[1]"),
    "deep outputs": ok(1, outputs="[" * 100_000),
    "a request of no kind": ask(2, "get", []),
    "an attribute": ask(2, "attribute", [1, "__globals__"]),
    "a call of nothing": ask(2, "call", [1, ["t"], ["d", [], []]]),
    "a call by name": ask(2, "call", ["print", ["t"], ["d", [], []]]),
    "a call of a type": ask(
        2, "call", [["T", "builtins.bytearray"], ["t", [10**9]], ["d", [], []]]
    ),
    "a call of two": ask(2, "call", [1, 2]),
    "next of nothing": ask(2, "next", [1]),
    "an op": ask(2, "op", ["getattr", 1, "x"]),
    "run": ask(2, "run", ["1", "c"]),
    "an array in parts": ok(["a", "<f8", [1000], "", 0]),
    "an object array of pointers": ok(["a", "|O", [1], "", b"\0" * 8]),
    "a lying size": HEADER.pack(100, 1, 2**40) + struct.pack("<Q", 2**40),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_answer_is_an_error_and_the_end(name):
    with hostile(BAD[name]) as (sock, _):
        remote = Remote(Channel(sock, 2**24), deadline=soon)
        with pytest.raises(ProtocolError):
            remote.request("anything", [1, {"a": 2}] if "change" not in name else 1)
        assert remote.dead is not None
        with pytest.raises(ChannelClosed):
            remote.names()


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ([1, ["d", [], []]], [[1]]),  # a list becomes a dict
        ([1, ["a", "<f8", [2], "", b"\0" * 16]], [np.zeros(3)]),  # another shape
        ([1, ["a", "<f4", [3], "", b"\0" * 12]], [np.zeros(3)]),  # another dtype
        ([0, ["t", [1]]], (1,)),  # a tuple changes
        ([1, 5], [[1]]),
    ],
)
def test_an_argument_changes_only_as_it_could(change, argument):
    with hostile(ok(1, changes=[change])) as (sock, _):
        remote = Remote(Channel(sock), deadline=soon)
        before = repr(argument)
        with pytest.raises(ProtocolError):
            remote.request("anything", argument)
        assert repr(argument) == before


def test_a_read_only_array_stays_as_it_is():
    array = np.zeros(3)
    array.flags.writeable = False
    with hostile(ok(1, changes=[[0, ["a", "<f8", [3], "", b"\1" * 24]]])) as (sock, _):
        with pytest.raises(ProtocolError):
            Remote(Channel(sock), deadline=soon).request("anything", array)
        assert not array.any()


def test_an_answer_before_the_question_does_not_count():
    def main(sock):
        for number in range(200):
            sock.sendall(ok("forged", number=number))
        time.sleep(5)

    with forked(main) as (sock, _):
        time.sleep(0.1)
        with pytest.raises(ProtocolError, match="another question"):
            Remote(Channel(sock), deadline=soon).request("anything")


def test_only_what_was_passed_is_called_and_only_called():
    called = []

    def secret():
        called.append("secret")

    def passed(x):
        called.append(x)
        return "fine"

    request = ask(2, "call", [1, ["t", [5]], ["d", [], []]])
    with hostile(request, ok("done")) as (sock, _):
        remote = Remote(Channel(sock), deadline=soon)
        assert remote.request("anything", passed) == "done"
    assert called == [5]
    for bad in (
        ask(2, "call", [2, ["t"], ["d", [], []]]),
        ask(2, "next", [1]),
        ask(2, "call", [1, ["l"], ["d", [], []]]),
        ask(2, "call", [1, ["t"], ["d", [[1], [1]]]]),
    ):
        with hostile(bad, ok("done")) as (sock, _):
            remote = Remote(Channel(sock), deadline=soon)
            with pytest.raises(ProtocolError):
                remote.request("anything", passed)
    assert called == [5]


def test_endless_callbacks_end_at_the_deadline():
    def main(sock):
        sock.recv(10**6)
        number = 2
        while True:
            sock.sendall(ask(number, "call", [1, ["t"], ["d", [], []]]))
            sock.recv(10**6)
            number += 2

    with forked(main) as (sock, _):
        start = time.monotonic()
        with pytest.raises(DeadlinePassed):
            Remote(Channel(sock), deadline=lambda: start + 0.3).request("anything", lambda: None)
        assert time.monotonic() - start < GUARD


def test_a_flood_of_outputs_is_bounded():
    text = json.dumps([{"output_type": "stream", "name": "stdout", "text": "x" * 2_000_000}])
    with hostile(ok(1, outputs=text)) as (sock, _):
        remote = Remote(Channel(sock, 2**20), deadline=soon)
        with pytest.raises(ProtocolError, match="limit is 1 MiB"):
            remote.request("anything")


def test_a_value_made_to_explode_is_refused():
    node = ["t", [1, 1]]
    values = [node]
    for number in range(1, 40):
        values.append(["t", [["@", number], ["@", number]]])
    with hostile(ok(["l", values])) as (sock, _):
        start = time.monotonic()
        with pytest.raises(ProtocolError, match="values in one message"):
            Remote(Channel(sock), deadline=soon).request("anything")
        assert time.monotonic() - start < GUARD


def test_exceptions_are_made_from_a_table_only():
    answers = {
        "SystemExit": RemoteError,
        "KeyboardInterrupt": RemoteError,
        "os.system": RemoteError,
        "StopIteration": RemoteError,
        "sidebyside.grading.wire.errors.ChannelClosed": RemoteError,
        "sidebyside.grading.wire.errors.JudgedThereError": RemoteError,
    }
    for name, kind in answers.items():
        description = [False, [name], ["x"], "x", "", None]
        raw = framed(["r", 1, "error", [], "", [], [description, None]])
        with hostile(raw) as (sock, _):
            with pytest.raises(Exception) as caught:
                Remote(Channel(sock), deadline=soon).request("anything")
            assert isinstance(caught.value, kind)
            assert not isinstance(caught.value, WireError)


def test_a_patched_process_gives_data_or_errors():
    source = """
import numpy as np, builtins, json, operator
import sidebyside.grading.wire.codec as codec
np.allclose = lambda *a, **k: True
builtins.isinstance = lambda *a: True
builtins.len = lambda x: 0
operator.eq = lambda *a: True
codec.Encoder.encode = lambda self, value: ["T", "builtins.float"]
def f(): return 1
"""
    expected = pytest.raises((WireError, RemoteError, AssertionError))
    with expected, student(source, deadline=soon) as remote:
        remote.fetch("f")()
    assert not np.allclose(1, 2)


def conversation(seed):
    """Bytes that an honest student's process sends, with some changed."""
    source = """
import numpy as np
class C:
    def __init__(self): self.x = [1, (2, 3), {"k": np.ones(3)}]
    def __call__(self, g, a): a[0] = 1; return g(a), [a, a], C(), {4: "x"}
def gen(): yield from (np.zeros(2), "a")
def boom(): raise ValueError("x", 3)
"""
    from sidebyside.grading.wire.serve import serve
    from tests.grading.wire_student import ExecShell

    chance = random.Random(seed)

    class Mangling(Channel):
        sent = 0

        def send_packed(self, pieces, deadline=None):
            Mangling.sent += 1
            if Mangling.sent > 1 and chance.random() < 0.06:
                whole = bytearray(b"".join(bytes(piece) for piece in pieces))
                for _ in range(chance.randint(1, 3)):
                    whole[chance.randrange(16 if chance.random() < 0.1 else len(whole))] = (
                        chance.randrange(256)
                    )
                pieces = [whole]
            super().send_packed(pieces, deadline)

    def main(sock):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        serve(Mangling(sock), ExecShell())

    return source, main


def test_mangled_conversations_give_values_or_errors():
    values = errors = 0
    for seed in range(40):
        source, main = conversation(seed)
        with forked(main) as (sock, _):
            limit = time.monotonic() + 0.5
            remote = Remote(Channel(sock, 2**22), deadline=lambda limit=limit: limit)
            try:
                remote.run("c", source)
                for _ in range(5):
                    thing = remote.fetch("C")()
                    thing(lambda a: a.sum(), np.zeros(3))
                    list(remote.fetch("gen")())
                    thing.x  # noqa: B018
                    try:
                        remote.fetch("boom")()
                    except ValueError:
                        values += 1
            except Exception as error:
                # what a changed byte within the data says is data, and may be an honest error
                allowed = (WireError, RemoteError, TypeError, AttributeError, NameError, ValueError)
                assert isinstance(error, (*allowed, KeyError, IndexError)), repr(error)
                errors += 1
    assert errors > 5
    assert values > 20


def test_memory_stays_small_whatever_is_announced():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for raw in (
        HEADER.pack(10, 1, 200 * 2**20) + struct.pack("<Q", 200 * 2**20) + b"\x91" * 10,
        HEADER.pack(2**20, 0, 0) + (b"\xdc\x10\x00" * 2**19)[: 2**20],
    ):
        with hostile(raw) as (sock, _), pytest.raises(WireError):
            limit = time.monotonic() + 0.3
            Remote(Channel(sock), deadline=lambda limit=limit: limit).request("anything")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 60_000  # KiB


@pytest.mark.parametrize(
    "state",
    [
        None,
        b"",
        bytes(36),
        b"\xff\xff" + bytes(9 + 4 * 624),  # 65535 words on, of 624
        "text",
    ],
)
@pytest.mark.parametrize("tag", ["ng", "nr"])
def test_a_made_up_generator_is_refused(tag, state):
    adapter = REGISTRY.by_tag[tag]
    with pytest.raises(ProtocolError):
        adapter.decode([tag, state], None)
