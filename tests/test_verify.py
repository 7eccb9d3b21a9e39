"""One changed byte anywhere in what is kept is found and named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from kept import Office

from formgen import workspace
from formgen.cli import formgen
from formgen.model import Issuance, Subject
from formgen.store import Closing, Store
from formgen.store.seals import SEALED
from formgen.verification import Verified, verify

MONTHLY = "dayang-monthly"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, "dayang-2023")
    office.roster("李四", "王五", "赵六", base_pay=600)
    office.take("facts - 张庄村/李四 date=2023-03-08 kind=会议无故迟到 count=2")
    sheet = office.take_period(MONTHLY, "2023-03", {"李四": 30, "王五": 20, "赵六": 25})
    office.correct(sheet, 1, "4.1", Decimal(22))
    office.assess("2023-03")
    yield office
    office.store.close()


def check(office: Office) -> Verified:
    with Store(office.path, read_only=True) as store:
        return verify(store, office.archive, office.folder)


def tamper(path: Path, *statements: str) -> None:
    """Change the database as somebody would who knows how: without its triggers, which are put back."""
    raw = sqlite3.connect(path, isolation_level=None)
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        raw.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        raw.execute(statement)
    for _, sql in triggers:
        raw.execute(sql)
    raw.close()


def test_what_is_as_it_was_is_found_well(office: Office) -> None:
    result = check(office)

    assert result.faults == ()
    assert (result.originals, result.assessments, result.standings) == (3, 3, 3)


def test_results_are_computed_again_from_what_was_known_then(office: Office) -> None:
    sheet = next(one for one in office.store.records(MONTHLY)).submission
    office.correct(sheet, 0, "4.1", Decimal(10))
    office.take_period(MONTHLY, "2023-03", {"赵六": 5})
    office.take("facts - 张庄村/王五 date=2023-03-09 kind=会议无故迟到 count=1")
    office.assess("2023-03")
    office.correct(sheet, 2, "name", "赵七")
    office.decisions = office.decisions[:]

    office.assess("2023-03")

    assert check(office).faults == ()
    assert check(office).assessments > 6


def test_a_changed_byte_of_an_original_is_found_and_named(office: Office) -> None:
    _, original = next(office.archive.each())
    original.chmod(0o600)
    data = bytearray(original.read_bytes())
    data[len(data) // 2] ^= 1
    original.write_bytes(data)

    (fault,) = check(office).faults

    assert original.name in fault


def test_a_lost_original_is_found_and_named(office: Office) -> None:
    sha256 = next(one for one in office.store.records(MONTHLY)).submission
    original = office.archive.find(sha256)
    assert original is not None
    original.unlink()

    (fault,) = check(office).faults

    assert f"《{office.store.records(MONTHLY)[0].file}》的原件不在存档中" in fault


def test_a_changed_reading_names_file_subject_and_period(office: Office) -> None:
    tamper(office.path, "UPDATE reading SET value = '29' WHERE field = '4.1' AND value = '30'")

    faults = check(office).faults

    file = office.store.records(MONTHLY)[0].file
    assert any("与存入时不同" in one and "张庄村/李四" in one and "2023-03" in one and file in one for one in faults)
    assert any("李四" in one and "重新计算的结果与存本不同" in one for one in faults)


def test_a_result_that_was_sealed_wrong_is_found_by_doing_it_again(office: Office) -> None:
    """Somebody who raises a grade and renews the seal is still found."""
    raw = sqlite3.connect(office.path)
    (row, grade) = raw.execute("SELECT id, grade FROM standing WHERE name = '王五'").fetchone()
    raw.close()
    other = "不称职" if grade != "不称职" else "优秀"
    tamper(
        office.path,
        f"UPDATE standing SET grade = '{other}' WHERE id = {row}",
        f"DELETE FROM seal WHERE kind = 'standing' AND row = {row}",
    )
    office.store.add_closing(Closing("dayang-2023", "2023-02", True, "王敏", "补封", office.now()))

    faults = check(office).faults

    assert any("张庄村/王五，2023年3月的定等" in one for one in faults)


def test_rows_that_are_lost_or_slipped_in_are_found(office: Office) -> None:
    tamper(
        office.path,
        "DELETE FROM correction",
        "INSERT INTO arrival VALUES (99, 1, '假.docx', '2023-04-01', 'x')",
    )

    faults = " ".join(check(office).faults)

    assert "更正（第1条）不见了" in faults
    assert "收件登记（第99条），《假.docx》不是由 formgen 存入的" in faults


def test_a_changed_trigger_is_found(office: Office) -> None:
    raw = sqlite3.connect(office.path, isolation_level=None)
    raw.execute("DROP TRIGGER reading_is_final_update")
    raw.close()

    assert any("reading_is_final_update" in one for one in check(office).faults)


def test_a_changed_paper_is_found_and_a_moved_one_is_said(office: Office) -> None:
    paper = office.folder / "发文" / "通报.docx"
    paper.parent.mkdir()
    paper.write_bytes("不是当时的".encode())
    for name in ("通报.docx", "已送走.docx"):
        office.store.add_issuance(Issuance("results", f"发文/{name}", "a" * 64, "b" * 64, (), office.now()))

    result = check(office)

    assert [one.partition("：")[0] for one in result.faults] == ["发文/通报.docx"]
    assert result.notes == ("1 份发文已不在原处，没有核对。",)


def test_an_original_that_a_stopped_run_left_without_a_record_is_noted(office: Office) -> None:
    paper = office.folder / "half.docx"
    paper.write_bytes(b"half a file")
    sha256, _ = office.archive.add(paper)

    result = check(office)

    assert result.faults == ()
    (note,) = result.notes
    assert f"存档里有 1 个原件没有登记（原件/{sha256[:2]}/{sha256[:12]}…）" in note


def everything(office: Office) -> None:
    """A row in every table."""
    sheet = office.store.records(MONTHLY)[0].submission
    office.correct(sheet, 0, "name", "李思")
    office.assess("2023-03")
    office.take_period(MONTHLY, "2023-03", {"王五": 21})
    office.store.add_issuance(Issuance("results", "发文/通报.docx", "a" * 64, "b" * 64, ("x",), office.now()))
    office.store.add_closing(Closing("dayang-2023", "2023-02", True, "王敏", "已公示", office.now()))
    from returns import record, scanned

    from formgen.model import Issue, IssueCode, Severity, Submission
    from formgen.parsing import FileReading

    office.store.add_issues(sheet, [Issue(IssueCode.MACRO, Severity.INFO, "有宏")])
    office.store.settle_issues([1], "已看过", office.now())
    scan = FileReading("a.pdf", "c" * 64, "scan", (scanned(record("dayang-monthly 2023-03 张庄村/孙九 2.1=8", 1)),))
    office.store.add_reading(Submission("c" * 64, "a.pdf", office.now()), scan)
    office.store.prefer(sheet, "c" * 64, "以先来的为准", office.now())
    office.store.end_batch(office.now())
    office.store.forget(Subject("张庄村", "孙九"), "化名AAAA2222", "王敏", "本人申请", office.now())


@pytest.mark.parametrize("table", [*SEALED, "reading", "audit", "audit_words"])
def test_no_column_of_any_table_changes_unnoticed(office: Office, table: str) -> None:
    everything(office)
    office.store.close()
    raw = sqlite3.connect(office.path)
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
    key = "rowid" if table != "reading" else "(record || field)"
    (row,) = raw.execute(f"SELECT {key} FROM {table} LIMIT 1").fetchone()
    raw.close()
    clean, unnoticed = office.path.read_bytes(), []
    assert check(office).faults == ()

    for column in columns:
        tamper(
            office.path,
            "PRAGMA ignore_check_constraints = ON",
            f"UPDATE {table} SET {column} = CASE typeof({column}) WHEN 'integer' THEN {column} + 40000 "
            f"WHEN 'real' THEN {column} / 2 WHEN 'null' THEN 'x' WHEN 'blob' THEN x'00' ELSE {column} || 'x' END "
            f"WHERE {key} = '{row}'",
        )
        if not check(office).faults:
            unnoticed.append(column)
        office.path.write_bytes(clean)

    assert columns
    assert unnoticed == []


def test_damaged_text_is_found_and_ends_with_exit_code_10(tmp_path: Path) -> None:
    place = workspace.create(tmp_path / "工作区", scheme="dayang-2023", demo=True)
    office = Office(place.archive, "dayang-2023")
    office.take_period(MONTHLY, "2023-03", {"李四": 30})
    office.assess("2023-03")
    office.store.close()
    well = CliRunner().invoke(formgen, ["verify", "-w", str(place.root)], standalone_mode=False)
    tamper(office.path, "UPDATE reading SET text = CAST(x'ff41' AS TEXT) WHERE field = '4.1'")

    hurt = CliRunner().invoke(formgen, ["verify", "-w", str(place.root)], standalone_mode=False)

    assert (well.return_value, hurt.return_value) == (0, 10)
    assert "全部相符" in well.output
    assert "张庄村/李四" in hurt.output
