"""Launch and download: buttons for Colab and Binder once the repository has an address.

The address is set in one place, ``repository.url`` of ``_config.yml``. While it is empty the book
offers the download of each notebook, which needs no address, and no button that leads nowhere.
"""

from html import escape

from docutils import nodes
from sphinx.application import Sphinx


def setup(app: Sphinx) -> None:
    app.connect("config-inited", _no_address_no_buttons, priority=900)
    app.connect("builder-inited", _no_address_no_buttons)


def _no_address_no_buttons(app: Sphinx, config=None) -> None:
    options = app.config.html_theme_options
    if not options.get("repository_url"):
        options.pop("launch_buttons", None)


def notebook_links(app: Sphinx, docname: str) -> list[nodes.Node]:
    """The row under a chapter's badge: download, and Colab and Binder where there is an address."""
    up = "../" * docname.count("/")
    links = [("Download the notebook", f"{up}_sources/{docname}.ipynb", " download")]
    links += [(text, url, "") for text, url in launch_urls(app.config.html_theme_options, docname)]
    anchors = " ".join(
        f'<a class="notebook-link" href="{escape(url)}"{extra}>{escape(text)}</a>'
        for text, url, extra in links
    )
    return [nodes.raw("", f'<p class="notebook-links">{anchors}</p>', format="html")]


def launch_urls(options: dict, docname: str) -> list[tuple[str, str]]:
    """Addresses that open a notebook on Colab and Binder; none without a GitHub address."""
    address = (options.get("repository_url") or "").rstrip("/")
    if "github.com/" not in address:
        return []
    repository = address.split("github.com/", 1)[1].removesuffix(".git")
    branch = options.get("repository_branch") or "main"
    buttons = options.get("launch_buttons", {})
    found = []
    if colab := (buttons.get("colab_url") or "").rstrip("/"):
        found.append(
            ("Open in Colab", f"{colab}/github/{repository}/blob/{branch}/{docname}.ipynb")
        )
    if binder := (buttons.get("binderhub_url") or "").rstrip("/"):
        where = f"{binder}/v2/gh/{repository}/{branch}?urlpath=lab/tree/{docname}.ipynb"
        found.append(("Open on Binder", where))
    return found
