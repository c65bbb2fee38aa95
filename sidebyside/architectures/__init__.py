"""Families of convolutional networks, built from their papers' tables in both frameworks.

``in_torch`` and ``in_keras`` hold the builders, ``tables`` the papers' tables, ``counting`` the
counts of parameters and multiply-adds, ``members`` what was published. Importing this package
imports no framework; ``in_torch`` and ``in_keras`` are imported when first used.
"""

import importlib
from types import ModuleType

from sidebyside.architectures import members, tables
from sidebyside.architectures.counting import multiply_adds, parameters

__all__ = ["in_keras", "in_torch", "members", "multiply_adds", "parameters", "tables"]


def __getattr__(name: str) -> ModuleType:
    if name in ("in_keras", "in_torch"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
