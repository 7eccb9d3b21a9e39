"""Spreadsheets to grids. A .xlsx is read here; of the other formats the values are read by calamine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from formgen.errors import EncryptedInputError, FormgenError, UnreadableInputError
from formgen.model import Issue, IssueCode, Locator, Severity
from parsers import ooxml, sheet_biff, sheet_biff12, sheet_ods, sheet_xml
from parsers.grid import Document, Grid, Paragraph
from parsers.sheet_grid import Extent, extent, frame, grid
from parsers.sheet_looks import look_doubts
from parsers.sheet_notes import BookNotes, SheetCells, SheetNotes, check_extent, percentage
from parsers.sheet_values import shown

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    from formgen.parsing import Limits

_NUMERIC = frozenset((float, int))
_OWN_SHEETS = "_formgen"  #: Start of the names of sheets that our own forms hide: lists for validation.


def decode(data: bytes, limits: Limits, kind: str) -> Document:
    """The visible sheets of a workbook as grids; ``kind`` is ``xlsx xlsm xlsb xls et ods``.

    Raises UnreadableInputError (``unreadable``, ``too-large``, ``unsupported``) and EncryptedInputError.
    """
    try:
        return _decode(data, limits, kind)
    except (FormgenError, MemoryError):
        raise
    except Exception as fault:
        if type(fault).__name__ == "PasswordError":
            raise EncryptedInputError("文件设有打开密码，读不了。请去掉密码后重发。") from None
        raise ooxml.damaged(f"表格内容有误：{str(fault)[:120]}") from fault
    except BaseException as fault:
        if type(fault).__name__ == "PanicException":  # a broken promise within calamine
            raise ooxml.damaged("表格内容有误") from None
        raise


def _decode(data: bytes, limits: Limits, kind: str) -> Document:
    notes = _notes(data, limits, kind)
    blocks: list[Paragraph | Grid] = []
    pages: list[int] = []
    issues = list(notes.issues)
    rows = 0
    for name, visible, found, sheet in _sheets(_bounded(data, limits, kind), notes):
        if not visible:
            if not name.startswith(_OWN_SHEETS):
                issues += _hidden_sheet(name, _filled(found, sheet))
            continue
        used = extent(_corners(found, sheet), found)
        if used:
            rows += used.height
            check_extent(name, max(rows, used.height), used.width, limits)
        pages.append(len(blocks))
        part = f"sheet {name}"
        blocks += (Paragraph(text, Locator(part, spot)) for spot, text in found.paragraphs if spot == "header")
        if used:
            page = _grid(part, used, found, sheet, issues)
            blocks.append(page)
            if found.looks:
                issues += look_doubts(part, {cell.where.spot: cell for cell in page.cells}, found.looks)
        blocks += (Paragraph(text, Locator(part, spot)) for spot, text in found.paragraphs if spot != "header")
        for issue, spot in found.issues:
            issues.append(Issue(issue.code, issue.severity, issue.message, Locator(part, spot)))
    if not blocks and notes.pictures:
        message = "表格里只有图片，没有文字；图片和扫描件暂不能识别，请发回填写了文字的电子表格。"
        raise UnreadableInputError(message, "unsupported")
    return Document(kind, tuple(blocks), tuple(issues), notes.properties, tuple(pages))


def _notes(data: bytes, limits: Limits, kind: str) -> BookNotes:
    if kind in ("xlsx", "xlsm"):
        return sheet_xml.read_book(data, limits)
    if kind == "xlsb":
        return sheet_biff12.read_book(data, limits)
    if kind == "ods":
        return sheet_ods.read_book(data, limits)
    try:
        return sheet_biff.read_book(data, limits)
    except (ValueError, KeyError) as fault:
        raise ooxml.damaged("工作簿的记录有误") from fault


def _bounded(data: bytes, limits: Limits, kind: str) -> bytes:
    """The file as calamine may be given it: it follows the chains of a compound file without end."""
    if kind not in ("xls", "et"):
        return data
    try:
        return sheet_biff.workbook(data, limits)
    except (ValueError, KeyError) as fault:
        raise ooxml.damaged("工作簿的记录有误") from fault


def _sheets(data: bytes, notes: BookNotes) -> Iterator[tuple[str, bool, SheetNotes, CalamineSheet | None]]:
    """Name and visibility of each sheet of cells, what is noted of it, and its values where calamine must tell them."""
    if notes.complete:
        yield from ((name, found.visible, found, None) for name, found in notes.sheets.items())
        return
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with _named_faults(), CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        if not book.sheets_metadata:
            raise ooxml.damaged("没有工作表")
        for about in book.sheets_metadata:
            if about.typ == SheetTypeEnum.WorkSheet:
                found = notes.sheets.get(about.name) or SheetNotes()
                sheet = book.get_sheet_by_name(about.name)
                yield about.name, about.visible == SheetVisibleEnum.Visible, found, sheet


@contextmanager
def _named_faults() -> Iterator[None]:
    """What calamine raises for a workbook that is broken, as our own errors. Raises UnreadableInputError."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError:
        raise EncryptedInputError("文件设有打开密码，读不了。请去掉密码后重发。") from None
    except (CalamineError, OSError) as fault:
        raise ooxml.damaged("表格内容有误") from fault


def _corners(notes: SheetNotes, sheet: CalamineSheet | None) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """The first and the last cell with a value."""
    if sheet is not None:
        return sheet.start, sheet.end
    return (notes.cells.first, notes.cells.last) if notes.cells else (None, None)


def _filled(notes: SheetNotes, sheet: CalamineSheet | None) -> bool:
    return bool(notes.unsaved) or _corners(notes, sheet)[0] is not None


def _hidden_sheet(name: str, filled: bool) -> Iterator[Issue]:
    if filled:
        message = f"工作表“{name}”是隐藏的，其中的内容没有读取。请核对；需要时取消隐藏后重发。"
        yield Issue(IssueCode.HIDDEN_CONTENT, Severity.WARNING, message, Locator(f"sheet {name}"))


def _grid(part: str, used: Extent, notes: SheetNotes, sheet: CalamineSheet | None, issues: list[Issue]) -> Grid:
    paper = frame(part, used)
    if sheet is None:
        cells = notes.cells or SheetCells({}, frozenset(), None, None)
        index = paper.numbers
        texts = dict(zip(map(index.__getitem__, cells.texts), cells.texts.values(), strict=True))
        numbers = set(map(index.__getitem__, cells.numbers))
        return grid(part, used, paper.blanks, texts, numbers, notes, notes.merges or (), issues)
    values = [value for line in _values(sheet, notes, used) for value in line]
    texts = {number: v if type(v) is str else shown(v) for number, v in enumerate(values) if v != ""}
    numbers = {number for number, value in enumerate(values) if type(value) in _NUMERIC}
    merges = notes.merges if notes.merges is not None else sheet.merged_cell_ranges or ()
    return grid(part, used, paper.blanks, texts, numbers, notes, merges, issues)


def _values(sheet: CalamineSheet, notes: SheetNotes, used: Extent) -> list[list[Any]]:
    """The values of the extent, row by row; a blank is ``""``. What is shown stands in the place of what is not."""
    top, left, bottom, right = used
    values: list[list[Any]] = sheet.to_python()
    start, end = sheet.start, sheet.end
    if start is None or end is None:
        values = [[""] * used.width for _ in range(used.height)]
    elif (*start, *end) != used:
        before, after = [""] * (start[1] - left), [""] * (right - end[1])
        values = [before + line + after for line in values]
        blank = [""] * used.width
        values = [blank[:] for _ in range(start[0] - top)] + values + [blank[:] for _ in range(bottom - end[0])]
    for (row, column), places in notes.percents.items():
        if type(value := values[row - top][column - left]) is float:
            values[row - top][column - left] = percentage(repr(value), places)
    for (row, column), text in notes.texts.items():
        values[row - top][column - left] = text
    for row, column in notes.unsaved:
        values[row - top][column - left] = ""
    for row, column in notes.months:
        if isinstance(value := values[row - top][column - left], date):
            values[row - top][column - left] = f"{value.year}-{value.month:02}"
    return values
