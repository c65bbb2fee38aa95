"""Where a browser comes from, and what happens where none can be had."""

import subprocess
import sys

import pytest

from . import find_chromium as module
from .conftest import ROOT
from .find_chromium import NoChromium, find_chromium


@pytest.fixture
def bare(monkeypatch):
    """A machine with no browser; commands are written down, not run, and fail."""
    commands = []

    def refuse(command, **options):
        commands.append(command)
        return subprocess.CompletedProcess(command, 1, "", "it would not\n")

    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setattr(module, "_installed", lambda: None)
    monkeypatch.setattr(module.subprocess, "run", refuse)
    monkeypatch.setattr(module.shutil, "which", lambda name: f"/bin/{name}")
    return commands


def test_the_chrome_variable_comes_first(monkeypatch):
    monkeypatch.setenv("CHROME", sys.executable)
    assert find_chromium() == sys.executable


def test_a_chrome_variable_that_names_no_program_is_refused(monkeypatch):
    monkeypatch.setenv("CHROME", "/nowhere/chrome")
    with pytest.raises(NoChromium, match="/nowhere/chrome"):
        find_chromium()


def test_the_path_is_searched_under_the_usual_names(monkeypatch):
    monkeypatch.delenv("CHROME", raising=False)
    there = {"google-chrome": "/opt/google-chrome"}
    monkeypatch.setattr(module.shutil, "which", there.get)
    assert find_chromium() == "/opt/google-chrome"


@pytest.mark.parametrize("user, apt", [(0, ["apt-get"]), (1000, ["sudo", "-n", "apt-get"])])
def test_playwrights_download_is_tried_then_debians_package(bare, monkeypatch, user, apt):
    monkeypatch.setattr(module.os, "geteuid", lambda: user)
    with pytest.raises(NoChromium) as reason:
        find_chromium()
    assert bare[0][1:] == ["-m", "playwright", "install", "chromium"]
    assert bare[1] == [*apt, "update"]
    assert bare[2] == [*apt, "install", "-y", "chromium"]
    assert "playwright install chromium: it would not" in str(reason.value)
    assert "CHROME" in str(reason.value)


def test_a_download_that_works_ends_the_search(bare, monkeypatch):
    found = iter([None, "/home/me/chromium"])
    monkeypatch.setattr(module, "_installed", lambda: next(found))
    assert find_chromium() == "/home/me/chromium"
    assert len(bare) == 1


@pytest.mark.parametrize("ci, outcome", [("", "1 skipped"), ("true", "1 error")])
def test_without_a_browser_tests_are_skipped_with_the_reason_and_fail_in_ci(ci, outcome):
    test = "tests/browser/test_pages.py::test_a_page_stays_light"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", test, "-k", "book", "-q", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={**module.os.environ, "CHROME": "/nowhere/chrome", "CI": ci},
        capture_output=True,
        text=True,
    )
    assert outcome in done.stdout, done.stdout
    assert "no browser to test with: CHROME is '/nowhere/chrome'" in done.stdout
