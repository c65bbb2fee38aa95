"""The Sphinx extensions of the book. `_config.yml` names this package; nothing else imports it.

Plain readers of files, which know no Sphinx: `curriculum`, `chapters`, `assignments`, `course`,
`old_rows`, `reading`. Extensions, each with its own `setup`: `accessibility`, `badges`, `coverage`,
`exercises`, `images`, `launch`, `numbering`, `offline`, `old_code`, `site`, `tabs`.
"""


def setup(app):
    """Set up every extension of the book. Sphinx calls this."""
    from . import (
        accessibility,
        badges,
        coverage,
        exercises,
        images,
        launch,
        numbering,
        offline,
        old_code,
        site,
        tabs,
    )

    pages = (badges, coverage, exercises, old_code)
    each = (site, tabs, *pages, images, launch, numbering, offline, accessibility)
    for extension in each:
        extension.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
