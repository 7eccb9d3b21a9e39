"""Mutations of pictures: chunks of PNG, segments of JPEG, entries of TIFF, the head of BMP; sizes, turns, checksums."""

from __future__ import annotations

import random
import struct
import zlib

from fuzzed import raw

_SIZES = (0, 1, 2, 99, 100, 101, 30_000, 65_535, 65_536, 1 << 20, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_PNG = b"\x89PNG\r\n\x1a\n"


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One mutation, as the kind of picture is."""
    if chance.random() < 0.2:
        return raw.mutated(data, chance)
    if data.startswith(_PNG):
        return _png(data, chance)
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data, chance)
    if data[:4] in (b"II*\x00", b"MM\x00*"):
        return _tiff(data, chance)
    return _head(data, chance, 54)


def _png(data: bytes, chance: random.Random) -> bytes:
    chunks: list[tuple[bytes, bytes]] = []
    place = len(_PNG)
    while place + 12 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if place + 12 + size > len(data):
            break
        chunks.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + size]))
        place += 12 + size
    if not chunks:
        return raw.mutated(data, chance)
    number = chance.randrange(len(chunks))
    kind, body = chunks[number]
    wrong = -1
    match chance.randrange(7):
        case 0:
            del chunks[number]
        case 1:
            chunks.insert(chance.randrange(len(chunks) + 1), (kind, body))
        case 2 | 3 if chunks[0][0] == b"IHDR" and len(chunks[0][1]) == 13:
            head = bytearray(chunks[0][1])
            if chance.random() < 0.5:
                head[(start := chance.choice((0, 4))) : start + 4] = struct.pack(">I", chance.choice(_SIZES))
            else:
                head[chance.randrange(8, 13)] = chance.choice((0, 1, 2, 3, 4, 6, 8, 16, 255))
            chunks[0] = (b"IHDR", bytes(head))
        case 4:
            chunks[number] = (kind, raw.mutated(body, chance))
        case 5:
            more = (
                (b"eXIf", _exif(chance)),
                (b"tRNS", b"\x00"),
                (b"PLTE", bytes(9)),
                (b"pHYs", bytes(9)),
                (b"iCCP", b"x\x00\x00" + bytes(9)),
                (b"acTL", bytes(8)),
            )
            chunks.insert(min(1, len(chunks)), chance.choice(more))
        case _:
            wrong = number
    made = _PNG
    for number, (kind, body) in enumerate(chunks):
        check = zlib.crc32(kind + body) ^ (number == wrong)
        made += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
    return made


def _jpeg(data: bytes, chance: random.Random) -> bytes:
    segments: list[bytes] = []
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] not in (0xD9, 0xDA):
        size = 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        segments.append(data[place : place + size])
        place += size
    rest = data[place:]
    if not segments:
        return raw.mutated(data, chance)
    number = chance.randrange(len(segments))
    match chance.randrange(7):
        case 0:
            del segments[number]
        case 1:
            segments.insert(chance.randrange(len(segments) + 1), segments[number])
        case 2:
            frames = [at for at, one in enumerate(segments) if one[1] in (0xC0, 0xC1, 0xC2) and len(one) > 9]
            if frames:
                one = bytearray(segments[frames[0]])
                start = chance.choice((5, 7))
                one[start : start + 2] = struct.pack(">H", chance.choice(_SIZES) & 0xFFFF)
                one[9] = chance.choice((one[9], 0, 1, 3, 4, 255))
                segments[frames[0]] = bytes(one)
        case 3:
            exif = b"Exif\x00\x00" + _exif(chance)
            segments.insert(0, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
        case 4:
            rest = raw.mutated(rest, chance)
        case 5:
            segments[number] = segments[number][:4] + raw.mutated(segments[number][4:] or b"\x00", chance)
        case _:
            one = segments[number]
            segments[number] = one[:2] + struct.pack(">H", chance.choice((0, 1, 2, 3, 0xFFFF))) + one[4:]
    return data[:2] + b"".join(segments) + rest


def _exif(chance: random.Random) -> bytes:
    """EXIF with an orientation: one of the eight, or no such one."""
    value = chance.choice((1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 255, 65_535))
    kind = chance.choice((3, 3, 3, 4, 2, 12, 99))
    entry = struct.pack("<HHIHH", 0x0112, kind, chance.choice((1, 1, 1, 0, 2, 0xFFFFFFFF)), value, 0)
    return (
        b"II*\x00"
        + struct.pack("<IH", 8, chance.choice((1, 1, 0, 500)))
        + entry
        + struct.pack("<I", chance.choice((0, 8)))
    )


def _tiff(data: bytes, chance: random.Random) -> bytes:
    """An entry of a directory, or where the next one stands: a file may come back to its own first page."""
    order = "<" if data[:2] == b"II" else ">"
    first = struct.unpack_from(order + "I", data, 4)[0]
    made = bytearray(data)
    if first + 2 > len(data) or chance.random() < 0.1:
        return _head(data, chance, 8)
    count = struct.unpack_from(order + "H", data, first)[0]
    if chance.random() < 0.15:
        place, value = first + 2 + 12 * count, chance.choice((first, 8, len(data) - 2, 0xFFFFFFFF))
    else:
        start = first + 2 + 12 * chance.randrange(max(1, count))
        if chance.random() < 0.25:
            made[start + 2 : start + 4] = struct.pack(
                order + "H", chance.choice((0, 1, 2, 3, 4, 5, 12, 13, 16, 0xFFFF))
            )
        elif chance.random() < 0.25:
            made[start : start + 2] = struct.pack(
                order + "H",
                chance.choice((254, 256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 282, 317, 322, 330, 34665)),
            )
        place, value = (
            start + chance.choice((4, 8, 8)),
            chance.choice((*_SIZES, 5, 6, 7, 8, 32_773, 34_712, first, len(data))),
        )
    if place + 4 <= len(made):
        made[place : place + 4] = struct.pack(order + "I", value)
    return bytes(made)


def _head(data: bytes, chance: random.Random, size: int) -> bytes:
    place = chance.randrange(2, max(3, min(size, len(data) - 4)))
    width = chance.choice((1, 2, 4))
    value = chance.choice(_SIZES) & ((1 << 8 * width) - 1)
    return data[:place] + value.to_bytes(width, "little") + data[place + width :]
