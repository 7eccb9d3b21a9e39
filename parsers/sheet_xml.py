"""What calamine does not tell of a .xlsx: formulas without a value, errors, hidden rows, formats, names, comments.

Parts are parsed only where a search of their bytes says that there is something to see.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from formgen.model import Issue, IssueCode, Severity
from formgen.parsing import Limits
from parsers import ooxml
from parsers.sheet_notes import (
    BookNotes,
    Formats,
    Place,
    SheetNotes,
    builtin_format_kind,
    check_extent,
    column_number,
    format_kind,
    formats_of,
    note_comment,
    note_format,
    note_header,
    place_of,
    spot_of,
    tag_of,
)

if TYPE_CHECKING:
    from lxml import etree

_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s[^>]*?ref=["']([A-Z$]{1,5})(\d{1,7})(?::([A-Z$]{1,5})(\d{1,7}))?""")
_FAR_CELL = re.compile(rb'r="(?:[A-Z]{2}|[A-Z]\d{4}|\d{5})')
_ANY_CELL = re.compile(rb"<c[\s>/]")
_CELL = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(/?)>')
_HEADER_FOOTER = re.compile(rb"<(?:\w+:)?((?:odd|even|first)(?:Header|Footer))[^>]*>(.*?)</", re.DOTALL)
_FORMAT_IDS = re.compile(rb'\bnumFmtId="(\d{1,9})"')
_FORMAT_CODES = re.compile(rb'\bformatCode="([^"]*)"')
_FORMULA = re.compile(rb"<f[ />]")
_FORMULA_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"([^>]*)><f(?: [^>]*)?(?:/>|>[^<]*</f>)(?:<v>([^<]*)</v>|<v ?/>)?</c>'
)
_TYPE = re.compile(rb' t="(\w+)"')
_SHEET = re.compile(r"<sheet\s([^>]*)>")
_NAMED_CELL = re.compile(
    r'<definedName\s[^>]*?\bname="(fg_[^"]*)"[^>]*>=?([^<!\[]*)!\$?([A-Z]{1,3})\$?([1-9]\d{0,6})(?::[$A-Z0-9]+)?\s*<'
)
_STALE = re.compile(r'<calcPr\s[^>]*\bfullCalcOnLoad="(?:1|true)"')
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STYLE = re.compile(rb' s="(\d+)"')


@dataclass(frozen=True, slots=True)
class _Workbook:
    """The parts of a workbook by the names of their sheets, and what is said for all of them."""

    parts: Mapping[str, str]
    tags: Mapping[str, Mapping[Place, tuple[str, ...]]]
    stale: bool  #: The producer asks for all formulas to be computed on opening: a saved 0 is not vouched for.
    links: bool  #: It takes values from other workbooks.


def read_book(data: bytes, limits: Limits) -> BookNotes:
    """The notes of a .xlsx or .xlsm, whose parts are proven on the way: sizes, checksums, no document type.

    Raises UnreadableInputError, EncryptedInputError.
    """
    package = ooxml.open_package(data, limits)
    book = _read_workbook(package)
    formats = _read_formats(package)
    if strings := package.find("xl/sharedStrings.xml"):
        ooxml.markup(package.read(strings))
    notes = BookNotes(properties=ooxml.custom_properties(package))
    notes.pictures = any(name.startswith("xl/media/") for name in package.names)
    attached = any("drawings/drawing" in name or "comments" in name for name in package.names)
    for name, part in book.parts.items():
        sheet = ooxml.markup(package.read(part))
        odd = _odd(sheet)
        rows, columns = _far_cells(sheet, odd)
        check_extent(name, rows + 1, columns + 1, limits)
        found = notes.sheets[name] = _read_sheet(sheet, odd, formats, book.stale)
        found.tags = dict(book.tags.get(name, {}))
        found.filled = b"v>" in sheet or b"is>" in sheet
        if attached:
            _read_attachments(package, part, found)
    if ooxml.has_macros(package):
        notes.issues.append(Issue(IssueCode.MACRO, Severity.INFO, "文件带有宏；宏没有运行，只读取了单元格的内容。"))
    if book.links:
        message = "有单元格取自其他工作簿；没有去更新，按文件中保存的数值读取。"
        notes.issues.append(Issue(IssueCode.UNSUPPORTED, Severity.INFO, message))
    return notes


def _read_workbook(package: ooxml.Package) -> _Workbook:
    """The sheets' parts and the defined names of a .xlsx. Raises UnreadableInputError."""
    part = "xl/workbook.xml" if "xl/workbook.xml" in package else ooxml.main_part(package, "xl/workbook.xml")
    data = ooxml.markup(package.read(part))
    if _odd(data):
        data = _plain_markup(data)
    text = data.decode()
    sheets = [dict(_ATTRIBUTE.findall(attributes)) for attributes in _SHEET.findall(text)]
    only = [name for name in package.names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    if len(sheets) == len(only) == 1:
        parts = {html.unescape(sheets[0].get("name", "")): only[0]}
    else:
        targets = {link.id: link.target for link in ooxml.relationships(package, part) if not link.external}
        linked = {html.unescape(sheet.get("name", "")): targets.get(sheet.get("r:id", ""), "") for sheet in sheets}
        parts = {name: known for name, target in linked.items() if (known := package.find(target))}
    tags: dict[str, dict[Place, tuple[str, ...]]] = {}
    for name, sheet, letters, row in _NAMED_CELL.findall(text):
        cells = tags.setdefault(_sheet_name(sheet), {})
        where = int(row) - 1, column_number(letters)
        if tag := tag_of(html.unescape(name) if "&" in name else name):
            cells[where] = (*cells.get(where, ()), tag)
    return _Workbook(parts, tags, _STALE.search(text) is not None, "externalReference" in text)


def _plain_markup(data: bytes) -> bytes:
    """A part written anew, in the way office programs write it. Raises UnreadableInputError."""
    from lxml import etree

    root = ooxml.xml(data)
    for element in root.iter("{*}*"):
        element.tag = str(element.tag).rpartition("}")[2]
        for key, value in element.items():
            if str(key).startswith(_RELATIONSHIPS):
                element.set("r-" + str(key).rpartition("}")[2], value)
    return etree.tostring(root, encoding="utf-8").replace(b" r-id=", b" r:id=")


@lru_cache(maxsize=64)
def _sheet_name(quoted: str) -> str:
    """The name of a sheet as it stands in a reference, with quotes and doubled quotes taken off."""
    name = html.unescape(quoted)
    return name[1:-1].replace("''", "'") if name.startswith("'") and name.endswith("'") and len(name) > 1 else name


def _read_formats(package: ooxml.Package) -> Formats:
    """The styles whose cells show something else than their value. Raises UnreadableInputError."""
    part = package.find("xl/styles.xml")
    return _formats_of(ooxml.markup(package.read(part))) if part else Formats()


@lru_cache(maxsize=8)  # all copies of one blank have the same styles
def _formats_of(data: bytes) -> Formats:
    used = data[max(data.find(b"cellXfs"), 0) : data.rfind(b"cellXfs")]
    if not _odd(data) and not any(builtin_format_kind(int(number)) for number in set(_FORMAT_IDS.findall(used))):
        written = set(_FORMAT_CODES.findall(data))
        if not any(format_kind(html.unescape(code.decode("utf-8", "replace"))) for code in written):
            return Formats()
    root = ooxml.xml(data)
    space = _space(root)
    codes = {_number(item.get("numFmtId")): item.get("formatCode") or "" for item in root.iter(f"{space}numFmt")}
    return formats_of((_number(style.get("numFmtId")) for style in root.iterfind(f"{space}cellXfs/{space}xf")), codes)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _odd(data: bytes) -> bool:
    """Whether well-formed markup may not be as office programs write it; it is parsed then, and not scanned."""
    head = data[:1500]
    single = b"'" in data and b"='" in data  # a quote alone is common in references, and sought much faster
    return single or b" =" in head or b"= " in head or b":worksheet" in head or b":workbook" in head


def _hides(data: bytes) -> bool:
    """Whether a row or column may be hidden. LibreOffice says of each that it is not."""
    return b'hidden="' in data and (b'hidden="1"' in data or b'hidden="true"' in data)


def _far_cells(data: bytes, odd: bool) -> Place:
    """The last row and the last column in which a cell has content, from 0; (0, 0) if all lie near the corner."""
    if not odd and not _FAR_CELL.search(data):
        return (0, 0)
    rows = columns = 0
    found = _CELL.findall(data)
    if odd or len(found) != len(_ANY_CELL.findall(data)):  # cells that do not say where they stand
        for row, column, cell in _cells(ooxml.xml(data)):
            if len(cell):
                rows, columns = max(rows, row), max(columns, column)
        return (rows, columns)
    for letters, number, closed in found:
        if not closed:
            rows = max(rows, int(number) - 1)
            columns = max(columns, column_number(letters.decode("ascii")))
    return (rows, columns)


def _read_sheet(data: bytes, odd: bool, formats: Formats, stale: bool) -> SheetNotes:
    """The notes of one sheet from its part (as ``ooxml.markup`` gives it). Raises UnreadableInputError."""
    notes = SheetNotes()
    if match := _DIMENSION.search(data[:4096]):
        letters, row = (match[3], match[4]) if match[3] else (match[1], match[2])
        notes.end = (int(row) - 1, column_number(letters.replace(b"$", b"").decode("ascii")))
    if b"<headerFooter" in (tail := data[data.rfind(b"</sheetData>") :]):
        _read_headers(tail, notes)
    hidden = odd or _hides(data)
    formulas = None
    if not (odd or b't="e"' in data or (not formats.plain and _has_style(data, formats))):
        formulas = _scan_formulas(data)
    if formulas is None or hidden:
        root = ooxml.xml(data)
        if hidden:
            _read_hidden(root, notes)
        for row_number, column, cell in _cells(root) if formulas is None else ():
            _read_cell(cell, (row_number, column), formats, stale, notes)
    notes.unsaved.update(where for where, kind, value in formulas or () if _unsaved(kind, value, stale))
    return notes


def _scan_formulas(data: bytes) -> list[tuple[Place, str, str]] | None:
    """Place, type and saved value of each formula; None where the markup must be parsed to tell."""
    found = []
    for formula in _FORMULA.finditer(data):
        match = _FORMULA_CELL.match(data, data.rfind(b"<c ", 0, formula.start()))
        where = place_of(match[1].decode()) if match else None
        if match is None or where is None:
            return None
        kind = _TYPE.search(match[2])
        found.append((where, kind[1].decode() if kind else "n", (match[3] or b"").decode()))
    return found


def _has_style(data: bytes, formats: Formats) -> bool:
    used = set(_STYLE.findall(data))
    return any(style.encode() in used for style in (*formats.percent, *formats.months))


def _read_headers(data: bytes, notes: SheetNotes) -> None:
    for kind, raw in _HEADER_FOOTER.findall(data):
        note_header(notes, html.unescape(raw.decode("utf-8", "replace")), top=kind.endswith(b"Header"))


def _read_hidden(root: etree._Element, notes: SheetNotes) -> None:
    space = _space(root)
    for item in root.iterfind(f"{space}cols/{space}col"):
        if item.get("hidden") in ("1", "true") or item.get("width") == "0":
            first, last = int(item.get("min") or 1) - 1, int(item.get("max") or 1)
            notes.hidden_columns.update(range(max(first, 0), min(last, 16384)))
    for line in root.iterfind(f"{space}sheetData/{space}row"):
        if line.get("hidden") in ("1", "true") or line.get("ht") == "0":
            notes.hidden_rows.add(int(line.get("r") or 0) - 1)


def _read_cell(cell: etree._Element, place: Place, formats: Formats, stale: bool, notes: SheetNotes) -> None:
    if not len(cell):
        return
    space = _space(cell)
    kind = cell.get("t") or "n"
    value = cell.findtext(f"{space}v")
    if cell.find(f"{space}f") is not None and _unsaved(kind, value or "", stale):
        notes.unsaved.add(place)
    elif kind == "e":
        notes.texts[place] = value or "#ERROR!"
    elif kind == "n" and value and (style := cell.get("s")):
        note_format(notes, formats, style, place)


def _cells(root: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    """Row and column (from 0) and element of each cell; one that does not say where it stands follows the last."""
    space = _space(root)
    row = -1
    for line in root.iterfind(f"{space}sheetData/{space}row"):
        row = int(line.get("r") or row + 2) - 1
        column = -1
        for cell in line.iterchildren(f"{space}c"):
            where = place_of(cell.get("r") or "")
            row, column = where or (row, column + 1)
            yield row, column, cell


def _space(root: etree._Element) -> str:
    """The namespace of an element, as ``{…}``."""
    tag = str(root.tag)
    return tag[: tag.index("}") + 1] if "}" in tag else ""


def _unsaved(kind: str, value: str, stale: bool) -> bool:
    """Whether the result of a formula is not in the file. An empty text is a result; a 0 of a program that did not
    compute (XlsxWriter writes one beside every formula, and asks for a full calculation) is none."""
    if not value.strip():
        return kind != "str"
    return stale and kind == "n" and value.strip() in ("0", "0.0")


def _read_attachments(package: ooxml.Package, part: str, notes: SheetNotes) -> None:
    """Add the comments and the words of text boxes that hang on a sheet. Raises UnreadableInputError."""
    for link in ooxml.relationships(package, part):
        if link.external or link.target not in package:
            continue
        data = package.read(link.target)
        if link.type == "comments":
            _read_comments(data, notes)
        elif link.type == "drawing":
            _read_drawing(data, notes)


def _read_comments(data: bytes, notes: SheetNotes) -> None:
    for comment in ooxml.xml(data).iter("{*}comment"):
        words = "".join(str(text) for run in comment.iter("{*}t") for text in run.itertext()).strip()
        note_comment(notes, words, comment.get("ref") or "")


def _read_drawing(data: bytes, notes: SheetNotes) -> None:
    if b":t>" not in data and b"<t>" not in data:
        return
    for anchor in ooxml.xml(data):
        corner = [anchor.findtext(f"{{*}}from/{{*}}{name}") or "" for name in ("row", "col")]
        spot = spot_of((int(corner[0]), int(corner[1]))) if all(map(str.isdecimal, corner)) else ""
        lines = ["".join(run.text or "" for run in line.iter("{*}t")) for line in anchor.iter("{*}p")]
        if words := "\n".join(lines).strip():
            notes.paragraphs.append((spot, words))
