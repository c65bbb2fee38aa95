"""Print the lock: the exact version of every package of this environment.

The versions are those of Linux with Python 3.11. ``requirements.txt`` is used as pip's
constraints, so a package that another platform does not need is simply not installed there.
"""

import re
import subprocess
import sys

HEADER = """\
# The versions that every install uses, written by `make lock`; the Makefile gives them to pip
# as constraints.
# `pip install -r requirements.txt` installs all of them.
"""


def main() -> None:
    command = [sys.executable, "-m", "pip", "freeze", "--exclude-editable"]
    frozen = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [
        line for line in frozen.splitlines() if "==" in line and not line.startswith("sidebyside")
    ]
    # A local build label (torch's +cpu) names one build of a version; the lock names the version.
    sys.stdout.write(HEADER + "".join(re.sub(r"\+\w+$", "", line) + "\n" for line in lines))


if __name__ == "__main__":
    main()
