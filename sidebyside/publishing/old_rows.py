"""The rows of the page *Old code, new code*: one TOML file each, in ``book/old-code/``.

The form is described in ``book/old-code/README.md``. Nothing of a row is executed here; the tests
do that, for every file they find.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sidebyside.errors import SideBySideError

SYMPTOMS = {"error": "an error", "warning": "a warning", "silence": "nothing at all"}
GROUPS = {"keras": "TensorFlow and Keras", "pytorch": "PyTorch", "around": "Around both"}
WAYS = {"keras": "tensorflow", "pytorch": "pytorch", "both": None}
"""The keys of a row's new code, and the framework whose tab it stands in."""

_NEEDED = {"title", "group", "chapter", "symptom", "packages", "reason", "old", "new"}
_ALLOWED = _NEEDED | {"message", "harm", "given", "check", "works", "needs", "seen", "also"}


@dataclass(frozen=True)
class OldRow:
    """One thing that people copy from tutorials, and what it does today."""

    name: str
    title: str
    group: str
    chapter: str
    symptom: str
    packages: tuple[str, ...]
    messages: tuple[str, ...]
    reason: str
    old: str
    new: dict[str, str]
    harm: str
    given: str
    check: str
    works: dict[str, str]
    needs: tuple[str, ...]
    seen: str
    also: dict[str, str]


def read_old_rows(folder: Path) -> tuple[OldRow, ...]:
    """Read every row, by group and then by chapter and name.

    Raises:
        SideBySideError: a row lacks a field, has one that nobody reads, or could not be tested; the
            message names its file.
    """
    rows = [read_old_row(path) for path in sorted(folder.glob("*.toml"))]
    groups = list(GROUPS)
    return tuple(sorted(rows, key=lambda row: (groups.index(row.group), row.chapter, row.name)))


def read_old_row(path: Path) -> OldRow:
    """Read one row, and refuse it where it is incomplete."""
    try:
        stored = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, f"is not TOML: {error}") from error
    _complete(path, stored)
    new = {way: code.strip("\n") for way, code in stored["new"].items()}
    message = stored.get("message", ())
    return OldRow(
        name=path.stem,
        title=stored["title"],
        group=stored["group"],
        chapter=stored["chapter"],
        symptom=stored["symptom"],
        packages=tuple(stored["packages"]),
        messages=(message,) if isinstance(message, str) else tuple(message),
        reason=stored["reason"],
        old=stored["old"].strip("\n"),
        new={way: new[way] for way in WAYS if way in new},
        harm=stored.get("harm", ""),
        given=stored.get("given", "").strip("\n"),
        check=stored.get("check", "").strip("\n"),
        works={way: code.strip("\n") for way, code in stored.get("works", {}).items()},
        needs=tuple(stored.get("needs", ())),
        seen=stored.get("seen", ""),
        also=dict(stored.get("also", {})),
    )


def _complete(path: Path, stored: dict) -> None:
    missing = [name for name in sorted(_NEEDED) if not stored.get(name)]
    if missing:
        raise _wrong(path, f"lacks {', '.join(missing)}")
    unknown = sorted(set(stored) - _ALLOWED)
    if unknown:
        raise _wrong(path, f"has {', '.join(unknown)}, which nobody reads")
    for field, known in (("symptom", SYMPTOMS), ("group", GROUPS)):
        if stored[field] not in known:
            raise _wrong(path, f"has the {field} {stored[field]!r}; expected {_either(known)}")
    for field in ("new", "works"):
        strange = sorted(set(stored.get(field, {})) - set(WAYS))
        if strange:
            raise _wrong(path, f"has {field}.{strange[0]}; expected {_either(WAYS)}")
    empty = [line for line, message in stored.get("also", {}).items() if not message]
    if empty:
        raise _wrong(path, f"has the line {empty[0]} under [also] without its message")
    ways = set(stored["new"])
    if stored["symptom"] == "silence":
        needed = {"harm", "check", "works"} - {name for name in stored if stored[name]}
        if needed:
            raise _wrong(path, f"is silent and lacks {', '.join(sorted(needed))}: what is harmed?")
        if ways != set(stored["works"]):
            raise _wrong(path, "is silent, so each new code needs a test under [works]")
        if "message" in stored:
            raise _wrong(path, "is silent and has a message")
    elif not stored.get("message"):
        raise _wrong(path, f"lacks message, the text of its {stored['symptom']}")
    if not ways >= {"both"} and not ways >= {"keras", "pytorch"}:
        raise _wrong(
            path, "has new code for one framework only; expected keras and pytorch, or both"
        )


def _either(names: Iterable[str]) -> str:
    return " or ".join(names)


def _wrong(path: Path, what: str) -> SideBySideError:
    return SideBySideError(f"{path.parent.name}/{path.name} {what}. See README.md beside it.")


def locked_versions(requirements: Path) -> dict[str, str]:
    """The version of each package in the lock file, with which the rows are tested."""
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", requirements.read_text("utf-8"), re.MULTILINE)
    return dict(found)
