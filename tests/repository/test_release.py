"""``exercises/`` and ``solutions/`` are what ``make release`` makes of ``source/`` today."""

import pytest

from sidebyside.authoring.notebooks import ROOT, assignments, read
from sidebyside.authoring.release import SECRETS, generate

each_assignment = pytest.mark.parametrize("name", assignments())


def files(folder):
    found = (p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    # JupyterLab leaves .ipynb_checkpoints, which git ignores
    return sorted(path for path in found if not any(part[0] == "." for part in path.parts))


def test_no_assignment_is_missing_and_none_is_left_over():
    for folder in ("exercises", "solutions"):
        assert sorted(p.name for p in (ROOT / folder).iterdir() if p.is_dir()) == assignments()


@each_assignment
def test_the_exercise_is_up_to_date(name, tmp_path):
    generate(name, tmp_path, solution=False)
    made, kept = tmp_path / "release" / name, ROOT / "exercises" / name
    assert files(made) == files(kept)
    for path in files(made):
        assert (made / path).read_bytes() == (kept / path).read_bytes(), (
            f"run: make release ({path})"
        )


@each_assignment
def test_the_solution_is_up_to_date(name):
    source = read(ROOT / "source" / name / f"{name}.ipynb")
    solution = read(ROOT / "solutions" / name / f"{name}.ipynb")
    assert [(c.cell_type, c.source) for c in source.cells] == [
        (c.cell_type, c.source) for c in solution.cells
    ], "run: make release"


@each_assignment
def test_no_secret_is_in_the_exercise(name):
    for path in (ROOT / "exercises" / name).rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert [secret for secret in SECRETS if secret in text] == []
