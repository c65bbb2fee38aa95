"""Warm kernels for other programs: a notebook runs as it does with the stock provisioner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from traitlets.config import Config

from sidebyside.grading.sandbox import probe
from sidebyside.grading.warm import provisioner
from sidebyside.grading.warm.provisioner import ForkedKernel, WarmProvisioner
from tests.grading.test_warm_parent import gone, runs

PRELOAD = ["numpy", "matplotlib.pyplot"]
NO_SANDBOX = any(one.needed and not one.available for one in probe())


SELECT = "JUPYTER_DEFAULT_PROVISIONER_NAME"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
    monkeypatch.setenv(SELECT, "sidebyside-warm")
    KernelProvisionerFactory.clear_instance()
    yield
    KernelProvisionerFactory.clear_instance()


def configuration(**options: Any) -> Config:
    """Traitlets configuration for the provisioner."""
    return Config({"WarmProvisioner": {"preload": PRELOAD, **options}})


def execute(cells: list[str], where: Path, **options: Any) -> list[Any]:
    """Run a notebook by nbclient; its cells' outputs."""
    traits = {key: options.pop(key) for key in ("sandbox",) if key in options}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, config=configuration(**traits), **options)
    client.execute(cwd=str(where))
    return [cell.outputs for cell in notebook.cells]


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[KernelManager]:
    kernel = KernelManager(config=configuration())
    yield kernel
    if kernel.has_kernel:
        kernel.shutdown_kernel(now=True)


def evaluate(manager: KernelManager, code: str) -> str:
    """Run code in a kernel; what it prints."""
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=300)
        printed: list[str] = []
        client.execute_interactive(
            code,
            timeout=300,
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
        )
        return "".join(printed)
    finally:
        client.stop_channels()


def test_entry_point_names_the_provisioner() -> None:
    found = entry_points(group="jupyter_client.kernel_provisioners", name="sidebyside-warm")
    assert [entry.load() for entry in found] == [WarmProvisioner]


CELLS = [
    "import beside; beside.value",
    "import os, sys; os.getcwd(), sys.argv[0], sys.argv[3:], sys.flags.safe_path",
    "import logging; logging.warning('to stderr')",
    "os.system('echo from a subprocess'); print('printed', file=sys.stderr)",
    "!echo shell",
    "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.get_backend()",
    "sorted((k, v) for k, v in os.environ.items() if not k.startswith(('JPY_', 'JUPYTER_')))",
    "os.getpid() == os.getpgid(0) == os.getsid(0)",
    "os.environ['JPY_PARENT_PID'] == str(os.getppid())",
    "__name__, sys.modules['__main__'].__dict__ is globals()",
    "[path for path in sys.path]",
    "input('?')",
    "1 / 0",
]


def test_notebook_has_the_same_outputs_as_with_the_stock_provisioner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "beside.py").write_text("value = 5\n")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    monkeypatch.setenv("OF_THE_USER", "given to kernels, as always")
    monkeypatch.setenv(SELECT, "local-provisioner")
    stock = execute(CELLS, tmp_path, allow_errors=True)
    monkeypatch.setenv(SELECT, "sidebyside-warm")
    KernelProvisionerFactory.clear_instance()
    warm = execute(CELLS, tmp_path, allow_errors=True)
    for cell, one, other in zip(CELLS, stock, warm, strict=True):
        assert other == one, cell
    assert warm[0][0]["data"]["text/plain"] == "5"
    assert "OF_THE_USER" in warm[6][0]["data"]["text/plain"]
    assert [output["output_type"] for output in warm[5]] == ["execute_result", "display_data"]


def test_kernel_is_forked_and_ends_at_shutdown(manager: KernelManager) -> None:
    manager.start_kernel()
    kernel = manager.provisioner.process
    assert isinstance(kernel, ForkedKernel)
    text = evaluate(manager, "import os; print(os.getpid(), os.getppid())")
    parent = provisioner.warm_parent(("ipykernel.kernelapp", *PRELOAD))
    assert text.split() == [str(kernel.pid), str(parent.pid)]
    manager.shutdown_kernel()
    assert kernel.returncode == 0
    assert gone([kernel.pid], 0)


def test_random_numbers_differ_between_kernels(tmp_path: Path) -> None:
    cells = ["import random, numpy; random.random(), numpy.random.rand()"]
    assert execute(cells, tmp_path) != execute(cells, tmp_path)


def test_interrupt_after_a_timeout(tmp_path: Path) -> None:
    cells = ["import time\nfor _ in range(200):\n    time.sleep(0.1)", "'goes on'"]
    outputs = execute(cells, tmp_path, timeout=1, interrupt_on_timeout=True, allow_errors=True)
    assert outputs[0][0]["ename"] == "KeyboardInterrupt"
    assert outputs[1][0]["data"]["text/plain"] == "'goes on'"


def test_interrupt_reaches_the_processes_of_the_kernel(tmp_path: Path) -> None:
    cells = [
        "import subprocess, time\n"
        "process = subprocess.Popen(['sleep', '600'])\n"
        "for _ in range(200):\n    time.sleep(0.1)",
        "process.wait(10)",
    ]
    outputs = execute(cells, tmp_path, timeout=1, interrupt_on_timeout=True, allow_errors=True)
    assert outputs[1][0]["data"]["text/plain"] == str(-signal.SIGINT)


def test_timeout_without_interrupt(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(CellTimeoutError):
        execute(["import time; time.sleep(3600)"], tmp_path, timeout=1)
    assert time.monotonic() - begun < 1800


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_dying_kernel_is_noticed(tmp_path: Path, end: str) -> None:
    with pytest.raises(DeadKernelError):
        execute([f"import os; {end}", "1"], tmp_path, timeout=300)
    assert execute(["1"], tmp_path)[0][0]["data"]["text/plain"] == "1"


def test_interrupt_and_restart(manager: KernelManager) -> None:
    manager.start_kernel()
    before = manager.provisioner.process
    assert evaluate(manager, "x = 1; print(x)") == "1\n"
    manager.interrupt_kernel()
    assert evaluate(manager, "print(x)") == "1\n"
    manager.restart_kernel(now=True)
    assert gone([before.pid], 0) and before.returncode == -signal.SIGKILL
    assert evaluate(manager, "print('x' in globals())") == "False\n"
    manager.restart_kernel()
    assert evaluate(manager, "print('x' in globals())") == "False\n"


def test_kill_reaches_daemons(manager: KernelManager) -> None:
    manager.start_kernel()
    pid = int(
        evaluate(
            manager,
            "import subprocess\n"
            "print(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)",
        )
    )
    assert runs(pid)
    manager.shutdown_kernel(now=True)
    assert not runs(pid)


def test_lost_warm_parent_is_replaced(tmp_path: Path) -> None:
    parent = provisioner.warm_parent(("ipykernel.kernelapp", *PRELOAD))
    before = parent.pid
    os.kill(before, signal.SIGKILL)
    assert execute(["1"], tmp_path)[0][0]["data"]["text/plain"] == "1"
    assert parent.alive and parent.pid != before


@pytest.mark.parametrize(
    ("command", "options", "reason"),
    [
        ([sys.executable, "-m", "ipykernel_launcher", "-f", "x"], {}, ""),
        ([sys.executable, "-m", "other_kernel", "-f", "x"], {}, "not ipykernel"),
        ([sys.executable, "-X", "dev", "-m", "ipykernel_launcher"], {}, "not ipykernel"),
        (["/usr/bin/env", "-m", "ipykernel_launcher"], {}, "another Python"),
        (["no-such-command", "-m", "ipykernel_launcher"], {}, "another Python"),
        ([sys.executable, "-m", "ipykernel_launcher"], {"independent": True}, "outlive"),
        ([sys.executable, "-m", "ipykernel_launcher"], {"preexec_fn": print}, "preexec_fn"),
        ([sys.executable, "-m", "ipykernel_launcher"], {"stdout": subprocess.PIPE}, "pipe"),
        ([sys.executable, "-m", "ipykernel_launcher"], {"cwd": "/no/such/place"}, "directory"),
        (
            [sys.executable, "-m", "ipykernel_launcher"],
            {"env": {**os.environ, "KERAS_BACKEND": "torch"}},
            "its own KERAS_BACKEND",
        ),
    ],
)
def test_what_cannot_be_a_fork(command: list[str], options: dict, reason: str) -> None:
    found = provisioner.unfit(command, options)
    assert bool(found) == bool(reason) and reason in found


def test_other_kernels_are_started_as_always(tmp_path: Path) -> None:
    """A kernelspec whose command only looks like another interpreter: it has an option more."""
    kernel = KernelManager(config=configuration())
    kernel._kernel_spec = KernelSpec(
        argv=[sys.executable, "-B", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        display_name="another",
        language="python",
    )
    kernel.start_kernel()
    try:
        assert isinstance(kernel.provisioner, WarmProvisioner)
        assert isinstance(kernel.provisioner.process, subprocess.Popen)
        assert evaluate(kernel, "import sys; print(sys.flags.dont_write_bytecode)") == "1\n"
    finally:
        kernel.shutdown_kernel(now=True)


def test_unable_to_start_the_warm_parent_costs_nothing_but_speed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(*_: object) -> None:
        asked.append(True)
        raise provisioner.WarmError("refused by the test")

    monkeypatch.setattr(provisioner.WarmParent, "start", refuse)
    assert execute(["1"], tmp_path)[0][0]["data"]["text/plain"] == "1"
    assert asked


def test_environment_variable_selects_it_and_nothing_is_left(tmp_path: Path) -> None:
    """As another program uses it; the warm parent ends with the program."""
    code = textwrap.dedent(
        f"""
        import nbformat
        from nbclient import NotebookClient
        from traitlets.config import Config
        from sidebyside.grading.warm import provisioner
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell("import os; print(os.getpid())")]
        )
        config = Config({{"WarmProvisioner": {{"preload": []}}}})
        client = NotebookClient(notebook, config=config)
        client.execute(cwd={str(tmp_path)!r})
        (parent,) = provisioner._parents.values()
        print(parent.pid, notebook.cells[0].outputs[0].text)
        """
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) == 2 and gone(pids)


def test_signals_through_the_stock_provisioner_reach_no_foreign_group(
    manager: KernelManager,
) -> None:
    """`LocalProvisioner` would ask for the group at once, when it may still be the parent's."""
    manager.start_kernel()
    assert isinstance(manager.provisioner, LocalProvisioner)
    assert manager.provisioner.pgid is None
    parent = provisioner.warm_parent(("ipykernel.kernelapp", *PRELOAD))
    for _ in range(10):
        manager.restart_kernel(now=True)
        manager.interrupt_kernel()
    assert parent.alive


@pytest.mark.skipif(NO_SANDBOX, reason="this machine offers no sandbox")
def test_sandboxed_kernel(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("value = 5\n")
    secret = tmp_path.parent / "secret"
    secret.write_text("hidden")
    cells = [
        "import beside, os; print(beside.value, os.getcwd())",
        f"open({str(secret)!r}).read()",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "open('made', 'w').write('x')",
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.get_backend()",
        "import time; time.sleep(30)",
        "pid = os.fork()\nif pid == 0:\n    print('from a child'); os._exit(0)\nos.wait()[1]",
    ]
    outputs = execute(
        cells, tmp_path, sandbox=True, allow_errors=True, timeout=2, interrupt_on_timeout=True
    )
    assert outputs[0][0]["text"].startswith("5 ")
    assert str(tmp_path) not in outputs[0][0]["text"]
    assert outputs[1][0]["ename"] in ("FileNotFoundError", "PermissionError")
    assert outputs[2][0]["output_type"] == "error"
    assert not (tmp_path / "made").exists()
    assert "image/png" in outputs[4][1]["data"]
    assert outputs[5][0]["ename"] == "KeyboardInterrupt"
    assert outputs[6][-1]["data"]["text/plain"] == "0"


@pytest.mark.skipif(NO_SANDBOX, reason="this machine offers no sandbox")
def test_sandboxed_kernel_restarts_and_clears_up(tmp_path: Path) -> None:
    kernel = KernelManager(config=configuration(sandbox=True))
    kernel.start_kernel(cwd=str(tmp_path))
    assert evaluate(kernel, "x = 1; print(x)") == "1\n"
    directory = Path(kernel.connection_file).parents[1]
    assert directory.stat().st_mode & 0o077 == 0  # the connection's key is for no other user
    kernel.restart_kernel(now=True)
    assert evaluate(kernel, "print('x' in globals())") == "False\n"
    kernel.shutdown_kernel()
    assert not directory.exists()


@pytest.mark.skipif(NO_SANDBOX, reason="this machine offers no sandbox")
def test_sandbox_is_never_left_out(tmp_path: Path) -> None:
    kernel = KernelManager(config=configuration(sandbox=True))
    with pytest.raises(provisioner.WarmError, match="can't be run in a sandbox"):
        kernel.start_kernel(cwd=str(tmp_path), independent=True)
