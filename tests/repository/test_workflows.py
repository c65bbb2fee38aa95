"""The workflows run what a person runs: the Makefile's targets."""

import re

import pytest
import yaml

from sidebyside.authoring.notebooks import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))


def commands(path):
    jobs = yaml.safe_load(path.read_text())["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_command_is_a_target_of_the_makefile(path):
    assert commands(path)
    for command in commands(path):
        program, target, *rest = command.split()
        assert program == "make" and target in TARGETS, command
        assert all("=" in word for word in rest), command


def test_tests_newest_versions_gpu_and_publishing_each_have_a_workflow():
    assert {path.stem for path in WORKFLOWS} == {"tests", "gpu", "newest", "pages", "stock"}


def test_the_continuous_integration_script_runs_make_test():
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("exec make test")
