"""Names: one language each, Latin letters, no name twice."""

import unicodedata

import numpy as np
import pytest

from sidebyside import data
from sidebyside.errors import DataError


@pytest.fixture(scope="module")
def names():
    return data.load_names()


def test_there_are_eighteen_languages_with_hundreds_of_names_each(names):
    assert len(names.class_names) == 18 and "Welsh" in names.class_names
    counts = np.bincount(np.r_[names.y_train, names.y_test])
    assert counts.tolist() == list(names.extra["counts"])
    assert counts.min() > 250 and counts.max() < 1200


def test_every_name_stands_once_and_has_one_language(names):
    both = np.r_[names.x_train, names.x_test]
    assert len(set(both)) == len(both)
    assert names.extra["shared"] > 500


def test_known_names_have_their_language(names):
    both = zip(np.r_[names.x_train, names.x_test], np.r_[names.y_train, names.y_test], strict=True)
    language = {name: names.class_names[label] for name, label in both}
    assert language["états-unis"] == "French"
    assert language["västsahara"] == "Swedish"
    assert language["yr almaen"] == "Welsh"
    assert "burkina faso" not in language


def test_names_are_lower_case_latin_and_the_characters_are_listed(names):
    text = "".join(names.x_train) + "".join(names.x_test)
    assert "".join(sorted(set(text))) == names.extra["characters"]
    for character in names.extra["characters"]:
        assert character in " '-" or unicodedata.name(character).startswith("LATIN SMALL LETTER")


def test_every_language_has_its_share_of_the_test_part(names):
    share = np.bincount(names.y_test) / np.array(names.extra["counts"])
    assert np.all(np.abs(share - 0.2) < 0.01)


def test_a_choice_of_languages_drops_only_what_they_share(names):
    two = data.load_names(languages=("de", "fr"))
    assert two.class_names == ("German", "French")
    assert sum(two.extra["counts"]) > names.extra["counts"][names.extra["codes"].index("de")] * 2


@pytest.mark.parametrize("languages", [("xx", "de"), ("de",), ("de", "de"), ()])
def test_an_impossible_choice_of_languages_is_one_clear_error(languages):
    with pytest.raises(DataError, match="two or more different codes out of: eu, cs"):
        data.load_names(languages=languages)
