"""Messages between the driver (in the grading process) and the examiner, as JSON."""

from __future__ import annotations

import json
import socket
from typing import Any

from sidebyside.grading.wire.channel import Channel

LARGEST = 2**30  # bytes of one message: notebooks and the instructor's own data


class Control:
    """One end of the conversation; large messages and sockets can be sent along it.

    Args:
        talk: a connected stream socket, for the messages.
        hatch: a connected socket of packets, through which other sockets are handed over.
    """

    def __init__(self, talk: socket.socket, hatch: socket.socket) -> None:
        self.channel = Channel(talk, LARGEST)
        self.hatch = hatch

    def fileno(self) -> int:
        """Of the socket with the messages."""
        return self.channel.fileno()

    def send(self, message: dict[str, Any]) -> None:
        """Send a message; ``WireError`` if the other side is gone."""
        self.channel.send(None, [json.dumps(message).encode()])

    def receive(self, deadline: float | None = None) -> dict[str, Any]:
        """The next message; ``WireError`` if the other side is gone or says nothing in time."""
        self.channel.receive(deadline)
        return json.loads(bytes(self.channel.last_buffers[0]))

    def hand_over(self, other: socket.socket) -> None:
        """Send a socket."""
        socket.send_fds(self.hatch, [b"+"], [other.fileno()])

    def take_over(self) -> socket.socket:
        """Receive a socket."""
        _, fds, _, _ = socket.recv_fds(self.hatch, 1, 1)
        return socket.socket(fileno=fds[0])

    def close(self) -> None:
        """Close both sockets."""
        self.channel.close()
        self.hatch.close()
