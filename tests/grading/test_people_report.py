"""The report: for any class, whatever students write into it."""

import re
from html.parser import HTMLParser

import pytest

from sidebyside.grading import commands
from sidebyside.grading.people import report
from sidebyside.grading.people.records import Results
from sidebyside.grading.people.report import render, write_report

from .people_class import (
    ASSIGNMENT,
    ESCAPE,
    SCRIPT,
    SEED,
    everywhere,
    hostile,
    make_class,
    outcome,
    results_of,
    sixty,
)

VOID = {"meta", "img", "br", "hr", "link", "input", "line", "rect", "path", "circle"}


class Page(HTMLParser):
    """Tags, attributes, text; and whether every tag is closed in order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text, self.open, self.wrong = [], [], "", [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *attribute) for attribute in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)

    def handle_data(self, data):
        self.text += data


def check(html):
    """Well-formed, alone in the world, nothing that runs."""
    page = Page(html)
    assert not page.wrong and not page.open
    assert not {"script", "iframe", "object", "link", "form", "base"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in ("src", "href"):
            assert value.startswith(("#", "data:image/")), (tag, value)
    assert not re.search(r"url\(|@import", html)
    assert "default-src 'none'" in html
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)
    assert not re.search(r"\bnan\b|\binf\b|None", page.text.replace("AssertionError: nan", ""))
    return page


def test_the_report_tells_what_it_should():
    outcomes = [member[0] for member in sixty()]
    html = render(
        results_of(outcomes),
        {"limits": {"memory": 2**32, "cell_seconds": 60.0}, "versions": {"numpy": "2.4"}},
        wall=31.2,
    )
    text = check(html).text
    for part in (
        "60 submissions, 6 tasks, 21 points", "Task 4 · Multi-head attention", "Henrysson",
        "item–rest correlation", "largest difference", "memory 4.0 GiB", str(SEED), "numpy 2.4",
        "not recorded", "could not be examined", "started again 2 times", "31 s",
        "1 submission that could not be examined is left out",
    ):  # fmt: skip
        assert part in text, part
    assert html.count("<h1>") == 1
    assert 'role="img" aria-label="Histogram of the scores.' in html


def test_hostile_text_stays_text():
    outcomes = [member[0] for member in hostile()]
    page = check(render(results_of(outcomes)))
    assert "<script>window.hacked=1</script>" in page.text
    assert "img" not in page.tags


def test_an_assignment_may_be_called_anything():
    results = results_of([outcome("ada", 0.0)])
    check(render(Results(f"{SCRIPT}{ESCAPE}", results.records, results.tasks, 21)))


@pytest.mark.parametrize(
    "outcomes",
    [
        [],
        [outcome("ada", 0.0)],
        [outcome("ada", 9.0), outcome("bob", -9.0)],
        [outcome(f"s{n}", 99.0) for n in range(30)],
        [everywhere(f"s{n}", "no kernel") for n in range(30)],
        [outcome(f"s{n}", 0.1 * n - 20) for n in range(400)],
    ],
    ids=["nobody", "one", "two", "all full", "none examined", "four hundred"],
)
def test_any_class_has_a_report(outcomes):
    check(render(results_of(outcomes)))


def test_nothing_to_look_at_is_said():
    text = check(render(results_of([outcome(f"s{n}", 99.0) for n in range(9)], essay=2.0))).text
    assert "Nothing in the records calls for one." in text
    assert "No test took a point from anybody" in text
    assert "9 of 9full marks" in text or "full marks9 of 9" in text


def test_the_command_writes_it_and_says_where(tmp_path, capsys):
    room = make_class(tmp_path / "course", hostile(), missing=("absent",), essays=False)
    options = _options(["report", ASSIGNMENT, "--course", str(room.root)])
    assert options.run(options) == 0
    said = capsys.readouterr().out
    path = room.root / "reports" / f"{ASSIGNMENT}.html"
    assert str(path) in said and "\x1b" not in said
    text = check(path.read_text("utf-8")).text
    assert "2 submissions still have parts to be graded by hand" in text
    assert "absent" in text and "seccomp" in text
    assert [p.name for p in path.parent.iterdir()] == [path.name], "no half-written file is left"
    elsewhere = tmp_path / "x" / "r.html"
    assert write_report(room.root, ASSIGNMENT, elsewhere) == elsewhere
    assert elsewhere.stat().st_mode & 0o777 == 0o644


def _options(arguments):
    import argparse

    parser = argparse.ArgumentParser()
    report.add_parser(parser.add_subparsers())
    return parser.parse_args(arguments)


def test_the_command_line_knows_these_commands():
    names = [name for name in commands.SUBCOMMANDS if ".people." in name]
    assert len(names) == 4
    for name in names:
        __import__(name)
