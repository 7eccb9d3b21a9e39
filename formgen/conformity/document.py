"""A Word document as the checker sees it: paragraphs, runs, sections and rules with their effective formatting.

Lengths are twips (1/20 pt) unless a name says otherwise; sizes are points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

#: Twips of one 字 of 3号 (16 pt).
ZI = Decimal(320)


@dataclass(frozen=True, slots=True)
class Face:
    """The effective character formatting of a run."""

    east: str  #: Face of Chinese characters; "" where nothing names one.
    ascii: str  #: Face of Latin letters and digits.
    size: Decimal  #: Points.
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = "auto"  #: Six hex digits in capitals, or ``auto``.
    hidden: bool = False
    spacing: int = 0  #: Added after each character, twips.
    themed: bool = False  #: A theme attribute decides the Chinese face.
    hansi: str = ""  #: Face of quotation marks and dashes without a hint.

    @property
    def red(self) -> bool:
        """Whether the colour is a red."""
        return is_red(self.colour)


def is_red(colour: str) -> bool:
    """Whether six hex digits are a red."""
    try:
        r, g, b = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    except ValueError:
        return False
    return r >= 0xB0 and g <= 0x60 and b <= 0x60


def is_black(colour: str) -> bool:
    """Whether a colour prints black: automatic, or every part dark."""
    if colour == "auto":
        return True
    try:
        return all(int(colour[i : i + 2], 16) <= 0x33 for i in (0, 2, 4))
    except ValueError:
        return True


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one formatting."""

    text: str
    face: Face
    east_hint: bool = False  #: ``w:hint="eastAsia"``.


@dataclass(frozen=True, slots=True)
class Line:
    """One border or drawn line."""

    colour: str
    thickness: Decimal  #: mm
    length: Decimal | None = None  #: mm; None: as wide as what carries it
    double: bool = False
    space: int = 0  #: Points between text and border.
    style: str = "single"


@dataclass(frozen=True, slots=True)
class Shape:
    """The effective paragraph formatting. Indents in 字 of 3号 where given in characters, else from twips."""

    align: str = "left"
    left: Decimal = Decimal(0)
    right: Decimal = Decimal(0)
    first: Decimal = Decimal(0)  #: First line; negative: hanging.
    line: int = 240
    rule: str = "auto"  #: ``auto`` (240ths of a line), ``exact`` or ``atLeast`` (twips).
    before: int = 0  #: Twips.
    after: int = 0
    before_auto: bool = False
    snap: bool = True  #: Snaps to the line grid.
    page_break: bool = False
    borders: Mapping[str, Line] = field(default_factory=dict)
    framed: bool = False
    outer: bool = False  #: A frame on the outer side of each page.


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, wherever it stands."""

    number: int  #: In document order, from 1.
    runs: tuple[Run, ...]
    shape: Shape
    label: str = ""  #: Number that Word sets before it (automatic numbering).
    style: str = ""
    table: int | None = None  #: Number of the outermost table, from 1.
    cell: tuple[int, int] | None = None
    floating: bool = False  #: Stands in a text box, a frame or a floating table.
    outer: bool = False  #: That box or frame lies on the outer side of each page.
    section: int = 0
    breaks: bool = False  #: A page break stands in it or before it.
    lines: tuple[Line, ...] = ()  #: Lines drawn as shapes and anchored here.
    pictures: int = 0

    @property
    def raw(self) -> str:
        """All visible text, the number set by Word first."""
        return self.label + "".join(run.text for run in self.runs if not run.face.hidden)

    @property
    def text(self) -> str:
        """The visible text without white space at both ends."""
        return self.raw.strip(" \t\n\u3000\u00a0")

    @property
    def blank(self) -> bool:
        """Whether nothing is printed here."""
        return not self.text and not self.pictures

    @property
    def words(self) -> str:
        """Its first words, for a place."""
        text = " ".join(self.text.split())
        return text if len(text) <= 14 else text[:14] + "…"

    @property
    def red(self) -> bool:
        """Whether most of its text is red."""
        total = sum(len(run.text.strip()) for run in self.runs)
        return total > 0 and 2 * sum(len(run.text.strip()) for run in self.runs if run.face.red) > total

    @property
    def size(self) -> Decimal:
        """The size of most of its text, points."""
        sizes: dict[Decimal, int] = {}
        for run in self.runs:
            sizes[run.face.size] = sizes.get(run.face.size, 0) + (len(run.text.strip()) or (0 if self.text else 1))
        return max(sizes, key=lambda size: sizes[size]) if sizes else Decimal(0)


def cut(paragraph: Paragraph, begin: int, end: int | None = None) -> Paragraph:
    """The paragraph with only the characters from ``begin`` to ``end`` of the text of its runs."""
    kept, at = [], 0
    for run in paragraph.runs:
        text = run.text[max(0, begin - at) : None if end is None else max(0, end - at)]
        if text:
            kept.append(Run(text, run.face, run.east_hint))
        at += len(run.text)
    return replace(paragraph, runs=tuple(kept), label="" if begin else paragraph.label)


@dataclass(frozen=True, slots=True)
class Table:
    """What is kept of a table: its outer and inner lines and where it stands."""

    number: int
    floating: bool
    top: Line | None
    bottom: Line | None
    middles: tuple[Line | None, ...]  #: Line below each row but the last.
    text: str
    rows: int = 0
    heads: int = 0  #: Rows repeated on each page.


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of pages of one make. Lengths in twips."""

    width: int
    height: int
    top: int
    bottom: int
    left: int
    right: int
    footer: int
    gutter: int = 0
    grid: str = ""
    pitch: int = 0
    char_space: int = 0
    title_page: bool = False
    footers: Mapping[str, tuple[Paragraph, ...]] = field(default_factory=dict)
    number_format: str = ""
    columns: int = 1
    last: int = 0  #: Number of its last paragraph.

    @property
    def landscape(self) -> bool:
        """Whether the page lies on its side."""
        return self.width > self.height


@dataclass(frozen=True, slots=True)
class Document:
    """A Word document, flattened: text boxes and tables stand in the order of the text."""

    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    mirror: bool
    even_odd: bool
    revisions: int = 0  #: Tracked insertions and deletions.
    comments: int = 0
    header: tuple[Paragraph, ...] = ()  #: Of the first page.
    adjusted: Decimal | None = None  #: The pitch to which formgen changed the lines by 7.3.5.5, points.
