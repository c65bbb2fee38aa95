"""Framework tabs: adjacent code cells tagged numpy, tensorflow, pytorch become one tab set.

The tab set is sphinx-design's, so it works with no JavaScript; ``frameworks.js`` adds what holds
across sets and pages. Cells move with their outputs. Several cells of one framework in a row
share a panel; a framework that comes back later starts a new set; a tagged cell with no neighbour
keeps its place and gets a label.
"""

from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx_design.shared import create_component

from sidebyside.frameworks import LABELS


def setup(app: Sphinx) -> None:
    app.add_transform(FrameworkTabs)
    app.add_js_file("frameworks.js")


class FrameworkTabs(SphinxTransform):
    """Gather tagged cells into tab sets, before sphinx-design gives tab sets their HTML form."""

    default_priority = 700

    def apply(self, **kwargs) -> None:
        parents = {id(cell.parent): cell.parent for cell in self.document.findall(_is_tagged)}
        for parent in parents.values():
            for run in _runs(parent.children):
                _replace(parent, run)


def _is_tagged(node: nodes.Node) -> bool:
    return framework_of(node) is not None


def framework_of(node: nodes.Node) -> str | None:
    """The framework a code cell is tagged with, or None."""
    if not isinstance(node, nodes.container) or node.get("nb_element") != "cell_code":
        return None
    tags = node.get("cell_metadata", {}).get("tags", ())
    return next((name for name in LABELS if name in tags), None)


def _runs(children) -> list[list[list[nodes.Node]]]:
    """Split siblings into runs of panels, a panel being adjacent cells of one framework."""
    runs: list[list[list[nodes.Node]]] = []
    fresh, seen = True, set()
    for framework, group in groupby(children, key=framework_of):
        if framework is None:
            fresh = True
            continue
        if fresh or framework in seen:
            runs.append([])
            seen = set()
        runs[-1].append(list(group))
        seen.add(framework)
        fresh = False
    return runs


def _replace(parent: nodes.Element, panels: list[list[nodes.Node]]) -> None:
    at = parent.index(panels[0][0])
    for panel in panels:
        for cell in panel:
            parent.remove(cell)
    parent.insert(at, _single(panels[0]) if len(panels) == 1 else _tab_set(panels))


def _single(cells: list[nodes.Node]) -> nodes.Node:
    name = framework_of(cells[0])
    label = nodes.paragraph("", LABELS[name], classes=["framework-label"])
    return nodes.container("", label, *cells, classes=["framework-single", f"framework-{name}"])


def _tab_set(panels: list[list[nodes.Node]]) -> nodes.Node:
    return create_component(
        "tab-set",
        classes=["sd-tab-set", "framework-tabs"],
        children=[_tab_item(cells) for cells in panels],
    )


def _tab_item(cells: list[nodes.Node]) -> nodes.Node:
    name = framework_of(cells[0])
    label = nodes.rubric(
        LABELS[name],
        nodes.Text(LABELS[name]),
        classes=["sd-tab-label", f"framework-{name}"],
        sync_group="framework",
        sync_id=name,
    )
    content = create_component(
        "tab-content", classes=["sd-tab-content", f"framework-{name}"], children=cells
    )
    return create_component("tab-item", classes=["sd-tab-item"], children=[label, content])
