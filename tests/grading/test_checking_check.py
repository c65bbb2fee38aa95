"""``check-assignment`` on small assignments, each with one fault that it must name."""

import copy
import json
from types import SimpleNamespace

import nbformat
import pytest

from sidebyside.authoring.answers import Answer
from sidebyside.errors import SideBySideError
from sidebyside.grading.checking import command
from sidebyside.grading.checking.accepted import Accepted, read_accepted
from sidebyside.grading.checking.check import check
from sidebyside.grading.checking.findings import MEND
from sidebyside.grading.checking.report import text
from sidebyside.grading.checking.target import CheckError, groups, read_targets, target
from tests.grading.checking_assignment import change, notebook, solution
from tests.grading.in_process import execute


def answer(task, right, source, **loses):
    loses = {name.replace("_", "-"): float(points) for name, points in loses.items()}
    return Answer("small", f"{task}--one", task, right, loses, "a reason", source)


def checked(made=None, bank=None, **options):
    made = target(made or notebook(), assignment="small", name="small", bank=bank)
    options.setdefault("mutation", False)
    return check([made], execute, **options)


def kinds(report, severity=None):
    return {f.kind for f in report.findings if severity in (None, f.severity)}


def about(report, kind):
    return {f.cell for f in report.findings if f.kind == kind}


def test_a_sound_assignment_has_nothing_to_mend():
    report = checked()
    assert report.findings == []
    assert "To mend: nothing" in text(report)


@pytest.mark.parametrize(
    ("cell", "old", "new", "kind", "where"),
    [
        ("area", "r ** 2", "r ** 3", "reference-loses-points", "test-area"),
        ("test-clip-below", "assert clip(1, 5) == 1", "assert True", "no-such", None),
        ("test-area", "assert abs(area(1)", "area = area\nassert abs(area(1)",
         "test-overwrites-name", "test-area"),
        ("test-area", "< 1e-4", "< 1e-4\nclip(0, 1)", "mentions-other-task", "test-area"),
        ("test-area", "< 1e-4\n### END HIDDEN TESTS", "< 1e-4\n### END HIDDEN TESTS\n1",
         "ends-in-expression", "test-area"),
        ("test-area", "< 1e-4\n### END HIDDEN TESTS", "< 1e-4\n### END HIDDEN TESTS\n1",
         "partial-by-accident", "test-area"),
        ("test-area", "### END HIDDEN TESTS", "", "hidden-markers", "test-area"),
        ("test-clip-below", "assert clip(1, 5) == 1", "", "no-visible-test", "test-clip-below"),
        ("test-clip-below", "assert clip(-3, 5) == -3", "", "no-hidden-test", "test-clip-below"),
        ("test-clip-above", "assert clip(9", "area(0)\nassert clip(9",
         "depends-on-other-task", "test-clip-above"),
    ],
)  # fmt: skip
def test_a_fault_is_named(cell, old, new, kind, where):
    report = checked(change(cell, old, new))
    assert about(report, kind) == ({where} if where else set())
    assert kind not in kinds(checked())


def test_a_test_that_asks_nothing_gives_points_for_a_blank():
    made = change("test-clip-below", "assert clip(1, 5) == 1", "assert True")
    made = change("test-clip-below", "assert clip(-3, 5) == -3", "assert True", made)
    report = checked(made)
    assert about(report, "blank-earns-points") == {"test-clip-below"}
    assert kinds(report, MEND) == {"blank-earns-points"}


def test_marks_that_nbgrader_would_stumble_over():
    made = notebook()
    made.cells[4].metadata.nbgrader.points = 0
    made.cells.append(copy.deepcopy(made.cells[0]))
    report = checked(made)
    assert about(report, "zero-points") == {"test-clip-below"}
    assert about(report, "duplicated-grade-id") == {"setup"}


def test_test_cells_that_lean_on_one_another():
    made = change("test-clip-below", "assert clip(1, 5)", "high = 5\nassert clip(1, 5)")
    report = checked(change("test-clip-above", "clip(9, 5)", "clip(9, high)", made))
    assert about(report, "test-needs-test") == {"test-clip-above"}


def test_a_name_that_two_tasks_bind():
    made = notebook()
    made.cells[3].source += "\nhelper = 1"
    made.cells[1].source += "\nhelper = 2"
    assert about(checked(made), "name-of-two-tasks") == {"clip"}


BANK = [
    answer("area", False, "def area(r):\n    return 2 * math.pi * r", test_area=2),
    answer("area", True, "def area(r):\n    return math.pi * r * r"),
    answer("clip", False, "def clip(x, high):\n    return high", test_clip_below=1),
    answer("clip", False, "def clip(x, high):\n    return x", test_clip_above=2),
    answer("clip", True, "def clip(x, high):\n    return min(x, high)"),
]


def test_a_bank_that_says_what_is_so():
    report = checked(bank=BANK)
    assert kinds(report) == {"small-bank"}
    assert about(report, "small-bank") == {"area", "clip"}
    assert report.answers == 5


def test_a_bank_is_tried_in_few_submissions():
    """Three lanes for three answers to one task."""
    assert checked(bank=BANK).submissions - checked().submissions == 3


def test_a_wrong_answer_that_loses_other_points():
    wrong = answer("area", False, "def area(r):\n    return math.pi * r * r", test_area=2)
    report = checked(bank=[wrong, *BANK[1:]])
    assert about(report, "loses-other-points") == {"area"}
    assert about(report, "lost-by-no-wrong-answer") == {"test-area"}


def test_a_right_answer_marked_down():
    right = answer("clip", True, "def clip(x, high):\n    return float(min(x, high)) + 1e-12")
    report = checked(bank=[*BANK[:-1], right])
    assert about(report, "right-answer-marked-down") == {"test-clip-below", "test-clip-above"}


def test_points_that_no_wrong_answer_loses():
    report = checked(bank=[a for a in BANK if "test-clip-above" not in a.loses])
    (finding,) = [f for f in report.findings if f.kind == "lost-by-no-wrong-answer"]
    assert finding.cell == "test-clip-above" and "only the blank" in finding.what


def test_an_answer_to_no_task_and_foreign_points():
    stray = answer("volume", False, "pass", test_area=2)
    greedy = answer("clip", False, "def clip(x, high):\n    return x", test_area=2)
    report = checked(bank=[*BANK, stray, greedy])
    assert about(report, "answer-without-task") == {"volume"}
    assert about(report, "declares-foreign-points") == {"clip"}


def test_mutants_are_killed_and_survivors_listed():
    report = checked(mutation=True)
    assert {s.task: (s.made == s.examined) for s in report.scores} == {"area": True, "clip": True}
    changes = {(s.task, s.was.strip(), s.becomes.strip()) for s in report.survivors}
    assert ("clip", "if x > high:", "if x >= high:") in changes, "equivalent: min is the same"
    assert 0.7 < report.mutation_score < 1
    killed = sum(s.killed for s in report.scores)
    assert killed + len(report.survivors) == sum(s.examined for s in report.scores)
    assert "-    if x > high:\n    +    if x >= high:" in text(report)


def test_a_weaker_test_lets_more_mutants_live():
    weak = change("test-area", "assert abs(area(2) - 12.56637) < 1e-4", "assert area(2) > 0")
    better, worse = checked(mutation=True), checked(weak, mutation=True)
    assert worse.mutation_score < better.mutation_score
    assert any(s.becomes.strip() == "return math.pi * r ** 3" for s in worse.survivors)


def test_no_mutants_of_a_reference_that_fails():
    report = checked(change("area", "r ** 2", "r ** 3"), mutation=True)
    assert "no-mutation" in kinds(report) and report.mutation_score is None


def test_a_mutant_that_never_ends_is_killed():
    made = change("clip", "return x", "while x < 0:\n        x += 1\n        break\n    return x")
    made = change("test-clip-below", "assert clip(-3, 5) == -3", "assert clip(-3, 5) == -2", made)
    made.cells = made.cells[:1] + made.cells[3:]
    report = checked(made, mutation=True)
    hung = [s for s in report.survivors if "break" in s.was and s.becomes.strip() == "continue"]
    assert hung == [], "clip(-3, 5) would count up to 0 instead"


def test_accepted_survivors_leave_the_score_and_stale_ones_are_named():
    plain = checked(mutation=True)
    same = Accepted("clip", "if x > high:", "if x >= high:", "equal values are the same")
    fails = Accepted("clip", "if x > high:", "if x < high:", "no longer survives")
    gone = Accepted("clip", "if x > high + 1:", "if x < high:", "no longer there")
    other = Accepted("volume", "a", "b", "no such task")
    report = checked(mutation=True, accepted=[same, fails, gone, other])
    assert report.mutation_score > plain.mutation_score
    assert [s.why for s in report.survivors if s.becomes.strip() == same.becomes] == [same.why]
    stale = [f.what for f in report.findings if f.kind == "stale-survivor"]
    assert len(stale) == 3
    assert sum("no longer a mutant" in what for what in stale) == 2
    assert sum("now notice" in what for what in stale) == 1


def test_tasks_that_need_one_another_are_not_tried_together():
    """A mutant of ``area`` must not be killed by the mistake in a mutant of ``clip``."""
    made = change("test-clip-above", "assert clip(9", "assert area(1) > 3.14159\nassert clip(9")
    report = checked(made, mutation=True)
    alone = checked(mutation=True)
    assert "depends-on-other-task" in kinds(report)
    assert {s.key for s in report.survivors} == {s.key for s in alone.survivors}
    assert report.submissions > alone.submissions


def test_an_executor_that_loses_jobs_is_no_full_marks():
    made = target(notebook(), assignment="small", name="small")
    report = check([made], lambda jobs: [], mutation=False)
    assert "reference-loses-points" in kinds(report)


def test_solution_cells_without_tests_belong_to_the_next_ones():
    made = notebook()
    made.cells.insert(1, solution("helper", "return 1"))
    assert list(groups(made)) == [("helper", "area"), ("clip",)]
    made.cells.append(solution("last", "return 1"))
    assert "task-without-tests" in kinds(checked(made))


# --- the command


@pytest.fixture
def course(tmp_path):
    """A course with directory names of its own, and no bank."""
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.source_directory = 'authors'\n"
    )
    folder = tmp_path / "authors" / "small"
    folder.mkdir(parents=True)
    (folder / "data.csv").write_text("1,2\n")
    nbformat.write(notebook(), folder / "small.ipynb")
    return tmp_path


def options(course, **changed):
    plain = {
        "assignment": "small",
        "course": course,
        "bank": None,
        "workers": 1,
        "mutants": 10,
        "no_mutation": False,
        "minimum": None,
        "strict": False,
        "json": None,
        "unsafe": False,
    }
    return SimpleNamespace(**{**plain, **changed})


def test_any_course_is_read(course):
    (found,) = read_targets("small", course, None)
    assert (found.notebook, found.bank, found.files) == ("small", None, {"data.csv": b"1,2\n"})
    assert "raise NotImplementedError" in found.blank["area"]
    with pytest.raises(SideBySideError, match="small"):
        read_targets("large", course, None)
    with pytest.raises(CheckError, match="no answer bank"):
        read_targets("small", course, course / "nowhere")


def test_the_exit_code_and_the_json_file(course, capsys):
    written = course / "check.json"
    assert command.run(options(course, json=written), execute) == 0
    said = json.loads(written.read_text())
    assert said["version"] == 1 and said["assignment"] == "small"
    assert 0 < said["mutation_score"] < 1
    assert {s["task"] for s in said["scores"]} == {"area", "clip"}
    assert all(s["examined"] <= 10 for s in said["scores"])
    assert "Mutation: the tests notice" in capsys.readouterr().out
    assert command.run(options(course, minimum=0.99), execute) == 1
    assert command.run(options(course, minimum=0.5), execute) == 0


def test_findings_to_mend_fail_the_command_and_those_to_look_at_only_if_strict(course):
    path = course / "authors" / "small" / "small.ipynb"
    nbformat.write(change("test-clip-below", "assert clip(-3, 5) == -3", ""), path)
    assert command.run(options(course, no_mutation=True), execute) == 0
    assert command.run(options(course, no_mutation=True, strict=True), execute) == 1
    nbformat.write(change("area", "r ** 2", "r ** 3"), path)
    assert command.run(options(course, no_mutation=True), execute) == 1


def test_the_bank_of_the_course_and_its_survivors_are_found(course):
    bank = course / "tests" / "answers" / "small"
    for folder, name, head in (
        ("wrong", "clip--high", "# task: clip\n# loses: test-clip-below 1\n# mistake: always high"),
        ("right", "clip--min", "# task: clip\n# how: with min"),
    ):
        (bank / folder).mkdir(parents=True)
        body = "return high" if folder == "wrong" else "return min(x, high)"
        text = f"{head}\ndef clip(x, high):\n    {body}\n"
        (bank / folder / f"{name}.py").write_text(text)
    (found,) = read_targets("small", course, None)
    assert [a.right for a in found.bank] == [False, True]
    survivors = bank / "SURVIVORS.toml"
    assert read_accepted(survivors) == []
    survivors.write_text('[[accepted]]\ntask = "clip"\nwas = "a"\nbecomes = "b"\nwhy = "so"\n')
    assert read_accepted(survivors) == [Accepted("clip", "a", "b", "so")]
    assert command.run(options(course), execute) == 1, "a stale survivor, points nobody loses"
    whole = survivors.read_text()
    survivors.write_text(whole + "nth = 2\n")
    assert read_accepted(survivors) == [Accepted("clip", "a", "b", "so", 2)]
    survivors.write_text(whole + "nth = 0\n")
    with pytest.raises(CheckError, match="nth"):
        read_accepted(survivors)
    survivors.write_text('[[accepted]]\ntask = "clip"\nwas = "a"\nbecomes = "b"\n')
    with pytest.raises(CheckError, match="entry 1"):
        read_accepted(survivors)
