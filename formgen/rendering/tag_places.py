"""Where the words of a template stand: paragraphs, cells of tables and sheets, marks of controls. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from formgen.errors import TemplateError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STORY = re.compile(r"word/(document|header\d*|footer\d*)\.xml$")
_MOST = 30_000_000  #: Bytes of a part that is looked at.


@dataclass(slots=True)
class Place:
    """One paragraph or cell of a template, and where it stands."""

    place: str
    words: str
    pieces: list[str]  #: The texts of its runs.
    row: object = None
    table: object = None
    part: str = ""


def stories(places: Iterable[Place]) -> Iterator[list[Place]]:
    """The places by the part (or sheet) that they are in: a block must be closed in its own part."""
    parts: dict[str, list[Place]] = {}
    for place in places:
        parts.setdefault(place.part, []).append(place)
    yield from parts.values()


def _refuse_bomb(data: bytes) -> None:
    from formgen.rendering.bounds import refuse_bomb

    refuse_bomb(data)


def word_places(data: bytes) -> Iterator[Place]:
    """The paragraphs of a .docx and the marks of its controls. Raises TemplateError, BadZipFile and the like."""
    _refuse_bomb(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if match := _STORY.match(info.filename):
                if info.file_size > _MOST:
                    raise TemplateError("文件太大")
                root = etree.fromstring(
                    archive.read(info), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
                )
                part = {"d": "正文", "h": "页眉", "f": "页脚"}[match[1][0]]
                yield from _paragraphs(root, part)


def _paragraphs(root: etree._Element, part: str) -> Iterator[Place]:
    tables = {table: number for number, table in enumerate(root.iter(_W + "tbl"), 1)}
    for number, paragraph in enumerate(root.iter(_W + "p"), 1):
        pieces = [text.text or "" for text in paragraph.iter(_W + "t")]
        row = next(paragraph.iterancestors(_W + "tr"), None)
        cell = next(paragraph.iterancestors(_W + "tc"), None)
        table = next(paragraph.iterancestors(_W + "tbl"), None)
        place = f"{part}第{number}段"
        if row is not None and cell is not None and table is not None:
            line = list(table.iterchildren(_W + "tr")).index(row) + 1 if row.getparent() is table else 1
            column = list(row.iter(_W + "tc")).index(cell) + 1
            place = f"{part}表{tables[table]}第{line}行第{column}格"
        yield Place(place, "".join(pieces), pieces, row, table, part)
        for control in paragraph.iter(_W + "sdt"):
            for mark in control.iterfind(f"{_W}sdtPr/*"):
                words = mark.get(_W + "val", "")
                if mark.tag in (_W + "tag", _W + "alias") and words:
                    yield Place(place, words, [words], part=part)


def sheet_places(data: bytes) -> Iterator[Place]:
    """The cells of an .xlsx that hold text. Raises TemplateError, BadZipFile and the like."""
    import openpyxl

    from formgen.rendering.bounds import refuse_wide

    _refuse_bomb(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
    except Exception as fault:  # whatever openpyxl makes of a workbook that is none
        raise TemplateError(str(fault)) from fault
    refuse_wide(book)
    for number, sheet in enumerate(book.worksheets):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    place = f"工作表“{sheet.title}”单元格 {cell.coordinate}"
                    yield Place(place, cell.value, [cell.value], cell.row, sheet.title, str(number))
