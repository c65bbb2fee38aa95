"""Make the environment that a make target needs, once; quick when it is there already.

    python3 scripts/environment.py book .venv-book   # to build the book: no framework
    python3 scripts/environment.py test .venv        # all: frameworks, JupyterLab, nbgrader, tests

Uses the standard library alone, and runs on any Python 3.6 or newer so that an unsuitable one can
be told so in one line. Versions come from ``requirements.txt``; ``--newest`` leaves them out.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCK = os.path.join(ROOT, "requirements.txt")
OLDEST, NEWEST = (3, 11), (3, 13)  # TensorFlow 2.21 has wheels for these
PROFILES = {  # extra of pyproject.toml: (what it is, gigabytes on disk while it installs)
    "book": ("the book's environment (no TensorFlow, no PyTorch)", 1.0),
    "test": ("the full environment (TensorFlow, PyTorch, JupyterLab, nbgrader)", 6.0),
}


def stop(message):
    """End with one line on stderr."""
    sys.exit("error: " + message)


def check_python():
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        stop(
            "Python {}.{} to {}.{} is needed, and this is {}.{} ({}); "
            "name another with: make PYTHON=python3.11".format(
                *OLDEST, *NEWEST, *sys.version_info[:2], sys.executable
            )
        )
    if sys.platform not in ("linux", "darwin"):
        stop(f"Linux or macOS is needed, and this is {sys.platform}; on Windows use WSL")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "this Python has no venv module; on Debian and Ubuntu: "
            "apt install python{}.{}-venv".format(*sys.version_info[:2])
        )


def check_disk(folder, gigabytes):
    free = shutil.disk_usage(folder).free / 1e9
    if free < gigabytes:
        stop(
            f"about {gigabytes:.0f} GB of free disk space are needed, "
            f"and {folder} has {free:.1f} GB"
        )


def fingerprint(profile, newest):
    """Changes when the environment has to be brought up to date."""
    digest = hashlib.sha256(f"{profile} {newest} {sys.version_info[:2]}".encode())
    for name in ("requirements.txt", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def install(python, arguments, log_path):
    """Run pip; a line of progress for every 25 packages, the whole output into a log."""
    command = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", *arguments]
    seen = 0
    with open(log_path, "w") as log:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            cwd=ROOT,
        )
        for line in process.stdout:
            log.write(line)
            text = line.strip()
            if text.startswith(("Downloading", "Using cached")) and ".metadata" not in text:
                seen += 1
                large = "MB)" in text and float(text.rsplit("(", 1)[1].split()[0]) > 100
                if seen % 25 == 0 or large:
                    print(f"  {seen:3d} packages: {text}", flush=True)
            elif text.startswith("Installing collected"):
                print(f"  {seen:3d} packages: unpacking …", flush=True)
    if process.wait() != 0:
        with open(log_path) as log:
            tail = [line.rstrip() for line in log if line.lower().startswith("error")][-3:]
        if any("No space left" in line for line in tail):
            stop(f"the disk is full; the log is {log_path}")
        for line in tail:
            print("  " + line, file=sys.stderr)
        stop(f"pip could not install the environment; the whole log is {log_path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("profile", choices=sorted(PROFILES))
    parser.add_argument("folder", help="where the virtual environment lies or will lie")
    parser.add_argument("--newest", action="store_true", help="newest versions, not the lock's")
    options = parser.parse_args()
    folder = os.path.abspath(os.path.join(ROOT, options.folder))
    python = os.path.join(folder, "bin", "python")
    stamp = os.path.join(folder, "sidebyside-ready")

    check_python()
    wanted = fingerprint(options.profile, options.newest)
    if os.path.exists(stamp) and os.path.exists(python):
        with open(stamp) as file:
            if file.read() == wanted:
                return
    what, gigabytes = PROFILES[options.profile]
    check_disk(ROOT, gigabytes)
    print(f"Setting up {what}, once …", flush=True)
    if os.path.exists(stamp):
        os.remove(stamp)
    if not os.path.exists(python) or subprocess.call([python, "-c", ""]) != 0:
        shutil.rmtree(folder, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", folder], stderr=subprocess.PIPE)
        if made.returncode != 0:
            reason = made.stderr.decode(errors="replace").strip().splitlines()[-1:]
            stop("the virtual environment could not be made: {}".format(" ".join(reason)))
    # pip leaves what is installed and good enough alone unless it is told to look for newer.
    newest = ["--upgrade", "--upgrade-strategy", "eager"]
    versions = newest if options.newest else ["--constraint", LOCK]
    install(
        python,
        [*versions, "--editable", f".[{options.profile}]"],
        os.path.join(folder, "install.log"),
    )
    with open(stamp, "w") as file:
        file.write(wanted)
    print(f"  ready: {os.path.relpath(folder, ROOT)}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        stop(str(error))
    except KeyboardInterrupt:
        stop("interrupted; the next run continues")
