"""Build the book from its stored outputs: ``make book`` and ``make serve``.

Jupyter Book does the work, with every warning an error. Its messages go to ``_build/book.log``; the
warnings, and where the site lies, are shown.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"
SITE = BUILD / "html"
LOG = BUILD / "book.log"
FIRST_PAGE = SITE / "index.html"

JUPYTER_BOOK = str(Path(sys.executable).parent / "jupyter-book")
UNWATCHED = (
    "_build",
    ".git",
    ".venv",
    ".venv-book",
    "exercises",
    "solutions",
    "submitted",
    "tests",
)


def build() -> int:
    """Build the site; returns 0 only where no warning was given and the first page exists."""
    BUILD.mkdir(exist_ok=True)
    started = time.perf_counter()
    command = [JUPYTER_BOOK, "build", str(ROOT), "-W", "--keep-going", "-n"]
    plain = {**os.environ, "NO_COLOR": "1"}
    with LOG.open("w", encoding="utf-8") as log:
        status = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, env=plain).returncode
    lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()
    problems = [line for line in lines if "WARNING" in line or "ERROR" in line]
    if status == 0 and not problems and FIRST_PAGE.exists():
        seconds = time.perf_counter() - started
        print(f"The book is built ({seconds:.0f} s). Open it: {FIRST_PAGE.as_uri()}")
        return 0
    for line in problems or lines[-20:]:
        print(line, file=sys.stderr)
    print(f"error: the book was not built; the whole log is {LOG}", file=sys.stderr)
    return status or 1


def serve(port: int) -> int:
    """Build, serve the site on loopback, and build again whenever a page changes, until stopped."""
    if build() != 0:
        return 1
    conf = ROOT / "conf.py"  # _config.yml in the form that Sphinx's own tools read; not kept
    command = [sys.executable, "-m", "sphinx_autobuild", "--port", str(port), "--quiet"]
    command += [f"--ignore={ROOT / name}/*" for name in UNWATCHED]
    try:
        subprocess.run(
            [JUPYTER_BOOK, "config", "sphinx", str(ROOT)], check=True, stdout=subprocess.DEVNULL
        )
        print(f"Serving the book at http://127.0.0.1:{port}; stop with Ctrl-C.", flush=True)
        return subprocess.run([*command, str(ROOT), str(SITE)]).returncode
    except KeyboardInterrupt:
        return 0
    finally:
        conf.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["build", "serve"])
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    return build() if options.what == "build" else serve(options.port)


if __name__ == "__main__":
    sys.exit(main())
