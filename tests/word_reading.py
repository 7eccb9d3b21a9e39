"""Reads a body of Word markup and picks out what a test looks at."""

from __future__ import annotations

from ooxml_builder import cell, docx_bytes, row, table

from formgen.model import IssueCode
from formgen.parsing import Limits
from parsers.grid import Cell, Document
from parsers.word import decode


def read(body: str, **parts: str | bytes) -> Document:
    return decode(docx_bytes(body, **parts), Limits())


def lines(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def only_cell(content: str, **parts: str | bytes) -> Cell:
    (grid,) = read(table(row(cell(content))), **parts).grids
    (found,) = grid.cells
    return found


def codes(document: Document) -> list[IssueCode]:
    return [issue.code for issue in document.issues]
