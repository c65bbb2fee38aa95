"""``sidebyside check-assignment`` as an author runs it: examiner, sandbox, exit code."""

import json
import os
import subprocess
import sys

import nbformat
import pytest

from sidebyside.authoring.notebooks import ROOT
from tests.grading.checking_assignment import change, notebook


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "source" / "small"
    folder.mkdir(parents=True)
    nbformat.write(notebook(), folder / "small.ipynb")
    return tmp_path


def check(course, *options):
    """Run the command; returns the finished process and what it wrote as JSON."""
    written = course / "check.json"
    written.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sidebyside.grading.commands", "check-assignment", "small"]
    ran = subprocess.run(
        [*command, "--course", str(course), "--json", str(written), *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    return ran, json.loads(written.read_text()) if written.exists() else None


def test_a_sound_assignment_passes_and_its_mutants_are_tried(course):
    ran, said = check(course, "--mutants", "5", "--workers", "2")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert said["findings"] == []
    assert {score["task"]: score["examined"] for score in said["scores"]} == {"area": 5, "clip": 5}
    assert said["mutation_score"] > 0.5
    assert "score" in ran.stdout


def test_what_can_not_be_examined_is_said(course):
    """The reference is inspected by a test: that can't be done from another process."""
    made = change(
        "test-area",
        "assert abs(area(1)",
        "import inspect\ninspect.getsource(area)\nassert abs(area(1)",
    )
    nbformat.write(made, course / "source" / "small" / "small.ipynb")
    ran, said = check(course, "--no-mutation")
    assert ran.returncode == 1
    kinds = {(finding["kind"], finding["cell"]) for finding in said["findings"]}
    assert ("can-not-cross", "test-area") in kinds
    assert ("reference-loses-points", "test-area") in kinds


def test_an_unknown_assignment_is_one_line(course):
    ran, said = check(course, "--bank", str(course / "nowhere"))
    assert (ran.returncode, said) == (1, None)
    assert ran.stderr.startswith("error: ") and "nowhere" in ran.stderr
