"""The ruled tables of a page to layout grids: spans from the lines, pages of one table joined."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from formgen.model import Locator
from parsers.grid import Cell, Grid
from parsers.pdf_text import FULL_LINE, Glyph, TextLine, joined, runs_on, text_lines

Box = tuple[float, float, float, float]  #: x0, top, x1, bottom; points from the upper left corner.

_TOLERANCE = 3.0  #: Points by which lines that are meant to be one may differ.
_FIGURE = re.compile(r"^[\s\d.０-９．+\-/]+\s*分?\s*$")
_NUMBERED = re.compile(r"^\s*[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[）)、.．]")


@dataclass(slots=True)
class _Box:
    """One cell: where it stands in its page's table, and what falls into it."""

    row: int
    column: int
    rowspan: int
    colspan: int
    box: Box
    glyphs: list[Glyph] = field(default_factory=list)
    added: list[tuple[str, str]] = field(default_factory=list)  #: (tag, text) of form fields and annotations.

    @property
    def lines(self) -> list[TextLine]:
        """The printed lines in it."""
        return text_lines(self.glyphs)

    @property
    def text(self) -> str:
        """The words in it, those of form fields last."""
        words = [joined(self.lines, self.box[2]), *(text for _, text in self.added)]
        return "\n".join(filter(None, words))

    @property
    def spot(self) -> str:
        """Where it stands in its page's table."""
        return f"row {self.row + 1}, column {self.column + 1}"

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of the form fields in it."""
        return tuple(tag for tag, _ in self.added if tag)


class PageTable:
    """A table of one page. Points fall into its cells; what it was given is read when all pages are known."""

    def __init__(self, page: int, boxes: Sequence[Box]) -> None:
        self.page = page
        self.number = 0  #: From 1, in the order of the page.
        self.edges = _clustered(edge for box in boxes for edge in (box[0], box[2]))
        self.levels = _clustered(level for box in boxes for level in (box[1], box[3]))
        self.cells: list[_Box] = []
        self._map: dict[tuple[int, int], _Box] = {}
        for box in sorted(boxes, key=lambda item: (item[1], item[0])):
            left, right = _nearest(self.edges, box[0]), _nearest(self.edges, box[2])
            top, bottom = _nearest(self.levels, box[1]), _nearest(self.levels, box[3])
            if right <= left or bottom <= top:
                continue
            cell = _Box(top, left, bottom - top, right - left, box)
            places = [(row, column) for row in range(top, bottom) for column in range(left, right)]
            if not any(place in self._map for place in places):
                self.cells.append(cell)
                self._map.update(dict.fromkeys(places, cell))

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.levels[0]

    @property
    def area(self) -> float:
        """Square points."""
        return (self.edges[-1] - self.edges[0]) * (self.levels[-1] - self.levels[0])

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.levels) - 1

    def at(self, x: float, y: float) -> _Box | None:
        """The cell in which a point lies."""
        return self._map.get((bisect_right(self.levels, y) - 1, bisect_right(self.edges, x) - 1))

    def row_texts(self, row: int) -> list[tuple[int, str]]:
        """Column and words of the cells that begin in a row."""
        return [(cell.column, cell.text) for cell in self.cells if cell.row == row]

    def same_edges(self, other: PageTable) -> bool:
        """Whether it has the very columns of another one."""
        pairs = zip(self.edges, other.edges, strict=False)
        return len(self.edges) == len(other.edges) and all(abs(one - two) <= _TOLERANCE for one, two in pairs)

    def continues(self, other: PageTable) -> bool:
        """Whether it has the columns of a table on the page before."""
        if abs(self.edges[0] - other.edges[0]) > _TOLERANCE or abs(self.edges[-1] - other.edges[-1]) > _TOLERANCE:
            return False
        few, many = sorted((self.edges, other.edges), key=len)
        return all(any(abs(edge - known) <= _TOLERANCE for known in many) for edge in few)


def joined_grid(tables: Sequence[PageTable]) -> Grid:
    """One grid of a table that reaches over several pages; heads that are repeated are left out.

    A row that the page break cuts in two is put together again.
    """
    first = tables[0]
    edges = _clustered(edge for table in tables for edge in table.edges)
    cells: list[Cell] = []
    offset = 0
    for number, table in enumerate(tables):
        skipped = _repeated_rows(first, table) if number else 0
        pairs = _cut_row(tables[number - 1], table, skipped) if number else {}
        if pairs:
            offset -= 1
        part = f"page {table.page}, table {table.number}"
        for cell in table.cells:
            if cell.row < skipped:
                continue
            left, right = _nearest(edges, cell.box[0]), _nearest(edges, cell.box[2])
            row = offset + cell.row - skipped
            if cell.row == skipped and cell.column in pairs:
                _append(cells, row, left, cell, pairs[cell.column])
                continue
            where = Locator(part, f"row {cell.row + 1}, column {left + 1}")
            cells.append(Cell(row, left, cell.text, where, cell.rowspan, max(right - left, 1), cell.tags))
        offset += table.rows - skipped
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(f"page {first.page}, table {first.number}", offset, len(edges) - 1, tuple(cells))


def _append(cells: list[Cell], row: int, left: int, rest: _Box, upper: _Box) -> None:
    """Put the second half of a cell that a page break cuts to the first."""
    index = next(i for i, cell in enumerate(cells) if cell.column == left and cell.row + cell.rowspan == row + 1)
    cell = cells[index]
    between = ""
    if cell.text and rest.text:
        together = bool(upper.lines and rest.lines) and runs_on(upper.lines[-1], rest.lines[0], upper.box[2], FULL_LINE)
        between = "" if together else "\n"
    text, tags = cell.text + between + rest.text, cell.tags + rest.tags
    cells[index] = replace(cell, text=text, tags=tags, rowspan=cell.rowspan + rest.rowspan - 1)


def _cut_row(above: PageTable, below: PageTable, skipped: int) -> dict[int, _Box]:
    """The upper halves, by column, of the first row below if a page break cuts it; empty if it is a row of its own.

    It is cut if some cell runs on over the break in the middle of a line, the row below has no number of its own,
    and no cell has a figure on either side of the break: two figures are two rows.
    """
    if not above.same_edges(below):
        return {}
    uppers = {cell.column: cell for cell in above.cells if cell.row + cell.rowspan == above.rows}
    lowers = {cell.column: cell for cell in below.cells if cell.row == skipped}
    if uppers.keys() != lowers.keys() or not lowers or lowers[min(lowers)].text:
        return {}
    broken = False
    for column, lower in lowers.items():
        upper = uppers[column]
        if upper.colspan != lower.colspan:
            return {}
        if not upper.text or not lower.text:
            continue
        if _FIGURE.match(upper.text) or _FIGURE.match(lower.text) or _NUMBERED.match(lower.text):
            return {}
        if upper.lines and lower.lines and runs_on(upper.lines[-1], lower.lines[0], upper.box[2], FULL_LINE):
            broken = broken or upper.text[-1] not in "。；！？"
    alone = [column for column, lower in lowers.items() if lower.text]
    if len(alone) == 1 and not _FIGURE.match(lowers[alone[0]].text) and uppers[alone[0]].text:
        broken = broken or uppers[alone[0]].text[-1] not in "。；！？"
    return uppers if broken else {}


def _repeated_rows(first: PageTable, table: PageTable) -> int:
    """How many rows at the top of a page say again what the head of the table says."""
    count = 0
    while count < min(first.rows, table.rows - 1):
        head, row = first.row_texts(count), table.row_texts(count)
        if [text for _, text in head] != [text for _, text in row] or sum(bool(text) for _, text in row) < 2:
            break
        if any(cell.row < count + 1 < cell.row + cell.rowspan for cell in table.cells):
            break
        count += 1
    return count


def _clustered(values: Iterable[float]) -> list[float]:
    """The values in order, those within the tolerance of each other as one."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][0] <= _TOLERANCE:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def _nearest(values: Sequence[float], value: float) -> int:
    return min(range(len(values)), key=lambda index: abs(values[index] - value))
