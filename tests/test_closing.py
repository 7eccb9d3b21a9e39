"""A closed period is altered only by somebody who says who they are and why; what comes late waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from kept import Office, decided, scheme

from formgen import workspace
from formgen.archive import Archive
from formgen.assess import ClosedPeriodError
from formgen.cli import formgen
from formgen.closing import CloseResult, close_period, closed_periods
from formgen.countable import Countable
from formgen.entries import Entry, add_fact, withdraw_fact
from formgen.errors import UsageError
from formgen.lateness import late_words
from formgen.store import Store

MONTHLY = "dayang-monthly"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "dayang-2023")
    yield office
    office.store.close()


def close(office: Office, period: str = "2023-03", **more: bool) -> CloseResult:
    return close_period(
        office.store, office.scheme, period, by="王敏", why="3月考核已公示无异议", at=office.now(), **more
    )


def assessed(office: Office) -> str:
    office.roster("李四", "王五")
    sheet = office.take_period(MONTHLY, "2023-03", {"李四": 30, "王五": 20})
    office.assess("2023-03")
    return sheet


def waiting(office: Office) -> list[str]:
    (found,) = closed_periods(office.store, [office.scheme])
    return [one.words for one in found.waiting]


# --- closing ---------------------------------------------------------------------------------------------------


def test_a_settled_period_is_closed_with_who_and_why(office: Office) -> None:
    assessed(office)

    result = close(office)

    closing = office.store.closed("dayang-2023", "2023-03")
    assert result.closing == closing
    assert closing is not None
    assert (closing.by, closing.why) == ("王敏", "3月考核已公示无异议")
    assert waiting(office) == []


def test_a_period_that_was_not_assessed_cannot_be_closed(office: Office) -> None:
    office.take_period(MONTHLY, "2023-03", {"李四": 30})

    with pytest.raises(UsageError, match="还没有评定，不能关账"):
        close(office)


def test_nobody_closes_without_a_name_and_a_reason(office: Office) -> None:
    assessed(office)

    with pytest.raises(UsageError, match="--by"):
        close_period(office.store, office.scheme, "2023-03", by=" ", why="已公示", at=office.now())


def test_a_period_is_closed_once(office: Office) -> None:
    assessed(office)
    close(office)

    with pytest.raises(UsageError, match=r"已由王敏于 .* 关账"):
        close(office)


def test_what_is_not_settled_keeps_a_period_open(office: Office) -> None:
    office.roster("李四", "王五")
    office.take_period(MONTHLY, "2023-03", {"李四": ""})
    office.assess("2023-03")

    result = close(office)

    assert result.closing is None
    assert any("王五还没有交表" in one for one in result.obstacles)
    assert any("李四" in one and "未评分" in one for one in result.obstacles)
    assert office.store.closed("dayang-2023", "2023-03") is None


def test_a_person_may_close_in_spite_of_doubts(office: Office) -> None:
    office.roster("李四", "王五")
    office.take_period(MONTHLY, "2023-03", {"李四": 30})
    office.assess("2023-03")

    result = close(office, with_doubts=True)

    assert result.closing is not None
    assert any("王五还没有交表" in one for one in result.obstacles)


def test_nothing_is_closed_over_what_was_not_assessed(office: Office) -> None:
    sheet = assessed(office)
    office.correct(sheet, 0, "4.1", Decimal(25))

    result = close(office, with_doubts=True)

    assert result.closing is None
    assert any("后来作出的更正" in one for one in result.obstacles)


# --- what comes late -------------------------------------------------------------------------------------------


def test_a_closed_period_is_not_altered_without_who_and_why(office: Office) -> None:
    sheet = assessed(office)
    close(office)
    office.correct(sheet, 0, "4.1", Decimal(25))
    before = office.dump()

    with pytest.raises(ClosedPeriodError, match=r"(?s)已由王敏.*等待处理.*李四：后来作出的更正.*--reopen"):
        office.assess("2023-03")

    assert office.dump() == before


def test_a_late_return_correction_and_fact_are_kept_and_wait(office: Office, tmp_path: Path) -> None:
    sheet = assessed(office)
    close(office)

    office.correct(sheet, 0, "4.1", Decimal(25))
    office.take_period(MONTHLY, "2023-03", {"王五": 28, "赵六": 30})
    entry = Entry("李四", "会议无故迟到", "王敏", "会议签到表", on=date(2023, 3, 8))
    entered = add_fact(office.store, Archive(tmp_path), office.scheme, entry, office.now())

    told = waiting(office)
    assert any("已由王敏关账" in note for note in entered.notes)
    assert any(one.startswith("张庄村/李四：") and "更正" in one and "事项" in one for one in told)
    assert "张庄村/王五：后来又收到的回收表" in told
    assert "张庄村/赵六：还没有评定的回收表" in told


def test_a_fact_of_somebody_without_a_return_waits_too(office: Office, tmp_path: Path) -> None:
    office.roster("李四", "王五", "赵六")
    office.take_period(MONTHLY, "2023-03", {"李四": 30, "王五": 20})
    office.assess("2023-03")
    close(office, with_doubts=True)

    entry = Entry("赵六", "会议无故迟到", "王敏", "会议签到表", on=date(2023, 3, 8))
    add_fact(office.store, Archive(tmp_path), office.scheme, entry, office.now())

    assert any("赵六" in one for one in waiting(office))


def test_who_says_who_and_why_opens_it_again(office: Office) -> None:
    sheet = assessed(office)
    close(office)
    office.correct(sheet, 0, "4.1", Decimal(25))

    result = office.assess("2023-03", by="王敏", why="李四申诉成立")

    assert result.reopened == ("2023-03",)
    assert next(one.what for change in result.changes for one in change.differences) == "总分"
    opened = office.store.closings("dayang-2023", "2023-03")[-1]
    assert (opened.closed, opened.by, opened.why) == (False, "王敏", "李四申诉成立")
    assert office.store.closed("dayang-2023", "2023-03") is None


def test_opening_again_needs_both_who_and_why(office: Office) -> None:
    assessed(office)
    close(office)

    with pytest.raises(UsageError, match="--by"):
        office.assess("2023-03", by="王敏")


# --- sequences over closed periods -----------------------------------------------------------------------------


def three_bad_months(office: Office) -> str:
    """李四 is 不称职 in three months, 57 points each; the first month's file. The last two are closed."""
    office.roster("李四", "王五")
    sheets = []
    for month in ("2023-03", "2023-04", "2023-05"):
        line = f"{MONTHLY} {month} 张庄村/{{}} 1.1=0 1.2=0 1.3=0 1.4=0 2.1=10 2.2=10 3.1={{}} 4.1=10"
        sheets.append(office.take(line.format("李四", 20), line.format("王五", 30).replace("4.1=10", "4.1=30")))
        office.assess(month)
    for month in ("2023-04", "2023-05"):
        close(office, month)
    return sheets[0]


def test_a_closed_later_period_is_left_and_said(office: Office) -> None:
    first = three_bad_months(office)
    before = office.due("2023-05", "李四")

    office.correct(first, 0, "4.1", Decimal(30))
    result = office.assess("2023-03")

    assert len(before) > len(office.due("2023-04", "李四"))
    assert office.due("2023-05", "李四") == before
    assert [kept.period for kept in result.later if kept.remarks] == ["2023-05"]
    assert any("已关账，没有改动" in remark for kept in result.later for remark in kept.remarks)


def test_a_closed_later_period_follows_for_whoever_says_who_and_why(office: Office) -> None:
    first = three_bad_months(office)
    before = office.due("2023-05", "李四")

    office.correct(first, 0, "4.1", Decimal(30))
    result = office.assess("2023-03", by="王敏", why="3月评分表漏记")

    assert result.reopened == ("2023-05",)  # April hangs on nothing that changed
    assert office.due("2023-05", "李四") != before
    assert office.store.closed("dayang-2023", "2023-04") is not None


# --- facts that are entered ------------------------------------------------------------------------------------


def test_an_entered_fact_counts_like_one_of_a_table(office: Office, tmp_path: Path) -> None:
    sheet = assessed(office)
    entry = Entry("李四", "会议无故迟到", "王敏", "会议签到表", on=date(2023, 3, 8), count=Decimal(2))

    entered = add_fact(office.store, Archive(tmp_path), office.scheme, entry, office.now())
    result = office.assess("2023-03")

    by_name = {one.subject.name: one for one in result.assessments}
    assert by_name["李四"].value("money") == Decimal(-40)
    source = next(s for line in by_name["李四"].lines for s in line.sources if s.kind == "fact")
    assert source.where.submission == entered.stored.submission != sheet
    assert Archive(tmp_path).find(entered.stored.submission) is not None
    assert entered.stored.record.readings["by"].value == "王敏"


def test_an_entered_fact_is_corrected_like_a_reading(office: Office, tmp_path: Path) -> None:
    assessed(office)
    entry = Entry("李四", "会议无故迟到", "王敏", "会议签到表", on=date(2023, 3, 8))
    entered = add_fact(office.store, Archive(tmp_path), office.scheme, entry, office.now())

    office.correct(entered.stored.submission, 0, "count", Decimal(0))

    assert office.store.facts(office.scheme, "2023-03") == ()


def test_two_entries_never_replace_each_other(office: Office, tmp_path: Path) -> None:
    assessed(office)
    archive = Archive(tmp_path)
    for day in (8, 9):
        entry = Entry("李四", "会议无故迟到", "王敏", "会议签到表", on=date(2023, 3, day))
        add_fact(office.store, archive, office.scheme, entry, office.now())

    assert len(office.store.facts(office.scheme, "2023-03")) == 2


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            Entry("李四", "会议迟倒", "王敏", "签到表", on=date(2023, 3, 8)),
            "没有“会议迟倒”这一事项；有：.*会议无故迟到",
        ),
        (Entry("李司", "会议无故迟到", "王敏", "签到表", on=date(2023, 3, 8)), "没有“李司”。相近的有：张庄村/李四"),
        (Entry("李四", "会议无故迟到", "王敏", "签到表"), "--date"),
        (Entry("李四", "会议无故迟到", "王敏", " ", on=date(2023, 3, 8)), "--why"),
        (Entry("李四", "会议无故迟到", "王敏", "签到表", on=date(2023, 3, 8), count=Decimal(-1)), "不小于 0"),
        (Entry("李四", "会议无故迟到", "王敏", "签到表", on=date(2023, 3, 8), period="2023-04"), "不在时段"),
        (
            Entry("李四", "会议无故迟到", "王敏", "签到表", on=date(2023, 3, 8), count=Decimal("1.5")),
            "按次计，数量应为整数，不能写 1.5",
        ),
        (Entry("李四", "会议无故迟到", "王敏", "签到表", on=date(2023, 3, 8), count=Decimal(0)), "0次不用登记"),
        (Entry("李四", "会议无故迟到", "王敏", "签到表", on=date(2023, 2, 2)), "自 2023-02-03 起施行，2023-02-02"),
        (Entry("李四", "会议无故迟到", "王敏", "签到表", period="2023-01"), "2023年1月在施行以前"),
        (Entry("李四", "群体性事件", "王敏", "通报", on=date(2023, 3, 8), level="县级"), "没有“县级”这一级别"),
    ],
)
def test_an_entry_that_is_not_clear_is_refused(office: Office, tmp_path: Path, entry: Entry, said: str) -> None:
    assessed(office)

    with pytest.raises(UsageError, match=said):
        add_fact(office.store, Archive(tmp_path), office.scheme, entry, office.now())

    assert office.store.records("facts") == ()


@pytest.mark.parametrize(
    ("name", "kind", "given", "said"),
    [
        ("ningxia-2015", "平时考核等次", {"count": Decimal(1)}, "要用 --level 写明等次：优秀、称职"),
        ("ningxia-2015", "平时考核等次", {"count": Decimal(2), "level": "优秀"}, "记的是等次，不写数量"),
        ("ningxia-2015", "协调争取项目资金", {"count": Decimal(50000)}, "要用 --level 写明级别：党群部门"),
        ("ningxia-2015", "驻村天数", {}, "要用 --count 写明数量（单位：天）"),
        ("tongshi-2023", "基础信息数据错误", {"count": Decimal(2)}, "要用 --level 写明级别：一级规则"),
        ("tongshi-2023", "务工数据平均准确率", {"count": Decimal(950)}, "应在 0 到 100 之间，不能写 950"),
        ("village-cadre-2020", "工作获得推广", {}, "要用 --level 写明级别：省级、市级"),
        ("village-cadre-2020", "工作获得推广", {"level": "国家级"}, "没有“国家级”这一级别；有：省级、市级"),
    ],
)
def test_an_entry_that_no_rule_could_count_is_refused(name: str, kind: str, given: dict[str, Any], said: str) -> None:
    one = scheme(name)
    countable = Countable(one, next(fact for fact in one.fact if fact.label == kind), decided(name))

    with pytest.raises(UsageError, match=said):
        countable.level(given.get("level", ""), [])
        countable.count(given.get("count"))


def test_a_grade_needs_no_number_and_a_half_day_is_one() -> None:
    one = scheme("ningxia-2015")
    kinds = {fact.id: Countable(one, fact) for fact in one.fact}

    assert kinds["quarterly-grade"].level("合格", []) == "称职"
    assert kinds["quarterly-grade"].count(None) == 1
    assert kinds["absent"].count(Decimal("0.5")) == Decimal("0.5")


def test_a_grave_case_is_known_by_each_name_of_the_article(office: Office, tmp_path: Path) -> None:
    assessed(office)
    office.take("facts - 张庄村/王五 date=2023-03-09 kind=多次越级上访")
    entry = Entry("李四", "群体性事件", "王敏", "通报", on=date(2023, 3, 8))

    add_fact(office.store, Archive(tmp_path), office.scheme, entry, office.now())

    facts = office.store.facts(office.scheme, "2023-03")
    assert sorted((fact.kind, fact.subject.name, fact.level) for fact in facts) == [
        ("grave", "李四", "群体性事件"),
        ("grave", "王五", "多次越级上访"),
    ]


def test_who_was_in_the_roster_then_can_be_entered_although_a_newer_one_leaves_them_out(
    office: Office, tmp_path: Path
) -> None:
    assessed(office)
    office.take("roster 2024-01 张庄村/李四 base_pay=600")
    entry = Entry("王五", "会议无故迟到", "王敏", "签到表", on=date(2023, 3, 8))

    entered = add_fact(office.store, Archive(tmp_path), office.scheme, entry, office.now())

    assert str(entered.stored.subject) == "张庄村/王五"


# --- the commands ----------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workspace with an assessed month."""
    made = workspace.create(tmp_path / "工作区", scheme="dayang-2023", demo=True)
    office = Office(made.archive, "dayang-2023")
    assessed(office)
    office.store.close()
    return made.root


def command(place: Path, *words: str) -> Result:
    return CliRunner().invoke(formgen, [*words, "-w", str(place)], standalone_mode=False)


def test_the_commands_close_refuse_and_open_again(place: Path) -> None:
    fresh = command(place, "assess", "-p", "2023-03")
    closed = command(place, "close", "2023-03", "--by", "王敏", "--why", "已公示")
    late = command(
        place, "facts", "add", "李四", "会议无故迟到", "--date", "2023-03-08", "--by", "王敏", "--why", "签到表"
    )
    listed = command(place, "close", "--list")
    refused = command(place, "assess", "-p", "2023-03")
    again = command(place, "assess", "-p", "2023-03", "--reopen", "--by", "王敏", "--why", "补登迟到")
    told = command(place, "why", "李四", "2023-03", "--history")

    assert (fresh.return_value, closed.return_value) == (0, 0), fresh.output + closed.output
    assert late.return_value == 1
    assert "等待处理" in late.output
    assert listed.return_value == 1
    assert "张庄村/李四：后来登记或更正的事项" in listed.output
    assert isinstance(refused.exception, ClosedPeriodError)
    assert refused.exception.exit_code == 2
    assert "增减金额：0 → -20" in again.output
    assert "2023年3月已重新打开" in again.output
    assert "应发 500" in told.output
    assert "应发 480" in told.output


@pytest.mark.parametrize(
    ("mark", "said"), [(("--mended",), "应发 500"), (("--unmended",), "应发 480"), ((), "--mended 或 --unmended")]
)
def test_an_entry_says_whether_it_was_mended(place: Path, mark: tuple[str, ...], said: str) -> None:
    entry = ("李四", "信息错误、内容缺失", "--date", "2023-03-08", "--count", "1", "--by", "王敏", "--why", "抽查")
    entered = command(place, "facts", "add", *entry, *mark)

    command(place, "assess", "-p", "2023-03")
    told = command(place, "why", "李四", "2023-03", "--history")

    assert said in told.output + str(entered.exception)


def test_a_fact_that_was_withdrawn_counts_no_longer_and_is_kept(place: Path) -> None:
    more = ("--by", "王敏", "--why", "签到表")
    command(place, "facts", "add", "王五", "会议无故迟到", "--date", "2023-03-08", *more)
    database = place / "存档" / "formgen.sqlite"
    with Store(database) as store:
        number = str(store.records("facts")[-1].id)

    done = command(place, "facts", "withdraw", number, "--by", "王敏", "--why", "登记错了人")
    again = command(place, "facts", "withdraw", number, "--by", "王敏", "--why", "登记错了人")
    listed = command(place, "facts", "list", "-p", "2023-03")

    assert done.return_value == 0
    assert isinstance(again.exception, UsageError)
    assert "已撤销" in listed.output
    assert "登记错了人" in listed.output
    with Store(database) as store:
        assert store.facts(scheme("dayang-2023"), "2023-03") == ()
        assert len(store.records("facts")) == 1


def test_a_withdrawn_fact_changes_the_result_back(office: Office) -> None:
    office.roster("李四", base_pay=500)
    office.take_period(MONTHLY, "2023-03", {"李四": 30})
    table = office.take("facts - 张庄村/李四 date=2023-03-08 kind=会议无故迟到 count=1")
    before = office.assess("2023-03").standings[0].money[-1].value
    (row,) = office.store.fact_rows(office.scheme, "2023-03")

    withdraw_fact(office.store, office.scheme, row.stored.id, "王敏", "登记错了人", office.now())
    after = office.assess("2023-03")

    assert (before, after.standings[0].money[-1].value) == (Decimal(480), Decimal(500))
    assert after.notes == ()
    assert office.store.records_of(table)[0].record.readings["count"].value == Decimal(1)


def test_entered_facts_are_listed_with_their_source(place: Path) -> None:
    command(place, "facts", "add", "王五", "会议无故迟到", "--date", "2023-03-08", "--by", "王敏", "--why", "签到表")

    listed = command(place, "facts", "list", "-p", "2023-03")

    assert listed.return_value == 0
    assert "张庄村/王五" in listed.output
    assert "手工登记-" in listed.output


def test_a_correction_of_a_closed_month_is_kept_and_said(place: Path) -> None:
    command(place, "close", "2023-03", "--by", "王敏", "--why", "已公示")
    number = next(
        one.id
        for one in Store(place / "存档" / "formgen.sqlite").records("dayang-monthly", period="2023-03")
        if one.subject.name == "李四"
    )

    done = command(place, "review", "set", f"{number}:2.1", "7", "--by", "王敏", "--why", "与本人核实")
    told = command(place, "why", "李四", "2023-03", "total")

    assert done.return_value == 1
    assert "2023年3月已由王敏于" in done.output
    assert "结果没有改动" in done.output
    assert "合计 = 100 分" in told.output
    assert "--reopen" in told.output


def test_what_comes_in_for_a_closed_month_is_told_of(office: Office) -> None:
    assessed(office)
    close(office)

    late = office.take(f"{MONTHLY} 2023-03 张庄村/赵六 1.1=2", "facts - 张庄村/李四 date=2023-03-08 kind=迟到")
    other = office.take(f"{MONTHLY} 2023-04 张庄村/赵六 1.1=2")

    assert [line.partition("已由")[0] for line in late_words(office.store, office.store.records_of(late))] == [
        "2023年3月"
    ]
    assert late_words(office.store, office.store.records_of(other)) == ()
