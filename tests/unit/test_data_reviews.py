"""Reviews: the label follows from the order of the words, and from nothing less."""

from collections import Counter

import numpy as np
import pytest

from sidebyside import data
from sidebyside.errors import DataError


@pytest.fixture(scope="module")
def reviews():
    return data.load_reviews(full=False)


def test_the_default_is_2000_reviews_half_of_them_positive(reviews):
    assert len(reviews.x_train) == 1600 and len(reviews.x_test) == 400
    assert reviews.x_train.dtype == object and reviews.y_train.dtype == np.int64
    assert reviews.y_train.mean() == 0.5 and reviews.y_test.mean() == 0.5
    assert all(text == " ".join(text.lower().split()) for text in reviews.x_train)


def test_a_bag_of_words_model_stays_at_chance_on_the_test_set(reviews):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    vectors = CountVectorizer(token_pattern=r"\S+")
    model = LogisticRegression(max_iter=1000)
    model.fit(vectors.fit_transform(reviews.x_train), reviews.y_train)
    assert 0.4 <= model.score(vectors.transform(reviews.x_test), reviews.y_test) <= 0.6


@pytest.mark.parametrize("part", ["train", "test"])
def test_each_bag_of_words_comes_once_with_each_label(reviews, part):
    x, y = getattr(reviews, f"x_{part}"), getattr(reviews, f"y_{part}")
    labels: dict[tuple, list[int]] = {}
    for text, label in zip(x, y, strict=True):
        labels.setdefault(tuple(sorted(text.split(" "))), []).append(int(label))
    assert all(sorted(pair) == [0, 1] for pair in labels.values())
    pairs = Counter(reviews.extra[f"pair_{part}"].tolist())
    assert len(pairs) == len(labels) and set(pairs.values()) == {2}


def test_no_bag_of_words_is_in_both_parts(reviews):
    train, test = (
        {tuple(sorted(text.split(" "))) for text in x} for x in (reviews.x_train, reviews.x_test)
    )
    assert not train & test


def test_the_label_is_what_the_grammar_says(reviews):
    for text, label in zip(reviews.x_test, reviews.y_test, strict=True):
        assert data.review_label(text) == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("the plot was good but the acting was bad", 0),
        ("the plot was bad but the acting was good", 1),
        ("although the plot was bad the acting was good", 1),
        ("the plot was bad although the acting was good", 0),
        ("the plot was bad even though the acting was good", 0),
        ("the plot was not bad and the acting was slightly good", 1),
        ("the plot was slightly bad and the acting was very good", 1),
        ("the plot was very bad and the acting was slightly good", 0),
        ("the plot was very bad and the acting was good yet i never liked the music", 0),
        ("on a rainy evening i never hated the plot and i rather liked the music this time", 1),
    ],
)
def test_negation_contrast_and_intensity_decide(text, label):
    assert data.review_label(text) == label


@pytest.mark.parametrize(
    "text",
    ["", "the plot was", "plot good", "the plot was good and", "the plot was of a dark purple"],
)
def test_what_is_not_of_the_grammar_has_no_label(text):
    with pytest.raises(DataError, match="no review of the grammar"):
        data.review_label(text)


def test_all_constructions_occur_and_reviews_vary(reviews):
    text = " | ".join(reviews.x_train)
    constructions = ("but", "yet", "although", "while", "even though", "not very", "never", "and")
    assert all(f" {word} " in text or f"| {word} " in text for word in constructions)
    assert len(set(text.split())) > 120
    assert len(set(reviews.x_train) | set(reviews.x_test)) == 2000


def test_the_seed_decides_the_reviews():
    one, again, other = (data.load_reviews(n=50, seed=s, full=False) for s in (1, 1, 2))
    assert list(one.x_train) == list(again.x_train) != list(other.x_train)


@pytest.mark.parametrize(
    ("n", "message"), [(0, "n is 0"), (-2, "n is -2"), (11, "even"), (10**6, "100,000")]
)
def test_a_wrong_number_of_reviews_is_one_clear_error(n, message):
    with pytest.raises(DataError, match=message):
        data.load_reviews(n=n, full=False)
