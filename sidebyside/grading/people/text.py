"""Text that somebody else wrote, made fit for a terminal or a table."""

from __future__ import annotations

import re
import unicodedata

# ECMA-48: CSI and two-character sequences; OSC, DCS, PM, APC and SOS run to their terminator.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
_SPACES = re.compile(r"\s+")
_KEPT_FORMATS = "\u200c\u200d"  # joiners, which some scripts and emoji need


def without_control(text: object, keep: str = "\n\t") -> str:
    """The text without terminal escapes, control characters and invisible direction marks.

    Direction marks (Unicode's bidirectional controls) can make a line read as another one; lone
    surrogates can't be written as UTF-8.

    Args:
        text: anything; what is no string is converted.
        keep: control characters that stay.
    """
    unescaped = _ESCAPES.sub("", str(text).replace("\r\n", "\n"))
    return "".join(c for c in unescaped if c in keep or c in _KEPT_FORMATS or _is_shown(c))


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def one_line(text: object, limit: int = 200) -> str:
    """The same on one line, at most ``limit`` characters long."""
    line = _SPACES.sub(" ", without_control(str(text)[: 50 * limit])).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled with spaces to a number of terminal columns."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def number(value: float | None, digits: int = 2) -> str:
    """A number without needless zeros; an en dash for none."""
    if value is None:
        return "–"
    shown = f"{value:.{digits}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown == "-0" else shown


def duration(seconds: float) -> str:
    """A time span for a person: ``0.4 s``, ``12 s``, ``3 min 05 s``, ``2 h 10 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def size(count: float) -> str:
    """A number of bytes for a person."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 submission``, ``2 submissions``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
