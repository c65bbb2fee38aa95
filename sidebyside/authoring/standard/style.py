"""Words and code that the standard replaces, as far as they can be told without a reader.

Each word has what to write in its place. Only prose and alternative texts are searched, not code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from sidebyside.publishing.chapters import text

from .controls import parsed
from .problem import Problem
from .prose import plain, sentences

RULE = "style"
WORDS = {
    r"\bblam(?:e|es|ed|ing)\b": "gradient or error signal",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bslopes? of (?:a|an|the|each|every|this|that|our) "
    r"(?:\w+ )?(?:networks?|nets?|models?|layers?|units?|activations?)\b": "derivative or gradient",
    r"\b(?:a|the|same|each|every|one|this|that|its|best|right|constant|lower|higher|larger|smaller"
    r"|common) rates?\b(?! (?:of|at which|in which)\b)": "learning rate, dropout rate, …",
}
_WORDS = {re.compile(word, re.IGNORECASE): better for word, better in WORDS.items()}


def problems(cells: Sequence[dict]) -> Iterator[Problem]:
    """Words of the list, and code that a reviewer of either framework would refuse."""
    for sentence in sentences(cells):
        for word, better in _WORDS.items():
            for found in word.finditer(plain(sentence.text)):
                said = f"{found[0]!r} (better: {better}) in {sentence.text[:100]!r}"
                yield Problem(RULE, sentence.cell, said)
    for index, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            for said in code_problems(text(cell["source"])):
                yield Problem(RULE, index, said)


def code_problems(source: str) -> Iterator[str]:
    """What the standard rules out in a chapter's code."""
    if re.search(r"#\s*noqa\b", source, re.IGNORECASE):
        yield "`# noqa`"
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            dunders = [name for name in map(_name, node.targets) if re.fullmatch("__.+__", name)]
            if dunders:
                yield f"a lambda as {dunders[0]}: a method has a name and a body"
        elif isinstance(node, ast.Call) and _name(node.func) in ("globals", "locals"):
            yield f"`{_name(node.func)}()`: look things up in a dictionary of your own"
        elif sum(map(_has_lambda, _entries(node))) > 1:
            yield "a dictionary of lambdas: functions have names"


def _name(node: ast.AST) -> str:
    return getattr(node, "id", None) or (node.attr if isinstance(node, ast.Attribute) else "")


def _entries(node: ast.AST) -> list[ast.expr]:
    """The values of a dictionary that is written down."""
    if isinstance(node, ast.Call) and _name(node.func) == "dict":
        return [keyword.value for keyword in node.keywords]
    return node.values if isinstance(node, ast.Dict) else []


def _has_lambda(value: ast.expr) -> bool:
    """Whether an entry is a lambda, or a tuple or list with one."""
    if isinstance(value, ast.Tuple | ast.List):
        return any(map(_has_lambda, value.elts))
    return isinstance(value, ast.Lambda)
