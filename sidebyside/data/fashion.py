"""Pictures of clothes: a subset of Fashion-MNIST, embedded in this package."""

from pathlib import Path

import numpy as np

from sidebyside.data import full as full_size
from sidebyside.data._dataset import Dataset, wants_full, whole_number

CLASSES = (
    "T-shirt",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "trainer",
    "bag",
    "ankle boot",
)
SUBSET = Path(__file__).parent / "fashion_mnist" / "subset.npz"


def load_fashion_mnist(
    *, n: int | None = None, flat: bool = False, full: bool | None = None
) -> Dataset:
    """Pictures of clothes from Fashion-MNIST: x float32 (n, 28, 28) in 0–1, y int64 in 0–9.

    6,000 grey pictures of ten kinds of clothes, split 5,000 / 1,000: the first 500 training and
    the first 100 test pictures of each class of the full set, so that its training and test parts
    stay apart.

    Args:
        n: keep so many of the training pictures, the first n // 10 of each class, from 10 to
            5,000; None keeps all. The test part is always whole.
        flat: give x as (n, 784).
        full: all of Fashion-MNIST instead, 60,000 / 10,000, through ``keras.datasets``; there
            ``n`` goes up to 60,000.

    Raises:
        DataError: ``n`` is out of its range.
        DownloadError: the full set was asked for and can't be had.
    """
    variant = "full" if wants_full(full) else "embedded"
    if variant == "full":
        (x_train, y_train), (x_test, y_test) = full_size.load_fashion_mnist()
    else:
        with np.load(SUBSET) as arrays:
            x_train, x_test = (
                arrays[name].astype(np.float32) / np.float32(255) for name in ("x_train", "x_test")
            )
            y_train, y_test = (arrays[name].astype(np.int64) for name in ("y_train", "y_test"))
    if n is not None:
        kept = first_of_each(y_train, whole_number("n", n, least=10, most=len(y_train)) // 10)
        x_train, y_train = x_train[kept], y_train[kept]
    if flat:
        x_train, x_test = x_train.reshape(len(x_train), -1), x_test.reshape(len(x_test), -1)
    return Dataset(
        name="Fashion-MNIST",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        class_names=CLASSES,
        source="H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST: a Novel Image Dataset for "
        "Benchmarking Machine Learning Algorithms, 2017, https://arxiv.org/abs/1708.07747; "
        + ("through keras.datasets" if variant == "full" else "6,000 pictures of it"),
        licence="MIT, © 2017 Zalando SE",
        variant=variant,
    )


def first_of_each(labels: np.ndarray, count: int) -> np.ndarray:
    """Positions of the first ``count`` examples of every class, in the order of ``labels``."""
    positions = [np.flatnonzero(labels == label)[:count] for label in range(len(CLASSES))]
    return np.sort(np.concatenate(positions))
