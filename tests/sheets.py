"""Workbooks and other files as bytes, for the tests of the readers."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from formgen.parsing import Limits
from parsers import excel
from parsers.grid import Cell, Document, Grid

LIMITS = Limits()


def saved(book: Any) -> bytes:
    """The bytes of an openpyxl or xlwt workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xlsx(cells: Mapping[str, object], change: Callable[[Any], None] | None = None, sheet: str = "考核表") -> bytes:
    """A workbook by openpyxl with one sheet; ``change`` may do more to it."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for spot, value in cells.items():
        page[spot] = value
    if change:
        change(book)
    return saved(book)


def patched(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A zip with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return file.getvalue()


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE2) by hand: version 3, sectors of 512 bytes, no stream shorter than 4096 bytes."""
    bodies = {name: body.ljust(4096, b"\0") + b"\0" * (-max(len(body), 4096) % 512) for name, body in streams.items()}
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    fat = [0xFFFFFFFD]  # sector 0 is the table itself
    sectors = b""
    for name, body in bodies.items():
        first, count = len(fat), len(body) // 512
        fat += [*range(first + 1, first + count), 0xFFFFFFFE]
        entries.append((name, 2, first, len(body)))
        sectors += body
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB", 2 * len(name) + 2, kind, 1)
        + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 1 if number == 0 else 0xFFFFFFFF)
        + bytes(36)
        + struct.pack("<IQ", start, size)
        for number, (name, kind, start, size) in enumerate(entries)
    )
    directory += b"\0" * (-len(directory) % 512)
    first_of_directory = len(fat)
    fat += [*range(first_of_directory + 1, first_of_directory + len(directory) // 512), 0xFFFFFFFE]
    assert len(fat) <= 128, "one sector of table is enough for a test"
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, 1, first_of_directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    return header + b"\xff" * (512 - len(header)) + table + sectors + directory


def decoded(data: bytes, kind: str = "xlsx") -> Document:
    """The document in a workbook, within the usual limits."""
    return excel.decode(data, LIMITS, kind)


def grid_of(data: bytes, kind: str = "xlsx") -> Grid:
    """The one grid of a workbook."""
    (grid,) = decoded(data, kind).grids
    return grid


def cell_at(grid: Grid, spot: str) -> Cell:
    """The cell that stands at ``E7``, or at ``row 7, column 5``."""
    (cell,) = (cell for cell in grid.cells if cell.where.spot == spot)
    return cell
