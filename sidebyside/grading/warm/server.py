"""The warm parent: imports, then forks on request, and ends all its children when it is told to.

One thread, one loop. Messages are JSON, one per packet of a ``SOCK_SEQPACKET`` socket pair. What a
child is to do lies in a memory file that travels as a file descriptor. The parent never reads it:
a child's memory holds nothing of another submission.

How everything ends:

- A child is killed by its client: `kill_tree` (every child adopts its orphans, so that daemons
  which it made are still found below it).
- A child ends by itself: what it leaves behind falls to this process, which adopts orphans as well,
  and is killed before the exit is reported.
- The client closes its socket, or dies: seen on the socket and on a pidfd of the client (a fork of
  the client may hold the socket open); all trees are killed, and this process exits.
- This process dies: the kernel kills its children (``PR_SET_PDEATHSIG``), and the client kills what
  descends from them by the mark in their environment.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sidebyside.grading.sandbox.limits import keep_arenas_few
from sidebyside.grading.warm import processes
from sidebyside.grading.warm.preload import preload

PACKET = 1 << 16
MOST_FDS = 64


@dataclass
class Request:
    """A child's own part: the memory file with its task, and the descriptors it was given."""

    task: int
    problem: int
    fds: list[int]


def main(arguments: list[str]) -> None:
    """Serve until the client is gone. In a forked child: do the task and exit."""
    control = socket.socket(fileno=int(arguments[0]))
    control.set_inheritable(False)
    server = Server(control, client=int(arguments[1]))
    request = server.run(arguments[2:])
    del server
    if request is None:
        os._exit(0)
    from sidebyside.grading.warm.child import run_task

    run_task(request.task, request.problem, request.fds)


class Server:
    """The loop. ``client`` is the pid of the process at the other end of ``control``."""

    def __init__(self, control: socket.socket, client: int) -> None:
        self._control = control
        self._client = client
        self._running: dict[int, tuple[int, int]] = {}  # pidfd → (number, pid)
        self._before: set[int] = set()

    def run(self, names: list[str]) -> Request | None:
        """Import, report ready, and serve. Returns a request in a child, None at the end."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        processes.adopt_orphans()
        keep_arenas_few()  # imports may start threads
        client = self._open_client()
        started = time.perf_counter()
        with self._ended_by_client():
            skipped = preload(names)
        from sidebyside.grading.warm import child, kernel  # noqa: F401  (once, for all children)

        self._before = processes.children_of(os.getpid())
        gc.collect()
        gc.disable()
        gc.freeze()
        self._send({"ready": True, "skipped": skipped, "seconds": time.perf_counter() - started})
        self._poll = select.poll()
        self._poll.register(self._control, select.POLLIN)
        self._poll.register(client, select.POLLIN)
        while True:
            ready = {fd for fd, _ in self._poll.poll()}
            for fd in ready & self._running.keys():
                self._reap(fd)
            if client in ready:
                return self._end()
            if self._control.fileno() in ready:
                try:
                    packet, fds, _, _ = socket.recv_fds(
                        self._control, PACKET, MOST_FDS, socket.MSG_CMSG_CLOEXEC
                    )
                except OSError:
                    packet, fds = b"", []
                if not packet:
                    return self._end()
                request = self._handle(json.loads(packet), fds)
                if request is not None:
                    os.close(client)
                    return request
                for descriptor in fds:
                    os.close(descriptor)

    @contextlib.contextmanager
    def _ended_by_client(self) -> Iterator[None]:
        """End at once if the socket is closed meanwhile, even in the midst of an import.

        By SIGIO, which the kernel sends when something happens on the socket (nothing is sent to us
        before we are ready), and whose default action is to end the process.
        """
        descriptor = self._control.fileno()
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)
        yield
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags)

    def _open_client(self) -> int:
        """A pidfd of the client; exits if it has ended already."""
        try:
            descriptor = os.pidfd_open(self._client)
        except ProcessLookupError:
            os._exit(0)
        if os.getppid() != self._client:  # ended, and its number perhaps given to another
            os._exit(0)
        return descriptor

    def _handle(self, message: dict, fds: list[int]) -> Request | None:
        if "fork" in message:
            return self._fork(message["fork"], fds)
        for number, pid in self._running.values():
            if number == message["kill"]:
                processes.kill_tree(pid)
        return None

    def _fork(self, number: int, fds: list[int]) -> Request | None:
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            pid = os.fork()
        except OSError as error:
            self._send({"failed": number, "reason": f"fork: {error}"})
            return None
        if pid == 0:
            processes.die_with_parent()
            if os.getppid() != parent:
                os._exit(1)
            self._control.close()
            for descriptor in self._running:
                os.close(descriptor)
            self._running.clear()
            return Request(fds[0], fds[1], fds[2:])
        descriptor = os.pidfd_open(pid)
        self._running[descriptor] = (number, pid)
        self._poll.register(descriptor, select.POLLIN)
        self._send({"forked": number, "pid": pid}, [descriptor])
        return None

    def _reap(self, descriptor: int) -> None:
        """Take a child's exit status, end what it left behind, and report."""
        number, pid = self._running.pop(descriptor)
        self._poll.unregister(descriptor)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(descriptor)
        self._end_orphans()
        self._send({"exit": number, "code": code})

    def _end_orphans(self) -> None:
        """Kill what ended children left behind: every child of ours that we don't know.

        Never waits for one of them in particular: the first process of a PID namespace ends only
        after all others in it have been waited for, which may be ours to do as well.
        """
        deadline = time.monotonic() + 5
        pause = 0.0005
        while time.monotonic() < deadline:
            known = self._before | {pid for _, pid in self._running.values()}
            orphans = processes.children_of(os.getpid()) - known
            if not orphans:
                return
            for pid in orphans:
                with contextlib.suppress(ChildProcessError):
                    if os.waitpid(pid, os.WNOHANG)[0] == 0:
                        processes.kill_tree(pid)
            time.sleep(pause)
            pause = min(2 * pause, 0.02)

    def _end(self) -> None:
        for _, pid in self._running.values():
            processes.kill_tree(pid)
        self._running.clear()  # so that they count as orphans
        self._end_orphans()

    def _send(self, message: dict, fds: list[int] = ()) -> None:
        with contextlib.suppress(OSError):  # the client is gone: the loop will see it
            socket.send_fds(self._control, [json.dumps(message).encode()], list(fds))
