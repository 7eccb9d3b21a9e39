"""What calamine does not tell of a .xlsb: merges, errors, percentages, hidden rows. See MS-XLSB."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from formgen.model import Issue, IssueCode, Severity
from formgen.parsing import Limits
from parsers import ooxml
from parsers.sheet_biff import ERRORS
from parsers.sheet_looks import PLAIN, Look
from parsers.sheet_notes import BookNotes, Formats, SheetNotes, check_extent, formats_of, note_format, note_look
from parsers.sheet_styles import code_of

_ROW, _LAST_CELL, _COLUMN, _MERGE = 0, 11, 60, 176
_BLANK, _NUMBERS, _ERRORS = 1, frozenset((2, 5, 9)), frozenset((3, 11))
_SHORTEST = {_ROW: 12, **dict.fromkeys(range(_BLANK, _LAST_CELL + 1), 8)}  #: Bytes of such a record, at least.
_SHEET, _FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 156, 44, 47, 617, 618
_FONT, _FILL, _STRUCK = 43, 45, 0x0008
_WHITE = b"\xff\xff\xff"
_HIDDEN_ROW = 0x10


def read_book(data: bytes, limits: Limits) -> BookNotes:
    """The notes of a .xlsb, whose parts are proven on the way. Raises UnreadableInputError, EncryptedInputError."""
    package = ooxml.open_package(data, limits)
    part = ooxml.main_part(package, "xl/workbook.bin")
    targets = {link.id: link.target for link in ooxml.relationships(package, part) if not link.external}
    formats, looks = _read_formats(package)
    if strings := package.find("xl/sharedStrings.bin"):
        package.read(strings)
    notes = BookNotes(properties=ooxml.custom_properties(package))
    notes.pictures = any(name.startswith("xl/media/") for name in package.names)
    for kind, content in _records(package.read(part)):
        if kind == _SHEET:
            link, rest = _text(content[8:])
            name, _ = _text(rest)
            if known := package.find(targets.get(link, "")):
                notes.sheets[name] = _read_sheet(name, package.read(known), formats, limits, looks)
    if ooxml.has_macros(package):
        notes.issues.append(Issue(IssueCode.MACRO, Severity.INFO, "文件带有宏；宏没有运行，只读取了单元格的内容。"))
    return notes


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part: a number of one or two bytes, a length of up to four, the content."""
    place = 0
    while place < len(data):
        kind = data[place]
        place += 1
        if kind & 0x80 and place < len(data):
            kind = (kind & 0x7F) | (data[place] & 0x7F) << 7
            place += 1
        size = 0
        for shift in range(0, 28, 7):
            if place >= len(data):
                return
            byte = data[place]
            place += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, data[place : place + size]
        place += size


def _text(content: bytes) -> tuple[str, bytes]:
    """A string with its length before it, and what comes after it."""
    count = 2 * int.from_bytes(content[:4], "little")
    return content[4 : 4 + count].decode("utf-16-le", "replace"), content[4 + count :]


def _read_formats(package: ooxml.Package) -> tuple[Formats, dict[str, Look]]:
    part = package.find("xl/styles.bin")
    codes: dict[int, str] = {}
    styles: list[int] = []
    dressed: list[tuple[int, int]] = []
    fonts: list[tuple[bool, bool]] = []
    blank: list[bool] = []
    within = False
    for kind, content in _records(package.read(part)) if part else ():
        if kind == _FORMAT:
            codes[int.from_bytes(content[:2], "little")] = _text(content[2:])[0]
        elif kind == _FONT and len(content) >= 20:
            fonts.append((bool(content[2] & _STRUCK), _is_white(content[12:20])))
        elif kind == _FILL and len(content) >= 12:
            pattern = int.from_bytes(content[:4], "little")
            blank.append(pattern == 0 or (pattern == 1 and _is_white(content[4:12])))
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            within = kind == _STYLES_BEGIN
        elif kind == _STYLE and within:
            styles.append(int.from_bytes(content[2:4], "little"))
            dressed.append((int.from_bytes(content[4:6], "little"), int.from_bytes(content[6:8], "little")))
    named = {str(number): code for number, code in codes.items()}
    looks: dict[str, Look] = {}
    for index, ((font, fill), number) in enumerate(zip(dressed, styles, strict=True)):
        struck, white = fonts[font] if font < len(fonts) else (False, False)
        unseen = white and (blank[fill] if fill < len(blank) else True)
        look = Look(struck, unseen, code=code_of(str(number), named))
        if look != PLAIN:
            looks[str(index)] = look
    return formats_of(styles, codes), looks


def _is_white(color: bytes) -> bool:
    """Whether a colour (kind, index, tint, red, green, blue) is white."""
    kind, index, tint = color[0] >> 1, color[1], color[2:4]
    if kind == 1:
        return index in (1, 9)
    return index == 0 and tint == bytes(2) if kind == 3 else kind == 2 and color[4:7] == _WHITE


def _read_sheet(
    name: str, data: bytes, formats: Formats, limits: Limits, looks: Mapping[str, Look] = MappingProxyType({})
) -> SheetNotes:
    notes = SheetNotes(merges=[])
    assert notes.merges is not None
    row = rows = columns = 0
    for kind, content in _records(data):
        if len(content) < _SHORTEST.get(kind, 0):  # calamine would take what the record before it left for its content
            raise ooxml.damaged(f"工作表“{name}”的记录有误")
        if kind == _ROW:
            row = int.from_bytes(content[:4], "little")
            if content[11] & _HIDDEN_ROW:
                notes.hidden_rows.add(row)
        elif _BLANK < kind <= _LAST_CELL:
            column = int.from_bytes(content[:4], "little")
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            note_look(notes, looks, str(int.from_bytes(content[4:7], "little")), (row, column))
            if kind in _ERRORS:
                notes.texts[row, column] = ERRORS.get(content[8] if len(content) > 8 else 0, "#ERROR!")
            elif kind in _NUMBERS:
                note_format(notes, formats, str(int.from_bytes(content[4:7], "little")), (row, column))
        elif kind == _MERGE and len(content) >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", content)
            notes.merges.append(((top, left), (bottom, right)))
        elif kind == _COLUMN and len(content) >= 18 and content[16] & 1:
            first, last = struct.unpack_from("<II", content)
            notes.hide_columns(first, min(last, 16383))
    check_extent(name, rows, columns, limits)
    return notes
