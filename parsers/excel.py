"""Spreadsheets to grids: values and merges by calamine, the rest by the notes of each format."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from formgen.errors import EncryptedInputError, FormgenError, UnreadableInputError
from formgen.model import Issue, IssueCode, Locator, Severity
from parsers import ooxml, sheet_biff, sheet_biff12, sheet_ods, sheet_xml
from parsers.grid import Cell, Document, Grid, Paragraph
from parsers.sheet_notes import MOST_CELLS, BookNotes, Place, SheetNotes, check_extent, column_letters, percentage

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    from formgen.parsing import Limits

_NUMERIC = frozenset((float, int))
_SMALL = 2_000  #: Cells of a sheet whose frame is kept for the next one.

_BLANK_COLUMNS = 16  #: Declared blank columns right of the last value that are kept: they may be answer cells.
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
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    notes = _notes(data, limits, kind)
    blocks: list[Paragraph | Grid] = []
    pages: list[int] = []
    issues = list(notes.issues)
    rows = 0
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        if not book.sheets_metadata:
            raise ooxml.damaged("没有工作表")
        for about in book.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            visible = about.visible == SheetVisibleEnum.Visible
            if not visible and about.name.startswith(_OWN_SHEETS):
                continue
            found = notes.sheets.get(about.name) or SheetNotes()
            if not visible and found.filled is not None:
                issues += _hidden_sheet(about.name, found.filled)
                continue
            sheet = book.get_sheet_by_name(about.name)
            if not visible:
                issues += _hidden_sheet(about.name, sheet.start is not None)
                continue
            rows += sheet.height
            check_extent(about.name, max(rows, sheet.height), sheet.width, limits)
            pages.append(len(blocks))
            blocks += _blocks(sheet, found, limits, issues)
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
    return sheet_biff.read_book(data, limits)


def _hidden_sheet(name: str, filled: bool) -> Iterator[Issue]:
    if filled:
        message = f"工作表“{name}”是隐藏的，其中的内容没有读取。请核对；需要时取消隐藏后重发。"
        yield Issue(IssueCode.HIDDEN_CONTENT, Severity.WARNING, message, Locator(f"sheet {name}"))


def _blocks(sheet: CalamineSheet, notes: SheetNotes, limits: Limits, issues: list[Issue]) -> Iterator[Paragraph | Grid]:
    """The header lines, the grid, and the other lines of a sheet; its issues are added to ``issues``."""
    part = f"sheet {sheet.name}"
    lines = [(spot == "header", Paragraph(text, Locator(part, spot))) for spot, text in notes.paragraphs]
    yield from (line for first, line in lines if first)
    if grid := _grid(sheet, part, notes, limits, issues):
        yield grid
    yield from (line for first, line in lines if not first)
    for issue, spot in notes.issues:
        issues.append(Issue(issue.code, issue.severity, issue.message, Locator(part, spot)))


def _grid(sheet: CalamineSheet, part: str, notes: SheetNotes, limits: Limits, issues: list[Issue]) -> Grid | None:
    extent = _extent(sheet, notes)
    if extent is None:
        return None
    (top, left), (bottom, right) = extent
    height, width = bottom - top + 1, right - left + 1
    check_extent(sheet.name, height, width, limits)
    values = list(chain.from_iterable(_values(sheet, notes, extent)))
    count = len(values)
    frame = _small_frame if count <= _SMALL else _frame
    rows, columns, spots, places = frame(part, top, left, height, width)
    texts = [value if type(value) is str else _shown(value) for value in values]
    if "\r" in "".join(texts):
        texts = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    tags: list[tuple[str, ...]] = [()] * count
    for (row, column), named in notes.tags.items():
        tags[(row - top) * width + column - left] = named
    unsaved = [False] * count
    for row, column in notes.unsaved:
        unsaved[(row - top) * width + column - left] = True
    heights, widths = [1] * count, [1] * count
    spans, covered = _merges(sheet, notes, extent)
    for index, (rowspan, colspan) in spans.items():
        heights[index], widths[index] = rowspan, colspan
    numbers = [type(value) in _NUMERIC for value in values]
    drafts = map(_Draft, rows, columns, texts, places, heights, widths, tags, unsaved, numbers)
    cells = cast(list[Cell], list(drafts))
    buried = [spots[index] for index in sorted(covered) if texts[index]]
    if covered:
        cells = [cell for index, cell in enumerate(cells) if index not in covered]
    issues += _hidden(part, notes, cells, top, left, buried)
    return Grid(part, height, width, tuple(cells))


class _Draft:
    """A cell in the making, which becomes a ``Cell`` at once: a third of the time of making a frozen one."""

    __slots__ = Cell.__slots__

    def __init__(
        self,
        row: int,
        column: int,
        text: str,
        where: Locator,
        rowspan: int,
        colspan: int,
        tags: tuple[str, ...],
        unsaved: bool,
        number: bool,
    ) -> None:
        self.row = row
        self.column = column
        self.text = text
        self.where = where
        self.rowspan = rowspan
        self.colspan = colspan
        self.tags = tags
        self.formula_without_value = unsaved
        self.number = number
        self.faint = False
        self.controls = ()
        self.__class__ = Cell  # type: ignore[assignment]


def _frame(
    part: str, top: int, left: int, height: int, width: int
) -> tuple[list[int], list[int], list[str], list[Locator]]:
    """Row, column, ``E7`` and place of every cell of an extent, row by row."""
    letters = [column_letters(column) for column in range(left, left + width)]
    spots = [letter + number for number in map(str, range(top + 1, top + height + 1)) for letter in letters]
    places = [Locator(part, spot) for spot in spots]
    return [row for row in range(height) for _ in letters], list(range(width)) * height, spots, places


_small_frame = lru_cache(maxsize=32)(_frame)  # all copies of one blank have the same frame


def _extent(sheet: CalamineSheet, notes: SheetNotes) -> tuple[Place, Place] | None:
    """First and last cell of what is used: values, formulas without one, named cells, and the blanks beside them."""
    corners = [corner for corner in (sheet.start, sheet.end) if corner is not None]
    places = [*corners, *notes.unsaved, *notes.tags, *notes.texts]
    if not places:
        return None
    rows, columns = zip(*places, strict=True)
    right = max(columns)
    if notes.end and notes.end[1] > right:
        right = min(notes.end[1], right + _BLANK_COLUMNS)
    return (min(rows), min(columns)), (max(rows), right)


def _values(sheet: CalamineSheet, notes: SheetNotes, extent: tuple[Place, Place]) -> list[list[Any]]:
    """The values of the extent, row by row; a blank is ``""``. What is shown stands in the place of what is not."""
    (top, left), (bottom, right) = extent
    values: list[list[Any]] = sheet.to_python()
    start, end = sheet.start, sheet.end
    if start is None or end is None:
        values = [[""] * (right - left + 1) for _ in range(bottom - top + 1)]
    elif (start, end) != extent:
        before, after = [""] * (start[1] - left), [""] * (right - end[1])
        values = [before + line + after for line in values]
        blank = [""] * (right - left + 1)
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


def _merges(
    sheet: CalamineSheet, notes: SheetNotes, extent: tuple[Place, Place]
) -> tuple[dict[int, tuple[int, int]], set[int]]:
    """The spans of merged cells, and the cells that they cover, by their index in the extent (row by row)."""
    (top, left), (bottom, right) = extent
    line = right - left + 1
    spans: dict[int, tuple[int, int]] = {}
    taken: set[int] = set()
    work = 0
    for first, last in notes.merges if notes.merges is not None else sheet.merged_cell_ranges or ():
        if not (top <= first[0] <= bottom and left <= first[1] <= right):
            continue
        corner = (first[0] - top) * line + first[1] - left
        height = min(last[0], bottom) - first[0] + 1
        width = min(last[1], right) - first[1] + 1
        work += height * width
        if work > 2 * MOST_CELLS:
            break  # thousands of overlapping merges: nobody's form
        inside: Sequence[int]
        if width == 1:
            inside = range(corner, corner + height * line, line)
        elif height == 1:
            inside = range(corner, corner + width)
        else:
            inside = [corner + down * line + along for down in range(height) for along in range(width)]
        if len(inside) > 1 and taken.isdisjoint(inside):  # Excel allows no overlap: the first one holds
            taken.update(inside)
            spans[corner] = (height, width)
    return spans, taken.difference(spans)


def _shown(value: object) -> str:
    """A value as plain text."""
    if type(value) is float:
        return plain_number(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value)


@lru_cache(maxsize=1024)
def plain_number(value: float) -> str:
    """A number in plain decimal form, to the 15 significant digits that Excel keeps: ``8``, ``8.5``, ``0.3``."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    return format(Decimal(text), "f") if "e" in text else text


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _hidden(part: str, notes: SheetNotes, cells: list[Cell], top: int, left: int, buried: list[str]) -> Iterator[Issue]:
    """Rows, columns and cells that hold words and are not to be seen on the sheet."""
    if buried:
        spots = "、".join(buried[:5])
        message = f"合并单元格下面盖着内容，没有读取：{spots}{' 等' if len(buried) > 5 else ''}。"
        yield Issue(IssueCode.HIDDEN_CONTENT, Severity.WARNING, message, Locator(part, buried[0]))
    if not notes.hidden_rows and not notes.hidden_columns:
        return
    rows = sorted({cell.row + top for cell in cells if cell.text.strip()} & notes.hidden_rows)
    columns = sorted({cell.column + left for cell in cells if cell.text.strip()} & notes.hidden_columns)
    if rows:
        named = "、".join(str(row + 1) for row in rows[:10]) + (" 等" if len(rows) > 10 else "")
        message = f"第 {named} 行是隐藏的，但有内容；内容照读，请核对。"
        yield Issue(IssueCode.HIDDEN_CONTENT, Severity.WARNING, message, Locator(part, f"row {rows[0] + 1}"))
    if columns:
        named = "、".join(map(column_letters, columns[:10])) + (" 等" if len(columns) > 10 else "")
        message = f"{named} 列是隐藏的，但有内容；内容照读，请核对。"
        yield Issue(IssueCode.HIDDEN_CONTENT, Severity.WARNING, message, Locator(part, column_letters(columns[0])))
