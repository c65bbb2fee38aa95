"""Frameworks over the wire: PyTorch's and TensorFlow's values, gradients, random numbers.

Nothing here imports a framework. `examiner` and `student` are called once in each process.
"""

from __future__ import annotations

from typing import Any

from sidebyside.grading.wire import randomness
from sidebyside.grading.wire.frameworks import surroundings, tensorflow_, torch_


def install() -> None:
    """Register the adapters of the frameworks; no framework is imported, no operation runs."""
    tensorflow_.install()
    torch_.install()


def examiner(remote: Any, *, seed: int | None = None, cell_id: str = "") -> None:
    """Prepare the examiner's process: adapters, what the student may ask, what is pushed over.

    Args:
        remote: this process's `Remote`.
        seed: of the assignment, for `randomness.seed_everything`; None leaves the generators.
        cell_id: of the first cell.
    """
    torch_.side = tensorflow_.side = "examiner"
    install()
    if seed is not None:
        randomness.seed_everything(seed, cell_id)
    remote.handlers["torch_gradient"] = torch_.gradient_asked
    remote.handlers["tensorflow_gradient"] = tensorflow_.gradient_asked
    remote.surround = tensorflow_.recorder_of(remote).surround
    remote.before_call.append(surroundings.Pusher())


def student(*, seed: int | None = None, cell_id: str = "") -> None:
    """Prepare the student's process, before ``serve``."""
    from sidebyside.grading.wire import serve

    torch_.side = tensorflow_.side = "student"
    install()
    if seed is not None:
        randomness.seed_everything(seed, cell_id)
    serve.register_request("torch_gradient", torch_.gradient_asked)
    serve.register_request("tensorflow_gradient", tensorflow_.gradient_asked)
    serve.register_setup(_prepare_server)
    serve.register_request("surroundings", surroundings.apply)


def _prepare_server(server: Any) -> None:
    recorder = tensorflow_.recorder_of(server)
    server.surround = recorder.surround
    server.answered = recorder.after
