"""Facts reach beyond its own period, a person's word closes a hole, who is excused is neither missing nor counted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kept import Office

from formgen.closing import close_period, closed_periods
from formgen.entries import Entry, add_fact, withdraw_fact
from formgen.errors import DecisionNeededError
from formgen.model import Standing

MONTHLY, CADRE = "dayang-monthly", "village-cadre-quarterly"
GOOD, POOR = 30, 0  # 100 and 70 points
BANDS = {"优秀": Decimal(90), "称职": Decimal(75)}
TEN = [f"村干{number}" for number in "一二三四五六七八九十"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "dayang-2023")
    yield office
    office.store.close()


def enter(office: Office, who: str, kind: str, period: str, level: str = "") -> int:
    """Enter a fact by hand; its number."""
    entry = Entry(who, kind, "王敏", "镇里的台账", period=period, level=level)
    return add_fact(office.store, office.archive, office.scheme, entry, office.now()).stored.id


def standing(office: Office, period: str, who: str) -> Standing:
    found = office.store.standings(office.scheme.id, None, period)
    return next(one.standing for one in found if one.standing.subject.name == who)


def paid(office: Office, period: str, who: str) -> dict[str, object]:
    return {line.id: line.value for line in standing(office, period, who).money if line.id.startswith("pay")}


def three_months(office: Office) -> None:
    office.roster("甲", "乙", base_pay=500)
    for month in ("2023-03", "2023-04", "2023-05"):
        office.take_period(MONTHLY, month, {"甲": GOOD, "乙": GOOD})
        office.assess(month)


def test_a_grave_fact_cancels_the_earlier_months_and_names_what_was_due(office: Office) -> None:
    three_months(office)
    enter(office, "甲", "一律撤换的情形", "2023-05")

    result = office.assess("2023-05")

    assert paid(office, "2023-03", "甲") == {"pay-before": 500, "pay": 0}
    assert paid(office, "2023-05", "甲") == {"pay-before": 500, "pay": 0}
    assert paid(office, "2023-03", "乙") == {"pay": 500}
    assert [kept.period for kept in result.later] == ["2023-03", "2023-04"]
    assert {change.subject.name for change in result.changes} == {"甲"}
    due = next(one for one in standing(office, "2023-05", "甲").consequences if one.id == "pay-cancelled")
    (told,) = [reason.text for reason in due.reasons if reason.effect == "reclaim"]
    assert told == "本年此前原应发：2023年3月500元、2023年4月500元；合计1000元，已发的应予追回"


def test_assessing_again_changes_nothing(office: Office) -> None:
    three_months(office)
    enter(office, "甲", "一律撤换的情形", "2023-05")
    office.assess("2023-05")
    before = office.dump()

    again = [office.assess(month) for month in ("2023-03", "2023-04", "2023-05")]

    assert [one.changes for one in again] == [(), (), ()]
    assert office.dump() == before


def test_a_withdrawn_fact_gives_the_earlier_months_back(office: Office) -> None:
    three_months(office)
    number = enter(office, "甲", "一律撤换的情形", "2023-05")
    office.assess("2023-05")
    withdraw_fact(office.store, office.scheme, number, "王敏", "查无此事", office.now())

    office.assess("2023-05")

    assert [paid(office, month, "甲") for month in ("2023-03", "2023-04", "2023-05")] == [{"pay": 500}] * 3


def test_from_then_on_leaves_the_earlier_months_alone(tmp_path: Path) -> None:
    office = Office(tmp_path, "dayang-2023", cancelled_months="from-then")
    three_months(office)
    enter(office, "甲", "一律撤换的情形", "2023-04")

    office.assess("2023-04")

    assert paid(office, "2023-03", "甲") == {"pay": 500}
    assert paid(office, "2023-04", "甲")["pay"] == paid(office, "2023-05", "甲")["pay"] == 0
    assert office.due("2023-05", "甲") == ["pay-cancelled", "benefits-ended"]
    office.store.close()


def test_a_closed_earlier_month_is_left_and_said_so(office: Office) -> None:
    three_months(office)
    close_period(office.store, office.scheme, "2023-03", by="王敏", why="已公示", at=office.now())
    enter(office, "甲", "一律撤换的情形", "2023-05")

    result = office.assess("2023-05")

    assert paid(office, "2023-03", "甲") == {"pay": 500}
    assert paid(office, "2023-04", "甲")["pay"] == 0
    (march,) = [kept for kept in result.later if kept.period == "2023-03"]
    assert "已关账" in march.remarks[0]


def test_a_month_is_not_closed_over_a_grave_fact_of_a_later_month_that_nobody_has_assessed(office: Office) -> None:
    three_months(office)
    enter(office, "甲", "一律撤换的情形", "2023-06")

    refused = close_period(office.store, office.scheme, "2023-03", by="王敏", why="已公示", at=office.now())
    office.assess("2023-03")
    closed = close_period(office.store, office.scheme, "2023-03", by="王敏", why="已公示", at=office.now())

    assert refused.closing is None
    assert any("甲" in one and "事项" in one for one in refused.obstacles)
    assert not any("乙" in one for one in refused.obstacles)
    assert paid(office, "2023-03", "甲") == {"pay-before": 500, "pay": 0}
    assert closed.closing is not None


def test_an_ordinary_fact_of_a_later_month_does_not_hold_up_the_closing(office: Office) -> None:
    three_months(office)
    enter(office, "甲", "会议无故迟到", "2023-06")

    closed = close_period(office.store, office.scheme, "2023-03", by="王敏", why="已公示", at=office.now())

    assert closed.closing is not None


def test_what_a_closed_month_waits_for_is_listed_until_it_is_opened_again(office: Office) -> None:
    three_months(office)
    close_period(office.store, office.scheme, "2023-03", by="王敏", why="已公示", at=office.now())
    enter(office, "甲", "一律撤换的情形", "2023-05")
    office.assess("2023-05")
    decided = {office.scheme.id: office.decisions}

    (march,) = closed_periods(office.store, [office.scheme], decided)
    office.assess("2023-03", "王敏", "全年取消")

    assert [(one.subject.name, one.why) for one in march.waiting] == [
        ("甲", ("定等以后登记、更正或撤销的事项（其他时段的）",))
    ]
    assert paid(office, "2023-03", "甲") == {"pay-before": 500, "pay": 0}


def test_from_then_on_nothing_waits_for_a_closed_month(tmp_path: Path) -> None:
    office = Office(tmp_path, "dayang-2023", cancelled_months="from-then")
    three_months(office)
    close_period(office.store, office.scheme, "2023-03", by="王敏", why="已公示", at=office.now())
    enter(office, "甲", "一律撤换的情形", "2023-05")
    office.assess("2023-05")

    (march,) = closed_periods(office.store, [office.scheme], {office.scheme.id: office.decisions})

    assert march.waiting == ()
    office.store.close()


def test_the_year_after_pays_nothing_to_whom_the_benefits_ended(office: Office) -> None:
    three_months(office)
    enter(office, "甲", "一律撤换的情形", "2023-05")
    office.take_period(MONTHLY, "2024-01", {"甲": GOOD, "乙": GOOD})

    office.assess("2024-01")

    assert paid(office, "2024-01", "甲") == {"pay-before": 500, "pay": 0}
    assert office.due("2024-01", "甲") == ["benefits-ended"]
    assert paid(office, "2024-01", "乙") == {"pay": 500}


def test_without_the_decision_the_months_before_are_asked_for(office: Office) -> None:
    three_months(office)
    office.decisions = [one for one in office.decisions if one.gap != "cancelled-months"]
    enter(office, "甲", "一律撤换的情形", "2023-05")

    with pytest.raises(DecisionNeededError, match="cancelled-months"):
        office.assess("2023-05")


# --- a hole in a sequence --------------------------------------------------------------------------------------------


def poor_months(office: Office, *months: str) -> None:
    office.roster("甲", "乙")
    for month in months:
        office.take_period(MONTHLY, month, {"甲": POOR, "乙": GOOD})
        office.assess(month)


def test_a_person_rules_on_a_hole_by_the_command_that_the_doubt_names(tmp_path: Path) -> None:
    office = Office(tmp_path, "dayang-2023", bands=BANDS, sequence_gap="ask")
    poor_months(office, "2023-03", "2023-04")
    office.take_period(MONTHLY, "2023-05", {"乙": GOOD})
    office.assess("2023-05")
    office.take_period(MONTHLY, "2023-06", {"甲": POOR, "乙": GOOD})
    office.assess("2023-06")
    asked = standing(office, "2023-06", "甲")

    enter(office, "张庄村/甲", "缺期认定", "2023-05", "跳过不计")
    office.assess("2023-06")

    assert not asked.final
    assert "formgen facts add 张庄村/甲 缺期认定 --period 2023-05 --level 跳过不计" in asked.doubts[0]
    assert office.due("2023-06", "甲") == ["criticism", "replaced-in-a-row"]
    assert standing(office, "2023-06", "甲").final
    office.store.close()


def test_before_the_first_period_that_is_kept_nobody_is_asked_for(tmp_path: Path) -> None:
    office = Office(tmp_path, "dayang-2023", bands=BANDS, sequence_gap="ask", newcomers="ask")

    poor_months(office, "2023-05", "2023-06")

    assert standing(office, "2023-06", "甲").final
    assert office.due("2023-06", "甲") == ["criticism"]
    office.store.close()


def test_an_earlier_period_that_comes_later_is_asked_for_then(tmp_path: Path) -> None:
    office = Office(tmp_path, "dayang-2023", bands=BANDS, sequence_gap="ask")
    poor_months(office, "2023-05", "2023-06")
    office.take_period(MONTHLY, "2023-04", {"甲": POOR, "乙": GOOD})

    office.assess("2023-04")

    assert office.due("2023-06", "甲") == ["criticism", "replaced-in-a-row"]
    office.store.close()


@pytest.mark.parametrize(("choice", "due"), [("count", ["criticism", "replaced-in-a-row"]), ("skip", ["criticism"])])
def test_the_months_in_the_former_village_count_where_the_office_says_so(
    tmp_path: Path, choice: str, due: list[str]
) -> None:
    office = Office(tmp_path, "dayang-2023", bands=BANDS, transfers=choice, sequence_gap="break")
    office.take("roster - 李庄村/甲", "roster - 张庄村/乙")
    marks = "1.1=2 1.2=2 1.3=2 1.4=4 2.1=10 2.2=8 3.1=10 4.1=10"
    for month, village in (("2023-03", "张庄村"), ("2023-04", "张庄村"), ("2023-05", "李庄村")):
        office.take(f"{MONTHLY} {month} {village}/甲 {marks}", f"{MONTHLY} {month} 张庄村/乙 {marks}")
        office.assess(month)

    assert office.due("2023-05", "甲") == due
    office.store.close()


# --- who takes no part -----------------------------------------------------------------------------------------------


@pytest.fixture
def quarter(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "village-cadre-2020", quota_members="roster")
    office.roster(*TEN, series="村书记", base_pay=1000)
    office.take_period(CADRE, "2023-Q1", {name: 31 + place for place, name in enumerate(TEN[:9])})
    yield office
    office.store.close()


def test_who_is_excused_is_neither_missing_nor_in_the_base_of_the_quota(quarter: Office) -> None:
    before = quarter.assess("2023-Q1")
    enter(quarter, "村干十", "本期不参加考核", "2023-Q1")

    after = quarter.assess("2023-Q1")

    assert [one.name for one in before.missing] == ["村干十"]
    assert after.missing == ()
    assert (before.quotas[0].base, before.quotas[0].places) == (10, 2)
    assert (after.quotas[0].base, after.quotas[0].places) == (9, 1)
    assert list(quarter.grades("2023-Q1").values()).count("优秀") == 1
    assert any("村干十本期不参加考核" in words and "镇里的台账" in words for words in after.remarks)


def test_a_period_with_somebody_excused_is_closed_without_doubts(quarter: Office) -> None:
    quarter.assess("2023-Q1")
    refused = close_period(quarter.store, quarter.scheme, "2023-Q1", by="王敏", why="公示", at=quarter.now())
    enter(quarter, "村干十", "本期不参加考核", "2023-Q1")
    quarter.assess("2023-Q1")

    closed = close_period(quarter.store, quarter.scheme, "2023-Q1", by="王敏", why="公示", at=quarter.now())

    assert refused.closing is None
    assert closed.closing is not None
    assert closed.obstacles == ()


def test_a_month_that_nobody_is_moved_by_is_closed_after_an_excusal(office: Office) -> None:
    office.roster("甲", "乙", base_pay=500)
    office.take_period(MONTHLY, "2023-03", {"甲": GOOD})
    office.assess("2023-03")
    enter(office, "乙", "本期不参加考核", "2023-03")
    office.assess("2023-03")

    closed = close_period(office.store, office.scheme, "2023-03", by="王敏", why="公示", at=office.now())

    assert closed.obstacles == ()
    assert closed.closing is not None


def test_who_is_excused_for_the_year_is_excused_in_its_months(office: Office) -> None:
    office.roster("甲", "乙", base_pay=500)
    enter(office, "乙", "本期不参加考核", "2023")
    office.take_period(MONTHLY, "2023-03", {"甲": GOOD})

    assert office.assess("2023-03").missing == ()


def test_an_excusal_for_a_part_of_the_period_is_not_taken_for_the_whole(quarter: Office) -> None:
    enter(quarter, "村干十", "本期不参加考核", "2023-01")

    result = quarter.assess("2023-Q1")

    assert [one.name for one in result.missing] == ["村干十"]
    assert any("不是整个2023年第一季度，没有照此处理" in words for words in result.remarks)


def test_a_return_of_somebody_excused_is_a_doubt(office: Office) -> None:
    office.roster("甲", "乙", base_pay=500)
    enter(office, "乙", "本期不参加考核", "2023-03")
    office.take_period(MONTHLY, "2023-03", {"甲": GOOD, "乙": GOOD})

    office.assess("2023-03")

    assert standing(office, "2023-03", "甲").final
    assert any("却收到了考核表" in words for words in standing(office, "2023-03", "乙").doubts)


def test_a_late_fact_of_somebody_without_a_return_does_not_bar_the_closing_for_ever(office: Office) -> None:
    office.roster("甲", "乙", base_pay=500)
    office.take_period(MONTHLY, "2023-03", {"甲": GOOD})
    office.assess("2023-03")
    enter(office, "乙", "会议无故迟到", "2023-03")
    said: Any = {"by": "王敏", "why": "公示", "with_doubts": True}
    barred = close_period(office.store, office.scheme, "2023-03", at=office.now(), **said)

    office.assess("2023-03")

    assert barred.closing is None
    assert close_period(office.store, office.scheme, "2023-03", at=office.now(), **said).closing is not None


def test_somebody_whom_the_roster_does_not_know_is_not_excused(office: Office) -> None:
    office.roster("甲", "乙", base_pay=500)
    office.take("facts 2023-03 别村/乙 kind=本期不参加考核 count=1")
    office.take_period(MONTHLY, "2023-03", {"甲": GOOD})

    result = office.assess("2023-03")

    assert [one.name for one in result.missing] == ["乙"]
    assert any("在花名册上找不到" in words for words in result.remarks)
