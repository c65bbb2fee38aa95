"""The hostile catalogue, in one batch among honest submissions, as root and as an ordinary user.

All of it is graded by ``sidebyside grade`` in a process of its own; then everything is looked at
from outside: points, reasons, canaries, and what readers of the results would be shown.

``HOSTILE_ONLY=REGEX`` in the environment restricts the batch to entries of these names.
"""

import os
import re
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sidebyside.grading.warm import processes
from tests.grading.ordinary_user import NOBODY, become_ordinary_user
from tests.hostile import course as hostile
from tests.hostile.catalogue import KINDS, NAME, POINTS, entries

ENTRIES = [e for e in entries() if re.search(os.environ.get("HOSTILE_ONLY", ""), e.name)]
USERS = ["root", "ordinary"] if os.geteuid() == 0 else ["ordinary"]


def everyone(folder: Path, user: int) -> None:
    """Give a folder to a user; links are not followed."""
    for top, folders, names in os.walk(folder):
        for name in [".", *folders, *names]:
            os.chown(os.path.join(top, name), user, user, follow_symlinks=False)


@pytest.fixture(scope="module", params=USERS)
def graded(request):
    """The graded course; commands run in it as the user of the parameter."""
    hostile.clean_up()
    processes.adopt_orphans()
    ordinary = request.param == "ordinary"
    drop = ordinary and os.geteuid() == 0
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as name:
        base = Path(name)
        base.chmod(0o755)
        made = hostile.build(base, ENTRIES)
        if drop:
            everyone(base, NOBODY)
        become = become_ordinary_user if drop else lambda: None
        made.command = lambda *a, **k: hostile.run(made, *a, become=become, **k)
        made.mine = processes.children_of(os.getpid())
        made.grading = made.command("grade", NAME, "--workers", "4")
        print(made.grading.output)
        print(f"{len(made.students)} hostile, {made.grading.seconds:.0f} s")
        made.scores, made.records = hostile.scores(made), hostile.records(made)
        made.unread = {e.name for e in ENTRIES if e.only_as_root} if ordinary else set()
        made.left = hostile.planted_files(made)
        handed = set(processes.tree(os.getpid())) - {os.getpid()} - made.mine  # without zombies
        made.processes = hostile.daemons(), handed
        yield made
        made.listener.close()
        hostile.clean_up()


def left_for_the_next_run(graded, entry):
    """Whether the course's user can't read the submission; then it has no score either."""
    unread = entry.name in graded.unread
    assert not (unread and entry.name in graded.scores)
    return unread


def each(entry_list=ENTRIES):
    return pytest.mark.parametrize("entry", entry_list, ids=lambda e: e.name)


def test_the_catalogue_has_entries_of_every_kind():
    found = entries()
    assert len(found) >= 48
    assert {entry.kind for entry in found} == set(KINDS)
    assert len({entry.name for entry in found}) == len(found)
    assert all(entry.tries and entry.must for entry in found)


def test_the_whole_batch_is_graded(graded):
    assert graded.grading.code == (3 if graded.unread else 0), graded.grading.output
    for student in graded.unread:
        assert f"not graded: {student}: can't be read: PermissionError" in graded.grading.output
    students = {*graded.students, *graded.honest} - graded.unread
    assert set(graded.scores) == set(graded.records) == students
    assert all(set(scores) == set(POINTS) for scores in graded.scores.values())


def test_the_honest_get_exactly_their_points(graded):
    wrong = {s: graded.scores[s] for s, p in graded.honest.items() if graded.scores[s] != p}
    assert wrong == {}, [graded.records[student]["cells"] for student in wrong]


@each()
def test_it_gets_the_points_it_must(graded, entry):
    if left_for_the_next_run(graded, entry):
        return
    got = graded.scores[entry.name]
    reasons = {c["grade_id"]: c["reason"] for c in graded.records[entry.name]["cells"]}
    undeserved = {g: p for g, p in got.items() if p > entry.most[g]}
    assert undeserved == {}, entry.must
    marked_down = {g: (p, reasons[g]) for g, p in got.items() if p < entry.least[g]}
    assert marked_down == {}, entry.must


@each()
def test_a_reason_is_given_for_every_lost_point(graded, entry):
    if left_for_the_next_run(graded, entry):
        return
    cells = {cell["grade_id"]: cell for cell in graded.records[entry.name]["cells"]}
    shown = hostile.outputs(graded, entry.name)
    for grade_id, cell in cells.items():
        if cell["score"] < cell["points"]:
            assert cell["reason"].strip(), grade_id
            if grade_id in entry.watched:
                assert re.search(entry.reason, cell["reason"]), (grade_id, cell["reason"])
            assert '"output_type": "error"' in shown
    notes = " ".join(graded.records[entry.name]["notes"])
    assert "\x1b" not in notes and all("\x1b" not in cell["reason"] for cell in cells.values())


@each()
def test_it_finds_and_shows_no_secret(graded, entry):
    if left_for_the_next_run(graded, entry):
        return
    shown = hostile.outputs(graded, entry.name)
    for secret in (*hostile.SECRETS, "LEAKED-VALUE", "NOT-SANDBOXED"):
        assert secret not in shown, entry.tries
    assert not re.search(r"stolen:|seen: .*True|ESCAPES: \[[^\]]", shown), entry.tries
    assert len(shown) < 3_000_000


def test_nothing_is_left_outside(graded):
    assert graded.left == []
    assert graded.listener.hits == []


def test_no_process_outlives_the_grading(graded):
    assert graded.processes == ([], set())


def test_source_and_submissions_are_as_they_were(graded):
    for name in ("source", "submitted"):
        assert hostile.fingerprint(graded.course / name) == graded.before[name], name
    config = hostile.fingerprint(graded.course / "nbgrader_config.py")
    assert config == graded.before["config"]


def test_the_results_are_plain_files_of_sane_size(graded):
    for path in (graded.course / "autograded").rglob("*"):
        assert path.is_dir() or (path.is_file() and not path.is_symlink()), path
        assert path.is_dir() or path.stat().st_size < 120e6, path


# --- what readers are shown


class Active(HTMLParser):
    """Collects what would act in a reader's browser."""

    def __init__(self):
        super().__init__()
        self.found, self._script = [], False

    def handle_starttag(self, tag, attributes):
        self._script = tag == "script"
        if tag in ("iframe", "object", "embed", "form", "base", "foreignobject"):
            self.found.append(tag)
        for name, value in attributes:
            value = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or value.startswith(("javascript:", "vbscript:")):
                self.found.append(f"{tag} {name}={value[:60]}")

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        if self._script and "HOSTILE" in data:
            self.found.append(f"script {data[:60]}")

    def handle_endtag(self, tag):
        self._script = False


def active(html):
    parser = Active()
    parser.feed(html)
    return parser.found


def test_the_parser_of_this_test_sees_what_acts():
    assert active("<p>HOSTILE</p><script src=a.js></script>") == []
    for bad in (
        "<script>HOSTILE()</script>",
        "<img onerror=x>",
        "<svg onload='x'/>",
        "<a href=' java\nscript:x'>",
        "<iframe srcdoc=x>",
    ):
        assert active(bad), bad


def test_terminals_are_left_alone(graded):
    said = re.sub(r"\x1b\[[0-9;]*[mKA-H]", "", graded.grading.output)
    assert "\x1b" not in said and "\x07" not in said and "HOSTILE-RED" not in said


def test_the_report_shows_nothing_active(graded):
    ran = graded.command("report", NAME)
    assert ran.code == 0, ran.output
    html = (graded.course / "reports" / f"{NAME}.html").read_text(encoding="utf-8")
    assert active(html) == [] and "\x1b" not in html
    assert "\x1b]" not in ran.output


@pytest.fixture(scope="module")
def feedback(graded):
    ran = graded.command("feedback", NAME)
    assert ran.code == 0, ran.output
    folder = graded.course / "feedback"
    return {p.name: p / NAME / f"{NAME}.html" for p in folder.iterdir()}


def test_everybody_gets_feedback_with_nothing_active(graded, feedback):
    assert set(feedback) == {*graded.students, *graded.honest} - graded.unread
    for student, path in feedback.items():
        html = path.read_text(encoding="utf-8")
        assert active(html) == [], student
        assert "\x1b" not in html, student
        for secret in hostile.SECRETS[:1] + ("LEAKED-VALUE:", "BEGIN HIDDEN TESTS"):
            assert secret not in html, student


def test_the_feedback_says_why(graded, feedback):
    for student, record in graded.records.items():
        html = feedback[student].read_text(encoding="utf-8")
        if any(cell["status"] == "unproven" for cell in record["cells"]):
            assert re.search("(?i)not (be )?(graded|examined)|your code|ended|ran longer", html)
