"""Messages between the driver (in the grading process) and the examiner, as JSON."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

from sidebyside.grading.wire.errors import ChannelClosed

HEADER = struct.Struct("<Q")


class Control:
    """One end of the conversation; sockets can be sent along it. Both ends trust each other.

    Nothing is read ahead: while no message is under way, the socket can be polled.

    Args:
        talk: a connected stream socket, for the messages.
        hatch: a connected socket, through which other sockets are handed over.
    """

    def __init__(self, talk: socket.socket, hatch: socket.socket) -> None:
        self.talk, self.hatch = talk, hatch

    def fileno(self) -> int:
        """Of the socket with the messages."""
        return self.talk.fileno()

    def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            ChannelClosed: the other side is gone.
        """
        body = json.dumps(message).encode()
        try:
            self.talk.sendall(HEADER.pack(len(body)) + body)
        except OSError as error:
            raise ChannelClosed(f"the other side is gone ({error})") from None

    def receive(self, seconds: float | None = None) -> dict[str, Any]:
        """The next message.

        Args:
            seconds: how long the other side may be silent; None waits for ever.

        Raises:
            ChannelClosed: the other side is gone, or silent in the midst of a message.
        """
        self.talk.settimeout(seconds)
        try:
            (size,) = HEADER.unpack(self._take(HEADER.size))
            return json.loads(self._take(size))
        except OSError as error:
            raise ChannelClosed(f"the other side is gone ({error})") from None
        finally:
            self.talk.settimeout(None)

    def _take(self, size: int) -> bytearray:
        content = bytearray(size)
        view = memoryview(content)
        while view:
            count = self.talk.recv_into(view)
            if not count:
                raise ChannelClosed("the other side is gone")
            view = view[count:]
        return content

    def hand_over(self, other: socket.socket) -> None:
        """Send a socket."""
        try:
            socket.send_fds(self.hatch, [b"+"], [other.fileno()])
        except OSError as error:
            raise ChannelClosed(f"the other side is gone ({error})") from None

    def take_over(self) -> socket.socket:
        """Receive a socket."""
        _, fds, _, _ = socket.recv_fds(self.hatch, 1, 1)
        return socket.socket(fileno=fds[0])

    def close(self) -> None:
        """Close both sockets."""
        self.talk.close()
        self.hatch.close()
