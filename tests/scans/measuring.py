"""Where things stand on a printed page, measured in the PDF that LibreOffice made: layouts are held to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from formgen.model import Slot

_MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page in millimetres, and the text within."""

    x: float
    y: float
    width: float
    height: float
    text: str = ""

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page of a PDF."""

    width: float
    height: float
    cells: tuple[Box, ...]  #: Ruled ones, of all tables, in the order of reading.
    words: tuple[Box, ...]

    def near(self, slot: Slot, within: float = 4.0) -> Box | None:
        """The ruled cell whose four edges are nearest to those of a slot; None where no cell is that near."""
        best = min(self.cells, key=lambda cell: apart(cell, slot), default=None)
        return best if best is not None and apart(best, slot) <= within else None


def apart(cell: Box, slot: Slot) -> float:
    """Millimetres by which the farthest edges differ."""
    return max(
        abs(cell.x - slot.x),
        abs(cell.y - slot.y),
        abs(cell.x + cell.width - slot.x - slot.width),
        abs(cell.y + cell.height - slot.y - slot.height),
    )


def printed_pages(pdf: Path) -> tuple[PrintedPage, ...]:
    """All pages of a PDF with their ruled cells and their words."""
    import pdfplumber

    found = []
    with pdfplumber.open(pdf) as document:
        for page in document.pages:
            words = [_box(w["x0"], w["top"], w["x1"], w["bottom"], w["text"]) for w in page.extract_words()]
            cells = []
            for table in page.find_tables():
                for x0, top, x1, bottom in table.cells:
                    empty = _box(x0, top, x1, bottom)
                    inside = "".join(word.text for word in words if empty.holds(*word.middle))
                    cells.append(_box(x0, top, x1, bottom, inside))
            cells.sort(key=lambda cell: (round(cell.y), cell.x))
            found.append(PrintedPage(page.width * _MM, page.height * _MM, tuple(cells), tuple(words)))
    return tuple(found)


def _box(x0: float, top: float, x1: float, bottom: float, text: str = "") -> Box:
    return Box(x0 * _MM, top * _MM, (x1 - x0) * _MM, (bottom - top) * _MM, text)
