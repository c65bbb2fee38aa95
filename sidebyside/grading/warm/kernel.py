"""What a forked child does to become a Jupyter kernel (for `WarmProvisioner`)."""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import sys
import tempfile
import threading


def run(fds: list[int], argument: dict) -> None:
    """Serve as an IPython kernel until it is told to end.

    Args:
        fds: what become standard input, output and error; empty in a sandbox, which has its own.
        argument: ``arguments`` for ipykernel; outside a sandbox also ``cwd`` and ``environment``,
            which is then the whole environment.
    """
    for number, descriptor in enumerate(fds):
        os.dup2(descriptor, number)
        os.close(descriptor)
    if "environment" in argument:
        os.chdir(argument["cwd"])
        os.environ.clear()
        os.environ.update(argument["environment"])
        if "debugpy" in sys.modules:  # which sets it when it is imported, here: by the parent
            os.environ.setdefault("PYDEVD_USE_FRAME_EVAL", "NO")
    else:
        _print_without_network()
    sys.argv = [importlib.util.find_spec("ipykernel_launcher").origin, *argument["arguments"]]
    _forget_backend()
    from ipykernel import kernelapp

    # The default of this option was read from the environment when the module was imported.
    watched = int(os.environ.get("JPY_PARENT_PID") or 0)
    try:
        kernelapp.launch_new_instance(parent_handle=watched)
    finally:
        # The end of an ordinary interpreter; a forked child ends by os._exit instead.
        with contextlib.suppress(BaseException):
            threading._shutdown()
        with contextlib.suppress(BaseException):
            atexit._run_exitfuncs()


def _print_without_network() -> None:
    """Let what a kernel's own child processes print come by a socket in the file system.

    ipykernel opens a port for it; in a sandbox, where that is refused, ZeroMQ would abort.
    """
    import zmq
    from ipykernel import iostream, kernelapp
    from zmq.eventloop.zmqstream import ZMQStream

    class Thread(iostream.IOPubThread):
        def _setup_pipe_in(self) -> None:
            self._pipe_uuid = os.urandom(16)
            self._pipe_port = f"ipc://{tempfile.mkdtemp()}/iopub"
            pipe = self.socket.context.socket(zmq.PULL)
            pipe.linger = 0
            pipe.bind(self._pipe_port)
            self._pipe_in = ZMQStream(pipe, self.io_loop)
            self._pipe_in.on_recv(self._handle_pipe_msg)

        def _setup_pipe_out(self) -> tuple[zmq.Context, zmq.Socket]:
            context = zmq.Context()  # a forked process needs its own
            pipe = context.socket(zmq.PUSH)
            pipe.linger = 3000
            pipe.connect(self._pipe_port)
            return context, pipe

    kernelapp.IOPubThread = Thread


def _forget_backend() -> None:
    """Have matplotlib choose its backend by the kernel's environment, as when freshly imported."""
    # It joins itself to the shell when it is imported, so that has to happen again.
    sys.modules.pop("matplotlib_inline.backend_inline", None)
    if "matplotlib" in sys.modules:
        # What ipykernel is about to put into the environment, where nothing else is.
        name = os.environ.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline"
        dict.__setitem__(sys.modules["matplotlib"].rcParams, "backend", name)
