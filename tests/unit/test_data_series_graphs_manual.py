"""Time series, graphs and Python's manual."""

import sys

import numpy as np
import pytest

from sidebyside import data
from sidebyside.errors import DataError


def test_sunspots_are_309_years_in_order():
    sunspots = data.load_sunspots()
    years = np.r_[sunspots.x_train, sunspots.x_test]
    np.testing.assert_array_equal(years, np.arange(1700, 2009))
    assert len(sunspots.x_test) == 61 and sunspots.y_train.dtype == np.float32
    assert sunspots.y_train[0] == 5 and np.r_[sunspots.y_train, sunspots.y_test].max() < 191


def test_co2_is_filled_where_the_source_has_gaps_and_nowhere_else():
    import statsmodels.datasets

    source = statsmodels.datasets.co2.load_pandas().data["co2"].to_numpy()
    co2 = data.load_co2()
    y = np.r_[co2.y_train, co2.y_test]
    filled = np.r_[co2.extra["filled_train"], co2.extra["filled_test"]]
    np.testing.assert_array_equal(filled, np.isnan(source))
    assert len(y) == 2284 and filled.sum() == 59 and np.isfinite(y).all()
    np.testing.assert_array_equal(y[~filled], source[~filled].astype(np.float32))
    for i in np.flatnonzero(filled):  # between its measured neighbours
        before, after = source[:i][~filled[:i]][-1], source[i:][~filled[i:]][0]
        assert min(before, after) - 1e-3 <= y[i] <= max(before, after) + 1e-3


def test_co2_is_in_order_and_split_in_time():
    co2 = data.load_co2()
    weeks = np.diff(np.r_[co2.x_train, co2.x_test].astype(np.float64))
    assert np.all(np.abs(weeks - 7 / 365.25) < 1e-3)
    assert co2.x_train[0] == pytest.approx(1958.24, abs=0.01)
    assert len(co2.x_test) == 456


def test_monthly_co2_are_the_means_of_the_measured_weeks():
    co2 = data.load_co2(frequency="monthly")
    assert len(co2.x_train) + len(co2.x_test) == 526
    assert co2.y_train[0] == pytest.approx(316.1)  # March 1958: one week
    assert co2.y_train[1] == pytest.approx((317.3 + 317.6 + 317.5 + 316.4) / 4)  # April 1958
    assert 1 <= co2.extra["filled_train"].sum() < 10
    assert np.allclose(np.diff(co2.x_train), 1 / 12, atol=1e-3)


def test_an_unknown_frequency_is_one_clear_error():
    with pytest.raises(DataError, match="frequency is 'daily'; expected one of: 'weekly'"):
        data.load_co2(frequency="daily")


def test_the_karate_club_knows_two_labels():
    club = data.load_karate_club()
    assert club.x_train.tolist() == [0, 33] and club.y_train.tolist() == [0, 1]
    assert len(club.x_test) == 32 and len(club.extra["edges"]) == 78
    adjacency = club.extra["adjacency"]
    assert adjacency.shape == (34, 34) and adjacency.sum() == 156
    np.testing.assert_array_equal(adjacency, adjacency.T)
    np.testing.assert_array_equal(club.extra["weights"] > 0, adjacency > 0)
    assert adjacency[0].sum() == 16 and adjacency[33].sum() == 17  # the leaders' degrees
    assert np.bincount(club.extra["labels"]).tolist() == [17, 17]
    np.testing.assert_array_equal(club.extra["labels"][club.x_test], club.y_test)


def test_les_miserables_hides_a_fifth_of_the_pairs():
    book = data.load_les_miserables()
    seen, everything = book.extra["adjacency"], book.extra["adjacency_full"]
    assert everything.sum() == 2 * 254 and seen.sum() == 2 * 203
    assert seen.sum(axis=1).min() >= 1  # every character keeps a tie
    for part, visible in (("train", 1), ("test", 0)):
        x, y = getattr(book, f"x_{part}"), getattr(book, f"y_{part}")
        assert y.mean() == 0.5
        np.testing.assert_array_equal(everything[x[:, 0], x[:, 1]], y)
        assert np.all(seen[x[y == 1][:, 0], x[y == 1][:, 1]] == visible)
    pairs = [tuple(pair) for pair in np.r_[book.x_train, book.x_test].tolist()]
    assert len(set(pairs)) == len(pairs) and all(u < v for u, v in pairs)
    assert "Valjean" in book.extra["node_names"] and len(book.extra["node_names"]) == 77


def test_the_manual_is_characters_and_the_character_that_follows():
    manual = data.load_python_manual()
    characters = np.array(manual.class_names)
    np.testing.assert_array_equal(manual.x_train[1:], manual.y_train[:-1])
    text = "".join(characters[np.r_[manual.x_test, manual.y_test[-1]]])
    assert text == manual.extra["text_test"]
    assert manual.extra["python"] == ".".join(map(str, sys.version_info[:3]))
    assert 'The "if" statement' in manual.extra["text_train"] + text


def test_the_manuals_test_part_is_new_text_of_a_fair_size():
    manual = data.load_python_manual()
    train, test = manual.extra["text_train"], manual.extra["text_test"]
    assert len(train) > 200_000 and 0.06 < len(test) / (len(train) + len(test)) < 0.14
    assert not set(manual.extra["topics_train"]) & set(manual.extra["topics_test"])
    known = {paragraph.strip() for paragraph in train.split("\n\n")}
    again = [p for p in test.split("\n\n") if len(p.strip()) >= 40 and p.strip() in known]
    assert again == []
