"""The review sheet: every doubtful value as a row of a workbook, beside the picture of it, for a clerk to type into.

One worksheet for each form. A row carries its reference and what was read, so that ``taken`` can tell a row that was
filled in from one that has been overtaken. Text of a sender is text here too, never a formula.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

TITLE = "核实表"
HEADS = ("编号", "对象", "时段", "项目", "原件上的图", "纸上写的", "读作", "疑点", "核实后的值", "依据")
SIGNER = "核实人："
_WIDTHS = (11, 16, 11, 24, 46, 14, 12, 40, 16, 24)
_HEAD_ROW = 4
_PICTURE = 4  #: Column of the picture, from 0.
_MOST_WIDTH, _MOST_HEIGHT = 315, 130  #: Pixels of a picture.
_LEAST_HEIGHT, _LARGEST_HEIGHT = 36.0, 400.0  #: Points of a row.
_LINE = 15.0  #: Points of a line of text.
_POINTS = 0.75  #: To a pixel.
_EMU = 9525  #: English metric units in a pixel at 96 dpi.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One doubtful value."""

    reference: str  #: As ``formgen review`` lists it: ``12:2.1``.
    form: str  #: Title of the form, ``读不了的文件`` for a file without records.
    subject: str
    period: str
    field: str  #: The printed words of the item or box.
    text: str  #: Verbatim.
    value: str  #: What it was taken for, as a clerk reads it.
    doubt: str  #: Chinese: why a person must look, and where it stands.
    picture: bytes | None = None  #: PNG of the place on the page, where there is an image.
    choices: tuple[str, ...] = ()  #: The words that may stand there, where only certain ones may.


def write(rows: Sequence[ReviewRow], office: str) -> bytes:
    """The workbook. ``office``: who asks, printed in its head."""
    from openpyxl import Workbook

    book: Any = Workbook()
    book.remove(book.active)
    taken: set[str] = set()
    for title in dict.fromkeys(row.form for row in rows):
        sheet = book.create_sheet(_sheet_name(title, taken))
        _fill(sheet, title, [row for row in rows if row.form == title], office)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, title: str, rows: Iterable[ReviewRow], office: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    thin = Side(style="thin")
    box = Border(left=thin, right=thin, top=thin, bottom=thin)
    shade = PatternFill("solid", fgColor="FFF7DF")
    wrap = Alignment(wrap_text=True, vertical="center")
    _put(sheet, 1, 1, f"{title}　{TITLE}", bold=True)
    said = (
        "在“核实后的值”里填上纸上真正的值；读得对的填“同”，没有内容的填“空白”；不填的留待以后。"
        "填好、保存后运行 formgen review take 这个文件。"
    )
    _put(sheet, 2, 1, said)
    _put(sheet, 3, 1, SIGNER)
    _put(sheet, 3, 2, "")
    sheet.cell(3, 2).fill = shade
    sheet.cell(3, 2).border = box
    sheet.cell(3, 2).protection = Protection(locked=False)
    if office:
        _put(sheet, 3, 4, office)
    for column, (head, width) in enumerate(zip(HEADS, _WIDTHS, strict=True), 1):
        _put(sheet, _HEAD_ROW, column, head, bold=True)
        sheet.cell(_HEAD_ROW, column).border = box
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[_HEAD_ROW].height = _LINE + 6
    lists: dict[tuple[str, ...], DataValidation] = {}
    for number, row in enumerate(rows, _HEAD_ROW + 1):
        values = (row.reference, row.subject, row.period, row.field, "", row.text, row.value, row.doubt, "", "")
        for column, value in enumerate(values, 1):
            _put(sheet, number, column, value)
            cell = sheet.cell(number, column)
            cell.border, cell.alignment = box, wrap
            if HEADS[column - 1] in ("核实后的值", "依据"):
                cell.fill, cell.protection = shade, Protection(locked=False)
                cell.number_format = "@"  # 2023-03 stays what was typed
        lines = max(_lines(value, width) for value, width in zip(values, _WIDTHS, strict=True))
        needed = lines * _LINE + 6
        if row.picture is not None:
            needed = max(needed, _lay(sheet, number, row.picture) * _POINTS + 6)
        sheet.row_dimensions[number].height = min(max(_LEAST_HEIGHT, needed), _LARGEST_HEIGHT)
        if row.choices and sum(map(len, row.choices)) < 200 and not any("," in one for one in row.choices):
            if row.choices not in lists:
                lists[row.choices] = DataValidation(
                    type="list", formula1='"' + ",".join(("同", "空白", *row.choices)).replace('"', '""') + '"'
                )
                sheet.add_data_validation(lists[row.choices])
            lists[row.choices].add(sheet.cell(number, HEADS.index("核实后的值") + 1))
    sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, 1)
    sheet.protection.sheet = True
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    sheet["A1"].font = Font(bold=True, size=14)


def _put(sheet: Any, row: int, column: int, text: str, *, bold: bool = False) -> None:
    from openpyxl.styles import Font

    cell = sheet.cell(row, column)
    cell.value = _CONTROL.sub("", text)[:32_000]
    cell.data_type = "s"  # text, whatever it begins with
    if bold:
        cell.font = Font(bold=True)


def _lines(words: str, width: int) -> int:
    """How many lines the words take in a column so many figures wide; a Chinese character is two wide."""
    return sum(1 + sum(2 if character > "\u2000" else 1 for character in line) // width for line in words.split("\n"))


def _lay(sheet: Any, row: int, png: bytes) -> int:
    """Lay a picture into its cell; its height in pixels."""
    from openpyxl.drawing.image import Image
    from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
    from openpyxl.drawing.xdr import XDRPositiveSize2D

    picture: Any = Image(io.BytesIO(png))
    scale = min(1.0, _MOST_WIDTH / picture.width, _MOST_HEIGHT / picture.height)
    width, height = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
    margin = 3 * _EMU
    start = AnchorMarker(col=_PICTURE, colOff=margin, row=row - 1, rowOff=margin)
    picture.anchor = OneCellAnchor(_from=start, ext=XDRPositiveSize2D(width * _EMU, height * _EMU))
    sheet.add_image(picture)
    return height


def _sheet_name(title: str, taken: set[str]) -> str:
    bare = _SHEET_NAME.sub(" ", _CONTROL.sub("", title)).strip().strip("'")[:28] or TITLE
    name, number = bare, 1
    while name.casefold() in taken:
        number += 1
        name = f"{bare[:25]} {number}"
    taken.add(name.casefold())
    return name


@dataclass(frozen=True, slots=True)
class Answer:
    """One row as it came back."""

    reference: str
    subject: str
    text: str  #: What had been read, as it was shown.
    value: str
    given: str  #: What the clerk typed, as text; never empty.
    why: str
    place: str  #: Chinese: worksheet and row.


def answers(sheets: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> tuple[str, tuple[Answer, ...]]:
    """(who signed, the rows that were filled in) of a review sheet that came back.

    ``sheets``: name and rows of texts of each worksheet. Raises ValueError, in Chinese, where it is no review sheet.
    """
    signers: list[str] = []
    found: list[Answer] = []
    known = 0
    for name, rows in sheets:
        heads = next((number for number, row in enumerate(rows) if tuple(_cells(row)) == HEADS), None)
        if heads is None:
            continue
        known += 1
        for row in rows[:heads]:
            cells = _cells(row)
            if cells[0].startswith(SIGNER) and (who := (cells[0][len(SIGNER) :] or cells[1]).strip()):
                signers.append(who)
        for number, row in enumerate(rows[heads + 1 :], heads + 2):
            reference, subject, _, _, _, text, value, _, given, why = _cells(row)
            if reference and given:
                found.append(Answer(reference, subject, text, value, given, why, f"工作表“{name}”第{number}行"))
    if not known:
        raise ValueError("这不是核实表：没有找到它的表头。请用 formgen review sheet 生成的那一个文件")
    if len(set(signers)) > 1:
        raise ValueError(f"核实表上写着不同的核实人：{'、'.join(dict.fromkeys(signers))}。请各存一份，分别交")
    return (signers[0] if signers else ""), tuple(found)


def _cells(row: Sequence[str]) -> list[str]:
    cells = [cell.strip() for cell in row[: len(HEADS)]]
    return cells + [""] * (len(HEADS) - len(cells))
