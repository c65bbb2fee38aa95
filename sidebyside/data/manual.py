"""Python's own reference manual as a text for language models."""

import platform
from collections import Counter

import numpy as np

from sidebyside.data._dataset import Dataset, embedded_only
from sidebyside.errors import require

_LEAST = 40  # paragraphs shorter than this may be in both parts


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.strip().split("\n\n")]


def load_python_manual(*, full: bool | None = None) -> Dataset:
    """The topics of Python's ``help()``, as characters: predict the next one.

    x and y are int64 and one-dimensional: x the numbers of the characters of a text, y those of
    the character that follows each, so ``y[i] == x[i + 1]``. ``class_names`` are the characters, in
    the order of their numbers. The text comes with Python (``pydoc_data.topics``), so **its size
    depends on Python's version**: 79 topics, about 465,000 characters, in Python 3.11.

    Whole topics, about a tenth of the characters, are the test part. The manual repeats itself
    across topics: the test topics are drawn from those of which nine tenths stand nowhere else,
    and a paragraph of 40 characters or more that also stands in the training text is taken out
    of the test text.

    ``extra``: ``text_train`` and ``text_test`` (strings, topics joined by blank lines),
    ``topics_train`` and ``topics_test`` (names), ``python`` (the version).
    """
    embedded_only("Python's manual", full)
    topics = require(
        "pydoc_data.topics", extra="data", purpose="Python's manual (a part of Python itself)"
    ).topics
    names = sorted(topics)
    paragraphs = {name: _paragraphs(topics[name]) for name in names}
    topics_with = Counter(p for name in names for p in set(paragraphs[name]) if len(p) >= _LEAST)
    total = sum(map(len, topics.values()))
    test_names: list[str] = []
    for i in np.random.default_rng(0).permutation(len(names)):
        if sum(len(topics[name]) for name in test_names) >= total / 10:
            break
        inside = paragraphs[names[i]]
        shared = sum(len(p) for p in inside if topics_with[p] > 1)
        small = len(topics[names[i]]) < total / 20  # no single topic makes up the test part
        if small and shared < 0.1 * sum(map(len, inside)):
            test_names.append(names[i])
    test_names.sort()
    train_names = [name for name in names if name not in test_names]
    text_train = "\n\n".join(topics[name].strip() for name in train_names)
    known = {p for name in train_names for p in paragraphs[name] if len(p) >= _LEAST}
    text_test = "\n\n".join(
        paragraph
        for name in test_names
        for paragraph in topics[name].strip().split("\n\n")
        if paragraph.strip() not in known
    )
    characters = "".join(sorted(set(text_train + text_test)))
    number = {character: i for i, character in enumerate(characters)}
    train, test = (
        np.array([number[character] for character in text], dtype=np.int64)
        for text in (text_train, text_test)
    )
    return Dataset(
        name="Python's manual",
        x_train=train[:-1],
        y_train=train[1:],
        x_test=test[:-1],
        y_test=test[1:],
        class_names=tuple(characters),
        source=f"pydoc_data.topics of Python {platform.python_version()}",
        licence="Python Software Foundation License Version 2",
        extra={
            "text_train": text_train,
            "text_test": text_test,
            "topics_train": tuple(train_names),
            "topics_test": tuple(test_names),
            "python": platform.python_version(),
        },
    )
