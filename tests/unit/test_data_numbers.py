"""Numbers in words: exact, disjoint, refused where the request makes no sense."""

import numpy as np
import pytest

from sidebyside import data
from sidebyside.errors import DataError


def _pairs(dataset):
    numbers = np.r_[dataset.extra["numbers_train"], dataset.extra["numbers_test"]]
    english = np.r_[dataset.x_train, dataset.x_test]
    target = np.r_[dataset.y_train, dataset.y_test]
    return {
        int(number): (source, translation)
        for number, source, translation in zip(numbers, english, target, strict=True)
    }


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", {0: "zéro", 80: "quatre-vingts", 281: "deux cent quatre-vingt-un"}),
        ("de", {0: "null", 80: "achtzig", 281: "zweihunderteinundachtzig"}),
    ],
)
def test_phrases_mean_the_same_number(language, expected):
    pairs = _pairs(data.load_numbers_in_words(language=language, limit=300))
    assert sorted(pairs) == list(range(300))
    for number, translation in expected.items():
        assert pairs[number][1] == translation
    assert pairs[281][0] == "two hundred and eighty-one"


def test_no_test_number_was_seen_in_training_and_both_are_object_arrays():
    numbers = data.load_numbers_in_words(limit=500)
    assert numbers.x_train.dtype == object and numbers.y_test.dtype == object
    assert len(numbers.x_train) == 400 and len(numbers.x_test) == 100
    assert not set(numbers.x_train) & set(numbers.x_test)
    assert not set(numbers.y_train) & set(numbers.y_test)


def test_words_are_separated_by_single_spaces_and_commas_are_gone():
    pairs = _pairs(data.load_numbers_in_words(limit=2000))
    assert pairs[1234][0] == "one thousand two hundred and thirty-four"
    assert all("," not in text and "  " not in text for pair in pairs.values() for text in pair)


def test_the_seed_decides_the_split_and_nothing_else():
    one, again = (data.load_numbers_in_words(limit=100, seed=1) for _ in range(2))
    other = data.load_numbers_in_words(limit=100, seed=2)
    assert list(one.x_test) == list(again.x_test) != list(other.x_test)
    assert _pairs(one) == _pairs(other)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"language": "es"}, "language is 'es'.*'fr', 'de'"),
        ({"limit": 0}, "limit is 0"),
        ({"limit": -5}, "limit is -5"),
        ({"limit": 100_001}, "limit is 100001.*from 10 to 100,000"),
        ({"limit": 2.5}, "limit is 2.5.*whole number"),
    ],
)
def test_a_wrong_request_is_one_clear_error(wrong, message):
    with pytest.raises(DataError, match=message):
        data.load_numbers_in_words(**wrong)
