"""Have submissions examined on this machine, several at once.

The examination runs in other processes; the threads here only wait for them. All of them share one
warm parent, which is started again when it is lost.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Protocol

from sidebyside.errors import SideBySideError
from sidebyside.grading.contract import Job, Outcome
from sidebyside.grading.warm import WarmParentLost

ATTEMPTS = 3  # examinations of one job, where the warm parent was lost under it


class Parent(Protocol):
    """The part of ``WarmParent`` that is used here."""

    def start(self) -> Any: ...

    def stop(self) -> Any: ...


Examine = Callable[[Job, Any], Outcome]


@dataclass(frozen=True)
class Fault:
    """A job that could not be examined, through no fault of the submission."""

    reason: str


class ParentFailed(SideBySideError):
    """The warm parent can't be started."""


class Parents:
    """One warm parent for all threads of a process; made when first needed, again when lost."""

    def __init__(self, make: Callable[[], Parent]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._parent: Parent | None = None
        self._stopped = False

    def get(self) -> Parent:
        """The present parent, started.

        Raises:
            ParentFailed: it can't be started.
        """
        with self._lock:
            if self._stopped:
                raise ParentFailed("grading is being stopped")
            if self._parent is None:
                parent = self._make()
                try:
                    parent.start()
                except Exception as error:
                    parent.stop()
                    raise ParentFailed(
                        f"the process that imports the packages can't be started: {error}"
                    ) from error
                self._parent = parent
            return self._parent

    def lost(self, parent: Parent) -> None:
        """Note that ``parent`` is gone (several threads may notice)."""
        with self._lock:
            if self._parent is parent:
                self._parent = None
                parent.stop()

    def stop(self) -> None:
        """End the parent, and with it all examinations."""
        with self._lock:
            self._stopped = True
            if self._parent is not None:
                self._parent.stop()
                self._parent = None


def examine_once(job: Job, examine: Examine, parents: Parents) -> Outcome | Fault:
    """Examine a job; again, if the warm parent was lost under it.

    Raises:
        ParentFailed: no parent can be had, so no job can be examined.
    """
    for _ in range(ATTEMPTS):
        parent = parents.get()
        try:
            return examine(job, parent)
        except WarmParentLost:
            parents.lost(parent)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{where.filename.rsplit('/', 1)[-1]}:{where.lineno}"
            return Fault(f"{type(error).__name__}: {str(error)[:300]} ({place})")
    return Fault(f"the process that all submissions are forked from died {ATTEMPTS} times under it")


def run(
    jobs: Iterable[Job], workers: int, examine: Examine, parent_factory: Callable[[], Parent]
) -> Iterator[tuple[Job, Outcome | Fault]]:
    """Examine jobs with ``workers`` threads; yields each as it is done.

    Jobs are taken from the iterable in the caller's thread, a few ahead of the workers. Closing the
    iterator, or an exception such as KeyboardInterrupt, ends the warm parent and with it whatever
    is being examined; what was finished by then is still yielded.

    Raises:
        ParentFailed: the warm parent can't be started.
    """
    parents = Parents(parent_factory)
    executor = ThreadPoolExecutor(workers, thread_name_prefix="examine")
    running: dict[Future, Job] = {}
    source = iter(jobs)
    exhausted = False
    try:
        while True:
            while not exhausted and len(running) < workers + 1:
                job = next(source, None)
                if job is None:
                    exhausted = True
                    break
                running[executor.submit(examine_once, job, examine, parents)] = job
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future.result()
    except KeyboardInterrupt:
        for future in [one for one in running if one.done() and not one.exception()]:
            yield running.pop(future), future.result()
        raise
    finally:
        for future in running:
            future.cancel()
        parents.stop()
        executor.shutdown(wait=True, cancel_futures=True)
