"""What a student wrote or computed, made safe for whoever reads it in a browser.

An allow-list throughout: what is not known to be harmless is dropped or shown as text. The pages
that use this also forbid scripts and foreign content by their Content-Security-Policy (look.py), so
that a hole in one of the two does not suffice.
"""

from __future__ import annotations

import base64
import binascii
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import quote

import bleach
from bleach.html5lib_shim import Filter
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from sidebyside.grading.people.mathematics import separate, together
from sidebyside.grading.people.text import without_control

LONGEST_HTML = 200_000  # characters; what is longer is shown as text, cut
LONGEST_TEXT = 50_000
MOST_TAGS = 10_000
DEEPEST = 200
LARGEST_IMAGE = 8 * 2**20

PICTURE = "picture that the code made"

_TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption code col colgroup dd del details dfn div dl dt em "
        "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small "
        "span strong sub summary sup table tbody td tfoot th thead tr tt u ul var",
    )
)
_NUMBERS = frozenset(("colspan", "rowspan", "start", "width", "height", "border"))
_WORDS = {
    "a": ("href", "title"),
    "img": ("src", "alt", "title", "width", "height"),
    "abbr": ("title",),
    "td": ("colspan", "rowspan", "align"),
    "th": ("colspan", "rowspan", "align", "scope"),
    "ol": ("start",),
    "table": ("border",),
}
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")
_LINK = re.compile(r"(?:https?://|mailto:|#)[^\s\x00-\x1f]*", re.I)
# Not for safety (bleach would show their text as text) but so that nobody has to read it.
_UNSEEN = re.compile(
    r"<(script|style|template|noscript|iframe|object|title|textarea|svg|math|head)\b.*?"
    r"</\1\s*>",
    re.I | re.S,
)
_PILCROW = re.compile(r'<a class="anchor-link"[^>]*>&#182;</a>|<a class="anchor-link"[^>]*>¶</a>')
_MAGIC = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}


def clean_html(markup: str) -> str:
    """HTML with nothing in it that runs, loads, frames, styles or posts.

    Kept: text, tables, lists, code, links to the web, and pictures that are in the page itself.
    HTML that is too large or too deep to be cleaned in reasonable time is shown as text.
    """
    if len(markup) > LONGEST_HTML:
        return as_text(markup)
    markup = without_control(markup)
    if markup.count("<") > MOST_TAGS or _depth(markup) > DEEPEST:
        return as_text(markup)
    try:
        return _cleaner.clean(_UNSEEN.sub("", markup))
    except Exception:  # a parser brought to its knees: the text itself harms nobody
        return as_text(markup)


def _attribute(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return value in ("dataframe", "math")
    if name not in _WORDS.get(tag, ()):
        return False
    if name == "href":
        return bool(_LINK.fullmatch(value.strip()))
    if name == "src":
        return bool(_DATA_IMAGE.fullmatch(value.strip()))
    if name in _NUMBERS:
        return value.isascii() and value.isdigit() and int(value) <= 4000
    if name == "align":
        return value in ("left", "right", "center")
    if name == "scope":
        return value in ("row", "col", "rowgroup", "colgroup")
    return True


class _Pictures(Filter):
    """Leaves out pictures from elsewhere; the others get a text for those who can't see."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            if token.get("name") == "img" and token["type"] in ("StartTag", "EmptyTag"):
                if (None, "src") not in token["data"]:
                    continue
                token["data"].setdefault((None, "alt"), PICTURE)
            yield token


_cleaner = bleach.Cleaner(
    tags=_TAGS,
    attributes=_attribute,
    protocols=frozenset(("http", "https", "mailto", "data")),
    strip=True,
    strip_comments=True,
    filters=[_Pictures],
)


def _depth(markup: str) -> int:
    """An upper bound on how deeply elements are nested."""
    deepest = open_now = 0
    for match in re.finditer(r"<(/?)([a-zA-Z][^\s/>]*)", markup):
        if match[1]:
            open_now = max(0, open_now - 1)
        elif match[2].lower() not in ("br", "hr", "img", "col", "td", "th", "tr", "li", "p"):
            open_now += 1
            deepest = max(deepest, open_now)
    return deepest


def as_text(text: object) -> str:
    """Text as it is, in a box of its own; cut where it is endless."""
    text = str(text)
    shown = without_control(text[:LONGEST_TEXT])
    if len(text) > LONGEST_TEXT:
        shown += f"\n… and {len(text) - LONGEST_TEXT:,} characters more"
    return f"<pre>{escape(shown)}</pre>"


def clean_markdown(source: str, attachments: dict | None = None) -> str:
    """A Markdown cell as safe HTML, its mathematics as MathML."""
    if len(source) > LONGEST_TEXT:
        return as_text(source)
    source = without_control(source)
    if max(map(len, re.findall(r"[\[(*_`>]+", source)), default=0) > 99:
        return as_text(source)
    source, formulas = separate(source)
    try:
        rendered = markdown2html_mistune(_attached(source, attachments or {}))
    except Exception:  # a parser brought to its knees
        return together(as_text(source), formulas)
    return together(clean_html(_PILCROW.sub("", rendered)), formulas)


def _attached(source: str, attachments: dict) -> str:
    for name, bundle in attachments.items():
        data = next((d for kind, value in dict(bundle).items() if (d := data_uri(kind, value))), "")
        for written in {str(name), quote(str(name))}:
            source = source.replace(f"attachment:{written}", data or "#")
    return source


def data_uri(kind: str, value: object) -> str:
    """A picture of an output as a data URI, decoded and encoded again; empty if it is none."""
    if isinstance(value, list):
        value = "".join(map(str, value))
    if kind == "image/svg+xml":
        return _svg_uri(str(value))
    if kind not in _MAGIC or len(str(value)) > LARGEST_IMAGE * 4 // 3 + 4:
        return ""
    try:
        data = base64.b64decode(re.sub(r"\s", "", str(value)), validate=True)
    except (binascii.Error, ValueError):
        return ""
    if not data.startswith(_MAGIC[kind]):
        return ""
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


_SVG = "http://www.w3.org/2000/svg"
_ACTIVE = ("script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler")


def _svg_uri(markup: str) -> str:
    """An SVG picture as an <img> shows it: browsers run no script and load nothing there."""
    if len(markup) > LARGEST_IMAGE or re.search(r"<!(?:DOCTYPE\s+svg[^>]*\[|ENTITY)", markup, re.I):
        return ""
    markup = re.sub(r"<!DOCTYPE[^>\[]*>", "", markup, count=1)
    try:
        root = ElementTree.fromstring(markup.encode("utf-8", "ignore"))
        if root.tag not in (f"{{{_SVG}}}svg", "svg"):
            return ""
        _disarm(root)
        ElementTree.register_namespace("", _SVG)
        data = ElementTree.tostring(root)
    except (ElementTree.ParseError, ValueError, RecursionError):
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(data).decode('ascii')}"


def _disarm(root: ElementTree.Element) -> None:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        for child in list(element):
            name = str(child.tag).rpartition("}")[2].lower()
            if name in _ACTIVE:
                element.remove(child)
            else:
                waiting.append(child)
        for name, value in list(element.attrib.items()):
            plain = name.rpartition("}")[2].lower()
            foreign = plain == "href" and not value.startswith(("#", "data:image/png;base64,"))
            if plain.startswith("on") or foreign:
                del element.attrib[name]


def picture(kind: str, value: object, alt: str = PICTURE) -> str:
    """An <img> of an output's picture, or what is to be said in its place."""
    uri = data_uri(kind, value)
    if not uri:
        return f'<p class="quiet small">A picture ({escape(kind)}) that can’t be shown safely.</p>'
    return f'<img alt="{escape(alt)}" src="{uri}">'
