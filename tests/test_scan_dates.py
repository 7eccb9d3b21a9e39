"""Dates on scanned paper: what no paper can mean is doubted."""

from __future__ import annotations

from datetime import date

import pytest
from paper import all_forms

from formgen.model import Locator, Reading, Record, Subject
from parsers.scan.dates import implausible

REGISTER = all_forms()["ningxia-register-quarterly"][1]


def doubts(field: str, value: str | date | None) -> list[str]:
    reading = Reading(str(value or ""), value, Locator("page 1"))
    record = Record(REGISTER.id, REGISTER.scheme, Subject("沙沟村", "杨玉兰"), "2023-Q1", {field: reading})
    return [issue.message for issue in implausible(REGISTER, [record], 0)]


@pytest.mark.parametrize(
    "text", ["985年3月", "1985年13月", "198年3月", "2985年3月", "2015年3月", "1985年2月30日", "年3月"]
)
def test_a_month_of_birth_that_nobody_has_is_doubted(text: str) -> None:
    assert doubts("birth", text)


@pytest.mark.parametrize(
    "text", ["1985年3月", "1985.03", "1985 年 3 月", "１９８５年３月", "1985年3月8日", "1985-3-8", None]
)
def test_a_month_of_birth_that_may_be_is_taken(text: str | None) -> None:
    assert not doubts("birth", text)


@pytest.mark.parametrize(
    ("day", "doubted"), [(date(2023, 4, 2), False), (date(2013, 4, 2), True), (date(2028, 4, 2), True)]
)
def test_a_day_far_from_the_period_is_doubted(day: date, doubted: bool) -> None:
    assert bool(doubts("summary.date", day)) is doubted
