"""Feedback: hidden tests stay hidden, and nothing that a student wrote runs."""

import argparse
import dataclasses
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from sidebyside.grading.course.errors import CourseError
from sidebyside.grading.people import feedback
from sidebyside.grading.people.feedback import feedback_page, reason_of, without_hidden
from sidebyside.grading.people.mathematics import ATTRIBUTES
from sidebyside.grading.people.records import Mark, read_records
from sidebyside.grading.people.sanitise import as_text, clean_html, clean_markdown, data_uri

from .people_class import ASSIGNMENT
from .people_feedback import HTML, MARKDOWN, SVG, attacked, make_feedback_course
from .test_people_report import Page

SECRETS = ("the secret of", "42 - 1", "HIDDEN TESTS", "value 41")
ROOT = Path(__file__).resolve().parents[2]


def check(html):
    """Well-formed; links and pictures only of the harmless kinds; no attribute that runs."""
    page = Page(html)
    assert not page.wrong and not page.open
    unwanted = {"script", "iframe", "object", "embed", "link", "form", "base", "video", "input"}
    assert not unwanted & set(page.tags)
    assert page.tags.count("style") == page.tags.count("title") == 1
    assert sum(tag == "meta" for tag in page.tags) == 4
    for tag, name, value in page.attributes:
        assert not name.startswith("on") and name != "style", (tag, name)
        if name == "href":
            assert re.match(r"#|https?://|mailto:", value), value
        if name == "src":
            assert re.fullmatch(r"data:image/(png|svg\+xml);base64,[A-Za-z0-9+/=]+", value), value
        if name == "class" and tag == "b":
            assert not value
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)
    assert not any(secret in page.text for secret in SECRETS)
    return page


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    room = make_feedback_course(tmp_path_factory.mktemp("feedback") / "course")
    options = _options([ASSIGNMENT, "--course", str(room.root)])
    assert options.run(options) == 0
    return room


def _options(arguments):
    parser = argparse.ArgumentParser()
    feedback.add_parser(parser.add_subparsers())
    return parser.parse_args(["feedback", *arguments])


def page_of(room, student):
    path = room.root / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
    return path.read_text("utf-8")


def test_nothing_of_an_attack_is_left(written):
    html = page_of(written, "eve")
    page = check(html)
    assert "evil.example" not in re.sub(r">[^<]*<", "><", html), "only as text"
    assert "<script>window.hacked=1</script>" in page.text


def test_an_honest_page_has_all_that_a_student_needs(written):
    page = check(page_of(written, "ada"))
    (ada, *_) = read_records(written.db_url, ASSIGNMENT)
    lost = [mark for mark in ada.marks if mark.lost and not mark.hidden and mark.reason]
    assert lost
    for mark in lost:
        assert mark.reason in page.text
    assert "Well argued." in page.text and "green < 3" in page.text
    assert "td" in page.tags and any(name == "src" for _, name, _ in page.attributes)
    assert f"{ada.raw:g} of {ada.points:g} points" in page.text
    links = [value for _, name, value in page.attributes if name == "href"]
    ids = {f"#{value}" for _, name, value in page.attributes if name == "id"}
    assert links and set(links) <= ids


def test_points_are_summed_task_by_task_in_words(written):
    nb = attacked()
    nb.cells.insert(0, nbformat.v4.new_markdown_cell("## Task 1 · Softmax $x^2$ (3 points)"))
    (ada, *_) = read_records(written.db_url, ASSIGNMENT)
    page = check(feedback_page(nb, ASSIGNMENT, ada))
    assert "Task 1 · Softmax" in page.text and "math" in page.tags
    assert f"{sum(m.score for m in ada.marks):g} of {ada.points:g}" in page.text
    assert "not passed" in page.text
    assert not any(mark.cell in page.text for mark in ada.marks)


def test_the_page_calls_the_student_as_the_roster_does(written):
    (ada, *_) = read_records(written.db_url, ASSIGNMENT)
    named = dataclasses.replace(ada, first_name="Ada", last_name="Lovelace")
    assert "Ada Lovelace" in feedback_page(None, "one", named)


def test_a_hidden_test_says_what_it_tried_and_no_more(written):
    mark = Mark("one", "t", 2, 0, reason="A hidden test failed: a larger batch.", hidden=True)
    assert reason_of(mark) == "A hidden test failed: a larger batch."
    assert reason_of(dataclasses.replace(mark, reason="42 - 1")) == "A hidden test failed."


def test_hidden_tests_that_failed_say_only_that(written):
    records = {r.student: r for r in read_records(written.db_url, ASSIGNMENT)}
    hidden = [m for m in records["ada"].marks if m.hidden and m.lost]
    assert hidden and "A hidden test failed." in Page(page_of(written, "ada")).text
    assert "Further tests are hidden." in Page(page_of(written, "ada")).text


def test_one_without_a_notebook_gets_a_page_too(written):
    page = check(page_of(written, "mallory"))
    assert "There is no notebook that could be shown" in page.text
    assert "test-backward-dq" in page.text


def test_what_could_not_be_examined_is_said_at_the_top(written):
    text = Page(page_of(written, "eve")).text.split("}\n")[-1]
    assert "Could not be examined:" in text[:400]
    assert text.count("said so") < 20


def test_force_and_student(written, capsys):
    path = written.root / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    path.write_text("old")
    arguments = [ASSIGNMENT, "--course", str(written.root)]
    options = _options(arguments)
    options.run(options)
    assert path.read_text() == "old"
    options = _options([*arguments, "--student", "ada", "--force"])
    assert options.run(options) == 0
    assert "Well" in path.read_text() and "1 page of feedback" in capsys.readouterr().out
    options = _options([*arguments, "--student", "nobody"])
    with pytest.raises(CourseError, match="'nobody'"):
        options.run(options)


def test_plain_nbgrader_writes_the_same_page(tmp_path):
    """``nbgrader generate_feedback`` with this repository's configuration; graded by nbgrader."""
    room = make_feedback_course(tmp_path / "course", recorded=False)
    shutil.copy(ROOT / "nbgrader_config.py", room.root)
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", ASSIGNMENT]
    done = subprocess.run(command, cwd=room.root, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    page = check(page_of(room, "ada"))
    assert "A hidden test failed." in page.text
    assert "not passed" in page.text


def test_a_page_without_a_record_or_a_notebook():
    check(feedback_page(None, "<script>x</script>", None))
    check(feedback_page(attacked(), ASSIGNMENT, None))


def test_a_visible_failure_is_shown_without_what_stands_around_it():
    nb = attacked()
    cell = next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade"))
    seen, _, secret, *_ = cell.source.split("\n")
    cell.outputs[0].evalue = "1 is not 2"
    cell.outputs[0].traceback = [f"Cell In[1]\n----> 1 {seen}\n      3 {secret}", "File x\n--> 9 y"]
    text = check(feedback_page(nb, ASSIGNMENT, None)).text
    assert f"----> {seen}" in text and "AssertionError: 1 is not 2" in text


def test_hidden_lines_are_cut_out():
    source = (
        "a\n  ### BEGIN HIDDEN TESTS\nb\n\n  ### END HIDDEN TESTS\nc\n### BEGIN HIDDEN TESTS\nd"
    )
    names = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
    assert without_hidden(source, names) == ("a\nc", ["b", "d"])
    assert without_hidden("x\n# GEHEIM\ny", ("GEHEIM", "OFFEN")) == ("x", ["y"])


@pytest.mark.parametrize("markup", HTML)
def test_html(markup):
    cleaned = clean_html(markup)
    page = Page(cleaned)
    assert not {"script", "iframe", "style", "meta", "link", "base", "form"} & set(page.tags)
    for _, name, value in page.attributes:
        assert name in ("href", "title", "open") and "script" not in (value or "")


@pytest.mark.parametrize("source", MARKDOWN)
def test_markdown(source):
    png = {"a.png": {"image/png": '"><script>window.hacked=1</script>'}}
    page = Page(clean_markdown(source, png))
    assert not {"script", "iframe", "style", "meta", "link", "base", "form"} & set(page.tags)
    for _, name, value in page.attributes:
        assert name in ("href", "title", "alt", *ATTRIBUTES) and "javascript" not in (value or "")


def test_what_is_harmless_stays():
    table = '<table border="1" class="dataframe"><tbody><tr><td>1</td></tr></tbody></table>'
    assert (
        clean_html(table).replace('class="dataframe" border="1"', 'border="1" class="dataframe"')
        == table
    )
    assert "<strong>b</strong>" in clean_markdown("**b**")
    assert 'href="https://numpy.org"' in clean_markdown("[n](https://numpy.org)")
    assert "<code>" in clean_markdown("`x`")


def test_formulas_become_mathml():
    assert "<msup><mi>a</mi><mn>2</mn></msup>" in clean_markdown("so $a^2$ it is")
    shown = clean_markdown("$$\n\\frac{1}{2}\n$$")
    assert '<math display="block" tabindex="0">' in shown and "<mfrac>" in shown
    for plain in ("it costs $5 and $6", "`$a^2$`", "```\n$a^2$\n```", r"\$a^2\$"):
        assert "<math" not in clean_markdown(plain), plain
    assert r"<code>\frac{</code>" in clean_markdown(r"$\frac{$")
    long = f"${'a' * 3000}$"
    assert "<math" not in clean_markdown(long) and "aaa" in clean_markdown(long)


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\text{<script>window.hacked=1</script>}",
        r"\style{position:fixed}{x}",
        r"\class{evil}{x}",
        r"\color{red' onclick='x}{y}",
        "\ue0000\ue001",
        "</math><img src=x onerror=window.hacked=1>",
    ],
)
def test_a_formula_carries_nothing_that_runs(tex):
    page = Page(clean_markdown(f"before $x{tex}$ after"))
    assert not page.wrong and not page.open
    assert not {"script", "img", "style"} & set(page.tags)
    assert {name for _, name, _ in page.attributes} <= ATTRIBUTES


def test_pictures():
    import base64

    uri = data_uri("image/svg+xml", SVG)
    drawn = base64.b64decode(uri.split(",")[1]).decode()
    assert "circle" in drawn
    for gone in ("script", "onload", "foreignObject", "evil", "hacked"):
        assert gone not in drawn
    for bad in ("<svg", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "<html/>", "<a>" * 5000):
        assert data_uri("image/svg+xml", bad) == ""
    assert data_uri("image/png", "AAAA") == data_uri("text/html", "x") == ""
    assert data_uri("image/png", '"><script>') == ""


@pytest.mark.parametrize(
    "markup",
    ["<b>" * 9000, "<" * 200_000, "<!--" * 9000, "<table>" * 9000, "[" * 60_000, "<a " * 9000,
     "x" * 2_000_000, "&" * 150_000, "<p><b>" * 4000],
    ids=lambda markup: markup[:4],
)  # fmt: skip
def test_endless_markup_costs_little(markup):
    for cleaned in (clean_html(markup), clean_markdown(markup), as_text(markup)):
        assert len(cleaned) < 2_000_000
