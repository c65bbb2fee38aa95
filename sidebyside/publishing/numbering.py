"""A chapter's number stands before its title, and "chapter 07" in the prose leads there."""

import re
from itertools import groupby

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from .markup import page_link
from .site import course_of

LOG = logging.getLogger(__name__)

MENTION = re.compile(
    r"\b[Cc]hapter\s\d\d\b"
    r"|\b[Cc]hapters\s\d\d(?:(?:,\s|\s(?:and|or|to)\s|–)\d\d)+\b"
)
NUMBER = re.compile(r"\d\d")
NO_LINK_WITHIN = (
    nodes.FixedTextElement,
    nodes.literal,
    nodes.math,
    nodes.raw,
    nodes.reference,
    nodes.title,
    addnodes.pending_xref,
)


def setup(app: Sphinx) -> None:
    app.add_transform(ChapterNumber)
    app.add_transform(ChapterLinks)


class ChapterNumber(SphinxTransform):
    """Put a chapter's number into its title, and so into every list of contents."""

    default_priority = 730

    def apply(self, **kwargs) -> None:
        chapter = course_of(self.app).chapter_at(self.env.docname)
        title = self.document.next_node(nodes.title)
        if chapter and title is not None:
            title.insert(0, nodes.inline("", f"{chapter.number} ", classes=["chapter-number"]))


class ChapterLinks(SphinxTransform):
    """Link each chapter that the text of a page names; one that is only planned stays text."""

    default_priority = 731

    def apply(self, **kwargs) -> None:
        for element in list(self.document.findall(nodes.TextElement)):
            if not _within(element, NO_LINK_WITHIN):
                element[:] = list(self._children(element))

    def _children(self, element: nodes.Element):
        """The element's children, with links; MyST begins a new text node at each line's end."""
        for is_text, run in groupby(element.children, lambda node: isinstance(node, nodes.Text)):
            if is_text:
                yield from self._linked("".join(run))
            else:
                yield from run

    def _linked(self, text: str):
        end = 0
        for mention in MENTION.finditer(text):
            numbers = list(NUMBER.finditer(text, *mention.span()))
            for number in numbers:
                start = number.start() if len(numbers) > 1 else mention.start()
                yield nodes.Text(text[end:start])
                end = number.end()
                yield self._link(text[start:end], number.group())
        yield nodes.Text(text[end:])

    def _link(self, words: str, number: str) -> nodes.Node:
        course, source = course_of(self.app), self.env.docname
        entry = course.entry(number)
        if entry is None:
            LOG.warning(
                "%s names chapter %s, which book/curriculum.yml does not have",
                source,
                number,
                type="sidebyside",
                subtype="mention",
            )
            return nodes.Text(words)
        if entry.docname == source or entry.name not in course.chapters:
            return nodes.Text(words)
        return page_link(words, entry.docname, source)


def _within(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    while node and not isinstance(node, kinds):
        node = node.parent
    return node is not None
