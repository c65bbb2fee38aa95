"""Execute the book's notebooks top to bottom and store their outputs: ``make notebooks``.

Each chapter runs in a fresh kernel. What it cost goes into the notebook's metadata
(``sidebyside.measured``), from which the book makes the badges and the coverage page: on a CPU the
processor time of the kernel and of the processes it started, which a busy machine hardly changes,
and the peak memory; where a GPU was visible, the wall time. Each run renews its own.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from sidebyside.authoring.notebooks import ROOT, NotebookError, executed, normalise, read, write
from sidebyside.errors import SideBySideError

TIMEOUT = 600  # seconds for one cell

# Asked of the kernel after the last cell, so that no cell has to measure anything.
_MEASURE = """
import json, resource, sys
_unit = 2**20 if sys.platform == "darwin" else 2**10
_torch = sys.modules.get("torch")
_gpu = _torch.cuda.get_device_name(0) if _torch and _torch.cuda.is_available() else None
_own, _children = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
_seconds = sum(usage.ru_utime + usage.ru_stime for usage in (_own, _children))
print(json.dumps([_seconds, _own.ru_maxrss / _unit, _gpu]))
"""


def execute(path: Path, timeout: int = TIMEOUT) -> NotebookNode:
    """Run the notebook at ``path`` in its own folder and return it with outputs, normalised.

    Raises:
        NotebookError: a cell fails, exceeds ``timeout`` seconds, writes to stderr, or the kernel
            dies; the message names the cell.
    """
    notebook = read(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    started, index = time.perf_counter(), 0
    try:
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
            wall_seconds = time.perf_counter() - started
            cpu_seconds, memory, gpu = _measure(client)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(f"{path.name}, cell {index}, failed:\n{error}") from error
    _refuse_stderr(notebook, path)
    facts = notebook.metadata.setdefault("sidebyside", {}).setdefault("measured", {})
    if gpu:
        facts.update(gpu_seconds=round(wall_seconds, 1), gpu=gpu)
    else:
        facts.update(cpu_seconds=round(cpu_seconds, 1), peak_memory_mb=round(memory))
    return normalise(notebook)


def _measure(client: NotebookClient) -> tuple[float, float, str | None]:
    """Processor time in seconds, peak memory in MB, and the GPU's name or None."""
    client.nb.cells.append(new_code_cell(_MEASURE))
    client.execute_cell(client.nb.cells[-1], len(client.nb.cells) - 1, store_history=False)
    seconds, memory, gpu = json.loads(client.nb.cells.pop().outputs[0].text)
    return seconds, memory, gpu


def _refuse_stderr(notebook: NotebookNode, path: Path) -> None:
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise NotebookError(
                    f"{path.name}, cell {index}: writes to stderr, which readers take for an "
                    f"error: {output.text.strip()[:200]!r}"
                )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make notebooks", description=__doc__.splitlines()[0])
    parser.add_argument(
        "only", nargs="?", default="", help="one chapter, such as 04-backpropagation"
    )
    options = parser.parse_args(arguments)
    try:
        for path in executed(options.only):
            print(f"{path.relative_to(ROOT)} …", end=" ", flush=True)
            notebook = execute(path)
            write(notebook, path)
            facts = notebook.metadata["sidebyside"]["measured"]
            print(", ".join(f"{key} {value}" for key, value in facts.items()), flush=True)
    except SideBySideError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
