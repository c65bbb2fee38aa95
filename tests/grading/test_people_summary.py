"""Records from the gradebook, figures about them, the summary, the progress."""

import dataclasses
import io

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import text

from sidebyside.grading.contract import PASSED, UNPROVEN
from sidebyside.grading.course.directory import Course
from sidebyside.grading.course.errors import CourseError
from sidebyside.grading.people import statistics
from sidebyside.grading.people.locations import instructors
from sidebyside.grading.people.progress import Progress
from sidebyside.grading.people.records import Mark, Record, read_records, read_results
from sidebyside.grading.people.statistics import histogram, item_rest, normalised, to_look_at
from sidebyside.grading.people.summary import summary
from sidebyside.grading.people.text import number, one_line, without_control

from .people_class import (
    ASSIGNMENT,
    ESCAPE,
    POINTS,
    SCRIPT,
    SEED,
    everywhere,
    hostile,
    make_class,
    outcome,
    results_of,
    sixty,
)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    root = tmp_path_factory.mktemp("people") / "course"
    return make_class(root, sixty() + hostile(), missing=("absent",))


@pytest.fixture(scope="module")
def results(room):
    return read_results(room.db_url, ASSIGNMENT, room.instructors)


def test_the_scores_are_those_of_nbgrader(room, results):
    with Gradebook(room.db_url) as gradebook:
        submissions = gradebook.find_assignment(ASSIGNMENT).submissions
        expected = {s.student.id: s.score for s in submissions}
    assert {r.student: r.score for r in results.records} == pytest.approx(expected)
    assert results.points == sum(POINTS.values())
    assert results.missing == ("absent",)


def test_tasks_are_those_between_solution_cells_in_the_notebooks_order(results):
    assert [t.name for t in results.tasks] == [
        "softmax", "attention", "masks", "heads", "essay", "backward",
    ]  # fmt: skip
    assert results.tasks[0].title == "Task 1 · A softmax that can't overflow"
    assert results.tasks[1].cells[0] == "attention/test-attention-value"
    assert results.tasks[4].cells == ("attention/essay",)
    keys = [key for task in results.tasks for key in task.cells]
    assert [mark.key for mark in results.records[0].marks] == keys


def test_without_the_notebook_each_test_is_a_task(room):
    bare = read_results(room.db_url, ASSIGNMENT)
    assert len(bare.tasks) == len(POINTS)
    assert sum(task.points for task in bare.tasks) == sum(POINTS.values())


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    members = [(outcome(name, 9.0), name, "") for name in ("ada", "bob")]
    return make_class(tmp_path_factory.mktemp("two") / "course", members)


def test_a_persons_grade_and_the_late_penalty_count(two):
    room = two
    with Gradebook(room.db_url) as gradebook:
        grade = gradebook.find_grade("test-softmax-value", ASSIGNMENT, ASSIGNMENT, "ada")
        grade.manual_score, grade.extra_credit = 0.25, 0.5
        gradebook.find_submission_notebook(
            ASSIGNMENT, ASSIGNMENT, "ada"
        ).late_submission_penalty = 3.0
        gradebook.db.commit()
        raw = gradebook.find_submission(ASSIGNMENT, "ada").score
    record, _ = read_records(room.db_url, ASSIGNMENT)
    assert record.mark("attention/test-softmax-value").score == 0.75
    assert record.raw == pytest.approx(raw)
    assert record.score == pytest.approx(raw - 3)


def test_broken_records_cost_themselves_only(two):
    room = two
    with Gradebook(room.db_url) as gradebook:
        gradebook.db.execute(
            text("UPDATE sidebyside_record SET record = '{not json' WHERE student = 'ada'")
        )
        gradebook.db.commit()
    ada, bob = read_records(room.db_url, ASSIGNMENT)
    assert ada.raw > 0 and ada.unexamined
    assert bob.examined == (ASSIGNMENT,) and bob.seeds == {ASSIGNMENT: SEED}


def test_a_course_that_was_graded_by_nbgrader_alone(two):
    with Gradebook(two.db_url) as gradebook:
        gradebook.db.execute(text("DROP TABLE sidebyside_record"))
        gradebook.db.commit()
    record, _ = read_records(two.db_url, ASSIGNMENT, two.instructors)
    assert not record.examined and record.unexamined and record.raw > 0
    assert "ada" not in summary([record])  # nothing calls for a look where nobody has a record


def test_what_is_not_there_is_named(tmp_path, room):
    with pytest.raises(CourseError, match="no gradebook at"):
        read_records(f"sqlite:///{tmp_path}/none.db", ASSIGNMENT)
    assert not (tmp_path / "none.db").exists()
    with pytest.raises(CourseError, match=r"'atention'.*it has: attention"):
        read_records(room.db_url, "atention")
    with pytest.raises(CourseError, match="no course directory"):
        Course(tmp_path / "nowhere")


def test_the_instructors_notebooks_are_where_the_settings_say(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.source_directory = 'mine'\n"
    )
    (tmp_path / "mine" / "ps1").mkdir(parents=True)
    (tmp_path / "mine" / "ps1" / "one.ipynb").write_text("{}")
    assert list(instructors(Course(tmp_path), "ps1")) == ["one"]
    assert instructors(Course(tmp_path), "ps2") == {}


# Figures


def test_item_rest_is_the_correlation_with_the_others():
    scores = [0, 0, 1, 1, 0, 1, 1, 1]
    rest = [1, 2, 4, 5, 1, 3, 5, 4]
    totals = [s + r for s, r in zip(scores, rest, strict=True)]
    # by hand: means 5/8 and 25/8; cov 6.375 / sqrt(1.875 × 18.875) · 1
    assert item_rest(scores, totals) == pytest.approx(5.375 / (1.875 * 18.875) ** 0.5)
    assert item_rest([1] * 8, totals) is None
    assert item_rest(scores[:7], totals[:7]) is None
    assert item_rest([1, 0] * 4, [1, 2] * 4) == pytest.approx(-1)


def test_difficulty_leaves_out_what_could_not_be_examined(results):
    items = {item.name: item for item in statistics.task_items(results)}
    unexamined = [r for r in results.records if statistics.unexamined(r)]
    assert len(unexamined) == 2 and "eve" in [r.student for r in unexamined]
    judged = [r for r in results.records if r not in unexamined]
    scores = [results.task_score(r, results.tasks[0]) for r in judged]
    assert items["softmax"].share == pytest.approx(sum(scores) / 3 / len(judged))
    assert items["softmax"].share > 0.8 > 0.5 > items["backward"].share
    assert items["heads"].discrimination > 0.2


def test_messages_that_differ_in_numbers_are_one(results):
    same = "AssertionError: off by {} at [0, {}] in 'x{}' (0x7f{})"
    assert normalised(same.format(1.5e-3, 2, 1, "aa")) == normalised(same.format(9, 17, 44, "b0"))
    assert normalised("rows sum to 2") != normalised("columns sum to 2")
    found = {failure.key: failure for failure in statistics.failures(results)}
    heads = found["attention/test-heads-value"].messages
    assert heads[0].students > 15 and "largest difference" in heads[0].text


def test_who_is_to_be_looked_at(results):
    looks = {look.record.student: " / ".join(look.reasons) for look in to_look_at(results)}
    said = " ".join(looks.values())
    for part in (
        "started again 2 times", "far more than the others", "could not be examined",
        "had been altered", "after 60 s", "memory",
    ):  # fmt: skip
        assert part in said
    assert len(looks) < 12, "most of the class needs no look"


def test_equal_submissions_are_named_unless_they_earn_nothing():
    looks = to_look_at(results_of([outcome(n, 0.5) for n in ("twin-1", "twin-2", "solo")]))
    assert [look.record.student for look in looks] == ["twin-1", "twin-2"]
    assert "as twin-2" in looks[0].reasons[0]
    nothing = [everywhere(name, "gone") for name in ("twin-1", "twin-2")]
    assert "as twin-2" not in str(to_look_at(results_of(nothing, essay=0.0)))


def test_what_could_not_be_examined_is_said_once():
    gone = everywhere("ada", "no JSON", notes=("no JSON",))
    (look,) = to_look_at(results_of([gone], essay=0.0))
    assert look.reasons[0] == "could not be examined: no JSON" and len(look.reasons) == 1


def test_what_waits_for_a_person_is_to_be_looked_at():
    (look,) = to_look_at(results_of([outcome("ada", 9.0)], essay=None))
    assert look.reasons == ("to be graded by hand: essay",)


@pytest.mark.parametrize("values, low, high", [([0], 0, 0), ([1, 2, 3], 0, 3), ([5] * 9, 0, 21)])
def test_a_histogram_loses_nobody(values, low, high):
    bins = histogram(values, low, high)
    assert sum(bins.counts) == len(values)
    assert len(bins.edges) == len(bins.counts) + 1
    assert bins.edges[0] <= low and bins.edges[-1] >= high


# Text


def test_the_summary_is_aligned_and_plain(results):
    text = summary(results, wall=31.2)
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert "owned" not in text.split("to look at")[0]
    table = [line for line in text.splitlines() if line.startswith(("task ", "Task "))]
    assert len({len(line) for line in table}) == 1
    assert "62" in text and "graded in" in text and "119 a minute" in text
    assert "handed nothing in" in text


@pytest.mark.parametrize("abilities", [[], [0.0], [0.3, -0.4], [9.0] * 9, [-9.0] * 9])
def test_any_class_has_a_summary(abilities):
    text = summary(results_of([outcome(f"s{n}", a) for n, a in enumerate(abilities)]))
    assert ("No submissions" in text) == (not abilities)
    assert "nan" not in text


def test_a_summary_of_bare_records():
    mark = Mark("nb", "test-a", 2, 1, status=PASSED)
    assert "test-a" in summary([Record("ada", 2, (mark,), raw=1, notebooks=("nb",))])


@pytest.mark.parametrize(
    "raw, shown",
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b]0;title\x07b", "ab"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("\x1bP1$tdata\x1b\\x", "x"),
        ("a\rb\x00c\x08", "abc"),
        ("\u202eexe.png\u2066", "exe.png"),
        ("\ud800x", "x"),
        ("a\tb\nc", "a b c"),
        ("\x1b", ""),
        ("né 日本 👩‍🔬", "né 日本 👩‍🔬"),
    ],
)
def test_text_for_a_terminal(raw, shown):
    assert one_line(raw) == shown
    assert without_control(without_control(raw)) == without_control(raw)


def test_numbers():
    assert [number(x) for x in (0, -0.001, 2.50, 10, 100, None, 1 / 3)] == [
        "0", "0", "2.5", "10", "100", "–", "0.33",
    ]  # fmt: skip


# Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_elsewhere_writes_lines_and_names_failures():
    stream = io.StringIO()
    with Progress(3, stream, every=0) as progress:
        progress.done(outcome("ada", 1.0))
        progress.done(everywhere("bob", f"{ESCAPE}{SCRIPT} not JSON"))
        progress.done(failed="a worker was lost")
    text = stream.getvalue()
    assert "\x1b" not in text and "\r" not in text
    assert "bob: not examined:" in text and "not JSON" in text
    assert "a worker was lost" in text
    assert "grading 1/3" in text and "left" in text
    assert text.splitlines()[-1].startswith("grading 3/3")
    assert "2 submissions not examined" in text


def test_progress_says_little_where_nobody_watches():
    stream = io.StringIO()
    with Progress(500, stream) as progress:
        for _ in range(500):
            progress.done(outcome("ada", 1.0))
    assert len(stream.getvalue().splitlines()) <= 2


def test_progress_on_a_terminal_is_a_bar():
    stream = Terminal()
    with Progress(2, stream) as progress:
        progress.done(outcome("ada", 1.0))
        progress.done(everywhere("eve\x1b[2J", f"{ESCAPE} gone"))
    text = stream.getvalue()
    assert "2/2" in text and "left" in text
    assert "eve: not examined: gone" in text and "\x1b[2J" not in text and "\x07" not in text


def test_one_test_that_did_not_end_is_no_failed_examination():
    base = outcome("ada", 1.0)
    cells = (dataclasses.replace(base.cells[0], status=UNPROVEN, score=0.0), *base.cells[1:])
    stream = io.StringIO()
    with Progress(1, stream) as progress:
        progress.done(dataclasses.replace(base, cells=cells))
    assert "not examined" not in stream.getvalue()
