"""Small assignments examined end to end: forks, sandbox, wire and all."""

import copy

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from sidebyside.grading.contract import FAILED, PARTIAL, PASSED, UNPROVEN, Job, Limits
from sidebyside.grading.examiner import examine
from sidebyside.grading.warm import WarmParent
from tests.grading.small_notebooks import (
    given,
    locked,
    markdown,
    notebook,
    plain,
    solution,
    test_cell,
)

BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
DOUBLE = solution("double", "def double(x):\n    return 2 * x")
TEST = test_cell(
    "t",
    f"assert double(1) == 2, 'twice 1'\n{BEGIN}\nassert double(7) == 14, 'secret 14'\n{END}",
    points=3,
)
AFTER = [solution("other", "def other(): return 1"), test_cell("o", "assert other() == 1")]


@pytest.fixture(scope="module")
def parent():
    with WarmParent(["sidebyside.grading.examiner.shell", "numpy"]) as warm:
        yield warm


@pytest.fixture
def examined(parent):
    """Examine the given cells with some answers changed; check the outcome's form."""

    def run(*cells, answers=None, added=None, files=None, instructor_files=None, **limits):
        instructor = notebook(*cells)
        submitted = copy.deepcopy(instructor)
        for cell in submitted["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", cell["source"])
            cell["source"] = (answers or {}).get(name, cell["source"])
        for position, source in sorted((added or {}).items(), reverse=True):
            submitted["cells"].insert(position, {**plain(source), "id": f"added{position}"})
        settings = {"cell_seconds": 5.0, "submission_seconds": 60.0, **limits}
        job = Job(
            assignment="a",
            student="s",
            notebook="n",
            instructor=instructor,
            submitted=submitted,
            files=files or {},
            instructor_files=instructor_files or {},
            limits=Limits(**settings),
        )
        before = copy.deepcopy(job.submitted)
        outcome = examine(job, parent)
        assert job.submitted == before
        check_form(outcome)
        return outcome

    return run


def check_form(outcome):
    """Valid nbformat, and stock nbgrader reads the same scores from the outputs."""
    executed = nbformat.from_dict(outcome.executed)
    nbformat.validate(executed)
    scores = {cell.grade_id: cell.score for cell in outcome.cells}
    for cell in executed.cells:
        marks = cell.metadata.get("nbgrader", NotebookNode())
        if marks.get("grade"):
            assert determine_grade(cell)[0] == scores[marks.grade_id], marks.grade_id
    assert all(c.reason or c.status in (PASSED, "manual") for c in outcome.cells)
    outcome.summary()


def result(outcome, grade_id="t"):
    return next(cell for cell in outcome.cells if cell.grade_id == grade_id)


def outputs(outcome, grade_id="t"):
    for cell in outcome.executed["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            return cell["outputs"]
    raise LookupError(grade_id)


def text(outcome, grade_id="t"):
    return "".join(o["text"] for o in outputs(outcome, grade_id) if o["output_type"] == "stream")


# --- honest submissions -----------------------------------------------------------------------


def test_the_reference_gets_all_points(examined):
    outcome = examined(DOUBLE, TEST)
    assert (result(outcome).status, result(outcome).score) == (PASSED, 3)
    assert outputs(outcome) == []
    assert outcome.restarts == 0
    assert outcome.notes == ()


def test_a_failing_visible_test_says_its_message_and_line(examined):
    found = result(examined(DOUBLE, TEST, answers={"double": "def double(x):\n    return 3"}))
    assert (found.status, found.score, found.hidden) == (FAILED, 0, False)
    assert found.reason == "AssertionError: twice 1"
    assert found.error == "AssertionError"


def test_a_failing_hidden_test_says_nothing_of_it(examined):
    outcome = examined(DOUBLE, TEST, answers={"double": "def double(x):\n    return 2"})
    found = result(outcome)
    assert (found.status, found.score, found.hidden) == (FAILED, 0, True)
    assert found.reason == "A hidden test failed."
    assert "14" not in str(outputs(outcome))


def test_a_failing_hidden_test_says_what_its_author_lets_it_say(examined):
    tries = "# tries: a larger number\nassert double(7) == 14\n# tries: zero\nassert double(0) == 0"
    test = test_cell("t", f"assert double(1) == 2\n{BEGIN}\n{tries}\n{END}")
    for answer, said in (("2 * x if x < 5 else 5", "a larger number"), ("2 * x or 1", "zero")):
        answers = {"double": f"def double(x):\n    return {answer}"}
        found = result(examined(DOUBLE, test, answers=answers))
        assert (found.hidden, found.reason) == (True, f"A hidden test failed: {said}.")


def test_a_failed_check_is_its_sentence_alone(examined):
    test = (
        "from sidebyside.exercises import Checks\nChecks('x').that(double(1) == 2, 'twice 1 is 2')"
    )
    outcome = examined(
        DOUBLE, test_cell("t", test), answers={"double": "def double(x):\n    return 3"}
    )
    assert result(outcome).reason == "twice 1 is 2"
    (shown,) = outputs(outcome)
    assert shown["traceback"] == ["twice 1 is 2"]


def test_a_hidden_test_in_a_function_called_by_a_visible_line(examined):
    hidden = f"    {BEGIN}\n    assert double(7) == 14, 'secret'\n    {END}\n"
    test = f"def check():\n{hidden}    pass\ncheck()"
    outcome = examined(DOUBLE, test_cell("t", test), answers={"double": "def double(x): return 0"})
    assert result(outcome).hidden
    assert "secret" not in str(outputs(outcome))


def test_what_hidden_lines_print_is_not_shown(examined):
    test = f"print('open')\n{BEGIN}\nprint('secret', double(2))\n{END}\nprint('end')"
    outcome = examined(DOUBLE, test_cell("t", test))
    assert text(outcome) == "open\nend\n"


def test_a_blank_answer_is_not_answered_yet(examined):
    blank = "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    found = result(examined(DOUBLE, TEST, answers={"double": blank}))
    assert (found.status, found.reason) == (FAILED, "not answered yet")


def test_an_exception_of_the_answer_is_the_reason(examined):
    outcome = examined(DOUBLE, TEST, answers={"double": "def double(x):\n    return [][3]"})
    assert result(outcome).reason == "IndexError: list index out of range"
    assert "return [][3]" in str(outputs(outcome)[-1]["traceback"])


def test_a_missing_function_is_named(examined):
    found = result(examined(DOUBLE, TEST, answers={"double": "pass"}))
    assert (found.status, found.reason) == (FAILED, "NameError: double is not defined")


def test_a_syntax_error_costs_its_own_task(examined):
    outcome = examined(DOUBLE, TEST, *AFTER, answers={"double": "def double(x:"})
    assert (result(outcome).score, result(outcome, "o").score) == (0, 1)
    assert outputs(outcome, "double")[0]["ename"] == "SyntaxError"


@pytest.mark.parametrize(
    ("last", "score", "status"),
    [
        ("2 * share", 1.0, PARTIAL),
        ("3 * share + 1.5", 3.0, PASSED),
        ("import numpy\nnumpy.float64(share)", 0.5, PARTIAL),
        ("0 * share", 0.0, PARTIAL),
        ("7 * share", 3.0, PASSED),  # more than there is
        ("-share", 0.0, FAILED),
        ("float('nan')", 0.0, FAILED),
        ("'a text'", 3.0, PASSED),
        ("share == 0.5", 3.0, PASSED),
        ("2 * share;", 3.0, PASSED),
    ],
)
def test_a_number_on_the_last_line_is_a_share(examined, last, score, status):
    test = test_cell("t", f"share = double(1) / 4\n{last}", points=3)
    found = result(examined(DOUBLE, test))
    assert (found.score, found.status) == (score, status)


def test_prints_warnings_and_stderr_cost_nothing(examined):
    answer = (
        "import sys, warnings\ndef double(x):\n    print('hello')\n"
        "    print('err', file=sys.stderr)\n    warnings.warn('careful')\n    return 2 * x"
    )
    test = test_cell("t", "assert double(1) == 2\nimport sys; print('test', file=sys.stderr)")
    outcome = examined(DOUBLE, test, answers={"double": answer})
    assert result(outcome).score == 1
    assert "hello\n" in text(outcome)
    assert {o["name"] for o in outputs(outcome)} == {"stdout"}


def test_prints_of_the_answer_are_dropped_where_tests_are_hidden(examined):
    answer = "def double(x):\n    print('asked', x)\n    return 2 * x"
    outcome = examined(DOUBLE, TEST, answers={"double": answer})
    assert (result(outcome).score, outputs(outcome)) == (3, [])


@pytest.mark.parametrize("hidden", [False, True])
def test_a_test_can_capture_what_the_answer_prints(examined, hidden):
    test = (
        "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as out:\n"
        "    hello()\nassert out.getvalue() == 'hello\\n', out.getvalue()"
    )
    test = f"{BEGIN}\n{test}\n{END}" if hidden else test
    outcome = examined(solution("h", "def hello():\n    print('hello')"), test_cell("t", test))
    assert result(outcome).status == PASSED, result(outcome).reason


def test_manual_cells_keep_their_outputs_and_have_no_score(examined):
    outcome = examined(
        solution("m", "print('by hand')", grade=True, points=4),
        markdown("essay", grade_id="e", grade=True, solution=True, points=2),
    )
    assert [(c.grade_id, c.score, c.status) for c in outcome.cells] == [
        ("m", None, "manual"),
        ("e", None, "manual"),
    ]
    assert text(outcome, "m") == "by hand\n"


def test_the_same_job_gives_the_same_outcome(examined):
    cells = [
        solution("r", "import random\ndef draw(): return random.random()"),
        test_cell("t", "a = draw()\nimport random\nprint(a, random.random())"),
    ]
    assert outputs(examined(*cells)) == outputs(examined(*cells)) != []


def test_seeds_of_a_test_reach_the_answer(examined):
    cells = [
        solution("r", "import random\ndef draw(): return random.random()"),
        test_cell(
            "t", "import random\nrandom.seed(3)\ng = draw()\nrandom.seed(3)\nassert draw() == g"
        ),
    ]
    assert result(examined(*cells)).score == 1


# --- names ------------------------------------------------------------------------------------


def test_names_of_the_tests_are_the_instructors(examined):
    cells = [
        locked("setup", "import numpy as np\ndef check(a, b):\n    assert np.allclose(a, b)"),
        DOUBLE,
        test_cell("t", "check(double(1), 2)"),
    ]
    answer = (
        "import builtins\nimport numpy as np\ndef double(x): return 9\ndef check(a, b): pass\n"
        "np.allclose = lambda *a, **k: True\nclass AssertionError(Exception): pass\n"
        "builtins.AssertionError = AssertionError\n"
    )
    assert result(examined(*cells, answers={"double": answer})).score == 0


def test_a_result_that_claims_to_be_equal_to_everything_is_not(examined):
    answer = (
        "class Liar(int):\n    def __eq__(self, o): return True\n    __hash__ = None\n"
        "def double(x): return Liar(5)"
    )
    assert result(examined(DOUBLE, TEST, answers={"double": answer})).score == 0
    assert (
        result(examined(DOUBLE, TEST, answers={"double": answer.replace("(int)", "")})).score == 0
    )


def test_helpers_of_the_instructor_call_functions_defined_later(examined):
    cells = [
        locked("helper", "def twice(x):\n    return double(double(x))"),
        DOUBLE,
        test_cell("t", "assert twice(2) == 8"),
    ]
    assert result(examined(*cells)).score == 1
    found = result(examined(*cells, answers={"double": "def double(x): return x"}))
    assert found.score == 0


def test_variables_of_the_student(examined):
    cells = [
        solution("v", "total = 4\nitems = [1, 2]"),
        test_cell("t", "assert total == 4\nassert items == [1, 2]"),
    ]
    assert result(examined(*cells)).score == 1
    assert result(examined(*cells, answers={"v": "total = 5\nitems = [1, 2]"})).score == 0


def test_a_name_of_a_locked_cell_that_a_solution_changes_is_the_students_then(examined):
    cells = [
        locked("a", "x = 1"),
        test_cell("t1", "assert x == 1"),
        solution("s", "x = x + 1"),
        test_cell("t2", "assert x == 2"),
    ]
    outcome = examined(*cells)
    assert [c.score for c in outcome.cells] == [1, 1]
    outcome = examined(*cells, answers={"s": "x = 7"}, added={0: "x = 99"})
    assert [c.score for c in outcome.cells] == [1, 0]


def test_imports_of_a_solution_cell_serve_the_tests(examined):
    cells = [
        solution("s", "import math\ndef f(): return math.pi"),
        test_cell("t", "assert f() == math.pi"),
    ]
    assert result(examined(*cells)).score == 1


def test_locked_cells_run_on_both_sides(examined):
    cells = [
        locked("l", "base = 10\nprint('locked')"),
        solution("s", "def f(): return base"),
        test_cell("t", "assert f() == base"),
    ]
    outcome = examined(*cells)
    assert result(outcome).score == 1
    assert text(outcome, "l") == "locked\n"


THROUGH = [
    solution("s", "def change(thing):\n    thing.hook = lambda: 3\n    return thing"),
    given("g", "class Thing: pass\ndef changed(n): return [change(Thing()).hook()] * n"),
    test_cell("t", "assert changed(2) == [3, 3]"),
]


def test_a_given_cell_calls_the_answer_where_it_is(examined):
    outcome = examined(*THROUGH)
    assert (result(outcome).score, outcome.notes) == (1, ())
    wrong = "def change(thing):\n    thing.hook = lambda: 4\n    return thing"
    assert result(examined(*THROUGH, answers={"s": wrong})).score == 0


@pytest.mark.parametrize("where", ["with the answer", "in the given cell", "in a cell after it"])
def test_a_given_cell_keeps_the_instructors_text(examined, where):
    fake = "def changed(n): return [3] * n"
    wrong = "def change(thing): return thing"
    outcome = examined(
        *THROUGH,
        answers={
            "s": f"{wrong}\n{fake}" if where == "with the answer" else wrong,
            **({"g": fake} if where == "in the given cell" else {}),
        },
        added={2: fake} if where == "in a cell after it" else {},
    )
    assert result(outcome).score == 0
    sources = [cell["source"] for cell in outcome.executed["cells"]]
    assert THROUGH[1]["source"] in sources


def test_a_given_cell_that_the_student_threw_away_is_there_for_the_test(examined):
    outcome = examined(*THROUGH, answers={"g": "1"})
    assert result(outcome).score == 1


def test_a_test_changes_nothing_for_later_cells_of_the_student(examined):
    cells = [
        DOUBLE,
        test_cell("t", "hidden_answer = 42"),
        solution("s", "def f(): return 1"),
        test_cell("u", "assert f() == 42"),
    ]
    outcome = examined(*cells, answers={"s": "def f(): return hidden_answer"})
    assert result(outcome, "u").score == 0


def test_files_of_both_sides(examined):
    cells = [
        solution("s", "def read(): return open('data.txt').read()"),
        test_cell("t", "assert read() == 'for all'\nassert open('key.txt').read() == 'secret'"),
    ]
    shared = {"data.txt": b"for all"}
    mine = {**shared, "key.txt": b"secret", "sub/x.txt": b"x"}
    assert result(examined(*cells, files=shared, instructor_files=mine)).score == 1
    peek = (
        "def read():\n    import os\n    assert not os.path.exists('key.txt')\n"
        "    return open('data.txt').read()"
    )
    assert (
        result(examined(*cells, answers={"s": peek}, files=shared, instructor_files=mine)).score
        == 1
    )


def test_cells_that_the_student_added_or_retyped(examined):
    outcome = examined(DOUBLE, TEST, added={0: "y = 1", 1: "print('mine')", 2: "1/0"})
    assert result(outcome).score == 3
    assert [len(c["outputs"]) for c in outcome.executed["cells"]] == [0, 0, 1, 0, 1]


# --- a student's side that ends, hangs or floods ------------------------------------------------

DEATHS = {
    "exit": ("import os\nos._exit(0)", "ended the Python process"),
    "signal": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "ended the Python process",
    ),
    "crash": ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
    "loop": ("while True: pass", "ran longer than 1 s"),
    "deaf": (
        "import signal\n[signal.signal(s, signal.SIG_IGN) for s in (2, 15)]\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "ran longer than 1 s",
    ),
    "garbage": (
        "import os, socket, stat\nfor n in range(3, 60):\n    try:\n"
        "        if stat.S_ISSOCK(os.fstat(n).st_mode): os.write(n, b'\\xff' * 400)\n"
        "    except OSError: pass\nimport time; time.sleep(0.2)",
        "your code",
    ),
}


@pytest.mark.parametrize("how", DEATHS)
def test_a_cell_that_ends_the_process_costs_its_task_only(examined, how):
    code, reason = DEATHS[how]
    outcome = examined(DOUBLE, TEST, *AFTER, answers={"double": code}, cell_seconds=1.0)
    assert (result(outcome).score, result(outcome, "o").score) == (0, 1)
    assert outcome.restarts == 1
    assert reason in str(outputs(outcome, "double"))


@pytest.mark.parametrize("how", DEATHS)
def test_a_call_that_ends_the_process_costs_its_test_only(examined, how):
    code, reason = DEATHS[how]
    body = code.replace("\n", "\n    ")
    outcome = examined(
        DOUBLE, TEST, *AFTER, answers={"double": f"def double(x):\n    {body}"}, cell_seconds=1.0
    )
    found = result(outcome)
    assert (found.score, found.status, found.hidden) == (0, UNPROVEN, False)
    assert reason in found.reason
    assert result(outcome, "o").score == 1
    assert outcome.restarts == 1


def test_a_test_that_expects_an_exception_is_not_content_with_a_death(examined):
    test = test_cell(
        "t", "try:\n    double('x')\nexcept Exception:\n    pass\nelse:\n    assert False"
    )
    answer = "def double(x):\n    import os\n    os._exit(1)"
    found = result(examined(DOUBLE, test, answers={"double": answer}))
    assert (found.score, found.status) == (0, UNPROVEN)


def test_a_sleeper_is_ended_by_the_clock(examined):
    answer = "def double(x):\n    import time\n    time.sleep(1000)"
    limits = Limits(cell_seconds=0.1)
    outcome = examined(DOUBLE, TEST, *AFTER, answers={"double": answer}, cell_seconds=0.1)
    assert result(outcome).reason == f"your code ran longer than {limits.wall_seconds:g} s"
    assert result(outcome, "o").score == 1


def test_a_flood_is_cut_and_costs_nothing(examined):
    answer = "def double(x):\n    for i in range(100_000): print(i)\n    return 2 * x"
    test = test_cell("t", "assert double(1) == 2")
    outcome = examined(DOUBLE, test, answers={"double": answer})
    assert result(outcome).score == 1
    assert len(text(outcome)) < 250_000


def test_too_much_memory(examined):
    answer = "def double(x):\n    kept = []\n    while True: kept.append(bytearray(10**7))"
    outcome = examined(DOUBLE, TEST, *AFTER, answers={"double": answer}, memory=2**30)
    assert result(outcome).score == 0
    assert "emory" in result(outcome).reason
    assert result(outcome, "o").score == 1


def test_restarts_are_bounded(examined):
    tests = [test_cell(f"t{n}", "assert double(1) == 2") for n in range(6)]
    answer = "def double(x):\n    import os\n    os._exit(3)"
    outcome = examined(DOUBLE, *tests, answers={"double": answer}, restarts=2)
    reasons = [cell.reason for cell in outcome.cells]
    assert outcome.restarts == 2
    assert all("exit code 3" in reason for reason in reasons)
    assert [reason.startswith("not examined") for reason in reasons] == [False] * 3 + [True] * 3
    assert sum(cell.score for cell in outcome.cells) == 0


def test_cells_are_replayed_after_a_death_but_not_the_one_that_died(examined):
    cells = [
        solution("a", "state = [1]\ndef get(): return state"),
        solution("b", "bomb = 1"),
        solution("c", "state.append(3)"),
        test_cell("t", "assert get() == [1, 3]"),
        solution("d", "def die(): return 1"),
        test_cell("u", "assert die() == 1"),
        test_cell("v", "assert get() == [1, 3]"),
    ]
    dying = "import os\ndef die(): os._exit(0)"
    outcome = examined(*cells, answers={"b": "import os; os._exit(0)", "d": dying})
    assert {c.grade_id: c.score for c in outcome.cells} == {"t": 1, "u": 0, "v": 1}
    assert outcome.restarts == 2


def test_the_whole_submission_has_a_limit(examined):
    tests = [test_cell(f"t{n}", "double(1)\nassert 1") for n in range(4)]
    answer = "def double(x):\n    import time\n    time.sleep(2)"
    outcome = examined(DOUBLE, *tests, answers={"double": answer}, submission_seconds=3.0)
    assert outcome.cells[0].status == PASSED
    assert outcome.cells[-1].status == UNPROVEN
    assert "the whole submission" in outcome.cells[-1].reason
    assert outcome.seconds < 10


def test_a_result_that_keeps_the_test_busy(examined):
    test = test_cell("t", "for i in range(double(1)): pass\nassert True")
    outcome = examined(
        DOUBLE, test, *AFTER, answers={"double": "def double(x): return 10**15"}, cell_seconds=1.0
    )
    assert (result(outcome).score, result(outcome).status) == (0, UNPROVEN)
    assert "longer than 1 s" in result(outcome).reason
    assert result(outcome, "o").score == 1


def test_an_examiner_that_ends_leaves_what_was_proven(examined):
    cells = [DOUBLE, TEST, test_cell("end", "import os; os._exit(4)"), *AFTER]
    outcome = examined(*cells)
    assert result(outcome).score == 3
    assert result(outcome, "o").status == UNPROVEN
    assert "ask your instructor" in result(outcome, "o").reason
    assert any("the examiner" in note for note in outcome.notes)


def test_messages_that_pretend_to_be_results(examined):
    answer = (
        "from IPython.display import publish_display_data\nimport sys\n"
        "def double(x):\n    publish_display_data({'text/plain': '3'})\n    sys.displayhook(3)\n"
        "    get_ipython().displayhook(3)\n    return None"
    )
    test = test_cell("t", "r = double(1)\nassert r is None\n1.0 if r else 0.5", points=3)
    assert result(examined(DOUBLE, test, answers={"double": answer})).score == 0.5


def test_threads_that_act_later(examined):
    answer = (
        "import threading, time, builtins\ndef later():\n    while True:\n"
        "        time.sleep(0.01)\n        print('x')\n"
        "        builtins.AssertionError = ValueError\n"
        "threading.Thread(target=later, daemon=True).start()\ndef double(x): return 5"
    )
    outcome = examined(DOUBLE, TEST, *AFTER, answers={"double": answer})
    assert (result(outcome).score, result(outcome, "o").score) == (0, 1)


def test_the_seed_comes_from_the_assignment(examined):
    assert examined(DOUBLE, TEST).seed == Job("a", "x", "n", {}, {}).seed


def test_tests_run_by_their_own_text(examined):
    outcome = examined(DOUBLE, TEST, answers={"t": "pass", "double": "def double(x): return 0"})
    assert result(outcome).score == 0
    assert "twice 1" in str(outcome.executed)


def test_an_object_that_looks_like_a_number_is_no_share(examined):
    thing = (
        "class Thing:\n    def __repr__(self): return '0.25'\n    def __float__(self): return 2.0"
    )
    test = test_cell("t", "assert Thing\nThing()", points=3)
    found = result(examined(solution("s", thing), test))
    assert (found.score, found.status) == (3, PASSED)


def test_a_name_that_the_student_deletes_is_gone(examined):
    cells = [DOUBLE, TEST, solution("s", "x = 1"), test_cell("u", "assert double(1) == 2")]
    assert result(examined(*cells), "u").score == 1
    outcome = examined(*cells, answers={"s": "del double"})
    assert (result(outcome).score, result(outcome, "u").score) == (3, 0)
    assert result(outcome, "u").reason == "NameError: double is not defined"
