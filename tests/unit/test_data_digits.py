"""Handwritten digits: shapes, range, split."""

import numpy as np

from sidebyside import data


def test_digits_are_images_between_0_and_1_with_integer_labels():
    digits = data.load_digits(full=False)
    assert digits.x_train.shape == (1437, 8, 8) and digits.x_test.shape == (360, 8, 8)
    assert digits.x_train.dtype == np.float32 and digits.y_train.dtype == np.int64
    assert digits.x_train.min() == 0 and digits.x_train.max() == 1
    assert digits.class_names == tuple("0123456789") and digits.variant == "embedded"


def test_flat_digits_are_the_same_numbers_in_rows_of_64():
    flat, square = data.load_digits(flat=True, full=False), data.load_digits(full=False)
    assert flat.x_train.shape == (1437, 64) and flat.x_test.shape == (360, 64)
    np.testing.assert_array_equal(flat.x_test.reshape(-1, 8, 8), square.x_test)


def test_every_class_has_its_share_of_the_test_set():
    digits = data.load_digits(full=False)
    share = np.bincount(digits.y_test) / np.bincount(np.r_[digits.y_train, digits.y_test])
    assert np.all(np.abs(share - 0.2) < 0.01)


def test_the_split_uses_every_digit_once():
    from sklearn.datasets import load_digits

    digits = data.load_digits(full=False)
    both = np.concatenate([digits.x_train, digits.x_test]).reshape(-1, 64) * 16
    original = load_digits().data
    assert sorted(map(tuple, both)) == sorted(map(tuple, original))


def test_two_calls_agree_and_do_not_share_memory():
    one, two = data.load_digits(full=False), data.load_digits(full=False)
    np.testing.assert_array_equal(one.x_train, two.x_train)
    one.x_train[:] = 7
    assert two.x_train.max() == 1
