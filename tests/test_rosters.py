"""A later roster does not rewrite an earlier period."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from grids import document, grid
from kept import Office

from formgen.parsing import Hints
from formgen.store import Store
from formgen.strangers import check_roster
from formgen.verification import verify
from parsers.forms.roster import RosterParser

MONTHLY = "dayang-monthly"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "dayang-2023")
    yield office
    office.store.close()


def roster_of(office: Office, since: str | None, *rows: str) -> None:
    """Take in a roster that names a period; rows are ``NAME PAY``."""
    lines = []
    for row in rows:
        name, amount = row.split()
        lines.append(f"roster {since or '-'} 张庄村/{name} base_pay={amount}")
    office.take(*lines)


def pay(office: Office, period: str) -> dict[str, object]:
    return {
        one.standing.subject.name: next((line.value for line in one.standing.money if line.id == "pay"), None)
        for one in office.store.standings("dayang-2023", None, period)
    }


def late(office: Office) -> None:
    office.take("facts - 张庄村/李四 date=2023-03-08 kind=会议无故迟到 count=1")


def test_a_later_roster_does_not_rewrite_a_period_that_was_assessed(office: Office) -> None:
    roster_of(office, "2023-03", "李四 500", "王五 500")
    office.take_period(MONTHLY, "2023-03", {"李四": 30, "王五": 20})
    office.assess("2023-03")

    roster_of(office, "2024-01", "李四 600")
    late(office)
    office.assess("2023-03")

    assert pay(office, "2023-03") == {"李四": Decimal(480), "王五": Decimal(500)}
    assert None not in office.grades("2023-03").values()


def test_a_roster_counts_from_the_month_that_it_names(office: Office) -> None:
    roster_of(office, "2024-01", "李四 600")
    roster_of(office, "2023-03", "李四 500", "王五 500")

    told = {
        period: [(entry.subject.name, entry.base_pay) for entry in office.store.roster(period)]
        for period in ("2023-03", "2023-12", "2024-01", "2024")
    }

    old = [("李四", Decimal(500)), ("王五", Decimal(500))]
    new = [("李四", Decimal(600))]
    assert told == {"2023-03": old, "2023-12": old, "2024-01": new, "2024": new}


def test_a_village_without_an_earlier_roster_is_taken_from_the_first(office: Office) -> None:
    roster_of(office, "2024-01", "李四 600")
    roster_of(office, "2024-02", "李四 700")

    (entry,) = office.store.roster("2023-03")

    assert entry.base_pay == Decimal(600)


def test_a_roster_without_a_period_counts_only_where_nothing_was_assessed(office: Office) -> None:
    roster_of(office, None, "李四 500", "王五 500")
    office.take_period(MONTHLY, "2023-03", {"李四": 30, "王五": 20})
    office.assess("2023-03")

    roster_of(office, None, "李四 600")
    late(office)
    result = office.assess("2023-03")

    assert pay(office, "2023-03") == {"李四": Decimal(480), "王五": Decimal(500)}
    assert any("--roster-now" in remark for remark in result.remarks)
    assert [entry.base_pay for entry in office.store.roster("2023-04", "dayang-2023")] == [Decimal(600)]


def test_a_period_may_be_assessed_again_with_the_roster_of_today_and_stays_with_it(office: Office) -> None:
    roster_of(office, None, "李四 500", "王五 500")
    office.take_period(MONTHLY, "2023-03", {"李四": 30, "王五": 20})
    office.assess("2023-03")
    roster_of(office, None, "李四 600", "王五 500")

    office.assess("2023-03", roster_now=True)
    late(office)
    office.assess("2023-03")

    assert pay(office, "2023-03") == {"李四": Decimal(580), "王五": Decimal(500)}


def test_verify_finds_the_rosters_that_a_period_was_assessed_with(office: Office) -> None:
    roster_of(office, None, "李四 500", "王五 500")
    office.take_period(MONTHLY, "2023-03", {"李四": 30, "王五": 20})
    office.assess("2023-03")
    roster_of(office, None, "李四 600")
    late(office)
    office.assess("2023-03")
    office.assess("2023-03", roster_now=True)

    with Store(office.path, read_only=True) as store:
        found = verify(store, office.archive, office.folder)

    assert found.faults == ()


def test_results_stand_in_the_order_of_the_roster_whenever_they_came(office: Office) -> None:
    roster_of(office, None, "李四 500", "王五 500")
    office.take_period(MONTHLY, "2023-03", {"王五": 20})
    office.take_period(MONTHLY, "2023-03", {"李四": 30})

    result = office.assess("2023-03")

    assert [one.subject.name for one in result.assessments] == ["李四", "王五"]


@pytest.mark.parametrize(
    ("title", "name", "period"),
    [
        ("大杨镇2024年1月花名册", "花名册.xlsx", "2024-01"),
        ("花名册", "2024年第二季度花名册.xlsx", "2024-Q2"),
        ("花名册", "花名册.xlsx", None),
    ],
)
def test_a_roster_names_its_month_in_title_or_file_name(title: str, name: str, period: str | None) -> None:
    paper = document(title, grid([["行政村", "姓名", "职务", "补贴标准"], ["张庄村", "李四", "组长", "500"]]))

    found = RosterParser().extract(paper, (), Hints(names=(name,)))

    assert [one.period for one in found.records] == [period]


def test_what_happened_before_a_later_roster_moved_somebody_is_no_strangers(tmp_path: Path) -> None:
    office = Office(tmp_path, "dayang-2023")
    with office.store:
        office.take("roster - 李楼村/冯春生 base_pay=500", "roster - 王集村/丁秀荣 base_pay=500")
        office.take(
            "facts - 李楼村/冯春生 date=2023-05-08 kind=会议无故迟到",
            "facts - 李楼村/冯春升 date=2023-05-09 kind=会议无故迟到",
        )
        office.take("roster - 王集村/冯春生 base_pay=500", "roster - 李楼村/郑家旺 base_pay=500")

        check_roster(office.store, office.now())

        assert [one.issue.message.partition("；")[0] for one in office.store.issues()] == [
            "花名册中没有“李楼村/冯春升”"
        ]
