"""The embedded subset of Fashion-MNIST, and the script that makes it."""

import gzip
import hashlib

import numpy as np
import pytest

from scripts import fashion_mnist
from sidebyside import data
from sidebyside.errors import DataError
from tests.unit.idx_files import write_idx


def test_every_class_has_its_share_of_both_parts():
    clothes = data.load_fashion_mnist()
    assert clothes.x_train.shape == (5000, 28, 28) and clothes.x_test.shape == (1000, 28, 28)
    assert np.bincount(clothes.y_train).tolist() == [500] * 10
    assert np.bincount(clothes.y_test).tolist() == [100] * 10
    assert clothes.x_train.min() == 0 and clothes.x_train.max() == 1


def test_no_test_picture_is_a_training_picture():
    clothes = data.load_fashion_mnist()
    train, test = (
        {hashlib.sha256(picture.tobytes()).digest() for picture in part}
        for part in (clothes.x_train, clothes.x_test)
    )
    assert not train & test


def test_fewer_pictures_are_the_first_of_each_class_and_the_test_part_is_whole():
    everything, few = data.load_fashion_mnist(), data.load_fashion_mnist(n=50, flat=True)
    assert few.x_train.shape == (50, 784) and few.x_test.shape == (1000, 784)
    for label in range(10):
        np.testing.assert_array_equal(
            few.x_train[few.y_train == label],
            everything.x_train[everything.y_train == label][:5].reshape(5, 784),
        )


@pytest.mark.parametrize("n", [9, 5001, 2.5, True])
def test_a_number_out_of_range_is_named(n):
    with pytest.raises(DataError, match=r"n is .*from 10 to 5,000"):
        data.load_fashion_mnist(n=n)


def test_the_notice_stands_beside_the_pictures():
    notice = fashion_mnist.SUBSET.with_name("NOTICE").read_text(encoding="utf-8")
    assert "Zalando" in notice and "The above copyright notice" in notice


def test_the_script_keeps_the_first_of_each_class_unchanged(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    made = {}
    for part in ("train", "t10k"):
        made[part] = rng.integers(0, 256, (40, 28, 28), dtype=np.uint8), rng.permutation(40) % 10
        write_idx(tmp_path / f"{part}-images-idx3-ubyte.gz", made[part][0])
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte.gz", made[part][1].astype(np.uint8))
    monkeypatch.setattr(fashion_mnist, "SUBSET", tmp_path / "subset.npz")
    monkeypatch.setattr(fashion_mnist, "PER_CLASS", {"train": 3, "t10k": 1})
    fashion_mnist.main(tmp_path)
    with np.load(tmp_path / "subset.npz") as kept:
        assert np.bincount(kept["y_train"]).tolist() == [3] * 10
        assert np.bincount(kept["y_test"]).tolist() == [1] * 10
        pictures, labels = made["train"]
        first = pictures[labels == 4][:3]
        np.testing.assert_array_equal(kept["x_train"][kept["y_train"] == 4], first)


def test_the_script_refuses_what_is_no_idx_file(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(b"not an array at all"))
    with pytest.raises(SystemExit, match="no IDX file"):
        fashion_mnist.read_idx(path)
