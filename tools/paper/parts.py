"""Paragraphs, controls and tables as WordprocessingML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from xml.sax.saxutils import escape, quoteattr

_ids = count(1)


def run(text: str, style: str = "") -> str:
    """A run of text; ``\\t`` and ``\\n`` become a tab and a line break."""
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    pieces = escape(text).replace("\t", "</w:t><w:tab/><w:t>").replace("\n", "</w:t><w:br/><w:t>")
    content = f"<w:t>{pieces}</w:t>".replace("<w:t></w:t>", "").replace("<w:t>", '<w:t xml:space="preserve">')
    return f"<w:r>{properties}{content}</w:r>"


def control(tag: str, label: str, text: str, style: str = "") -> str:
    """A run-level rich-text content control: an answer. See formgen.rendering.controls for why no other kind."""
    format_ = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return (
        f"<w:sdt><w:sdtPr>{format_}<w:alias w:val={quoteattr(label)}/><w:tag w:val={quoteattr(tag)}/>"
        f'<w:id w:val="{next(_ids)}"/></w:sdtPr><w:sdtContent>{run(text, style)}</w:sdtContent></w:sdt>'
    )


def paragraph(style: str, *content: str) -> str:
    """A paragraph of a style, of runs and controls."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(content)}</w:p>'


def text(style: str, words: str) -> str:
    """A paragraph of plain words."""
    return paragraph(style, run(words))


@dataclass(frozen=True)
class Box:
    """A table cell: its paragraphs, and how many grid columns it covers."""

    content: str
    span: int = 1
    vertical: bool = False  #: The text runs downwards.
    align: str = "center"


def row(boxes: Sequence[Box], *, head: bool = False, height: int = 0) -> str:
    """A table row that no page break divides; ``height`` is the least, in twips."""
    properties = "<w:cantSplit/>"
    properties += f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    properties += "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(map(_cell, boxes))}</w:tr>"


def _cell(box: Box) -> str:
    span = f'<w:gridSpan w:val="{box.span}"/>' if box.span > 1 else ""
    direction = '<w:textDirection w:val="tbRlV"/>' if box.vertical else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="dxa"/>{span}{direction}<w:vAlign w:val="{box.align}"/></w:tcPr>'
        f"{box.content}</w:tc>"
    )


def loop(words: str, columns: int) -> str:
    """A row that holds only a statement of the template's language, and is not printed."""
    return row([Box(text("TableText", words), span=columns)])


def table(widths: Sequence[int], rows: Sequence[str]) -> str:
    """A table of fixed layout with thin inner and thicker outer lines."""
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in (("top", 8), ("left", 8), ("bottom", 8), ("right", 8), ("insideH", 4), ("insideV", 4))
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 28), ("left", 57), ("bottom", 28), ("right", 57))
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(_with_widths(row_, widths) for row_ in rows)}</w:tbl>"
    )


def _with_widths(row_: str, widths: Sequence[int]) -> str:
    """The row with each cell's width taken from the grid."""
    cells = row_.split("<w:tc>")
    column = 0
    for index, cell in enumerate(cells[1:], start=1):
        span = int(cell.split('<w:gridSpan w:val="')[1].split('"')[0]) if "<w:gridSpan" in cell else 1
        cells[index] = cell.replace('<w:tcW w:w="0"', f'<w:tcW w:w="{sum(widths[column : column + span])}"')
        column += span
    assert column == len(widths), (column, len(widths))
    return "<w:tc>".join(cells)
