"""PDF files with a text layer as reportlab makes them."""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from tools.samples.paper import Line, Paper

FONT = "STSong-Light"
BODY = ParagraphStyle("body", fontName=FONT, fontSize=9, leading=12, wordWrap="CJK")
TITLE = ParagraphStyle("title", fontName=FONT, fontSize=15, leading=22, alignment=1, wordWrap="CJK")


def _text(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    words = escape(text).replace("  ", "\u00a0 ").replace("\n", "<br/>")
    return Paragraph(words, style)


def by_reportlab(paper: Paper, *, password: str = "", ruled: bool = True) -> bytes:
    """A .pdf with ruled tables; with ``password`` it cannot be opened without."""
    registerFont(UnicodeCIDFont(FONT))
    flow: list[Flowable] = []
    for block in paper:
        if isinstance(block, Line):
            if block.page_break:
                flow.append(PageBreak())
            flow += [_text(block.text, TITLE if block.title else BODY), Spacer(1, 2 * mm)]
            continue
        width = 174 * mm
        shares = block.widths or (1,) * block.columns
        style: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        if ruled:
            style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
        content = [[_text(box.text) if box else "" for box in row] for row in block.grid]
        for r, row in enumerate(block.grid):
            for c, box in enumerate(row):
                if box and (box.rows > 1 or box.cols > 1):
                    style.append(("SPAN", (c, r), (c + box.cols - 1, r + box.rows - 1)))
        flow.append(
            Grid(content, colWidths=[width * share / sum(shares) for share in shares], style=style, repeatRows=0)
        )
    buffer = io.BytesIO()
    lock = StandardEncryption(password, ownerPassword=password, strength=128) if password else None
    SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=15 * mm,
        bottomMargin=15 * mm,
        invariant=1,
        title="",
        author="",
        encrypt=lock,
    ).build(flow)
    return buffer.getvalue()
