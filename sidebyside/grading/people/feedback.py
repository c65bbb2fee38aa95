"""Feedback for students: nbgrader's ``generate_feedback`` made safe; ``sidebyside feedback``.

nbgrader's own page shows hidden tests (the autograded notebook holds them), puts a student's HTML,
SVG and JavaScript before whoever opens it, and loads MathJax from elsewhere. Here the last
preprocessor writes the whole page itself, from parts that are each made safe (sanitise.py), and the
page's policy forbids every script.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import traitlets
from nbconvert.exporters import Exporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.apps import GenerateFeedbackApp
from nbgrader.converters import GenerateFeedback, NbGraderException
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from traitlets.config import Config

from sidebyside.grading.contract import HIDDEN_FAILED, MANUAL
from sidebyside.grading.course.directory import Course
from sidebyside.grading.course.errors import CourseError
from sidebyside.grading.people.locations import (
    add_course_options,
    course_of,
    graded,
    instructors,
)
from sidebyside.grading.people.look import LOGO, page
from sidebyside.grading.people.mathematics import separate, together
from sidebyside.grading.people.records import Mark, Record, read_results
from sidebyside.grading.people.sanitise import as_text, clean_html, clean_markdown, picture
from sidebyside.grading.people.statistics import unexamined
from sidebyside.grading.people.text import number, one_line, plural, without_control

LONGEST_CODE = 50_000  # characters that are highlighted; what is longer stays plain
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")


def secure_feedback(config: Config) -> None:
    """Let ``nbgrader generate_feedback`` write this page; for ``nbgrader_config.py``.

    Only the feedback converter is set: formgrader and everything else keep their exporters.
    """
    config.GenerateFeedback.preprocessors = [GetGrades, SafePage]
    config.GenerateFeedback.exporter_class = PageExporter


class PageExporter(Exporter):
    """Writes what ``SafePage`` made; no template, and nothing that parses it once more."""

    output_mimetype = "text/html"

    @traitlets.default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: ResourcesDict | None = None, **options: Any
    ) -> tuple[str, ResourcesDict]:
        _, resources = super().from_notebook_node(nb, resources, **options)
        return resources["sidebyside_page"], resources


class SafePage(NbGraderPreprocessor):
    """Turns the graded notebook into the page that the template prints.

    It runs last: before it the notebook is a student's, after it nothing of it is left.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        where = resources["nbgrader"]
        usual = ClearHiddenTests.class_traits()
        given = self.config.ClearHiddenTests if "ClearHiddenTests" in self.config else {}
        begin, end = (
            given.get(name, usual[name].default_value)
            for name in ("begin_test_delimeter", "end_test_delimeter")
        )
        record = _record_of(where["db_url"], where["assignment"], where["student"])
        comments = {
            str(cell.metadata.nbgrader.get("grade_id")): cell.metadata.nbgrader.comment
            for cell in nb.cells
            if cell.metadata.get("nbgrader", {}).get("comment")
        }
        resources["sidebyside_page"] = feedback_page(
            nb, where["notebook"], record, delimiters=(begin, end), comments=comments
        )
        return nbformat.v4.new_notebook(), resources


_seen: dict[tuple[str, str], tuple[object, dict[str, Record]]] = {}


def _record_of(db_url: str, assignment: str, student: str) -> Record | None:
    """A student's record; the class is read once per state of the gradebook."""
    path = Path(db_url.removeprefix("sqlite:///"))
    state = path.stat().st_mtime_ns if db_url.startswith("sqlite:///") and path.exists() else None
    key = (db_url, assignment)
    if state is None or _seen.get(key, (None, {}))[0] != state:
        found = {r.student: r for r in read_results(db_url, assignment).records}
        _seen.clear()
        _seen[key] = (state, found)
    return _seen[key][1].get(student)


def feedback_page(
    notebook: NotebookNode | None,
    name: str,
    record: Record | None,
    *,
    delimiters: tuple[str, str] = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS"),
    comments: Mapping[str, str] | None = None,
) -> str:
    """The feedback on one notebook as a whole HTML page.

    Args:
        notebook: as graded; None if there is none that could be shown.
        name: the notebook's name.
        record: what the gradebook knows of the submission.
        delimiters: what begins and ends hidden tests in a line of a test cell.
        comments: a grader's, by ``grade_id`` (Markdown).
    """
    marks = {m.cell: m for m in record.marks if m.notebook == name} if record else {}
    comments = comments or {}
    cells = list(notebook.cells) if notebook is not None else []
    order = [str(c.metadata.get("nbgrader", {}).get("grade_id")) for c in cells]
    listed = sorted(marks.values(), key=lambda m: order.index(m.cell) if m.cell in order else 10**6)
    anchors = {grade_id: f"cell-{n}" for n, grade_id in enumerate(order)}
    tasks = tasks_of(cells)
    body = [_head(name, record, listed), _overview(record, listed, anchors, comments, tasks)]
    if notebook is None:
        body.append("<p>There is no notebook that could be shown.</p>")
    for n, cell in enumerate(cells):
        grade_id = order[n]
        body.append(
            _cell(cell, f"cell-{n}", marks.get(grade_id), comments.get(grade_id), delimiters)
        )
    return page(
        f"{one_line(name)}: feedback",
        f"<main>{''.join(part for part in body if part)}</main>",
        _style(),
    )


def _e(text: object, limit: int = 2000) -> str:
    return escape(one_line(text, limit))


def _head(name: str, record: Record | None, marks: Sequence[Mark]) -> str:
    earned, points = sum(m.score for m in marks), sum(m.points for m in marks)
    said = f"{number(earned)} of {number(points)} points" if marks else ""
    if record and record.penalty:
        said += f", less {number(record.penalty)} for handing in late"
    if any(mark.manual for mark in marks):
        said += "; parts are still to be graded by hand"
    who = ""
    if record:
        who = f'<p class="quiet small">{_e(record.name or record.student, 80)}</p>'
    return (
        f'<header class="top">{LOGO}<div><h1>{_e(name, 120)}</h1>'
        f"<p><b>{said}</b></p>{who}</div></header>"
    )


def tasks_of(cells: Sequence[NotebookNode]) -> dict[str, str]:
    """The heading that each graded cell stands under, by ``grade_id``; without its points.

    Cells before the first heading, and all cells of a notebook without headings, have none.
    """
    found, heading = {}, ""
    for cell in cells:
        if cell.cell_type == "markdown":
            lines = re.findall(r"^#{1,4} +(.+?)#* *$", str(cell.source), re.M)
            heading = lines[-1] if lines else heading
        elif grade_id := cell.metadata.get("nbgrader", {}).get("grade_id"):
            found[str(grade_id)] = re.sub(r"\s*\(\d[^()]*points?\)\s*$", "", heading)
    return found


def _overview(
    record: Record | None,
    marks: Sequence[Mark],
    anchors: Mapping[str, str],
    comments: Mapping[str, str],
    tasks: Mapping[str, str],
) -> str:
    """The points, task by task in the words of the notebook; tests are rows of their task."""
    common = unexamined(record) if record else ""
    by_task: dict[str, list[Mark]] = {}
    for mark in marks:
        by_task.setdefault(tasks.get(mark.cell) or "", []).append(mark)
    rows = [_task_row(task, of_task, anchors) + "".join(
        _test_row(place, bool(task), mark, anchors, comments, common)
        for place, mark in enumerate(of_task, start=1)
        if mark.manual or mark.lost > 1e-9 or mark.cell in comments
    ) for task, of_task in by_task.items()]  # fmt: skip
    table = ""
    if rows:
        heads = '<th scope="col">task</th><th scope="col" class="n">points</th>'
        table = (
            '<table class="marks stack" aria-label="Points"><thead><tr>'
            f'{heads}<th scope="col">why not all</th></tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>"
        )
    if common:
        table = f'<p class="reason">Could not be examined: {_e(common, 500)}</p>{table}'
    notes = "".join(f"<li>{_e(note)}</li>" for note in (record.notes if record else ()))
    said = f"<h2>About your submission</h2><ul>{notes}</ul>" if notes else ""
    return f"<section><h2>Points</h2>{table or '<p>Nothing was graded.</p>'}{said}</section>"


def _task_row(task: str, marks: Sequence[Mark], anchors: Mapping[str, str]) -> str:
    earned, points = sum(m.score for m in marks), sum(m.points for m in marks)
    open_ones = sum(mark.manual for mark in marks)
    lost = sum(not mark.manual and mark.lost > 1e-9 for mark in marks)
    words = []
    if lost:
        words.append(f"{plural(lost, 'test')} of {len(marks)} not passed")
    if open_ones:
        words.append("still to be graded by hand")
    text, formulas = separate(task)
    name = together(_e(text, 120), formulas) or "Graded cells"
    link = anchors.get(marks[0].cell)
    name = f'<a href="#{link}">{name}</a>' if link else name
    return (
        f'<tr class="task"><th scope="row">{name}</th><td class="n" data-label="points">'
        f"{number(earned)} of {number(points)}</td><td>{'; '.join(words) or 'all'}</td></tr>"
    )


def _test_row(
    place: int,
    named: bool,
    mark: Mark,
    anchors: Mapping[str, str],
    comments: Mapping[str, str],
    common: str,
) -> str:
    name = f"test {place}" if named else f"<code>{_e(mark.cell, 80)}</code>"
    link = anchors.get(mark.cell)
    name = f'<a href="#{link}">{name}</a>' if link else name
    why = "" if common and mark.reason == common else _e(reason_of(mark), 500)
    if mark.cell in comments:
        why += ' <span class="quiet">There is a comment.</span>'
    score = "?" if mark.manual else number(mark.score)
    points = f'<td class="n" data-label="points">{score} of {number(mark.points)}</td>'
    return f'<tr class="test"><th scope="row">{name}</th>{points}<td>{why}</td></tr>'


def reason_of(mark: Mark) -> str:
    """What a student is told about a graded cell; empty for all points."""
    if mark.manual:
        return "not yet graded"
    if mark.lost < 1e-9:
        return ""
    if mark.hidden:  # and what it tried, where its author lets it say so
        return mark.reason if mark.reason.startswith(HIDDEN_FAILED[:-1]) else HIDDEN_FAILED
    if mark.status == MANUAL:
        return "graded by hand"
    return mark.reason


def _cell(
    cell: NotebookNode,
    anchor: str,
    mark: Mark | None,
    comment: str | None,
    delimiters: tuple[str, str],
) -> str:
    meta = cell.metadata.get("nbgrader", {})
    solution, graded = bool(meta.get("solution")), bool(meta.get("grade"))
    source = str(cell.source)
    hidden: list[str] = []
    if cell.cell_type == "markdown":
        shown = f'<div class="prose">{clean_markdown(source, cell.get("attachments"))}</div>'
    elif cell.cell_type == "code":
        visible, hidden = without_hidden(source, delimiters)
        shown = _code(visible) + _outputs(cell.get("outputs", []), visible, hidden, mark)
        if hidden:
            shown += '<p class="quiet small part">Further tests are hidden.</p>'
    else:
        shown = as_text(source)
    label = "Your answer" if solution else "Test" if graded else "Task" if meta.get("task") else ""
    if not label and mark is None and not comment:
        return f'<section class="cell" id="{anchor}">{shown}</section>'
    points = ""
    if mark is not None:
        score = "?" if mark.manual else number(mark.score)
        points = f" · {score} of {number(mark.points)} points"
    said = _e(reason_of(mark), 1000) if mark is not None else ""
    said = f'<p class="reason">{said}</p>' if said else ""
    spoken = (
        f'<div class="comment"><b>Comment</b>{clean_markdown(comment)}</div>' if comment else ""
    )
    state = "lost" if mark is not None and mark.lost > 1e-9 and not mark.manual else "kept"
    return (
        f'<section class="cell marked {state}" id="{anchor}">'
        f"<h2>{label or 'Cell'}{points}</h2>{said}{shown}{spoken}</section>"
    )


def without_hidden(source: str, delimiters: tuple[str, str]) -> tuple[str, list[str]]:
    """A cell's source without its hidden tests, and the hidden lines."""
    begin, end = delimiters
    shown, hidden, inside = [], [], False
    for line in source.split("\n"):
        if begin in line:
            inside = True
        elif end in line and inside:
            inside = False
        elif inside:
            hidden.append(line)
        else:
            shown.append(line)
    return "\n".join(shown).rstrip(), [line.strip() for line in hidden if line.strip()]


def _code(source: str) -> str:
    source = without_control(source)
    if not source.strip():
        return ""
    if len(source) > LONGEST_CODE:
        return as_text(source)
    return f'<div class="input">{highlight(source, _lexer, _formatter)}</div>'


_lexer = get_lexer_by_name("python")
_formatter = HtmlFormatter(cssclass="highlight")


def _style() -> str:
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    return (
        f"{_without_background(light)}\n@media screen and (prefers-color-scheme: dark) "
        f"{{{_without_background(dark)}}}\n{STYLE}"
    )


def _without_background(rules: str) -> str:
    return "\n".join(
        re.sub(r"background(?:-color)?: [^;}]+;?", "", line)
        for line in rules.splitlines()
        if line.startswith(".highlight .") and "linenos" not in line
    )


STYLE = """
.cell { margin: 1.1rem 0; }
.cell > .input, .cell > pre, .cell > .out { border: 1px solid var(--line); border-radius: 0.5rem;
  margin: 0.4rem 0; overflow-x: auto; }
.input { background: var(--code); }
.cell pre { font-size: 0.8125rem; line-height: 1.55; margin: 0; overflow-x: auto;
  padding: 0.7rem 1rem; white-space: pre-wrap; }
.out > :not(pre) { margin: 0.7rem 1rem; } .out img { background: #fdfdfb; max-width: 100%; }
.out table { width: auto; }
.cell img { height: auto; max-width: 100%; }
.marked { border: 1px solid var(--line); border-inline-start: 3px solid var(--green);
  border-radius: 0.5rem; padding: 0.5rem 1rem 0.75rem; }
.marked.lost { border-inline-start-color: var(--red); }
.marked h2 { font-size: 0.95rem; margin: 0.2rem 0 0.4rem; }
.prose :is(h1, h2, h3, h4) { font-size: 1.2rem; letter-spacing: -0.01em; margin: 1.4rem 0 0.4rem; }
.reason { color: var(--warm); font-weight: 600; margin: 0.2rem 0 0.5rem; }
.comment { background: var(--open); border-radius: 0.5rem; margin-top: 0.6rem;
  padding: 0.6rem 1rem; }
.part { margin: 0.3rem 0 0; }
.marks .test th { font-weight: 400; padding-inline-start: 1.4rem; }
.prose math[display="block"] { margin: 0.8rem 0; overflow-x: auto; }
.error pre { border-inline-start: 3px solid var(--red); }
"""


def _outputs(
    outputs: Iterable[Mapping[str, Any]], visible: str, hidden: Sequence[str], mark: Mark | None
) -> str:
    shown = []
    for output in outputs:
        kind = output.get("output_type")
        if kind == "error":
            shown.append(_error(output, visible, hidden, mark))
        elif hidden:
            continue  # whatever is printed while hidden tests run may hold their values
        elif kind == "stream":
            shown.append(as_text(_joined(output.get("text", ""))))
        elif kind in ("display_data", "execute_result"):
            shown.append(_bundle(output.get("data", {})))
    return "".join(f'<div class="out">{part}</div>' for part in shown if part)


def _joined(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _bundle(data: Mapping[str, Any]) -> str:
    """The richest harmless form of an output."""
    for kind in ("text/html", *PICTURES, "text/markdown", "text/latex", "text/plain"):
        if kind not in data:
            continue
        text = _joined(data[kind])
        if kind == "text/html":
            cleaned = clean_html(text)
            if cleaned.strip() or "text/plain" not in data:
                return cleaned
        elif kind in PICTURES:
            return picture(kind, text)
        elif kind == "text/markdown":
            return clean_markdown(text)
        else:
            return as_text(text)
    kinds = ", ".join(_e(kind, 60) for kind in list(data)[:5])
    return f'<p class="quiet small">An output that is not shown here ({kinds or "empty"}).</p>'


_ARROW = re.compile(r"^\s*-+>\s*\d+\s?(.*)$")


def _error(
    output: Mapping[str, Any], visible: str, hidden: Sequence[str], mark: Mark | None
) -> str:
    """An error's traceback; nothing of it where it may come from a hidden test.

    In a cell with hidden tests a traceback is shown only if it stopped at a line that the student
    sees anyway, and of it only that line and the message: the lines around it may be hidden ones.
    """
    if mark is not None and mark.reason:
        return ""  # the reason stands above already
    message = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    lines = without_control("\n".join(map(str, output.get("traceback", [])))).split("\n")
    if hidden:
        seen = {line.strip() for line in visible.split("\n")} - set(hidden)
        arrows = [found[1].strip() for line in lines if (found := _ARROW.match(line))]
        told = mark is not None and mark.hidden
        if told or not arrows or arrows[0] not in seen or set(arrows) & set(hidden):
            return f"<pre>{HIDDEN_FAILED}</pre>"
        lines = [f"----> {arrows[0]}", "", message]
    text = "\n".join(lines) if any(lines) else message
    return f'<div class="error">{as_text(text)}</div>'


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """``sidebyside feedback``."""
    parser = subparsers.add_parser(
        "feedback",
        help="write the students' feedback pages, safe to open",
        description="Writes feedback/STUDENT/ASSIGNMENT/NOTEBOOK.html by nbgrader's "
        "generate_feedback: hidden tests cut out, whatever a student put in made harmless. "
        "Submissions that could not be examined get a page that says why.",
    )
    parser.add_argument("assignment")
    add_course_options(parser)
    parser.add_argument("--student", default="*", help="only this student's (default: everybody's)")
    parser.add_argument("--force", action="store_true", help="overwrite what is there")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    course = course_of(options)
    count, failed = write_feedback(
        course, options.assignment, student=options.student, force=options.force
    )
    print(f"{plural(count, 'page')} of feedback in {course.folder('feedback', '*', '').parent}")
    for name in failed:
        print(f"no feedback for {one_line(name, 80)}: see the messages above", file=sys.stderr)
    return 1 if failed else 0


def write_feedback(
    course: Course, assignment: str, *, student: str = "*", force: bool = False
) -> tuple[int, list[str]]:
    """Write the pages of an assignment.

    Returns:
        the number of pages that are there now, and the students for whom there is none.

    Raises:
        CourseError: nothing of this assignment, or of this student, has been graded.
    """
    results = graded(course, assignment)
    records = [r for r in results.records if student in ("*", r.student)]
    if not records:
        who = f" of {student!r}" if student != "*" else ""
        raise CourseError(f"no submission{who} to {assignment!r} has been graded")
    if any(course.folder("autograded", r.student, assignment).is_dir() for r in records):
        _convert(course, assignment, student, force)
    count, failed = 0, []
    for record in records:
        folder = course.folder("feedback", record.student, assignment)
        for name in record.notebooks or tuple(instructors(course, assignment)):
            path = folder / f"{name}.html"
            if not path.exists() and not _graded_copy(course, record, assignment, name).exists():
                _write(path, feedback_page(None, name, record))
            if path.exists():
                count += 1
            else:
                failed.append(record.student)
    return count, failed


def _graded_copy(course: Course, record: Record, assignment: str, name: str) -> Path:
    return course.folder("autograded", record.student, assignment) / f"{name}.ipynb"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.chmod(path, 0o644)


def _convert(course: Course, assignment: str, student: str, force: bool) -> None:
    """nbgrader's own command, with its preprocessors replaced."""
    config = Config(json.loads(json.dumps(_plain(course.config))))
    secure_feedback(config)
    app = GenerateFeedbackApp(config=config, log_level=logging.WARNING)
    directory = course.directory
    before = (directory.assignment_id, directory.student_id)
    directory.assignment_id, directory.student_id = assignment, student
    try:
        converter = GenerateFeedback(coursedir=directory, parent=app)
        converter.force = force
        converter.start()
    except (NbGraderException, SystemExit):
        pass  # nbgrader has logged which; the rest was written
    finally:
        directory.assignment_id, directory.student_id = before


def _plain(config: Config) -> dict[str, Any]:
    """The configuration's plain values; classes and functions in it are not needed here."""
    kept: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, dict):
            kept[key] = _plain(value)
        elif isinstance(value, str | int | float | bool | list | type(None)):
            try:
                json.dumps(value)
            except TypeError:
                continue
            kept[key] = value
    return kept
