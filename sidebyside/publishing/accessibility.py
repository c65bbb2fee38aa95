"""Mends to the HTML that docutils writes, where a screen reader would be misled."""

from sphinx.application import Sphinx


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _citations_are_no_list, priority=900)


def _citations_are_no_list(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """A box of citations says that it is a list, but its children are no list items."""
    if "body" in context:
        said, meant = '<div role="list" class="citation-list">', '<div class="citation-list">'
        context["body"] = context["body"].replace(said, meant)
