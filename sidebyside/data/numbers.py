"""Numbers in words: a translation task whose right answer is known exactly."""

import numpy as np

from sidebyside.data._dataset import Dataset, embedded_only, objects, one_of, whole_number
from sidebyside.errors import require

_LANGUAGES = {"fr": "French", "de": "German"}
LARGEST = 100_000


def load_numbers_in_words(
    *, language: str = "fr", limit: int = 10_000, seed: int = 0, full: bool | None = None
) -> Dataset:
    """English number phrases and their French or German translation.

    The numbers 0 … limit − 1, each once, shuffled and split 80 / 20, so no test number was seen
    in training. x and y are object arrays of strings: ``"two hundred and eighty-one"``,
    ``"deux cent quatre-vingt-un"`` or ``"zweihunderteinundachtzig"``. Words are separated by
    single spaces; num2words' commas are taken out, its hyphens kept.

    ``extra``: ``numbers_train`` and ``numbers_test`` (int64), ``language`` (its English name).

    Args:
        language: ``"fr"`` or ``"de"``.
        limit: how many numbers, from 10 to 100,000.
        seed: of the shuffle and split.
    """
    embedded_only("numbers in words", full)
    one_of("language", language, tuple(_LANGUAGES))
    limit = whole_number("limit", limit, least=10, most=LARGEST)
    num2words = require("num2words", extra="data", purpose="the numbers in words").num2words

    def phrase(number: int, lang: str) -> str:
        return " ".join(num2words(number, lang=lang).replace(",", " ").split())

    english = objects([phrase(number, "en") for number in range(limit)])
    target = objects([phrase(number, language) for number in range(limit)])
    order = np.random.default_rng(seed).permutation(limit)
    cut = limit - limit // 5
    train, test = order[:cut], order[cut:]
    return Dataset(
        name=f"numbers in words, English to {_LANGUAGES[language]}",
        x_train=english[train],
        y_train=target[train],
        x_test=english[test],
        y_test=target[test],
        class_names=(),
        source="made for this course with the package num2words",
        licence="the phrases are facts of language; num2words: LGPL-2.1-or-later",
        extra={
            "numbers_train": train.astype(np.int64),
            "numbers_test": test.astype(np.int64),
            "language": _LANGUAGES[language],
        },
    )
