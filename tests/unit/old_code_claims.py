"""What a row of *Old code, new code* states in words: its messages, code and numbers.

And where its tests say the same: the constants of a check, one of which can be changed to see
whether the check notices.
"""

import ast
import io
import math
import re
import tokenize
from collections.abc import Iterator

import numpy as np

from sidebyside.publishing.old_rows import OldRow

WORDS = ["three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
NUMBERS_IN_WORDS = {word: str(n) for n, word in enumerate(WORDS, start=3)}
NUMBERS_IN_WORDS |= {"thirty": "30", "hundred": "100", "half": "0.5"}

CODE = re.compile(r"`([^`]*)`")
QUOTE = re.compile(r'"([^"]*)"|“([^”]*)”')
# A name and its major version, such as Keras 3, is a name.
MAJOR_VERSION = re.compile(r"\b(?:Keras|TensorFlow|PyTorch|NumPy|Python) \d+\b(?!\.\d)")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)*(?:e-?\d+)?(?!\w|\.\d)")
TOKEN = re.compile(r"[^\W\d]\w*|\d+(?:\.\d+)?(?:e-?\d+)?")
CLOSED = {"math": math, "np": np}


def plain(text: str) -> str:
    """Without colours, and every run of white space one space."""
    return " ".join(re.sub(r"\x1b\[[\d;]*m", "", text).split())


def matches(text: str, message: str, how=re.fullmatch) -> bool:
    """Whether the text is the message (or holds it: ``re.search``), whose … stands for anything."""
    pattern = ".*".join(re.escape(part) for part in plain(message).split("…"))
    return how(pattern, plain(text)) is not None


def messages(row: OldRow) -> list[str]:
    """Every message that the row shows; each is seen word for word by a test."""
    return [*row.messages, *row.also.values()]


def shown_code(row: OldRow) -> list[str]:
    return [row.old, *row.also, *row.new.values()]


def all_code(row: OldRow) -> list[str]:
    return [row.given, row.check, *shown_code(row), *row.works.values()]


def comments(row: OldRow) -> list[str]:
    """The comments of the code that the page shows: prose, too."""
    found = []
    for code in shown_code(row):
        read = tokenize.generate_tokens(io.StringIO(code).readline)
        found += [token.string for token in read if token.type == tokenize.COMMENT]
    return found


def title_parts(title: str) -> tuple[str, str]:
    """The old code that the title names, and the message after it ("" where there is none)."""
    hidden = CODE.sub(lambda code: "_" * len(code.group()), title)
    before, colon, _ = hidden.partition(": ")
    if colon:
        return title[: len(before)], title[len(before) + 2 :]
    only_code = not hidden.strip("_, ")
    return (title, "") if only_code else ("", title)


def stated_messages(row: OldRow) -> list[str]:
    """What the row's text gives out as the text of a message."""
    prose = CODE.sub("", f"{row.harm} {row.reason}")
    quoted = [first or second for first, second in QUOTE.findall(prose)]
    if row.symptom == "silence":
        return quoted
    message = title_parts(row.title)[1]
    return [message, *quoted] if message else quoted


def missing_messages(row: OldRow) -> list[str]:
    """What the row states as a message and doesn't contain in one."""
    known = [message.replace("`", "") for message in messages(row)]

    def is_known(stated: str) -> bool:
        part = re.sub(r"\s*…\s*", "…", stated.replace("`", ""))
        return any(matches(message, part, re.search) for message in known)

    return [stated for stated in stated_messages(row) if not is_known(stated)]


def tokens(texts: list[str]) -> set[str]:
    return {token for text in texts for token in TOKEN.findall(text)}


def missing_code(row: OldRow) -> list[str]:
    """The code named in the row's text that no code of the row runs and no message says.

    What stands in the title before the message is old code, so the old lines have to have it; the
    title of a silent row may name what they lack.
    """
    anywhere = tokens(all_code(row)) | tokens(messages(row))
    silent = row.symptom == "silence"
    old = anywhere if silent else tokens([row.given, row.old, *row.also])
    before, after = title_parts(row.title)
    named = [(code, old) for code in CODE.findall(before)]
    named += [(code, anywhere) for code in CODE.findall(f"{after} {row.harm} {row.reason}")]
    return [code for code, known in named if not tokens([code]) <= known]


def numbers(text: str) -> list[str]:
    """The numbers of a text, outside code: figures, and words from three on."""
    text = MAJOR_VERSION.sub("", CODE.sub("", text))
    words = [NUMBERS_IN_WORDS[w] for w in re.findall(r"\w+", text.lower()) if w in NUMBERS_IN_WORDS]
    return NUMBER.findall(text) + words


def stated_numbers(row: OldRow) -> list[str]:
    """The numbers of the row's text that none of its messages has."""
    text = " ".join([row.title, row.harm, row.reason, *comments(row)])
    in_messages = set(NUMBER.findall(" ".join(messages(row))))
    return [number for number in dict.fromkeys(numbers(text)) if number not in in_messages]


def is_written(number: str, value: float) -> bool:
    """Whether the value, rounded as the number is written, is the number."""
    if number.count(".") > 1:  # a version
        return False
    figures, power, _ = number.partition("e")
    form = f".{len(figures.partition('.')[2])}{'e' if power else 'f'}"
    stated, size = float(number), abs(value)
    return float(format(size, form)) == stated and abs(size - stated) <= 0.05 * stated


def constants(code: str) -> Iterator[tuple[int, float]]:
    """The numbers in a check, and expressions of nothing but numbers: place and value."""
    tree = ast.parse(code)
    indices = {
        id(n) for s in ast.walk(tree) if isinstance(s, ast.Subscript) for n in ast.walk(s.slice)
    }
    for place, node in enumerate(ast.walk(tree)):
        if not isinstance(node, ast.Constant | ast.UnaryOp | ast.BinOp | ast.Call):
            continue
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if id(node) in indices or not names <= set(CLOSED):
            continue
        try:
            value = eval(compile(ast.Expression(node), "constant", "eval"), dict(CLOSED))
        except Exception:
            continue
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield place, value


def changed(code: str, place: int, value: float) -> Iterator[str]:
    """The check with this constant a tenth larger, and a tenth smaller (whole numbers: by 1)."""
    step = max(1, round(abs(value) / 10)) if isinstance(value, int) or not value else value / 10
    for other in (value + step, value - step):
        tree = ast.parse(code)
        old = list(ast.walk(tree))[place]
        yield ast.unparse(_Replace(old, ast.Constant(other)).visit(tree))


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)
