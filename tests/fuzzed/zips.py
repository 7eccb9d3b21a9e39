"""Mutations of zip files: members dropped, doubled, cut, lied about; and of what stands in a member."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from fuzzed import markup, raw

Members = list[tuple[str, bytes]]

_DAY = (1980, 1, 1, 0, 0, 0)
_ENTRY = b"PK\x01\x02"
_NAMES = (
    "../../x", "/x", "C:\\x", "x\\y", "WORD/document.xml", "word/document.xml", "xl/workbook.xml",
    "[Content_Types].xml", "a" * 3_000, "\u202e", "con",
    "word/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "docProps/custom.xml", "xl/sharedStrings.xml",
    "META-INF/manifest.xml", "mimetype", "\x00.xml",
)  # fmt: skip


_BODIES = ("document.xml", "content.xml")
_SHARED = (
    "sharedStrings.xml", "sharedStrings.bin", "styles.xml", "styles.bin", "workbook.xml", "workbook.bin", "custom.xml",
)  # fmt: skip
_BESIDE = ("header", "footer", "notes", "comments", "drawing")


def members_of(data: bytes) -> Members:
    """Names and contents of a sound zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(one.filename, archive.read(one)) for one in archive.infolist() if not one.is_dir()]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same bytes for the same members, on any day."""
    import warnings

    made = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two of one name are meant
        with zipfile.ZipFile(made, "w") as archive:
            for name, content in members:
                info = zipfile.ZipInfo(name, _DAY)
                info.compress_type = method
                archive.writestr(info, content, compresslevel=1)
    return made.getvalue()


def mutated(
    data: bytes, chance: random.Random, inside: Callable[[str, bytes, random.Random], bytes] | None = None
) -> bytes:
    """One mutation; mostly of what stands in a member, by ``inside`` (name, content, chance)."""
    members = members_of(data)
    if chance.random() < 0.72:
        number = _likely(members, chance)
        name, content = members[number]
        members[number] = name, (inside or within)(name, content, chance)
        return zipped(members)
    return chance.choice(_OPERATIONS)(members, chance)


def within(name: str, content: bytes, chance: random.Random) -> bytes:
    """A member changed as what it is: XML as XML, anything else as bytes."""
    if name.lower().endswith((".xml", ".rels")) and chance.random() < 0.93:
        return markup.mutated(content, chance)
    return raw.mutated(content, chance)


def _likely(members: Members, chance: random.Random) -> int:
    """A member, those that hold what people write more often."""
    weights = [
        8 if name.endswith(_BODIES) or "worksheets/sheet" in name
        else 3 if name.endswith(_SHARED) or any(part in name for part in _BESIDE)
        else 1
        for name, _ in members
    ]  # fmt: skip
    return chance.choices(range(len(members)), weights)[0]


def _drop(members: Members, chance: random.Random) -> bytes:
    del members[chance.randrange(len(members))]
    return zipped(members)


def _double(members: Members, chance: random.Random) -> bytes:
    name, content = chance.choice(members)
    members.insert(
        chance.randrange(len(members) + 1), (name, chance.choice((content, b"", raw.mutated(content, chance))))
    )
    return zipped(members)


def _cut(members: Members, chance: random.Random) -> bytes:
    number = _likely(members, chance)
    name, content = members[number]
    members[number] = name, content[: chance.randrange(len(content) + 1)]
    return zipped(members)


def _method(members: Members, chance: random.Random) -> bytes:
    return zipped(members, chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))


def _name(members: Members, chance: random.Random) -> bytes:
    number = chance.randrange(len(members))
    new = chance.choice((*_NAMES, chance.choice(members)[0], members[number][0].upper(), members[number][0] + "/"))
    members[number] = new, members[number][1]
    return zipped(members)


def _more(members: Members, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 3, 500))):
        members.append(
            (f"{chance.choice(_NAMES)}{len(members)}" if chance.random() < 0.5 else chance.choice(_NAMES), b"x")
        )
    return zipped(members)


def _swap(members: Members, chance: random.Random) -> bytes:
    """The contents of two members in each other's place."""
    first, second = _likely(members, chance), _likely(members, chance)
    (a, x), (b, y) = members[first], members[second]
    members[first], members[second] = (a, y), (b, x)
    return zipped(members)


def _lie(members: Members, chance: random.Random) -> bytes:
    """A field of the directory, of a local header or of the end record that is not true."""
    made = bytearray(zipped(members))
    signature = chance.choice((_ENTRY, _ENTRY, b"PK\x03\x04", b"PK\x05\x06"))
    places = [place for place in range(len(made)) if made.startswith(signature, place)] if len(made) < 200_000 else []
    if places:
        place = chance.choice(places) + chance.randrange(4, 44)
        size = chance.choice((1, 2, 4))
        value = chance.choice((0, 1, 8, 12, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, chance.getrandbits(32)))
        made[place : place + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
    return bytes(made)


def _bomb(members: Members, chance: random.Random) -> bytes:
    """A member of a few million blanks, which packs to next to nothing."""
    number = _likely(members, chance)
    name, content = members[number]
    place = content.find(b">", chance.randrange(len(content) + 1)) + 1
    members[number] = name, content[:place] + b" " * chance.choice((100_000, 3_000_000)) + content[place:]
    return zipped(members)


def _outside(members: Members, chance: random.Random) -> bytes:
    """Something before or behind the zip, or a comment."""
    made = zipped(members)
    match chance.randrange(4):
        case 0:
            return b"MZ" + bytes(chance.choice((1, 60, 5000))) + made
        case 1:
            return made + bytes(chance.choice((1, 60, 70_000)))
        case 2:
            return made + made
    return made[:-2] + struct.pack("<H", 30) + b"PK\x05\x06" + bytes(26)


def _repacked(members: Members, chance: random.Random) -> bytes:
    """The packed bytes of a member damaged, with a checksum that fits or not."""
    made = bytearray(zipped(members))
    name, content = members[_likely(members, chance)]
    start = made.find(name.encode()) + len(name.encode())
    if start < len(made):
        for _ in range(chance.choice((1, 3, 20))):
            made[min(len(made) - 1, start + chance.randrange(max(1, len(zlib.compress(content)))))] ^= (
                1 << chance.randrange(8)
            )
    return bytes(made)


_OPERATIONS = (
    _drop,
    _drop,
    _double,
    _cut,
    _cut,
    _method,
    _name,
    _more,
    _swap,
    _swap,
    _lie,
    _lie,
    _lie,
    _bomb,
    _outside,
    _repacked,
)
