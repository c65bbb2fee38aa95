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
VALIDATE = ROOT / "sidebyside" / "grading" / "validating" / "jupyter"  # as in the Makefile


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A running JupyterLab on a chapter and an exercise; its address."""
    root = tmp_path_factory.mktemp("lab")
    shutil.copy(ROOT / "notebooks" / "04-backpropagation.ipynb", root)
    nbformat.write(one_task(UNSOLVED), root / "doubling.ipynb")
    slow = one_task(test="import time\ntime.sleep(8)\nassert double(1) == 2")
    slow.cells.insert(0, nbformat.v4.new_markdown_cell("## Doubling (3 points)"))
    nbformat.write(slow, root / "slow.ipynb")
    test = "from sidebyside.exercises import Checks\n"
    test += "Checks('any').that(double(1) == 2, 'twice 1 is 2')"
    collapsed = one_task("return 3", test=test)
    collapsed.cells[-1].metadata["jupyter"] = {"source_hidden": True}
    nbformat.write(collapsed, root / "check.ipynb")
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(root / "config"),
        "JUPYTER_RUNTIME_DIR": str(root / "runtime"),
        "JUPYTER_PATH": str(VALIDATE),
        "JUPYTER_CONFIG_PATH": str(VALIDATE),
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
    context.set_default_timeout(300_000)

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


def test_the_validate_button_says_task_by_task_what_the_visible_tests_give(opened):
    page = opened("doubling.ipynb")
    page.get_by_role("button", name="Validate").click()
    dialog = page.locator("dialog.sidebyside-validate")
    dialog.get_by_text("visible tests").wait_for()
    assert "✗ graded cells: 0 of 3" in dialog.inner_text()
    assert "not answered yet" in dialog.inner_text()
    dialog.get_by_role("button", name="Close").click()
    dialog.wait_for(state="detached")


def test_the_validate_button_says_what_is_running(opened):
    page = opened("slow.ipynb")
    page.get_by_role("button", name="Validate").click()
    dialog = page.locator("dialog.sidebyside-validate")
    dialog.get_by_text("Running cell 3 of 3: Doubling").wait_for()
    dialog.get_by_text("visible tests").wait_for()
    assert "✓ Doubling: 3 of 3" in dialog.inner_text()


def test_a_collapsed_test_shows_its_sentence_when_it_is_run(opened):
    page = opened("check.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    error = page.locator(".jp-OutputArea-output", has_text="✗ twice 1 is 2")
    error.wait_for()
    assert "Traceback" not in error.inner_text()
    assert "Checks('any')" not in page.locator(".jp-Notebook").inner_text()
