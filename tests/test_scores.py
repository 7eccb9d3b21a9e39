"""A score cell's words: the value is right, or a doubt stands beside it."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from formgen.model import IssueCode, Item
from parsers.forms.scores import is_only_score, read_score

TEN = Item("2.1", "工作落实", "走访", points=Decimal(10))
BONUS = Item("5.1", "加分", "好评", points=Decimal(10), bonus=True)
DEDUCTION = Item("7.1", "扣分", "被通报", deduction=True, tiers=(Decimal(10), Decimal(7), Decimal(4), Decimal(2)))
MONEY = Item("1.5", "业务能力", "参加会议情况", money_only=True)
UNCAPPED = Item("4.2", "加分项", "项目资金", bonus=True)


def found(text: str, item: Item = TEN) -> tuple[str | None, list[str]]:
    score = read_score(text, item)
    return (None if score.value is None else str(score.value)), [code.value for code, _, _ in score.doubts]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8", "8"),
        ("8.50", "8.5"),
        ("8.333", "8.333"),
        ("８．５", "8.5"),
        ("8.5 分", "8.5"),
        ("0", "0"),
        ("零", "0"),
        ("满分", "10"),
        ("满分10分", "10"),
        ("10分（满分）", "10"),
        ("八点五", "8.5"),
        ("八分半", "8.5"),
        ("十", "10"),
        ("叁", "3"),
        ("8/10", "8"),
        ("8分/10分", "8"),
        ("得8分", "8"),
        ("得分：8", "8"),
        ("__8__分", "8"),
        ("\u30008\u00a0\n", "8"),
    ],
)
def test_a_clear_score_is_read_without_doubt(text: str, value: str) -> None:
    assert found(text) == (value, [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("扣2分", "8"),
        ("扣分：2", "8"),
        ("减2", "8"),
        ("8。5", "8.5"),
        ("⑧", "8"),
        ("+8", "8"),
        ("8分，扣2分", "8"),
        ("8（迟到）", "8"),
        ("8分 表现好", "8"),
        ("08", "8"),
        ("一", "1"),
    ],
)
def test_an_interpreted_score_is_to_be_looked_at(text: str, value: str) -> None:
    assert found(text) == (value, ["low-confidence"])


@pytest.mark.parametrize(
    "text",
    [
        "8,5",
        "8，5",
        "8-9",
        "8~9",
        "8—9",
        "8至9",
        "约8",
        "8左右",
        "8?",
        "8→9",
        "10 8",
        "8\n9",
        "1 0",
        "√",
        "☑",
        "优",
        "O",
        "l",
        "1O",
        "80%",
        "2023-08-05",
        "2023-08-05 00:00:00",
        "8月5日",
        "8:30",
        "1E1",
        "9" * 50,
        "nan",
        "inf",
        "10⁸",
        "8/20",
        "8分，扣3分",
        "8（原9）",
        "8（不含加分）",
        "待定",
        "6+2",
        "8元",
        "8次",
        "TRUE",
        "#VALUE!",
        "○",
        "加8分",
    ],
)
def test_what_is_no_clear_score_is_none_and_said(text: str) -> None:
    assert found(text) == (None, ["not-a-number"])


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000", "/", "／", "\\", "—", "-", "－", "——", "无", "____", "  分", "\u200b"]
)
def test_a_blank_is_not_zero(text: str) -> None:
    score = read_score(text, TEN)

    assert score.blank
    assert score.value is None


def test_a_date_that_a_spreadsheet_made_of_a_score_is_explained() -> None:
    doubts = read_score("2023-08-05", TEN).doubts

    assert "8.5" in doubts[0][2]


@pytest.mark.parametrize(
    ("text", "value"), [("11", "11"), ("10.5分", "10.5"), ("-2", "-2"), ("-0.5分", "-0.5"), ("扣12分", "-2")]
)
def test_a_score_out_of_range_is_kept_and_said(text: str, value: str) -> None:
    read, codes = found(text)

    assert read == value
    assert "out-of-range" in codes


@pytest.mark.parametrize("text", ["10", "扣10", "扣10分", "-10", "－10分", "减10", "十"])
def test_points_taken_are_a_positive_number_however_written(text: str) -> None:
    assert found(text, DEDUCTION) == ("10", [])


def test_a_value_beside_the_tiers_is_said() -> None:
    assert found("3", DEDUCTION) == ("3", ["unexpected-value"])
    assert found("0", DEDUCTION) == ("0", [])


def test_full_marks_of_an_item_without_a_maximum_are_unclear() -> None:
    assert found("满分", UNCAPPED) == (None, ["not-a-number"])
    assert found("扣2分", UNCAPPED) == (None, ["not-a-number"])


def test_an_uncapped_bonus_has_no_highest_score() -> None:
    assert found("125.3", UNCAPPED) == ("125.3", [])


def test_a_bonus_may_carry_its_sign() -> None:
    assert found("+5", BONUS) == ("5", [])
    assert found("加5分", BONUS) == ("5", [])


def test_a_score_where_the_form_has_none_is_said() -> None:
    assert found("5", MONEY) == ("5", ["unexpected-value"])


@pytest.mark.parametrize(
    ("text", "alone"), [("8分", True), ("得8分", True), ("8", True), ("迟到8次", False), ("-2", False)]
)
def test_a_remark_is_a_score_only_if_it_says_nothing_else(text: str, alone: bool) -> None:
    assert is_only_score(text) is alone


@pytest.mark.parametrize("seed", range(300))
def test_a_spoiled_score_is_read_right_or_doubted(seed: int) -> None:
    chance = random.Random(seed)
    value = Decimal(chance.randrange(0, 21)) / 2
    text = format(value, "f")
    mess = chance.choice(
        [
            " ",
            "\n",
            "？",
            "?",
            "约",
            "分",
            "，",
            "。",
            "(",
            "）",
            "-",
            "~",
            "→",
            "√",
            "改",
            "元",
            "%",
            "O",
            "\u200b",
            "⁸",
        ]
    )
    place = chance.randrange(len(text) + 1)
    spoiled = text[:place] + mess * chance.randrange(1, 3) + text[place:]

    score = read_score(spoiled, TEN)

    assert score.value == value or score.doubts, spoiled


def test_every_doubt_is_in_chinese_and_names_a_code() -> None:
    for text in ("8。5", "扣2分", "11", "优"):
        for code, severity, message in read_score(text, TEN).doubts:
            assert isinstance(code, IssueCode)
            assert severity.value in ("warning", "error")
            assert any("\u4e00" <= character <= "\u9fff" for character in message)
