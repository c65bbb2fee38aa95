"""Place and language names in eighteen languages: which language is this name?"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np

from sidebyside.data._dataset import Dataset, embedded_only, objects, stratified_split
from sidebyside.errors import DataError, require

LANGUAGES = {
    "eu": "Basque",
    "cs": "Czech",
    "nl": "Dutch",
    "en": "English",
    "fi": "Finnish",
    "fr": "French",
    "de": "German",
    "hu": "Hungarian",
    "is": "Icelandic",
    "it": "Italian",
    "lv": "Latvian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "es": "Spanish",
    "sv": "Swedish",
    "tr": "Turkish",
    "cy": "Welsh",
}
_NAME = re.compile(r"[^\W\d_]+(?:[ '-][^\W\d_]+)*")


def load_names(*, languages: Sequence[str] | None = None, full: bool | None = None) -> Dataset:
    """Names of territories, cities and languages, each in the language that it is written in.

    x object arrays of strings, y int64: the language. All eighteen languages use the Latin
    script. From Babel's copy of CLDR come the names of territories, of the cities of time zones,
    and of languages, about a thousand for each language. A name is lower-cased (as its language
    does it), apostrophes are made alike, and what is not made of letters, single spaces, hyphens
    and apostrophes is left out. **A name that occurs in several of the chosen languages is dropped
    from all of them**, so that every name has one right answer; some 300 to 1,000 names a language
    remain, fewest in English. Split 80 / 20, stratified. How many there are depends a
    little on the version of Babel.

    ``extra``: ``characters``: a string of all the characters that occur, sorted; ``codes``: the
    languages' codes in the order of ``class_names``; ``counts``: how many names of each
    remain; ``shared``: how many names were dropped because several languages have them.

    Args:
        languages: two or more codes out of ``eu cs nl en fi fr de hu is it lv pl pt ro es sv tr
            cy``; None: all of them.
    """
    embedded_only("names", full)
    codes = tuple(LANGUAGES) if languages is None else tuple(languages)
    unknown = [code for code in codes if code not in LANGUAGES]
    if unknown or len(codes) < 2 or len(set(codes)) < len(codes):
        raise DataError(
            f"languages is {codes!r}; expected two or more different codes out of: "
            f"{', '.join(LANGUAGES)}"
        )
    babel = require("babel", extra="data", purpose="the names")
    by_language = {code: _names(babel, code) for code in codes}
    occurrences = Counter(name for names in by_language.values() for name in names)
    rows = [
        (name, label)
        for label, code in enumerate(codes)
        for name in sorted(by_language[code])
        if occurrences[name] == 1
    ]
    x = objects([name for name, _ in rows])
    y = np.array([label for _, label in rows], dtype=np.int64)
    train, test = stratified_split(y)
    return Dataset(
        name="names",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=tuple(LANGUAGES[code] for code in codes),
        source="Unicode Common Locale Data Repository (CLDR), as shipped with Babel "
        f"{babel.__version__}",
        licence="CLDR: Unicode License v3; Babel: BSD-3-Clause",
        extra={
            "characters": "".join(sorted(set("".join(x)))),
            "codes": codes,
            "counts": tuple(np.bincount(y, minlength=len(codes)).tolist()),
            "shared": sum(count > 1 for count in occurrences.values()),
        },
    )


def _names(babel, code: str) -> set[str]:
    locale = babel.Locale(code)
    cities = (zone["city"] for zone in locale.time_zones.values() if "city" in zone)
    found = set()
    for name in (*locale.territories.values(), *locale.languages.values(), *cities):
        text = unicodedata.normalize("NFC", name)
        if code == "tr":  # Turkish has two letters i, with and without a dot
            text = text.replace("I", "ı").replace("İ", "i")
        text = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("ʼ", "'")
        if len(text) > 1 and _NAME.fullmatch(text):
            found.add(text)
    return found
