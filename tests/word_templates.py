"""Word templates written as paragraphs and tables of words, for tests of the template driver."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from docxtpl import DocxTemplate
from jinja2 import Environment
from lxml import etree

Content = str | Sequence[Sequence[str]]  #: A paragraph, or a table of cells.


def template(*content: Content, header: str = "") -> bytes:
    """A .docx with these paragraphs and tables."""
    import docx

    document = docx.Document()
    for one in content:
        if isinstance(one, str):
            document.add_paragraph(one)
            continue
        table = document.add_table(len(one), max(map(len, one)))
        for row, words in zip(table.rows, one, strict=True):
            for cell, word in zip(row.cells, words, strict=False):
                cell.text = word
    if header:
        document.sections[0].header.paragraphs[0].text = header
    return saved(document)


def saved(document: object) -> bytes:
    output = io.BytesIO()
    document.save(output)  # type: ignore[attr-defined]
    return output.getvalue()


def by_docxtpl(data: bytes, context: Mapping[str, object]) -> bytes:
    """What docxtpl alone makes of it, values escaped."""
    made = DocxTemplate(io.BytesIO(data))
    values = {key: one.build(made) if hasattr(one, "build") else one for key, one in context.items()}
    made.render(values, Environment(autoescape=True))
    return saved(made)


def canonical(data: bytes, name: str = "word/document.xml") -> bytes:
    """A part as canonical XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.tostring(etree.fromstring(archive.read(name)), method="c14n")


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())
