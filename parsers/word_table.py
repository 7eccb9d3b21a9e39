"""The layout grid of a Word table: where each cell stands once spans, merges and gaps are resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, field, fields, make_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from formgen.errors import UnreadableInputError
from formgen.model import IssueCode, Locator, Severity
from parsers.grid import Cell, Grid
from parsers.word_passage import Passage, Report, excerpt, settle

if TYPE_CHECKING:
    from parsers.word_rows import Row

MOST_COLUMNS = 512  #: Layout-grid columns of a table; Word allows 63.

# A frozen dataclass is filled four times as slowly as a plain one, and a form has a hundred cells. So a cell is filled
# as a draft with the very same slots, and then becomes a Cell.
_Draft: Any = make_dataclass(
    "_Draft",
    [(f.name, Any, field() if f.default is MISSING else field(default=f.default)) for f in fields(Cell)],
    slots=True,
)


@lru_cache(maxsize=8192)
def spot(part: str, row: int, column: int) -> Locator:
    """The place of a cell, from its row and column counted from 0. Forms look alike, so places are kept."""
    return Locator(part, f"row {row + 1}, column {column + 1}")


def grid(rows: Sequence[Row], part: str, report: Report) -> tuple[Grid | None, list[tuple[str, Locator]]]:
    """The layout grid of a table, None if nothing of it is left; and the comments anchored in it, with their places.

    Rows that are deleted in tracked changes, or hidden, are left out and reported.
    """
    kept = [row for row in rows if not (row.deleted or row.hidden)]
    if len(kept) < len(rows):
        _report_left_out(rows, part, report)
    placed, columns = _place(kept, part, report)
    comments: list[tuple[str, Locator]] = []
    cells: list[Cell] = []
    for passage in placed:
        where = spot(part, passage.row, passage.column)
        if passage.notes is None:
            text = "".join(passage.pieces)
            draft = _Draft(passage.row, passage.column, text, where, passage.rows, passage.span)
            draft.__class__ = Cell
            cells.append(draft)
        else:
            cells.append(_noted(passage, where, report))
            comments.extend((comment, where) for comment in passage.notes.comments)
    return (Grid(part, len(kept), columns, tuple(cells)) if kept else None), comments


def _place(rows: Sequence[Row], part: str, report: Report) -> tuple[list[Passage], int]:
    """Give each cell its row and column and let merged cells grow; how many columns there are."""
    placed: list[Passage] = []
    columns = 0
    above: dict[int, Passage] = {}  # by column: cells that a merge has opened and that reach down to the row before
    for index, row in enumerate(rows):
        column = row.before
        here: dict[int, Passage] = {}
        left: Passage | None = None
        for passage in row.cells:
            if passage.joined and left is not None:
                left.span += passage.span
                column += passage.span
                _report_covered(passage, index, left.column, part, report)
                continue
            passage.row, passage.column = index, column
            if passage.vertical:
                upper = above.get(column) if passage.vertical == "continue" else None
                if upper is not None and upper.span == _full_span(passage, row.cells):
                    upper.rows += 1
                    here[column] = upper
                    _report_covered(passage, index, column, part, report)
                    column += passage.span
                    left = passage  # legacy-merged cells to its right are covered with it
                    continue
                here[column] = passage
            placed.append(passage)
            left = passage
            column += passage.span
        above = here
        columns = max(columns, column + row.after)
        if columns > MOST_COLUMNS:
            raise UnreadableInputError(f"表格列数超过上限 {MOST_COLUMNS} 列，没有读取。", "too-large")
        if row.inserted:
            text = excerpt(" ".join(passage.text for passage in row.cells))
            report.add(
                IssueCode.TRACKED_CHANGE,
                Severity.WARNING,
                f"修订插入了一行“{text}”；按修改后的读取，请核对。",
                Locator(part, f"row {index + 1}"),
            )
    return placed, columns


def _full_span(passage: Passage, cells: Sequence[Passage]) -> int:
    """The span of a cell with those that a legacy merge joins to it."""
    span = passage.span
    index = cells.index(passage) + 1
    while index < len(cells) and cells[index].joined:
        span += cells[index].span
        index += 1
    return span


def _noted(passage: Passage, where: Locator, report: Report) -> Cell:
    """A cell with controls, hidden text or tracked changes."""
    notes = passage.rare
    shown = passage.text
    settle(notes, shown, where, report)
    text = "" if notes.deleted else shown
    controls = tuple(notes.controls)
    if notes.around:
        controls = (*((tag, text) for tag in notes.around), *controls)
    draft = _Draft(passage.row, passage.column, text, where, passage.rows, passage.span)
    draft.tags = tuple(dict.fromkeys([tag for tag, _ in controls]))
    draft.faint = text == "" and notes.empty_control
    draft.controls = controls
    draft.__class__ = Cell
    return cast(Cell, draft)


def _report_covered(passage: Passage, row: int, column: int, part: str, report: Report) -> None:
    """A cell that a merge covers is not shown; say so if it holds words."""
    if passage.notes is None and not passage.pieces:
        return
    where = spot(part, row, column)
    settle(passage.rare, passage.text, where, report)
    if passage.text.strip():
        report.add(
            IssueCode.HIDDEN_CONTENT,
            Severity.WARNING,
            f"合并单元格盖住了文字“{excerpt(passage.text)}”，没有读取，请核对。",
            where,
        )


def _report_left_out(rows: Sequence[Row], part: str, report: Report) -> None:
    """Say which rows a tracked change deletes or a mark hides."""
    for number, row in enumerate(rows, 1):
        words = " ".join(
            "".join(cell.notes.old if cell.notes and cell.notes.old else cell.pieces) for cell in row.cells
        )
        where = Locator(part, f"row {number}")
        if row.deleted:
            message = f"修订删去了一行“{excerpt(words)}”，没有读取；其后各行的行号按删去后计。"
            report.add(IssueCode.TRACKED_CHANGE, Severity.WARNING, message, where)
        elif row.hidden:
            message = f"有隐藏的行“{excerpt(words)}”，没有读取；其后各行的行号不计此行。"
            report.add(IssueCode.HIDDEN_CONTENT, Severity.WARNING, message, where)
