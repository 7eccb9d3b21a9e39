"""What fuzzing found, each made again from a sound file of ours by a description of its mutation."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from grids import DAYANG, DAYANG_HEADER, NO_HINTS, document, form, forms, item_rows
from ooxml_builder import docx_bytes, par, run
from sheets import decoded, patched, xlsx
from word_templates import template

from formgen.errors import SchemeError, TemplateError, UnreadableInputError
from formgen.model import Issue, IssueCode, Locator, Severity
from formgen.packets import Budget, look
from formgen.parsing import Limits
from formgen.rendering import excel as sheets_made
from formgen.rendering import fitness, mergefields, word
from formgen.resources import find_template
from formgen.scheme.loading import load_scheme
from fuzzed.corpus import seeds
from parsers import excel, reading
from parsers.forms.roster import RosterParser
from parsers.forms.score_sheet import ScoreSheetParser
from parsers.forms.summary_list import SummaryListParser
from parsers.forms.tampering import points_issue
from parsers.grid import Cell
from parsers.ole import CompoundFile, rebuilt
from parsers.sheet_notes import MOST_COLUMNS, check_extent

SHEET = form("dayang-monthly")
ROWS = item_rows(SHEET, DAYANG, merged=False)


def said(*blocks: object, title: str = SHEET.title) -> str:
    """All that is said of a score sheet."""
    paper = document(title, "（2023年3月）", DAYANG_HEADER, *blocks)
    return "\n".join(issue.message for issue in ScoreSheetParser().extract(paper, forms(), NO_HINTS).issues)


# --- zips ------------------------------------------------------------------------------------------------------


def test_a_member_without_a_name_is_said_and_ends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "三月.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("x"), b"8")
        archive.writestr(zipfile.ZipInfo("李四.docx"), b"8")
    data = path.read_bytes()
    data = data.replace(b"PK\x03\x04", b"PK\x03\x04", 1)
    start = data.find(b"PK\x01\x02")  # the first entry of the directory: its name becomes an extra field
    path.write_bytes(data[: start + 28] + struct.pack("<HH", 0, 1) + data[start + 32 :])

    packet = look(path, Limits(), Budget(1_000_000))

    assert [member.name for member in packet.members] == ["李四.docx"]
    assert [issue.code for issue in packet.issues] == [IssueCode.UNSUPPORTED]


# --- workbooks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["A0", "0", "-3", "1.5", "９", "9" * 5_000])
def test_a_row_with_a_number_that_is_none_is_damaged(number: str) -> None:
    data = patched(
        xlsx({"A1": "8"}),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b'<row r="1"', f"<row r='{number}'".encode()),
    )

    with pytest.raises(UnreadableInputError, match="行号"):
        excel._decode(data, Limits(), "xlsx")


def test_an_empty_header_of_a_sheet_holds_nothing() -> None:
    head = (
        b"<headerFooter><oddHeader/><oddFooter>&amp;P</oddFooter><evenHeader/><evenFooter/></headerFooter></worksheet>"
    )
    data = patched(xlsx({"A1": "8"}), "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</worksheet>", head))

    assert not any("<" in paragraph.text for paragraph in decoded(data).paragraphs)


def test_a_chain_of_sectors_that_leads_back_to_itself_costs_nothing() -> None:
    (sound,) = [one for one in seeds("xls") if one.name == "花名册（小）.xls"]
    table = 512 * (1 + int.from_bytes(sound.data[76:80], "little"))
    directory = int.from_bytes(sound.data[48:52], "little")
    place = table + 4 * directory
    looped = sound.data[:place] + struct.pack("<I", directory) + sound.data[place + 4 :]

    document = excel.decode(looped, Limits(), "xls")

    assert [grid.part for grid in document.grids] == ["sheet 表"]


@pytest.mark.parametrize("size", [0, 10, 4096, 5_000_000])
def test_a_compound_file_that_is_written_anew_holds_its_stream(size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    assert CompoundFile(rebuilt("Workbook", content)).stream("Workbook", max(size, 1)) == (content or b"\0")


def test_the_words_of_a_library_do_not_reach_the_clerk() -> None:
    (sound,) = [one for one in seeds("xls") if one.name == "花名册（小）.xls"]
    start = sound.data.find(b"\xfc\x00", 512)  # the table of strings: its length says more than there is
    short = sound.data[: start + 2] + struct.pack("<H", 8_000) + sound.data[start + 4 :]

    with pytest.raises(UnreadableInputError) as fault:
        excel.decode(short, Limits(), "xls")

    assert "（表格内容有误）" in str(fault.value)


def test_a_sheet_with_more_columns_than_any_program_writes_is_refused() -> None:
    check_extent("表", 3, MOST_COLUMNS, Limits())

    with pytest.raises(UnreadableInputError, match="列"):
        check_extent("表", 3, MOST_COLUMNS + 1, Limits())


# --- what is said ----------------------------------------------------------------------------------------------


def test_a_message_can_be_read_whatever_is_quoted_in_it() -> None:
    loud = Issue(IssueCode.DUPLICATE_ROW, Severity.WARNING, "“\x07\u202e8” " + "有79行；" * 400)

    (issue,) = reading._once([loud])

    assert len(issue.message) <= 500
    assert issue.message.startswith("“  8” 有79行")


@pytest.mark.parametrize("more", ["第6项应为8分", "（8.5分）", "作废", " 73.61"])
def test_a_title_that_says_more_than_a_title_does_is_reported(more: str) -> None:
    assert more.strip() in said(ROWS, title=SHEET.title + more)
    assert said(ROWS) == ""


def test_a_head_that_the_form_does_not_print_is_reported() -> None:
    text = SHEET.columns.index("具体内容")
    table = [[*ROWS[0][:text], "丁卯，未核", *ROWS[0][text + 1 :]], *ROWS[1:]]

    assert "丁卯，未核" in said(table)


def test_words_in_the_row_of_the_total_are_reported() -> None:
    total = ["合计", "", "", "丁卯，未核", "", ""]

    assert "丁卯，未核" in said([*ROWS, total])


def test_a_line_of_a_shared_cell_that_is_no_item_is_reported() -> None:
    text, score = SHEET.columns.index("具体内容"), SHEET.columns.index("得分")
    whole = "\n".join([*(str(row[text]) for row in ROWS[1:4]), "玖玖丙，未核"])
    shared = [*ROWS[1][:text], whole, *ROWS[1][text + 1 : score], "", *ROWS[1][score + 1 :]]

    assert "玖玖丙，未核" in said([ROWS[0], shared, *ROWS[4:]])


def test_a_word_within_a_line_of_a_shared_cell_is_reported() -> None:
    text, score = SHEET.columns.index("具体内容"), SHEET.columns.index("得分")
    lines = [str(row[text]) for row in ROWS[1:5]]
    changed = [line.replace("教育补贴", "丁卯，未核") for line in lines]
    told = []
    for whole in ("\n".join(lines), "\n".join(changed)):
        shared = [*ROWS[1][:text], whole, *ROWS[1][text + 1 : score], "", *ROWS[1][score + 1 :]]
        told.append("没有印的字" in said([ROWS[0], shared, *ROWS[5:]]))

    assert lines != changed
    assert told == [False, True]


# --- templates and schemes -------------------------------------------------------------------------------------


def broken_word(change: str) -> bytes:
    """A Word template with one fault."""
    data = template("{{ title }}")
    match change:
        case "no body":
            return patched(
                data, "word/document.xml", lambda part: re.sub(rb"<w:body>.*</w:body>", b"", part, flags=re.DOTALL)
            )
        case "a type without its ending":
            return patched(data, "[Content_Types].xml", lambda part: part.replace(b'Extension="rels"', b"", 1))
        case "a link to nowhere":
            return patched(data, "_rels/.rels", lambda part: re.sub(rb'Target="[^"]*"', b"", part, count=1))
    return docx_bytes(par(run("{{ title }}")))[:-30]


@pytest.mark.parametrize("change", ["no body", "a type without its ending", "a link to nowhere", "cut off"])
def test_a_word_template_that_is_no_sound_package_is_said(change: str) -> None:
    data = broken_word(change)

    with pytest.raises(TemplateError):
        word.render_data(data, "通报.docx", {"title": "题"})


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"</workbook>", b"</w>"),
        ("[Content_Types].xml", b"spreadsheetml.sheet.main", b"x"),
        ("xl/workbook.xml", b"<sheet ", b"<chart "),
        ("xl/styles.xml", b"<xf ", b'<xf min="1" '),
    ],
)
def test_an_excel_template_that_is_no_sound_workbook_is_said(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    data = patched(
        find_template("xlsx/dayang-monthly.xlsx").read_bytes(), part, lambda content: content.replace(old, new)
    )
    path = tmp_path / "得分.xlsx"
    path.write_bytes(data)

    fitness.faults_of(data, "得分.xlsx")
    with pytest.raises(TemplateError, match=r"得分\.xlsx"):
        sheets_made.render(path, {"rows": []})


def test_a_zip_of_a_version_that_nobody_has_is_no_template() -> None:
    data = bytearray(template("{{ title }}"))
    data[data.find(b"PK\x01\x02") + 6] = 199

    assert fitness.faults_of(bytes(data), "通报.docx")
    with pytest.raises(TemplateError):
        mergefields.import_merge_fields(bytes(data))


def test_a_row_with_merged_cells_and_nobody_to_list_is_emptied(tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "得分.xlsx"
    book = openpyxl.load_workbook(find_template("xlsx/results.xlsx"))
    sheet = book.worksheets[0]
    row = next(cell.row for line in sheet.iter_rows() for cell in line if "row." in str(cell.value))
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
    book.save(path)

    with pytest.raises(TemplateError) as fault:
        sheets_made.render(path, {"rows": []})

    assert "MergedCell" not in str(fault.value)


def test_a_fault_of_a_scheme_is_told_in_few_words(tmp_path: Path) -> None:
    (sound,) = [one for one in seeds("scheme") if one.name.startswith("dayang")]
    folder = tmp_path / "dayang-2023"
    folder.mkdir()
    folder.joinpath("scheme.toml").write_bytes(
        sound.data.replace(b'period = "month"', b'period = "' + b"a" * 9_000 + b'"')
    )

    with pytest.raises(SchemeError) as fault:
        load_scheme(folder)

    assert max(map(len, str(fault.value).splitlines())) < 600


def test_words_in_place_of_points_that_were_printed_are_reported() -> None:
    quarterly = form("village-cadre-quarterly")
    tiers = next(item for item in quarterly.items if item.points is None)
    place = Cell(6, 3, "丁卯，未核", Locator("table 1", "row 7, column 4"))

    assert "丁卯，未核" in str(points_issue([tiers], place, 0))
    assert points_issue([tiers], replace(place, text="加分"), 0) is None


@pytest.mark.parametrize(
    ("record", "place", "count"), [(0x200, 4, 0xFFFFFFF0), (0x200, 0, 0xFFFFFFFF), (0xFC, 4, 0x7FFFFFFF)]
)
def test_a_record_that_asks_for_more_room_than_there_is_costs_nothing(record: int, place: int, count: int) -> None:
    (sound,) = [one for one in seeds("xls") if one.name == "花名册（小）.xls"]
    stream = bytearray(CompoundFile(sound.data).stream("Workbook", 1_000_000))
    start = 0
    while int.from_bytes(stream[start : start + 2], "little") != record:
        start += 4 + int.from_bytes(stream[start + 2 : start + 4], "little")
    struct.pack_into("<I", stream, start + 4 + place, count)
    hostile = rebuilt("Workbook", bytes(stream))

    if record == 0xFC:
        with pytest.raises(UnreadableInputError, match="记录"):
            excel.decode(hostile, Limits(), "xls")
    else:
        assert next(excel.decode(hostile, Limits(), "xls").grids).cells


def test_a_template_with_a_cell_at_the_end_of_the_world_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "得分.xlsx"
    path.write_bytes(xlsx({"A1": "{{ title }}", "XFD1048576": "8"}))

    assert any("列" in str(fault) for fault in fitness.faults_of(path.read_bytes(), path.name))
    with pytest.raises(TemplateError, match="列"):
        sheets_made.render(path, {"rows": []})


def test_a_template_whose_merged_cells_reach_the_end_of_the_world_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "得分.xlsx"
    merges = b'</sheetData><mergeCells count="1"><mergeCell ref="A1&#58;D1048576"/></mergeCells>'
    sheet = xlsx({"A1": "{{ title }}"})
    path.write_bytes(patched(sheet, "xl/worksheets/sheet1.xml", lambda data: data.replace(b"</sheetData>", merges)))

    assert any("合并" in str(fault) for fault in fitness.faults_of(path.read_bytes(), path.name))
    with pytest.raises(TemplateError, match="合并"):
        sheets_made.render(path, {"rows": []})


def test_words_in_the_column_of_serial_numbers_are_reported() -> None:
    rows = [
        ["序号", "姓名", "所在村", "职务"],
        ["丁卯，未核", "孙有田", "柳林村", "组长"],
        ["2", "何花", "柳林村", "组长"],
    ]

    found = RosterParser().extract(document("村民小组长花名册", rows), forms(), NO_HINTS)

    assert [record.subject.name for record in found.records] == ["孙有田", "何花"]
    assert [issue.message for issue in found.issues] == ["序号一栏写的是“丁卯，未核”，没有读取"]


def test_words_in_the_head_of_a_list_that_are_no_head_are_reported() -> None:
    items = [item.text for item in SHEET.items]
    rows = [
        ["序号", "行政村", "姓名", *(["乙玖玖"] + [""] * (len(items) - 1)), "合计"],
        ["", "", "", *items, ""],
        ["1", "张庄村", "李四", *("2" for _ in items), ""],
        ["2", "张庄村", "王五", *("2" for _ in items), ""],
    ]

    found = SummaryListParser().extract(document(f"{SHEET.title}汇总表（2023年3月）", rows), forms(), NO_HINTS)

    assert [record.subject.name for record in found.records] == ["李四", "王五"]
    assert any("乙玖玖" in issue.message for issue in found.issues)


def test_words_after_printed_points_are_reported() -> None:
    item = next(item for item in SHEET.items if item.points is not None)
    cell = Cell(1, 1, f"{item.points}分丁卯，未核", where=Locator("table 1", "row 2, column 2"))
    plain = replace(cell, text=f"满分{item.points}分")

    assert points_issue([item], cell, 0) is not None
    assert points_issue([item], plain, 0) is None


@pytest.mark.parametrize("kind", [0, 2, 7])
def test_a_record_of_a_binary_sheet_that_is_too_short_is_damaged(kind: int) -> None:
    data = next(seed.data for seed in seeds("xlsb"))
    part = next(name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if "worksheets/sheet" in name)
    hostile = patched(data, part, lambda records: records + bytes([kind, 0]))

    with pytest.raises(UnreadableInputError, match="记录有误"):
        excel.decode(hostile, Limits(), "xlsb")
