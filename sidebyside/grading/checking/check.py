"""Examine an assignment before it is released: reference, blank, answer bank and mutants."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sidebyside.authoring.answers import Answer
from sidebyside.grading.checking.accepted import Accepted, stale
from sidebyside.grading.checking.findings import LOOK, MEND, Finding, Report, Survivor, TaskScore
from sidebyside.grading.checking.mutation import Mutant, mutants, sample
from sidebyside.grading.checking.structure import structure
from sidebyside.grading.checking.target import Target, given, tests
from sidebyside.grading.checking.visible import (
    assembled,
    computed,
    hidden_only,
    refusing,
    rests_on,
    tries_hidden,
    zeroing,
)
from sidebyside.grading.contract import PARTIAL, CellOutcome, Job, Outcome

Execute = Callable[[Sequence[Job]], Iterable[Outcome]]
Group = tuple[str, ...]

REFERENCE, BLANK = "reference", "blank"
WRONG_ANSWERS, RIGHT_ANSWERS = 5, 2


@dataclass
class Tried:
    """A submission of the check.

    Attributes:
        answers: source by ``grade_id``, where it is not the reference's.
        groups: the tasks that it does not answer by the reference.
        lost: points lost, by ``grade_id``; those with a loss only.
        cells: the outcome of every graded cell.
    """

    answers: Mapping[str, str]
    groups: frozenset[Group]
    lost: dict[str, float] = field(default_factory=dict)
    cells: dict[str, CellOutcome] = field(default_factory=dict)


def check(
    targets: Sequence[Target],
    execute: Execute,
    *,
    mutants_per_task: int = 40,
    mutation: bool = True,
    accepted: Sequence[Accepted] = (),
    problems: Callable[[Target], Iterable[Finding]] = lambda target: (),
    progress: Callable[[str], None] = lambda text: None,
) -> Report:
    """Everything that is to be said of an assignment before its release.

    Args:
        targets: the assignment's notebooks.
        execute: examines jobs, in any order; each outcome names its job's student.
        mutants_per_task: at most so many mutants of a task are examined.
        accepted: survivors that the author gives a reason for.
        problems: what can't cross to the examiner, by its own static analysis.
        progress: is told what begins.
    """
    began = time.monotonic()
    report = Report(targets[0].assignment)
    for target in targets:
        one = _Check(target, execute, report, progress)
        one.static(problems)
        one.honest()
        one.bank()
        one.copied()
        if mutation:
            one.mutation(mutants_per_task, accepted)
    report.add(_strangers(targets))
    if mutation:
        known = {task for target in targets for task in target.reference}
        # those of known tasks were looked at with their notebook
        report.add(stale([a for a in accepted if a.task not in known], [], []))
    order = {MEND: 0, LOOK: 1}
    report.findings = sorted(dict.fromkeys(report.findings), key=lambda f: order[f.severity])
    report.seconds = round(time.monotonic() - began, 1)
    return report


def _strangers(targets: Sequence[Target]) -> Iterator[Finding]:
    tasks = {task for target in targets for task in target.reference}
    for answer in targets[0].bank or ():
        if answer.task not in tasks:
            yield Finding(
                "answer-without-task", MEND, answer.task,
                f"The bank's {_short(answer)} answers it, and no solution cell has that name.",
                "Mend the line '# task:'.",
            )  # fmt: skip


class _Check:
    """The stages for one notebook; each adds to the report."""

    def __init__(self, target: Target, execute: Execute, report: Report, progress) -> None:
        self.target, self.execute, self.report, self.progress = target, execute, report, progress
        self.apart: dict[Group, set[Group]] = defaultdict(set)
        self.lost_by: dict[str, set[str]] = defaultdict(set)  # graded cell → kinds of submissions
        self.slowest = 0.0
        self.sound = False

    def find(self, *arguments: str) -> None:
        self.report.add([Finding(*arguments, notebook=self.target.notebook)])

    def static(self, problems) -> None:
        """What shows without running."""
        found = [*structure(self.target), *computed(self.target), *problems(self.target)]
        for finding in found:
            self.report.add([dataclasses.replace(finding, notebook=self.target.notebook)])
        for group, graded in self.target.groups.items():
            if not graded:
                self.find(
                    "task-without-tests", LOOK, group[-1], "No test follows it.",
                    "Let a graded cell stand between it and the next task.",
                )  # fmt: skip

    def run(
        self, tried: Mapping[str, Tried], *, quick: bool = False, target: Target | None = None
    ) -> None:
        """Examine submissions and note what each lost.

        Args:
            target: another form of the notebook to examine them by.
            quick: stop a cell much sooner than a student's would be: ten times the reference.
        """
        if not tried:
            return
        limits = self.target.limits
        if quick:
            seconds = min(limits.cell_seconds, max(5.0, 10 * self.slowest))
            limits = dataclasses.replace(limits, cell_seconds=seconds)
        cells = 1 + len(self.target.instructor.cells)
        limits = dataclasses.replace(  # several answers share a submission, none may starve another
            limits,
            restarts=max(limits.restarts, cells),
            submission_seconds=max(limits.submission_seconds, cells * limits.wall_seconds),
        )
        jobs = [
            dataclasses.replace((target or self.target).job(name, one.answers), limits=limits)
            for name, one in tried.items()
        ]
        missing = set(tried)
        for outcome in self.execute(jobs):
            missing.discard(outcome.student)
            self.report.submissions += 1
            one = tried[outcome.student]
            one.cells = {cell.grade_id: cell for cell in outcome.cells}
            for grade_id, points in self.target.points.items():
                cell = one.cells.get(grade_id)
                lost = points - (cell.score or 0.0 if cell else 0.0)
                if lost:
                    one.lost[grade_id] = lost
        for name in missing:  # an executor that drops a job must not look like full marks
            tried[name].lost = {g: p for g, p in self.target.points.items() if p}

    # --- the reference, the blank, and one task blank at a time

    def honest(self) -> None:
        target = self.target
        groups = list(target.groups)
        self.progress(f"{target.notebook}: reference, blank, tasks on their own")
        tried = {
            REFERENCE: Tried({}, frozenset()),
            BLANK: Tried(target.blank, frozenset(groups)),
        }
        alone = {f"without-{number:02d}": group for number, group in enumerate(groups)}
        if len(groups) > 1:
            for name, group in alone.items():
                answers = {task: target.blank[task] for task in group}
                tried[name] = Tried(answers, frozenset([group]))
        self.run(tried)
        reference, blank = tried[REFERENCE], tried[BLANK]
        self.sound = not reference.lost
        for grade_id, points in reference.lost.items():
            self.find(
                "reference-loses-points", MEND, grade_id,
                f"The reference loses {points:g} of {target.points[grade_id]:g}: "
                f"{_reason(reference, grade_id)}",
                "A right answer must get full marks by the examiner: mend the solution or the "
                "test.",
            )  # fmt: skip
        for grade_id, points in target.points.items():
            if not points:
                continue
            earned = points - blank.lost.get(grade_id, 0.0)
            if earned:
                self.find(
                    "blank-earns-points", MEND, grade_id,
                    f"The blank notebook earns {earned:g} of {points:g} here.",
                    "Test something that an unsolved task can't do.",
                )  # fmt: skip
            else:
                self.lost_by[grade_id].add(BLANK)
            cell = reference.cells.get(grade_id)
            if cell is not None and cell.status == PARTIAL:
                self.find(
                    "partial-by-accident", MEND, grade_id,
                    "It leaves a value as its last expression, which counts as partial credit.",
                    "End it with a statement, unless partial credit is meant.",
                )  # fmt: skip
        self.slowest = max((cell.seconds for cell in reference.cells.values()), default=0.0)
        if len(groups) > 1:
            for name, group in alone.items():
                self.dependence(tried[name], reference, {group}, "is blank")

    def dependence(self, one: Tried, reference: Tried, broken: set[Group], how: str) -> None:
        """Report tests of other tasks that lose points because of the broken ones."""
        for group, graded in self.target.groups.items():
            if group in broken:
                continue
            hit = [g for g in graded if one.lost.get(g, 0) > reference.lost.get(g, 0)]
            if self.apart[group] & broken:
                continue  # said already
            for other in broken if hit else ():
                self.apart[group].add(other)
                self.apart[other].add(group)
            if hit:
                names = ", ".join(sorted(task for other in broken for task in other))
                self.find(
                    "depends-on-other-task", MEND, hit[0],
                    f"{', '.join(hit)} lost points when {names} {how}: {_reason(one, hit[0])}",
                    "Let a test use its own helper instead of another task's answer.",
                )  # fmt: skip

    # --- the bank

    def bank(self) -> None:
        target = self.target
        if target.bank is None:
            return
        bank = [answer for answer in target.bank if answer.task in target.reference]
        self.report.answers += len(bank)
        self.progress(f"{target.notebook}: {len(bank)} answers of the bank")
        lanes = self.deal([(target.group_of(answer.task), answer) for answer in bank])
        tried = {
            f"bank-{number:03d}": Tried(
                {answer.task: answer.code for answer in lane},
                frozenset(target.group_of(answer.task) for answer in lane),
            )
            for number, lane in enumerate(lanes)
        }
        self.run(tried)
        for one, lane in zip(tried.values(), lanes, strict=True):
            names = ", ".join(map(_short, lane))
            self.dependence(one, Tried({}, frozenset()), set(one.groups), f"were {names}")
            for answer in lane:
                self.answer(answer, one)
        self.coverage(bank)

    def answer(self, answer: Answer, one: Tried) -> None:
        graded = self.target.groups[self.target.group_of(answer.task)]
        lost = {g: p for g, p in one.lost.items() if g in graded}
        if answer.right:
            for grade_id, points in lost.items():
                self.find(
                    "right-answer-marked-down", MEND, grade_id,
                    f"{_short(answer)} ({answer.about}) loses {points:g}: "
                    f"{_reason(one, grade_id)}",
                    "Loosen the test, or show that the answer is not right.",
                )  # fmt: skip
            return
        for grade_id in lost:
            self.lost_by[grade_id].add("wrong")
        foreign = set(answer.loses) - set(graded)
        if foreign:
            self.find(
                "declares-foreign-points", MEND, answer.task,
                f"{_short(answer)} declares points of {', '.join(sorted(foreign))}, which do not "
                "belong to its task.",
                "Mend its line '# loses:'.",
            )  # fmt: skip
        elif lost != answer.loses:
            reasons = "; ".join(f"{g}: {_reason(one, g)}" for g in lost if g not in answer.loses)
            self.find(
                "loses-other-points", MEND, answer.task,
                f"{_short(answer)} ({answer.about}) loses {_points(lost)}; declared are "
                f"{_points(answer.loses)}. {reasons}".rstrip(),
                "Mend the test, or the answer's line '# loses:'.",
            )  # fmt: skip

    def coverage(self, bank: Sequence[Answer]) -> None:
        target = self.target
        count = Counter((target.group_of(answer.task), answer.right) for answer in bank)
        for group, graded in target.groups.items():
            wrong, right = count[group, False], count[group, True]
            if graded and (wrong < WRONG_ANSWERS or right < RIGHT_ANSWERS):
                self.find(
                    "small-bank", LOOK, group[-1],
                    f"The bank has {wrong} wrong and {right} right answers to it.",
                    f"Add some: at least {WRONG_ANSWERS} wrong and {RIGHT_ANSWERS} right ones.",
                )  # fmt: skip
        for grade_id, points in target.points.items():
            by = self.lost_by[grade_id]
            if points and "wrong" not in by:
                only = "only the blank notebook does" if BLANK in by else "nor does the blank"
                self.find(
                    "lost-by-no-wrong-answer", MEND, grade_id,
                    f"No wrong answer of the bank loses its {points:g} points; {only}.",
                    "Add the mistake that it is there to catch.",
                )  # fmt: skip

    # --- answers that know nothing

    def copied(self) -> None:
        """Answers made from what the visible tests show, and answers that change their arguments.

        The hidden parts alone judge them: an answer can know the visible literals by heart.
        """
        hidden = dataclasses.replace(self.target, instructor=hidden_only(self.target.instructor))
        answers = assembled(self.target)
        items = [
            (self.target.group_of(task), (task, code))
            for task, codes in answers.items()
            for code in codes
        ]
        lanes = self.deal(items)
        tried = {
            f"copied-{number:03d}": Tried(
                dict(lane), frozenset(map(self.target.group_of, dict(lane)))
            )
            for number, lane in enumerate(lanes)
        }
        self.progress(f"{self.target.notebook}: {len(items)} answers copied from visible tests")
        whole = {
            "hidden": Tried({}, frozenset()),
            "zeroing": Tried(zeroing(self.target), frozenset(self.target.groups)),
            "refusing": Tried(refusing(self.target), frozenset(self.target.groups)),
        }
        self.run({**whole, **tried}, target=hidden)
        cells = tests(self.target.instructor)
        between = "\n".join(cell.source for cell in given(self.target.instructor))
        sound = {
            grade_id
            for grade_id, by in self.lost_by.items()
            if BLANK in by and grade_id not in whole["hidden"].lost
            if tries_hidden(cells[grade_id].source)
        }
        for one in tried.values():
            for task, code in one.answers.items():
                graded = set(self.target.groups[self.target.group_of(task)]) & sound
                reference = self.target.reference[task]
                for grade_id in sorted(graded - set(one.lost)):
                    if not rests_on(cells[grade_id].source, code, reference, between):
                        continue
                    self.find(
                        "copied-answer-earns-points", MEND, grade_id,
                        f"An answer put together from the visible tests earns its "
                        f"{self.target.points[grade_id]:g} points: {_last_line(code)!r}.",
                        "Show literal numbers, and try fresh values in the hidden part.",
                    )  # fmt: skip
        for grade_id in sorted(sound - set(whole["zeroing"].lost)):
            if grade_id in whole["refusing"].lost:
                self.find(
                    "computes-after-the-call", MEND, grade_id,
                    "An answer that sets its arguments to zero, and answers for zeros, passes the "
                    "hidden part.",
                    "Compute the expected value before the call, or give the answer a copy.",
                )  # fmt: skip

    # --- mutants

    def mutation(self, limit: int, accepted: Sequence[Accepted]) -> None:
        target = self.target
        if not self.sound:
            self.find(
                "no-mutation", LOOK, "", "The reference loses points: no mutants were examined.",
                "Mend the reference first.",
            )  # fmt: skip
            return
        made = {
            task: mutants(task, source, target.modules)
            for task, source in target.reference.items()
            if target.groups[target.group_of(task)]
        }
        always = {m.key for ms in made.values() for m in ms for a in accepted if a.matches(m)}
        chosen = {task: sample(found, limit, always) for task, found in made.items()}
        self.progress(f"{target.notebook}: {sum(map(len, chosen.values()))} mutants")
        items = [(target.group_of(m.task), m) for found in chosen.values() for m in found]
        lanes = self.deal(items)
        tried = {
            f"mutants-{number:03d}": Tried(
                {m.task: m.code for m in lane}, frozenset(target.group_of(m.task) for m in lane)
            )
            for number, lane in enumerate(lanes)
        }
        self.run(tried, quick=True)
        survivors: list[Mutant] = []
        for one, lane in zip(tried.values(), lanes, strict=True):
            for mutant in lane:
                lost = set(one.lost) & set(target.groups[target.group_of(mutant.task)])
                for grade_id in lost:
                    self.lost_by[grade_id].add("mutant")
                if not lost:
                    survivors.append(mutant)
        self.score(made, chosen, survivors, accepted)

    def score(self, made, chosen, survivors: list[Mutant], accepted: Sequence[Accepted]) -> None:
        target = self.target
        why = {m.key: a.why for m in survivors for a in accepted if a.matches(m)}
        for task, found in chosen.items():
            alive = [m for m in survivors if m.task == task]
            excused = sum(m.key in why for m in alive)
            killed = len(found) - len(alive)
            self.report.scores.append(
                TaskScore(task, len(made[task]), len(found), killed, excused, target.notebook)
            )
            for m in sorted(alive, key=lambda m: m.line):
                self.report.survivors.append(
                    Survivor(
                        task=task,
                        operator=m.operator,
                        line=m.line,
                        key=m.key,
                        was=m.was,
                        becomes=m.becomes,
                        diff=m.diff(target.reference[task]),
                        why=why.get(m.key, ""),
                        notebook=target.notebook,
                        nth=m.nth,
                    )
                )
        mine = [a for a in accepted if a.task in target.reference]
        every = [m for found in made.values() for m in found]
        for finding in stale(mine, every, survivors):
            self.report.add([dataclasses.replace(finding, notebook=target.notebook)])
        if target.bank is None:
            for graded in target.groups.values():
                for grade_id in graded:
                    if target.points[grade_id] and "mutant" not in self.lost_by[grade_id]:
                        self.find(
                            "lost-by-no-mutant", LOOK, grade_id,
                            f"No mutant of the reference loses its {target.points[grade_id]:g} "
                            "points.",
                            "See whether it tests anything that the others do not.",
                        )  # fmt: skip

    def deal(self, items: Sequence[tuple[Group, object]]) -> list[list]:
        """Deal answers into few submissions: one a task, and none that another one's tests need."""
        lanes: list[tuple[set[Group], list]] = []
        for group, item in items:
            for taken, lane in lanes:
                if group not in taken and not taken & self.apart[group]:
                    taken.add(group)
                    lane.append(item)
                    break
            else:
                lanes.append(({group}, [item]))
        return [lane for _, lane in lanes]


def _short(answer: Answer) -> str:
    return f"{'right' if answer.right else 'wrong'}/{answer.name}"


def _last_line(code: str) -> str:
    return code.strip().splitlines()[-1].strip()[:120]


def _points(lost: Mapping[str, float]) -> str:
    return ", ".join(f"{g} {p:g}" for g, p in lost.items()) or "nothing"


def _reason(one: Tried, grade_id: str) -> str:
    cell = one.cells.get(grade_id)
    text = " ".join((cell.reason or cell.status).split()) if cell else "it was not examined"
    return text[:300]
