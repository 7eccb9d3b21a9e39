"""The pictures across the head and foot of a page: a mark at each end, and at the head the page's code. Pure.

A page has two pictures and no more: LibreOffice takes several times as long for a run of forms with one for each mark.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from formgen.pagecode import PageCode
from formgen.rendering.code_squares import code_squares
from formgen.rendering.corner_marks import INSET, SIZE, squares

_TO_MM = 10  #: Dots to a millimetre.
_MODULES = (5, 4)  #: Dots: the side of a square of the code; the first with which it has room.
_ROOM = 308  #: Dots: the most that the code may take, which is down to the first line of the form.
_TOP = 6.0  #: Millimetres from the edge of the page to the head's picture.
_GAP = 4.0  #: Millimetres from the code to the mark beside it.

Lines = list[int]


@dataclass(frozen=True, slots=True)
class Band:
    """A picture and its place on the page, in millimetres."""

    png: bytes
    x: float
    y: float
    width: float
    height: float


def head(code: PageCode, width: float) -> Band:
    """The band with the marks 0 and 1 and the code, for a page of this width. Raises TemplateError."""
    drawn = code_squares(code)
    module = next((dots for dots in _MODULES if len(drawn) * dots <= _ROOM), _MODULES[-1])
    side = len(drawn) * module
    dots, marks = _marks(0, 1, width)
    lines = [0] * max(side, round((INSET - _TOP) * _TO_MM) + len(marks))
    _lay(lines, marks, round((INSET - _TOP) * _TO_MM))
    right = round((SIZE + _GAP) * _TO_MM)  # of the code, from the right end
    _lay(lines, [line << right for line in _drawn(drawn, module)], 0)
    return Band(_png(lines, dots), INSET, _TOP, width - 2 * INSET, len(lines) / _TO_MM)


@lru_cache(maxsize=8)
def foot(width: float, height: float) -> Band:
    """The band with the marks 3 and 2, for a page of this size."""
    dots, marks = _marks(3, 2, width)
    return Band(_png(marks, dots), INSET, height - INSET - SIZE, width - 2 * INSET, SIZE)


@lru_cache(maxsize=8)
def _marks(left: int, right: int, width: float) -> tuple[int, Lines]:
    """The width of a band in dots, and its lines with two marks at the ends."""
    dots = round((width - 2 * INSET) * _TO_MM)
    side = round(SIZE * _TO_MM)
    first, last = (_drawn(squares(number), side // len(squares(number))) for number in (left, right))
    return dots, [(one << (dots - side)) | other for one, other in zip(first, last, strict=True)]


def _drawn(rows: Sequence[bytes], dots: int) -> Lines:
    """Squares as lines of dots, each line a number whose bits are black; the lowest is the last of the line."""
    pieces = ("0" * dots, "1" * dots)
    return [line for row in rows for line in [int("".join(map(pieces.__getitem__, row)), 2)] * dots]


def _lay(lines: Lines, drawn: Lines, top: int) -> None:
    for number, line in enumerate(drawn, start=top):
        lines[number] |= line


def _png(lines: Lines, dots: int) -> bytes:
    """The picture of the lines, black on white, one bit a dot."""
    size = -(-dots // 8)
    white, spare = (1 << dots) - 1, size * 8 - dots
    data = b"".join(b"\0" + ((line ^ white) << spare).to_bytes(size, "big") for line in lines)
    start = struct.pack(">2I5B", dots, len(lines), 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", start), (b"IDAT", zlib.compress(data, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
