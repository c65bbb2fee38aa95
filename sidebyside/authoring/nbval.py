"""Execute every chapter and solution with nbval: ``make test-notebooks`` and ``make gpu``.

On a CPU the stored text outputs of the chapters are compared with what comes out now, except in
cells tagged ``nbval-ignore-output``; solutions are executed and their tests must pass. With
``--gpu`` nothing is compared (the last digits differ) but every cell runs and every ``assert``
holds, in one process, and the run fails where either framework sees no GPU.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sidebyside.authoring.notebooks import ROOT, executed
from sidebyside.frameworks import NEEDED_MIME, PARITY_MIME

# Text that may differ between two sound runs: differences at the level of rounding, and addresses.
SANITISERS = """\
[rounding]
regex: -?(?:\\d(?:\\.\\d+)?e-(?:0[5-9]|[1-9]\\d)|0(?:\\.0+)?e\\+00)
replace: ROUNDING

[address]
regex: 0x[0-9a-f]{6,}
replace: ADDRESS
"""

_SEES_GPU = """
import sys
import tensorflow as tf, torch
missing = [name for name, seen in (
    ("TensorFlow", bool(tf.config.list_physical_devices("GPU"))),
    ("PyTorch", torch.cuda.is_available()),
) if not seen]
sys.exit("no GPU is visible to " + " and ".join(missing) if missing else 0)
"""


class StoredOutputs:
    """The pytest plugin that adapts nbval to this repository's notebooks."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if not hasattr(item, "options"):
                continue
            # The table beside it has the same numbers, sanitised; JSON is compared to the digit.
            item.parent.skip_compare = (*item.parent.skip_compare, PARITY_MIME, NEEDED_MIME)
            if ROOT / "solutions" in item.path.parents:
                item.options["check"] = False  # their tests judge, not their printed text


def default_paths() -> list[str]:
    return [str(path) for path in (*executed(), *sorted((ROOT / "solutions").glob("*/*.ipynb")))]


def run(paths: list[str], *, jobs: int = 1, gpu: bool = False, timeout: int = 600) -> int:
    """Execute the notebooks and return pytest's exit status (5: no cell was found)."""
    if gpu:
        jobs = 1  # several processes would compete for the GPU's memory
        if subprocess.run([sys.executable, "-c", _SEES_GPU]).returncode != 0:
            return 1
    with tempfile.TemporaryDirectory() as folder:
        sanitisers = Path(folder) / "sanitise.cfg"
        sanitisers.write_text(SANITISERS)
        arguments = ["--nbval-lax"] if gpu else ["--nbval", f"--nbval-sanitize-with={sanitisers}"]
        arguments += ["--nbval-current-env", f"--nbval-cell-timeout={timeout}"]
        # A notebook's cells share a kernel, so a notebook stays in one process.
        arguments += ["-n", str(jobs), "--dist", "loadfile"] if jobs > 1 else ["-n", "0"]
        arguments += ["-p", "no:python", "-p", "no:cacheprovider", "-q", "--durations=5"]
        arguments += ["-p", "sidebyside.authoring.nbval", "--rootdir", str(ROOT), *paths]
        return subprocess.run([sys.executable, "-m", "pytest", *arguments]).returncode


def pytest_configure(config: pytest.Config) -> None:
    """Loaded by ``-p`` in pytest and in each of its worker processes."""
    config.pluginmanager.register(StoredOutputs(), "sidebyside-stored-outputs")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", help="notebooks; all chapters and solutions by default")
    parser.add_argument("--jobs", type=int, default=1, help="notebooks at a time")
    parser.add_argument("--gpu", action="store_true", help="fail where no GPU is visible")
    options = parser.parse_args(arguments)
    return run(options.paths or default_paths(), jobs=options.jobs, gpu=options.gpu)


if __name__ == "__main__":
    sys.exit(main())
