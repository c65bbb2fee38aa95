"""Numbers in prose: which are found, and what supports them."""

import pytest

from sidebyside.authoring.standard import numbers
from sidebyside.authoring.standard.numbers import claims, literals
from sidebyside.authoring.standard.prose import sentences
from sidebyside.frameworks import PARITY_MIME
from tests.unit.small_course import code, display, markdown, parity, stdout


def written(sentence):
    return [claim.written for claim in claims(sentence)]


def unsupported(*cells):
    return [claim.written for _, claim, _ in numbers.unsupported(cells)]


def said(*cells):
    return [str(problem) for problem in numbers.problems(cells)]


# what is a claim


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It reaches 0.967 after 3 epochs of 1,500 steps.", ["0.967"]),
        ("It reaches 97 % and 96.5%.", ["97 %", "96.5%"]),
        ("97\u202f%, 3 percent, 4 per cent", ["97 %", "3 percent", "4 per cent"]),
        ("Between 94 and 97 %, or 91–93 %.", ["94 %", "97 %", "91 %", "93 %"]),
        (r"It is $97\,\%$ or $3\%$.", ["97 %", "3%"]),
        (r"A gradient of $3 \cdot 10^{-5}$.", ["3 · 10^{-5}"]),
        (r"A gradient of $8.7 \times 10^{-19}$, or 3·10⁻⁵.", ["8.7 · 10^{-19}", "3·10^{-5}"]),
        ("3e-05, 1.2E6 and 1e9", ["3e-05", "1.2E6", "1e9"]),
        ("Level at $10^{-16}$ and at 10⁻⁸.", ["10^{-16}", "10^{-8}"]),
        (
            "−0.5 and \u22120.25, 0.91–0.95, 0.91 ± 0.01",
            ["0.5", "0.25", "0.91", "0.95", "0.91", "0.01"],
        ),
        ("1,234.5 pixels; at 0.5, or 0.25.", ["1,234.5", "0.5", "0.25"]),
        (r"$w = 0.221$, and $(0.5, 0.25)$", ["0.221", "0.5", "0.25"]),
        # not claims
        ("¼ of 64 units in 2026, chapter 08, 1/4, 3×3", []),
        ("PyTorch 2.13, Keras' 3.10, version 1.4.8 and GPT-3.5", []),
        ("$2^{30}$ and $x^{10}$, $w_{10}$", []),
        ("See {cite:t}`he2015.5`.", []),
        ("{term}`level 0.05 <level>` is a role's text", ["0.05"]),
    ],
)
def test_claims(sentence, expected):
    assert written(sentence) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "`SGD(0.1)` and `lr=0.3` are code; `0.97` and `[0.2, 0.8]` are values.",
            ["0.97", "0.2", "0.8"],
        ),
        ("```python\nx = 0.5\n```", []),
        ("```{admonition} Of 0.3\nAnd 0.4.\n```", ["0.3", "0.4"]),
        ("See [here](https://a.org/0.5/x) <https://b.org/0.7>.", []),
        ("<!-- 0.9 -->", []),
        ("| a | 0.5 |\n|---|---|\n| b | 0.6 |", ["0.5", "0.6"]),
    ],
)
def test_what_is_prose(source, expected):
    found = [claim.written for s in sentences([markdown(source)]) for claim in claims(s.text)]
    assert found == expected


# what supports it


@pytest.mark.parametrize(
    ("prose", "output"),
    [
        ("0.97", "accuracy 0.9667"),
        ("0.97", "accuracy 0.9700"),
        ("0.967", "0.9665"),  # rounded either way
        ("97 %", "accuracy 0.967"),
        ("96.7 %", "accuracy 0.967"),
        ("97 %", "accuracy 97.2 %"),
        ("97 %", "accuracy in percent: 97.2"),
        ("0.97", "accuracy 97.0%"),
        ("3e-05", "3.2e-05"),
        (r"$3 \cdot 10^{-5}$", "0.0000312"),
        (r"$10^{-16}$", "2.22e-16"),
        ("1e9", "1.07e+09"),
        ("1,234.5", "1234.5 and more"),
        ("0.25", "[0.25,0.75]"),
        ("0.5", "[.5 1.]"),
        ("−0.03", "0.03"),
        ("1.1 points", "0.0109"),
        ("1.1 percentage points", "1.10"),
    ],
)
def test_an_output_supports_a_number_that_is_rounded_as_written(prose, output):
    assert unsupported(markdown(f"It is {prose}."), code("print(x)", stdout(output))) == []


@pytest.mark.parametrize(
    ("prose", "output"),
    [
        ("0.96", "accuracy 0.9667"),
        ("0.968", "accuracy 0.9667"),
        ("0.971", "accuracy 0.97"),
        ("97 %", "97 images"),
        ("97 %", "0.9649"),
        ("3e-05", "3.6e-05"),
        (r"$3 \cdot 10^{-5}$", "3e-06"),
        (r"$10^{-16}$", "2.2e-18"),
        ("0.5", "nan inf"),
        ("1.1 points", "0.11"),
        ("1.1 times", "0.0109"),
    ],
)
def test_another_number_does_not(prose, output):
    assert len(unsupported(markdown(f"It is {prose}."), code("print(x)", stdout(output)))) == 1


def test_what_else_supports_a_number():
    prose = markdown("It is 0.123.")
    assert unsupported(prose, code("rate = 0.123")) == []
    assert unsupported(prose, code("print(f'{0.123 * x:.2f}')")) == []
    assert unsupported(prose, code("t", display({"text/html": "<td>0.123</td>"}))) == []
    assert unsupported(prose, code("t", display({"text/plain": "0.123"}))) == []
    assert unsupported(prose, code("t", display({PARITY_MIME: {"rows": [0.1229]}}))) == []
    assert unsupported(markdown("It is 2.2e-16."), code("c", parity(2.2e-16))) == []


def test_what_does_not():
    prose = markdown("It is 0.123.")
    alt = "A line at 0.123 from the left to the right."
    picture = display({"image/png": "", "text/plain": alt}, {"image/png": {"alt": alt}})
    assert unsupported(prose, code("x = 1  # 0.123")) == ["0.123"]
    assert unsupported(prose, code("label = '0.123'")) == ["0.123"]
    assert unsupported(prose, code("plot()", picture)) == ["0.123", "0.123"]


def test_a_citation_supports_its_own_sentence_only():
    cites = "They report 0.123 {cite:p}`he2016deep`."
    assert unsupported(markdown(cites)) == []
    assert unsupported(markdown(f"{cites} It is 0.456.")) == ["0.456"]
    assert unsupported(markdown(f"- {cites}\n- Ours: 0.456")) == ["0.456"]


def test_a_number_of_two_digits_comes_from_its_own_section():
    far = [markdown("## One"), code("p", stdout("0.8312 0.91")), markdown("## Two\n\nIt is 0.83.")]
    assert unsupported(*far) == ["0.83"]
    assert "other sections" in said(*far)[0]
    assert unsupported(*far[:2], markdown("## Two\n\nIt is 0.831.")) == []
    assert unsupported(*far[:2], markdown("### Deeper\n\nIt is 0.83.")) == []
    assert unsupported(*far[:2], markdown("## In practice\n\nIt is 0.83.")) == []
    assert unsupported(markdown("# Title\n\nIt is 0.83."), *far[:2]) == []
    assert unsupported(code("x = 0.83"), *far) == []


def test_a_number_that_a_sentence_says_twice_is_one_problem():
    assert unsupported(markdown("It is 0.83 and again 0.83. It is 0.83.")) == ["0.83", "0.83"]


def test_a_heading_in_fenced_code_opens_no_section():
    cells = [code("p", stdout("0.8312")), markdown("```python\n## x\n```\n\nIt is 0.83.")]
    assert unsupported(*cells) == []


@pytest.mark.parametrize("source", ["x = -0.5", "f'{0.5:.2f}'", "%timeit\nx = 0.5", "a[0.5]"])
def test_literals(source):
    assert literals(source) == [0.5]


def test_cells_that_are_not_python_and_flags_give_no_literals():
    assert literals("this is 0.5 not Python") == [] and literals("x = True") == []


# questions

QUESTION = """**1.** What is it?

- (a) 0.111
- (b) 0.222
- c) about 0.333

```{dropdown} Answer
**(b).** It is 0.222, and 0.444 is (c) twice.
```
"""


def test_wrong_options_are_wrong_on_purpose():
    assert unsupported(markdown(QUESTION)) == ["0.222", "0.222", "0.444"]


def test_a_check_gives_numbers():
    checked = QUESTION.replace("What is it?", "What?\n\n<!-- check:\nx = 0.222 * 0.444\n-->")
    assert unsupported(markdown(checked)) == []


# excuses


def test_one_number_may_be_excused_with_a_reason():
    excuse = "<!-- number: 0.05 is the level that we chose -->"
    assert said(markdown(f"At the level 0.05. {excuse}")) == []
    assert len(said(markdown(f"At the level 0.05, and 0.07. {excuse}"))) == 1
    assert len(said(markdown(excuse), markdown("At the level 0.05."))) == 2  # elsewhere


def test_an_excuse_says_why_and_excuses_something():
    assert "does not say why" in said(markdown("At 0.05. <!-- number: 0.05 chosen -->"))[0]
    (problem,) = said(markdown("At 5. <!-- number: 0.05 is the level chosen -->"))
    assert "excuses nothing" in problem


def test_an_alternative_text_is_excused_in_the_markdown_after_it():
    alt = "A level line at 0.123 over all epochs."
    picture = display({"image/png": "", "text/plain": alt}, {"image/png": {"alt": alt}})
    excuse = "What it shows. <!-- number: 0.123 is read off the picture -->"
    assert said(code("plot()", picture), markdown(excuse)) == []
    assert "alternative text" in said(code("plot()", picture), markdown("What it shows."))[0]


def test_excuses_are_counted():
    many = [
        markdown(f"It is 0.{n}. <!-- number: 0.{n} is what we chose here -->")
        for n in range(111, 112 + numbers.MOST_EXCUSES)
    ]
    assert said(*many[:-1]) == []
    assert "are excused" in said(*many)[0]


@pytest.mark.parametrize(
    ("number", "excused"),
    [("97 %", "97%"), (r"$3 \cdot 10^{-5}$", "3·10^{-5}"), ("10⁻⁸", "10^{-8}")],
)
def test_an_excuse_names_the_number_without_spaces(number, excused):
    assert (
        said(markdown(f"It is {number}. <!-- number: {excused} is a definition of ours -->")) == []
    )
