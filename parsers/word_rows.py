"""Rows and cells as they stand in the file: spans, merges, gaps and changes, before the layout grid is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from formgen.errors import UnreadableInputError
from formgen.model import IssueCode
from parsers import word_names
from parsers.word_names import is_on
from parsers.word_passage import Passage

if TYPE_CHECKING:
    from lxml import etree

    from parsers.word_inline import Handler
    from parsers.word_walk import Walker

MOST_SPAN = 64  #: Layout-grid columns of one cell; Word itself allows 63 columns.


@dataclass(slots=True)
class Row:
    """One row of a table as it stands in the file."""

    cells: list[Passage] = field(default_factory=list)
    before: int = 0  #: Layout-grid columns left empty before the first cell.
    after: int = 0  #: And after the last.
    deleted: bool = False
    inserted: bool = False
    hidden: bool = False


def _row(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    walker.row_count += 1
    if walker.row_count > walker.traits.rows:
        raise UnreadableInputError(f"表格行数超过上限 {walker.traits.rows:,} 行，没有读取。", "too-large")
    row = Row()
    walker.rows.append(row)
    walker.cells = row.cells
    walker.mark = 0


def _row_mark(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    """Empty places before and after the cells of a row; a hidden row."""
    if not walker.rows:
        return
    row = walker.rows[-1]
    if element.tag == word_names.GRID_BEFORE:
        row.before = columns(element.get(word_names.VAL, ""), least=0)
    elif element.tag == word_names.GRID_AFTER:
        row.after = columns(element.get(word_names.VAL, ""), least=0)
    else:
        row.hidden = is_on(element)


def _cell_mark(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    """Spans and merges of the cell, or a tracked change of the cell as such."""
    tag, passage = element.tag, walker.passage
    passage.marked = True
    if tag == word_names.GRID_SPAN:
        passage.span = columns(element.get(word_names.VAL, ""), least=1)
    elif tag == word_names.V_MERGE:
        passage.vertical = "restart" if element.get(word_names.VAL) == "restart" else "continue"
    elif tag == word_names.H_MERGE:
        passage.joined = element.get(word_names.VAL) != "restart"
    elif tag == word_names.CELL_DELETED:
        passage.rare.deleted = True
    else:
        walker.doubt(IssueCode.TRACKED_CHANGE, "这一格是修订中插入的，请核对。")


def columns(value: str, least: int) -> int:
    """A number of layout-grid columns, within bounds whatever the file says."""
    try:
        return max(least, min(int(value), MOST_SPAN))
    except ValueError:
        return least


#: By element name.
HANDLERS: dict[str, Handler] = {
    word_names.ROW: _row,
    word_names.GRID_BEFORE: _row_mark,
    word_names.GRID_AFTER: _row_mark,
    word_names.ROW_HIDDEN: _row_mark,
    word_names.GRID_SPAN: _cell_mark,
    word_names.V_MERGE: _cell_mark,
    word_names.H_MERGE: _cell_mark,
    word_names.CELL_DELETED: _cell_mark,
    word_names.CELL_INSERTED: _cell_mark,
}
