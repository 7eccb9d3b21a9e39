"""A .xlsx, part by part: sheets, names, formats, merges, hidden rows, headers, comments; its cells by sheet_cells.

Parts are parsed only where a search of their text says that there is something to see, or that it cannot tell.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from formgen.model import Issue, IssueCode, Severity
from formgen.parsing import Limits
from parsers import ooxml
from parsers.sheet_cells import Setting, read_cells, read_strings, scannable, space_of
from parsers.sheet_notes import (
    BookNotes,
    Formats,
    Place,
    SheetNotes,
    column_number,
    formats_of,
    note_comment,
    note_header,
    spot_of,
    tag_of,
)
from parsers.sheet_styles import looks_of, marked_strings

if TYPE_CHECKING:
    from lxml import etree

_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s[^<>]*?ref=["']([A-Z$]{1,5})(\d{1,7})(?::([A-Z$]{1,5})(\d{1,7}))?""")
_HEADER_FOOTER = re.compile(rb"<(?:\w+:)?((?:odd|even|first)(?:Header|Footer))(?:\s[^<>]*)?(?<!/)>([^<]*)</")
_FORMAT_IDS = re.compile(rb'<xf (?:[^<>]*? )?numFmtId="(\d{1,8})"')
_FORMAT_CODES = re.compile(rb'<numFmt numFmtId="(\d{1,8})" formatCode="([^"]*)"')
_LINK = re.compile(r"<Relationship ([^<>]*)>")
_MERGE = re.compile(r'<mergeCell ref="\$?([A-Z]{1,3})\$?([1-9]\d{0,6}):\$?([A-Z]{1,3})\$?([1-9]\d{0,6})"')
_RANGE = re.compile(_MERGE.pattern.removeprefix('<mergeCell ref="').removesuffix('"'))
_LINE = re.compile(r"<(row|col)\s([^<>]*)>")
_SHEET = re.compile(r"<sheet\s([^<>]*)>")
_NAMED_CELL = re.compile(
    r'<definedName\s[^<>]*?\bname="(fg_[^"<]*)"[^<>]*>=?([^<!\[]*)!\$?([A-Z]{1,3})\$?([1-9]\d{0,6})(?::[$A-Z0-9]+)?\s*<'
)
_STALE = re.compile(r'<calcPr\s[^<>]*\bfullCalcOnLoad="(?:1|true)"')
_FROM_1904 = re.compile(r'<workbookPr\s[^<>]*\bdate1904="(?:1|true)"')
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MOST_COLUMNS = 16_384
_MOST_STYLE_MARKS = 1_000_000  #: ``<`` in the styles; Excel itself allows 64,000 styles.
_MOST_HEADERS = 12  #: A sheet has six at most.
_MOST_BOXES = 5_000  #: Text boxes and pictures of a sheet.
_MOST_NAMES = 20_000  #: Named answer cells of a workbook; our own forms have some hundreds.


class _Sheet(NamedTuple):
    """A sheet as the workbook names it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class _Workbook:
    """The sheets of cells in a workbook, and what is said for all of them."""

    sheets: Sequence[_Sheet]
    tags: Mapping[str, Mapping[Place, tuple[str, ...]]]  #: By the name of the sheet.
    stale: bool  #: The producer asks for all formulas to be computed on opening: a saved 0 is not vouched for.
    from_1904: bool  #: Days are counted from 1904.
    links: bool  #: It takes values from other workbooks.


def read_book(data: bytes, limits: Limits) -> BookNotes:
    """All that is read of a .xlsx or .xlsm, whose parts are proven on the way: sizes, checksums, no document type.

    Raises UnreadableInputError, EncryptedInputError.
    """
    package = ooxml.open_package(data, limits)
    book = _read_workbook(package)
    strings = package.find("xl/sharedStrings.xml")
    words = ooxml.markup(package.read(strings)) if strings else b""
    styles = package.find("xl/styles.xml")
    looks = ooxml.markup(package.read(styles)) if styles else b""
    if looks.count(b"<") > _MOST_STYLE_MARKS:
        raise ooxml.too_large("单元格样式多得不像话")
    setting = Setting(
        read_strings(words) if strings else {},
        _formats_of(looks) if styles else Formats(),
        book.stale,
        book.from_1904,
        looks_of(looks) if styles else {},
        marked_strings(words),
    )
    notes = BookNotes(properties=ooxml.custom_properties(package), complete=True)
    names = " ".join(package.names)
    notes.pictures = "xl/media/" in names
    attached = "drawings/drawing" in names or "comments" in names
    for sheet in book.sheets:
        found = notes.sheets[sheet.name] = SheetNotes(visible=sheet.visible)
        _read_sheet(sheet.name, ooxml.markup(package.read(sheet.part)), setting, found, limits)
        found.tags = dict(book.tags.get(sheet.name, {}))
        if attached:
            _read_attachments(package, sheet.part, found)
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
    text = None if _odd(data) or not data.rstrip().endswith(b"</workbook>") else scannable(data)
    if text is None:
        text = _plain_markup(data)
    named = [dict(_ATTRIBUTE.findall(attributes)) for attributes in _SHEET.findall(text)]
    if not named:
        raise ooxml.damaged("没有工作表")
    return _Workbook(
        _sheets(package, part, named),
        _tags(text),
        _STALE.search(text) is not None,
        "date1904" in text and _FROM_1904.search(text) is not None,
        "externalReference" in text,
    )


def _sheets(package: ooxml.Package, part: str, named: list[dict[str, str]]) -> list[_Sheet]:
    """The sheets of cells (not of charts or macros) with their parts."""
    only = [name for name in package.names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    links = {}
    if not len(named) == len(only) == 1:
        links = _links(package, part)
    sheets = []
    taken: set[str] = set()
    for sheet in named:
        name, target = html.unescape(sheet.get("name", "")), ""
        if link := links.get(sheet.get("r:id", "")):
            if link.type != "worksheet":
                continue
            target = package.find(link.target) or ""
        elif not links:
            target = only[0] if only else ""
        if not target:
            raise ooxml.damaged(f"缺少工作表“{name[:80]}”的部件")
        if target in taken:  # a way to make a bomb of a small file
            raise ooxml.damaged(f"工作表“{name[:80]}”与另一张工作表是同一个部件")
        taken.add(target)
        sheets.append(_Sheet(name, target, sheet.get("state", "visible") == "visible"))
    return sheets


def _links(package: ooxml.Package, part: str) -> dict[str, ooxml.Relationship]:
    """The links of the workbook to its parts, by their ids."""
    source = package.find("xl/_rels/workbook.xml.rels") if part == "xl/workbook.xml" else None
    text = scannable(package.read(source)) if source else None
    if text and "'" not in text and "&" not in text and "External" not in text and text.count("<Relationship ") > 1:
        found = [dict(_ATTRIBUTE.findall(attributes)) for attributes in _LINK.findall(text)]
        targets = [link.get("Target", "") for link in found]
        if len(found) == text.count("<Relationship ") and not any(".." in t or "//" in t or ":" in t for t in targets):
            return {
                link.get("Id", ""): ooxml.Relationship(
                    link.get("Id", ""),
                    link.get("Type", "").rpartition("/")[2],
                    target.lstrip("/") if target.startswith("/") else f"xl/{target}",
                    False,
                )
                for link, target in zip(found, targets, strict=True)
            }
    return {link.id: link for link in ooxml.relationships(package, part) if not link.external}


def _tags(text: str) -> dict[str, dict[Place, tuple[str, ...]]]:
    """The field ids of cells, from the defined names of a workbook, by the name of the sheet."""
    tags: dict[str, dict[Place, tuple[str, ...]]] = {}
    found = _NAMED_CELL.findall(text)
    if len(found) > _MOST_NAMES:
        raise ooxml.too_large(f"命名的单元格有 {len(found):,} 个，上限 {_MOST_NAMES:,} 个")
    for name, sheet, letters, row in found:
        cells = tags.setdefault(_sheet_name(sheet), {})
        where = int(row) - 1, column_number(letters)
        if tag := tag_of(html.unescape(name) if "&" in name else name):
            cells[where] = (*cells[where], tag) if where in cells else (tag,)
    return tags


def _plain_markup(data: bytes) -> str:
    """A part written anew, in the way office programs write it. Raises UnreadableInputError."""
    from lxml import etree

    root = ooxml.xml(data)
    for element in root.iter("{*}*"):
        element.tag = str(element.tag).rpartition("}")[2]
        for key, value in element.items():
            if str(key).startswith(_RELATIONSHIPS):
                element.set("r-" + str(key).rpartition("}")[2], value)
    return etree.tostring(root, encoding="unicode").replace(" r-id=", " r:id=")


@lru_cache(maxsize=64)
def _sheet_name(quoted: str) -> str:
    """The name of a sheet as it stands in a reference, with quotes and doubled quotes taken off."""
    name = html.unescape(quoted)
    return name[1:-1].replace("''", "'") if name.startswith("'") and name.endswith("'") and len(name) > 1 else name


@lru_cache(maxsize=32)  # all copies of one blank have the same styles
def _formats_of(data: bytes) -> Formats:
    """The styles whose cells show something else than their value. Raises UnreadableInputError."""
    used = data[max(data.find(b"<cellXfs"), 0) : data.rfind(b"</cellXfs>")]
    styles = _FORMAT_IDS.findall(used)
    if not _odd(data) and data.rstrip().endswith(b"</styleSheet>") and len(styles) == used.count(b"<xf "):
        named = _FORMAT_CODES.findall(data, 0, max(data.find(b"</numFmts>"), 0))
        if len(named) == data.count(b"<numFmt "):
            codes = {int(number): html.unescape(code.decode("utf-8", "replace")) for number, code in named}
            return formats_of(map(int, styles), codes)
    root = ooxml.xml(data)
    space = space_of(root)
    codes = {_number(item.get("numFmtId")): item.get("formatCode") or "" for item in root.iter(f"{space}numFmt")}
    return formats_of((_number(style.get("numFmtId")) for style in root.iterfind(f"{space}cellXfs/{space}xf")), codes)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _odd(data: bytes) -> bool:
    """Whether well-formed markup may not be as office programs write it; it is parsed then, and not scanned."""
    head = data[:800]
    single = b"'" in data and b"='" in data  # a quote alone is common in references, and sought much faster
    return single or b" =" in head or b"= " in head or b":work" in head


def _read_sheet(name: str, data: bytes, setting: Setting, notes: SheetNotes, limits: Limits) -> None:
    """Read one sheet from its part (as ``ooxml.markup`` gives it). Raises UnreadableInputError."""
    text = None if _odd(data) else scannable(data)
    read_cells(name, data, text, setting, notes, limits)
    if match := _DIMENSION.search(data[:4096]):
        letters, row = (match[3], match[4]) if match[3] else (match[1], match[2])
        notes.end = (int(row) - 1, column_number(letters.replace(b"$", b"").decode("ascii")))
    if (start := data.rfind(b"<headerFooter")) >= 0:
        _read_headers(data[start:], notes)
    if text is None:
        _read_parsed(ooxml.xml(data), notes)
        return
    notes.merges = _merges(_MERGE.findall(text, max(text.rfind("</sheetData>"), 0)))
    if _hides(text):
        for kind, attributes in _LINE.findall(text):
            _read_hidden(kind, dict(_ATTRIBUTE.findall(attributes)), notes)


def _hides(text: str) -> bool:
    """Whether a row or column may be hidden. LibreOffice says of each that it is not."""
    return 'hidden="' in text and ('hidden="1"' in text or 'hidden="true"' in text)


def _read_parsed(root: etree._Element, notes: SheetNotes) -> None:
    """Merges and hidden rows and columns in any markup."""
    space = space_of(root)
    references = [item.get("ref") or "" for item in root.iterfind(f"{space}mergeCells/{space}mergeCell")]
    notes.merges = _merges(match.groups() for match in map(_RANGE.fullmatch, references) if match)
    for kind, path in (("col", f"{space}cols/{space}col"), ("row", f"{space}sheetData/{space}row")):
        for item in root.iterfind(path):
            _read_hidden(kind, {str(key): str(value) for key, value in item.items()}, notes)


def _merges(ranges: Iterable[Sequence[str]]) -> list[tuple[Place, Place]]:
    """The first and the last cell of merged ranges, from their letters and row numbers."""
    return [
        ((int(top) - 1, column_number(left)), (int(bottom) - 1, column_number(right)))
        for left, top, right, bottom in ranges
    ]


def _read_headers(data: bytes, notes: SheetNotes) -> None:
    for kind, raw in _HEADER_FOOTER.findall(data)[:_MOST_HEADERS]:
        if raw:
            note_header(notes, html.unescape(raw.decode("utf-8", "replace")), top=kind.endswith(b"Header"))


def _read_hidden(kind: str, attributes: Mapping[str, str], notes: SheetNotes) -> None:
    """Note a ``row`` or ``col`` that is hidden or has no size."""
    hidden = attributes.get("hidden") in ("1", "true")
    if kind == "col" and (hidden or attributes.get("width") == "0"):
        first, last = _number(attributes.get("min")) or 1, _number(attributes.get("max")) or 1
        notes.hide_columns(first - 1, min(last, _MOST_COLUMNS) - 1)
    elif kind == "row" and (hidden or attributes.get("ht") == "0"):
        notes.hidden_rows.add(_number(attributes.get("r")) - 1)


def _read_attachments(package: ooxml.Package, part: str, notes: SheetNotes) -> None:
    """Add the comments and the words of text boxes that hang on a sheet. Raises UnreadableInputError."""
    met: set[tuple[str, str]] = set()
    for link in ooxml.relationships(package, part):
        if link.external or link.target not in package or (link.type, link.target) in met:
            continue
        met.add((link.type, link.target))
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
    root = ooxml.xml(data)
    if len(root) > _MOST_BOXES:
        raise ooxml.too_large(f"工作表上有 {len(root):,} 个文本框和图片，上限 {_MOST_BOXES:,} 个")
    for anchor in root:
        corner = [anchor.findtext(f"{{*}}from/{{*}}{name}") or "" for name in ("row", "col")]
        spot = spot_of((int(corner[0]), int(corner[1]))) if all(map(str.isdecimal, corner)) else ""
        lines = ["".join(run.text or "" for run in line.iter("{*}t")) for line in anchor.iter("{*}p")]
        if words := "\n".join(lines).strip():
            notes.paragraphs.append((spot, words))
