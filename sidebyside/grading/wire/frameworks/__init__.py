"""Frameworks over the wire: PyTorch's and TensorFlow's values, gradients, random numbers.

Nothing here imports a framework. `examiner` and `student` are called once in each process, after
the fork. The examiner calls ``randomness.enter_cell`` before each of its cells; the student's side
follows, and enters its own cells by itself.
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
    _prepare(remote)
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
    serve.register_setup(_prepare)
    serve.register_setup(_enter_cells)
    serve.register_request("surroundings", surroundings.apply)


def _prepare(peer: Any) -> None:
    recorder = tensorflow_.recorder_of(peer)
    peer.surround = recorder.surround
    peer.answered = recorder.after
    peer.told_with_request = tensorflow_.recording
    peer.got_with_request = recorder.other_records


def _enter_cells(server: Any) -> None:
    """Unseeded generators of a student's cell depend on that cell, not on what ran before."""
    run = server._do_run

    def enter_and_run(source: str, cell_id: str) -> Any:
        randomness.enter_cell(cell_id)
        return run(source, cell_id)

    server._do_run = enter_and_run
