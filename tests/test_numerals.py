"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formgen.numerals import LONGEST, parse_number, round_decimal, visible


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8", "8"),
        ("８．５分", "8.5"),
        ("8.5 分", "8.5"),
        ("\u30008\u00a0", "8"),
        ("8\u200b.5", "8.5"),
        ("\u200f8", "8"),
        ("8\ufe0f", "8"),
        ("0", "0"),
        ("-2", "-2"),
        ("－２分", "-2"),
        ("＋5", "5"),
        ("1,200元", "1200"),
        ("3.5万元", "35000"),
        ("8分。", "8"),
        ("零", "0"),
        ("〇", "0"),
        ("两", "2"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("二十五分", "25"),
        ("一百零五", "105"),
        ("一百一十", "110"),
        ("两千零八十", "2080"),
        ("三万", "30000"),
        ("一万零五百", "10500"),
        ("八点五", "8.5"),
        ("八点二五", "8.25"),
        ("八分半", "8.5"),
        ("8分半", "8.5"),
        ("叁", "3"),
        ("壹拾贰", "12"),
    ],
)
def test_a_number_that_is_plain_to_a_reader_has_no_doubt(text: str, value: str) -> None:
    number = parse_number(text)

    assert number is not None
    assert number.value == Decimal(value)
    assert number.doubt == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8。5", "8.5"),
        ("8 .5", "8.5"),
        ("8.", "8"),
        (".5", "0.5"),
        ("08", "8"),
        ("二五", "25"),
        ("一", "1"),
        ("⑧", "8"),
        ("⁸", "8"),
        ("½", "0.5"),
        ("半", "0.5"),
        ("\u202e10", "10"),
        ("8点5", "8.5"),
    ],
)
def test_what_may_mean_two_things_carries_its_doubt(text: str, value: str) -> None:
    number = parse_number(text)

    assert number is not None
    assert number.value == Decimal(value)
    assert number.doubt


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "/",
        "—",
        "无",
        "O",
        "l0",
        "1O",
        "8,5",
        "8，5",
        "10 8",
        "1 0",
        "8-9",
        "8~9",
        "约8",
        "8?",
        "8→9",
        "10⁸",
        "nan",
        "inf",
        "1e3",
        "١٢",
        "一百二",
        "一百十",
        "万",
        "十十",
        "点五",
        "8/10",
        "√",
        "优",
        "2023-08-05",
        "○",
        "9" * 40,
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


def test_a_typed_number_is_plain_and_an_interpreted_one_is_not() -> None:
    assert parse_number("8.5分").plain  # type: ignore[union-attr]
    assert not parse_number("八点五").plain  # type: ignore[union-attr]


def test_the_unit_is_kept() -> None:
    units = [parse_number(text).unit for text in ("8", "8分", "80%", "3天", "三万元")]  # type: ignore[union-attr]

    assert units == ["", "分", "%", "天", "元"]


@given(st.integers(0, 9999))
def test_every_chinese_numeral_below_ten_thousand_is_read(value: int) -> None:
    number = parse_number(_chinese(value))

    assert number is not None
    assert number.value == value


@given(st.decimals(0, 1000, places=2))
def test_every_typed_decimal_is_read_exactly(value: Decimal) -> None:
    number = parse_number(f"{value}分")

    assert number is not None
    assert number.value == value


@given(st.text(max_size=2 * LONGEST))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = parse_number(text)

    assert number is None or number.value.is_finite()


def test_nothing_is_left_of_characters_that_print_nothing() -> None:
    assert visible("\u200b\ufeff \u3000\u00ad") == ""


@pytest.mark.parametrize(
    ("value", "rule", "places", "rounded"),
    [
        ("2.345", "half-up", 2, "2.35"),
        ("2.345", "half-even", 2, "2.34"),
        ("2.349", "down", 2, "2.34"),
        ("2.341", "up", 2, "2.35"),
        ("89.95", "half-up", 1, "90.0"),
        ("89.94", "half-up", 1, "89.9"),
        ("-2.5", "half-up", 0, "-3"),
    ],
)
def test_rounding_is_by_the_named_rule(value: str, rule: str, places: int, rounded: str) -> None:
    assert str(round_decimal(Decimal(value), rule, places)) == rounded


@pytest.mark.parametrize(("rule", "places"), [("round", 1), ("half-up", -1), ("half-up", 11)])
def test_an_unknown_rounding_is_refused(rule: str, places: int) -> None:
    with pytest.raises(ValueError, match="应"):
        round_decimal(Decimal(1), rule, places)


def _chinese(value: int) -> str:
    if value == 0:
        return "零"
    text, pending = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if pending and text else "") + "零一二三四五六七八九"[digit] + name
            pending = False
        else:
            pending = True
    return text
