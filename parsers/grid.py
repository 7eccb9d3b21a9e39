"""A decoded file: paragraphs and tables in reading order, merges resolved. One shape for docx, xlsx, pdf and scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from formgen.model import Issue, Locator


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, with the place it covers in the layout grid."""

    row: int  #: From 0.
    column: int  #: From 0, in layout-grid columns.
    text: str  #: Visible text, verbatim, paragraphs and line breaks as ``\\n``.
    where: Locator
    rowspan: int = 1
    colspan: int = 1
    tags: tuple[str, ...] = ()  #: Tags of content controls in or around it, or defined names that point at it.
    formula_without_value: bool = False  #: A formula whose result was not saved with the file.
    number: bool = False  #: The file says that it is a number (``text`` then is its plain decimal form).
    faint: bool = False  #: It only shows placeholder text; ``text`` is empty then.
    controls: tuple[tuple[str, str], ...] = ()  #: (tag, visible text) of each content control, in reading order.
    confidence: float = 1.0  #: Less where the text was recognised on an image.


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a layout grid. Every cell stands once, at its upper left corner."""

    part: str  #: Locator part: ``table 1``, ``sheet 考核表``, ``page 1, table 1``.
    rows: int
    columns: int
    cells: tuple[Cell, ...]  #: In reading order.

    def matrix(self) -> list[list[Cell | None]]:
        """Rows of columns; a merged cell is repeated in every place that it covers, None where there is none."""
        table: list[list[Cell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            for row in table[cell.row : cell.row + cell.rowspan]:
                for column in range(cell.column, min(cell.column + cell.colspan, self.columns)):
                    row[column] = cell
        return table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of text outside tables (headers, footers and text boxes too)."""

    text: str  #: Visible text, verbatim.
    where: Locator
    tags: tuple[tuple[str, str], ...] = ()  #: (tag, visible text) of each content control within it.


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in a file."""

    kind: str  #: ``docx``, ``xlsx``, ``pdf`` …: what the content is, whatever the name says.
    blocks: tuple[Paragraph | Grid, ...]  #: In reading order; a text box or nested table after the block it hangs on.
    issues: tuple[Issue, ...] = ()  #: What the decoder saw and a person should know: tracked changes, macros …
    properties: Mapping[str, str] = field(default_factory=dict)  #: formgen's own marks: form, scheme, period, village …
    pages: tuple[int, ...] = ()  #: Index of the first block of each page or sheet, if the kind has them.

    @property
    def grids(self) -> Iterator[Grid]:
        """The tables, in reading order."""
        return (block for block in self.blocks if isinstance(block, Grid))

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs, in reading order."""
        return (block for block in self.blocks if isinstance(block, Paragraph))
