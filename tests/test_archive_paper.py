"""The personal record (个人档案): a row for each period, with what it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from made_evidence import record_of
from paper import part, parts, text
from papers_made import LI, assessed, decisions_of, main_form, table
from returns import NINE, SCORES, SHA_A, SHA_B, SHA_C, record

from formgen import generate
from formgen.generate import Chapter, Outcome, Output
from formgen.model import (
    Citation,
    ConsequenceDue,
    Correction,
    Fact,
    RosterEntry,
    Standing,
    Subject,
    Submission,
)
from formgen.parsing import FileReading
from formgen.personal_file import chapters
from formgen.store import Store

SCHEME, FORM = main_form("dayang-2023")
DECISIONS = decisions_of(SCHEME)
ENTRY = RosterEntry(LI, post="乡村振兴小组长", base_pay=Decimal(300), since=date(2023, 1, 4))
TALK = ConsequenceDue("unfit", "批评教育或调整", "talk", Citation(SCHEME.title, "四、3"))


def chapter(period: str, grade: str = "", facts: tuple[Fact, ...] = (), final: bool = True, **more: object) -> Chapter:
    made = assessed(SCHEME, FORM, LI, period, DECISIONS, facts=facts, roster=ENTRY)
    standing = None
    if grade:
        due = (TALK,) if grade == "不称职" else ()
        doubts = () if final else ("名额不足1人",)
        standing = Standing(SCHEME.id, FORM.id, LI, period, grade, "优秀", 1, 3, due, final=final, doubts=doubts)
    return Chapter(FORM, Outcome(made, standing), facts, **more)  # type: ignore[arg-type]


def archive(folder: Path, *found: Chapter, entry: RosterEntry = ENTRY) -> Path:
    return generate.archive(SCHEME, entry, found, Output(folder), decisions=DECISIONS, on=date(2024, 1, 8)).path


def test_it_says_who_it_is_about(tmp_path: Path) -> None:
    path = archive(tmp_path, chapter("2023-03"))

    words = text(part(path))
    assert path.name == "张庄村-李四-个人档案.docx"
    assert words.startswith("乡村振兴小组长个人档案")
    assert {"李四", "张庄村", "一组", "300", "2023年1月4日", "《大杨镇乡村振兴小组长管理办法》"} <= set(
        words.split("\n")
    )
    assert words.endswith("大杨镇人民政府\n2024年1月8日")


def test_each_period_is_a_row_oldest_first(tmp_path: Path) -> None:
    path = archive(tmp_path, chapter("2024-01"), chapter("2023-12"), chapter("2023-02"))

    assert [row["时段"] for row in table(path, 1)] == ["2023年2月", "2023年12月", "2024年1月"]


def test_a_row_holds_points_settled_grade_money_and_what_follows(tmp_path: Path) -> None:
    late = Fact("late", LI, "2023-03", Decimal(2), on=date(2023, 3, 8))
    unfit = Fact("information-wrong", LI, "2023-03", Decimal(1), mended=True)

    (row,) = table(archive(tmp_path, chapter("2023-03", "不称职", (unfit, late))), 1)

    assert (row["得分"], row["等次"], row["补贴增减（元）"]) == ("100", "不称职", "−40")  # the points give 优秀
    assert row["考核结果运用"] == "批评教育或调整（四、3）"
    assert row["事项记录"] == "信息错误、内容缺失1项，已整改\n3月8日会议无故迟到2次"


def test_a_correction_shows_what_stood_there_who_changed_it_and_why(tmp_path: Path) -> None:
    at = datetime(2023, 4, 2, 9, 30)
    given = (
        Correction("ab" * 32, 0, "2.1", Decimal(9), "王敏", at, "电话核实"),
        Correction("ab" * 32, 0, "!low-confidence", None, "王敏", at, "与原件一致"),
    )
    read = {("ab" * 32, 0): record_of(FORM, {"2.1": 8}, "2023-03")}

    (row,) = table(archive(tmp_path, chapter("2023-03", corrections=given, read=read, files=("甲.docx",))), 1)

    assert row["更正记录"] == (
        "“6、月度内是否开展上门走…”：8→9（王敏，2023年4月2日，电话核实）\n已核对存疑（王敏，2023年4月2日，与原件一致）"
    )
    assert row["依据的文件"] == "甲.docx"


def test_the_years_are_summed_up(tmp_path: Path) -> None:
    late = Fact("late", LI, "2023-03")
    path = archive(
        tmp_path, chapter("2023-03", "不称职", (late,)), chapter("2023-04", "优秀"), chapter("2024-01", "优秀")
    )

    assert table(path, 2) == [
        {"年度": "2023年", "各次考核等次": "不称职1次、优秀1次", "补贴增减合计（元）": "−20"},
        {"年度": "2024年", "各次考核等次": "优秀1次", "补贴增减合计（元）": "0"},
    ]


def test_a_period_that_is_not_final_says_so_and_so_does_every_page(tmp_path: Path) -> None:
    path = archive(tmp_path, chapter("2023-03", "优秀", final=False), chapter("2023-04", "优秀"))

    assert [row["备注"] for row in table(path, 1)] == ["未核实", ""]
    assert "草稿" in text(parts(path, "word/header")[0])


def test_somebody_who_was_never_assessed_has_a_record_without_rows(tmp_path: Path) -> None:
    assert table(archive(tmp_path), 1) == []


def test_a_name_is_only_ever_text(tmp_path: Path) -> None:
    entry = RosterEntry(Subject("村", "{{ 7*7 }}<b>"), post="{% raw %}")

    words = text(part(archive(tmp_path, entry=entry)))

    assert "{{ 7*7 }}<b>" in words
    assert "{% raw %}" in words


# --- gathered from the store -------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "formgen.sqlite") as opened:
        yield opened


def add(store: Store, sha256: str, name: str, *lines: str) -> None:
    records = tuple(record(line, row) for row, line in enumerate(lines, 1))
    store.add_reading(Submission(sha256, name, NINE), FileReading(name, sha256, "docx", records))


def filled(store: Store) -> None:
    add(store, SHA_A, "李四.docx", f"dayang-monthly 2023-03 张庄村/李四 {SCORES}")
    add(store, SHA_B, "四月.docx", f"dayang-monthly 2023-04 张庄村/李四 {SCORES}")
    add(
        store,
        SHA_C,
        "事项.xlsx",
        "facts - 张庄村/李四 date=2023-03-08 kind=会议无故迟到 count=2",
        "facts - 张庄村/王五 date=2023-03-08 kind=会议无故缺席 count=1",
    )
    store.add_correction(Correction(SHA_A, 0, "2.1", Decimal(9), "王敏", NINE, "核实"))
    store.add_correction(Correction(SHA_C, 0, "count", Decimal(1), "王敏", NINE, "少一次"))
    who = Subject("张庄村", "李四")
    for period in ("2023-03", "2023-04"):
        made = assessed(SCHEME, FORM, who, period, DECISIONS)
        store.add_assessments([made], at=NINE)
        store.add_standings([Standing(SCHEME.id, FORM.id, who, period, "称职", "优秀", 1, 1)], at=NINE)


def test_the_store_gives_each_period_with_its_facts_corrections_and_files(store: Store) -> None:
    filled(store)

    (march, april), hashes = chapters(store, SCHEME, Subject("张庄村", "李四"))

    assert (march.outcome.grade, april.outcome.grade) == ("称职", "称职")
    assert [(fact.kind, fact.count) for fact in march.facts] == [("late", Decimal(1))]
    assert [one.field for one in march.corrections] == ["2.1", "count"]
    assert march.files == ("李四.docx", "事项.xlsx")
    assert (april.facts, april.corrections, april.files) == ((), (), ("四月.docx",))
    assert {words.partition(":")[0] for words in hashes} >= {"assessment", "standing"}


def test_the_years_can_be_bounded(store: Store) -> None:
    filled(store)
    li = Subject("张庄村", "李四")

    def periods(first: str, last: str) -> list[str]:
        return [one.outcome.assessment.period for one in chapters(store, SCHEME, li, first, last)[0]]

    assert periods("2023-04", "") == ["2023-04"]
    assert periods("", "2023-03") == ["2023-03"]
    assert periods("2023", "2023") == ["2023-03", "2023-04"]
    assert periods("2024", "") == []


def test_the_gathered_record_is_printed(store: Store, tmp_path: Path) -> None:
    filled(store)
    found, _ = chapters(store, SCHEME, Subject("张庄村", "李四"))

    march = table(archive(tmp_path, *found), 1)[0]

    assert "：10→9（王敏，" in march["更正记录"]
    assert "事项数量：2→1（王敏，" in march["更正记录"]
    assert march["事项记录"] == "3月8日会议无故迟到1次"
    assert march["依据的文件"] == "李四.docx\n事项.xlsx"


def test_the_pay_of_a_period_goes_by_the_roster_and_the_decisions_of_then(tmp_path: Path) -> None:
    four = Fact("policy-unmended", LI, "2023-03", Decimal(4))  # 400 yuan of the 300 that there were
    then = chapter("2023-03", facts=(four,), entry=ENTRY)
    now = RosterEntry(LI, post="乡村振兴小组长", base_pay=Decimal(600))

    path = archive(tmp_path, then, entry=now)

    assert [row["补贴增减（元）"] for row in table(path, 1)] == ["−300"]
