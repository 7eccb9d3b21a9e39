"""The ruled tables of a page to layout grids: spans from the lines, pages of one table joined."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from formgen.model import Locator
from parsers.grid import Cell, Grid
from parsers.pdf_text import Glyph, joined, text_lines

Box = tuple[float, float, float, float]  #: x0, top, x1, bottom; points from the upper left corner.

_TOLERANCE = 3.0  #: Points by which lines that are meant to be one may differ.


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
    def text(self) -> str:
        """The words in it, those of form fields last."""
        words = [joined(text_lines(self.glyphs), self.box[2]), *(text for _, text in self.added)]
        return "\n".join(filter(None, words))


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

    def continues(self, other: PageTable) -> bool:
        """Whether it has the columns of a table on the page before."""
        if abs(self.edges[0] - other.edges[0]) > _TOLERANCE or abs(self.edges[-1] - other.edges[-1]) > _TOLERANCE:
            return False
        few, many = sorted((self.edges, other.edges), key=len)
        return all(any(abs(edge - known) <= _TOLERANCE for known in many) for edge in few)


def joined_grid(tables: Sequence[PageTable]) -> Grid:
    """One grid of a table that reaches over several pages; heads that are repeated are left out."""
    first = tables[0]
    edges = _clustered(edge for table in tables for edge in table.edges)
    cells: list[Cell] = []
    offset = 0
    for table in tables:
        skipped = _repeated_rows(first, table) if table is not first else 0
        part = f"page {table.page}, table {table.number}"
        for cell in table.cells:
            if cell.row < skipped:
                continue
            left, right = _nearest(edges, cell.box[0]), _nearest(edges, cell.box[2])
            where = Locator(part, f"row {cell.row + 1}, column {left + 1}")
            tags = tuple(tag for tag, _ in cell.added if tag)
            row = offset + cell.row - skipped
            cells.append(Cell(row, left, cell.text, where, cell.rowspan, max(right - left, 1), tags))
        offset += table.rows - skipped
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(f"page {first.page}, table {first.number}", offset, len(edges) - 1, tuple(cells))


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
