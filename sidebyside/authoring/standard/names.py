"""Rows, lines and series that the prose names exist.

In prose, what follows "row", "line", "curve", "series" or "bar" (or stands before it) in quotes or
as a code span is a name: the row "He, normal", the `gated` line, the rows `a` and `b`. Code with a
parenthesis is a line of code, not a name. In an alternative text whatever is quoted is a name,
because it quotes the picture. A name has to be in an output of the chapter, or in its code outside
comments and alternative texts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from sidebyside.publishing.chapters import IMAGE_MIMES, text

from .controls import parsed
from .problem import Problem
from .prose import COMMENT, alternative_texts

RULE = "name"
_KIND = r"(?:rows?|lines?|curves?|series|bars?)"
_QUOTED = r"(?:`[^`\n]+`|\"[^\"\n]{1,60}\"|“[^”\n]{1,60}”)"
_BETWEEN = r"(?:,? (?:and|or) |, )"
_AFTER = re.compile(rf"\b{_KIND} (?:named |called |labelled )?({_QUOTED}(?:{_BETWEEN}{_QUOTED})*)")
_BEFORE = re.compile(rf"\b[Tt]he ({_QUOTED}) {_KIND}\b")


def problems(cells: Sequence[dict]) -> Iterator[Problem]:
    """Names of rows and series that the chapter's outputs and figures don't have."""
    there, patterns = _there(cells)
    for index, cell in enumerate(cells):
        prose = [COMMENT.sub("", text(cell["source"]))] if cell["cell_type"] == "markdown" else []
        named = [name for source in prose for name in names(source)]
        named += [name for alt in alternative_texts(cell) for name in quoted(alt)]
        for name in dict.fromkeys(named):
            said = _plain(name)
            if said not in there and not any(p.fullmatch(said) for p in patterns):
                yield Problem(RULE, index, f"no output or figure has {name!r}")


def names(source: str) -> list[str]:
    """The names of rows, lines and series that a text quotes."""
    line = " ".join(source.split())
    groups = [found[1] for pattern in (_AFTER, _BEFORE) for found in pattern.finditer(line)]
    return [name for group in groups for name in quoted(group) if "(" not in name]


def quoted(source: str) -> list[str]:
    """What stands in quotes or in code spans."""
    return [each[1:-1].strip() for each in re.findall(_QUOTED, source)]


def _there(cells: Sequence[dict]) -> tuple[str, list[re.Pattern]]:
    """All text of outputs and code, and the patterns of the code's f-strings."""
    found, patterns = [], []
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        alts = {_plain(alt) for alt in alternative_texts(cell)}
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            found.append(text(output.get("text", "")))
            if not any(mime in data for mime in IMAGE_MIMES):
                found += [text(data.get(mime, "")) for mime in ("text/plain", "text/html")]
        for node in ast.walk(parsed(text(cell["source"]))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if not any(_plain(node.value) in alt for alt in alts if len(node.value) > 60):
                    found.append(node.value)
            elif isinstance(node, ast.Name | ast.arg | ast.keyword | ast.Attribute):
                found.append(_identifier(node))
            elif isinstance(node, ast.JoinedStr):
                patterns += _pattern(node)
    return " \n ".join(map(_plain, found)), patterns


def _identifier(node: ast.AST) -> str:
    return getattr(node, "id", None) or getattr(node, "arg", None) or getattr(node, "attr", "")


def _pattern(string: ast.JoinedStr) -> list[re.Pattern]:
    parts = [part.value if isinstance(part, ast.Constant) else None for part in string.values]
    if sum(len(part.strip()) for part in parts if part) < 3:
        return []  # it would fit everything
    return [re.compile("".join(".+?" if p is None else re.escape(_plain(p)) for p in parts))]


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().lower()
