"""Messages over a socket: length-prefixed msgpack, with large buffers beside it, not inside.

A message is ``obj`` (None, bool, int of 64 bits, float, str, bytes, list) and a list of buffers.
On the socket: header ``<IIQ`` (bytes of the msgpack part, number of buffers, bytes of all buffers),
the buffers' sizes (``<Q`` each), the msgpack part, the buffers. A receiver allocates nothing before
it has compared the declared sizes with its limit.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgpack
import numpy as np

from sidebyside.grading.wire.errors import ChannelClosed, DeadlinePassed, ProtocolError, WireError

HEADER = struct.Struct("<IIQ")
LONGEST_ARRAY = 4_096  # entries of one msgpack list; longer sequences travel in several
MOST_BUFFERS = 65_536
LARGEST_HEAD = 16 * 2**20  # bytes of the msgpack part: what it decodes to is larger
_CHUNK = 65_536
_SLICE = 0.2  # seconds between two calls of ``on_wait``


class Channel:
    """One end of the socket between examiner and student.

    Args:
        sock: a connected stream socket; the channel owns it.
        limit_bytes: size above which a message is neither sent nor received.

    Attributes:
        dead: the error that ended the channel, or None.
        on_wait: called about five times a second while an answer is awaited; what it raises ends
            the channel.
        last_buffers: the buffers of the message received last: arrays of uint8, one owner each.
    """

    def __init__(self, sock: socket.socket, limit_bytes: int = 256 * 2**20) -> None:
        self._sock = sock
        sock.setblocking(True)
        self.limit_bytes = limit_bytes
        self.dead: WireError | None = None
        self.on_wait: Callable[[], None] | None = None
        self.last_buffers: list[np.ndarray] = []
        self._pid = os.getpid()
        self._packer = msgpack.Packer(use_bin_type=True, unicode_errors="surrogatepass")
        self._arrived = bytearray(_CHUNK)
        self._view = memoryview(self._arrived)
        self._start = self._end = 0
        self._poll_in, self._poll_out = select.poll(), select.poll()
        self._poll_in.register(sock, select.POLLIN)
        self._poll_out.register(sock, select.POLLOUT)

    def fileno(self) -> int:
        """Of the socket."""
        return self._sock.fileno()

    def close(self) -> None:
        """Close the socket; the other side sees the end."""
        if self.dead is None:
            self.dead = ChannelClosed("the channel was closed on this side")
        self._sock.close()

    def pack(self, obj: Any, buffers: Sequence[Any] = ()) -> list[Any]:
        """The pieces of a message; ``send_packed`` sends them.

        Raises:
            OverflowError: the message is above the limit. Nothing was sent.
        """
        head = self._packer.pack(obj)
        sizes = [memoryview(item).nbytes for item in buffers]
        if len(head) > LARGEST_HEAD or len(head) + sum(sizes) + 16 > self.limit_bytes:
            raise OverflowError(
                f"{(len(head) + sum(sizes)) / 2**20:,.0f} MiB in one message; "
                f"at most {self.limit_bytes / 2**20:,.0f} MiB can cross"
                f" ({LARGEST_HEAD / 2**20:,.0f} MiB outside arrays)"
            )
        if len(sizes) > MOST_BUFFERS:
            raise OverflowError(f"{len(sizes):,} large arrays in one message")
        header = HEADER.pack(len(head), len(sizes), sum(sizes))
        if not sizes:
            return [header + head]
        return [header + struct.pack(f"<{len(sizes)}Q", *sizes) + head, *buffers]

    def send(self, obj: Any, buffers: Sequence[Any] = (), *, deadline: float | None = None) -> None:
        """Send a message.

        Args:
            obj: None, bool, int, float, str, bytes and lists of these.
            buffers: C-contiguous bytes-likes, sent without a copy.
            deadline: on the clock ``time.monotonic``, in seconds.

        Raises:
            OverflowError: the message is above the limit. Nothing was sent.
            DeadlinePassed: the other side does not read.
            ChannelClosed: it is gone.
        """
        self.send_packed(self.pack(obj, buffers), deadline)

    def send_packed(self, pieces: list[Any], deadline: float | None = None) -> None:
        """Send what ``pack`` gave."""
        self._check()
        try:
            waiting = [memoryview(piece).cast("B") for piece in pieces if len(piece)]
            while waiting:
                try:
                    sent = self._sock.sendmsg(waiting[:512], (), socket.MSG_DONTWAIT)
                except BlockingIOError:
                    self._wait(self._poll_out, deadline)
                    continue
                while waiting and sent >= len(waiting[0]):
                    sent -= len(waiting.pop(0))
                if sent:
                    waiting[0] = waiting[0][sent:]
        except OSError as error:
            raise self._end_with(ChannelClosed(f"the other side is gone ({error})")) from None
        except WireError as error:
            raise self._end_with(error) from None
        except BaseException:
            self._end_with(ChannelClosed("a message was interrupted"))
            raise

    def receive(self, deadline: float | None = None) -> Any:
        """The next message; its buffers are in ``last_buffers``.

        Args:
            deadline: on the clock ``time.monotonic``, in seconds; None waits for ever.

        Raises:
            ProtocolError: not a message, or above the limit. The channel is dead.
            DeadlinePassed: the channel is dead.
            ChannelClosed: the other side is gone.
        """
        self._check()
        try:
            head, buffers = self._read_message(deadline)
            obj = msgpack.unpackb(
                head,
                raw=False,
                use_list=True,
                unicode_errors="surrogatepass",
                max_array_len=LONGEST_ARRAY,
                max_map_len=0,
                max_ext_len=0,
                max_str_len=len(head),
                max_bin_len=len(head),
            )
        except WireError as error:
            raise self._end_with(error) from None
        except OSError as error:
            raise self._end_with(ChannelClosed(f"the other side is gone ({error})")) from None
        except (ValueError, MemoryError, OverflowError, RecursionError, msgpack.UnpackException):
            raise self._end_with(ProtocolError("a message that is no msgpack")) from None
        except BaseException:
            self._end_with(ChannelClosed("a message was interrupted"))
            raise
        self.last_buffers = buffers
        return obj

    def _read_message(self, deadline: float | None) -> tuple[bytes | memoryview, list[np.ndarray]]:
        length, count, total = HEADER.unpack(self._take(HEADER.size, deadline))
        if length > LARGEST_HEAD or length + total + 16 > self.limit_bytes or count > MOST_BUFFERS:
            raise ProtocolError(
                f"a message of {(length + total) / 2**20:,.0f} MiB in {count:,} parts; "
                f"the limit is {self.limit_bytes / 2**20:,.0f} MiB"
            )
        if not count:
            if total:
                raise ProtocolError("sizes of buffers that do not add up")
            return self._take(length, deadline), []
        sizes = struct.unpack(f"<{count}Q", self._take(8 * count, deadline))
        if sum(sizes) != total:
            raise ProtocolError("sizes of buffers that do not add up")
        head = bytes(self._take(length, deadline))
        buffers = []
        for size in sizes:
            buffer = np.empty(size, np.uint8)  # nothing of it is resident before it arrives
            self._fill(buffer.data, deadline)
            buffers.append(buffer)
        return head, buffers

    def _take(self, size: int, deadline: float | None) -> memoryview:
        """The next bytes; valid until the next call."""
        held = self._end - self._start
        if held < size:
            if size > _CHUNK:
                whole = bytearray(size)
                self._fill(memoryview(whole), deadline)
                return memoryview(whole)
            if self._start:
                self._arrived[:held] = self._arrived[self._start : self._end]
                self._start, self._end = 0, held
            while self._end < size:
                self._end += self._receive_into(self._view[self._end :], deadline)
        start = self._start
        self._start += size
        return self._view[start : self._start]

    def _fill(self, target: memoryview, deadline: float | None) -> None:
        got = min(self._end - self._start, len(target))
        target[:got] = self._view[self._start : self._start + got]
        self._start += got
        while got < len(target):
            got += self._receive_into(target[got:], deadline)

    def _receive_into(self, target: memoryview, deadline: float | None) -> int:
        if deadline is not None or self.on_wait is not None:
            self._wait(self._poll_in, deadline)
        count = self._sock.recv_into(target)
        if not count:
            raise ChannelClosed("the other side is gone")
        return count

    def _wait(self, poll: select.poll, deadline: float | None) -> None:
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise DeadlinePassed("no answer within the time limit")
            if self.on_wait is None:
                if poll.poll(None if left is None else left * 1000 + 1):
                    return
            else:
                if poll.poll(1000 * (_SLICE if left is None else min(left, _SLICE)) + 1):
                    return
                self.on_wait()

    def _check(self) -> None:
        if self.dead is not None:
            raise ChannelClosed(f"the channel is closed: {self.dead}")
        if os.getpid() != self._pid:
            raise ChannelClosed("a process that was forked later can't use the channel")

    def _end_with(self, error: WireError) -> WireError:
        """Note why the channel is dead and close it: the other side is not to be listened to."""
        if self.dead is None:
            self.dead = error
        self._sock.close()
        return error

    def fail(self, error: WireError) -> WireError:
        """End the channel because of what was received; gives the error back, to be raised."""
        return self._end_with(error)
