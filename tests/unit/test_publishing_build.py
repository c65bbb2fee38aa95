"""The book as it is built: tabs, badges, coverage, alt text, and builds that must fail."""

import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
import yaml

from sidebyside.publishing.reading import size

from . import small_course
from .small_course import code, markdown, notebook, three, write


def _minutes(cells):
    return max(1, size(cells).minutes)


CELLS = small_course.transformers()["cells"]
ROOT_SECTION, ROTARY = CELLS[6:12], CELLS[13:14]
MINUTES = {
    "04": _minutes(small_course.backpropagation()["cells"]),
    "16": _minutes(small_course.attention()["cells"]),
    "17": _minutes(CELLS),
    "core": _minutes([cell for cell in CELLS if cell not in ROOT_SECTION + ROTARY]),
    "root": _minutes(ROOT_SECTION),
}


def build(root):
    command = [sys.executable, "-m", "sidebyside.publishing", "build", "--root", str(root)]
    return subprocess.run(command, cwd=small_course.ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return small_course.write_course(tmp_path_factory.mktemp("written") / "course")


@pytest.fixture(scope="module")
def site(written):
    done = build(written)
    assert done.returncode == 0, done.stderr
    return written / "_build" / "html"


@pytest.fixture
def broken(written, tmp_path):
    """A copy of the small course, to be broken."""
    return shutil.copytree(written, tmp_path / "course", ignore=shutil.ignore_patterns("_build"))


def text_of(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def table_rows(html):
    return [
        [text_of(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    ]


def tab_sets(html):
    """The tab labels of each set, in order."""
    parts = re.split(r'<div class="[^"]*framework-tabs', html)[1:]
    return [re.findall(r'data-sync-id="(\w+)"', part) for part in parts]


def test_adjacent_cells_become_one_tab_set_each(site):
    html = (site / "notebooks" / "04-backpropagation.html").read_text()
    assert tab_sets(html) == [["numpy", "tensorflow", "pytorch"]] * 2


def test_a_tagged_cell_with_no_neighbour_gets_a_label_and_no_tabs(site):
    html = (site / "notebooks" / "16-attention.html").read_text()
    assert tab_sets(html) == [["tensorflow", "pytorch"]]
    label = re.search(r"framework-single framework-pytorch.*?</p>", html, re.DOTALL)
    assert text_of(label[0]).endswith("PyTorch ")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A page of tagged cells in unusual orders."""
    root = small_course.write_course(tmp_path_factory.mktemp("runs") / "course")
    numpy, tensorflow, pytorch = three("idea")
    made = notebook(
        [
            markdown("# Runs"),
            *(numpy, numpy, tensorflow, tensorflow),
            markdown("Text between."),
            *(numpy, tensorflow, numpy, pytorch),
            markdown("Text between."),
            *(tensorflow, code("neutral = 1"), pytorch),
        ]
    )
    write(root / "book" / "index.ipynb", made)
    (root / "book" / "index.md").unlink()
    done = build(root)
    assert done.returncode == 0, done.stderr
    return (root / "_build" / "html" / "book" / "index.html").read_text()


def test_cells_of_one_framework_in_a_row_share_a_panel(runs):
    assert tab_sets(runs)[0] == ["numpy", "tensorflow"]
    first = runs.split("Text between.")[0]
    assert first.count('class="cell tag_numpy') == 2


def test_a_framework_that_comes_back_begins_a_new_set(runs):
    assert tab_sets(runs)[1:] == [["numpy", "tensorflow"], ["numpy", "pytorch"]]


def test_an_untagged_cell_between_them_keeps_cells_apart(runs):
    last = runs.split("Text between.")[2]
    assert last.count("framework-single") == 2


def test_the_badge_says_what_the_metadata_says(site):
    html = (site / "notebooks" / "04-backpropagation.html").read_text()
    badge = html.split('class="badge-box')[1].split("How does a network")[0]
    said = text_of(badge)
    for fact in (
        "NumPy · TensorFlow · PyTorch",
        f"Time to read {MINUTES['04']} min",
        "48 s of processor time, 1.2 GB of memory",
        "Time on GPU not measured yet",
        "digits, xor (made)",
        "03 Activation functions (planned)",
        "backpropagation , 5 points",
    ):
        assert fact in said, said
    assert 'href="../book/exercises.html#assignment-backpropagation"' in badge
    assert 'href="../_sources/notebooks/04-backpropagation.ipynb"' in badge


def test_the_badge_links_to_a_prerequisite_that_exists_and_gives_a_measured_gpu_time(site):
    html = (site / "notebooks" / "16-attention.html").read_text()
    badge = html.split('class="badge-box')[1]
    assert 'href="04-backpropagation.html"' in badge
    assert "Time on GPU 21 s" in text_of(badge)
    assert "2 min of processor time" in text_of(badge)


TRANSFORMERS = "notebooks/17-transformers.html"


@pytest.fixture(scope="module")
def transformers(site):
    return (site / TRANSFORMERS).read_text()


def folded(html):
    """The further sections: identifier of the section, text of the summary, what is folded."""
    found = re.findall(
        r'<section class="further" id="([^"]+)">.*?<details class="further">\s*'
        r"<summary>(.*?)</summary>(.*?)</details>\s*</section>",
        html,
        re.DOTALL,
    )
    return [(name, text_of(summary).strip(), inside) for name, summary, inside in found]


def test_a_section_whose_heading_cell_is_tagged_further_is_folded_under_its_heading(transformers):
    (first, said, inside), (second, *_) = folded(transformers)
    assert (first, second) == ("why-the-root", "rotary-positions")
    assert said == f"Why the root # Further · {MINUTES['root']} min to read"
    assert "<summary><h2>Why the root<" in transformers
    assert "Each step is derived" in inside and '<section id="its-derivation">' in inside
    assert "The core goes on" not in inside


def test_cells_in_a_further_section_become_tabs_too(transformers):
    (_, _, inside), _ = folded(transformers)
    assert tab_sets(inside) == [["numpy", "tensorflow", "pytorch"]]


def test_the_list_of_contents_says_which_sections_go_further_and_how_long_they_are(transformers):
    contents = transformers.split('<nav class="bd-toc-nav page-toc">')[1].split("</nav>")[0]
    assert [text_of(entry).strip() for entry in re.findall(r"<a.*?</a>", contents)] == [
        "The block",
        f"Why the root further, {MINUTES['root']} min",
        "Its derivation",
        "Positions",
        "Rotary positions further, 1 min",
        "In short",
    ]


def test_a_chapter_gives_the_minutes_for_its_core_and_for_all_of_it(site, transformers):
    said = f"core {MINUTES['core']} min, all {MINUTES['17']} min"
    assert MINUTES["core"] < MINUTES["17"]
    assert f"Time to read {said}" in text_of(transformers.split('class="badge-box')[1])
    rows = table_rows((site / "book" / "coverage.html").read_text())
    assert said in next(row for row in rows if row[0] == "17 Transformers")
    assert f"{said} to read, 60 s of processor time to run" in text_of(
        (site / "book" / "index.html").read_text()
    )


def test_a_chapter_without_further_sections_has_nothing_folded(site):
    html = (site / "notebooks" / "04-backpropagation.html").read_text()
    assert folded(html) == [] and "further-mark" not in html


def test_a_tag_concerns_the_heading_its_cell_begins_with(broken):
    made = small_course.transformers()
    cell = next(c for c in made["cells"] if c["source"].startswith("## Rotary"))
    cell["source"] += "\n\n## Learned positions\n\nIn the core again."
    write(broken / "notebooks" / "17-transformers.ipynb", made)
    assert build(broken).returncode == 0
    html = (broken / "_build" / "html" / TRANSFORMERS).read_text()
    assert [name for name, *_ in folded(html)] == ["why-the-root", "rotary-positions"]


def test_a_further_section_within_another_is_folded_in_it(broken):
    made = small_course.transformers()
    special = markdown("### A special case\n\nOf one head.") | {"metadata": {"tags": ["further"]}}
    made["cells"].insert(made["cells"].index(ROTARY[0]) - 1, {"id": "special", **special})
    write(broken / "notebooks" / "17-transformers.ipynb", made)
    done = build(broken)
    assert done.returncode == 0, done.stderr
    html = (broken / "_build" / "html" / TRANSFORMERS).read_text()
    outer = html.index('<section class="further" id="why-the-root">')
    inner = html.index('<section class="further" id="a-special-case">')
    assert outer < inner < html.index("</details>")
    assert html.count("<details class") == html.count("</details>") == 3


def test_in_print_by_latex_a_further_section_is_a_section(written, tmp_path):
    root = shutil.copytree(written, tmp_path / "course", ignore=shutil.ignore_patterns("_build"))
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", ".", "-q", "--builder", "custom", "--custom-builder", "latex"]
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(small_course.ROOT)},
        capture_output=True,
        text=True,
    )
    (made,) = (root / "_build" / "latex").glob("*.tex")
    assert r"\section{Why the root}" in made.read_text(), done.stderr
    assert "details" not in made.read_text() and "Further" not in made.read_text()


def test_a_chapter_has_its_number_in_its_title_and_in_every_list_of_contents(site):
    chapter = (site / "notebooks" / "04-backpropagation.html").read_text()
    assert "04 Backpropagation" in text_of(re.search(r"<h1>.*?</h1>", chapter, re.DOTALL)[0])
    assert "<title>04 Backpropagation" in chapter
    assert "04 Backpropagation" in text_of((site / "book" / "exercises.html").read_text())


def test_a_chapter_that_the_prose_names_is_linked_if_it_is_written_and_another(site):
    html = (site / "notebooks" / "16-attention.html").read_text()
    mention = next(p for p in re.findall(r"<p>.*?</p>", html, re.DOTALL) if "Chapters 03" in p)
    links = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', mention, re.DOTALL)
    assert [(href, text_of(words).strip()) for href, words in links] == [
        ("04-backpropagation.html", "04"),
        ("04-backpropagation.html", "chapter 04"),
        ("04-backpropagation.html", "the text of chapter 04 itself"),
    ]


def test_the_notebook_to_download_is_the_notebook(site, written):
    name = "notebooks/04-backpropagation.ipynb"
    assert (site / "_sources" / name).read_bytes() == (written / name).read_bytes()


def test_coverage_is_read_from_the_notebooks(site):
    rows = table_rows((site / "book" / "coverage.html").read_text())
    back = next(row for row in rows if row[0] == "04 Backpropagation")
    assert back[1:] == [
        *("yes", "yes", "yes", "1", "2.2e-16", "backpropagation , 5 points"),
        *(f"{MINUTES['04']} min", "48 s"),
        "not yet",
    ]
    attention = next(row for row in rows if row[0] == "16 Attention")
    assert attention[1:] == [
        "–",
        "yes",
        "yes",
        "–",
        "–",
        "–",
        f"{MINUTES['16']} min",
        "2 min",
        "21 s",
    ]


def test_chapters_that_are_not_written_stand_as_planned(site):
    rows = table_rows((site / "book" / "coverage.html").read_text())
    planned = ["I · Foundations", "03 Activation functions", "NumPy, TensorFlow, PyTorch, parity"]
    assert [*planned, "–"] in rows


def test_the_exercises_page_adds_up_the_points(site):
    html = (site / "book" / "exercises.html").read_text()
    assert table_rows(html)[1:] == [
        ["The backward pass of a layer", "3"],
        ["The loss", "2"],
        ["Together", "5"],
    ]
    assert "2 tasks, 5 points" in text_of(html)
    assert ">download the notebook<" in html
    assert list((site / "_downloads").rglob("backpropagation.ipynb"))


def test_no_page_shows_the_markup_it_was_made_from(site):
    for page in (site / "book").glob("*.html"):
        html = page.read_text()
        assert "&lt;inline" not in html and "&lt;reference" not in html, page.name


def test_pictures_have_the_alt_text_of_their_output(site):
    html = (site / "notebooks" / "04-backpropagation.html").read_text()
    assert '<img alt="loss stays at 0.69 for 43 of 100 seeds"' in html


def test_one_file_of_mathjax_is_served_from_the_site(site):
    assert [path.name for path in (site / "_static" / "mathjax").iterdir()] == ["tex-svg-full.js"]
    html = (site / "notebooks" / "04-backpropagation.html").read_text()
    assert '"../_static/mathjax/tex-svg-full.js"' in html


def test_thebe_is_gone(site):
    for page in site.rglob("*.html"):
        assert "thebe" not in page.read_text().lower(), page


def test_without_an_address_there_is_no_launch_button(site):
    html = (site / "notebooks" / "04-backpropagation.html").read_text()
    assert "colab" not in html.lower() and "binder" not in html.lower()


def test_with_an_address_the_launch_buttons_lead_to_the_notebook(broken):
    config = yaml.safe_load((broken / "_config.yml").read_text())
    config["repository"]["url"] = "https://github.com/someone/course"
    (broken / "_config.yml").write_text(yaml.safe_dump(config))
    done = build(broken)
    assert done.returncode == 0, done.stderr
    html = (broken / "_build/html/notebooks/04-backpropagation.html").read_text()
    notebook = "notebooks/04-backpropagation.ipynb"
    colab = f"https://colab.research.google.com/github/someone/course/blob/main/{notebook}"
    binder = f"https://mybinder.org/v2/gh/someone/course/main?urlpath=lab/tree/{notebook}"
    for address in (colab, binder):
        assert html.count(f'href="{address}"') == 2, "once in the bar, once under the badge"
    index = (broken / "_build/html/book/coverage.html").read_text()
    assert "colab" not in index.lower()


def fails(root, *words):
    done = build(root)
    assert done.returncode != 0, done.stdout
    for word in words:
        assert word in done.stderr, done.stderr


def test_a_hole_in_a_chapter_fails_the_build(broken):
    made = small_course.backpropagation()
    made["metadata"]["sidebyside"]["measured"] = {}
    write(broken / "notebooks" / "04-backpropagation.ipynb", made)
    fails(broken, "hole in 04-backpropagation", "no measured time")


def test_a_page_of_the_contents_that_is_missing_fails_the_build(broken):
    (broken / "book" / "exercises.md").unlink()
    fails(broken, "book/exercises")


def test_a_chapter_that_vanishes_fails_the_build(broken):
    (broken / "notebooks" / "16-attention.ipynb").unlink()
    fails(broken, "notebooks/16-attention")


def test_a_written_chapter_that_the_contents_leave_out_fails_the_build(broken):
    contents = broken / "_toc.yml"
    contents.write_text(contents.read_text().replace("  - file: notebooks/16-attention\n", ""))
    fails(broken, "16-attention", "_toc.yml")


def test_a_broken_link_fails_the_build(broken):
    page = broken / "book" / "index.md"
    page.write_text(page.read_text() + "\n[nowhere](nowhere.md)\n")
    fails(broken, "nowhere")


def test_a_chapter_that_the_curriculum_does_not_have_fails_the_build(broken):
    page = broken / "book" / "index.md"
    page.write_text(page.read_text() + "\nMore of it in chapter 77.\n")
    fails(broken, "book/index names chapter 77", "curriculum.yml")


def test_standard_error_among_the_outputs_fails_the_build(broken):
    made = small_course.backpropagation()
    noise = {"output_type": "stream", "name": "stderr", "text": "a warning\n"}
    made["cells"].append(code("import noisy", noise))
    write(broken / "notebooks" / "04-backpropagation.ipynb", made)
    fails(broken, "stderr")


def test_no_page_of_an_earlier_build_stays_behind(broken):
    stale = broken / "_build" / "html" / "notebooks" / "stale.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("old")
    assert build(broken).returncode == 0
    assert not stale.exists()


ROW = """\
title = "`Adam(lr=0.1)`: not recognized"
group = "keras"
chapter = "04"
symptom = "error"
packages = ["keras"]
message = "ValueError: Argument(s) not recognized: {'lr': 0.1}"
reason = "It has *another* name."
old = "keras.optimizers.Adam(lr=0.1)"
[also]
'old_line()' = "NameError: name 'old_line' is not defined"
[new]
keras = "keras.optimizers.Adam(learning_rate=0.1)"
pytorch = "torch.optim.Adam(parameters, lr=0.1)"
"""


def with_old_code(root, row):
    (root / "book" / "old-code").mkdir()
    (root / "book" / "old-code" / "optimiser-lr.toml").write_text(row)
    (root / "book" / "old-code.md").write_text("# Old code, new code\n\n```{old-code}\n```\n")
    (root / "requirements.txt").write_text("keras==3.15.1\n")
    contents = root / "_toc.yml"
    contents.write_text(contents.read_text() + "  - file: book/old-code\n")
    return root


def test_a_row_of_old_code_has_an_anchor_its_message_and_new_code_in_tabs(broken):
    done = build(with_old_code(broken, ROW))
    assert done.returncode == 0, done.stderr
    html = (broken / "_build" / "html" / "book" / "old-code.html").read_text()
    section = html[html.index('<section id="old-optimiser-lr"') :]
    assert "ValueError: Argument(s) not recognized: {'lr': 0.1}" in text_of(section)
    assert "Also:" in section and "NameError: name 'old_line' is not defined" in text_of(section)
    assert "Seen with keras 3.15.1" in section and "<em>another</em>" in section
    assert tab_sets(section) == [["tensorflow", "pytorch"]]
    assert "04-backpropagation.html" in section
    (summary,) = [r for r in table_rows(html) if "an error" in r]
    assert summary[0] == "Adam(lr=0.1): not recognized"
    assert 'href="#old-optimiser-lr"' in html


def test_a_row_of_old_code_that_lacks_a_field_stops_the_build(broken):
    done = build(with_old_code(broken, ROW.replace("reason", "because")))
    assert done.returncode != 0
    assert "optimiser-lr.toml" in done.stderr + done.stdout
