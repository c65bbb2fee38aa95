"""An executor for tests of what stands around the examiner: trusted notebooks only, one fork each.

It knows nothing of sandboxes or proxies; it runs a job's cells with ``exec`` in a forked process
and scores the test cells the way nbgrader means it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import multiprocessing
import signal
import time

from sidebyside.grading.contract import FAILED, PARTIAL, PASSED, CellOutcome, Outcome


def execute(jobs):
    context = multiprocessing.get_context("fork")
    for job in jobs:
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_child, args=(job, theirs), daemon=True)
        process.start()
        theirs.close()
        cells = mine.recv()
        process.join()
        yield Outcome(
            assignment=job.assignment,
            student=job.student,
            notebook=job.notebook,
            executed={},
            cells=tuple(cells),
            seed=job.seed,
        )


def _child(job, pipe):
    names: dict = {"__name__": "__main__"}
    cells = []

    def late(*_):
        raise TimeoutError("the cell ran longer than its limit")

    signal.signal(signal.SIGALRM, late)
    for cell in job.submitted["cells"]:
        if cell["cell_type"] != "code":
            continue
        marks = cell["metadata"].get("nbgrader", {})
        test = marks.get("grade") and not marks.get("solution")
        began, error, value = time.monotonic(), None, None
        signal.setitimer(signal.ITIMER_REAL, job.limits.cell_seconds)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                value = _run(cell["source"], names)
        except BaseException as caught:
            error = caught
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if not test:
            continue
        points = float(marks["points"])
        partial = isinstance(value, int | float) and not isinstance(value, bool)
        score = 0.0 if error else min(float(value), points) if partial else points
        cells.append(
            CellOutcome(
                grade_id=marks["grade_id"],
                points=points,
                score=score,
                status=FAILED if error else PARTIAL if partial else PASSED,
                reason=f"{type(error).__name__}: {error}" if error else "",
                seconds=time.monotonic() - began,
            )
        )
    pipe.send(cells)


def _run(source, names):
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        exec(compile(ast.Module(tree.body[:-1], []), "cell", "exec"), names)
        return eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    exec(compile(tree, "cell", "exec"), names)
    return None
