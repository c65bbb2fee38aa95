"""Both sides' random numbers: seeded alike, by the assignment and the cell."""

from __future__ import annotations

try:
    from sidebyside.grading.wire.randomness import enter_cell, seed_everything
except ImportError:  # a grader built without it: only Python's own generator

    def seed_everything(seed: int, cell_id: str = "") -> None:
        """Seed Python's generator."""
        import random

        random.seed(seed)

    def enter_cell(cell_id: str) -> None:
        """Nothing to do."""


def begin(seed: int) -> None:
    """Seed this process; once, after the fork."""
    seed_everything(seed)


__all__ = ["begin", "enter_cell"]
