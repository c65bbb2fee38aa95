"""Everything a page loads comes from the site itself, so that the book opens from a disk.

MathJax is one file, taken from the installed package sphinx-mathjax-offline (its own extension
would copy 24 MB). Thebe, which Jupyter Book always loads, is taken out: its script comes from
another host, and declares its variables twice on every page.
"""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from shutil import copyfile

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

MATHJAX = "tex-svg-full.js"
"""The build of MathJax that needs no other file: all of TeX's extensions, glyphs as paths."""


def setup(app: Sphinx) -> None:
    app.connect("config-inited", _local_mathjax, priority=900)
    app.connect("build-finished", _copy_mathjax)
    app.connect("doctree-resolved", _drop_thebe_nodes, priority=900)
    app.connect("html-page-context", _drop_thebe_scripts, priority=900)
    app.add_js_file("offline.js", priority=300)


def mathjax_source() -> Path:
    """Where the installed MathJax lies.

    Raises:
        ExtensionError: the package that brings it is not installed.
    """
    try:
        package = distribution("sphinx-mathjax-offline")
    except PackageNotFoundError as error:
        raise ExtensionError(
            'MathJax is not installed: run pip install "sidebyside[book]", '
            "which brings sphinx-mathjax-offline"
        ) from error
    return Path(package.locate_file(f"sphinx-mathjax-offline/static/mathjax/{MATHJAX}"))


def _local_mathjax(app: Sphinx, config) -> None:
    config.mathjax_path = f"mathjax/{MATHJAX}"


def _copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", "mathjax", MATHJAX)
    target.parent.mkdir(parents=True, exist_ok=True)
    copyfile(mathjax_source(), target)


def _drop_thebe_nodes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(nodes.raw)):
        content = node.astext()
        if "text/x-thebe-config" in content or content.startswith("<script>kernelName"):
            node.parent.remove(node)


def _drop_thebe_scripts(app: Sphinx, pagename, templatename, context, doctree) -> None:
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, ()) if not _is_thebe(file)]


def _is_thebe(file) -> bool:
    attributes = getattr(file, "attributes", {})
    return "thebe" in f"{getattr(file, 'filename', file)} {attributes.get('body', '')}".lower()
