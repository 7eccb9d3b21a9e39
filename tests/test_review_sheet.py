"""The review sheet: doubts go out as a workbook, and what a clerk typed comes back with who and when."""

from __future__ import annotations

import dataclasses
import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from returns import clock, reader

from formgen import workspace
from formgen.cli import formgen
from formgen.errors import FormgenError
from formgen.intake import intake
from formgen.rendering.review_sheet import HEADS, ReviewRow, answers, write
from formgen.store import Store


def png(width: int = 30, height: int = 10) -> bytes:
    """A white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\x00" + b"\xff" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


ROW = ReviewRow("12:2.1", "考核表", "张庄村/李四", "2023年3月", "组织参会", "8分?", "8", "看不清（第1页）", png())


def rows_of(data: bytes) -> list[tuple[str, list[list[str]]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [(sheet.title, [["" if v is None else str(v) for v in row] for row in sheet.values]) for sheet in book]


def test_a_row_shows_picture_value_and_reason_side_by_side() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write([ROW], "大杨镇")))

    (sheet,) = book.worksheets
    assert [cell.value for cell in sheet[4]] == list(HEADS)
    assert [cell.value for cell in sheet[5]][:4] == ["12:2.1", "张庄村/李四", "2023年3月", "组织参会"]
    assert (sheet._images[0].anchor._from.row, sheet._images[0].anchor._from.col) == (4, 4)


def test_a_row_is_as_high_as_its_picture_and_its_words() -> None:
    tall = dataclasses.replace(ROW, picture=png(30, 120))
    wordy = dataclasses.replace(ROW, doubt="看不清，请对照图像核对。" * 20)

    (sheet,) = openpyxl.load_workbook(io.BytesIO(write([ROW, tall, wordy], ""))).worksheets

    low, with_picture, with_words = (sheet.row_dimensions[row].height for row in (5, 6, 7))
    assert low < with_picture
    assert with_picture >= 120 * 0.75
    assert with_words >= 12 * 15


def test_only_the_answers_can_be_typed_into() -> None:
    (sheet,) = openpyxl.load_workbook(io.BytesIO(write([ROW], ""))).worksheets

    assert sheet.protection.sheet
    assert [cell.column_letter for cell in sheet[5] if not cell.protection.locked] == ["I", "J"]
    assert not sheet["B3"].protection.locked


def test_each_form_has_a_worksheet_of_its_own() -> None:
    other = ReviewRow("13:1", "登记/表[2]", "a", "", "b", "", "", "c")

    names = openpyxl.load_workbook(io.BytesIO(write([ROW, other, ROW], ""))).sheetnames

    assert names == ["考核表", "登记 表 2"]


@pytest.mark.parametrize("text", ["=1+1", "+8", "@SUM(A1)", "-2", '=cmd|"/c calc"!A1', "a\x00b\x1f"])
def test_a_senders_text_is_text(text: str) -> None:
    data = write([ReviewRow("1:x", text, text, text, text, text, text, text)], text)

    (sheet,) = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    assert {cell.data_type for row in sheet for cell in row if cell.value is not None} == {"s"}


def test_rows_that_were_not_filled_in_say_nothing() -> None:
    signer, given = answers(rows_of(write([ROW], "")))

    assert (signer, given) == ("", ())


def test_another_workbook_is_refused() -> None:
    with pytest.raises(ValueError, match="这不是核实表"):
        answers([("Sheet1", [["姓名", "得分"], ["李四", "8"]])])


def test_two_signers_are_refused() -> None:
    sheets = [(name, [["核实人：", who], list(HEADS)]) for name, who in (("甲", "王敏"), ("乙", "赵亮"))]

    with pytest.raises(ValueError, match="王敏、赵亮"):
        answers(sheets)


# --- the commands ----------------------------------------------------------------------------------------------

DOUBT = "dayang-monthly 2023-03 张庄村/李四 2.1=8 2.2=20\n!2.1\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Path]:
    place = workspace.create(tmp_path / "办公", scheme="dayang-2023", demo=True)
    (place.inbox / "李四.txt").write_text(DOUBT, encoding="utf-8")
    moments = clock()
    with Store(place.database) as store:
        intake(place, store, reader, now=lambda: next(moments))
    yield place.root


def run(office: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(formgen, ["review", "-w", str(office), *arguments], standalone_mode=False)
    if isinstance(result.exception, FormgenError):
        return result.exception.exit_code, str(result.exception)
    assert result.exception is None
    return result.return_value, result.output


def filled(office: Path, given: str, who: str = "王敏", why: str = "") -> Path:
    path = office / "待核" / "核实表.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["B3"], sheet["I5"], sheet["J5"] = who, given, why
    book.save(path)
    return path


def value(office: Path) -> tuple[str, str, str]:
    with Store(workspace.open(office).database) as store:
        (one,) = store.corrections()
        return str(one.value), one.by, one.why


@pytest.mark.parametrize(("given", "kept"), [("9", "9"), ("同", "8"), ("空白", "None")])
def test_what_was_typed_comes_back_with_who_and_why(office: Path, given: str, kept: str) -> None:
    assert run(office, "sheet")[0] == 1

    code, said = run(office, "take", str(filled(office, given, why="看了原件")))

    assert (code, value(office)) == (0, (kept, "王敏", "看了原件"))
    assert "已写入 1 处" in said


def test_without_a_signer_nothing_is_written(office: Path) -> None:
    run(office, "sheet")

    code, said = run(office, "take", str(filled(office, "9", who="")))

    assert code == 2
    assert "没有写核实人" in said


@pytest.mark.parametrize(("given", "why"), [("21", "应在 0 到"), ("八", "不是数字")])
def test_a_value_that_cannot_be_is_named_and_not_written(office: Path, given: str, why: str) -> None:
    run(office, "sheet")

    code, said = run(office, "take", str(filled(office, given)))

    assert code == 1
    assert why in said
    with Store(workspace.open(office).database) as store:
        assert store.corrections() == ()


def test_a_sheet_taken_twice_writes_once(office: Path) -> None:
    run(office, "sheet")
    path = filled(office, "9")
    run(office, "take", str(path))

    code, said = run(office, "take", str(path))

    assert code == 0
    assert "早已照此写入 1 处" in said
    assert value(office)[0] == "9"


def test_a_value_that_was_answered_otherwise_since_is_not_written_over(office: Path) -> None:
    run(office, "sheet")
    path = filled(office, "9")
    run(office, "set", "1:2.1", "7", "--by", "赵亮", "--why", "看了原件")

    code, said = run(office, "take", str(path))

    assert code == 1
    assert "已经核实过" in said
    assert value(office)[:2] == ("7", "赵亮")


def test_two_rows_that_contradict_each_other_are_both_left(office: Path) -> None:
    run(office, "sheet")
    path = filled(office, "9")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for column in range(1, len(HEADS) + 1):
        sheet.cell(6, column).value = sheet.cell(5, column).value
    sheet["I6"] = "8"
    book.save(path)

    code, said = run(office, "take", str(path))

    assert code == 1
    assert "填了不同的值（9、8）" in said
    with Store(workspace.open(office).database) as store:
        assert store.corrections() == ()


def test_a_grade_that_the_law_does_not_know_is_refused(office: Path) -> None:
    code, said = run(office, "set", "1:grade", "良好", "--by", "王敏", "--why", "看了原件")

    assert code == 2
    assert "优秀、称职、不称职" in said


def test_a_dry_run_writes_nothing(office: Path) -> None:
    _, said = run(office, "sheet", "-n")

    assert "会写入" in said
    assert not (office / "待核" / "核实表.xlsx").exists()


def test_a_sheet_that_somebody_may_be_filling_in_is_not_written_over(office: Path) -> None:
    run(office, "sheet")
    path = filled(office, "9")
    before = path.read_bytes()

    run(office, "sheet")
    code, said = run(office, "sheet", "-o", str(path))

    assert path.read_bytes() == before
    assert (office / "待核" / "核实表-2.xlsx").exists()
    assert (code, "也许填了一半" in said) == (2, True)
