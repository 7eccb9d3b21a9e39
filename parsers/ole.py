"""OLE2 compound files (.doc, .xls, .wps, .et, encrypted Office): their streams, read with bounds. See MS-CFB."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER = 512  #: Bytes.
_ENTRY = 128  #: Bytes of a directory entry.
_LAST_SECTOR = 0xFFFFFFFA  #: Numbers from here on are marks, not sectors.
_MAX_ENTRIES = 10_000
_MINI_CUTOFF = 4096  #: A stream shorter than this lies in the mini stream.
_STREAM, _ROOT = 2, 5


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    start: int
    size: int


class CompoundFile:
    """The streams of a compound file. Raises ValueError when made of something else or of a damaged file."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(MAGIC) or len(data) < _HEADER:
            raise ValueError("not a compound file")
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("unknown sector size")
        self._size = 1 << shift
        self._sectors = len(data) // self._size + 1
        self._fat = self._read_fat()
        self._entries = self._read_directory(struct.unpack_from("<I", data, 48)[0])

    @property
    def names(self) -> frozenset[str]:
        """The names of all streams and storages."""
        return frozenset(self._entries)

    def stream(self, name: str, limit: int) -> bytes:
        """The first ``limit`` bytes of a stream. Raises KeyError, ValueError."""
        entry = self._entries[name]
        wanted = min(limit, entry.size)
        if entry.size >= _MINI_CUTOFF:
            return self._chain(entry.start, wanted)
        (root,) = (found for found in self._entries.values() if found.kind == _ROOT)
        mini = self._chain(root.start, min(root.size, len(self._data)))
        table = self._chain(struct.unpack_from("<I", self._data, 60)[0], len(self._data))
        fat = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
        parts = [mini[number * 64 : number * 64 + 64] for number in _follow(fat, entry.start, (wanted + 63) // 64)]
        return b"".join(parts)[:wanted]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._data[start : start + self._size]

    def _chain(self, start: int, wanted: int) -> bytes:
        count = -(-wanted // self._size)
        return b"".join(map(self._sector, _follow(self._fat, start, min(count, self._sectors))))[:wanted]

    def _read_fat(self) -> tuple[int, ...]:
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(self._sectors):
            if following >= _LAST_SECTOR:
                break
            sector = self._sector(following)
            if len(sector) < self._size:
                break
            *more, following = struct.unpack(f"<{self._size // 4}I", sector)
            numbers += more
        table = b"".join(self._sector(number) for number in numbers[: self._sectors] if number < self._sectors)
        return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])

    def _read_directory(self, start: int) -> Mapping[str, _Entry]:
        raw = self._chain(start, _MAX_ENTRIES * _ENTRY)
        entries: dict[str, _Entry] = {}
        for offset in range(0, len(raw) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", raw, offset + 64)
            if kind and 2 <= length <= 64:
                name = raw[offset : offset + length - 2].decode("utf-16-le", "replace")
                first, size = struct.unpack_from("<II", raw, offset + 116)
                entries.setdefault(name, _Entry(kind, first, size))
        if not any(entry.kind == _ROOT for entry in entries.values()):
            raise ValueError("no root entry")
        return entries


def rebuilt(name: str, content: bytes) -> bytes:
    """A compound file with one stream, written anew: sound in its tables whatever the former one was.

    What follows chains of sectors without counting them (calamine does) may be given it. Raises ValueError where the
    stream is too long for the table that fits into a header (some 450 MB).
    """
    size, end, table_mark = 4096, 0xFFFFFFFE, 0xFFFFFFFD
    body = content.ljust(_MINI_CUTOFF, b"\0")
    body += bytes(-len(body) % size)
    sectors = len(body) // size
    tables = next((n for n in range(1, 110) if n * (size // 4) >= n + 2 + sectors), 0)
    if not tables:
        raise ValueError("the stream is too long")
    spare, first = tables + 1, tables + 2  # behind the directory; the spare one is a mini stream
    fat = [table_mark] * tables + [end, end, *range(first + 1, first + sectors), end]
    fat += [0xFFFFFFFF] * (tables * (size // 4) - len(fat))
    directory = b""
    for label, kind, child, start, length in (
        ("Root Entry", _ROOT, 1, spare, size),
        (name, _STREAM, 0xFFFFFFFF, first, max(len(content), _MINI_CUTOFF)),
    ):
        directory += label.encode("utf-16-le").ljust(64, b"\0")
        directory += struct.pack("<HBBIII", 2 * len(label) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
        directory += struct.pack("<IQ", start, length)
    head = MAGIC + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 4, 0xFFFE, 12, 6)
    head += struct.pack("<IIIIIIIII", 1, tables, tables, 0, _MINI_CUTOFF, end, 0, end, 0)
    head += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    head = head.ljust(size, b"\0") + struct.pack(f"<{len(fat)}I", *fat)
    return head + directory.ljust(size, b"\0") + bytes(size) + body


def _follow(fat: tuple[int, ...], start: int, count: int) -> Iterator[int]:
    """The sector numbers of a chain, at most ``count`` of them; ends at a mark, and at a number that does not exist."""
    number = start
    for _ in range(count):
        if number >= len(fat):
            return
        yield number
        number = fat[number]
