"""The store: facts are only added, and come back exactly."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from returns import MONTHLY, NINE, SHA_A, SHA_B, SHA_C, record, scanned

from formgen.errors import ConfigurationError, FileAccessError, UsageError, VerificationError
from formgen.model import (
    Assessment,
    Citation,
    Correction,
    Decision,
    Issuance,
    Issue,
    IssueCode,
    Line,
    Locator,
    Reading,
    Record,
    Severity,
    Source,
    Subject,
    Submission,
)
from formgen.parsing import FileReading
from formgen.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "formgen.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as opened:
        yield opened


def add(store: Store, sha256: str, *lines: str, issues: tuple[Issue, ...] = (), name: str = "") -> None:
    records = tuple(record(line, row) for row, line in enumerate(lines, 1))
    name = name or f"{sha256[0]}.docx"
    store.add_reading(Submission(sha256, name, NINE), FileReading(name, sha256, "docx", records, issues))


def correct(store: Store, sha256: str, field: str, value: object, at: datetime = NINE, index: int = 0) -> None:
    store.add_correction(Correction(sha256, index, field, value, "王会计", at, "与本人核实"))  # type: ignore[arg-type]


def files(store: Store, **wanted: object) -> list[str]:
    return [stored.file for stored in store.records(MONTHLY, **wanted)]  # type: ignore[arg-type]


LI = "dayang-monthly 2023-03 张庄村/李四 2.1={}"


# --- exactness -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        None,
        Decimal("8.50"),
        Decimal("0"),
        Decimal("-0.0"),
        Decimal("1E+3"),
        Decimal("0.1000000000000000000000000000000000001"),
        date(2023, 3, 31),
        datetime(2023, 3, 31, 17, 30, 1, 5),
        "",
        "8.5",
        "甲&乙 <丙>\n\x00末",
        "半个\ud800字",
        True,
        False,
    ],
)
def test_every_value_comes_back_exactly(store: Store, value: object) -> None:
    reading = Reading("８．５分\u200b", value, Locator("sheet 考核表", "E7"), 0.25)  # type: ignore[arg-type]
    one = Record(MONTHLY, "dayang-2023", Subject("张庄村", "李四", "一组", "县农业局"), "2023-03", {"2.1": reading})

    (stored,) = store.add_reading(Submission(SHA_A, "a.xlsx", NINE), FileReading("a.xlsx", SHA_A, "xlsx", (one,)))

    back = stored.record.readings["2.1"]
    assert back == replace(reading, where=replace(reading.where, submission=SHA_A))
    assert type(back.value) is type(value)
    assert str(back.value) == str(value)
    assert replace(stored.record, readings={}) == replace(one, readings={})


def test_readings_keep_the_order_of_the_paper(store: Store) -> None:
    add(store, SHA_A, "dayang-monthly 2023-03 张庄村/李四 4.1=1 1.1=2 2.1=3")

    assert list(store.records()[0].record.readings) == ["village", "name", "4.1", "1.1", "2.1"]


def test_issues_come_back_with_file_record_and_place(store: Store) -> None:
    issue = Issue(IssueCode.OUT_OF_RANGE, Severity.ERROR, "超过满分", Locator("table 1", "row 7, column 5"), "2.1", 0)
    whole = Issue(IssueCode.MACRO, Severity.INFO, "有宏")
    other = Issue(IssueCode.MISSING_SCORE, Severity.ERROR, "没有分", field="2.2", record=1)

    add(store, SHA_A, LI.format(11), LI.format(9).replace("李四", "王五"), issues=(issue, whole, other))

    assert [one.issue.code for one in store.issues()] == [issue.code, whole.code, other.code]
    first = store.issues(SHA_A, record=0)
    assert [one.issue for one in first] == [
        replace(issue, where=replace(issue.where, submission=SHA_A)),
        replace(whole, where=Locator(submission=SHA_A)),
    ]


def test_the_place_on_the_image_of_a_page_is_kept(store: Store) -> None:
    add_scan(store, SHA_A, LI.format(8))

    (stored,) = store.records()
    assert {one.where.box for one in stored.record.readings.values()} == {(10, 20, 110, 20, 110, 60, 10, 60)}


def test_a_file_name_of_any_kind_is_kept(store: Store) -> None:
    name = "张庄村 李四（1）\udcff" + "很" * 80 + ".docx"

    add(store, SHA_A, LI.format(1), name=name)

    assert store.records()[0].file == name
    assert store.submissions()[0].submission == Submission(SHA_A, name, NINE)


# --- what is kept is final -------------------------------------------------------------------------------------


def add_scan(store: Store, sha256: str, line: str) -> None:
    reading = FileReading("a.pdf", sha256, "scan", (scanned(record(line, 1)),))
    store.add_reading(Submission(sha256, "a.pdf", NINE), reading)


def everything(store: Store) -> None:
    add_scan(store, SHA_C, LI.format(7))
    add(store, SHA_A, LI.format(8), issues=(Issue(IssueCode.MACRO, Severity.INFO, "有宏"),))
    add(store, SHA_B, LI.format(9))
    correct(store, SHA_B, "2.1", Decimal(7))
    correct(store, SHA_B, "name", "王五")
    store.settle_issues([1], "已无此事", NINE)
    store.prefer(SHA_A, SHA_B, "以先来的为准", NINE)
    store.add_assessments([assessment("李四", 90)], at=NINE)
    store.withdraw_assessments([1], "换了人", NINE)
    store.add_issuance(Issuance("table", "发文/a.docx", SHA_A, SHA_B, (SHA_C,), NINE))


TABLES = [
    *("submission", "arrival", "generation", "record", "reading", "issue", "settlement", "correction", "identity"),
    *("supersession", "line_head", "assessment", "withdrawal", "issuance", "seal", "image_place", "preference"),
]
TRUST = ("audit", "audit_words", "forgetting", "forgotten_row", "forgotten_file", "batch")
RESULTS = ["law", "standing", "standing_withdrawal", "closing", "mark"]  # tried in test_standings_store.py


@pytest.mark.parametrize("table", TABLES)
def test_the_database_itself_refuses_a_change(store: Store, path: Path, table: str) -> None:
    everything(store)
    raw = sqlite3.connect(path, isolation_level=None)
    (column,) = raw.execute(f"SELECT name FROM pragma_table_info('{table}') ORDER BY cid DESC LIMIT 1").fetchone()
    before = raw.execute(f"SELECT * FROM {table}").fetchall()

    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="final"):
            raw.execute(statement)

    assert before
    assert raw.execute(f"SELECT * FROM {table}").fetchall() == before
    raw.close()


def test_the_refusal_says_what_to_do(store: Store, path: Path) -> None:
    everything(store)
    raw = sqlite3.connect(path)

    with pytest.raises(sqlite3.IntegrityError, match="readings are final: add a correction"):
        raw.execute("UPDATE reading SET value = '10'")

    raw.close()


def test_every_table_is_final(store: Store, path: Path) -> None:
    raw = sqlite3.connect(path)
    tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    guarded = {row[0] for row in raw.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")}
    raw.close()

    assert tables == guarded == {*TABLES, *RESULTS, *TRUST, "meta"}


def test_a_reading_that_cannot_be_kept_leaves_no_trace(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("磁盘")

    monkeypatch.setattr("formgen.store.files.insert_issues", fail)

    with pytest.raises(OSError, match="磁盘"):
        add(store, SHA_A, LI.format(8))

    assert store.submissions() == ()
    assert store.records(current=False) == ()
    assert store.arrivals(SHA_A) == ()


# --- the same bytes, other bytes -------------------------------------------------------------------------------


def test_the_same_bytes_are_kept_once(store: Store) -> None:
    add(store, SHA_A, LI.format(8))
    add(store, SHA_A, LI.format(8), name="又一次.docx")

    assert len(store.submissions()) == 1
    assert files(store) == ["a.docx"]
    assert [arrival.name for arrival in store.arrivals(SHA_A)] == ["a.docx", "又一次.docx"]


def test_the_same_arrival_is_counted_once(store: Store) -> None:
    add(store, SHA_A, LI.format(8))
    again = Submission(SHA_A, "a.docx", NINE + timedelta(hours=1))

    assert store.add_arrival(again, "收件箱/a.docx 1")
    assert not store.add_arrival(again, "收件箱/a.docx 1")
    assert len(store.arrivals(SHA_A)) == 2


def test_a_changed_return_supersedes_and_keeps_the_earlier_one(store: Store) -> None:
    add(store, SHA_A, LI.format(8))
    add(store, SHA_B, LI.format(9))

    assert files(store) == ["b.docx"]
    assert files(store, current=False) == ["a.docx", "b.docx"]
    earlier, later = store.records(current=False)
    assert earlier.superseded_by == later.id
    assert earlier.record.readings["2.1"].value == Decimal(8)
    assert store.superseded_by(later.id) == (earlier,)


@pytest.mark.parametrize(
    "other",
    [
        "dayang-monthly 2023-04 张庄村/李四 2.1=9",
        "dayang-monthly 2023-03 王庄村/李四 2.1=9",
        "dayang-monthly 2023-03 张庄村/李思 2.1=9",
        "village-cadre-quarterly 2023-03 张庄村/李四 2.1=9",
    ],
)
def test_another_period_namesake_or_form_supersedes_nothing(store: Store, other: str) -> None:
    add(store, SHA_A, LI.format(8))
    add(store, SHA_B, other)

    assert len(store.records()) == 2


def test_namesakes_in_two_groups_of_a_village_are_two_people(store: Store) -> None:
    add(store, SHA_A, LI.format("8 group=一组"))
    add(store, SHA_B, LI.format("9 group=二组"))

    assert len(store.records()) == 2


def test_spaces_and_full_width_forms_do_not_make_another_person(store: Store) -> None:
    add(store, SHA_A, LI.format(8))
    spaced = record(LI.format(9))
    spaced = replace(spaced, subject=Subject("张庄村 ", "李　四"))
    reading = FileReading("b.docx", SHA_B, "docx", (spaced,))
    store.add_reading(Submission(SHA_B, "b.docx", NINE), reading)

    assert files(store) == ["b.docx"]
    assert store.records()[0].record.subject.name == "李　四"
    assert files(store, subject=Subject("张庄村", "李四")) == ["b.docx"]


@pytest.mark.parametrize("line", ["dayang-monthly 2023-03 张庄村/ 2.1={}", "dayang-monthly - 张庄村/李四 2.1={}"])
def test_returns_without_name_or_period_supersede_nothing(store: Store, line: str) -> None:
    add(store, SHA_A, line.format(8))
    add(store, SHA_B, line.format(9))

    assert len(store.records()) == 2


def test_a_corrected_name_makes_the_superseded_return_count_again(store: Store) -> None:
    add(store, SHA_A, LI.format(8))
    add(store, SHA_B, LI.format(9))

    correct(store, SHA_B, "name", "王五")

    assert [(one.file, one.subject.name) for one in store.records()] == [("a.docx", "李四"), ("b.docx", "王五")]
    assert store.records()[1].record.subject.name == "李四"


def test_a_corrected_period_makes_a_return_supersede(store: Store) -> None:
    add(store, SHA_A, LI.format(8))
    add(store, SHA_B, LI.format(9).replace("2023-03", "-"))

    correct(store, SHA_B, "period", "2023-03")

    assert files(store, period="2023-03") == ["b.docx"]


# --- corrections and rereading ---------------------------------------------------------------------------------


def test_the_reading_stands_as_it_was_under_a_correction(store: Store) -> None:
    add(store, SHA_A, LI.format(8))

    correct(store, SHA_A, "2.1", Decimal("9.50"))

    assert store.records()[0].record.readings["2.1"].value == Decimal(8)
    (kept,) = store.corrections(SHA_A, 0)
    assert kept == Correction(SHA_A, 0, "2.1", Decimal("9.50"), "王会计", NINE, "与本人核实")


def test_corrections_survive_a_second_reading_of_the_file(store: Store) -> None:
    add(store, SHA_A, LI.format(8))
    correct(store, SHA_A, "name", "王五")
    correct(store, SHA_A, "2.1", Decimal(9))
    better = (record("dayang-monthly 2023-03 张庄村/李四 2.1=8.5"),)

    (stored,) = store.reread(SHA_A, FileReading("a.docx", SHA_A, "docx", better), NINE)

    assert (stored.generation, stored.subject.name) == (2, "王五")
    assert stored.record.readings["2.1"].value == Decimal("8.5")
    assert [one.field for one in store.corrections(SHA_A, 0)] == ["name", "2.1"]
    assert len(store.records(current=False)) == 1


def test_the_former_reading_is_kept(store: Store) -> None:
    add(store, SHA_A, LI.format(8))
    former = store.records()[0].id

    store.reread(SHA_A, FileReading("a.docx", SHA_A, "docx", (record(LI.format(7)),)), NINE)

    kept = store.record(former)
    assert kept is not None
    assert kept.record.readings["2.1"].value == Decimal(8)


def test_rereading_an_earlier_return_does_not_bring_it_back(store: Store) -> None:
    add(store, SHA_A, LI.format(8))
    add(store, SHA_B, LI.format(9))

    store.reread(SHA_A, FileReading("a.docx", SHA_A, "docx", (record(LI.format(7)),)), NINE)

    assert files(store) == ["b.docx"]


def test_issues_of_a_former_reading_are_no_longer_given_out(store: Store) -> None:
    add(store, SHA_A, LI.format(8), issues=(Issue(IssueCode.NOT_A_NUMBER, Severity.ERROR, "不是数", record=0),))

    store.reread(SHA_A, FileReading("a.docx", SHA_A, "docx", (record(LI.format(7)),)), NINE)

    assert store.issues() == ()


def test_a_correction_of_what_there_is_not_is_refused(store: Store) -> None:
    add(store, SHA_A, LI.format(8))

    with pytest.raises(UsageError, match="没有第2条记录"):
        correct(store, SHA_A, "2.1", Decimal(1), index=1)
    with pytest.raises(UsageError, match="存档中没有这个文件"):
        correct(store, SHA_B, "2.1", Decimal(1))


# --- lists -----------------------------------------------------------------------------------------------------


def names(store: Store) -> list[str]:
    return [entry.subject.key for entry in store.roster()]


def test_a_roster_gives_its_people_with_their_pay(store: Store) -> None:
    add(
        store,
        SHA_A,
        "roster - 张庄村/李四 post=组长 base_pay=500 group=一组",
        "roster - 张庄村/王五 post=组长 base_pay=",
    )

    first, second = store.roster()

    assert (first.subject, first.post, first.base_pay) == (Subject("张庄村", "李四", "一组"), "组长", Decimal(500))
    assert second.base_pay is None


def test_a_new_roster_of_a_village_drops_those_who_left_it(store: Store) -> None:
    add(
        store,
        SHA_A,
        "roster - 张庄村/李四 post=组长",
        "roster - 张庄村/王五 post=组长",
        "roster - 赵庄村/孙七 post=组长",
    )
    add(store, SHA_B, "roster - 张庄村/李四 post=组长")

    assert names(store) == ["赵庄村/孙七", "张庄村/李四"]


def test_a_roster_of_other_posts_stands_beside_the_first(store: Store) -> None:
    add(store, SHA_A, "roster - 张庄村/李四 post=组长")
    add(store, SHA_B, "roster - 张庄村/周八 post=村支书")

    assert names(store) == ["张庄村/李四", "张庄村/周八"]


def test_a_corrected_roster_pays_the_corrected_sum(store: Store) -> None:
    add(store, SHA_A, "roster - 张庄村/李四 base_pay=50")

    correct(store, SHA_A, "base_pay", Decimal(500))

    assert store.roster()[0].base_pay == Decimal(500)


# --- results ---------------------------------------------------------------------------------------------------

CITATION = Citation("大杨镇乡村振兴小组长管理办法", "附件2", "（10分）")
BANDS = {"优秀": Decimal("90"), "称职": Decimal("60.0")}
DECISION = Decision("dayang-2023", "bands", BANDS, "镇党委会议", date(2023, 2, 3), True)


def assessment(name: str, points: int, **changed: object) -> Assessment:
    sources = (
        Source("reading", "2.1", "８．５分", Locator("table 1", "row 7, column 5", SHA_A)),
        Source("reading", "2.2", "9", Locator("page 1", "", SHA_A, (10, 20, 60, 20, 60, 40, 10, 40))),
        Source("line", "x", "10"),
    )
    lines = (
        Line("2.1", "上门走访", "item", Decimal("8.50"), "分", "10 − 1.5 = 8.5", (CITATION,), sources),
        Line("total", "总分", "total", None, "分", doubt="缺2.2"),
        Line("grade", "等次", "grade", "优秀", basis=(CITATION, DECISION)),
        Line("pay", "应发", "money", Decimal(points), "元"),
    )
    made = Assessment("dayang-2023", MONTHLY, Subject("张庄村", name), "2023-03", lines, False, ("缺2.2",))
    return replace(made, **changed)  # type: ignore[arg-type]


def test_an_assessment_comes_back_exactly(store: Store) -> None:
    given = assessment("李四", 90)

    store.add_assessments([given], at=NINE, made_from=lambda _: (SHA_A, "facts:x"))

    (stored,) = store.assessments("dayang-2023")
    assert stored.assessment == given
    assert str(stored.assessment.value("2.1")) == "8.50"
    assert (stored.made_from, stored.at, len(stored.sha256)) == ((SHA_A, "facts:x"), NINE, 64)


def test_the_same_assessment_is_not_kept_twice(store: Store) -> None:
    assert store.add_assessments([assessment("李四", 90), assessment("王五", 90)], at=NINE) == 2
    assert store.add_assessments([assessment("李四", 90), assessment("王五", 91)], at=NINE) == 1


def test_an_assessment_from_other_evidence_is_another(store: Store) -> None:
    store.add_assessments([assessment("李四", 90)], at=NINE, made_from=lambda _: (SHA_A,))

    assert store.add_assessments([assessment("李四", 90)], at=NINE, made_from=lambda _: (SHA_B,)) == 1


def test_the_newest_assessment_counts_even_if_an_older_one_was_equal(store: Store) -> None:
    for points in (90, 80, 90):
        assert store.add_assessments([assessment("李四", points)], at=NINE) == 1

    (stored,) = store.assessments("dayang-2023")
    assert (stored.id, stored.assessment.value("pay")) == (3, Decimal(90))


def test_assessments_are_found_by_period_and_subject(store: Store) -> None:
    store.add_assessments(
        [assessment("李四", 1), assessment("王五", 2), assessment("李四", 3, period="2023-04")], at=NINE
    )

    found = store.assessments("dayang-2023", MONTHLY, "2023-03", Subject("张庄村", "李四"))

    assert [one.assessment.value("pay") for one in found] == [Decimal(1)]
    assert store.assessments("tongshi-2023") == ()


def test_a_withdrawn_assessment_is_not_given_out_and_may_come_back(store: Store) -> None:
    store.add_assessments([assessment("李四", 90)], at=NINE)

    store.withdraw_assessments([1], "换了人", NINE)

    assert store.assessments("dayang-2023") == ()
    assert store.add_assessments([assessment("李四", 90)], at=NINE) == 1
    assert len(store.assessments("dayang-2023")) == 1


def test_many_assessments_share_what_they_have_in_common(store: Store, path: Path) -> None:
    store.add_assessments((assessment(f"人{number}", 90) for number in range(300)), at=NINE)

    raw = sqlite3.connect(path)
    assert raw.execute("SELECT COUNT(*) FROM line_head").fetchone() == (4,)
    raw.close()
    assert len(store.assessments("dayang-2023")) == 300


def test_a_failure_while_assessing_keeps_none_of_the_period(store: Store) -> None:
    def broken() -> Iterator[Assessment]:
        yield assessment("李四", 90)
        raise UsageError("缺本级决定")

    with pytest.raises(UsageError):
        store.add_assessments(broken(), at=NINE)

    assert store.assessments("dayang-2023") == ()


def test_what_was_sent_is_kept(store: Store) -> None:
    sent = Issuance("results", "发文/通知.docx", SHA_A, SHA_B, (SHA_C,), NINE)

    store.add_issuance(sent)

    assert store.issuances() == store.issuances("results") == (sent,)
    assert store.issuances("table") == ()


# --- the file --------------------------------------------------------------------------------------------------


def test_a_store_is_the_same_after_it_was_closed(path: Path) -> None:
    with Store(path) as first:
        everything(first)
        before = (first.records(current=False), first.issues(), first.corrections(), first.submissions())

    with Store(path) as second:
        assert (second.records(current=False), second.issues(), second.corrections(), second.submissions()) == before
        assert second.faults() == ()


def test_a_database_of_a_newer_formgen_is_not_touched(path: Path) -> None:
    Store(path).close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()

    with pytest.raises(ConfigurationError, match="请升级 formgen"):
        Store(path)


def test_somebody_elses_database_is_not_touched(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE t (x)")
    raw.commit()
    raw.close()

    with pytest.raises(ConfigurationError, match="不是 formgen 的数据库"):
        Store(path)


def test_a_damaged_database_is_said_to_be(path: Path) -> None:
    path.write_bytes("这不是数据库，只是一段话。".encode() * 100)

    with pytest.raises(VerificationError, match="已损坏"):
        Store(path)


def test_a_place_that_cannot_hold_a_database_is_a_matter_of_access(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("x")

    with pytest.raises(FileAccessError, match="数据库无法"):
        Store(tmp_path / "文件" / "formgen.sqlite")
    with pytest.raises(FileAccessError, match="数据库无法"):
        Store(tmp_path)


def test_a_second_writer_is_told_so(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formgen.store.database._WAIT_SECONDS", 0.05)
    with Store(path) as second, second._database.transaction():
        pass
    with Store(path) as impatient:
        with store._database.transaction(), pytest.raises(FileAccessError, match="另一个 formgen 正在写入"):
            add(impatient, SHA_A, LI.format(8))

        add(impatient, SHA_A, LI.format(8))

    assert files(store) == ["a.docx"]
