"""A right answer is not marked down by the sandbox: both frameworks work in it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grading.sandbox_attempts import USERS, needs_sandbox


@needs_sandbox
def test_both_frameworks_work_inside_with_the_default_limits() -> None:
    for framework in ("tensorflow", "torch", "matplotlib"):
        if importlib.util.find_spec(framework) is None:  # not imported here: it starts threads
            pytest.skip(f"{framework} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.grading.sandbox_frameworks", *USERS],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=900,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(lines) == len(USERS), done.stderr[-2000:]
    for user, found in zip(USERS, lines, strict=True):
        assert {step: reason for step, reason in found.items() if reason} == {}, user
        assert len(found) >= 6
