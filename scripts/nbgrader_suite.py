"""nbgrader's own tests, with its kernels forked by the warm parent, and without: no difference.

    python scripts/nbgrader_suite.py            # both, and compare
    python scripts/nbgrader_suite.py --warm     # with the provisioner only
    python scripts/nbgrader_suite.py --stock    # without it only

Runs the part of the suite that starts kernels or judges what they gave: autograde, validate,
feedback, solutions, and the preprocessors. The tests are those that nbgrader's own distribution
brings. Ends with 1 if a test's outcome differs between the two, or if no kernel was forked; run one
way only, if a test fails.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT = "NBGRADER_SUITE_REPORT"
PARTS = (
    "nbgrader.tests.preprocessors",
    "nbgrader.tests.test_validator",
    "nbgrader.tests.apps.test_nbgrader_autograde",
    "nbgrader.tests.apps.test_nbgrader_validate",
    "nbgrader.tests.apps.test_nbgrader_generate_feedback",
    "nbgrader.tests.apps.test_nbgrader_generate_solution",
)
PROVISIONERS = {"stock": "local-provisioner", "warm": "sidebyside-warm"}

# --- in pytest's process: this file is also its plugin ------------------------------------------

_outcomes: dict[str, str] = {}
_kernels: collections.Counter[str] = collections.Counter()


def pytest_configure() -> None:
    """Count the kernels that are started, by how."""
    from jupyter_client.provisioning import LocalProvisioner

    from sidebyside.grading.warm.provisioner import WarmProvisioner

    for provisioner in (LocalProvisioner, WarmProvisioner):
        _count(provisioner)


def _count(provisioner: type) -> None:
    launch = provisioner.launch_kernel

    async def counting(self: object, cmd: list[str], **options: object) -> object:
        result = await launch(self, cmd, **options)
        if type(self) is provisioner:
            _kernels[type(self.process).__name__] += 1
        return result

    provisioner.launch_kernel = counting


def pytest_runtest_logreport(report: object) -> None:
    """Note the worst outcome of a test's set-up, call and tear-down."""
    if report.outcome != "passed" or report.when == "call":
        # Not the node's name, which contains the way from the working directory to the tests.
        path, _, test = report.location
        _outcomes[f"{Path(path).name}: {test}"] = report.outcome


def pytest_sessionfinish() -> None:
    """Write down what was noted."""
    report = {"outcomes": _outcomes, "kernels": _kernels}
    Path(os.environ[REPORT]).write_text(json.dumps(report))


# --- the command --------------------------------------------------------------------------------


def lay_out(directory: Path) -> None:
    """Make the few files of nbgrader's repository that its tests look for from where they run."""
    guide = directory / "nbgrader" / "docs" / "source" / "user_guide"
    (guide / "source").mkdir(parents=True)
    tests = importlib.util.find_spec("nbgrader.tests").submodule_search_locations[0]
    shutil.copy(Path(tests, "apps", "files", "autotests.yml"), guide)
    (guide / "grades.csv").write_text("student,score\nbitdiddle,1.5\n")


def run(way: str, selection: list[str]) -> tuple[dict[str, str], dict[str, int], float]:
    """Run the suite once. Outcome of each test, kernels by how they were started, and seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        lay_out(Path(scratch))
        report = Path(scratch, "report.json")
        path = [str(ROOT), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {
            REPORT: str(report),
            "JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONERS[way],
            "PYTHONPATH": os.pathsep.join(filter(None, path)),
            # nbgrader calls `alembic` and `jupyter` by name
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", scratch]
        command += ["-p", "nbgrader_suite", "-p", "no:cacheprovider", "-W", "ignore"]
        begun = time.monotonic()
        subprocess.run([*command, *selection, "--pyargs", *PARTS], env=environment, cwd=scratch)
        seconds = time.monotonic() - begun
        if not report.exists():
            raise SystemExit("pytest did not finish: see above")
        found = json.loads(report.read_text())
        return found["outcomes"], found["kernels"], seconds


def main() -> int:
    """Run, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group()
    for way in PROVISIONERS:
        which.add_argument(f"--{way}", dest="ways", action="store_const", const=[way])
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests that match, as in pytest")
    options = parser.parse_args()
    if importlib.util.find_spec("nbgrader.tests") is None:
        raise SystemExit("this nbgrader came without its tests; install it from its wheel by pip")
    selection = ["-k", options.k] if options.k else []
    results = {}
    for way in options.ways or list(PROVISIONERS):
        print(f"nbgrader {importlib.metadata.version('nbgrader')}, {way} kernels", flush=True)
        results[way] = run(way, selection)
    for way, (outcomes, kernels, seconds) in results.items():
        counts = collections.Counter(outcomes.values())
        numbers = ", ".join(f"{counts[what]} {what}" for what in ("passed", "failed", "skipped"))
        started = ", ".join(f"{number} {kind}" for kind, number in kernels.items()) or "none"
        print(f"{way:5}  {numbers}; {seconds:.0f} s; kernels: {started}")
    return judge({way: outcomes for way, (outcomes, _, _) in results.items()}, results)


def judge(outcomes: dict[str, dict[str, str]], results: dict[str, tuple]) -> int:
    """Say what differs or fails; the exit code."""
    code = 0
    if "warm" in results and not results["warm"][1].get("ForkedKernel"):
        print("no kernel was forked: the provisioner was not used")
        code = 1
    tests = sorted(set().union(*outcomes.values()))
    if not tests:
        print("no test ran")
        code = 1
    for test in tests:
        seen = {way: found.get(test, "not run") for way, found in outcomes.items()}
        if len(set(seen.values())) > 1:
            print(f"differs: {test}: " + ", ".join(f"{way} {what}" for way, what in seen.items()))
            code = 1
        elif "failed" in seen.values():
            print(f"fails{' both ways' if len(seen) > 1 else ''}: {test}")
            code = code if len(seen) > 1 else 1
    if len(outcomes) > 1 and not code:
        print("no difference")
    return code


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
