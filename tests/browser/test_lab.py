"""JupyterLab as `make lab` opens it: MyST is rendered, and nbgrader's Validate button works."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest

from tests.browser.conftest import ROOT
from tests.small_assignment import UNSOLVED, one_task

TOKEN = "for-this-test-only"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A running JupyterLab on a chapter and an exercise; its address."""
    root = tmp_path_factory.mktemp("lab")
    shutil.copy(ROOT / "notebooks" / "04-backpropagation.ipynb", root)
    nbformat.write(one_task(UNSOLVED), root / "doubling.ipynb")
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(root / "config"),
        "JUPYTER_RUNTIME_DIR": str(root / "runtime"),
        "HOME": str(root),
    }
    command = [programs / "jupyter", "lab", "--no-browser", "--port=0", "--allow-root"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--notebook-dir={root}"]
    with (root / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
    try:
        yield address_of(server, root)
    finally:
        server.kill()  # the kernels that it started notice and end themselves
        server.wait()


def address_of(server, root):
    """Wait until the server answers; its own file says where."""
    for _ in range(120):
        assert server.poll() is None, (root / "log").read_text()
        for found in (root / "runtime").glob("jpserver-*.json"):
            address = json.loads(found.read_text())["url"]
            try:
                urllib.request.urlopen(f"{address}api?token={TOKEN}").close()
                return address
            except urllib.error.URLError:
                break
        time.sleep(0.5)
    raise AssertionError("JupyterLab did not start:\n" + (root / "log").read_text())


@pytest.fixture
def opened(browser, lab):
    """``opened(name)`` → the page of JupyterLab with that notebook."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(60_000)

    def open_notebook(name):
        page = context.new_page()
        page.goto(f"{lab}lab/tree/{name}?token={TOKEN}&reset")
        page.locator(".jp-NotebookPanel").wait_for()
        select = page.get_by_role("button", name="Select", exact=True)
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        if select.is_visible():
            select.click()
        return page

    yield open_notebook
    context.close()


def test_a_chapter_is_shown_with_myst_rendered(opened):
    source = (ROOT / "notebooks" / "04-backpropagation.ipynb").read_text()
    assert "{term}`" in source
    page = opened("04-backpropagation.ipynb")
    page.wait_for_function("""() => {
        const shown = document.querySelector('.jp-Notebook').innerText;
        return shown.includes('computational graph') && !shown.includes('{term}');
    }""")


def test_the_validate_button_says_which_test_fails(opened):
    page = opened("doubling.ipynb")
    page.get_by_role("button", name="Validate").click()
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_text("failed", exact=False).first.wait_for()
    assert "NotImplementedError" in dialog.inner_text()
