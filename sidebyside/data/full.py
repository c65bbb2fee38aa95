"""The full-size data sets: real loaders, chosen explicitly, never a silent fall-back.

MNIST, Fashion-MNIST, CIFAR-10 and IMDB come through ``keras.datasets``, which keeps its downloads
in Keras' cache; Dogs vs. Cats is read from a folder that the reader downloaded.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sidebyside.data._dataset import Dataset, objects, stratified_split, whole_number
from sidebyside.errors import DataError, DownloadError, require

CIFAR10_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


def _through_keras(title: str, files: dict[str, str], loader: str, read: Callable) -> Any:
    """Run ``read(keras)``; whatever fails in it becomes one DownloadError with the way out.

    Args:
        title: the data set's name, for people.
        files: name in Keras' cache → address that Keras fetches it from.
        loader: the call that gives the embedded data instead.
        read: gets the ``keras`` module, returns the data.
    """
    keras = require("keras", extra="frameworks", purpose=f"the full-size {title} data")
    try:
        return read(keras)
    except DataError:  # a wrong argument, said clearly already
        raise
    except Exception as error:  # Keras raises a bare Exception for a failed download
        folder = _keras_cache()
        tried = "; ".join(files.values())
        places = "; ".join(f"{folder / name} (from {address})" for name, address in files.items())
        raise DownloadError(
            f"{title} could not be loaded: {type(error).__name__}: {error}. "
            f"Tried through keras.datasets: Keras' cache in {folder}, then {tried}. "
            f"To put a copy there by hand: {places}. "
            "To run this chapter on the embedded data, which needs no network: "
            f"{loader} with full=False, or leave SIDEBYSIDE_DATA unset."
        ) from error


def _keras_cache() -> Path:
    """The folder of Keras' downloads, by the rule in the documentation of keras.utils.get_file."""
    home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    if home.exists() and not os.access(home, os.W_OK):
        home = Path("/tmp/.keras")  # where Keras goes when its own folder can't be written
    return home / "datasets"


_STORE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def load_mnist() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """MNIST as float32 images (n, 28, 28) in 0–1 and int64 labels."""

    def read(keras):
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
        return (_unit(x_train), _labels(y_train)), (_unit(x_test), _labels(y_test))

    return _through_keras("MNIST", {"mnist.npz": _STORE + "mnist.npz"}, "load_digits", read)


def load_fashion_mnist() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Fashion-MNIST as float32 images (n, 28, 28) in 0–1 and int64 labels."""

    def read(keras):
        (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
        return (_unit(x_train), _labels(y_train)), (_unit(x_test), _labels(y_test))

    kinds = ("labels-idx1", "images-idx3")
    names = [f"{part}-{kind}-ubyte.gz" for part in ("train", "t10k") for kind in kinds]
    files = {f"fashion-mnist/{name}": _STORE + name for name in names}
    return _through_keras("Fashion-MNIST", files, "load_fashion_mnist", read)


def load_cifar10(*, n: int | None = None) -> Dataset:
    """CIFAR-10: float32 (n, 32, 32, 3) in 0–1, ten classes.

    Args:
        n: keep so many examples, four fifths of them from the training set; None keeps all 60,000
            (the training images alone are then 614 MB).
    """

    def read(keras):
        (x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
        train, test = _first(n, len(x_train), len(x_test))
        return (
            _unit(_channels_last(x_train[train])),
            _labels(y_train[train]),
            _unit(_channels_last(x_test[test])),
            _labels(y_test[test]),
        )

    address = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
    files = {"cifar-10-batches-py-target_archive": address}  # the archive, under Keras' name for it
    x_train, y_train, x_test, y_test = _through_keras("CIFAR-10", files, "load_shapes", read)
    return Dataset(
        name="CIFAR-10",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        class_names=CIFAR10_CLASSES,
        source="A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009; "
        "https://www.cs.toronto.edu/~kriz/cifar.html, through keras.datasets",
        licence="none stated; see https://www.cs.toronto.edu/~kriz/cifar.html",
        variant="full",
    )


def load_imdb(*, n: int | None = None) -> Dataset:
    """IMDB reviews as strings, words separated by spaces; 1 is positive.

    Args:
        n: keep so many reviews, four fifths of them from the training set; None keeps all 50,000.
    """

    def read(keras):
        imdb = keras.datasets.imdb
        # Raw word numbers, 1 for the most frequent word. num_words is given because Keras' own
        # default drops the word with the highest number.
        (x_train, y_train), (x_test, y_test) = imdb.load_data(
            start_char=None, index_from=0, oov_char=None, num_words=2**31
        )
        word = {number: text for text, number in imdb.get_word_index().items()}
        train, test = _first(n, len(x_train), len(x_test))

        def decode(rows):
            return objects([" ".join(word[number] for number in row) for row in rows])

        return (
            decode(x_train[train]),
            _labels(y_train[train]),
            decode(x_test[test]),
            _labels(y_test[test]),
        )

    files = {name: _STORE + name for name in ("imdb.npz", "imdb_word_index.json")}
    x_train, y_train, x_test, y_test = _through_keras("IMDB reviews", files, "load_reviews", read)
    return Dataset(
        name="IMDB reviews",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        class_names=("negative", "positive"),
        source="A. Maas et al., Learning Word Vectors for Sentiment Analysis, ACL 2011; "
        "https://ai.stanford.edu/~amaas/data/sentiment/, through keras.datasets",
        licence="none stated; see https://ai.stanford.edu/~amaas/data/sentiment/",
        variant="full",
    )


_IMAGE = (".jpg", ".jpeg")


def load_dogs_vs_cats(
    folder: str | Path, *, size: int = 64, n: int | None = None, seed: int = 0
) -> Dataset:
    """Dogs vs. Cats from a folder: float32 (n, size, size, 3) in 0–1; 0 is cat, 1 is dog.

    Two layouts are known: Kaggle's (``train/cat.0.jpg``, ``train/dog.0.jpg``, …; the folder
    ``train`` itself may be given too) and Microsoft's (``PetImages/Cat/0.jpg``,
    ``PetImages/Dog/0.jpg``, …). Pictures are resized to a square without keeping their proportions.
    The split is 80 / 20, stratified and seeded.

    Args:
        folder: where the unpacked archive lies.
        size: side of the pictures in pixels.
        n: use so many pictures, drawn evenly from both classes; None uses all.
        seed: of the draw and the split.

    Raises:
        DataError: the folder is missing, holds no such pictures, or one of them can't be read.
    """
    size = whole_number("size", size, least=1)
    files, labels = _find_pets(Path(folder).expanduser())
    if n is not None:
        n = whole_number("n", n, least=2, most=len(files))
        _, chosen = stratified_split(labels, test_fraction=n / len(files), seed=seed)
        files, labels = [files[i] for i in chosen], labels[chosen]
    train, test = stratified_split(labels, seed=seed)
    image = require("PIL.Image", extra="data", purpose="reading the Dogs vs. Cats pictures")
    x = np.empty((len(files), size, size, 3), dtype=np.float32)
    for row, file in zip(x, files, strict=True):
        row[...] = _read_picture(image, file, size)
    return Dataset(
        name="Dogs vs. Cats",
        x_train=x[train],
        y_train=labels[train],
        x_test=x[test],
        y_test=labels[test],
        class_names=("cat", "dog"),
        source="Kaggle competition Dogs vs. Cats, https://www.kaggle.com/c/dogs-vs-cats "
        "(pictures from the Asirra data set), from a folder",
        licence="see the competition's rules, https://www.kaggle.com/c/dogs-vs-cats/rules",
        variant="full",
        extra={
            "files_train": tuple(str(files[i]) for i in train),
            "files_test": tuple(str(files[i]) for i in test),
        },
    )


def _find_pets(folder: Path) -> tuple[list[Path], np.ndarray]:
    expected = (
        "expected Kaggle's train/cat.0.jpg, train/dog.0.jpg, … or PetImages/Cat/0.jpg, "
        "PetImages/Dog/0.jpg, …"
    )
    if not folder.is_dir():
        raise DataError(
            f"the Dogs vs. Cats folder {str(folder)!r} does not exist or is no folder; {expected}"
        )
    pairs = []
    for place in (folder, folder / "train"):
        if place.is_dir():
            for file in place.iterdir():
                named = re.fullmatch(r"(cat|dog)\.(\d+)", file.stem)
                if named and file.suffix.lower() in _IMAGE:
                    pairs.append((named[1], int(named[2]), file))
    for place in (folder, folder / "PetImages"):
        for label in ("cat", "dog"):
            pets = place / label.capitalize()
            if pets.is_dir():
                for file in pets.iterdir():
                    if file.suffix.lower() in _IMAGE and file.stem.isdigit():
                        pairs.append((label, int(file.stem), file))
    pairs.sort(key=lambda pair: (pair[0], pair[1], str(pair[2])))
    labels = np.array([pair[0] == "dog" for pair in pairs], dtype=np.int64)
    counts = [int(np.sum(labels == label)) for label in (0, 1)]
    if min(counts) < 2:
        raise DataError(
            f"the Dogs vs. Cats folder {str(folder)!r} holds {counts[0]} pictures of cats and "
            f"{counts[1]} of dogs, too few to split; {expected}"
        )
    return [pair[2] for pair in pairs], labels


def _read_picture(image: Any, file: Path, size: int) -> np.ndarray:
    try:
        with image.open(file) as picture:
            small = picture.convert("RGB").resize((size, size), image.Resampling.BILINEAR)
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(
            f"the picture {str(file)!r} can't be read: {type(error).__name__}: {error}; "
            "replace it by a good copy, or remove it from the folder"
        ) from error
    return np.asarray(small, dtype=np.float32) / 255


def _unit(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float32) / np.float32(255)


def _labels(y: np.ndarray) -> np.ndarray:
    return np.asarray(y).reshape(-1).astype(np.int64)


def _channels_last(x: np.ndarray) -> np.ndarray:
    """Images as (n, height, width, channels) even where Keras is set to channels first."""
    return x if x.shape[-1] == 3 else x.transpose(0, 2, 3, 1)


def _first(n: int | None, n_train: int, n_test: int) -> tuple[slice, slice]:
    """Four fifths of n from the training set, the rest from the test set."""
    if n is None:
        return slice(None), slice(None)
    n = whole_number("n", n, least=2, most=n_train + n_test)
    test = min(max(1, n // 5), n_test)
    train = min(n - test, n_train)
    return slice(train), slice(n - train)
