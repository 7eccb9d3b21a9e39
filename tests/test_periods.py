"""Periods as they are written on paper, and where they come from."""

from __future__ import annotations

from datetime import date

import pytest
from grids import codes

from formgen.model import Locator
from formgen.parsing import Hints
from formgen.periods import PeriodKind, contains, find, following, in_chinese, kind_of
from parsers.forms.dating import composed, date_in, period_in, settle

HERE = Locator("paragraph 1")


@pytest.mark.parametrize(
    ("text", "kind", "period"),
    [
        ("（2023年3月）", "month", "2023-03"),
        ("２０２３年３月份", "month", "2023-03"),
        ("二〇二三年三月", "month", "2023-03"),
        ("二○二三年十二月", "month", "2023-12"),
        ("二О二三年三月", "month", "2023-03"),
        ("2023 年 3 月", "month", "2023-03"),
        ("2 0 2 3 年 3 月", "month", "2023-03"),
        ("2023.3", "month", "2023-03"),
        ("2023-03", "month", "2023-03"),
        ("2023/3", "month", "2023-03"),
        ("2023年3月1日至2023年3月31日", "month", "2023-03"),
        ("2023年3月1日至3月31日", "month", "2023-03"),
        ("2023年第一季度", "quarter", "2023-Q1"),
        ("2023年度第 三 季度", "quarter", "2023-Q3"),
        ("2023年4季度", "quarter", "2023-Q4"),
        ("2023年1-3月", "quarter", "2023-Q1"),
        ("2023-Q2", "quarter", "2023-Q2"),
        ("童市镇2023年度村级目标管理考核评分表", "year", "2023"),
        ("（ 2015 年度）", "year", "2015"),
        ("二〇一五年度", "year", "2015"),
        ("2015年", "year", "2015"),
    ],
)
def test_a_period_is_found_however_it_is_written(text: str, kind: PeriodKind, period: str) -> None:
    assert period_in(text, kind) == period


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2023年度", "month"),
        ("2023年", "quarter"),
        ("2023年3月5日", "month"),
        ("2023年1月至3月", "month"),
        ("2023年1—3月", "month"),
        ("2023年13月", "month"),
        ("2023年第五季度", "quarter"),
        ("2023年2-4月", "quarter"),
        ("2023年3月", "year"),
        ("2023年一二月", "month"),
        ("2023年十十月", "month"),
        ("（     季度）", "quarter"),
        ("3月", "month"),
        ("13800002023", "year"),
        ("", "month"),
    ],
)
def test_no_period_is_read_into_other_words(text: str, kind: PeriodKind) -> None:
    assert period_in(text, kind) is None


def test_a_month_and_its_year_may_stand_apart() -> None:
    assert composed(["2023年度考核", "考核月份：3月份"], "month") == "2023-03"
    assert composed(["2023年", "2024年", "3月份"], "month") is None
    assert composed(["2023年", "3月份", "4月份"], "month") is None


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2023年3月5日", date(2023, 3, 5)),
        ("2023.3.5", date(2023, 3, 5)),
        ("2023-03-05 00:00:00", date(2023, 3, 5)),
        ("二〇二三年三月十五日", date(2023, 3, 15)),
        ("2023 年 3 月 5 日", date(2023, 3, 5)),
        ("2023年2月30日", None),
        ("2023年3月", None),
        ("3月5日", None),
    ],
)
def test_a_date_is_whole_or_none(text: str, when: date | None) -> None:
    assert date_in(text) == when


def test_the_paper_comes_first_and_a_difference_is_said() -> None:
    period, issues = settle([("2023年3月", HERE)], [], None, "month", Hints(period="2023-04"), 0)

    assert period == "2023-03"
    assert codes(issues) == ["period-mismatch"]


def test_two_periods_on_one_paper_are_said() -> None:
    period, issues = settle([("2023年3月", HERE)], [("2023年4月", HERE)], None, "month", Hints(), 0)

    assert period == "2023-04"
    assert codes(issues) == ["period-mismatch"]


@pytest.mark.parametrize(
    ("hints", "period", "code", "asks"),
    [
        (Hints(period="2023-03"), "2023-03", "period-assumed", False),
        (Hints(names=("张庄村-李四", "2023年3月")), "2023-03", "period-assumed", True),
        (Hints(names=("202303张庄村.xlsx",)), "2023-03", "period-assumed", True),
        (Hints(period="2023"), None, "missing-period", True),
        (Hints(names=("张庄村-李四",)), None, "missing-period", True),
    ],
)
def test_a_period_from_elsewhere_is_said(hints: Hints, period: str | None, code: str, asks: bool) -> None:
    found, issues = settle([("考核表", HERE)], [], None, "month", hints, 0)

    assert found == period
    assert codes(issues) == [code]
    assert issues[0].needs_person is asks


def test_the_mark_of_our_own_blank_is_used_and_said() -> None:
    found, issues = settle([], [], "2023-Q1", "quarter", Hints(), 0)

    assert found == "2023-Q1"
    assert [issue.needs_person for issue in issues] == [False]


def test_periods_name_and_follow_each_other() -> None:
    assert [kind_of(period) for period in ("2023-03", "2023-Q1", "2023")] == ["month", "quarter", "year"]
    assert [in_chinese(period) for period in ("2023-03", "2023-Q1", "2023")] == [
        "2023年3月",
        "2023年第一季度",
        "2023年度",
    ]
    assert [following(period) for period in ("2023-12", "2023-Q4", "2023")] == ["2024-01", "2024-Q1", "2024"]
    assert contains("2023", "2023-Q1")
    assert contains("2023-Q1", "2023-02")
    assert not contains("2023-Q1", "2023-04")
    assert not contains("2023-Q1", "2024-02")


def test_a_wrong_period_is_refused_with_a_right_one() -> None:
    with pytest.raises(ValueError, match="2023-03"):
        kind_of("2023-3")


def test_the_first_period_of_any_kind_is_found() -> None:
    assert find("2023年第一季度") == "2023-Q1"
    assert find("没有时段") is None
