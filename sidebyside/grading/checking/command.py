"""``sidebyside check-assignment NAME``: what an author learns before an assignment is released."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sidebyside.grading.checking.accepted import FILE, read_accepted
from sidebyside.grading.checking.check import Execute, check
from sidebyside.grading.checking.findings import MEND, Finding
from sidebyside.grading.checking.report import text
from sidebyside.grading.checking.target import CheckError, Target, read_targets
from sidebyside.grading.contract import Job, Outcome
from sidebyside.grading.examiner.plan import make_plan


def add_parser(subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "check-assignment",
        help="before a release: what the examiner, the answer bank and mutants find",
        description=__doc__.splitlines()[0],
    )
    parser.add_argument("assignment", metavar="NAME", help="the assignment's name")
    parser.add_argument(
        "--course", type=Path, default=Path(), metavar="DIR", help="an nbgrader course directory"
    )
    parser.add_argument(
        "--bank", type=Path, metavar="DIR",
        help="the answer bank, with wrong/ and right/ (default: tests/answers/NAME)",
    )  # fmt: skip
    parser.add_argument("--workers", type=int, default=0, help="examined at once (default: cores)")
    parser.add_argument(
        "--mutants", type=int, default=40, metavar="N", help="examined for each task (default: 40)"
    )
    parser.add_argument("--no-mutation", action="store_true", help="leave the mutants out")
    parser.add_argument(
        "--minimum", type=float, metavar="SCORE", help="fail below this mutation score, 0 to 1"
    )
    parser.add_argument("--strict", action="store_true", help="fail on what is to be looked at too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there as well")
    parser.add_argument("--unsafe", action="store_true", help="without the sandbox")
    parser.set_defaults(run=run)


def problems(target: Target) -> Iterator[Finding]:
    """What can't be examined across two processes, by the examiner's own plan."""
    for problem in make_plan(target.instructor).problems:
        yield Finding("can-not-cross", MEND, problem.cell, problem.what, problem.advice)


@contextlib.contextmanager
def examiner(targets: Sequence[Target], workers: int, unsafe: bool) -> Iterator[Execute]:
    """Examine jobs on this machine, several at once; one warm parent for all.

    Raises:
        SandboxError: the machine can't offer the sandbox.
        CheckError: a job could not be examined, by no fault of its own.
    """
    from sidebyside.grading import sandbox
    from sidebyside.grading.course.pool import Fault, Parents, examine_once
    from sidebyside.grading.examiner import examine
    from sidebyside.grading.warm import WarmParent

    sandbox.check(unsafe=unsafe)
    modules = sorted({name for target in targets for name in make_plan(target.instructor).imports})
    parents = Parents(lambda: WarmParent(modules))

    def examined(job: Job) -> Outcome:
        outcome = examine_once(dataclasses.replace(job, unsafe=unsafe), examine, parents)
        if isinstance(outcome, Fault):
            raise CheckError(f"{job.student} could not be examined: {outcome.reason}")
        return outcome

    def execute(jobs: Sequence[Job]) -> Iterator[Outcome]:
        with ThreadPoolExecutor(workers or len(os.sched_getaffinity(0))) as executor:
            try:
                yield from executor.map(examined, jobs)
            except BaseException:  # an interrupt too: what is running must not be waited for
                parents.stop()
                executor.shutdown(wait=True, cancel_futures=True)
                raise

    try:
        yield execute
    finally:
        parents.stop()


def run(options: argparse.Namespace, execute: Execute | None = None) -> int:
    """Check, print, and say by the exit code whether anything must be mended.

    Args:
        execute: examines jobs; the local pool if None.

    Raises:
        CheckError: there is nothing to check.
    """
    if options.mutants < 1:
        raise CheckError(f"--mutants wants at least 1, not {options.mutants}; see --no-mutation")
    course = options.course.resolve()
    targets = read_targets(options.assignment, course, options.bank)
    bank = options.bank or course / "tests" / "answers" / options.assignment

    def go(execute: Execute) -> int:
        report = check(
            targets,
            execute,
            mutants_per_task=options.mutants,
            mutation=not options.no_mutation,
            accepted=read_accepted(bank / FILE),
            problems=problems,
            progress=lambda what: print(what, file=sys.stderr, flush=True),
        )
        if options.json:
            options.json.write_text(
                json.dumps(report.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
            )
        print(text(report), end="")
        score = report.mutation_score
        low = options.minimum is not None and score is not None and score < options.minimum
        if low:
            print(f"The mutation score {score:.1%} is below {options.minimum:.1%}.")
        strict = options.strict and report.findings
        return 1 if report.to_mend or low or strict else 0

    if execute is not None:
        return go(execute)
    with examiner(targets, options.workers, options.unsafe) as execute:
        return go(execute)
