"""The one structure that every loader returns, and what the loaders share."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any, Literal

import numpy as np

from sidebyside.errors import DataError

VARIABLE = "SIDEBYSIDE_DATA"


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Arrays with a fixed split, and where they come from.

    ``x_*`` are float32 (text: object arrays of strings; token or node numbers: int64), ``y_*`` are
    int64 labels (float32 for regression, strings for translation). ``class_names`` is empty where
    there are no classes. What else a data set has (boxes, masks, adjacency, the raw text, …) is in
    ``extra``, and the loader's docstring lists it.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    source: str
    licence: str
    variant: Literal["embedded", "full"] = "embedded"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def describe(self) -> str:
        """One paragraph: sizes, shapes, classes, source and licence."""
        parts = [
            f"{self.name} ({self.variant}): {len(self.x_train):,} training and "
            f"{len(self.x_test):,} test examples.",
            f"x: {_form(self.x_train)}; y: {_form(self.y_train)}.",
        ]
        if self.class_names:
            shown = ", ".join(n if n.strip() else repr(n) for n in self.class_names[:20])
            more = ", …" if len(self.class_names) > 20 else ""
            parts.append(f"{len(self.class_names)} classes: {shown}{more}.")
        parts.append(f"Source: {self.source}. Licence: {self.licence}.")
        return " ".join(parts)

    def __repr__(self) -> str:
        classes = f", {len(self.class_names)} classes" if self.class_names else ""
        return (
            f"Dataset({self.name!r}, {self.variant}, {len(self.x_train)} train, "
            f"{len(self.x_test)} test, x {_form(self.x_train)}{classes})"
        )


def _form(array: np.ndarray) -> str:
    if array.dtype == object:
        return "text"
    shape = "×".join(map(str, array.shape[1:])) or "scalar"
    return f"{shape} {array.dtype}"


def wants_full(full: bool | None) -> bool:
    """Whether the full-size set is asked for: the argument, or else ``SIDEBYSIDE_DATA``.

    Raises:
        DataError: the environment variable has a value that means nothing.
    """
    if full is not None:
        return bool(full)
    value = os.environ.get(VARIABLE, "")
    if value not in ("", "embedded", "full"):
        raise DataError(
            f"the environment variable {VARIABLE} is {value!r}; expected 'embedded' or 'full' "
            "(or leave it unset for the embedded data)"
        )
    return value == "full"


def embedded_only(name: str, full: bool | None) -> None:
    """Refuse ``full=True`` for a data set that has no full-size counterpart.

    Under ``SIDEBYSIDE_DATA=full`` such a set is given as it is: there is only one of it.
    """
    wants_full(full)  # an invalid environment variable is an error here too
    if full:
        raise DataError(
            f"the data set {name!r} has no full-size counterpart, and full=True was passed; "
            "leave full out (what you get is all there is)"
        )


def whole_number(what: str, value: Any, *, least: int, most: int | None = None) -> int:
    """``value`` as an int, or a DataError that names the bounds."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):
        bounds = f"from {least:,} to {most:,}" if most is not None else f"of {least:,} or more"
        raise DataError(f"{what} is {value!r}; expected a whole number {bounds}")
    return int(value)


def one_of(what: str, value: Any, allowed: tuple[str, ...]) -> str:
    """``value`` where it is one of ``allowed``, or a DataError that lists them."""
    if value not in allowed:
        raise DataError(f"{what} is {value!r}; expected one of: {', '.join(map(repr, allowed))}")
    return value


def stratified_split(
    labels: np.ndarray, *, test_fraction: float = 0.2, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Indices (train, test), shuffled; every class has its share of both.

    Within a class the examples are shuffled and given evenly spaced ranks in 0…1; the examples
    with the highest ranks over all classes are the test set. So its size is exactly
    ``ceil(test_fraction * n)``, and a class's share of it is right to one example or so.
    """
    labels = np.asarray(labels)
    rng = np.random.default_rng(seed)
    rank = np.empty(len(labels))
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        rank[members] = (np.arange(len(members)) + rng.random()) / len(members)
    order = np.argsort(rank, kind="stable")
    n_test = math.ceil(round(test_fraction * len(labels), 9))
    cut = len(labels) - n_test
    return rng.permutation(order[:cut]), rng.permutation(order[cut:])


def random_split(
    n: int, *, test_fraction: float = 0.2, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Indices (train, test), shuffled, for data without classes."""
    return stratified_split(np.zeros(n, dtype=np.int64), test_fraction=test_fraction, seed=seed)


def objects(items: list) -> np.ndarray:
    """A one-dimensional object array of the items, whatever they are."""
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array
