"""Cells that a reader of the sheet would not see as they are stored: each of them is reported at its place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from sheets import decoded, patched, saved, xlsx
from test_excel import ods
from test_excel_cells import SHEET, cells_of, parsed

from formgen.model import IssueCode, Severity
from parsers.grid import Document
from parsers.sheet_appearance import appearance, says, text_appearance

HIDDEN, OTHER, STRUCK = IssueCode.HIDDEN_CONTENT, IssueCode.LOW_CONFIDENCE, IssueCode.UNEXPECTED_TEXT


def styled(value: object, **marks: Any) -> bytes:
    """A workbook with a value in B2 and these marks on it."""

    def mark(book: Any) -> None:
        for name, style in marks.items():
            setattr(book.active["B2"], name, style)

    return xlsx({"A1": "得分", "B2": value}, mark)


def said(document: Document) -> list[tuple[IssueCode, str]]:
    """The warnings of a document: code and cell."""
    return [(issue.code, issue.where.spot) for issue in document.issues if issue.severity == Severity.WARNING]


# --- what a number format shows --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0", "1.6", "2"),
        ("0.0", "-2.25", "-2.3"),
        (";;;", "1", ""),
        ("0;-0;;@", "0", ""),
        ("#", "0", ""),
        ('"扣"0"分"', "1", "扣1分"),
        ('"作废"', "28", "作废"),
        ('"-"0', "5", "-5"),
        ("#,##0;[Red]#,##0", "-2", "2"),
        ('0"."0', "85", "8.5"),
        ('0"/10"', "7", "7/10"),
        ("0,", "1234", "1"),
        ('[<60]"不及格";0', "50", "不及格"),
        ("[White]0", "8", ""),
        ("# ?/?", "1.23", "11/9"),
        ("0%", "88.53%", "89%"),
        ("0.0E+0", "1.66", "1.7E+0"),
        ("**", "5", "*"),
    ],
)
def test_a_format_may_show_another_value(code: str, value: str, shown: str) -> None:
    assert appearance(code, value) == shown
    assert not says(shown, value)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("0", "8"),
        ("0.00", "8.5"),
        ("00", "8"),
        ("#.##", "8"),
        (".00", "0.25"),
        ('0.0"分"', "8.5"),
        ('"第"0"项"', "3"),
        ("0.00_);[Red]\\(0.00\\)", "-2.5"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1234.5"),
        ("[$¥-804]#,##0.00", "5"),
        ("0;-0;;@", "-5"),
        ("[DBNum2]0", "8"),
        ('[<60]"不及格";0', "70"),
        ("0.0%", "88.5%"),
        ("0.00E+00", "1.6"),
        ("# ?/?", "1.5"),
        ('G/通用格式"分"', "8.5"),
        ("0", "1" + "0" * 300),
    ],
)
def test_a_plain_unit_or_more_places_change_nothing(code: str, value: str) -> None:
    assert says(appearance(code, value), value)


@pytest.mark.parametrize(
    ("code", "shown"),
    [(";;;", ""), ('0;0;0;"作废"', "作废"), ("0", "好"), ('@"人"', "好人"), ('"作废"', "好"), ("0;@", "好")],
)
def test_texts_have_a_section_of_their_own(code: str, shown: str) -> None:
    assert text_appearance(code, "好") == shown


# --- cells -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "marks", "code"),
    [
        (15, {"font": Font(strike=True)}, STRUCK),
        ("好", {"font": Font(strike=True)}, STRUCK),
        (1, {"font": Font(color="FFFFFFFF")}, HIDDEN),
        (1, {"font": Font(color="FF00B050"), "fill": PatternFill("solid", fgColor="FF00B050")}, HIDDEN),
        (1, {"font": Font(color="FFFFFFFF"), "fill": PatternFill("solid", fgColor="FFFFFFFF")}, HIDDEN),
        (1, {"number_format": ";;;"}, HIDDEN),
        ("好", {"number_format": ";;;"}, HIDDEN),
        (28, {"number_format": '"作废"'}, OTHER),
        (1, {"number_format": '"扣"0"分"'}, OTHER),
        (1.6, {"number_format": "0"}, OTHER),
        (0.8853, {"number_format": "0%"}, OTHER),
    ],
)
def test_a_cell_that_is_not_seen_as_it_is_stored_is_reported(value: object, marks: Any, code: IssueCode) -> None:
    data = styled(value, **marks)

    document = decoded(data)

    assert said(document) == [(code, "B2")]
    assert document == parsed(data)


@pytest.mark.parametrize(
    ("value", "marks"),
    [
        (8, {"number_format": "0"}),
        (8.5, {"number_format": '0.0"分"'}),
        (8, {"number_format": "0.00"}),
        (0.885, {"number_format": "0.0%"}),
        ("好", {"number_format": "0"}),
        ("8.5%", {"number_format": "0"}),
        ("1.6", {"number_format": "0"}),
        (8, {"font": Font(strike=False, b=True, color="FFFF0000")}),
        (8, {"font": Font(color="FFFFFFFF"), "fill": PatternFill("solid", fgColor="FF00B050")}),
        (None, {"font": Font(strike=True), "number_format": ";;;"}),
    ],
)
def test_what_is_seen_as_it_is_stored_is_not_reported(value: object, marks: Any) -> None:
    data = styled(value, **marks)

    document = decoded(data)

    assert document.issues == ()
    assert document == parsed(data)


def test_the_message_says_what_is_shown_and_what_is_stored() -> None:
    (issue,) = decoded(styled(1, number_format='"扣"0"分"')).issues

    assert "扣1分" in issue.message
    assert "“1”" in issue.message


@pytest.mark.parametrize(
    ("font", "code"),
    [(InlineFont(strike=True), STRUCK), (InlineFont(color="FFFFFFFF"), HIDDEN), (InlineFont(b=1), None)],
)
def test_words_of_a_shared_string_may_be_crossed_out_or_white(font: InlineFont, code: IssueCode | None) -> None:
    data = xlsx({"A1": "得分", "B2": CellRichText("8", TextBlock(font, "9"), "分")})

    document = decoded(data)

    assert said(document) == ([(code, "B2")] if code else [])
    assert document == parsed(data)


@pytest.mark.parametrize("place", [' r="B2"', ""])
def test_words_of_a_cells_own_string_may_be_crossed_out(place: str) -> None:
    cell = f'<c{place} t="inlineStr"><is><r><rPr><strike/></rPr><t>8</t></r><r><t>9</t></r></is></c>'
    data = cells_of(f'<row r="2"><c r="A2" t="str"><v>x</v></c>{cell}</row>')

    document = decoded(data)

    assert said(document) == [(STRUCK, "B2")]
    assert document == parsed(data)


def test_a_sheet_written_in_another_way_is_looked_at_too() -> None:
    data = styled(15, font=Font(strike=True))
    odd = patched(data, SHEET, lambda part: re.sub(rb'<c r="B2" ', rb'<c  r="B2" ', part))

    assert odd != data
    assert said(decoded(odd)) == [(STRUCK, "B2")]


def test_zeros_that_the_sheet_does_not_show_are_reported() -> None:
    def hide_zeros(book: Any) -> None:
        book.active.sheet_view.showZeros = False

    data = xlsx({"A1": "得分", "B2": 0, "B3": 8}, hide_zeros)

    assert said(decoded(data)) == [(HIDDEN, "B2")]
    assert decoded(data) == parsed(data)


def test_thousands_of_such_cells_are_said_once_more_and_not_each() -> None:
    def cross_out(book: Any) -> None:
        for (cell,) in book.active["A1:A2005"]:
            cell.value, cell.font = 1, Font(strike=True)

    issues = decoded(xlsx({}, cross_out)).issues

    assert len(issues) == 2001
    assert "没有逐一列出" in issues[-1].message


# --- words under a merge ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "severity"), [("业务能力", Severity.INFO), ("9", Severity.WARNING)])
def test_the_same_words_under_a_merge_are_no_doubt(words: str, severity: Severity) -> None:
    def merge(book: Any) -> None:
        book.active.merged_cells.add("A1:A3")

    (issue,) = decoded(xlsx({"A1": "业务能力", "A3": words, "B1": "x"}, merge)).issues

    assert (issue.code, issue.severity, issue.where.spot) == (HIDDEN, severity, "A3")


# --- other kinds of workbooks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "style", "code"),
    [
        (15, "font: struck_out on", STRUCK),
        ("好", "font: struck_out on", STRUCK),
        (1, "font: colour white", HIDDEN),
        (1, "font: colour white; pattern: pattern solid, fore_colour green", None),
        (8, "font: bold on", None),
    ],
)
def test_xls_fonts_are_looked_at(value: object, style: str, code: IssueCode | None) -> None:
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("考核").write(1, 1, value, xlwt.easyxf(style))

    assert said(decoded(saved(book), "xls")) == ([(code, "B2")] if code else [])


@pytest.mark.parametrize(
    ("value", "number_format", "code"),
    [(1.6, "0", OTHER), (1, ";;;", HIDDEN), (28, '"作废"', OTHER), (8.5, '0.0"分"', None)],
)
def test_xls_number_formats_are_looked_at(value: float, number_format: str, code: IssueCode | None) -> None:
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("考核").write(1, 1, value, xlwt.easyxf(num_format_str=number_format))

    assert said(decoded(saved(book), "xls")) == ([(code, "B2")] if code else [])


@pytest.mark.parametrize(
    ("value", "shown", "code"),
    [("1.6", "2", OTHER), ("1", "", HIDDEN), ("28", "作废", OTHER), ("8.5", "8.5分", None), ("8", "8.00", None)],
)
def test_ods_tells_what_it_shows(value: str, shown: str, code: IssueCode | None) -> None:
    cell = f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{shown}</text:p>'
    data = ods(f"<table:table-row>{cell}</table:table-cell></table:table-row>")

    assert said(decoded(data, "ods")) == ([(code, "A1")] if code else [])


def test_xlsb_styles_are_looked_at() -> None:
    import struct

    from sheets import LIMITS

    from parsers.sheet_biff12 import _read_sheet
    from parsers.sheet_looks import Look
    from parsers.sheet_notes import Formats

    row = bytes([0, 25]) + struct.pack("<IIHBB", 6, 0, 300, 0, 0) + bytes(13)
    cell = bytes([5, 16]) + struct.pack("<IId", 4, 3, 15)

    notes = _read_sheet("表", row + cell, Formats(), LIMITS, {"3": Look(struck=True)})

    assert notes.looks == {"E7": Look(struck=True)}
