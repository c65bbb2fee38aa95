"""Outputs of cells: recorded within bounds, and made sound when they come from the student's side.

An output is a plain dictionary of nbformat 4 (``stream``, ``display_data``, ``execute_result``,
``error``). What arrives from the student's side may be anything at all; :func:`sound` builds new
outputs from it and takes over nothing that nbformat does not know.
"""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Mapping, Sequence
from typing import Any

RICH_FACTOR = 20  # figures and tables may take this many times the bytes of printed text
MOST_OUTPUTS = 500
MOST_JSON_DEPTH = 40
MIME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,126}/[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,126}")
ESCAPE = re.compile(
    r"\x1b\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?"  # operating-system commands: titles, links
    r"|\x1b[PX^_][^\x1b]{0,4096}(?:\x1b\\)?"  # device control strings
    r"|\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]?"  # control sequences
    r"|\x1b.?",
    re.S,
)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CONTROLS = re.compile(r"[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x80-\x9f]")

Output = dict[str, Any]


def clean_text(text: str) -> str:
    """Text without control characters and terminal escapes other than colours, and valid Unicode.

    Line ends, tabs, carriage returns and backspaces stay.
    """
    if "\x1b" in text:
        text = ESCAPE.sub(lambda m: m[0] if COLOUR.fullmatch(m[0]) else "", text)
    text = CONTROLS.sub("", text)
    return text.encode("utf-8", "replace").decode("utf-8")


def stream(name: str, text: str) -> Output:
    """A ``stream`` output; name is ``stdout`` or ``stderr``."""
    return {"output_type": "stream", "name": name, "text": text}


def error(ename: str, evalue: str, traceback: Sequence[str] = ()) -> Output:
    """An ``error`` output: to nbgrader, the mark of a cell that failed."""
    lines = [*traceback] or [f"{ename}: {evalue}"]
    return {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": lines}


class Recorder:
    """The outputs of the cell that runs, within bounds; may be written to from any thread.

    Args:
        text: bytes of printed text that are kept; figures and tables get ``RICH_FACTOR`` times it.
    """

    def __init__(self, text: int) -> None:
        self.limit = text
        self.lock = threading.RLock()
        self.begin()

    def begin(self) -> None:
        """Forget everything."""
        with self.lock:
            self._outputs: list[Output] = []
            self._ids: dict[str, list[Output]] = {}
            self._text = self.limit
            self._rich = self.limit * RICH_FACTOR
            self._full = False
            self._clear_next = False

    def take(self) -> list[Output]:
        """The outputs so far; the recorder is empty afterwards."""
        with self.lock:
            outputs, full = self._outputs, self._full
            self.begin()
        for output in outputs:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"]).replace("\r\n", "\n")
        if full:
            outputs.append(stream("stdout", f"\n[… more than {self.limit:,} bytes: cut off]\n"))
        return outputs

    def write(self, name: str, text: str) -> None:
        """Printed text; what is past the limit is dropped."""
        with self.lock:
            if self._text <= 0 or not text:
                self._full |= bool(text)
                return
            self._cleared()
            if len(text) > self._text:
                text, self._full = text[: self._text], True
            self._text -= len(text)
            last = self._outputs[-1] if self._outputs else None
            if last and last["output_type"] == "stream" and last["name"] == name:
                last["text"].append(text)
            elif self._room():
                self._outputs.append({**stream(name, ""), "text": [text]})

    def show(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        *,
        count: int | None = None,
        display_id: str | None = None,
        update: bool = False,
    ) -> None:
        """A rich output: ``execute_result`` if ``count`` is given, else ``display_data``."""
        size = _size(data)
        with self.lock:
            if update:
                for output in self._ids.get(display_id or "", ()):
                    output["data"], output["metadata"] = dict(data), dict(metadata or {})
                return
            self._cleared()
            if size > self._rich or not self._room():
                self._full = True
                return
            self._rich -= size
            output: Output = {"output_type": "display_data", "data": dict(data)}
            output["metadata"] = dict(metadata or {})
            if count is not None:
                output |= {"output_type": "execute_result", "execution_count": count}
            self._outputs.append(output)
            if display_id:
                self._ids.setdefault(display_id, []).append(output)

    def fail(self, ename: str, evalue: str, traceback: Sequence[str]) -> None:
        """The exception that ended the cell."""
        with self.lock:
            self._cleared()
            if self._room():
                self._outputs.append(error(ename, evalue, traceback))

    def clear(self, wait: bool = False) -> None:
        """Forget what was shown, at once or when the next output comes; bounds are not reset."""
        with self.lock:
            if wait:
                self._clear_next = True
            else:
                self._outputs, self._ids = [], {}

    def _cleared(self) -> None:
        if self._clear_next:
            self._clear_next, self._outputs, self._ids = False, [], {}

    def _room(self) -> bool:
        if len(self._outputs) < MOST_OUTPUTS:
            return True
        self._full = True
        return False


def _size(data: Mapping[str, Any]) -> int:
    return sum(len(v) if isinstance(v, str | bytes) else 1000 for v in data.values())


def sound(outputs: Any, limit: int) -> list[Output]:
    """Well-formed outputs made from what the student's side sent.

    Args:
        outputs: anything.
        limit: bytes of text; rich outputs get ``RICH_FACTOR`` times as many together.

    Returns:
        New dictionaries that nbformat accepts. What is not understood is left out.
    """
    if not isinstance(outputs, list | tuple):
        return []
    text, rich, made = limit + 200, limit * RICH_FACTOR, []
    for output in outputs[: MOST_OUTPUTS + 2]:
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            content = _text(output.get("text"), text)
            text -= len(content)
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            if content:
                made.append(stream(name, content))
        elif kind in ("display_data", "execute_result"):
            data, used = _bundle(output.get("data"), rich)
            rich -= used
            if not data:
                continue
            shown: Output = {"output_type": "display_data", "metadata": {}, "data": data}
            if kind == "execute_result":
                count = output.get("execution_count")
                count = count if type(count) is int and 0 <= count < 2**31 else None
                shown |= {"output_type": kind, "execution_count": count}
            made.append(shown)
        elif kind == "error":
            lines = output.get("traceback")
            lines = lines if isinstance(lines, list | tuple) else []
            lines = [_text(line, 2_000) for line in lines[:200]]
            ename, evalue = _text(output.get("ename"), 200), _text(output.get("evalue"), 4_000)
            made.append(error(ename, evalue, lines))
    return made


def _text(value: Any, limit: int) -> str:
    """Clean text of at most ``limit`` characters; empty for what is no text."""
    if isinstance(value, list | tuple):
        value = "".join(part for part in value[:10_000] if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    return clean_text(str(value[: max(limit, 0)]))


def _bundle(data: Any, limit: int) -> tuple[dict[str, Any], int]:
    """The parts of a mime bundle that are sound, and their size."""
    made: dict[str, Any] = {}
    used = 0
    if not isinstance(data, dict):
        return made, used
    for mime, value in list(data.items())[:20]:
        if not isinstance(mime, str) or not MIME.fullmatch(mime):
            continue
        mime = str(mime).lower()
        if mime.endswith("json") and not isinstance(value, str):
            value = _json(value, MOST_JSON_DEPTH)
            try:
                size = len(json.dumps(value, allow_nan=False))
            except (TypeError, ValueError, RecursionError):
                continue
        else:
            if isinstance(value, list | tuple):
                value = "".join(part for part in value if isinstance(part, str))
            if not isinstance(value, str):
                continue
            value, size = str(value), len(value)
            if size <= limit - used:
                value = clean_text(value)
        if size > limit - used:
            continue
        made[mime] = value
        used += size
    return made, used


def _json(value: Any, depth: int) -> Any:
    """Plain JSON data; what is not, or is too deep, becomes None."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return clean_text(value)
    if depth <= 0:
        return None
    if isinstance(value, list | tuple):
        return [_json(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {
            clean_text(k): _json(item, depth - 1) for k, item in value.items() if type(k) is str
        }
    return None
