"""Lengths on a page of official paper as the XML gives them: widths in 字, gaps in lines, positions of a line."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from formgen.conformity.document import Document, Paragraph, Section
from formgen.conformity.model import Profile

_WHITE = " \t\n\u3000\u00a0"
HALF = Decimal("0.5")
_MM = Decimal("25.4") / 1440
#: Height of an automatic line for one point of size; faces differ between 1.14 and 1.45.
_NATURAL = Decimal("1.3")


def mm(twips: int | Decimal) -> Decimal:
    """Twips as millimetres, to a tenth."""
    return (Decimal(twips) * _MM).quantize(Decimal("0.1"))


def width(text: str) -> Decimal:
    """The length of a text in 字: a wide character one, any other a half."""
    total = Decimal(0)
    for character in text:
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
            continue
        wide = unicodedata.east_asian_width(character) in "WF" or character in "“”‘’…—〔〕·★×"
        total += 1 if wide else HALF
    return total


def columns(section: Section, size: Decimal = Decimal(16)) -> Decimal:
    """How many 字 of a size fit on a line of the type area."""
    return Decimal(section.width - section.left - section.right - section.gutter) / (size * 20)


def start(paragraph: Paragraph) -> Decimal | None:
    """Where the first line begins, in 字 from the left edge; None where tabs or the alignment decide."""
    raw = paragraph.raw
    lead = raw[: len(raw) - len(raw.lstrip(_WHITE))]
    if "\t" in lead or paragraph.shape.align not in {"left", "spread"}:
        return None
    return paragraph.shape.left + paragraph.shape.first + width(lead)


def end(paragraph: Paragraph, section: Section) -> Decimal | None:
    """Where a line of one row ends, in 字 from the right edge; None where tabs decide or it is longer than a line."""
    raw = paragraph.raw
    text = raw.strip(_WHITE)
    tail = raw[len(raw.rstrip(_WHITE)) :]
    shape = paragraph.shape
    if "\t" in text or "\n" in text or "\t" in raw:
        return None
    if shape.align == "right":
        return shape.right + width(tail)
    size = paragraph.size or Decimal(16)
    spacing = min((run.face.spacing for run in paragraph.runs if run.text.strip()), default=0)
    # One 字 is as wide as its spacing makes it; 28 fill a line of the standard.
    line = Decimal(section.width - section.left - section.right - section.gutter) / (size * 20 + spacing)
    if abs(line - 28) < 1 and size == 16:
        line = Decimal(28)
    if shape.align == "center":
        room = line - shape.left - shape.right - shape.first
        return (room - width(text)) / 2 + shape.right
    begins = start(paragraph)
    return None if begins is None else line - begins - width(text)


def pitch(paragraph: Paragraph, section: Section) -> Decimal:
    """The height of a line of this paragraph in twips; of an automatic line without a grid an estimate."""
    shape = paragraph.shape
    if shape.rule == "exact":
        return Decimal(shape.line)
    natural = (paragraph.size or Decimal(16)) * 20 * _NATURAL
    if section.grid in {"lines", "linesAndChars"} and section.pitch and shape.snap:
        rows = -(-natural // section.pitch)
        natural = rows * section.pitch
    if shape.rule == "atLeast":
        return max(Decimal(shape.line), natural)
    return natural * shape.line / 240


def gap(document: Document, above: Paragraph, below: Paragraph, profile: Profile) -> Decimal | None:
    """The blank lines between two paragraphs of the text; None where frames, tables or page breaks decide."""
    if above.number >= below.number or above.floating or below.floating or above.table or below.table:
        return None
    unit = profile.pitch * 20
    total = Decimal(above.shape.after + below.shape.before)
    for paragraph in document.paragraphs[above.number : below.number - 1]:
        if paragraph.floating and paragraph.text:
            continue
        if paragraph.table or paragraph.text or paragraph.breaks or paragraph.pictures:
            return None
        section = document.sections[min(paragraph.section, len(document.sections) - 1)]
        total += pitch(paragraph, section) + paragraph.shape.before + paragraph.shape.after
    if below.breaks:
        return None
    return total / unit


def section_of(document: Document, paragraph: Paragraph) -> Section:
    """The section that a paragraph stands in."""
    return document.sections[min(paragraph.section, len(document.sections) - 1)]


def opens_page(document: Document, paragraph: Paragraph) -> bool:
    """Whether a paragraph begins a new page by a break before it (blank paragraphs between do not count)."""
    at = paragraph.number - 1
    while at >= 0:
        here = document.paragraphs[at]
        if here.breaks:
            return True
        at -= 1
        if at >= 0 and not document.paragraphs[at].blank:
            return False
    return True
