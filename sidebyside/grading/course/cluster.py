"""Have submissions examined by the workers of a dask.distributed cluster.

A job travels as JSON, the result comes back as JSON and is checked here like any other. Each worker
process has one warm parent, made when its first job arrives; it ends with the process. Nothing of a
submission is imported, unpickled or run in a worker: that happens in the warm parent's sandboxed
children, as on one machine.
"""

from __future__ import annotations

import atexit
import base64
import dataclasses
import importlib
import json
import logging
import math
import os
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import sidebyside
from sidebyside.errors import SideBySideError, require
from sidebyside.grading.contract import CellOutcome, Job, Limits, Outcome
from sidebyside.grading.course.errors import CourseError
from sidebyside.grading.course.pool import Fault, ParentFailed, Parents, examine_once

# Where a worker finds what examines a job, and what it is given.
EXAMINE = "sidebyside.grading.examiner:examine"
PARENT = "sidebyside.grading.warm:WarmParent"
PATIENCE = 30  # seconds to wait for the scheduler, and for a first worker


def run(
    jobs: Iterable[Job],
    scheduler: str,
    modules: list[str],
    *,
    unsafe: bool = False,
) -> Iterator[tuple[Job, Outcome | Fault]]:
    """Examine jobs on a cluster; yields each as it is done.

    Args:
        scheduler: its address, such as ``tcp://10.0.0.1:8786``.
        modules: that the warm parents import.

    Raises:
        CourseError: no scheduler answers there, it has no workers, or they can't examine.
    """
    distributed = require("distributed", extra="cluster", purpose="grading on a cluster")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"no dask scheduler answers at {scheduler!r} ({error}); start one with "
            "`dask scheduler` and give the address that it prints"
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        _check_workers(client, unsafe)
        yield from _run(client, distributed, jobs, modules)
    except distributed.client.FuturesCancelledError as error:
        raise CourseError(
            f"the dask scheduler at {scheduler!r} was lost; what is graded is kept: run the same "
            "command again when there is one"
        ) from error
    except distributed.TimeoutError as error:
        raise CourseError(
            f"the dask scheduler at {scheduler!r} has no workers; start some with "
            f"`dask worker {scheduler}`"
        ) from error
    finally:
        client.close(timeout=5)


def _run(
    client: Any, distributed: Any, jobs: Iterable[Job], modules: list[str]
) -> Iterator[tuple[Job, Outcome | Fault]]:
    source = iter(jobs)
    exhausted = False
    running: dict[Any, Job] = {}
    while True:
        room = 2 * max(1, sum(client.nthreads().values()))
        while not exhausted and len(running) < room:
            job = next(source, None)
            if job is None:
                exhausted = True
                break
            payload = json.dumps(to_plain(job))
            future = client.submit(examine_there, payload, modules, EXAMINE, PARENT, pure=False)
            running[future] = job
        if not running:
            return
        finished = distributed.wait(list(running), return_when="FIRST_COMPLETED").done
        for future in finished:
            job = running.pop(future)
            try:
                result = from_plain(json.loads(future.result()), job)
            except distributed.KilledWorker:  # dask has tried several
                result = Fault("every worker that had it was lost")
            except Exception as error:  # whatever a worker may raise or send
                result = Fault(f"{type(error).__name__}: {str(error)[:300]}")
            yield job, result


def _check_workers(client: Any, unsafe: bool) -> None:
    """Every worker has the same version of this package, and the sandbox."""
    wrong = {}
    for worker, answer in client.run(_describe_worker, unsafe, on_error="return").items():
        if isinstance(answer, BaseException):
            wrong[worker] = f"{type(answer).__name__}: {answer}"
        elif answer["version"] != sidebyside.__version__:
            wrong[worker] = f"has sidebyside {answer['version']}, not {sidebyside.__version__}"
        elif answer["problem"]:
            wrong[worker] = answer["problem"]
    if wrong:
        told = "; ".join(f"{worker}: {reason}" for worker, reason in sorted(wrong.items())[:3])
        raise CourseError(f"{len(wrong)} workers can't examine submissions: {told}")


def _describe_worker(unsafe: bool) -> dict[str, str]:
    from sidebyside.grading import sandbox

    try:
        sandbox.check(unsafe=unsafe)
    except SideBySideError as error:
        return {"version": sidebyside.__version__, "problem": str(error)}
    return {"version": sidebyside.__version__, "problem": ""}


# --- on a worker --------------------------------------------------------------------------------

_lock = threading.Lock()
_parents: dict[tuple[str, ...], Parents] = {}


def examine_there(payload: str, modules: list[str], examine: str, parent: str) -> str:
    """Runs on a worker: a job as JSON to an outcome as JSON."""
    key = (parent, *modules)
    with _lock:
        if key not in _parents:
            make = _named(parent)
            _parents[key] = parents = Parents(lambda: make(modules))
            atexit.register(parents.stop)
        parents = _parents[key]
    try:
        result = examine_once(job_from_plain(json.loads(payload)), _named(examine), parents)
    except ParentFailed as error:
        result = Fault(str(error))
    if isinstance(result, Fault):
        return json.dumps({"fault": result.reason, "worker": os.getpid()})
    return json.dumps(dataclasses.asdict(result))


def _named(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


# --- plain data ---------------------------------------------------------------------------------


def to_plain(job: Job) -> dict[str, Any]:
    """A job as data that JSON can carry."""
    plain = {field.name: getattr(job, field.name) for field in dataclasses.fields(job)}
    for name in ("files", "instructor_files"):
        plain[name] = {
            path: base64.b64encode(content).decode() for path, content in plain[name].items()
        }
    return plain | {"limits": dataclasses.asdict(job.limits), "notes": list(job.notes)}


def job_from_plain(plain: dict[str, Any]) -> Job:
    """The inverse of :func:`to_plain`."""
    for name in ("files", "instructor_files"):
        plain[name] = {path: base64.b64decode(text) for path, text in plain[name].items()}
    plain["limits"] = Limits(**plain["limits"])
    plain["notes"] = tuple(plain["notes"])
    return Job(**plain)


def from_plain(plain: Any, job: Job) -> Outcome | Fault:
    """A worker's answer as an outcome, if every value in it has the type that it must have."""
    if isinstance(plain, dict) and isinstance(plain.get("fault"), str):
        return Fault(plain["fault"])
    try:
        values = _checked(Outcome, plain)
        values["cells"] = tuple(CellOutcome(**_checked(CellOutcome, c)) for c in plain["cells"])
        values["notes"] = tuple(_text(note) for note in plain["notes"])
        if not isinstance(plain["executed"], dict):
            raise TypeError("the notebook")
    except (TypeError, KeyError, ValueError) as error:
        return Fault(f"a worker's answer for {job.student!r} is not valid: {error}")
    return Outcome(**values)


def _checked(kind: type, plain: Any) -> dict[str, Any]:
    names = {field.name: field.type for field in dataclasses.fields(kind)}
    if not isinstance(plain, dict) or set(plain) != set(names):
        raise TypeError(f"{kind.__name__} with other fields")
    for name, wanted in names.items():
        value = plain[name]
        if wanted == "str":
            _text(value)
        elif wanted == "int" and (not isinstance(value, int) or isinstance(value, bool)):
            raise TypeError(f"{name} is no whole number")
        elif wanted == "bool" and not isinstance(value, bool):
            raise TypeError(f"{name} is neither true nor false")
        elif wanted.startswith("float") and not (wanted.endswith("None") and value is None):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TypeError(f"{name} is no number")
            if not math.isfinite(value):
                raise ValueError(f"{name} is {value}")
    return dict(plain)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is none")
    return value
