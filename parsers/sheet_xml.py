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
    percent_places,
    percentage,
    place_of,
    spot_of,
    tag_of,
)

if TYPE_CHECKING:
    from lxml import etree

#: Signs of markup that is well-formed and yet not as office programs write it: then everything is parsed.
_ODD = (b"='", b'= "', b" =", b"<![CDATA[", b":sheetData")
_FORMULA = (b"<f>", b"<f ", b"<f/")
_HIDDEN = (b'hidden="1"', b'hidden="true"', b' ht="0"', b'width="0"')
_ERROR = (b't="e"',)

_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s[^>]*?ref=["']([A-Z$]{1,5})(\d{1,7})(?::([A-Z$]{1,5})(\d{1,7}))?""")
_FAR_CELL = re.compile(rb'r="(?:[A-Z]{2}|[A-Z]\d{4}|\d{5})')
_ANY_CELL = re.compile(rb"<c[\s>/]")
_CELL = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(/?)>')
_HEADER_FOOTER = re.compile(rb"<(?:\w+:)?((?:odd|even|first)(?:Header|Footer))[^>]*>(.*?)</", re.DOTALL)
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3}|[A-Za-z&])')
_PAGE_WORDS = re.compile(r"^(?:page|of|[第页共/\\\-－—·.,，\s])*$", re.IGNORECASE)
_FORMAT_IDS = re.compile(rb'\bnumFmtId="(\d{1,9})"')
_FORMAT_CODES = re.compile(rb'\bformatCode="([^"]*)"')
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
        rows, columns = _far_cells(sheet)
        check_extent(name, rows + 1, columns + 1, limits)
        found = notes.sheets[name] = _read_sheet(sheet, formats, book.stale)
        found.tags = dict(book.tags.get(name, {}))
        if attached:
            _read_attachments(package, part, found)
    if ooxml.has_macros(package):
        notes.issues.append(Issue(IssueCode.MACRO, Severity.INFO, "文件带有宏；宏没有运行，只读取了单元格的内容。"))
    if book.links:
        message = "有单元格取自其他工作簿；没有去更新，按文件中保存的数值读取。"
        notes.issues.append(Issue(IssueCode.UNSUPPORTED, Severity.INFO, message))
    return notes


def _split_target(target: str) -> tuple[str, str] | None:
    """Sheet name and reference of ``'村 ''甲'''!$E$4``; None if it points elsewhere."""
    sheet, mark, reference = target.strip().lstrip("=").rpartition("!")
    if not mark or "[" in sheet:
        return None
    if sheet.startswith("'") and sheet.endswith("'") and len(sheet) > 1:
        sheet = sheet[1:-1].replace("''", "'")
    return sheet, reference


def _read_workbook(package: ooxml.Package) -> _Workbook:
    """The sheets' parts and the defined names of a .xlsx. Raises UnreadableInputError."""
    part = "xl/workbook.xml" if "xl/workbook.xml" in package else ooxml.main_part(package, "xl/workbook.xml")
    data = ooxml.markup(package.read(part))
    sheets = [(names.get("name", ""), names.get("r:id", "")) for names, _ in _elements(data, "sheet")]
    only = [name for name in package.names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    if len(sheets) == len(only) == 1:
        parts = {sheets[0][0]: only[0]}
    else:
        targets = {link.id: link.target for link in ooxml.relationships(package, part) if not link.external}
        parts = {name: known for name, link in sheets if (known := package.find(targets.get(link, "")))}
    tags: dict[str, dict[Place, tuple[str, ...]]] = {}
    for names, text in _elements(data, "definedName"):
        tag = tag_of(names.get("name", ""))
        target = _split_target(text) if tag else None
        where = place_of(target[1]) if target else None
        if tag and target and where:
            cells = tags.setdefault(target[0], {})
            cells[where] = (*cells.get(where, ()), tag)
    stale = any(names.get("fullCalcOnLoad") in ("1", "true") for names, _ in _elements(data, "calcPr"))
    return _Workbook(parts, tags, stale, b"externalReference" in data)


def _elements(data: bytes, name: str) -> Iterator[tuple[dict[str, str], str]]:
    """Attributes and text of the elements of a name, in a part that is well-formed (calamine parses it too).

    Scanned where the markup is as office programs write it, parsed where it is not; prefixes of attributes are kept
    as written, ``r:`` for relationships in either case.
    """
    if name.encode() not in data:
        return
    if not _has(data, _ODD):
        for attributes, text in _scanner(name).findall(data):
            pairs = _ATTRIBUTE.findall(
                html.unescape(attributes.decode()) if b"&" in attributes else attributes.decode()
            )
            yield dict(pairs), html.unescape(text.decode())
        return
    for element in ooxml.xml(data).iter(f"{{*}}{name}"):
        keys = ((str(key), str(value)) for key, value in element.items())
        yield {key.replace(_RELATIONSHIPS, "r:"): value for key, value in keys}, element.text or ""


@lru_cache(maxsize=8)
def _scanner(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"<%b\s([^>]*?)(?:/>|>([^<]*))" % name.encode())


def _read_formats(package: ooxml.Package) -> Formats:
    """The styles whose cells show something else than their value. Raises UnreadableInputError."""
    part = package.find("xl/styles.xml")
    if part is None:
        return Formats()
    data = ooxml.markup(package.read(part))
    used = data[max(data.find(b"cellXfs"), 0) : data.rfind(b"cellXfs")]
    if not _has(data, _ODD) and not any(builtin_format_kind(int(number)) for number in set(_FORMAT_IDS.findall(used))):
        codes = set(_FORMAT_CODES.findall(data))
        if not any(format_kind(html.unescape(code.decode("utf-8", "replace"))) for code in codes):
            return Formats()
    root = ooxml.xml(data)
    space = _space(root)
    own = {item.get("numFmtId") or "": item.get("formatCode") or "" for item in root.iter(f"{space}numFmt")}
    percent: dict[str, int] = {}
    months: set[str] = set()
    for index, style in enumerate(root.iterfind(f"{space}cellXfs/{space}xf")):
        number = style.get("numFmtId") or "0"
        code = own.get(number, "")
        kind = format_kind(code) if code else builtin_format_kind(int(number) if number.isdecimal() else 0)
        if kind == "percent":
            percent[str(index)] = percent_places(code or ("0.00%" if number == "10" else "0%"))
        elif kind == "month":
            months.add(str(index))
    return Formats(percent, frozenset(months))


def _has(data: bytes, signs: tuple[bytes, ...]) -> bool:
    return any(sign in data for sign in signs)


def _far_cells(data: bytes) -> Place:
    """The last row and the last column in which a cell has content, from 0; (0, 0) if all lie near the corner."""
    odd = _has(data, _ODD)
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


def _read_sheet(data: bytes, formats: Formats, stale: bool) -> SheetNotes:
    """The notes of one sheet from its part (as ``ooxml.markup`` gives it). Raises UnreadableInputError."""
    notes = SheetNotes()
    if match := _DIMENSION.search(data[:4096]):
        letters, row = (match[3], match[4]) if match[3] else (match[1], match[2])
        notes.end = (int(row) - 1, column_number(letters.replace(b"$", b"").decode("ascii")))
    if b"eader>" in data or b"ooter>" in data:
        _read_headers(data, notes)
    odd = _has(data, _ODD)
    every = odd or _has(data, _ERROR) or (not formats.plain and _has_style(data, formats))
    if every or _has(data, _FORMULA) or _has(data, _HIDDEN):
        root = ooxml.xml(data)
        if odd or _has(data, _HIDDEN):
            _read_hidden(root, notes)
        for row, column, cell in _cells(root) if every else _formulas(root):
            _read_cell(cell, (row, column), formats, stale, notes)
    return notes


def _has_style(data: bytes, formats: Formats) -> bool:
    used = set(_STYLE.findall(data))
    return any(style.encode() in used for style in (*formats.percent, *formats.months))


def _read_headers(data: bytes, notes: SheetNotes) -> None:
    for kind, raw in _HEADER_FOOTER.findall(data):
        text = html.unescape(raw.decode("utf-8", "replace"))
        numbered = re.search(r"&[PN]", text) is not None
        for section in re.split(r"&[LCR](?![A-Za-z])|&[LCR]", text):
            words = _HEADER_CODE.sub(lambda match: "&" if match[0] == "&&" else "", section).strip()
            if words and not (numbered and _PAGE_WORDS.match(words)):
                notes.paragraphs.append(("header" if kind.endswith(b"Header") else "footer", words))


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
    if cell.find(f"{space}f") is not None and _unsaved(kind, value, stale):
        notes.unsaved.add(place)
    elif kind == "e":
        notes.texts[place] = value or "#ERROR!"
    elif kind == "n" and value and (style := cell.get("s")):
        if style in formats.percent:
            notes.texts[place] = percentage(value, formats.percent[style])
        elif style in formats.months:
            notes.months.add(place)


def _formulas(root: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    """The cells that hold a formula, as ``_cells`` gives them."""
    found = [formula.getparent() for formula in root.iter(f"{_space(root)}f")]
    places = [place_of(cell.get("r") or "") if cell is not None else None for cell in found]
    if None in places:
        yield from _cells(root)
        return
    for place, cell in zip(places, found, strict=True):
        if place is not None and cell is not None:
            yield *place, cell


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


def _unsaved(kind: str, value: str | None, stale: bool) -> bool:
    """Whether the result of a formula is not in the file. An empty text is a result; a 0 of a program that did not
    compute (XlsxWriter writes one beside every formula, and asks for a full calculation) is none."""
    if value is None or not value.strip():
        return kind != "str" or value is None
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
        if words:
            message = f"单元格有批注，未作为填写内容读取：{words[:200]}"
            issue = Issue(IssueCode.UNEXPECTED_TEXT, Severity.INFO, message)
            notes.issues.append((issue, comment.get("ref") or ""))


def _read_drawing(data: bytes, notes: SheetNotes) -> None:
    if b":t>" not in data and b"<t>" not in data:
        return
    for anchor in ooxml.xml(data):
        corner = [anchor.findtext(f"{{*}}from/{{*}}{name}") or "" for name in ("row", "col")]
        spot = spot_of((int(corner[0]), int(corner[1]))) if all(map(str.isdecimal, corner)) else ""
        lines = ["".join(run.text or "" for run in line.iter("{*}t")) for line in anchor.iter("{*}p")]
        if words := "\n".join(lines).strip():
            notes.paragraphs.append((spot, words))
