"""The Sphinx extensions of the book. `_config.yml` names this package; nothing else imports it.

Plain readers of files, which know no Sphinx: `curriculum`, `chapters`, `assignments`, `course`.
Extensions, each with its own `setup`: `accessibility`, `badges`, `coverage`, `exercises`, `images`,
`launch`, `offline`, `site`, `tabs`.
"""


def setup(app):
    """Set up every extension of the book. Sphinx calls this."""
    from . import accessibility, badges, coverage, exercises, images, launch, offline, site, tabs

    each = (site, tabs, badges, coverage, exercises, images, launch, offline, accessibility)
    for extension in each:
        extension.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
