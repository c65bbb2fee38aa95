"""Digits: handwritten ones, and the same ten drawn in matplotlib's fonts."""

import numpy as np

from sidebyside.data import full as full_size
from sidebyside.data._dataset import Dataset, stratified_split, wants_full
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
            "Learning Repository, 1998 (its test set), as shipped with scikit-learn"
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
