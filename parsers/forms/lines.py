"""A document as a flat list of lines: paragraphs and table rows in reading order. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from formgen.model import Locator
from parsers.forms.wording import nfkc
from parsers.grid import Cell, Document, Grid, Paragraph

_PAGE = re.compile(r"page ([0-9]+)\b")
_PAGE_NUMBER = re.compile(r"([0-9]{1,3})(?:\s*/\s*[0-9]{1,3})?")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One paragraph, or one row of a table."""

    index: int  #: From 0, in the document.
    block: int  #: Index of the block that it belongs to.
    cells: tuple[Cell, ...]  #: All cells that cover the row, left to right; a paragraph is one cell.
    grid: Grid | None = None  #: None for a paragraph.
    row: int = 0
    paragraph: Paragraph | None = None

    @property
    def own(self) -> tuple[Cell, ...]:
        """The cells that begin in this row: a cell merged downwards belongs to its first row."""
        return tuple(cell for cell in self.cells if cell.row == self.row)

    @property
    def text(self) -> str:
        """The text of the cells that begin here."""
        return " ".join(cell.text for cell in self.own if cell.text.strip())

    @property
    def where(self) -> Locator:
        """The place of the first cell."""
        cells = self.own or self.cells
        return cells[0].where if cells else Locator(self.grid.part if self.grid else "")

    @property
    def blank(self) -> bool:
        """Whether no words begin here."""
        return not any(cell.text.strip() for cell in self.own)


def _grid_lines(grid: Grid, block: int, first: int) -> list[Line]:
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        for row in range(cell.row, min(cell.row + cell.rowspan, grid.rows)):
            rows[row].append(cell)
    return [
        Line(first + number, block, tuple(sorted(cells, key=lambda cell: cell.column)), grid, number)
        for number, cells in enumerate(rows)
    ]


def _page_numbers(document: Document) -> frozenset[int]:
    """The blocks of a PDF that hold nothing but the number of their page.

    A PDF has no footers: a figure at the edge of a page is its number if it is the page's own, or if the edges of
    several pages count on alike. Any other lone figure is something that somebody has written.
    """
    edges: dict[int, list[int]] = {}
    for place, block in enumerate(document.blocks):
        part = block.where.part if isinstance(block, Paragraph) else block.part
        if match := _PAGE.match(part):
            edges.setdefault(int(match[1]), []).append(place)
    ahead: dict[int, list[int]] = {}
    for page, places in edges.items():
        for place in {places[0], places[-1]}:
            block = document.blocks[place]
            if isinstance(block, Paragraph) and (match := _PAGE_NUMBER.fullmatch(nfkc(block.text).strip())):
                ahead.setdefault(int(match[1]) - page, []).append(place)
    return frozenset(place for lead, places in ahead.items() if lead == 0 or len(places) > 1 for place in places)


def lines_of(document: Document) -> list[Line]:
    """All lines of a document, in reading order, without the page numbers of a PDF."""
    lines: list[Line] = []
    furniture = _page_numbers(document) if document.kind == "pdf" else frozenset()
    for number, block in enumerate(document.blocks):
        if number in furniture:
            continue
        if isinstance(block, Grid):
            lines.extend(_grid_lines(block, number, len(lines)))
        else:
            cell = Cell(0, 0, block.text, block.where, tags=())
            lines.append(Line(len(lines), number, (cell,), paragraph=block))
    return lines
