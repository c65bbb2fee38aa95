"""The check's result, for a terminal."""

from __future__ import annotations

import textwrap

from sidebyside.grading.checking.findings import LOOK, MEND, Finding, Report

TITLES = {MEND: "To mend", LOOK: "To look at"}


def text(report: Report) -> str:
    """The whole report."""
    lines = [
        f"{report.assignment}: {report.submissions} submissions examined in "
        f"{report.seconds:.0f} s, {report.answers} answers of the bank among them"
    ]
    several = len({f.notebook for f in report.findings} | {s.notebook for s in report.scores}) > 1
    for severity, title in TITLES.items():
        found = [f for f in report.findings if f.severity == severity]
        lines += ["", f"{title}: {len(found) or 'nothing'}"]
        for finding in found:
            lines += _finding(finding, several)
    if report.scores:
        lines += ["", *_mutation(report)]
    return "\n".join(lines) + "\n"


def _finding(finding: Finding, several: bool) -> list[str]:
    where = finding.cell or "the notebook"
    if several and finding.notebook:
        where = f"{finding.notebook}/{where}"
    shown = textwrap.fill(
        f"{where}: {finding.what}", 100, initial_indent="  - ", subsequent_indent="    "
    )
    lines = shown.splitlines()
    if finding.advice:
        lines += textwrap.fill(
            f"→ {finding.advice}", 100, initial_indent="    ", subsequent_indent="      "
        ).splitlines()
    return lines


def _mutation(report: Report) -> list[str]:
    score = report.mutation_score
    killed = sum(s.killed for s in report.scores)
    examined = sum(s.examined for s in report.scores)
    made = sum(s.made for s in report.scores)
    head = f"Mutation: the tests notice {killed} of {examined} mutants examined (of {made})"
    accepted = sum(s.accepted for s in report.scores)
    if accepted:
        head += f"; {accepted} survivors are accepted"
    lines = [head + (f"; score {score:.1%}" if score is not None else "")]
    width = max(len(s.task) for s in report.scores)
    for s in report.scores:
        counted = s.examined - s.accepted
        share = f"{s.killed / counted:7.1%}" if counted else "      –"
        lines.append(f"  {s.task:<{width}} {s.killed:>4} of {counted:<4} {share}")
    for survivor in report.survivors:
        if not survivor.why:
            place = f" (nth = {survivor.nth})" if survivor.nth > 1 else ""
            lines += ["", f"Survivor {survivor.key}, {survivor.operator}{place}:"]
            lines += textwrap.indent(survivor.diff, "    ").splitlines()
    return lines
