"""Mutations of XML: elements dropped, doubled, nested, moved; attributes and words set to what nobody expects."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from lxml import etree

from fuzzed import words

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_T = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_REFERENCE = re.compile(r"(?i)(?:ref|sqref|^r$|print-ranges|cell-range-address|base-cell-address)$")
_NUMBER = re.compile(r"-?\d[\d.]*")
_MOST_XML = 1_500_000  #: Bytes: what is larger is the business of the tests of limits.
_DEPTHS = (2, 3, 10, 21, 45, 120, 300)

_BITS = (
    b"<", b">", b"</w:t>", b"<![CDATA[8]]>", b"<!-- ", b"<?x ?>", b"&#0;", b"&#xD800;", b"&#x1F;", b"&nothing;",
    b"\x00", b"\x1f", b"\xff", b"\xed\xa0\x80", b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>]>", b"</", b"<w:p>",
    b"<c r='E7'>", b"\xef\xbf\xbf", b'" x="', b"<a:b/>", b"<x xmlns='", b"&amp;" * 50,
)  # fmt: skip

#: (where it is put, what is put): what real files have and our samples may not.
_PIECES = {
    "tcPr": ("gridSpan", "vMerge", "hMerge", "tcW", "textDirection", "cellMerge"),
    "trPr": ("gridBefore", "gridAfter", "hidden", "tblHeader", "del", "ins"),
    "rPr": ("vanish", "strike", "dstrike", "vertAlign", "rFonts", "specVanish", "webHidden", "color", "rStyle", "sz"),
    "pPr": ("numPr", "pStyle", "rPr", "sectPr", "framePr", "outlineLvl"),
    "sdtPr": ("tag", "showingPlcHdr", "checkbox", "date", "dropDownList", "dataBinding", "alias"),
    "tblPr": ("tblpPr", "tblStyle", "bidiVisual", "tblW"),
    "sectPr": ("titlePg", "headerReference", "footerReference", "pgSz", "cols"),
    "r": (
        "br", "tab", "sym", "fldChar", "instrText", "noBreakHyphen", "ptab", "footnoteReference", "object", "pict",
        "delText",
    ),
    "p": (
        "ins", "del", "hyperlink", "fldSimple", "smartTag", "bookmarkStart", "commentRangeStart", "oMath", "moveFrom",
        "sdt",
    ),
    "body": ("altChunk", "subDoc", "tbl", "sdt", "p", "sectPr", "customXml"),
    "c": ("f", "v", "is", "extLst"),
    "row": ("c", "extLst"),
    "worksheet": (
        "mergeCells", "cols", "sheetData", "dimension", "headerFooter", "sheetViews", "conditionalFormatting",
    ),
    "mergeCells": ("mergeCell",) * 3,
    "xf": ("alignment", "protection"),
    "workbook": ("definedNames", "workbookPr", "calcPr", "externalReferences"),
    "definedNames": ("definedName",) * 2,
}  # fmt: skip


def mutated(data: bytes, chance: random.Random, most: int = 4) -> bytes:
    """The XML with one to ``most`` changes; now and then no longer well-formed, or in another encoding."""
    if chance.random() < 0.12:
        return _broken(data, chance)
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        return _broken(data, chance)
    for _ in range(chance.randint(1, most)):
        elements = [one for one in root.iter() if isinstance(one.tag, str)]
        operation = chance.choice(_OPERATIONS)
        operation(chance.choice(elements), elements, chance)
    made = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    return data if len(made) > _MOST_XML else _dressed(made, chance)


def planted(data: bytes, token: str, chance: random.Random, tags: tuple[str, ...]) -> bytes | None:
    """The XML with one of its visible words replaced by ``token``; None where it has none."""
    root = etree.fromstring(data)
    found = [
        one
        for one in root.iter()
        if isinstance(one.tag, str)
        and etree.QName(one).localname in tags
        and (one.text or "").strip()
        and not any(
            etree.QName(up).localname in ("annotation", "txbxContent", "del", "moveFrom") for up in one.iterancestors()
        )
    ]
    if not found:
        return None
    chance.choice(found).text = token
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


# --- one change of a tree --------------------------------------------------------------------------------------

Element = etree._Element


def _drop(one: Element, elements: list[Element], chance: random.Random) -> None:
    if (parent := one.getparent()) is not None:
        parent.remove(one)


def _unwrap(one: Element, elements: list[Element], chance: random.Random) -> None:
    if (parent := one.getparent()) is not None:
        place = parent.index(one)
        for child in reversed(list(one)):
            parent.insert(place, child)
        if one in parent:
            parent.remove(one)


def _double(one: Element, elements: list[Element], chance: random.Random) -> None:
    parent = one.getparent()
    if parent is None:
        return
    size = max(1, len(etree.tostring(one)))
    times = min(chance.choice((1, 1, 1, 2, 5, 70, 400)), 300_000 // size)
    for _ in range(times):
        parent.insert(parent.index(one), _copy(one))


def _nest(one: Element, elements: list[Element], chance: random.Random) -> None:
    """The element within itself, often deep; or within an empty shell of it."""
    inner = one
    if len(etree.tostring(one)) > 20_000:
        return
    shell = _copy(one)
    if chance.random() < 0.5:
        for child in list(shell):
            shell.remove(child)
    for _ in range(chance.choice(_DEPTHS) if len(etree.tostring(shell)) < 800 else 2):
        copy = _copy(shell)
        inner.append(copy)
        inner = copy


def _move(one: Element, elements: list[Element], chance: random.Random) -> None:
    target = chance.choice(elements)
    if one.getparent() is not None and target is not one and one not in target.iterancestors():
        target.insert(chance.randrange(len(target) + 1), one)


def _rename(one: Element, elements: list[Element], chance: random.Random) -> None:
    one.tag = chance.choice(elements).tag if chance.random() < 0.8 else "{urn:x}" + etree.QName(one).localname


def _attribute(one: Element, elements: list[Element], chance: random.Random) -> None:
    holders = [other for other in elements if other.attrib]
    if not holders:
        return
    if not one.attrib or chance.random() < 0.5:
        names = sorted({str(other.tag) for other in holders})
        wanted = chance.choice(names)  # each kind of element as often as any other
        one = chance.choice([other for other in holders if other.tag == wanted])
    name = chance.choice(list(one.attrib))
    if chance.random() < 0.12:
        del one.attrib[name]
        return
    value, bare = str(one.attrib[name]), etree.QName(name).localname
    if _REFERENCE.search(bare):
        pool: tuple[str, ...] = words.REFERENCES + words.NUMBERS[:8]
    elif "date" in bare or "time" in bare:
        pool = words.DATES
    elif _NUMBER.fullmatch(value):
        pool = words.NUMBERS
    else:
        pool = words.WORDS if chance.random() < 0.6 else words.EVERYTHING
    one.attrib[name] = _legal(chance.choice(pool))


def _borrow(one: Element, elements: list[Element], chance: random.Random) -> None:
    """An attribute of one element on another."""
    holders = [other for other in elements if other.attrib]
    if holders:
        name, value = chance.choice(list(chance.choice(holders).attrib.items()))
        one.set(name, value)


def _text(one: Element, elements: list[Element], chance: random.Random) -> None:
    holders = [other for other in elements if (other.text or "").strip()] or [one]
    chance.choice(holders).text = _legal(chance.choice(words.TEXTS if chance.random() < 0.8 else words.EVERYTHING))


def _piece(one: Element, elements: list[Element], chance: random.Random) -> None:
    """Something that real files have there, with a value that few have."""
    holders = [other for other in elements if etree.QName(other).localname in _PIECES]
    if not holders:
        return
    wanted = chance.choice(sorted({etree.QName(other).localname for other in holders}))
    one = chance.choice([other for other in holders if etree.QName(other).localname == wanted])
    space = etree.QName(one).namespace or _W
    piece = etree.Element(f"{{{space}}}{chance.choice(_PIECES[wanted])}")
    for name in chance.sample(
        ("val", "w", "type", "id", "ref", "s", "t", "r", "min", "max", "char", "font", "fldCharType"), 3
    ):
        value = _legal(chance.choice(words.WORDS + words.NUMBERS + words.REFERENCES))
        piece.set(f"{{{space}}}{name}" if space == _W else name, value)
    if chance.random() < 0.5:
        piece.text = _legal(chance.choice(words.TEXTS))
    one.insert(chance.randrange(len(one) + 1), piece)


def _span(one: Element, elements: list[Element], chance: random.Random) -> None:
    """Cells that cover more than there is, in each of the three languages."""
    cells = [
        other for other in elements if etree.QName(other).localname in ("tc", "table-cell", "c", "row", "mergeCell")
    ]
    if not cells:
        return
    cell = chance.choice(cells)
    match etree.QName(cell).localname:
        case "tc":
            properties = cell.find(f"{{{_W}}}tcPr")
            if properties is None:
                properties = etree.Element(f"{{{_W}}}tcPr")
                cell.insert(0, properties)
            name = chance.choice(("gridSpan", "vMerge", "vMerge"))
            mark = etree.SubElement(properties, f"{{{_W}}}{name}")
            if name == "gridSpan" or chance.random() < 0.5:
                mark.set(
                    f"{{{_W}}}val", _legal(chance.choice(words.NUMBERS if name == "gridSpan" else words.WORDS[:4]))
                )
        case "table-cell":
            what = ("number-columns-spanned", "number-rows-spanned", "number-columns-repeated", "formula")
            cell.set(f"{{{_T}}}{chance.choice(what)}", _legal(chance.choice(words.NUMBERS)))
        case "mergeCell":
            cell.set("ref", chance.choice(words.REFERENCES))
        case _:
            cell.set("r", _legal(chance.choice(words.REFERENCES + words.NUMBERS)))


_OPERATIONS: tuple[Callable[[Element, list[Element], random.Random], None], ...] = (
    _drop, _unwrap, _double, _double, _nest, _move, _rename, _attribute, _attribute, _attribute, _borrow, _text,
    _text, _text, _piece, _piece, _span, _span,
)  # fmt: skip


# --- what it is written as -------------------------------------------------------------------------------------


def _copy(one: Element) -> Element:
    made = etree.fromstring(
        etree.tostring(one, with_tail=True) if not one.tail else etree.tostring(one, with_tail=False)
    )
    made.tail = one.tail
    return made


def _legal(text: str) -> str:
    """What lxml lets stand in XML; the rest is written by ``_broken``."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def _dressed(data: bytes, chance: random.Random) -> bytes:
    """As another program may write it: another encoding, a byte order mark, single quotes, comments, prefixes."""
    match chance.randrange(40):
        case 0:
            return data.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16")
        case 1:
            return b"\xef\xbb\xbf" + data
        case 2:
            return data.replace(b"?>", b"?><!-- \xe7\x94\xa8 -->", 1)
        case 3:
            text = data.decode()
            return text.replace("UTF-8", "GB18030", 1).encode("gb18030", "replace")
        case 4:
            return data.replace(b'="', b"='", 1).replace(b'"', b"'", 1)
        case 5:
            return data.replace(b'="', b' = "')
        case 6:
            return data.replace(b"><", b">\n  <")
    return data


def _broken(data: bytes, chance: random.Random) -> bytes:
    """No longer what a parser should take: entities, controls, tags that do not match, something cut off."""
    places = [match.start() for match in re.finditer(b"[<>]", data)] or [0]
    place = chance.choice(places)
    match chance.randrange(5):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + data[chance.choice(places) :]
        case 2:
            end = data.find(b">", place) + 1
            return data[:place] + data[max(end, place) :]
        case 3:
            return data[: place + 1] + chance.choice(_BITS) + data[place + 1 :]
    return data[:place] + chance.choice(_BITS) + data[place:]
