"""Every row of *Old code, new code*: the old line shows its symptom, the new code works.

Parametrised over the files, so that there is no row without its test.
"""

import importlib.util
import logging
import re
import shutil
import warnings
from dataclasses import replace

import pytest

from sidebyside import training
from sidebyside.authoring.notebooks import ROOT
from sidebyside.errors import SideBySideError
from sidebyside.publishing.curriculum import read_curriculum
from sidebyside.publishing.old_rows import locked_versions, read_old_row, read_old_rows
from tests.unit.old_code_claims import (
    changed,
    constants,
    is_written,
    matches,
    missing_code,
    missing_messages,
    plain,
    stated_numbers,
)

FOLDER = ROOT / "book" / "old-code"
ROWS = read_old_rows(FOLDER)
BY_NAME = {row.name: row for row in ROWS}
VERSIONS = locked_versions(ROOT / "requirements.txt")
# Python shows these by itself, others (DeprecationWarning, …) only where __main__ causes them.
SHOWN = (UserWarning, FutureWarning, RuntimeWarning)
ABOUT_SPEED = "triggered tf.function retracing"  # depends on what ran before


@pytest.fixture(autouse=True, scope="module")
def frameworks():
    import torch

    training.setup(seed=0)
    once = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    yield
    torch.set_warn_always(once)


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    training.seed(0)


class Seen(logging.Handler):
    """What running a piece of code shows: an error, warnings, logged warnings."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.error, self.shown, self.hidden = None, [], []

    def emit(self, record):
        if ABOUT_SPEED not in record.getMessage():
            self.shown.append(f"{record.levelname}:{record.name}:{record.getMessage()}")


def run(code, names, where):
    seen, loggers = Seen(), [logging.getLogger(name) for name in ("absl", "tensorflow")]
    for logger in loggers:
        logger.addHandler(seen)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                exec(compile(code, where, "exec"), names)
            except Exception as error:
                seen.error = f"{type(error).__name__}: {error}"
    finally:
        for logger in loggers:
            logger.removeHandler(seen)
    for warning in caught:
        text = f"{warning.category.__name__}: {warning.message}"
        (seen.shown if issubclass(warning.category, SHOWN) else seen.hidden).append(text)
    return seen


def prepared(row):
    for package in row.needs:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    names = {"__name__": "__main__"}
    assert run(row.given, names, f"{row.name}: given").error is None
    return names


def check(code, names, row):
    seen = run(code, names, f"{row.name}: check")
    assert seen.error is None, f"{row.name}: {code.strip()} gives {seen.error or 'AssertionError'}"


@pytest.mark.parametrize("name", BY_NAME)
def test_the_old_line_shows_its_symptom(name, own_folder):
    row = BY_NAME[name]
    names = prepared(row)
    seen = run(row.old, names, f"{name}: old")
    if row.symptom == "error":
        assert seen.error is not None, f"{name}: no error"
        assert matches(seen.error, row.messages[0]), plain(seen.error)
    else:
        assert seen.error is None, f"{name}: {seen.error}"
        shown = list(dict.fromkeys(seen.shown))
        shown += [text for text in seen.hidden if any(matches(text, m) for m in row.messages)]
        assert len(set(shown)) == len(row.messages), shown
        for message in row.messages:
            assert any(matches(text, message) for text in shown), [plain(text) for text in shown]
    check(row.check, names, row)


@pytest.mark.parametrize(
    ("name", "way"), [(row.name, way) for row in ROWS for way in row.new], ids=lambda x: x
)
def test_the_new_code_works_without_a_word(name, way, own_folder):
    row = BY_NAME[name]
    names = prepared(row)
    seen = run(row.new[way], names, f"{name}: new.{way}")
    assert seen.error is None, f"{name}: {seen.error}"
    assert seen.shown == []
    check(row.works.get(way, ""), names, row)


@pytest.mark.parametrize("row", [r for r in ROWS if r.symptom == "silence"], ids=lambda r: r.name)
def test_the_harm_of_a_silent_row_is_what_the_old_line_does(row, own_folder):
    """The check that shows the harm must fail where the new code ran instead of the old."""
    for way, code in row.new.items():
        names = prepared(row)
        run(code, names, f"{row.name}: new.{way}")
        assert run(row.check, names, "check").error is not None, f"{row.name}, {way}"


@pytest.mark.parametrize(
    ("name", "line"), [(row.name, line) for row in ROWS for line in row.also], ids=lambda x: x
)
def test_a_line_like_the_old_one_shows_its_message(name, line, own_folder):
    row = BY_NAME[name]
    seen = run(line, prepared(row), f"{name}: {line}")
    shown = [seen.error] if seen.error else list(dict.fromkeys(seen.shown))
    assert len(shown) == 1, shown
    assert matches(shown[0], row.also[line]), plain(shown[0])


# A row's test pins what its text states.


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_message_that_the_text_states_is_one_of_the_row(row):
    assert missing_messages(row) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_code_that_the_text_names_is_run(row):
    assert missing_code(row) == []


def pinned(number, row):
    """Whether a check has the number and fails where that is another one."""
    checks = [(row.old, row.check), *((row.new[way], row.works[way]) for way in row.works)]
    for code, check_code in checks:
        for place, value in constants(check_code):
            if not is_written(number, value):
                continue
            for other in changed(check_code, place, value):
                names = prepared(row)
                run(code, names, row.name)
                error = run(other, names, row.name).error
                if error is not None and error.startswith("AssertionError"):
                    return True
    return False


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_number_that_the_text_states_is_in_a_message_or_asserted(row, own_folder):
    assert [number for number in stated_numbers(row) if not pinned(number, row)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_names_what_exists(row):
    curriculum = read_curriculum(ROOT / "book" / "curriculum.yml")
    assert row.chapter in {entry.number for entry in curriculum}
    assert row.seen or set(row.packages) <= set(VERSIONS)


def test_titles_differ():
    assert len({row.title for row in ROWS}) == len(ROWS)


# A file that is not a row is refused, by name.


@pytest.fixture
def edited(tmp_path):
    def with_change(name, old, new):
        copy = tmp_path / f"{name}.toml"
        shutil.copy(FOLDER / copy.name, copy)
        text = copy.read_text("utf-8")
        assert old in text
        copy.write_text(text.replace(old, new, 1), "utf-8")
        return copy

    return with_change


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("optimiser-lr", "reason =", "raeson =", "lacks reason"),
        ("optimiser-lr", "message =", "reasons =", "reasons, which nobody reads"),
        ("optimiser-lr", '"error"', '"crash"', "the symptom 'crash'"),
        ("optimiser-lr", '"keras"', '"jax"', "the group 'jax'"),
        ("optimiser-lr", "pytorch =", "jax =", "new.jax"),
        ("optimiser-lr", "title = ", "title ", "is not TOML"),
        ("forgotten-eval", "check =", "given2 =", "given2, which nobody reads"),
        ("forgotten-eval", "harm =", "seen =", "is silent and lacks harm"),
        ("forgotten-eval", "check = '''", "needs = '''", "is silent and lacks check"),
        ("loss-data-0", "message =", "seen =", "lacks message"),
        ("cudnn-lstm", "CuDNNGRU'\"", 'CuDNNGRU\'"\n"x" = ""', "the line x under [also]"),
    ],
)
def test_an_incomplete_row_is_refused_by_name(edited, name, old, new, words):
    with pytest.raises(SideBySideError, match=re.escape(words)) as refused:
        read_old_row(edited(name, old, new))
    assert f"{name}.toml" in str(refused.value)


def test_new_code_for_both_is_enough(edited):
    assert "both" in read_old_row(edited("loss-data-0", "pytorch = 'total", "both = 'total")).new


def test_new_code_for_one_framework_only_is_refused(edited):
    path = edited("set-matplotlib-formats", "both =", "pytorch =")
    with pytest.raises(SideBySideError, match="one framework only"):
        read_old_row(path)


def test_a_symptom_that_changed_is_noticed():
    assert matches("ValueError: a  b\n c", "ValueError: a b c")
    assert not matches("ValueError: a b c d", "ValueError: a b c")
    assert matches("ImportError: x (/some/where/y.py)", "ImportError: x (…/y.py)")
    assert run("import warnings; warnings.warn('w')", {}, "x").shown == ["UserWarning: w"]
    assert run("1 / 0", {}, "x").error == "ZeroDivisionError: division by zero"


# The rule of what the text may say, on rows that break it.


@pytest.mark.parametrize(
    ("number", "row_check", "is_pinned"),
    [
        ("16", "assert loss > 1", False),  # a bound far from what the text says
        ("16", "assert loss != 16", False),
        ("16", "assert loss == [0, 16.1][1]", True),
        ("16", "assert [loss] * 17 and [loss][16:] == []", False),  # a place, not a value
        ("16.1", "assert abs(loss - 16.1) < 0.05", True),
        ("16.2", "assert abs(loss - 16.1) < 0.05", False),
        ("2.4e-07", "assert abs(loss * 1e-8 - 1.61e-7) < 1e-12", False),
        ("1.6e-07", "assert abs(loss * 1e-8 - 1.61e-7) < 1e-12", True),
    ],
)
def test_a_number_is_pinned_by_a_check_that_fails_for_another(number, row_check, is_pinned):
    row = replace(ROWS[0], given="", old="loss = 16.1", check=row_check, works={}, needs=())
    assert pinned(number, row) is is_pinned


def test_a_promised_message_or_name_that_the_row_lacks_is_found():
    row = replace(BY_NAME["tf-session"], also={})
    assert missing_code(row) == ["tf.placeholder"]
    assert missing_messages(replace(row, title="`tf.Session()`: no attribute 'Seccion'")) != []
    assert missing_messages(replace(row, reason='It says "use sessions".')) == ["use sessions"]
    assert missing_code(replace(row, reason="`tf.contrib` is gone, too.")) != []


def test_numbers_of_a_text_are_those_that_it_states():
    row = replace(BY_NAME["tf-session"], title="`x`", new={"both": "y = 1  # of 12"})
    text = "In Keras 3 and `f(7)` ten of 0.5, float32; 2.4e-07 in x2"
    assert stated_numbers(replace(row, reason=text)) == ["0.5", "2.4e-07", "12", "10"]
