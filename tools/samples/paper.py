"""A page as somebody laid it out: lines and tables, before any program writes it to a file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Box:
    """One cell. ``text`` is what a reader of the paper sees; the other fields say how a file holds it."""

    text: str = ""
    rows: int = 1
    cols: int = 1
    number: bool = False  #: In a workbook: a number cell.
    formula: str = ""  #: In a workbook: a formula; ``text`` is its cached value, empty for none.
    date: bool = False  #: In a workbook: a day as a number with the format of a day.
    xml: str = ""  #: In hand-written Word: the whole content of the cell.
    bold: bool = False
    vertical: bool = False  #: In Word: the label is written downwards.


@dataclass
class Line:
    """One paragraph outside tables."""

    text: str = ""
    title: bool = False
    xml: str = ""  #: In hand-written Word: the whole paragraph.
    page_break: bool = False  #: It begins a page.


@dataclass
class Table:
    """Rows of boxes; None where a box from the left or from above reaches."""

    grid: list[list[Box | None]] = field(default_factory=list)
    widths: tuple[int, ...] = ()  #: Characters a column, where it matters.

    @property
    def columns(self) -> int:
        return max(len(row) for row in self.grid)


Paper = list[Line | Table]
Workbook = list[tuple[str, Paper]]


def table(rows: list[list[Box | str | None]], widths: tuple[int, ...] = ()) -> Table:
    """Lay boxes out from the left: each goes to the next free place of its row; spans are honoured."""
    taken: set[tuple[int, int]] = set()
    places: dict[tuple[int, int], Box] = {}
    width = 0
    for r, row in enumerate(rows):
        c = 0
        for entry in row:
            if entry is None:
                continue
            box = Box(entry) if isinstance(entry, str) else entry
            while (r, c) in taken:
                c += 1
            places[r, c] = box
            taken |= {(r + i, c + j) for i in range(box.rows) for j in range(box.cols)}
            c += box.cols
        width = max([width] + [c + 1 for (i, c) in taken if i == r])
    return Table([[places.get((r, c)) for c in range(width)] for r in range(len(rows))], widths)
