"""Where everything stands on a printed page of a form, in millimetres: what a scan of it is measured against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """A rectangle on the page: a cell of the table, or a blank above or below it."""

    x: float  #: Millimetres from the left edge of the page to its left edge.
    y: float  #: Millimetres from the upper edge of the page to its upper edge.
    width: float
    height: float
    text: str = ""  #: What the form prints in it; empty for an answer cell.
    tags: tuple[str, ...] = ()  #: Field ids that are answered in it, as in the content controls of the Word form.
    row: int = -1  #: Row of the form's layout grid, from 0, over all pages; -1 outside the table.
    column: int = -1
    rowspan: int = 1
    colspan: int = 1
    table: int = -1  #: Which table of the form, from 0; -1 outside tables.

    @property
    def ruled(self) -> bool:
        """Whether rules are drawn around it: it is a cell of a table."""
        return self.table >= 0


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One printed page of a form."""

    form: str  #: Form id.
    edition: str  #: As in ``formgen.pagecode.PageCode``.
    page: int  #: From 1.
    pages: int
    width: float  #: Millimetres.
    height: float
    slots: tuple[Slot, ...]
    marks: tuple[tuple[int, float, float], ...] = ()
    """The ArUco marks (DICT_4X4_50): id, and millimetres to the upper left corner of the black square from the left
    and upper edge of the page."""
    mark_size: float = 0.0  #: Millimetres: the side of the black square of a mark.
