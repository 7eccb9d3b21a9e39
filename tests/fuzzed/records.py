"""Mutations of the binary workbooks: records of .xls within its compound file, records of .xlsb within its zip."""

from __future__ import annotations

import random

from fuzzed import raw, zips

_EXTREMES = (
    0,
    1,
    2,
    0x7F,
    0xFF,
    0x100,
    0x3FFF,
    0x4000,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x10000,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
)
#: BIFF8: dimensions, row, label, number, rk, mulrk, mulblank, blank, formula, string, merges, sst, format, xf …
_KINDS = (
    0x200,
    0x208,
    0xFD,
    0x203,
    0x27E,
    0xBD,
    0xBE,
    0x201,
    0x06,
    0x207,
    0xE5,
    0xFC,
    0x41E,
    0xE0,
    0x31,
    0x18,
    0x85,
    0x0A,
    0x2F,
    0x3C,
    0x809,
    0x7D,
    0x1C,
    0x1B6,
)


def compound(data: bytes, chance: random.Random) -> bytes:
    """A compound file: its head, its tables of sectors, its directory; or a record of what it holds."""
    match chance.randrange(10):
        case 0:
            return raw.mutated(data, chance)
        case 1 | 2:
            return _set(data, chance.randrange(24, 512), chance)
        case 3:
            table = int.from_bytes(data[76:80], "little")
            return _set(
                data,
                min(len(data) - 8, 512 * (table + 1)) + 4 * chance.randrange(min(64, len(data) // 512 + 2)),
                chance,
            )
        case 4 | 5:
            directory = int.from_bytes(data[48:52], "little")
            start = 512 * (directory + 1) + 128 * chance.randrange(4)
            return _set(data, start + chance.choice((0, 2, 64, 66, 67, 68, 72, 76, 116, 120, 124)), chance)
    return _record(data, chance)


def _set(data: bytes, place: int, chance: random.Random) -> bytes:
    size = chance.choice((1, 2, 4))
    if not 0 <= place <= len(data) - size:
        return raw.number(data, chance)
    value = chance.choice((*_EXTREMES, chance.getrandbits(32))) & ((1 << 8 * size) - 1)
    return data[:place] + value.to_bytes(size, "little") + data[place + size :]


def _record(data: bytes, chance: random.Random) -> bytes:
    """A record of the workbook stream, where that lies in one piece from the first sector that begins with BOF."""
    start = next(
        (place for place in range(512, len(data) - 4, 512) if data[place : place + 4] == b"\x09\x08\x10\x00"), -1
    )
    if start < 0:
        return raw.number(data, chance)
    records = []
    place = start
    while place + 4 <= len(data) and len(records) < 5_000:
        size = int.from_bytes(data[place + 2 : place + 4], "little")
        kind = int.from_bytes(data[place : place + 2], "little")
        if kind == 0 or size > 8_224:
            break
        records.append((place, kind, size))
        place += 4 + size
    if not records:
        return raw.number(data, chance)
    wanted = chance.choice(sorted({kind for _, kind, _ in records}))
    place, _, size = chance.choice([one for one in records if one[1] == wanted])
    match chance.randrange(8):
        case 0:
            return data[:place] + chance.choice(_KINDS).to_bytes(2, "little") + data[place + 2 :]
        case 1:
            new = chance.choice((0, 1, size - 1, size + 1, size // 2, 8_224, 0xFFFF)) & 0xFFFF
            return data[: place + 2] + new.to_bytes(2, "little") + data[place + 4 :]
        case 2:
            other, _, more = chance.choice(records)
            piece = data[other : other + 4 + more]
            return data[:place] + piece + data[place + len(piece) :]
    return _set(data, place + 4 + chance.randrange(max(1, size)), chance)


def xlsb(data: bytes, chance: random.Random) -> bytes:
    """A .xlsb: its zip, or a record of one of its parts."""
    return zips.mutated(data, chance, _part)


def _part(name: str, content: bytes, chance: random.Random) -> bytes:
    if not name.endswith(".bin") or chance.random() < 0.1:
        return zips.within(name, content, chance)
    places = []
    place = 0
    while place < len(content):
        _, after = _varying(content, place, 2)
        size, body = _varying(content, after, 4)
        places.append((place, after, body, size))
        place = body + size
    place, after, body, size = chance.choice(places)
    match chance.randrange(7):
        case 0:
            return content[:place] + content[body + size :]
        case 1:
            return (
                content[: body + size]
                + content[place : body + size] * chance.choice((1, 3, 50))
                + content[body + size :]
            )
        case 2:
            return content[:after] + bytes((chance.choice((0, 1, 0x7F, 0xFF, 0x80)),)) + content[after + 1 :]
        case 3:
            return content[:place] + bytes((chance.randrange(256),)) + content[place + 1 :]
    return _set(content, body + chance.randrange(max(1, size)), chance)


def _varying(content: bytes, place: int, most: int) -> tuple[int, int]:
    """(a number of up to ``most`` bytes of seven bits, the place behind it)."""
    value = 0
    for number in range(most):
        if place >= len(content):
            break
        byte = content[place]
        value |= (byte & 0x7F) << 7 * number
        place += 1
        if byte < 0x80:
            break
    return value, place
