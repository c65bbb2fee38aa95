"""Report and feedback in a browser: nothing of a student's runs, everybody can read them."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from sidebyside.grading.course.directory import Course
from sidebyside.grading.people.feedback import PageExporter, feedback_page, write_feedback
from sidebyside.grading.people.look import POLICY
from sidebyside.grading.people.report import write_report
from tests.grading.people_class import ASSIGNMENT, SCRIPT, hostile, make_class, sixty
from tests.grading.people_feedback import attacked, make_feedback_course


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    root = tmp_path_factory.mktemp("report") / "course"
    make_class(root, sixty() + hostile(), missing=("absent",))
    return write_report(root, ASSIGNMENT, wall=31.2)


@pytest.fixture(scope="module")
def feedback(tmp_path_factory):
    root = tmp_path_factory.mktemp("feedback") / "course"
    make_feedback_course(root)
    write_feedback(Course(root), ASSIGNMENT)
    return {p.parts[-3]: p for p in (root / "feedback").rglob("*.html")}


@pytest.fixture
def pages(report, feedback):
    return [report, feedback["eve"], feedback["mallory"], feedback["ada"]]


def visit(page, path):
    """Open a page and everything in it that opens; what it ran, asked for and complained about."""
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.goto(path.as_uri(), wait_until="networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.wait_for_timeout(200)
    foreign = [url for url in asked if url != path.as_uri() and not url.startswith("data:image/")]
    return foreign, said, page.url == path.as_uri()


def test_nothing_of_a_students_runs_or_is_fetched(pages, new_page):
    for path in pages:
        page = new_page()
        foreign, said, stayed = visit(page, path)
        assert page.evaluate("window.hacked") is None, path
        assert (foreign, said, stayed) == ([], [], True), path
        for link in page.locator("a").all()[:40]:
            assert not (link.get_attribute("href") or "#").lower().startswith("javascript")


def test_without_the_policy_nothing_would_run_either(tmp_path, new_page):
    """What is shown is safe by itself: the policy is the second wall, not the only one."""
    text = feedback_page(attacked(), ASSIGNMENT, None)
    assert POLICY in text
    path = tmp_path / "bare.html"
    path.write_text(text.replace(POLICY, ""), encoding="utf-8")
    page = new_page()
    foreign, said, stayed = visit(page, path)
    assert page.evaluate("window.hacked") is None
    assert (foreign, said, stayed) == ([], [], True)


def test_the_policy_holds_by_itself(tmp_path, new_page):
    """A script that got into the page all the same would not run; and this test can see one run."""
    text = feedback_page(None, ASSIGNMENT, None).replace("</main>", f"{SCRIPT}</main>")
    (tmp_path / "with.html").write_text(text, encoding="utf-8")
    (tmp_path / "without.html").write_text(text.replace(POLICY, ""), encoding="utf-8")
    found = {}
    for name in ("with", "without"):
        page = new_page()
        page.goto((tmp_path / f"{name}.html").as_uri())
        found[name] = page.evaluate("window.hacked")
    assert found == {"with": None, "without": 1}
    assert PageExporter.output_mimetype == "text/html"


@pytest.mark.parametrize("theme, width", [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_nothing(pages, new_page, theme, width):
    page = new_page(color_scheme=theme, viewport={"width": width, "height": 900})
    problems = []
    for path in pages:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for violation in Axe().run(page).response["violations"]:
            where = [node["target"] for node in violation["nodes"]][:3]
            why = (violation["nodes"][0]["any"] or [{"message": violation["help"]}])[0]["message"]
            problems.append(f"{path.parts[-3]}: {violation['id']} at {where}: {why}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen(pages, new_page, width):
    page = new_page(viewport={"width": width, "height": 844})
    for path in pages:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        excess = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert excess <= 0, f"{path}: {excess} pixels too wide"


def test_the_report_prints_on_paper(report, new_page, tmp_path):
    page = new_page()
    page.goto(report.as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert (tmp_path / "report.pdf").stat().st_size > 20_000
