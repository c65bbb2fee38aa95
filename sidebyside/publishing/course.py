"""The whole course at a glance: what is promised, what stands, and where the holes are."""

from dataclasses import dataclass
from pathlib import Path

from sidebyside.frameworks import LABELS

from .assignments import Assignment, read_assignments
from .chapters import Chapter, read_chapter
from .curriculum import Entry, read_curriculum
from .reading import FURTHER, heading_level, tags


@dataclass(frozen=True)
class Course:
    curriculum: tuple[Entry, ...]
    chapters: dict[str, Chapter]
    assignments: dict[str, Assignment]

    @property
    def written(self) -> tuple[tuple[Entry, Chapter], ...]:
        return tuple((e, self.chapters[e.name]) for e in self.curriculum if e.name in self.chapters)

    @property
    def planned(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.curriculum if entry.name not in self.chapters)

    def entry(self, number: str) -> Entry | None:
        """The curriculum's chapter of that number, such as ``"04"``."""
        return next((entry for entry in self.curriculum if entry.number == number), None)

    def chapter_at(self, docname: str) -> Chapter | None:
        """The chapter whose page that is; None for the other pages."""
        folder, _, name = docname.partition("/")
        return self.chapters.get(name) if folder == "notebooks" else None

    def chapter_of(self, assignment: str) -> Entry | None:
        return next((e for e in self.curriculum if e.assignment == assignment), None)


def read_course(root: Path) -> Course:
    """Read curriculum, chapters and assignments from a checkout of the course."""
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))
    return Course(
        curriculum=read_curriculum(root / "book" / "curriculum.yml"),
        chapters={path.stem: read_chapter(path) for path in notebooks},
        assignments=read_assignments(root / "source"),
    )


def holes(course: Course) -> list[str]:
    """Everything that a written chapter lacks, one sentence each, naming chapter and hole."""
    promised = {entry.name for entry in course.curriculum}
    found = [
        f"notebooks/{name}.ipynb is not in book/curriculum.yml: add it there, or rename the file"
        for name in course.chapters
        if name not in promised
    ]
    for entry, chapter in course.written:
        found += [f"{entry.name}: {hole}" for hole in _holes(entry, chapter, course)]
    return found


def _holes(entry: Entry, chapter: Chapter, course: Course):
    for name in entry.implementations:
        if name not in chapter.implementations:
            yield f"no cell tagged {name}, and the curriculum asks for {LABELS[name]}"
    if entry.parity and not chapter.parity:
        yield "no parity table among its stored outputs, and the curriculum asks for one"
    for table in chapter.parity:
        if table.tolerance is not None and not table.largest <= table.tolerance:
            yield (
                f"cell {table.cell}: parity table '{table.title}' has largest difference "
                f"{table.largest:.1e}, over its tolerance {table.tolerance:.0e}"
            )
    if chapter.unexecuted:
        yield f"{_cells(chapter.unexecuted)} not executed: run make notebooks ONLY={entry.name}"
    if chapter.failed:
        yield f"{_cells(chapter.failed)} ended in an error: mend, and run make notebooks again"
    if chapter.images_without_alt:
        yield f"{_cells(chapter.images_without_alt)} showing a picture without alt text: give alt=…"
    if headless := _further_without_heading(chapter):
        yield (
            f"{_cells(headless)} tagged {FURTHER} that must begin with a section's heading: "
            "move its heading to the cell's first line, or the tag to the cell that has it"
        )
    if chapter.assignment != entry.assignment:
        yield (
            f"its metadata names the assignment {chapter.assignment!r}, "
            f"the curriculum {entry.assignment!r}"
        )
    if entry.assignment and entry.assignment not in course.assignments:
        yield f"assignment named but absent: no source/{entry.assignment}/{entry.assignment}.ipynb"
    if chapter.measured.cpu_seconds is None:
        yield f"no measured time in its metadata: run make notebooks ONLY={entry.name}"
    for number in chapter.prerequisites:
        if course.entry(number) is None:
            yield f"prerequisite {number!r} is no chapter of the curriculum"


def _further_without_heading(chapter: Chapter) -> tuple[int, ...]:
    """Cells tagged as the beginning of a further section, where none begins (nor at the title)."""
    cells = enumerate(chapter.cells, start=1)
    return tuple(i for i, cell in cells if FURTHER in tags(cell) and heading_level(cell) < 2)


def _cells(numbers: tuple[int, ...]) -> str:
    listed = ", ".join(map(str, numbers[:8])) + (" …" if len(numbers) > 8 else "")
    return f"cell {listed}" if len(numbers) == 1 else f"{len(numbers)} cells ({listed})"
