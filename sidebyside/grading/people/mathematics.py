"""TeX in Markdown as MathML, which browsers show without a script.

The formulas are a student's as well as the author's: what latex2mathml makes of them is read again,
and only elements and attributes of a short list are kept.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from html import escape

from latex2mathml.converter import convert

LONGEST_FORMULA = 2_000  # characters; what is longer stays TeX
MOST_FORMULAS = 500  # of a text; the others stay TeX
_BEFORE, _AFTER = "\ue000", "\ue001"  # private characters; `separate` takes them out of the text
_PARTS = re.compile(
    r"(?P<code>```.*?```|~~~.*?~~~|`+[^`]*`+)"
    r"|\$\$(?P<display>.+?)\$\$"
    r"|(?<![\\\w$])\$(?![\s$])(?P<inline>[^$\n]*?(?:\n[^$\n]+){0,3}?)(?<![\s\\])\$(?![\d$])",
    re.S,
)
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover "
        "munderover mmultiscripts mprescripts none mtable mtr mtd mstyle mpadded mphantom merror "
        "menclose",
    )
)
ATTRIBUTES = frozenset(
    re.findall(
        r"\w+",
        "display stretchy fence form separator lspace rspace width height depth mathvariant "
        "columnalign rowspacing columnspacing linethickness accent accentunder largeop "
        "movablelimits minsize maxsize displaystyle scriptlevel notation columnlines rowlines "
        "tabindex",
    )
)
_VALUE = re.compile(r"[\w\s.%+-]{0,60}")


def separate(source: str) -> tuple[str, list[str]]:
    """Take the formulas out of a Markdown text, so that Markdown does not read them.

    Returns:
        the text with a mark in the place of each formula, and the formulas as MathML. Formulas in
        code stay where they are.
    """
    formulas: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if found["code"] is not None or len(formulas) >= MOST_FORMULAS:
            return found[0]
        display = found["display"] is not None
        formulas.append(mathml(found["display"] if display else found["inline"], display=display))
        return f"{_BEFORE}{len(formulas) - 1}{_AFTER}"

    return _PARTS.sub(mark, source.replace(_BEFORE, "").replace(_AFTER, "")), formulas


def together(html: str, formulas: list[str]) -> str:
    """Put the formulas back in the places of their marks."""

    def formula(found: re.Match[str]) -> str:
        number = int(found[1])
        return formulas[number] if number < len(formulas) else ""

    return re.sub(f"{_BEFORE}(\\d{{1,4}}){_AFTER}", formula, html)


def mathml(tex: str, *, display: bool = False) -> str:
    """A formula as safe MathML; as its own TeX in a ``<code>`` where it can't be converted."""
    try:
        if len(tex) > LONGEST_FORMULA:
            raise ValueError("too long")
        root = ElementTree.fromstring(convert(tex, display="block" if display else "inline"))
        _allow(root)
        if display:  # a wide one scrolls, and has to be reached by the keyboard
            root.set("tabindex", "0")
        return ElementTree.tostring(root, encoding="unicode")
    except Exception:  # whatever a converter makes of broken TeX
        return f"<code>{escape(tex)}</code>"


def _allow(root: ElementTree.Element) -> None:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        element.tag = element.tag.removeprefix(_MATHML)  # HTML knows <math> without its namespace
        if element.tag not in _ELEMENTS:
            raise ValueError(f"an element {element.tag!r}")
        for name, value in list(element.attrib.items()):
            if name not in ATTRIBUTES or not _VALUE.fullmatch(value):
                del element.attrib[name]
        waiting.extend(element)
