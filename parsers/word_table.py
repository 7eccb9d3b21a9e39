"""The layout grid of a Word table: where each cell stands once spans, merges and gaps are resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, field, fields, make_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from formgen.errors import UnreadableInputError
from formgen.model import IssueCode, Locator, Severity
from parsers.grid import Cell, Grid
from parsers.word_passage import Notes, Passage, Report, excerpt, settle

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
    comments: list[tuple[str, Locator]] = []
    drafts: list[Any] = []
    columns = 0
    above: dict[int, Any] = {}  # by column: cells that a merge has opened and that reach down to the row before
    for index, row in enumerate(kept):
        column = row.before
        here: dict[int, Any] = {}
        left: Any = None
        for place, passage in enumerate(row.cells):
            if not passage.marked:
                left = _Draft(index, column, "".join(passage), spot(part, index, column))
                drafts.append(left)
                column += 1
                continue
            span = passage.span
            if passage.joined and place:
                _report_covered(passage, index, column, part, report)
                if left is not None:
                    left.colspan += span
                column += span
                continue
            if passage.vertical == "continue":
                upper = above.get(column)
                if upper is not None and upper.colspan == _full_span(row.cells, place):
                    upper.rowspan += 1
                    here[column] = upper
                    _report_covered(passage, index, column, part, report)
                    left = None  # a cell that is joined to this one is covered like it
                    column += span
                    continue
            left = _Draft(index, column, "".join(passage), spot(part, index, column), 1, span)
            if passage.notes is not None:
                _add_notes(left, passage.notes, report)
                comments.extend((comment, left.where) for comment in passage.notes.comments)
            if passage.vertical:
                here[column] = left
            drafts.append(left)
            column += span
        above = here
        columns = max(columns, column + row.after)
        if columns > MOST_COLUMNS:
            raise UnreadableInputError(f"表格列数超过上限 {MOST_COLUMNS} 列，没有读取。", "too-large")
        if row.inserted:
            _report_inserted(row, Locator(part, f"row {index + 1}"), report)
    for draft in drafts:
        draft.__class__ = Cell
    return (Grid(part, len(kept), columns, tuple(drafts)) if kept else None), comments


def _full_span(cells: Sequence[Passage], place: int) -> int:
    """The span of a cell with those that a legacy merge joins to it."""
    span = cells[place].span
    for passage in cells[place + 1 :]:
        if not passage.joined:
            break
        span += passage.span
    return span


def _add_notes(draft: Any, notes: Notes, report: Report) -> None:
    """Give a cell its controls, and report its hidden text and tracked changes."""
    settle(notes, draft.text, draft.where, report)
    if notes.deleted:
        draft.text = ""
    controls = tuple(notes.controls)
    if notes.around:
        controls = (*((tag, draft.text) for tag in notes.around), *controls)
    draft.tags = tuple(dict.fromkeys([tag for tag, _ in controls]))
    draft.faint = draft.text == "" and notes.empty_control
    draft.controls = controls


def _report_covered(passage: Passage, row: int, column: int, part: str, report: Report) -> None:
    """A cell that a merge covers is not shown; say so if it holds words."""
    if passage.notes is None and not passage:
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


def _report_inserted(row: Row, where: Locator, report: Report) -> None:
    words = excerpt(" ".join(passage.text for passage in row.cells))
    message = f"修订插入了一行“{words}”；按修改后的读取，请核对。"
    report.add(IssueCode.TRACKED_CHANGE, Severity.WARNING, message, where)


def _report_left_out(rows: Sequence[Row], part: str, report: Report) -> None:
    """Say which rows a tracked change deletes or a mark hides."""
    for number, row in enumerate(rows, 1):
        words = " ".join("".join(cell.notes.old if cell.notes and cell.notes.old else cell) for cell in row.cells)
        where = Locator(part, f"row {number}")
        if row.deleted:
            message = f"修订删去了一行“{excerpt(words)}”，没有读取；其后各行的行号按删去后计。"
            report.add(IssueCode.TRACKED_CHANGE, Severity.WARNING, message, where)
        elif row.hidden:
            message = f"有隐藏的行“{excerpt(words)}”，没有读取；其后各行的行号不计此行。"
            report.add(IssueCode.HIDDEN_CONTENT, Severity.WARNING, message, where)
