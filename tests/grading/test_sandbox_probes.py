"""What is said about this machine, and that grading refuses to start where too little is there."""

from __future__ import annotations

import errno
import json
import os
import time

import pytest

from sidebyside.grading.contract import Limits
from sidebyside.grading.sandbox import (
    Probe,
    Sandbox,
    SandboxError,
    check,
    describe,
    namespaces,
    probe,
    probes,
)
from tests.grading.sandbox_attempts import ROOTS_OF_CONTAINERS, USERS, inside, needs_sandbox

NAMESPACES = ("mount", "PID", "network", "IPC", "UTS")


def test_each_mechanism_is_named_once() -> None:
    names = [found.name for found in probe()]
    assert len(set(names)) == len(names)
    wanted = {f"{name} namespace" for name in (*NAMESPACES, "user", "cgroup")}
    wanted |= {"tmpfs", "pivot_root", "Landlock", "seccomp filter", "limits", "control groups"}
    assert wanted <= set(names)


@needs_sandbox
def test_this_machine_is_enough() -> None:
    assert [found for found in check() if found.missing] == []


@needs_sandbox
@pytest.mark.parametrize("user", USERS)
def test_a_machine_that_offers_too_little_is_refused(user: str) -> None:
    """A sandbox is such a machine: it refuses nearly everything."""

    def work() -> list[object]:
        missing = [found.name for found in probe() if found.missing]
        try:
            check()
            message = ""
        except SandboxError as error:
            message = str(error)
        return [missing, message, len(check(unsafe=True))]

    missing, message, count = inside(work, user).value
    for name in NAMESPACES:
        assert f"{name} namespace" in missing
    assert "user namespace" in missing
    assert "whole sandbox" in missing
    assert count > len(missing)
    for name in missing:
        assert name in message
    assert "--unsafe" in message
    assert "user.max_user_namespaces" in message


def test_probes_that_fail_are_a_missing_mechanism(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(probes.namespaces, "needs_user_namespace", fail)
    assert any(found.missing and "unforeseen" in found.detail for found in probe())
    with pytest.raises(SandboxError, match="unforeseen"):
        check()


def test_another_system_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes.linux, "AVAILABLE", False)
    assert len(probe()) == 1
    with pytest.raises(SandboxError, match="grade on Linux"):
        check()


def test_the_table_is_aligned() -> None:
    text = describe([Probe("a", True, True, "here"), Probe("longer name", False, True, "why")])
    assert text.splitlines() == [
        "a            yes      needed  here",
        "longer name  MISSING  needed  why",
    ]
    assert describe([Probe("a", False, False)]) == "a  no       extra"


@needs_sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up root's rights")
@pytest.mark.parametrize("user", ROOTS_OF_CONTAINERS)
def test_root_of_a_container_makes_sandboxes_too(user: str) -> None:
    def work() -> dict[str, object]:
        children = 0
        try:
            while children < 1000:
                if not os.fork():
                    time.sleep(30)
                    os._exit(0)
                children += 1
        except OSError as error:
            code = error.errno
        return {
            "fork": code,
            "children": children,
            "root": sorted(os.listdir("/")),
            "uid": os.getuid(),
            "rights": namespaces.capabilities(),
            "written": os.access("/etc/passwd", os.W_OK),
        }

    told: list[list[str]] = []
    heard, said = os.pipe()

    def say() -> None:
        os.write(said, json.dumps([found.name for found in probe() if found.missing]).encode())

    attempt = inside(work, user, Sandbox(limits=Limits(processes=16)), before=say)
    told.append(json.loads(os.read(heard, 10_000)))
    os.close(heard)
    os.close(said)
    assert told == [[]]
    assert not attempt.error, attempt
    assert attempt.value["fork"] == errno.EAGAIN
    assert attempt.value["children"] < 200
    assert attempt.value["uid"] == namespaces.INSIDE
    assert attempt.value["rights"] == 0
    assert not attempt.value["written"]
    assert "var" not in attempt.value["root"]
