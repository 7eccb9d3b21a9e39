"""The table that is made public each month (逐月公开): running totals, ranks, and what was lost by which article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from paper import NS, W, part, parts, text
from papers_made import decisions_of, main_form, sheet, table
from returns import NINE, SHA_A, SHA_B, record

from formgen import generate
from formgen.errors import DecisionNeededError, UsageError
from formgen.generate import Output
from formgen.model import Fact, Subject, Submission
from formgen.parsing import FileReading
from formgen.publication import publication
from formgen.rendering.publicity import ranks
from formgen.scoring.running import Running, month_of, running
from formgen.store import Store

SCHEME, FORM = main_form("tongshi-2023")
DECISIONS = decisions_of(SCHEME)
ZHANG, LI, WANG = Subject("张庄村"), Subject("李楼村"), Subject("王家洼村")
FACTS = [
    Fact("late", ZHANG, "2023-01", Decimal(2)),  # 2 × 2 = 4 of 5
    Fact("work-data-accuracy", ZHANG, "2023-Q1", Decimal("87.5")),  # 2 whole points under 90: 0.2
    Fact("commended", LI, "2023-02", level="县级"),  # 3
    Fact("routine-criticised", LI, "2023-03", Decimal(2), on=date(2023, 3, 9)),  # 2 × 3 of 5, below zero
    Fact("commended", LI, "2023-04", level="市级"),  # 5 instead of 3: not counted twice
]


def run(facts: Sequence[Fact] = FACTS, last: str = "2023-04", **decisions: Any) -> dict[tuple[str, str], Running]:
    made = running(SCHEME, FORM, decisions_of(SCHEME, **decisions), [ZHANG, LI, WANG], facts, last)
    return {(one.subject.village, one.month): one for one in made}


def public(folder: Path, facts: Sequence[Fact] = FACTS, kind: str = "docx", **more: Any) -> Path:
    made = running(SCHEME, FORM, DECISIONS, [ZHANG, LI, WANG], facts, "2023-04")
    output = Output(folder, kind="xlsx" if kind == "xlsx" else "docx")
    return generate.public_table(SCHEME, FORM, made, output, on=date(2023, 5, 4), **more).path


# --- running totals ----------------------------------------------------------------------------------------------


def test_each_village_runs_on_from_the_base_points_month_by_month() -> None:
    totals = {key: one.total for key, one in run().items()}

    assert [totals["王家洼村", f"2023-{month:02}"] for month in range(1, 5)] == [Decimal(80)] * 4
    assert [totals["张庄村", f"2023-{month:02}"] for month in range(1, 5)] == [
        Decimal(76),
        Decimal(76),
        Decimal("75.8"),  # the quarter's figure counts at its end
        Decimal("75.8"),
    ]
    assert [totals["李楼村", f"2023-{month:02}"] for month in range(1, 5)] == [
        Decimal(80),
        Decimal(83),
        Decimal(77),
        Decimal(79),  # the highest tier only
    ]


def test_what_was_not_checked_yet_costs_nothing() -> None:
    change = next(change for change in run()["张庄村", "2023-04"].changes if change.item == "1.2")

    assert (change.points, change.steps) == (Decimal("-0.2"), "10 − 0.1 × 2（第一季度 87.5%） = 9.8")


def test_a_village_is_never_told_anothers_facts() -> None:
    assert run()["王家洼村", "2023-04"].changes == ()


def test_a_veto_changes_no_points_and_is_no_doubt() -> None:
    one = run([Fact("veto", ZHANG, "2023-02")])["张庄村", "2023-04"]

    assert (one.total, one.doubts) == (Decimal(80), ())


def test_an_unclear_fact_leaves_the_total_open() -> None:
    one = run([Fact("late", ZHANG, "2023-01", Decimal("1.5"))])["张庄村", "2023-04"]

    assert one.total is None
    assert "不是整数" in one.doubts[0]


def test_a_figure_of_the_year_is_asked_for_by_the_quarter() -> None:
    one = run([Fact("work-data-accuracy", ZHANG, "2023", Decimal(88))], "2023-12")["张庄村", "2023-12"]

    assert one.total is None
    assert "应写明是哪个季度" in one.doubts[0]


def test_the_floor_is_asked_for_where_it_matters() -> None:
    undecided = [one for one in DECISIONS if one.gap != "floor"]

    with pytest.raises(DecisionNeededError):
        running(SCHEME, FORM, undecided, [ZHANG], [Fact("absent", ZHANG, "2023-01", Decimal(2))], "2023-01")


def test_losses_stop_at_the_floor_or_go_on_below_it() -> None:
    twice = [Fact("absent", ZHANG, "2023-01", Decimal(2))]

    assert run(twice, floor="zero")["张庄村", "2023-04"].total == Decimal(75)
    assert run(twice, floor="below-zero")["张庄村", "2023-04"].total == Decimal(70)


@pytest.mark.parametrize(
    ("fact", "month"),
    [
        (Fact("late", ZHANG, "2023-02"), "2023-02"),
        (Fact("late", ZHANG, "2023-Q2"), "2023-06"),
        (Fact("late", ZHANG, "2023"), "2023-12"),
        (Fact("late", ZHANG, "2023", on=date(2023, 5, 31)), "2023-05"),
    ],
)
def test_a_fact_counts_in_its_month(fact: Fact, month: str) -> None:
    assert month_of(fact) == month


def test_a_year_is_no_month() -> None:
    with pytest.raises(ValueError, match="2023-03"):
        run(last="2023")


def test_equals_share_a_rank_and_the_unknown_has_none() -> None:
    totals = [Decimal(75), Decimal(80), None, Decimal(80), Decimal("75.0"), Decimal(60)]

    assert ranks(totals) == [3, 1, None, 1, 3, 5]


# --- the paper ---------------------------------------------------------------------------------------------------


def test_the_best_stands_first_with_totals_and_ranks_of_each_month(tmp_path: Path) -> None:
    rows = table(public(tmp_path))

    assert [(row["名次"], row["村"], row["累计得分"]) for row in rows] == [
        ("1", "王家洼村", "80"),
        ("2", "李楼村", "79"),
        ("3", "张庄村", "75.8"),
    ]
    assert [rows[1][f"{month}月"] for month in range(1, 6)] == ["80\n（1）", "83\n（1）", "77\n（2）", "79\n（2）", ""]


def test_what_was_lost_stands_with_its_computation_and_article(tmp_path: Path) -> None:
    rows = table(public(tmp_path), 1)

    assert [(row["考核内容"], row["增减分"], row["计算"], row["依据"]) for row in rows] == [
        ("常规工作落实", "−6", "5 − 3 × 2 = −1", "二（三）1；本级决定"),
        ("通报表彰类", "+5", "5（市级5分、县级3分，取最高） = 5", "二（四）1"),
        ("就业务工信息维护", "−0.2", "10 − 0.1 × 2（第一季度 87.5%） = 9.8", "二（一）2；本级决定"),
        ("全镇性会议", "−4", "5 − 2 × 2 = 1", "二（三）3"),
    ]
    assert [row["村"] for row in rows] == ["李楼村", "", "张庄村", ""]  # merged downwards


def test_points_add_up_to_the_total_of_each_village(tmp_path: Path) -> None:
    for one in run().values():
        assert one.total == Decimal(80) + sum((change.points for change in one.changes), Decimal(0))


def test_it_lies_on_its_side_in_word_and_excel(tmp_path: Path) -> None:
    page = part(public(tmp_path)).find(".//w:pgSz", NS)
    book = openpyxl.load_workbook(public(tmp_path, kind="xlsx"))

    assert (page.get(W + "orient"), page.get(W + "w")) == ("landscape", "16838")
    assert [one.page_setup.orientation for one in book.worksheets] == ["landscape", "landscape"]


def test_the_workbook_says_the_same_as_the_document(tmp_path: Path) -> None:
    path = public(tmp_path, kind="xlsx")

    rows, changes = sheet(path), sheet(path, 1)
    assert [(row["名次"], row["村"], row["累计得分"]) for row in rows[:3]] == [
        (1, "王家洼村", 80),
        (2, "李楼村", 79),
        (3, "张庄村", 75.8),
    ]
    assert rows[1]["2月"] == "83\n（1）"
    assert [row["增减分"] for row in changes] == ["−6", "+5", "−0.2", "−4"]


def test_a_veto_is_said_beside_the_village(tmp_path: Path) -> None:
    rows = table(public(tmp_path, notes={LI: "一票否决"}))

    assert [row["备注"] for row in rows] == ["", "一票否决", ""]


def test_nothing_unclear_is_made_public(tmp_path: Path) -> None:
    facts = [Fact("late", ZHANG, "2023-01", Decimal("1.5"))]

    with pytest.raises(UsageError, match=r"张庄村：.*不是整数"):
        public(tmp_path, facts)

    path = public(tmp_path, facts, drafts=True)
    assert "草稿" in path.name
    assert "草稿" in text(parts(path, "word/header")[0])
    assert [row["名次"] for row in table(path)] == ["1", "1", ""]
    assert table(path)[2]["1月"] == "待核"


def test_it_names_no_person(tmp_path: Path) -> None:
    scheme, form = main_form("dayang-2023")

    with pytest.raises(UsageError, match="不列个人"):
        generate.public_table(scheme, form, [Running(Subject("村", "李四"), "2023-01", None)], Output(tmp_path))


# --- gathered from the store -------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "formgen.sqlite") as opened:
        yield opened


def add(store: Store, sha256: str, *lines: str) -> None:
    records = tuple(record(line, row) for row, line in enumerate(lines, 1))
    store.add_reading(Submission(sha256, "事项.xlsx", NINE), FileReading("事项.xlsx", sha256, "xlsx", records))


def test_the_villages_of_the_roster_are_made_public_with_their_facts(store: Store) -> None:
    add(store, SHA_A, "roster - 张庄村/李四", "roster - 张庄村/王五", "roster - 李楼村/赵六")
    add(
        store,
        SHA_B,
        "facts - 张庄村 date=2023-02-08 kind=会议迟到 count=1",
        "facts - 李楼村 date=2023-05-08 kind=会议迟到 count=1",
        "facts - 远村 date=2023-02-08 kind=会议迟到 count=1",
    )

    found = publication(store, SCHEME, FORM, DECISIONS, "2023-03")

    last = {one.subject.village: one.total for one in found.runnings if one.month == "2023-03"}
    assert last == {"张庄村": Decimal(78), "李楼村": Decimal(80)}  # May is still to come
    assert found.loose == ("《事项.xlsx》“远村”不是花名册里的村，没有计入",)
    assert found.made_from == (f"facts:{SHA_B}",)


def test_a_row_that_cannot_be_counted_makes_its_village_doubtful(store: Store) -> None:
    add(store, SHA_A, "roster - 张庄村/李四", "roster - 李楼村/赵六")
    add(store, SHA_B, "facts - 张庄村 date=2023-02-08 kind=打麻将 count=1")

    found = publication(store, SCHEME, FORM, DECISIONS, "2023-03")

    assert {one.subject.village for one in found.runnings if one.doubts} == {"张庄村"}


def test_a_veto_is_noted(store: Store) -> None:
    add(store, SHA_A, "roster - 张庄村/李四")
    add(store, SHA_B, "facts - 张庄村 date=2023-02-08 kind=重点工作被一票否决 count=1")

    found = publication(store, SCHEME, FORM, DECISIONS, "2023-03")

    assert found.notes == {ZHANG: "重点工作被一票否决"}


def test_a_village_that_takes_no_part_in_the_year_is_neither_listed_nor_ranked(store: Store) -> None:
    add(store, SHA_A, "roster - 张庄村/李四", "roster - 李楼村/赵六")
    add(
        store,
        SHA_B,
        "facts 2023 张庄村 kind=本期不参加考核 count=1",
        "facts - 张庄村 date=2023-02-08 kind=会议迟到 count=1",
        "facts - 李楼村 date=2023-02-08 kind=会议迟到 count=1",
    )

    found = publication(store, SCHEME, FORM, DECISIONS, "2023-03")

    assert {one.subject.village for one in found.runnings} == {"李楼村"}
    assert any("张庄村本期不参加考核" in one for one in found.remarks)
    assert found.loose == ()


@pytest.mark.parametrize(("order", "total"), [("capped-first", "72"), ("uncapped-first", "74"), ("ask", None)])
def test_capped_and_uncapped_losses_meet_in_the_order_that_the_office_has_set(order: str, total: str | None) -> None:
    facts = [
        Fact("routine-criticised", ZHANG, "2023-01", Decimal(2)),  # 2 × 3, not capped
        Fact("routine-material-missing", ZHANG, "2023-02"),  # 2, capped by the 5 of the item
    ]

    last = run(facts, "2023-12", floor_order=order)["张庄村", "2023-12"]

    assert last.total == (None if total is None else Decimal(total))
    assert bool(last.doubts) is (total is None)


@pytest.mark.parametrize("last", ["2023", "2023-Q1", "三月"])
def test_only_a_month_can_be_made_public(store: Store, last: str) -> None:
    with pytest.raises(UsageError):
        publication(store, SCHEME, FORM, DECISIONS, last)
