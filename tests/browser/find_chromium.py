"""Find a Chromium for the browser tests, or get one.

In order: the CHROME variable, a browser on the PATH or in its usual macOS place, Playwright's own,
its download, Debian's package. `python -m tests.browser.find_chromium` prints what is found.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


class NoChromium(Exception):
    """No browser is here and none could be had; the message tells what was tried."""


def find_chromium() -> str:
    """The path of a Chromium or Chrome, installed now if need be.

    Raises:
        NoChromium: with what was tried, one line each.
    """
    if named := os.environ.get("CHROME"):
        if os.access(named, os.X_OK):
            return named
        raise NoChromium(f"CHROME is {named!r}, which is no program: correct it or unset it")
    if found := _installed():
        return found
    tried = ["no browser on the PATH under " + ", ".join(NAMES)]
    for install in (_playwright_download, _debian_package):
        tried.append(install())
        if found := _installed():
            return found
    raise NoChromium("; ".join(tried) + "; or name one in the CHROME variable")


def _installed() -> str | None:
    on_path = (shutil.which(name) for name in NAMES)
    usual = (path for path in MACOS if Path(path).exists())
    return next(filter(None, on_path), None) or next(usual, None) or _playwrights_own()


def _playwrights_own() -> str | None:
    """Asked in a process of its own: Playwright's driver can't be started twice in one thread."""
    ask = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as started: print(started.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    path = answer.stdout.strip()
    return path if path and Path(path).exists() else None


def _playwright_download() -> str:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return _attempt(command)


def _debian_package() -> str:
    if shutil.which("apt-get") is None:
        return "no apt-get"
    if os.geteuid() == 0:
        rights = []
    elif shutil.which("sudo"):
        rights = ["sudo", "-n"]
    else:
        return "apt-get needs root"
    _attempt([*rights, "apt-get", "update"])  # a new machine has no list of packages yet
    return _attempt([*rights, "apt-get", "install", "-y", "chromium"])


def _attempt(command: list[str]) -> str:
    said = " ".join(command)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{said}: {error}"
    if done.returncode == 0:
        return f"{said}: done"
    last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no output"]
    return f"{said}: {last[0]}"


if __name__ == "__main__":
    try:
        print(find_chromium())
    except NoChromium as reason:
        sys.exit(f"no Chromium: {reason}")
