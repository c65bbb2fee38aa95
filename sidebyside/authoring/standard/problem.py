"""What a rule of the standard reports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is not as the standard asks. Cells are counted from 0; -1 is all of them."""

    rule: str
    cell: int
    text: str

    def __str__(self) -> str:
        where = "chapter" if self.cell < 0 else f"cell {self.cell}"
        return f"{where}: {self.rule}: {self.text}"
