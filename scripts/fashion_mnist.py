"""Make the subset of Fashion-MNIST that ``sidebyside.data`` embeds: run once, its result committed.

    python scripts/fashion_mnist.py FOLDER

FOLDER holds the four files of Fashion-MNIST, ``train-images-idx3-ubyte.gz`` and so on, as in
Debian's package ``dataset-fashion-mnist``. The first 500 training and the first 100 test pictures
of every class are kept, in the order of the files.
"""

import gzip
import sys
from pathlib import Path

import numpy as np

from sidebyside.data.fashion import SUBSET, first_of_each

PER_CLASS = {"train": 500, "t10k": 100}


def read_idx(path: Path) -> np.ndarray:
    """The array of bytes in a compressed IDX file: pictures (n, 28, 28) or labels (n,)."""
    with gzip.open(path) as file:
        content = file.read()
    dimensions = content[3]
    if content[:3] != b"\0\0\x08" or dimensions not in (1, 3):
        raise SystemExit(f"error: {path} is no IDX file of bytes")
    shape = np.frombuffer(content, ">u4", count=dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def main(folder: Path) -> None:
    arrays = {}
    for part, count in PER_CLASS.items():
        pictures = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
        labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
        kept = first_of_each(labels, count)
        name = "train" if part == "train" else "test"
        arrays |= {f"x_{name}": pictures[kept], f"y_{name}": labels[kept]}
    np.savez_compressed(SUBSET, **arrays)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
