"""A browser and the sites it visits: the book as built, and a small course with every feature."""

import contextlib
import functools
import os
import subprocess
import threading
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.unit.small_course import write_course

from .find_chromium import FLAGS, NoChromium, find_chromium

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Site:
    """A built site, and the address it is visited at."""

    folder: Path
    address: str

    @property
    def pages(self) -> list[str]:
        """Every page but the front door, which leads on at once."""
        found = (page.relative_to(self.folder) for page in self.folder.rglob("*.html"))
        names = sorted(page.as_posix() for page in found if page.parts[0] != "_static")
        return [name for name in names if name != "index.html"]

    def read(self, page: str) -> str:
        return (self.folder / page).read_text("utf-8")

    def with_tabs(self) -> list[str]:
        return [page for page in self.pages if 'data-sync-group="framework"' in self.read(page)]

    def url(self, page: str) -> str:
        return f"{self.address}/{page}"


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium. Without one the tests are skipped with the reason; in CI they fail."""
    try:
        from playwright.sync_api import sync_playwright

        path = find_chromium()
    except (ImportError, NoChromium) as reason:
        said = f"no browser to test with: {reason}"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def book_folder() -> Path:
    """The built book: the one SIDEBYSIDE_SITE names, or `_build/html`, built now if absent."""
    if named := os.environ.get("SIDEBYSIDE_SITE"):
        assert Path(named, "index.html").exists(), f"SIDEBYSIDE_SITE={named} is no built site"
        return Path(named).resolve()
    site = ROOT / "_build" / "html"
    if not (site / "index.html").exists():
        subprocess.run(["make", "book"], cwd=ROOT, check=True)
    return site


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory) -> Path:
    """A course that has every feature of the book, built as the book is."""
    from sidebyside.publishing.__main__ import build

    root = write_course(tmp_path_factory.mktemp("small") / "course")
    assert build(root) == 0
    return root / "_build" / "html"


@pytest.fixture(scope="session")
def serve():
    """A function that serves a folder on loopback and returns its address."""
    with contextlib.ExitStack() as servers:

        def start(folder: Path) -> str:
            handler = functools.partial(_Quiet, directory=str(folder))
            server = servers.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args) -> None:
        pass


def _sites(kinds):
    return [f"{kind} {way}" for kind in kinds for way in ("from disk", "over http")]


@pytest.fixture(params=_sites(["book", "small course"]))
def site(request, serve) -> Site:
    """Both sites, each opened from the disk and over HTTP."""
    return _site(request, serve)


@pytest.fixture(params=_sites(["small course"]))
def small(request, serve) -> Site:
    """The small course, opened from the disk and over HTTP."""
    return _site(request, serve)


@pytest.fixture(params=["book from disk", "small course from disk"])
def on_disk(request, serve) -> Site:
    """Both sites, opened from the disk."""
    return _site(request, serve)


def _site(request, serve) -> Site:
    kind, way = request.param.rsplit(" from " if "from" in request.param else " over ", 1)
    folder = request.getfixturevalue("book_folder" if kind == "book" else "small_folder")
    return Site(folder, folder.as_uri() if way == "disk" else _served(folder, serve))


_addresses: dict[Path, str] = {}


def _served(folder: Path, serve) -> str:
    if folder not in _addresses:
        _addresses[folder] = serve(folder)
    return _addresses[folder]


@pytest.fixture
def new_page(browser):
    """A function that opens a fresh browser profile and returns its one page."""
    contexts = []

    def make(**options):
        contexts.append(browser.new_context(**options))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()
