"""Small helpers that build docutils nodes, shared by the directives of the book."""

from docutils import nodes
from sphinx import addnodes


def page_link(text: str, docname: str, source: str) -> nodes.Node:
    """A link to another page of the book, from the page named source."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", text),
        refdoc=source,
        refdomain="std",
        reftype="doc",
        reftarget=f"/{docname}",
        refexplicit=True,
        refwarn=True,
    )


def label_link(text: str, label: str, source: str) -> nodes.Node:
    """A link to a label of the book, from the page named source."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", text),
        refdoc=source,
        refdomain="std",
        reftype="ref",
        reftarget=label,
        refexplicit=True,
        refwarn=True,
    )


def paragraph(*parts: nodes.Node | str, classes: tuple[str, ...] = ()) -> nodes.paragraph:
    return nodes.paragraph("", "", *_inline(parts), classes=list(classes))


def bullets(items, classes: tuple[str, ...] = ()) -> nodes.bullet_list:
    """A bullet list; each item is one node or string, or a tuple of them."""
    found = nodes.bullet_list(classes=list(classes))
    for item in items:
        parts = item if isinstance(item, tuple) else (item,)
        found += nodes.list_item("", paragraph(*parts))
    return found


def table(header, rows, widths, classes: tuple[str, ...] = ()) -> nodes.container:
    """A table in a box that scrolls on a narrow screen. A cell is a node, a string or a tuple."""
    group = nodes.tgroup(cols=len(widths))
    group += [nodes.colspec(colwidth=width) for width in widths]
    group += nodes.thead("", _row(header))
    group += nodes.tbody("", *(_row(row) for row in rows))
    made = nodes.table("", group, classes=["colwidths-auto", *classes])
    return nodes.container("", made, classes=["scrolls"])


def spanning(text: str, rows: int) -> nodes.entry:
    """A cell that stands for several rows; the rows below it leave it out."""
    return nodes.entry("", paragraph(text), morerows=rows - 1)


def _row(cells) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        if isinstance(cell, nodes.entry):
            row += cell
            continue
        parts = cell if isinstance(cell, tuple) else (cell,)
        row += nodes.entry("", paragraph(*parts))
    return row


def _inline(parts):
    return [nodes.Text(part) if isinstance(part, str) else part for part in parts]


def seconds(value: float) -> str:
    """A duration as a reader would say it: 48 s, 3 min."""
    return f"{value:.0f} s" if value < 100 else f"{value / 60:.0f} min"


def minutes(core: int, whole: int) -> str:
    """The minutes of reading for a chapter's core and for all of it: core 45 min, all 63 min."""
    core, whole = max(1, core), max(1, whole)
    return f"{core} min" if core == whole else f"core {core} min, all {whole} min"


def points(value: float) -> str:
    return f"{value:g} point" if value == 1 else f"{value:g} points"
