"""The site as a whole: the course is read once, holes stop the build, and every page is there."""

from html import escape
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util import logging

from .course import Course, holes, read_course

LOG = logging.getLogger(__name__)

GENERATED_PAGES = ("book/index", "book/coverage", "book/exercises", "book/old-code")
"""Pages that depend on files other than themselves."""


def setup(app: Sphinx) -> None:
    app.add_js_file("scrolling.js")
    app.add_js_file("printing.js")
    app.connect("builder-inited", _read_course, priority=400)
    app.connect("env-get-outdated", _generated_pages)
    app.connect("env-updated", _written_chapters_are_in_the_contents)
    app.connect("build-finished", _every_page_is_there)
    app.connect("build-finished", _front_door)


def course_of(app: Sphinx) -> Course:
    """The course this book is built from."""
    return app.sidebyside_course


def _read_course(app: Sphinx) -> None:
    app.sidebyside_course = read_course(Path(app.srcdir))
    for hole in holes(app.sidebyside_course):
        LOG.warning("hole in %s", hole, type="sidebyside", subtype="hole")


def _generated_pages(app: Sphinx, env, added, changed, removed) -> list[str]:
    chapters = [f"notebooks/{name}" for name in course_of(app).chapters]
    return [name for name in (*GENERATED_PAGES, *chapters) if name in env.found_docs]


def _written_chapters_are_in_the_contents(app: Sphinx, env) -> None:
    for entry, _ in course_of(app).written:
        if entry.docname not in env.found_docs:
            LOG.warning(
                "hole in %s: the chapter is written but _toc.yml does not list it",
                entry.name,
                type="sidebyside",
                subtype="hole",
            )


def _every_page_is_there(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    pages = {name: Path(app.outdir, f"{name}.html") for name in app.env.found_docs}
    missing = sorted(name for name, page in pages.items() if not page.exists())
    if missing:
        raise SphinxError(f"the build ended without these pages: {', '.join(missing)}")


def _front_door(app: Sphinx, exception: Exception | None) -> None:
    """Write index.html, which leads to the landing page wherever that one lies."""
    if exception or app.builder.name != "html":
        return
    target, title = f"{app.config.root_doc}.html", escape(app.config.html_title)
    if target != "index.html":
        Path(app.outdir, "index.html").write_text(
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="refresh" content="0; url={target}">\n'
            f'<link rel="canonical" href="{target}">\n<title>{title}</title>\n</head>\n'
            f"<body><main><h1>{title}</h1>\n"
            f'<p><a href="{target}">Open the book</a></p></main></body>\n</html>\n',
            "utf-8",
        )
