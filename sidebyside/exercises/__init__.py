"""What the visible tests of the assignments say.

A test cell calls the student's function and holds literal numbers; ``Checks`` compares the two, and
says in one sentence how wrong an answer is. The likely causes that it recognises stand in
``hints/ASSIGNMENT.toml``, not in the test, so that nobody reads them before trying.
"""

from sidebyside.errors import CheckFailed
from sidebyside.exercises.checks import Checks
from sidebyside.exercises.hints import read_hints

__all__ = ["CheckFailed", "Checks", "read_hints"]
