"""The scratch modules are what their chapters show: text for text, and nothing besides."""

import ast
import re
import sys

import pytest

from sidebyside.authoring.notebooks import ROOT, chapters, read

SCRATCH = ROOT / "sidebyside" / "scratch"
MODULES = sorted(path for path in SCRATCH.glob("*.py") if path.name != "__init__.py")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def chapter_named_by(source):
    """The two digits in "Taught in chapter NN.", the last line of a module's docstring, or None."""
    last_line = (ast.get_docstring(ast.parse(source)) or "").rpartition("\n")[2]
    found = re.fullmatch(r"Taught in chapter (\d\d)\.", last_line)
    return found and found[1]


def definitions(source):
    """The text of every top-level function and class, decorators included: [(name, text), …]."""
    lines = source.splitlines()
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, DEFINITIONS):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found.append((node.name, "\n".join(lines[first - 1 : node.end_lineno])))
    return found


def shown_in(notebook):
    """Every definition in the code cells of a notebook, as pairs of name and text."""
    cells = (cell.source for cell in read(notebook).cells if cell.cell_type == "code")
    return {pair for source in cells for pair in definitions(source)}


def not_shown(source, notebook):
    """The names of a module's definitions that do not stand in the notebook as they are."""
    shown = shown_in(notebook)
    return [name for name, text in definitions(source) if (name, text) not in shown]


def chapter_of(module):
    number = chapter_named_by(module.read_text(encoding="utf-8"))
    return next(path for path in chapters() if path.name.startswith(f"{number}-"))


def test_there_are_scratch_modules():
    assert MODULES != []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
class TestEveryModule:
    def test_names_its_chapter_in_the_last_line_of_its_docstring(self, module):
        number = chapter_named_by(module.read_text(encoding="utf-8"))
        assert number is not None, 'the docstring must end in the line "Taught in chapter NN."'
        assert [path.name[:2] for path in chapters()].count(number) == 1

    def test_stands_text_for_text_in_its_chapter(self, module):
        source = module.read_text(encoding="utf-8")
        assert definitions(source) != []
        assert not_shown(source, chapter_of(module)) == []

    def test_differs_from_its_chapter_when_one_letter_differs(self, module):
        source = module.read_text(encoding="utf-8")
        for name, text in definitions(source):
            for at in (len(text) // 2, len(text) - 2):  # in the docstring or the code
                changed = text[:at] + ("y" if text[at] == "x" else "x") + text[at + 1 :]
                try:
                    [(new_name, _)] = definitions(changed)
                except (SyntaxError, ValueError):
                    continue
                assert not_shown(source.replace(text, changed), chapter_of(module)) == [new_name]
                break
            else:
                pytest.fail(f"{name}: neither change of a letter left valid Python")

    def test_holds_nothing_but_imports_functions_and_classes(self, module):
        _docstring, *body = ast.parse(module.read_text(encoding="utf-8")).body
        others = [x for x in body if not isinstance(x, (*DEFINITIONS, ast.Import, ast.ImportFrom))]
        assert [ast.unparse(statement) for statement in others] == []

    def test_imports_numpy_and_the_standard_library_only(self, module):
        imported = set()
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add("." if node.level else node.module.partition(".")[0])
        assert imported <= {"numpy", *sys.stdlib_module_names}

    def test_has_a_docstring_for_every_public_definition(self, module):
        body = ast.parse(module.read_text(encoding="utf-8")).body
        public = [x for x in body if isinstance(x, DEFINITIONS) and not x.name.startswith("_")]
        assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_the_package_itself_is_a_docstring_only():
    tree = ast.parse((SCRATCH / "__init__.py").read_text(encoding="utf-8"))
    assert len(tree.body) == 1 and ast.get_docstring(tree)


def test_decorators_belong_to_a_definition():
    source = "import functools\n\n\n@functools.cache\ndef two():\n    return 2\n"
    assert definitions(source) == [("two", "@functools.cache\ndef two():\n    return 2")]
