"""A place for code that nobody trusts: it can read the Python installation and its own files, write
one small directory, and do nothing else.

``probe`` and ``check`` say what this machine offers; ``enter``, called in a forked child, returns
inside; ``tree_usage`` measures from outside.
"""

from sidebyside.grading.sandbox.entry import enter, prepare
from sidebyside.grading.sandbox.errors import SandboxError
from sidebyside.grading.sandbox.probes import Probe, check, describe, probe
from sidebyside.grading.sandbox.settings import Sandbox
from sidebyside.grading.sandbox.usage import Usage, tree_usage

__all__ = [
    "Probe",
    "Sandbox",
    "SandboxError",
    "Usage",
    "check",
    "describe",
    "enter",
    "prepare",
    "probe",
    "tree_usage",
]
