"""The four marks in the corners of a page, by which a scan of it is laid straight, and pictures of black squares. Pure.

The marks are ArUco markers of the dictionary DICT_4X4_50: 4 × 4 squares within a black edge.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from functools import cache

SIZE = 9.0  #: Millimetres: the side of the black square.
INSET = 8.0  #: Millimetres from the edges of the page to a mark.

#: The squares of the markers 0 to 3 with their edge, from the upper left; ``#`` is black.
_MARKERS = (
    ("######", "#.#..#", "##.#.#", "###..#", "###.##", "######"),
    ("######", "######", "#....#", "#.##.#", "#.#.##", "######"),
    ("######", "###..#", "###..#", "###.##", "#..#.#", "######"),
    ("######", "#.##.#", "#.##.#", "##.###", "##..##", "######"),
)
_DOTS = 12  #: Dots of the picture to each square of a marker.


def places(width: float, height: float) -> tuple[tuple[int, float, float], ...]:
    """Number of each mark and the place of its upper left corner on a page of this size, all in millimetres.

    0 upper left, 1 upper right, 2 lower right, 3 lower left.
    """
    right, low = width - INSET - SIZE, height - INSET - SIZE
    return ((0, INSET, INSET), (1, right, INSET), (2, right, low), (3, INSET, low))


@cache
def band_png(left: int, right: int, width: float) -> bytes:
    """The picture of a band across a page of this width, with a mark at each end.

    Two marks are one picture: with four pictures a page LibreOffice takes three times as long for a run of forms.
    """
    dots = round((width - 2 * INSET) / SIZE * len(_MARKERS[0]) * _DOTS)
    between = [False] * (dots - 2 * len(_MARKERS[0]) * _DOTS)
    rows = []
    for first, last in zip(_MARKERS[left], _MARKERS[right], strict=True):
        ends = ([square == "#" for square in row for _ in range(_DOTS)] for row in (first, last))
        rows += [[*next(ends), *between, *next(ends)]] * _DOTS
    return squares_png(rows, 1)


def squares_png(rows: Sequence[Sequence[bool | int]], dots: int) -> bytes:
    """A black and white PNG of squares; true is black, ``dots`` is the side of a square in dots."""
    width = len(rows[0]) * dots
    lines = []
    drawn = ("1" * dots, "0" * dots)
    for row in rows:
        bits = "".join(map(drawn.__getitem__, row)).ljust(-(-width // 8) * 8, "0")
        line = b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
        lines.append(line * dots)
    head = struct.pack(">2I5B", width, len(rows) * dots, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
