"""Cells run by nothing but ``exec``: what the grader's own cost is held against."""

from __future__ import annotations

import contextlib


def run_cells(fds: list[int], argument: dict) -> None:
    """The bare cost of a submission, in a fork of a warm parent that has imported this module."""
    namespace: dict = {"__name__": "__main__"}
    for code in argument["cells"]:
        with contextlib.suppress(Exception):
            exec(code, namespace)
