"""A form's document measured: the blocks of its body, the exact heights of its rows, and what falls on which page.

Pure arithmetic over lengths that the document itself states, in twips. It holds because every line and every row
above the table's end has an exact height; a document that is made otherwise cannot be measured, and is said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from formgen.rendering.metrics import Room, Styles, W, width, words_of

_NS = {"w": W[1:-1]}
_CLEARANCE = 140  #: Twips by which a row must fit on a page, or not fit, so that every program breaks there.
_SPARE = 30  #: Twips more than the text of a row needs: the rules take some of it.
_BESIDE = frozenset(["bookmarkStart", "bookmarkEnd", "proofErr", "sectPr"])

Element = etree._Element


class UnmeasurableError(Exception):
    """The document does not state its lengths: why, in the clerk's words."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the body."""

    element: Element
    words: str
    room: Room
    height: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row, in the columns of the table's grid."""

    element: Element
    column: int
    span: int
    merged: str  #: ``""``, ``restart`` or ``continue``.
    paragraphs: tuple[tuple[Room, str], ...]
    vertical: bool  #: Its text runs downwards.


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[Cell, ...]
    least: int  #: Twips.
    exact: bool
    head: bool  #: Repeated on each page.


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the body."""

    left: int  #: Twips from the left edge of the page.
    columns: tuple[int, ...]
    rows: tuple[Row, ...]
    margins: dict[str, int]
    first: int  #: Number of its first row among the rows of all tables.


@dataclass(frozen=True, slots=True)
class Placed:
    """A paragraph, or a row of a table, on its page."""

    page: int  #: From 0.
    top: int  #: Twips from the upper edge of the page.
    height: int
    block: int
    row: int = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """The measured document."""

    blocks: tuple[Line | Table, ...]
    page: tuple[int, int]  #: Width and height.
    top: int
    bottom: int  #: The lower edge of the type area, from the upper edge of the page.
    left: int
    right: int  #: The right edge of the type area, from the left edge of the page.

    def placed(self, heights: Sequence[int]) -> tuple[Placed, ...]:
        """Where everything stands with these heights of all rows."""
        left = iter(heights)
        page, y = 0, self.top
        found = []
        for number, block in enumerate(self.blocks):
            if isinstance(block, Line):
                if y + block.height > self.bottom and y > self.top:
                    page, y = page + 1, self.top
                found.append(Placed(page, y + block.room.before, block.height - block.room.before, number))
                y += block.height
                continue
            own = [next(left) for _ in block.rows]
            heads = [index for index, row in enumerate(block.rows) if row.head]
            for index, height in enumerate(own):
                if y + height > self.bottom and y > self.top:
                    page, y = page + 1, self.top
                    for head in () if index in heads else heads:
                        found.append(Placed(page, y, own[head], number, head))
                        y += own[head]
                found.append(Placed(page, y, height, number, index))
                y += height
        return tuple(found)

    def heights(self) -> tuple[int, ...]:
        """The exact height for each row of all tables: its text fits, and the pages break where nothing is near."""
        made = [height for block in self.blocks if isinstance(block, Table) for height in self._needed(block)]
        for _ in range(8):
            page = self._narrow(made)
            if page is None:
                break
            rows, more = page
            for index in rows:
                made[index] += -(-more // len(rows))
        return tuple(made)

    def _needed(self, table: Table) -> list[int]:
        made = []
        for row in table.rows:
            needs = [self.needs(table, cell) for cell in row.cells if not cell.merged]
            made.append(row.least if row.exact else max(row.least, *needs, 0) if needs else row.least)
        for first, row in enumerate(table.rows):
            for cell in row.cells:
                if cell.merged != "restart":
                    continue
                block = range(first, first + rows_of(table, first, cell))
                lacking = self.needs(table, cell) - sum(made[index] for index in block)
                if lacking > 0:
                    for index in block:
                        made[index] += -(-lacking // len(block))
        return made

    @staticmethod
    def needs(table: Table, cell: Cell) -> int:
        """The height that the text of a cell needs."""
        across = (
            sum(table.columns[cell.column : cell.column + cell.span]) - table.margins["left"] - table.margins["right"]
        )
        if cell.vertical:
            return max((round(width(words) * room.size) for room, words in cell.paragraphs), default=0) + 4 * _SPARE
        height = sum(room.height(words, across) for room, words in cell.paragraphs)
        return height + table.margins["top"] + table.margins["bottom"] + _SPARE

    def _narrow(self, heights: Sequence[int]) -> tuple[list[int], int] | None:
        """The rows before a page break that is too near to falling elsewhere, and by how much they must grow."""
        placed = self.placed(heights)
        for last, first in pairwise(placed):
            if first.page == last.page or first.row < 0 or last.row < 0:
                continue
            broken = next(one for one in placed if one.page == first.page and not self._is_head(one))
            over = last.top + last.height + broken.height - self.bottom
            if over < _CLEARANCE:
                before = [
                    block.first + one.row
                    for one in placed
                    if one.page == last.page and isinstance(block := self.blocks[one.block], Table)
                    if not block.rows[one.row].head
                ]
                return before, _CLEARANCE - over
        return None

    def _is_head(self, one: Placed) -> bool:
        block = self.blocks[one.block]
        return isinstance(block, Table) and one.row >= 0 and block.rows[one.row].head


def rows_of(table: Table, first: int, cell: Cell) -> int:
    """Over how many rows a cell reaches that is merged downwards from a row."""
    count = 1
    for row in table.rows[first + 1 :]:
        if not any(one.column == cell.column and one.merged == "continue" for one in row.cells):
            break
        count += 1
    return count


def measured(document: Element, styles: Styles) -> Plan:
    """The plan of a document. Raises UnmeasurableError."""
    body = document.find("w:body", _NS)
    sections = list(document.iter(W + "sectPr"))
    if body is None or len(sections) != 1:
        raise UnmeasurableError("不是单独一节")
    size, margins = sections[0].find("w:pgSz", _NS), sections[0].find("w:pgMar", _NS)
    if size is None or margins is None:
        raise UnmeasurableError("没有写明纸张和页边距")
    across, down = int(size.get(W + "w", "0")), int(size.get(W + "h", "0"))
    sides = {side: int(margins.get(W + side, "0")) for side in ("top", "right", "bottom", "left")}
    area = across - sides["left"] - sides["right"]
    blocks: list[Line | Table] = []
    rows = 0
    for element in body:
        name = etree.QName(element).localname
        if name == "p":
            blocks.append(_line(element, styles, area))
        elif name == "tbl":
            blocks.append(table := _table(element, styles, sides["left"], area, rows))
            rows += len(table.rows)
        elif name not in _BESIDE:
            raise UnmeasurableError("表格外面有控件或其他内容")
    if not rows:
        raise UnmeasurableError("没有表格")
    return Plan(
        tuple(blocks), (across, down), sides["top"], down - sides["bottom"], sides["left"], across - sides["right"]
    )


def _line(element: Element, styles: Styles, area: int) -> Line:
    room = styles.room(element)
    if not room.line:
        raise UnmeasurableError("表格外的段落行距不是固定值")
    words = words_of(element)
    return Line(element, words, room, room.height(words, area))


def _table(element: Element, styles: Styles, left: int, area: int, first: int) -> Table:
    columns = tuple(int(one.get(W + "w", "0")) for one in element.findall("w:tblGrid/w:gridCol", _NS))
    properties = element.find("w:tblPr", _NS)
    layout = properties.find("w:tblLayout", _NS) if properties is not None else None
    if properties is None or layout is None or layout.get(W + "type") != "fixed":
        raise UnmeasurableError("表格不是固定列宽")
    if properties.find("w:tblpPr", _NS) is not None or next(element.iter(W + "tbl"), None) is not element:
        raise UnmeasurableError("表格是浮动的")
    if any(one is not element for one in element.iter(W + "tbl")):
        raise UnmeasurableError("表格里还有表格")
    aligned, indent = properties.find("w:jc", _NS), properties.find("w:tblInd", _NS)
    if aligned is not None and aligned.get(W + "val") == "center":
        left += round((area - sum(columns)) / 2)
    elif indent is not None:
        left += int(indent.get(W + "w", "0"))
    margins = {"top": 0, "left": 108, "bottom": 0, "right": 108}
    for one in properties.findall("w:tblCellMar/*", _NS):
        margins[etree.QName(one).localname] = int(one.get(W + "w", "0"))
    rows = tuple(_row(one, styles, len(columns)) for one in element.findall("w:tr", _NS))
    return Table(left, columns, rows, margins, first)


def _row(element: Element, styles: Styles, columns: int) -> Row:
    cells = []
    column = 0
    for one in element.iterfind(".//w:tc", _NS):
        properties = one.find("w:tcPr", _NS)
        span = one.find("w:tcPr/w:gridSpan", _NS)
        merge = one.find("w:tcPr/w:vMerge", _NS)
        covers = int(span.get(W + "val", "1")) if span is not None else 1
        merged = "" if merge is None else merge.get(W + "val", "continue")
        paragraphs = tuple((styles.room(paragraph), words_of(paragraph)) for paragraph in one.iter(W + "p"))
        if any(not room.line for room, _ in paragraphs):
            raise UnmeasurableError("表格里的段落行距不是固定值")
        vertical = properties is not None and properties.find("w:textDirection", _NS) is not None
        cells.append(Cell(one, column, covers, merged, paragraphs, vertical))
        column += covers
    if column != columns:
        raise UnmeasurableError("表格有一行的列数和别的行不同")
    height = element.find("w:trPr/w:trHeight", _NS)
    least = int(height.get(W + "val", "0")) if height is not None else 0
    exact = height is not None and height.get(W + "hRule") == "exact"
    return Row(tuple(cells), least, exact, element.find("w:trPr/w:tblHeader", _NS) is not None)
