"""What surrounds a call besides its arguments: random numbers, gradient mode, NumPy's errors.

Before an outermost call the examiner tells the student's side what has changed of these since it
last told it: ``with torch.no_grad():`` or ``np.errstate(...)`` around a call of a student's
function then means what it says. Nothing comes back.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from sidebyside.grading.wire import randomness
from sidebyside.grading.wire.errors import ProtocolError
from sidebyside.grading.wire.frameworks import tensorflow_


def _settings() -> dict[str, Any]:
    """The settings of this process, as plain data."""
    found: dict[str, Any] = {"numpy": np.geterr(), "cell": randomness.current_cell()}
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "is_grad_enabled"):
        found["gradients"] = torch.is_grad_enabled()
        found["dtype"] = str(torch.get_default_dtype()).removeprefix("torch.")
    keras = sys.modules.get("keras.src.backend.config")
    if keras is not None:
        found["floatx"] = keras.floatx()
    return found | {"tape": tensorflow_.epoch()}


class Pusher:
    """A ``before_call`` of `Remote`."""

    def __init__(self) -> None:
        self._watcher = randomness.Watcher()
        self._told: dict[str, Any] = {"gradients": True, "dtype": "float32", "floatx": "float32"}
        self._told |= {"tape": 0, "cell": ""}
        self._told["numpy"] = np.geterr()

    def __call__(self, remote: Any) -> None:
        news = {name: value for name, value in _settings().items() if self._told.get(name) != value}
        drawn = self._watcher.changes()
        graphs = remote.graphs
        released = {name: held.take_released() for name, held in graphs.items() if held.released}
        many = any(len(held.records) > 32 for held in graphs.values())
        if not news and drawn is None and not released and not many:
            return
        answer = remote.request("surroundings", [news, drawn, released])
        self._told.update(news)
        try:
            if type(answer) is not dict:
                raise ProtocolError("releases of another form")
            for name, handles in answer.items():
                if name not in graphs:
                    raise ProtocolError("a release of what was never handed over")
                graphs[name].release(handles)
        except ProtocolError as error:
            raise remote.channel.fail(error) from None


def apply(server: Any, payload: list[Any]) -> dict[str, list[int]]:
    """The student's side of `Pusher`.

    Returns:
        By framework, the examiner's tensors that are not needed here any more.
    """
    news, drawn, released = payload
    torch = sys.modules.get("torch")
    if "numpy" in news:
        np.seterr(**news["numpy"])
    if torch is not None:
        if "gradients" in news:
            torch.set_grad_enabled(news["gradients"])
        if "dtype" in news:
            torch.set_default_dtype(getattr(torch, news["dtype"]))
    if "floatx" in news and "keras.src.backend.config" in sys.modules:
        sys.modules["keras.src.backend.config"].set_floatx(news["floatx"])
    if "cell" in news:
        randomness.enter_cell(news["cell"])
    if "tape" in news:
        tensorflow_.recorder_of(server).begin(news["tape"])
    if drawn is not None:
        randomness.apply(drawn)
    for name, handles in released.items():
        server.graphs[name].release(handles)
    return {name: held.take_released() for name, held in server.graphs.items() if held.released}
