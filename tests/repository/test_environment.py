"""Setting up: quick the second time, and one line where this machine will not do."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest

from sidebyside.authoring.notebooks import ROOT

SCRIPT = ROOT / "scripts" / "environment.py"


@pytest.fixture
def environment():
    spec = importlib.util.spec_from_file_location("environment", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def message_of(call, *arguments):
    with pytest.raises(SystemExit) as caught:
        call(*arguments)
    message = str(caught.value)
    assert message.startswith("error: ") and "\n" not in message
    return message


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14)])
def test_an_unsuitable_python_is_said_in_one_line(environment, monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", (*version, 0))
    message = message_of(environment.check_python)
    assert "3.11 to 3.13" in message and ".".join(map(str, version)) in message
    assert "PYTHON=" in message


def test_windows_is_pointed_to_wsl(environment, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert "WSL" in message_of(environment.check_python)


def test_a_python_without_venv_is_said_in_one_line(environment, monkeypatch):
    monkeypatch.setitem(sys.modules, "venv", None)
    assert "venv" in message_of(environment.check_python)


def test_too_little_disk_is_said_in_one_line(environment, monkeypatch, tmp_path):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10e9, 9e9, 1e9))
    message = message_of(environment.check_disk, str(tmp_path), 6.0)
    assert "6 GB" in message and "1.0 GB" in message
    environment.check_disk(str(tmp_path), 0.5)


def fake_python(folder, script):
    """A program that stands for the environment's Python, whatever module it is asked to run."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_progress_is_shown_and_the_whole_output_is_logged(environment, tmp_path, capsys):
    script = (
        "for i in $(seq 30); do echo 'Downloading p.whl (3 kB)'; done\n"
        "echo 'Downloading tensorflow.whl (600.0 MB)'\necho 'Installing collected packages: p'"
    )
    environment.install(fake_python(tmp_path, script), [], str(tmp_path / "log"))
    shown = capsys.readouterr().out
    assert shown.count("\n") == 3 and "tensorflow" in shown and "unpacking" in shown
    assert (tmp_path / "log").read_text().count("p.whl") == 30


@pytest.mark.parametrize(
    ("error", "says"),
    [("No matching distribution found", "whole log"), ("No space left on device", "disk is full")],
)
def test_a_failed_install_ends_with_one_line_and_the_log(environment, tmp_path, error, says):
    python = fake_python(tmp_path, f"echo 'ERROR: {error}'\nexit 1")
    message = message_of(environment.install, python, [], str(tmp_path / "log"))
    assert says in message and "log" in message


def test_an_environment_that_is_ready_is_left_alone(environment, tmp_path):
    (tmp_path / "bin").mkdir()
    fake_python(tmp_path / "bin", "exit 1")
    (tmp_path / "sidebyside-ready").write_text(environment.fingerprint("book", False))
    done = subprocess.run(
        [sys.executable, SCRIPT, "book", tmp_path], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "wanted"),
    [([], ["--constraint"]), (["--newest"], ["--upgrade", "--upgrade-strategy", "eager"])],
)
def test_versions_come_from_the_lock_or_are_the_newest(
    environment, monkeypatch, tmp_path, options, wanted
):
    """Without --upgrade pip keeps what an environment has, and nothing would be newer."""
    (tmp_path / "bin").mkdir()
    fake_python(tmp_path / "bin", "exit 0")
    asked = []
    monkeypatch.setattr(environment, "check_disk", lambda folder, gigabytes: None)
    monkeypatch.setattr(
        environment, "install", lambda python, arguments, log: asked.extend(arguments)
    )
    monkeypatch.setattr(sys, "argv", ["environment.py", "book", str(tmp_path), *options])
    environment.main()
    assert asked[: len(wanted)] == wanted and asked[-2:] == ["--editable", ".[book]"]
    assert ("--constraint" in asked) == (not options)


def test_a_changed_lock_or_profile_asks_for_a_new_install(environment, monkeypatch, tmp_path):
    before = environment.fingerprint("book", False)
    assert environment.fingerprint("test", False) != before
    assert environment.fingerprint("book", True) != before
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "requirements.txt").open("a").write("another==1.0\n")
    monkeypatch.setattr(environment, "ROOT", str(tmp_path))
    assert environment.fingerprint("book", False) != before


def test_the_lock_names_every_direct_dependency_once(environment):
    import tomllib

    locked = [line.split("==")[0].lower() for line in (ROOT / "requirements.txt").open()]
    locked = [name.replace("_", "-") for name in locked if not name.startswith("#")]
    assert len(locked) == len(set(locked))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = [requirement for each in lists for requirement in each]
    names = {re.split(r"[\[<>=]", w)[0].lower() for w in wanted} - {"sidebyside"}
    assert names - set(locked) == set()


def test_building_the_book_installs_no_framework(environment):
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    book = " ".join(project["optional-dependencies"]["book"] + project["dependencies"])
    assert not any(name in book for name in ("tensorflow", "torch", "frameworks", "sidebyside["))
