"""Mutations of PDF files: numbers, references, keys, filters and lengths of objects; and what the pages draw."""

from __future__ import annotations

import random
import re
import zlib

from fuzzed import raw, words

_OBJECT = re.compile(rb"(?<![0-9])(\d{1,6}) (\d{1,2}) obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_NUMBER = re.compile(rb"(?<![\w.+-])[+-]?\d+(?:\.\d+)?(?![\w.])")
_REFERENCE = re.compile(rb"(\d{1,6}) (\d{1,2}) R\b")
_KEY = re.compile(rb"/[A-Za-z][A-Za-z0-9]{1,20}")
_VALUES = (
    b"0", b"-1", b"1", b"1e9", b"65535", b"65536", b"2147483647", b"2147483648", b"4294967296",
    b"99999999999999999999", b"-2147483649", b"0.0000001", b"null",
    b"true", b"<<>>", b"[]", b"()", b"/X", b"<feff>", b"1 0 R", b"999999 0 R", b"(" * 40, b"[" * 200, b"<<" * 200,
    b"NaN", b"1.2.3", b"--5", b"+", b".",
)  # fmt: skip
_KEYS = (
    b"/Kids", b"/Parent", b"/Pages", b"/Prev", b"/Next", b"/First", b"/Length", b"/Filter", b"/DecodeParms",
    b"/Predictor", b"/Columns", b"/W", b"/Index",
    b"/Size", b"/Root", b"/Encrypt", b"/XObject", b"/Font", b"/ToUnicode", b"/Encoding", b"/DescendantFonts",
    b"/CIDSystemInfo", b"/MediaBox", b"/CropBox",
    b"/Rotate", b"/Contents", b"/Resources", b"/Annots", b"/AP", b"/V", b"/FT", b"/Rect", b"/Type", b"/Subtype",
    b"/Width", b"/Height", b"/BitsPerComponent",
    b"/ColorSpace", b"/SMask", b"/Matrix", b"/BBox", b"/Count", b"/UserUnit", b"/StructParents", b"/Names",
    b"/AcroForm", b"/OpenAction", b"/JS",
)  # fmt: skip
_FILTERS = (
    b"/FlateDecode", b"/LZWDecode", b"/ASCIIHexDecode", b"/ASCII85Decode", b"/RunLengthDecode", b"/DCTDecode",
    b"/CCITTFaxDecode", b"/JBIG2Decode", b"/JPXDecode",
    b"/Crypt", b"[/FlateDecode/FlateDecode/FlateDecode]", b"[" + b"/FlateDecode" * 300 + b"]", b"[]", b"null", b"7",
    b"/X",
)  # fmt: skip
_OPERATORS = (
    b"q", b"Q", b"cm", b"BT", b"ET", b"Tj", b"TJ", b"Tf", b"Td", b"Tm", b"T*", b"re", b"f", b"S", b"m", b"l", b"c",
    b"h", b"W", b"n", b"Do", b"gs", b"rg", b"BI", b"ID",
    b"EI", b"BMC", b"BDC", b"EMC", b"Tr", b"Tz", b"Ts", b"TL", b"Tc", b"Tw", b"'", b'"', b"w", b"d", b"sh", b"cs",
    b"scn", b"d0", b"d1",
)  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One mutation."""
    return chance.choice(_OPERATIONS)(data, chance)


def _object(data: bytes, chance: random.Random) -> tuple[int, int, bytes]:
    """(start, end, what stands there) of a dictionary or other value before any stream."""
    found = list(_OBJECT.finditer(data))
    if not found:
        return 0, len(data), data
    match = chance.choice(found)
    body = match[3]
    size = body.find(b"stream")
    return match.start(3), match.start(3) + (size if size >= 0 else len(body)), body[: size if size >= 0 else None]


def _replaced(pattern: re.Pattern[bytes], body: bytes, new: bytes, chance: random.Random) -> bytes:
    found = list(pattern.finditer(body))
    if not found:
        return body
    match = chance.choice(found)
    return body[: match.start()] + new + body[match.end() :]


def _number(data: bytes, chance: random.Random) -> bytes:
    start, end, body = _object(data, chance)
    return data[:start] + _replaced(_NUMBER, body, chance.choice(_VALUES), chance) + data[end:]


def _reference(data: bytes, chance: random.Random) -> bytes:
    """A reference to another object, to none, or to itself: trees become loops."""
    start, end, body = _object(data, chance)
    numbers = [match[1] for match in _OBJECT.finditer(data)] or [b"1"]
    return data[:start] + _replaced(_REFERENCE, body, chance.choice(numbers) + b" 0 R", chance) + data[end:]


def _key(data: bytes, chance: random.Random) -> bytes:
    start, end, body = _object(data, chance)
    return data[:start] + _replaced(_KEY, body, chance.choice((*_KEYS, b"", b"/X")), chance) + data[end:]


def _more(data: bytes, chance: random.Random) -> bytes:
    """A key that was not there."""
    start, _, body = _object(data, chance)
    numbers = [match[1] + b" 0 R" for match in _OBJECT.finditer(data)] or [b"1 0 R"]
    place = body.find(b"<<") + 2
    if place < 2:
        return _number(data, chance)
    entry = chance.choice(_KEYS) + b" " + chance.choice((*_VALUES, *_FILTERS, *numbers)) + b" "
    return data[: start + place] + entry + data[start + place :]


def _filter(data: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(rb"/Filter\s*(?:\[[^\]]*\]|/\w+)", data))
    if not found:
        return _more(data, chance)
    match = chance.choice(found)
    return data[: match.start()] + b"/Filter " + chance.choice(_FILTERS) + data[match.end() :]


def _length(data: bytes, chance: random.Random) -> bytes:
    return _replaced(re.compile(rb"/Length \d+(?: 0 R)?"), data, b"/Length " + chance.choice(_VALUES), chance)


def _drawn(data: bytes, chance: random.Random) -> bytes:
    """What a page draws, a font or a table of references: unpacked, changed, packed again."""
    found = list(_STREAM.finditer(data))
    if not found:
        return _number(data, chance)
    match = chance.choice(found)
    packed = match[1]
    body = _ascii85(packed) if packed.rstrip().endswith(b"~>") else packed
    try:
        body, flat = zlib.decompress(body), True
    except zlib.error:
        flat = False
    for _ in range(chance.choice((1, 2, 5))):
        body = _redrawn(body, chance)[:300_000]
    written = zlib.compress(body, 1) if flat else body
    if flat and packed.rstrip().endswith(b"~>"):
        import base64

        written = base64.a85encode(written) + b"~>"
    made = data[: match.start(1)] + written + data[match.end(1) :]
    head = made.rfind(b"/Length", 0, match.start(1))
    if head >= 0 and chance.random() < 0.9:  # the length as it now is
        made = made[:head] + re.sub(rb"/Length \d+(?! 0 R)", b"/Length %d" % len(written), made[head:], count=1)
    return made


def _ascii85(packed: bytes) -> bytes:
    import base64

    try:
        return base64.a85decode(packed.strip().removesuffix(b"~>"))
    except ValueError:
        return packed


def _redrawn(body: bytes, chance: random.Random) -> bytes:
    match chance.randrange(8):
        case 0:
            return raw.mutated(body, chance)
        case 1 | 2:
            return _replaced(_NUMBER, body, chance.choice(_VALUES), chance)
        case 3:
            return _replaced(re.compile(rb"\b[A-Za-z]{1,3}\*?(?=\s)"), body, chance.choice(_OPERATORS), chance)
        case 4:
            text = chance.choice(words.TEXTS).encode("utf-16-be", "replace").hex().encode()
            return _replaced(
                re.compile(rb"<[0-9A-Fa-f]+>|\((?:[^()\\]|\\.)*\)"), body, b"<" + text[:2_000] + b">", chance
            )
        case 5:
            place = chance.randrange(len(body) + 1)
            return body[:place] + b" q" * chance.choice((1, 30, 3_000)) + b" " + body[place:]
        case 6:
            lines = body.split(b"\n")
            start = chance.randrange(len(lines))
            return b"\n".join(
                lines[:start] + lines[start : start + 20] * chance.choice((2, 3, 40)) + lines[start + 20 :]
            )
    lines = body.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _table(data: bytes, chance: random.Random) -> bytes:
    """The table of objects or the trailer: offsets, sizes, the way to the former one."""
    start = max(data.rfind(b"xref", 0, data.rfind(b"startxref")), data.rfind(b"trailer"), 0) or data.rfind(b"startxref")
    tail = data[max(start, 0) :]
    if chance.random() < 0.6:
        tail = _replaced(_NUMBER, tail, chance.choice(_VALUES), chance)
    else:
        tail = raw.mutated(tail, chance)
    return data[: max(start, 0)] + tail


def _objects(data: bytes, chance: random.Random) -> bytes:
    """An object gone, doubled, or under another's number."""
    found = list(_OBJECT.finditer(data))
    if not found:
        return raw.mutated(data, chance)
    one, other = chance.choice(found), chance.choice(found)
    match chance.randrange(3):
        case 0:
            return data[: one.start()] + data[one.end() :]
        case 1:
            return data[: one.start()] + other[0] + b"\n" + data[one.start() :]
    return data[: one.start(1)] + other[1] + data[one.end(1) :]


_OPERATIONS = (
    _number,
    _number,
    _reference,
    _reference,
    _key,
    _more,
    _filter,
    _length,
    _drawn,
    _drawn,
    _drawn,
    _drawn,
    _table,
    _objects,
    raw.mutated,
)
