"""Python's syntax trees, one thread at a time.

CPython 3.11 keeps one depth for the trees that all threads of a process are building; where two do
so at once, one of them may get a ``SystemError`` for a correct program (python/cpython#106905).
Examinations run in threads, so whatever part of the grader parses code does it here.
"""

from __future__ import annotations

import ast
import threading

_ONE_AT_A_TIME = threading.Lock()


def parse(source: str | bytes) -> ast.Module:
    """What ``ast.parse`` gives, and what it raises."""
    with _ONE_AT_A_TIME:
        return ast.parse(source)
