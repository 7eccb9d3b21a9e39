"""Numbers of a month of a longer period have their chain; and who would move if one total were another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from kept import Office

from formgen.errors import UsageError
from formgen.explaining import results, why
from formgen.suppositions import if_total

# --- the running totals of the villages --------------------------------------------------------------------------


@pytest.fixture
def villages(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "tongshi-2023")
    with office.store:
        office.take("roster - 甲村/李四", "roster - 乙村/王五", "roster - 丙村/赵六", name="花名册.xlsx")
        office.take(
            "facts - 甲村 date=2023-01-08 kind=会议迟到 count=1",
            "facts - 甲村 date=2023-03-08 kind=会议迟到 count=2",
            "facts - 乙村 date=2023-02-08 kind=会议迟到 count=1",
            name="考核事项.xlsx",
        )
        yield office


def told(office: Office, words: str, period: str, field: str | None = None) -> str:
    return why(office.store, office.scheme, words, period, field, decisions=office.decisions)


def test_a_running_total_is_followed_down_to_the_row_of_the_facts_table(villages: Office) -> None:
    said = told(villages, "甲村", "2023-02", "total")

    assert "累计得分 = 78 分" in said
    assert "基础分 80 − 2 = 78" in said
    assert "2023-01-08 会议迟到 1次" in said
    assert "考核事项.xlsx 第1个表第1行" in said
    assert "（更正编号 4:count）" in said
    assert "依据：《" in said
    assert "2023-03-08" not in said  # March is still to come


def test_a_rank_of_a_month_names_the_totals_that_it_stands_among(villages: Office) -> None:
    said = told(villages, "甲村", "2023-02", "rank")

    assert "名次：第2名，共3个村" in said
    assert [line.split() for line in said.splitlines()[-3:]] == [
        ["第1名", "丙村", "80"],
        ["第2名", "甲村", "78"],
        ["第2名", "乙村", "78"],
    ]


def test_an_item_of_a_month_is_told_alone(villages: Office) -> None:
    item = next(line.split()[0] for line in told(villages, "甲村", "2023-03").splitlines() if "会议" in line)

    assert "累计得分" not in told(villages, "甲村", "2023-03", item).partition("\n")[2]
    assert "没有增减" in told(villages, "丙村", "2023-03", item)


@pytest.mark.parametrize(("words", "field", "said"), [("丁村", None, "没有“丁村”"), ("甲村", "9.9", "没有“9.9”这一项")])
def test_what_a_public_table_does_not_print_has_no_chain(
    villages: Office, words: str, field: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        told(villages, words, "2023-03", field)


# --- the basic part of the pay -----------------------------------------------------------------------------------


def test_an_instalment_is_followed_to_the_roster_or_the_decision(tmp_path: Path) -> None:
    office = Office(tmp_path, "village-cadre-2020")
    with office.store:
        office.take("roster 2020-07 张庄村/李四 base_pay=5400.53", "roster 2020-07 张庄村/王五", name="花名册.xlsx")

        own, common = told(office, "李四", "2020-09"), told(office, "王五", "2020-07", "pay")

    assert "实发 = 360.05 元" in own
    assert "5400.53 × 20%（取 1080.11） − 360.03 − 360.03 = 360.05" in own
    assert "第十一条" in own
    assert "花名册.xlsx 第1个表第1行" in own
    assert "实发 = 400 元" in common
    assert "示例" in common  # the office's figure for those without one of their own


# --- if a total were another -------------------------------------------------------------------------------------


@pytest.fixture
def cadres(tmp_path: Path) -> Iterator[Office]:
    """Five cadres of a series: one place for 优秀, and two who have the points."""
    office = Office(tmp_path, "village-cadre-2020")
    with office.store:
        office.roster("李四", "王五", "赵六", "孙七", "周八", base_pay=6000, series="正职", post="主任")
        office.take_period(
            "village-cadre-quarterly", "2020-Q3", {"李四": 40, "王五": 35, "赵六": 20, "孙七": 20, "周八": 20}
        )
        office.assess("2020-Q3")
        yield office


def test_who_would_move_is_named_with_rank_line_article_and_pay(cadres: Office) -> None:
    before = cadres.dump()

    said = if_total(cadres.store, cadres.scheme, cadres.decisions, "李四", "2020-Q3", Decimal(92))

    assert "现在：总分 100，第1名（共5名），等次“优秀”" in said
    assert "假如总分为 92：第2名（共5名），等次“合格”" in said
    assert "5人 × 20% = 1个名额；第2名，总分92，线为95分，超出名额" in said
    assert "第十条" in said
    assert "  张庄村/王五\n    等次：合格 → 优秀" in said
    assert "应发：6000 → 7440" in said
    assert cadres.dump() == before  # nothing is kept


def test_a_total_that_moves_nobody_says_so(cadres: Office) -> None:
    said = if_total(cadres.store, cadres.scheme, cadres.decisions, "李四", "2020-Q3", Decimal(99))

    assert "没有人的等次或应办的事因此改变" in said


def test_only_a_number_and_somebody_with_a_total_can_be_supposed(cadres: Office) -> None:
    with pytest.raises(UsageError, match="不是分数"):
        if_total(cadres.store, cadres.scheme, cadres.decisions, "李四", "2020-Q3", Decimal("NaN"))
    with pytest.raises(UsageError, match="没有“钱九”"):
        if_total(cadres.store, cadres.scheme, cadres.decisions, "钱九", "2020-Q3", Decimal(90))
    with pytest.raises(UsageError, match="还没有评定"):
        if_total(cadres.store, cadres.scheme, cadres.decisions, "李四", "2020-Q4", Decimal(90))


def test_the_results_behind_the_words_are_given_too(cadres: Office) -> None:
    ((assessment, (standing,)),) = results(cadres.store, cadres.scheme, "王五", "2020-Q3")

    assert (assessment.value("total"), standing.grade) == (Decimal(95), "合格")


# --- what is asked for in other words ------------------------------------------------------------------------------


def test_a_period_that_the_measure_does_not_know_is_told_as_such(cadres: Office) -> None:
    with pytest.raises(UsageError, match="按季度（如 2023-Q1）考核，“2020”不合适"):
        why(cadres.store, cadres.scheme, "李四", "2020")


def test_each_number_of_a_settled_result_is_told_once(cadres: Office) -> None:
    said = why(cadres.store, cadres.scheme, "李四", "2020-Q3")

    assert said.count("1.1 ") == 1
    assert "【按得分（定等以前）】" not in said
    assert "【按得分（定等以前）】" in why(cadres.store, cadres.scheme, "王五", "2020-Q3")  # moved by the quota
