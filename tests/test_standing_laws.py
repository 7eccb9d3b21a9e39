"""A scheme whose laws do not fit together is refused, with the key, the fault and a right value."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import formgen
from formgen.errors import SchemeError
from formgen.scheme.citations import figure_stands_in
from formgen.scheme.lint import lint
from formgen.scheme.loading import load_regulation, load_scheme

BUILT_IN = Path(formgen.__file__).parent / "schemes" / "dayang-2023"
CITED = 'label = "规则"\narticle = "四、2"\nquote = "考核分为“优秀、称职、不称职”三个等次"\n'


def refused(folder: Path, text: str) -> str:
    """The message with which dayang-2023 with this law is refused."""
    place = folder / "dayang-2023"
    place.mkdir()
    whole = (BUILT_IN / "scheme.toml").read_text(encoding="utf-8")
    (place / "scheme.toml").write_text(f"{whole}\n{text}\n{CITED}", encoding="utf-8")
    with pytest.raises(SchemeError) as caught:
        load_scheme(place)
    return str(caught.value)


QUOTA = '[[quota]]\nid = "mine"\n'
GATE = '[[gate]]\nid = "mine"\neffect = "not"\ngrade = "优秀"\n'
DUE = '[[consequence]]\nid = "mine"\nkind = "talk"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (QUOTA + 'grade = "优秀"\nshare = 1.2', "不得大于1"),
        (QUOTA + 'grade = "优秀"\nshare = 0', "必须大于0"),
        (QUOTA + 'grade = "优秀"', "share 和 fraction 要写一个"),
        (QUOTA + 'grade = "优秀"\nfraction = "4/3"', "大于1"),
        (QUOTA + 'grade = "优等"\nshare = 0.2', "没有等次“优等”"),
        (QUOTA + "share = 0.2", "grade 和 item 要写一个"),
        (QUOTA + 'item = "2.2"\nshare = 0.2', "full = true"),
        (QUOTA + 'item = "9.9"\nfull = true\nshare = 0.2', "没有指标（表 dayang-monthly）“9.9”"),
        (QUOTA + 'grade = "优秀"\nshare = 0.2\nties_gap = "bands"', "这里要的是“choice”"),
        (QUOTA + 'grade = "优秀"\nshare = 0.2\nties_gap = "money-floor"', "没有同分的处理办法“zero”"),
        (QUOTA + 'grade = "优秀"\nshare = 0.2\nrounding_gap = "points-rounding"', "不是为取整人数而设的"),
        (QUOTA + 'grade = "优秀"\nshare = 0.2\nchosen = "elected"', "没有事项“elected”"),
        (QUOTA + 'grade = "优秀"\nshare = 0.2\nform = "no-form"', "没有表“no-form”"),
        (QUOTA + 'grade = "优秀"\nshare = 0.2\ncohort = ["town"]', "不在可写的值之内"),
        (GATE + 'when = [{ kind = "grade", is = ["称职"] }]', "不能以本期等次为条件"),
        (GATE + "when = []", "when"),
        (GATE + 'when = [{ kind = "weather" }]', "没有“weather”这种规则"),
        (GATE + 'when = [{ kind = "fact", fact = "nothing" }]', "没有事项“nothing”"),
        (GATE + 'when = [{ kind = "fact", fact = "late", atleast = 2 }]', "是否想写“at_least”"),
        (GATE + 'when = [{ kind = "fact", fact = "late", at_least = 2, more_than = 1 }]', "只能写一个"),
        (GATE + 'when = [{ kind = "fact", fact = "late", levels = ["县级"] }]', "没有级别（事项 late）“县级”"),
        (GATE + 'gap = "bands"\nwhen = [{ kind = "fact", fact = "late" }]', "gap 和 choices 要一起写"),
        (DUE + 'when = [{ kind = "grade" }]', "is 和 at_least 要写一个"),
        (DUE + 'when = [{ kind = "consecutive", grade = "不称职", count = 3, gap = "money-floor" }]', "在这里没有意义"),
        (DUE + 'when = [{ kind = "consecutive", grade = "不称职", count = 1, gap = "sequence-gap" }]', "不得小于2"),
        ('[[selection]]\nid = "mine"\nfrom = "优等"\ncount = 10\nfact = "late"', "没有等次“优等”"),
        ('[[check]]\nid = "poor-work"\nkind = "attendance"\nfact = "late"\nat_least = 20\nwithin = "month"', "重复"),
    ],
)
def test_a_law_that_does_not_fit_is_refused(tmp_path: Path, text: str, words: str) -> None:
    message = refused(tmp_path, text)

    assert words in message
    assert "scheme.toml" in message


def test_a_law_that_contradicts_its_words_is_found(tmp_path: Path) -> None:
    place = tmp_path / "dayang-2023"
    place.mkdir()
    whole = (BUILT_IN / "scheme.toml").read_text(encoding="utf-8")
    (place / "scheme.toml").write_text(whole.replace('fraction = "1/3"', 'fraction = "1/4"'), encoding="utf-8")

    faults = lint(load_scheme(place), load_regulation(BUILT_IN))

    assert [fault.message for fault in faults if fault.code == "number-not-in-quote"] == [
        "quota[1] 的数字1/4不在引文里"
    ]


@pytest.mark.parametrize(
    ("figure", "quote", "stands"),
    [(Fraction(1, 3), "总数的1/3", True), (Fraction(1, 4), "总数的1/3", False), (Fraction(2), "连续两年", True),
     (Fraction(10), "评选出“十佳”", True), (Fraction(3), "连续两年", False)],
)  # fmt: skip
def test_figures_in_words_are_found_in_the_quotation(figure: Fraction, quote: str, stands: bool) -> None:
    from decimal import Decimal

    asked = Decimal(figure.numerator) if figure.denominator == 1 else figure

    assert figure_stands_in(asked, quote) is stands
