"""The likely causes of wrong results, one TOML file for each assignment.

A table for each test, and in it what each classic mistake would have given::

    [fan-in]
    "the fan-in is the second number of the shape: PyTorch's layout is (out, in)" = 0.0707
"""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any

from sidebyside.errors import SideBySideError


@functools.cache
def read_hints(assignment: str) -> dict[str, dict[str, Any]]:
    """The likely causes of an assignment: for each test, the value by the sentence.

    Raises:
        SideBySideError: there is no such file, or it is no TOML; the message names it.
    """
    file = resources.files(__name__) / f"{assignment}.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError) as error:
        raise SideBySideError(f"the hints of assignment {assignment!r}: {error}") from error
