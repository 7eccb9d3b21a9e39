"""The grid of a sheet: every cell of its used range with its text, its place and its span, merges resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple, cast

from formgen.model import Issue, IssueCode, Locator, Severity
from parsers.bounds import check_texts
from parsers.grid import Cell, Grid
from parsers.sheet_notes import MOST_CELLS, Place, SheetNotes, column_letters

_SMALL = 2_000  #: Cells of a sheet whose frame is kept for the next one.
_BLANK_COLUMNS = 16  #: Declared blank columns right of the last value that are kept: they may be answer cells.


class Extent(NamedTuple):
    """The used range of a sheet, counted from 0, the last row and column within."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left + 1


class Frame(NamedTuple):
    """The cells of an extent while they are blank, row by row, and the number of each by ``E7``."""

    blanks: tuple[Cell, ...]
    numbers: Mapping[str, int]


def extent(corners: Sequence[Place | None], notes: SheetNotes) -> Extent | None:
    """What is used of a sheet: values (from and to ``corners``), formulas without one, named cells, blanks beside."""
    places = [*(corner for corner in corners if corner is not None), *notes.unsaved, *notes.tags, *notes.texts]
    if not places:
        return None
    rows, columns = zip(*places, strict=True)
    right = max(columns)
    if notes.end and notes.end[1] > right:
        right = min(notes.end[1], right + _BLANK_COLUMNS)
    return Extent(min(rows), min(columns), max(rows), right)


def frame(part: str, used: Extent) -> Frame:
    """The frame of an extent of the sheet that locators call ``part``."""
    return _kept_frame(part, used) if used.height * used.width <= _SMALL else _frame(part, used)


def _frame(part: str, used: Extent) -> Frame:
    letters = [column_letters(column) for column in range(used.left, used.right + 1)]
    spots = [letter + number for number in map(str, range(used.top + 1, used.bottom + 2)) for letter in letters]
    rows = [row for row in range(used.height) for _ in letters]
    columns = list(range(used.width)) * used.height
    blanks = tuple(cast(Iterable[Cell], map(_Draft, rows, columns, repeat(""), map(Locator, repeat(part), spots))))
    return Frame(blanks, dict(zip(spots, range(len(spots)), strict=True)))


_kept_frame = lru_cache(maxsize=32)(_frame)  # all copies of one blank have the same frame


def grid(
    part: str,
    used: Extent,
    blanks: Sequence[Cell],
    texts: Mapping[int, str],
    numbers: Set[int],
    notes: SheetNotes,
    merges: Sequence[tuple[Place, Place]],
    issues: list[Issue],
) -> Grid:
    """The grid of texts, by their index in the frame of ``blanks``; what is hidden in it is added to ``issues``."""
    top, left, _, _ = used
    width = used.width
    cells = list(blanks)
    words: Iterable[str] = texts.values()
    check_texts(words)  # thousands of cells may show one long shared string
    if "\r" in "".join(words):
        words = [text.replace("\r\n", "\n").replace("\r", "\n") for text in words]
    for index, cell in zip(texts, map(_written, map(blanks.__getitem__, texts), words), strict=True):
        cells[index] = cell
    for index in numbers:
        _change(cells[index], "number", True)
    for (row, column), tags in notes.tags.items():
        index = (row - top) * width + column - left
        _change(_own(cells, blanks, index), "tags", tags)
    for row, column in notes.unsaved:
        index = (row - top) * width + column - left
        _change(_own(cells, blanks, index), "formula_without_value", True)
    spans, covered = _spans(merges, used)
    for index, (rowspan, colspan) in spans.items():
        cell = _own(cells, blanks, index)
        _change(cell, "rowspan", rowspan)
        _change(cell, "colspan", colspan)
    buried: list[str] = []
    repeated: list[str] = []
    if covered:
        repeated, buried = _buried(cells, spans, covered.intersection(texts), used.width)
        cells = [cell for index, cell in enumerate(cells) if index not in covered]
    issues += _hidden(part, notes, cells, top, left, buried)
    if repeated:
        message = f"合并单元格下面重复着同样的内容，只读一次：{_listed(repeated)}。"
        issues.append(Issue(IssueCode.HIDDEN_CONTENT, Severity.INFO, message, Locator(part, repeated[0])))
    return Grid(part, used.height, width, tuple(cells))


_change = object.__setattr__  # of cells that nobody else has yet


def _own(cells: list[Cell], blanks: Sequence[Cell], index: int) -> Cell:
    """The cell at an index, one of this grid alone."""
    if cells[index] is blanks[index]:
        cells[index] = _written(blanks[index], "")
    return cells[index]


class _Draft:
    """A cell in the making, which becomes a ``Cell`` at once: a third of the time of making a frozen one."""

    __slots__ = Cell.__slots__

    def __init__(self, row: int, column: int, text: str, where: Locator) -> None:
        self.row = row
        self.column = column
        self.text = text
        self.where = where
        self.rowspan = 1
        self.colspan = 1
        self.tags = ()
        self.formula_without_value = False
        self.number = False
        self.faint = False
        self.controls = ()
        self.confidence = 1.0
        self.__class__ = Cell  # type: ignore[assignment]


def _written(blank: Cell, text: str) -> Cell:
    return _Draft(blank.row, blank.column, text, blank.where)  # type: ignore[return-value]


def _spans(merges: Sequence[tuple[Place, Place]], used: Extent) -> tuple[dict[int, tuple[int, int]], set[int]]:
    """The spans of merged cells, and the cells that they cover, by their index in the extent (row by row)."""
    top, left, bottom, right = used
    line = used.width
    spans: dict[int, tuple[int, int]] = {}
    taken: set[int] = set()
    work = 0
    for first, last in merges:
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


def _buried(
    cells: Sequence[Cell], spans: Mapping[int, tuple[int, int]], covered: Set[int], width: int
) -> tuple[list[str], list[str]]:
    """The covered cells that hold the same words as the cell over them, and those that hold others."""
    same: list[str] = []
    other: list[str] = []
    if not covered:
        return same, other
    above = {
        corner + down * width + along: corner
        for corner, (height, wide) in spans.items()
        for down in range(height)
        for along in range(wide)
    }
    for index in sorted(covered):
        if words := cells[index].text:
            (same if words.strip() == cells[above[index]].text.strip() else other).append(cells[index].where.spot)
    return same, other


def _listed(spots: Sequence[str]) -> str:
    return "、".join(spots[:5]) + (" 等" if len(spots) > 5 else "")


def _hidden(part: str, notes: SheetNotes, cells: list[Cell], top: int, left: int, buried: list[str]) -> Iterator[Issue]:
    """Rows, columns and cells that hold words and are not to be seen on the sheet."""
    if buried:
        message = f"合并单元格下面盖着内容，没有读取：{_listed(buried)}。"
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
