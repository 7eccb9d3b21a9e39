"""The cells of a .xlsx as they are scanned, as they are parsed, and as calamine reads them: all the same."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from filling import FORMS, answers_of
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineWorkbook, SheetVisibleEnum
from sheets import cell_at, decoded, grid_of, patched, saved, xlsx
from test_round_trip_excel import filled, made

from formgen.errors import UnreadableInputError
from parsers.grid import Document
from parsers.sheet_notes import percent_places, percentage, spot_of
from parsers.sheet_values import shown

SAMPLES = sorted((Path(__file__).parent.parent / "samples").rglob("*.xls[xm]"))
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
SEEDS = 40  #: Each stands for ten workbooks.

Texts = dict[tuple[str, str], str]


def calamine_values(data: bytes) -> dict[tuple[str, str], Any]:
    """What calamine reads in the visible sheets, by sheet and cell."""
    values: dict[tuple[str, str], Any] = {}
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for about in book.sheets_metadata:
            sheet = book.get_sheet_by_name(about.name)
            if about.visible == SheetVisibleEnum.Visible and sheet.start:
                for row, line in enumerate(sheet.to_python(), sheet.start[0]):
                    for column, value in enumerate(line, sheet.start[1]):
                        values[about.name, spot_of((row, column))] = value
    return values


def shown_texts(values: dict[tuple[str, str], Any]) -> Texts:
    return {place: shown(v).replace("\r\n", "\n").replace("\r", "\n") for place, v in values.items() if v != ""}


def calamine_texts(data: bytes) -> Texts:
    """What calamine reads as it is shown; what it does not tell (errors, formats, formulas) is taken from openpyxl."""
    formulas, results = (openpyxl.load_workbook(io.BytesIO(data), data_only=only) for only in (False, True))
    stale = b"fullCalcOnLoad" in zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml")
    values = calamine_values(data)
    for (name, spot), value in values.items():
        result = results[name][spot]
        code = result.number_format
        if result.data_type == "e":
            values[name, spot] = str(result.value)
        elif formulas[name][spot].data_type == "f" and stale and value in (0.0, ""):
            values[name, spot] = ""
        elif type(value) is float and "%" in code:
            values[name, spot] = percentage(repr(value), percent_places(code))
        elif isinstance(value, date) and "y" in code and "d" not in code:
            values[name, spot] = f"{value.year}-{value.month:02}"
    return shown_texts(values)


def our_texts(document: Document) -> Texts:
    cells = [cell for grid in document.grids for cell in grid.cells if cell.text]
    return {(cell.where.part.removeprefix("sheet "), cell.where.spot): cell.text for cell in cells}


def buried(document: Document) -> bool:
    return any("盖着内容" in issue.message for issue in document.issues)


def parsed(data: bytes) -> Document:
    """The document as it is where nothing can be scanned: a comment stands in every part."""
    for name in zipfile.ZipFile(io.BytesIO(data)).namelist():
        if re.fullmatch(r"xl/(worksheets/\w+|workbook|sharedStrings|styles)\.xml", name):
            data = patched(data, name, lambda part: re.sub(rb"(</\w+>\s*)\Z", rb"<!-- -->\1", part))
    return decoded(data)


def check(data: bytes) -> None:
    """Scanned, parsed and read by calamine, a workbook says the same."""
    document = decoded(data)
    assert document == parsed(data)
    if not buried(document):
        assert our_texts(document) == calamine_texts(data)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_samples_are_read_alike(path: Path) -> None:
    check(path.read_bytes())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_our_forms_are_read_alike(form: Any) -> None:
    written, _ = answers_of(form, random.Random(form.id))
    blank = made(form)

    check(blank)
    check(filled(blank, written))


# --- workbooks by chance ---------------------------------------------------------------------------------------

WORDS = (
    "得分", " 张 三 ", "李四\n王五", "甲&乙<丙>\"丁'", "a_x000D_b", "_x005F_x0041_", "", "8.5", "　８分　", "ÄÖ😀𠮷",
    "=x", "#N/A?", "\t", "]]", "x" * 300,
)  # fmt: skip
NUMBERS = (0, 8, 8.5, -2.5, 0.1 + 0.2, 1e15, 1e-7, 123456789012345.0, 0.885, 45000, 1e20, 1 / 3)
CODES = ("General", "0.0", "0%", "0.00%", '0"分"', "#,##0;[Red]-#,##0", "@")
DATES = (date(2023, 3, 1), datetime(2023, 8, 5, 12, 30), datetime(2023, 8, 5, 23, 59, 59), date(1999, 12, 31))
DATE_CODES = ("yyyy-mm-dd", 'yyyy"年"m"月"', 'm"月"d"日"', "yyyy/m/d h:mm", "[$-804]yyyy/mm", "d-mmm")
FORMULAS = ("=1+1", "=SUM(A1:B2)", '=IF(A1>1,"<",">")', '=A1&"&"')


def openpyxl_book(chance: random.Random) -> bytes:
    book = openpyxl.Workbook()
    if chance.random() < 0.3:
        book.epoch = CALENDAR_MAC_1904
    for number in range(chance.choice((1, 1, 2))):
        page: Any = book.active if number == 0 else book.create_sheet(f"表 '{number}' & <x>")
        for _ in range(chance.randrange(1, 25)):
            cell = page.cell(chance.randrange(1, 12), chance.randrange(1, 30))
            kind = chance.randrange(8)
            if kind < 3:
                cell.value = chance.choice(WORDS)
                cell.data_type = "s"
            elif kind == 3:
                cell.value, cell.number_format = chance.choice(NUMBERS), chance.choice(CODES)
            elif kind == 4:
                cell.value, cell.number_format = chance.choice(DATES), chance.choice(DATE_CODES)
            elif kind == 5:
                cell.value = chance.choice((True, False, "#REF!", "#DIV/0!", time(8, 30), timedelta(hours=30)))
            elif kind == 6:
                cell.value = chance.choice(FORMULAS)
            else:
                cell.value = CellRichText("共", TextBlock(InlineFont(b=True), " 8 "), "分")
    return saved(book)


def xlsxwriter_book(chance: random.Random) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"date_1904": chance.random() < 0.3}) as book:
        bold = book.add_format({"bold": True})
        for name in ("一", "二")[: chance.choice((1, 1, 2))]:
            sheet = book.add_worksheet(name)
            for _ in range(chance.randrange(1, 25)):
                place = chance.randrange(12), chance.randrange(30)
                kind = chance.randrange(8)
                if kind < 3:
                    sheet.write_string(*place, chance.choice(WORDS))
                elif kind == 3:
                    sheet.write_number(
                        *place, chance.choice(NUMBERS), book.add_format({"num_format": chance.choice(CODES)})
                    )
                elif kind == 4:
                    style = book.add_format({"num_format": chance.choice(DATE_CODES)})
                    sheet.write_datetime(*place, chance.choice(DATES), style)
                elif kind == 5:
                    sheet.write_boolean(*place, chance.random() < 0.5)
                elif kind == 6:
                    sheet.write_formula(*place, chance.choice(FORMULAS), None, chance.choice((0, 2, 2.5, "甲&乙", "")))
                else:
                    sheet.write_rich_string(*place, "共", bold, " 8 ", "分")
    return file.getvalue()


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("make", [openpyxl_book, xlsxwriter_book])
def test_workbooks_by_chance_are_read_alike(make: Callable[[random.Random], bytes], seed: int) -> None:
    chance = random.Random(seed)

    for _ in range(5):
        check(make(chance))


# --- what programs rarely write --------------------------------------------------------------------------------


def cells_of(rows: str) -> bytes:
    """A workbook whose sheet has these rows, and one column for text: ``B2`` is ``x``."""
    return patched(
        xlsx({"B2": "x"}),
        SHEET,
        lambda part: re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), part),
    )


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('t="inlineStr"><is><t>&amp;&#22823;&#x5927;</t></is>', "&大大"),
        ('t="inlineStr"><is><t>  a b </t></is>', "a b"),
        ('t="inlineStr"><is><t xml:space="preserve">  a b </t></is>', "  a b "),
        ('t="inlineStr"><is><t>a_x000D_b_x0041_ _x005F_x000D_</t></is>', "a\nbA _x000D_"),
        ('t="inlineStr"><is><r><t>a</t></r><r><t> b </t></r><rPh sb="0" eb="1"><t>ph</t></rPh></is>', "ab"),
        ('t="inlineStr"><is><t><![CDATA[a<b]]></t></is>', "a<b"),
        ('t="str"><f>x</f><v>8.5</v>', "8.5"),
        ('t="b"><v>1</v>', "TRUE"),
        ('t="e"><v>#N/A</v>', "#N/A"),
        ('t="d"><v>2023-08-05</v>', "2023-08-05"),
        ('t="d"><v>2023-08-05T12:30:00</v>', "2023-08-05 12:30:00"),
        ('t="n"><f t="shared" ref="C3:C5" si="0">1+1</f><v>2</v>', "2"),
        ('><f t="shared" si="0"/><v>2</v>', "2"),
        ("><v>1E-7</v>", "0.0000001"),
        ("><v>abc</v>", "abc"),
        ("><v>1_0</v>", "1_0"),
    ],
)
def test_a_cell_is_read_as_it_is_written(cell: str, text: str) -> None:
    data = cells_of(f'<row r="3"><c r="C3" {cell}</c></row>'.replace(" >", ">"))

    document = decoded(data)

    assert our_texts(document) == {("考核表", "C3"): text}
    assert document == parsed(data)
    if text != "#N/A":  # calamine tells of no errors
        assert our_texts(document) == shown_texts(calamine_values(data))


def test_cells_without_places_follow_each_other() -> None:
    data = cells_of(
        '<row><c t="n"><v>7</v></c><c><v>8</v></c></row><row r="4"><c><v>9</v></c></row><row><c r="B5"/></row>'
    )

    assert our_texts(decoded(data)) == {("考核表", "A1"): "7", ("考核表", "B1"): "8", ("考核表", "A4"): "9"}
    assert our_texts(decoded(data)) == shown_texts(calamine_values(data))


def test_strict_documents_are_read_alike() -> None:
    def strict(part: bytes) -> bytes:
        return part.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )

    plain = xlsxwriter_book(random.Random(1))
    data = plain
    for part in (SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml"):
        data = patched(data, part, strict)

    assert data != plain
    assert our_texts(decoded(data)) == our_texts(decoded(plain))


def test_other_encodings_are_read() -> None:
    def in_gbk(part: bytes) -> bytes:
        return b'<?xml version="1.0" encoding="GBK"?>' + re.sub(r"<\?xml[^>]*\?>", "", part.decode()).encode("gbk")

    data = xlsx({"A1": "x", "B2": "得分"})
    data = patched(data, SHEET, lambda part: part.replace(b"&#24471;&#20998;", "得分".encode()))

    assert our_texts(decoded(patched(data, SHEET, in_gbk))) == our_texts(decoded(data))


@pytest.mark.parametrize("number", [31, 57, 58])
def test_the_date_formats_of_chinese_editions_are_dates(number: int) -> None:
    def format_as_date(book: Any) -> None:
        book.active["A1"].number_format = '0.0"x"'

    data = xlsx({"A1": 45143}, format_as_date)
    data = patched(
        data, "xl/styles.xml", lambda part: part.replace(b'numFmtId="164" font', b'numFmtId="%d" font' % number)
    )

    cell = cell_at(grid_of(data), "A1")

    assert (cell.text, cell.number) == ("2023-08" if number == 57 else "2023-08-05", False)


@pytest.mark.parametrize(
    "cell",
    [
        'r="C3" t="s"><v>99</v>',
        'r="C3" t="s"><v>-1</v>',
        'r="C3" t="zz"><v>1</v>',
        'r="A0"><v>1</v>',
        'r="C3" t="inlineStr"><is><t>&nbsp;</t></is>',
        'r="C3" t="inlineStr"><is><t>&#0;</t></is>',
        'r="C3" t="inlineStr"><is><t>a</is></t>',
    ],
)
def test_what_cannot_be_told_is_unreadable(cell: str) -> None:
    with pytest.raises(UnreadableInputError):
        decoded(cells_of(f'<row r="3"><c {cell}</c></row>'))
