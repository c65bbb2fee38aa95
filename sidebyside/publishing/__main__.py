"""Build the book, or build it again at every change and serve it on this machine.

    python -m sidebyside.publishing build
    python -m sidebyside.publishing serve [--port 8000]

`build` starts from nothing, so that no page of an earlier build stays behind, and fails on any
warning, on a hole in a written chapter and on a page that is not there at the end.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

SERVED_CONF = """\
# Written by `python -m sidebyside.publishing serve` from _config.yml.
from pathlib import Path
from jupyter_book.config import get_final_config
root = Path({root!r})
overrides = {{"external_toc_path": str(root / "_toc.yml"), "latex_individualpages": False}}
found, _ = get_final_config(
    user_yaml=root / "_config.yml", sourcedir=root, cli_config=overrides, validate=False
)
for name in ("html_static_path", "templates_path", "bibtex_bibfiles"):
    found[name] = [str(root / path) for path in found[name]]
found["html_favicon"] = str(root / found["html_favicon"])
logo = found["html_theme_options"]["logo"]
logo.update({{key: str(root / logo[key]) for key in ("image_light", "image_dark")}})
globals().update(found)
"""


def build(root: Path) -> int:
    """Build into ``_build/html``; the exit status says whether the site is whole."""
    site = root / "_build" / "html"
    for stale in (site, root / "_build" / ".doctrees"):
        shutil.rmtree(stale, ignore_errors=True)
    print("Building the book …", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        [_program("jupyter-book"), "build", ".", "-q", "-W", "--keep-going", "-n"],
        cwd=root,
        env=_environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode or not (site / "index.html").exists():
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        print("\n".join(said), file=sys.stderr)
        print("error: the book was not built; the lines above say why", file=sys.stderr)
        return 1
    pages = sum(1 for page in site.rglob("*.html") if "_static" not in page.parts)
    print(f"{pages} pages in {time.monotonic() - began:.0f} s. Open {site / 'index.html'}")
    return 0


def serve(root: Path, port: int) -> int:
    """Serve the book with live reload until interrupted."""
    conf = root / "_build" / "serve" / "conf.py"
    conf.parent.mkdir(parents=True, exist_ok=True)
    conf.write_text(SERVED_CONF.format(root=str(root)), "utf-8")
    command = [_program("sphinx-autobuild"), str(root), str(root / "_build" / "served"), "-q"]
    command += ["-c", str(conf.parent), "-d", str(conf.parent / "doctrees"), "--port", str(port)]
    for watched in ("_build/*", ".git/*", ".venv*/*", "tests/*", "*/.ipynb_checkpoints/*"):
        command += ["--ignore", str(root / watched)]
    try:
        return subprocess.run(command, cwd=root, env=_environment()).returncode
    except KeyboardInterrupt:
        return 0


def _environment() -> dict[str, str]:
    """The environment of the build, in which `sidebyside` is the package that runs here."""
    package = str(Path(__file__).resolve().parents[2])
    return {**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}


def _program(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        sys.exit(f'error: {name} is not installed; run pip install "sidebyside[book]"')
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("build", "serve"))
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the course's checkout")
    parser.add_argument("--port", type=int, default=8000)
    wanted = parser.parse_args()
    root = wanted.root.resolve()
    if not (root / "_config.yml").exists():
        sys.exit(f"error: {root} has no _config.yml; run this at the root of the course")
    return build(root) if wanted.command == "build" else serve(root, wanted.port)


if __name__ == "__main__":
    sys.exit(main())
