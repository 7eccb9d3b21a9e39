"""What calamine does not tell of a .xls: errors, formulas without a value, percentages, hidden rows. See MS-XLS."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

from formgen.model import Issue, IssueCode, Severity
from formgen.parsing import Limits
from parsers.ole import CompoundFile, rebuilt
from parsers.sheet_looks import PLAIN, Look
from parsers.sheet_notes import (
    BookNotes,
    Formats,
    Place,
    SheetNotes,
    check_extent,
    formats_of,
    note_format,
    note_header,
    note_look,
)
from parsers.sheet_styles import code_of

#: What an error is shown as, by its code.
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}

_BOF, _EOF = 0x0809, 0x000A
_BOUNDSHEET, _FORMAT, _XF = 0x0085, 0x041E, 0x00E0
_FONT, _SST, _DIMENSIONS = 0x0031, 0x00FC, 0x0200
_STRUCK, _WHITE = 0x0008, frozenset((1, 9))  #: Flag and colours of a font.
_FORMULA, _NUMBER, _RK, _MULRK, _BOOLERR = 0x0006, 0x0203, 0x027E, 0x00BD, 0x0205
_LABEL, _LABELSST, _RSTRING = 0x0204, 0x00FD, 0x00D6
_ROW, _COLINFO, _HEADER, _FOOTER = 0x0208, 0x007D, 0x0014, 0x0015
_CELLS = frozenset((_FORMULA, _NUMBER, _RK, _MULRK, _BOOLERR, _LABEL, _LABELSST, _RSTRING))
_ALWAYS_COMPUTED = (
    0x0001  #: Flag of a formula: the program that wrote it leaves the computing to the one that opens it.
)
_HIDDEN_ROW = 0x20

Record = tuple[int, bytes]


def read_book(data: bytes, limits: Limits) -> BookNotes:
    """The notes of a .xls. Raises UnreadableInputError (``too-large``) and ValueError, KeyError where it is damaged."""
    compound = CompoundFile(data)
    name = "Workbook" if "Workbook" in compound.names else "Book"
    stream = compound.stream(name, limits.unpacked_bytes)
    wide = stream[4:6] == b"\x00\x06"  # BIFF8: names are Unicode
    notes = BookNotes()
    codes: dict[int, str] = {}
    styles: list[int] = []
    fonts: list[tuple[bool, int]] = []
    dressed: list[tuple[int, bytes]] = []
    sheets: list[tuple[str, int]] = []
    for kind, content in _records(stream, 0):
        if kind == _BOUNDSHEET and len(content) >= 8:
            sheets.append((_text(content[6:], 1, wide), int.from_bytes(content[:4], "little")))
        elif kind == _FORMAT:
            codes[int.from_bytes(content[:2], "little")] = _text(content[2:], 2 if wide else 1, wide)
        elif kind == _FONT and len(content) >= 6:
            flags, color = struct.unpack_from("<HH", content, 2)
            fonts.append((bool(flags & _STRUCK), color))
        elif kind == _XF:
            styles.append(int.from_bytes(content[2:4], "little"))
            dressed.append((int.from_bytes(content[:2], "little"), content[14:20] if wide else b""))
    formats = formats_of(styles, codes)
    looks = _looks(fonts, dressed, styles, codes)
    for name, start in sheets:
        notes.sheets[name] = _read_sheet(name, _records(stream, start), formats, limits, wide, looks)
    if compound.names & {"_VBA_PROJECT_CUR", "_VBA_PROJECT"}:
        notes.issues.append(Issue(IssueCode.MACRO, Severity.INFO, "文件带有宏；宏没有运行，只读取了单元格的内容。"))
    return notes


def workbook(data: bytes, limits: Limits) -> bytes:
    """The workbook stream of a .xls in a compound file of its own. Raises ValueError, KeyError where it is damaged."""
    compound = CompoundFile(data)
    name = "Workbook" if "Workbook" in compound.names else "Book"
    return rebuilt(name, _tamed(compound.stream(name, limits.unpacked_bytes)))


def _tamed(stream: bytes) -> bytes:
    """The stream without sizes that cannot be: calamine makes room for as much as a record says, and aborts.

    Raises ValueError for more strings than there are bytes.
    """
    tame = bytearray(stream)
    starts = {0}
    seen: set[int] = set()
    while starts:
        place, depth = starts.pop(), 0
        while place not in seen and place + 4 <= len(stream):
            seen.add(place)
            kind, size = struct.unpack_from("<HH", stream, place)
            content = stream[place + 4 : place + 4 + size]
            if kind == _BOUNDSHEET and len(content) >= 4:
                starts.add(int.from_bytes(content[:4], "little"))
            elif kind == _SST and len(content) >= 8 and int.from_bytes(content[4:8], "little") > len(stream) // 3:
                raise ValueError("more strings than bytes")
            elif kind == _DIMENSIONS:
                tame[place + 4 : place + 4 + len(content)] = _within(content)
            depth += (kind == _BOF) - (kind == _EOF)
            if depth <= 0:
                break
            place += 4 + size
    return bytes(tame)


def _within(content: bytes) -> bytes:
    """The record of a sheet's used range; one of a single cell where it says what no sheet can have."""
    form = "<IIHH" if len(content) >= 14 else "<HHHH"
    if len(content) < struct.calcsize(form):
        return bytes(len(content))
    top, bottom, left, right = struct.unpack_from(form, content)
    sound = top <= bottom <= 65_536 and left <= right <= 256
    return content if sound else bytes(len(content))


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """The records of one substream, from its beginning to its end."""
    depth = 0
    place = start
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        depth += (kind == _BOF) - (kind == _EOF)
        yield kind, stream[place + 4 : place + 4 + size]
        if depth <= 0:
            return
        place += 4 + size


def _text(content: bytes, counted: int, wide: bool) -> str:
    """A string with its length before it, in ``counted`` bytes."""
    count = int.from_bytes(content[:counted], "little")
    if not wide:
        return content[counted : counted + count].decode("gb18030", "replace")
    if content[counted : counted + 1] == b"\x01":
        return content[counted + 1 : counted + 1 + 2 * count].decode("utf-16-le", "replace")
    return content[counted + 1 : counted + 1 + count].decode("latin-1")


def _looks(
    fonts: Sequence[tuple[bool, int]],
    dressed: Sequence[tuple[int, bytes]],
    numbers: Sequence[int],
    codes: dict[int, str],
) -> dict[str, Look]:
    """The styles that may hide or change what is seen, from their fonts, grounds and number formats."""
    named = {str(number): code for number, code in codes.items()}
    looks: dict[str, Look] = {}
    for style, ((font, ground), number) in enumerate(zip(dressed, numbers, strict=True)):
        font -= font > 4  # the fifth does not exist
        struck, color = fonts[font] if font < len(fonts) else (False, 0)
        pattern, front = ground[3] >> 2 if len(ground) == 6 else 0, ground[4] & 0x7F if len(ground) == 6 else 0
        unseen = color in _WHITE and (not pattern or (pattern == 1 and front in _WHITE))
        look = Look(struck, unseen, code=code_of(str(number), named))
        if look != PLAIN:
            looks[str(style)] = look
    return looks


def _read_sheet(
    name: str, records: Iterator[Record], formats: Formats, limits: Limits, wide: bool, looks: Mapping[str, Look]
) -> SheetNotes:
    notes = SheetNotes()
    rows = columns = 0
    for kind, content in records:
        if kind in _CELLS and len(content) >= 6:
            row, column, style = struct.unpack_from("<HHH", content)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if kind != _MULRK:
                note_look(notes, looks, str(style), (row, column))
            if kind == _MULRK:
                for number in range((len(content) - 6) // 6):
                    (style,) = struct.unpack_from("<H", content, 4 + 6 * number)
                    note_format(notes, formats, str(style), (row, column + number))
                    note_look(notes, looks, str(style), (row, column + number))
                columns = max(columns, column + (len(content) - 6) // 6)
            elif kind == _BOOLERR:
                if content[7:8] == b"\x01":
                    notes.texts[row, column] = ERRORS.get(content[6], "#ERROR!")
            elif kind == _FORMULA:
                _read_formula(content, (row, column), notes)
                note_format(notes, formats, str(style), (row, column))
            elif kind in (_NUMBER, _RK):
                note_format(notes, formats, str(style), (row, column))
        elif kind == _ROW and len(content) >= 14 and content[12] & _HIDDEN_ROW:
            notes.hidden_rows.add(int.from_bytes(content[:2], "little"))
        elif kind == _COLINFO and len(content) >= 10 and content[8] & 1:
            first, last = struct.unpack_from("<HH", content)
            notes.hide_columns(first, min(last, 255))
        elif kind in (_HEADER, _FOOTER) and content:
            note_header(notes, _text(content, 2 if wide else 1, wide), top=kind == _HEADER)
    check_extent(name, rows, columns, limits)
    return notes


def _read_formula(content: bytes, place: Place, notes: SheetNotes) -> None:
    value, flags = content[6:14], int.from_bytes(content[14:16], "little")
    if value[6:8] == b"\xff\xff":
        if value[0] == 2:
            notes.texts[place] = ERRORS.get(value[2], "#ERROR!")
        elif value[0] == 3:
            notes.unsaved.add(place)  # an empty text, or what xlwt writes, which computes nothing: not to be told
    elif flags & _ALWAYS_COMPUTED and value == bytes(8):
        notes.unsaved.add(place)  # such a 0 was written by a program that does not compute
