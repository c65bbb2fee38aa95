"""Digits: handwritten ones, and the same ten drawn in matplotlib's fonts."""

from pathlib import Path

import numpy as np

from sidebyside.data import full as full_size
from sidebyside.data._dataset import (
    Dataset,
    embedded_only,
    stratified_split,
    wants_full,
    whole_number,
)
from sidebyside.errors import require

_CLASSES = tuple("0123456789")


def load_digits(*, flat: bool = False, full: bool | None = None) -> Dataset:
    """Handwritten digits, the course's MNIST: x float32 (n, 8, 8) in 0–1, y int64 in 0–9.

    1,797 digits by 13 writers, split 1,437 / 360, stratified by class; the writers are in both
    parts. A pixel of 0–16 counts the ink in a 4×4 block of a 32×32 bitmap; here it is divided
    by 16.

    Args:
        flat: give x as (n, 64).
        full: MNIST instead, 60,000 / 10,000 digits of 28×28.

    Raises:
        DownloadError: MNIST was asked for and can't be had.
    """
    if wants_full(full):
        (x_train, y_train), (x_test, y_test) = full_size.load_mnist()
        name, variant = "MNIST", "full"
        source = (
            "Y. LeCun, C. Cortes and C. Burges, The MNIST Database of Handwritten Digits, "
            "through keras.datasets"
        )
        licence = "CC BY-SA 3.0, as stated by keras.datasets.mnist"
    else:
        datasets = require("sklearn.datasets", extra="data", purpose="the digits data")
        bunch = datasets.load_digits()
        train, test = stratified_split(bunch.target)
        x = (bunch.images / 16).astype(np.float32)
        y = bunch.target.astype(np.int64)
        x_train, y_train, x_test, y_test = x[train], y[train], x[test], y[test]
        name, variant = "digits", "embedded"
        source = (
            "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine "
            "Learning Repository, 1998, https://doi.org/10.24432/C50P49 (its test set), as "
            "shipped with scikit-learn"
        )
        licence = "CC BY 4.0 (UCI Machine Learning Repository); scikit-learn's copy: BSD-3-Clause"
    if flat:
        x_train, x_test = x_train.reshape(len(x_train), -1), x_test.reshape(len(x_test), -1)
    return Dataset(
        name=name,
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        class_names=_CLASSES,
        source=source,
        licence=licence,
        variant=variant,
    )


def load_font_digits(*, n: int | None = None, seed: int = 0, full: bool | None = None) -> Dataset:
    """The ten digits drawn in matplotlib's fonts, made to look like ``load_digits``.

    x float32 (n, 8, 8) in 0–1 in the same 17 grey levels, y int64, as many of each class. The
    rules: a glyph is slanted (±0.3), turned (±12°), stretched in width (0.75–1.15), scaled
    to the height of a 32×32 bitmap and centred in it; a third of the bitmaps are made bolder by one
    pixel. A pixel of the 8×8 image counts the ink in a 4×4 block and is divided by 16, as in
    the handwritten digits. Four fonts of the twenty are seen in the test part only. Split 80 / 20.

    ``extra``: ``fonts_train``, ``fonts_test``: int64, which font each digit is drawn in; ``fonts``:
    their file names.

    Args:
        n: how many digits, from 50 to 20,000; None: 2,000.
        seed: of everything random.
    """
    embedded_only("font digits", full)
    n = 2000 if n is None else whole_number("n", n, least=50, most=20_000)
    outlines = _outlines()
    rng = np.random.default_rng(seed)
    n_test = n // 5
    held_out = [i for i, font in enumerate(_FONTS) if font in _TEST_FONTS]
    others = [i for i, font in enumerate(_FONTS) if font not in _TEST_FONTS]
    parts = []
    for count, fonts in ((n - n_test, others), (n_test, held_out)):
        y = rng.permutation(np.arange(count) % 10)
        font = rng.choice(fonts, count)
        x = np.empty((count, 8, 8), dtype=np.float32)
        for i in range(count):
            x[i] = _draw_digit(rng, outlines[int(font[i]), int(y[i])])
        parts += [x, y.astype(np.int64), font.astype(np.int64)]
    x_train, y_train, fonts_train, x_test, y_test, fonts_test = parts
    return Dataset(
        name="font digits",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        class_names=_CLASSES,
        source="made for this course from the DejaVu, STIX and Computer Modern fonts shipped with "
        "matplotlib",
        licence="that of this course; fonts: see LICENSE_DEJAVU and LICENSE_STIX in matplotlib's "
        "fonts folder, and the BaKoMa Fonts Licence (Computer Modern) in its package metadata",
        extra={"fonts": _FONTS, "fonts_train": fonts_train, "fonts_test": fonts_test},
    )


_FONTS = (
    *(f"DejaVuSans{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"DejaVuSansMono{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"DejaVuSerif{style}" for style in ("", "-Bold", "-Italic", "-BoldItalic")),
    *(f"STIXGeneral{style}" for style in ("", "Bol", "Italic", "BolIta")),
    *("cmr10", "cmb10", "cmss10", "cmtt10"),
)
_TEST_FONTS = ("DejaVuSansMono-Oblique", "DejaVuSerif-Bold", "STIXGeneralItalic", "cmss10")


def _outlines() -> dict:
    """(font, digit) → the outline: closed polygons as matplotlib paths, holes among them."""
    purpose = "the font digits"
    matplotlib = require("matplotlib", extra="data", purpose=purpose)
    manager = require("matplotlib.font_manager", extra="data", purpose=purpose)
    textpath = require("matplotlib.textpath", extra="data", purpose=purpose)
    paths = require("matplotlib.path", extra="data", purpose=purpose)
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    outlines = {}
    for i, font in enumerate(_FONTS):
        properties = manager.FontProperties(fname=str(folder / f"{font}.ttf"))
        for digit in range(10):
            outline = textpath.TextPath((0, 0), str(digit), 100, prop=properties)
            outlines[i, digit] = [paths.Path(points) for points in outline.to_polygons()]
    return outlines


def _draw_digit(rng: np.random.Generator, polygons: list) -> np.ndarray:
    """One 8×8 digit: the outline distorted, filled on a 32×32 grid, counted in 4×4 blocks."""
    slant, turn = rng.uniform(-0.3, 0.3), np.deg2rad(rng.uniform(-12, 12))
    width = rng.uniform(0.75, 1.15)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = turned @ np.array([[width, slant], [0, 1]])  # acts on (x, y) columns
    outline = np.concatenate([polygon.vertices for polygon in polygons]) @ matrix.T
    low, high = outline.min(axis=0), outline.max(axis=0)
    scale = 32 / max(high - low)
    centre = (low + high) / 2
    grid = np.arange(32) + 0.5 - 16
    across, up = np.meshgrid(grid, -grid)  # row 0 is at the top
    points = np.stack([across.ravel(), up.ravel()], axis=1) / scale + centre
    points = points @ np.linalg.inv(matrix).T
    # Inside an odd number of polygons is ink: a hole lies in two.
    ink = np.logical_xor.reduce([polygon.contains_points(points) for polygon in polygons])
    ink = ink.reshape(32, 32)
    if rng.random() < 1 / 3:
        bold = ink.copy()
        bold[:, 1:] |= ink[:, :-1]
        bold[1:] |= ink[:-1]
        ink = bold
    return ink.reshape(8, 4, 8, 4).sum(axis=(1, 3)).astype(np.float32) / 16
