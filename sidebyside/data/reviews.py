"""Reviews from a grammar in which word order decides the label.

The grammar (words separated by spaces, no punctuation)::

    review  = [opener] body [closer]
    body    = group
            | group ("but" | "yet") group                  what follows "but" decides
            | ("although" | "while") group group           the main clause, the second, decides
            | group ("although" | "even though") group     the main clause, the first, decides
    group   = clause | clause "and" clause                 the values add up
    clause  = "the" aspect ("was" | "seemed") [modifier] adjective
            | "i" [adverb] verb "the" aspect

A clause is worth +2 or −2 by its adjective or verb; a weakening word ("slightly") makes that ±1, a
strengthening one ("very") ±3, and a negation turns the sign and weakens ("not bad": +1; "not very
bad": +1). The label is the sign of what decides; it is never zero.

Reviews are made in pairs: the same words in another order, with the other label. Both of a pair
stand in the same part of the split, so *whatever* sees only the bag of words is right on exactly
half of the test set (of all pairs), however well it is trained.
"""

# ruff: noqa: SIM905  (word lists read better as text)

from dataclasses import dataclass

import numpy as np

from sidebyside.data import full as full_size
from sidebyside.data._dataset import Dataset, objects, wants_full, whole_number
from sidebyside.errors import DataError

TOPICS = {
    "film": "plot acting ending music dialogue script opening cast pace humour".split(),
    "restaurant": "food service soup dessert wine bread menu fish coffee table".split(),
    "hotel": "room bed breakfast view pool lobby welcome bathroom garden bar".split(),
    "book": "story style hero cover chapter language mystery preface climax".split(),
    "phone": "screen battery camera sound keyboard design software charger case".split(),
    "concert": "band singer hall lighting sound encore audience programme piano".split(),
}
OPENERS = (
    "on a rainy evening",
    "after a long day",
    "on my second visit",
    "for the price",
    "last weekend",
    "with two friends",
    "in my view",
    "to my surprise",
    "to be fair",
)
CLOSERS = (
    "as far as i could tell",
    "on the whole",
    "this time",
    "from start to finish",
    "at least for me",
    "when all is said",
    "if you ask me",
)
POSITIVE = (
    "good great excellent lovely wonderful pleasant superb fine charming impressive delightful "
    "memorable"
).split()
NEGATIVE = (
    "bad poor terrible awful dreadful unpleasant disappointing mediocre dull annoying tiresome "
    "forgettable"
).split()
LIKED = "liked loved enjoyed admired".split()
DISLIKED = "disliked hated regretted resented".split()
WEAK = ("slightly", "somewhat", "fairly")
STRONG = ("very", "really", "extremely")
ADVERB_WEAK = ("rather",)
ADVERB_STRONG = ("truly", "thoroughly")
BUT = ("but", "yet")
LEADING = ("although", "while")
TRAILING = ("although", "even though")

_TASTE = {word: 2 for word in (*POSITIVE, *LIKED)} | {word: -2 for word in (*NEGATIVE, *DISLIKED)}
_ASPECTS = frozenset(aspect for aspects in TOPICS.values() for aspect in aspects)


@dataclass(frozen=True)
class _Clause:
    aspect: str
    taste: str  # an adjective or a verb
    modifier: str  # "" for none
    copula: str  # "" where taste is a verb

    def words(self) -> str:
        if self.copula:
            parts = ("the", self.aspect, self.copula, self.modifier, self.taste)
        else:
            parts = ("i", self.modifier, self.taste, "the", self.aspect)
        return " ".join(part for part in parts if part)

    def value(self) -> int:
        return _clause_value(self.taste, self.modifier)


@dataclass(frozen=True)
class _Review:
    opener: str
    first: tuple[_Clause, ...]
    joint: str  # "", "but", "leading" or "trailing"
    link: str  # the word or words of the joint
    second: tuple[_Clause, ...]
    closer: str

    def words(self) -> str:
        first, second = (
            " and ".join(clause.words() for clause in group) for group in (self.first, self.second)
        )
        leading = self.joint == "leading"
        body = (self.link, first, second) if leading else (first, self.link, second)
        return " ".join(part for part in (self.opener, *body, self.closer) if part)

    def value(self) -> int:
        decides = self.second if self.joint in ("but", "leading") else self.first
        return sum(clause.value() for clause in decides)


def _clause_value(taste: str, modifier: str) -> int:
    value = _TASTE[taste]
    negated = modifier.split(" ")[0] in ("not", "never")
    if negated:
        return -value // 2
    if modifier in WEAK or modifier in ADVERB_WEAK:
        return value // 2
    if modifier in STRONG or modifier in ADVERB_STRONG:
        return value // 2 * 3
    return value


def load_reviews(*, n: int | None = None, seed: int = 0, full: bool | None = None) -> Dataset:
    """Made reviews of films, restaurants, hotels, …, in which word order decides the label.

    x are object arrays of strings (lower-case words separated by single spaces), y is 0 for
    negative and 1 for positive, half of each. The module's docstring gives the grammar;
    ``review_label(sentence)`` computes the label from the words. Split 80 / 20 by pairs of equal
    bags of words, so a bag-of-words model can't do better than chance on the test set.

    ``extra``: ``pair_train`` and ``pair_test``, int64: which reviews are made of the same words.

    Args:
        n: how many reviews, an even number of 10 or more (100,000 at most); None: 2,000. With
            ``full``: keep so many, four fifths of them from the training set; None: all 50,000.
        seed: of the made reviews and of their split.
        full: the IMDB reviews instead.

    Raises:
        DownloadError: the IMDB reviews were asked for and can't be had.
    """
    if wants_full(full):
        return full_size.load_imdb(n=n)
    n = 2000 if n is None else whole_number("n", n, least=10, most=100_000)
    if n % 2:
        raise DataError(
            f"n is {n}; expected an even number, because reviews are made in pairs "
            "of the same words with opposite labels"
        )
    rng = np.random.default_rng(seed)
    pairs: list[tuple[str, str]] = []
    seen: set[tuple[str, ...]] = set()
    while len(pairs) < n // 2:
        pair = _make_pair(rng)
        if pair is None:
            continue
        bag = tuple(sorted(pair[0].split(" ")))
        if bag not in seen:
            seen.add(bag)
            pairs.append(pair)
    n_test = max(1, round(0.2 * len(pairs)))
    parts = []
    for start, stop in ((0, len(pairs) - n_test), (len(pairs) - n_test, len(pairs))):
        sentences = [sentence for pair in pairs[start:stop] for sentence in pair]
        order = rng.permutation(len(sentences))
        x = objects(sentences)[order]
        y = np.array([review_label(sentence) for sentence in x], dtype=np.int64)
        parts += [x, y, (start + order // 2).astype(np.int64)]
    x_train, y_train, pair_train, x_test, y_test, pair_test = parts
    return Dataset(
        name="reviews",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        class_names=("negative", "positive"),
        source="made for this course by the grammar in sidebyside.data.reviews",
        licence="that of this course",
        extra={"pair_train": pair_train, "pair_test": pair_test},
    )


def _pick(rng: np.random.Generator, items):
    return items[int(rng.integers(len(items)))]


def _make_clause(rng: np.random.Generator, aspect: str) -> _Clause:
    positive = rng.random() < 0.5
    if rng.random() < 0.25:  # "i loved the plot"
        taste = _pick(rng, LIKED if positive else DISLIKED)
        modifier = _pick(rng, ("", "", "never", *ADVERB_WEAK, *ADVERB_STRONG))
        return _Clause(aspect, taste, modifier, copula="")
    taste = _pick(rng, POSITIVE if positive else NEGATIVE)
    kind = rng.random()
    if kind < 0.3:
        modifier = ""
    elif kind < 0.55:
        modifier = _pick(rng, ("not", "not", "not very", "not really"))
    elif kind < 0.78:
        modifier = _pick(rng, WEAK)
    else:
        modifier = _pick(rng, STRONG)
    return _Clause(aspect, taste, modifier, copula=_pick(rng, ("was", "was", "was", "seemed")))


def _make_pair(rng: np.random.Generator) -> tuple[str, str] | None:
    """A review and its twin: the same words, the other label. None where none was found."""
    joint = _pick(rng, ("", "but", "but", "leading", "trailing"))
    link = _pick(rng, {"": ("",), "but": BUT, "leading": LEADING, "trailing": TRAILING}[joint])
    sizes = _pick(rng, ((1, 1), (1, 1), (1, 1), (1, 2), (2, 1))) if joint else (2, 0)
    aspects = [str(aspect) for aspect in rng.permutation(TOPICS[_pick(rng, tuple(TOPICS))])]
    clauses = [_make_clause(rng, aspects[i]) for i in range(sum(sizes))]
    opener = _pick(rng, OPENERS) if rng.random() < 0.35 else ""
    closer = _pick(rng, CLOSERS) if rng.random() < 0.3 else ""

    def review(parts: list[_Clause]) -> _Review:
        first, second = tuple(parts[: sizes[0]]), tuple(parts[sizes[0] :])
        return _Review(opener, first, joint, link, second, closer)

    original = review(clauses)
    if original.value() == 0:
        return None
    for _ in range(6):
        twin = review(_shuffled(rng, clauses))
        if twin.value() * original.value() < 0:
            return original.words(), twin.words()
    return None


def _shuffled(rng: np.random.Generator, clauses: list[_Clause]) -> list[_Clause]:
    """The same words in other places: adjectives, verbs, modifiers change hands, clauses move."""
    new = list(clauses)
    for with_copula in (True, False):
        where = [i for i, clause in enumerate(new) if bool(clause.copula) == with_copula]
        tastes = [new[i].taste for i in rng.permutation(where)] if where else []
        modifiers = [new[i].modifier for i in rng.permutation(where)] if where else []
        for i, taste, modifier in zip(where, tastes, modifiers, strict=True):
            new[i] = _Clause(new[i].aspect, taste, modifier, new[i].copula)
    return [new[i] for i in rng.permutation(len(new))]


def review_label(sentence: str) -> int:
    """The label of a review of this grammar, read off its words in order: 0 or 1.

    Raises:
        DataError: the sentence is not of the grammar.
    """
    text = sentence
    for opener in OPENERS:
        text = text.removeprefix(opener + " ")
    for closer in CLOSERS:
        text = text.removesuffix(" " + closer)
    words = text.replace("even though", "although").split(" ")
    try:
        leading = words[0] in LEADING
        main, words = _read_group(words[1:] if leading else words)
        if leading:
            main, words = _read_group(words)
        elif words and words[0] in BUT:
            main, words = _read_group(words[1:])
        elif words and words[0] == "although":
            _, words = _read_group(words[1:])
        if words or main == 0:
            raise ValueError
    except (ValueError, IndexError, StopIteration):
        raise DataError(
            f"{sentence!r} is no review of the grammar in sidebyside.data.reviews; "
            "review_label reads only what load_reviews makes"
        ) from None
    return int(main > 0)


def _read_group(words: list[str]) -> tuple[int, list[str]]:
    total, rest = _read_clause(words)
    while rest and rest[0] == "and":
        value, rest = _read_clause(rest[1:])
        total += value
    return total, rest


def _read_clause(words: list[str]) -> tuple[int, list[str]]:
    """The value of the clause that ``words`` begin with, and the words after it."""
    if words[0] == "i":
        known = (*LIKED, *DISLIKED)
        adverbs = ("never", *ADVERB_WEAK, *ADVERB_STRONG)
        at = 1 if words[1] in known else 2
        modifier = " ".join(words[1:at])
        good = modifier in ("", *adverbs) and words[at] in known
        good = good and words[at + 1] == "the" and words[at + 2] in _ASPECTS
        end, taste = at + 3, words[at]
    else:
        known = (*POSITIVE, *NEGATIVE)
        modifiers = ("", "not", "not very", "not really", *WEAK, *STRONG)
        at = next(i for i in range(3, 6) if words[i] in known)
        modifier = " ".join(words[3:at])
        good = words[0] == "the" and words[1] in _ASPECTS and words[2] in ("was", "seemed")
        good = good and modifier in modifiers
        end, taste = at + 1, words[at]
    if not good:
        raise ValueError
    return _clause_value(taste, modifier), words[end:]
