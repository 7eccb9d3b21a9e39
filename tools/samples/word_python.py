"""Word files as python-docx makes them."""

from __future__ import annotations

import io

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tools.samples.archive import settled
from tools.samples.paper import Box, Line, Paper


def _vertical(cell: object) -> None:
    direction = OxmlElement("w:textDirection")
    direction.set(qn("w:val"), "tbRlV")
    cell._tc.get_or_add_tcPr().append(direction)  # type: ignore[attr-defined]


def word_python(paper: Paper, *, short_rows: bool = False, font: str = "宋体") -> bytes:
    """A .docx on A4; with ``short_rows`` the cells that a row lacks at its end are really missing."""
    document = docx.Document()
    document.sections[0].page_width, document.sections[0].page_height = Mm(210), Mm(297)
    document.styles["Normal"].font.name = font
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), font)
    document.styles["Normal"].font.size = Pt(10.5)
    for block in paper:
        if isinstance(block, Line):
            paragraph = document.add_paragraph()
            if block.page_break:
                paragraph.add_run().add_break(WD_BREAK.PAGE)
            run = paragraph.add_run(block.text)
            if block.title:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                run.bold = True
                run.font.size = Pt(16)
            continue
        made = document.add_table(len(block.grid), block.columns, style="Table Grid")
        cells = [list(row.cells) for row in made.rows]
        for r, row in enumerate(block.grid):
            for c, box in enumerate(row):
                if isinstance(box, Box):
                    target = cells[r][c]
                    if box.rows > 1 or box.cols > 1:
                        target = target.merge(cells[r + box.rows - 1][c + box.cols - 1])
                    first, *others = box.text.split("\n")
                    target.paragraphs[0].add_run(first).bold = box.bold or None
                    for text in others:
                        target.add_paragraph(text)
                    if box.vertical:
                        _vertical(target)
        if short_rows:
            for r, row in enumerate(block.grid):
                spans = {c + j for c, box in enumerate(row) if box for j in range(box.cols)}
                above = {
                    c + j
                    for i in range(r)
                    for c, box in enumerate(block.grid[i])
                    if box and i + box.rows > r
                    for j in range(box.cols)
                }
                for c in range(block.columns - 1, -1, -1):
                    if c in spans | above:
                        break
                    element = made.rows[r]._tr
                    element.remove(element.tc_lst[-1])
    buffer = io.BytesIO()
    document.save(buffer)
    return settled(buffer.getvalue(), without=("docProps/thumbnail.jpeg",))
