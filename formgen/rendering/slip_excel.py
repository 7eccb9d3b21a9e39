"""Cell notes on the faulty cells of somebody else's .xlsx or .xlsm; everything else in it stays as it came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from formgen.rendering.marks import plain
from formgen.rendering.slip_parts import Element, Note, Parts, UntouchableError

AUTHOR = "formgen"
_SPOT = re.compile(r"^([A-Z]{1,3})([1-9]\d{0,6})$")
_STRICT = "http://purl.oclc.org/ooxml/"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_V, _O, _X = (f"urn:schemas-microsoft-com:{name}" for name in ("vml", "office:office", "office:excel"))
#: What must stand after ``legacyDrawing`` in a worksheet (CT_Worksheet is a sequence).
_AFTER = (
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
    *("webPublishItems", "tableParts", "extLst", "AlternateContent"),
)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(slots=True)
class _Sheet:
    part: str
    shown: bool  #: A note on a hidden sheet would never be seen.
    notes: dict[str, list[str]] = field(default_factory=dict)  #: By cell.


def annotate(parts: Parts, notes: Sequence[Note]) -> tuple[bool, ...]:
    """Add a cell note for each place, several faults of one cell in one note; for each, whether it is on its place.

    What has no cell, or one on a hidden sheet, stands on A1 of its sheet or of the first one, and says its place.
    Raises UntouchableError.
    """
    book = parts.linked("", "officeDocument") or "xl/workbook.xml"
    sheets = _sheets(parts, book)
    first = next((one for one in sheets.values() if one.shown), None)
    if first is None:
        raise UntouchableError("里面没有工作表")
    exact = []
    for note in notes:
        sheet = sheets.get(note.where.part.removeprefix("sheet "))
        spot = _SPOT.match(note.where.spot)
        sheet = sheet if sheet is not None and sheet.shown else None
        sure = sheet is not None and spot is not None and _column(spot[1]) < 16384 and int(spot[2]) <= 1048576
        text = note.text if sure or not note.where.chinese else f"{note.where.chinese}：{note.text}"
        (sheet or first).notes.setdefault(note.where.spot if sure else "A1", []).append(text)
        exact.append(sure or not str(note.where))
    for sheet in sheets.values():
        if sheet.notes:
            _write(parts, sheet)
    return tuple(exact)


def _sheets(parts: Parts, book: str) -> dict[str, _Sheet]:
    """The worksheets by name, in the order of the workbook."""
    targets = {
        link.get("Id"): target
        for link in parts.links(book)
        if (link.get("Type") or "").endswith("/worksheet") and (target := parts.target(book, link))
    }
    found: dict[str, _Sheet] = {}
    for entry in parts.xml(book).iter("{*}sheet"):
        link = next((str(value) for name, value in entry.items() if str(name).endswith("}id")), None)
        if link in targets:
            found.setdefault(entry.get("name") or "", _Sheet(targets[link], entry.get("state", "visible") == "visible"))
    return found


def _write(parts: Parts, sheet: _Sheet) -> None:
    root = parts.xml(sheet.part)
    namespace = etree.QName(root).namespace or ""
    strict = namespace.startswith(_STRICT)
    links = f"{_STRICT}officeDocument/relationships" if strict else (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    )  # fmt: skip
    comments = parts.linked(sheet.part, "comments")
    if comments is None:
        comments = parts.free("xl/comments{}.xml")
        listed = etree.fromstring(f'<comments xmlns="{namespace}"/>')
        parts.link(sheet.part, comments, f"{links}/comments")
        parts.declare(comments, _COMMENTS_TYPE)
    else:
        listed = parts.xml(comments)
    fresh = _add_comments(listed, f"{{{namespace}}}", sheet.notes)
    parts.put(comments, listed)
    drawing = _drawing(parts, sheet.part, root, links)
    shapes = parts.xml(drawing) if drawing in parts else _empty_drawing()
    taken = len(shapes)
    for number, spot in enumerate(fresh, 1):
        shapes.append(_shape(spot, taken + number))
    parts.put(drawing, shapes)


def _add_comments(listed: Element, s: str, notes: dict[str, list[str]]) -> list[str]:
    """Write the notes into the list of comments; the cells that had none before."""
    authors = listed.find(s + "authors")
    if authors is None:
        authors = etree.Element(s + "authors")
        listed.insert(0, authors)
    names = [one.text or "" for one in authors]
    if AUTHOR not in names:
        etree.SubElement(authors, s + "author").text = AUTHOR
        names.append(AUTHOR)
    lines = listed.find(s + "commentList")
    if lines is None:
        lines = etree.Element(s + "commentList")
        authors.addnext(lines)
    there = {one.get("ref"): one for one in lines}
    fresh = []
    for spot, texts in notes.items():
        words = "\n".join(texts)
        comment = there.get(spot)
        if comment is None:
            comment = etree.SubElement(lines, s + "comment", ref=spot, authorId=str(names.index(AUTHOR)))
            fresh.append(spot)
        else:
            words = f"\n{AUTHOR}：{words}"
        text = comment.find(s + "text")
        if text is None:
            text = etree.SubElement(comment, s + "text")
        target = etree.SubElement(etree.SubElement(text, s + "r"), s + "t")
        target.set(_SPACE, "preserve")
        target.text = plain(words)
    return fresh


def _drawing(parts: Parts, part: str, root: Element, links: str) -> str:
    """The name of the drawing that holds the shapes of the notes; the sheet is made to refer to it."""
    identity = f"{{{links}}}id"
    namespace = f"{{{etree.QName(root).namespace}}}"
    old = root.find(namespace + "legacyDrawing")
    if old is not None:
        for link in parts.links(part):
            if link.get("Id") == old.get(identity) and (found := parts.target(part, link)):
                return found
        raise UntouchableError("批注的图形找不到")
    drawing = parts.free("xl/drawings/vmlDrawing{}.vml")
    parts.declare("vml", _VML_TYPE)
    made = etree.Element(namespace + "legacyDrawing", {identity: parts.link(part, drawing, f"{links}/vmlDrawing")})
    seen_data = False
    for child in root.iterchildren("{*}*"):
        local = etree.QName(child).localname
        seen_data = seen_data or local == "sheetData"
        if seen_data and local in _AFTER:
            child.addprevious(made)
            break
    else:
        root.append(made)
    parts.put(part, root)
    return drawing


def _empty_drawing() -> Element:
    return etree.fromstring(
        f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"><o:shapelayout v:ext="edit">'
        '<o:idmap v:ext="edit" data="1"/></o:shapelayout>'
        '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
        'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
        '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
    )


def _shape(spot: str, number: int) -> Element:
    """The box of a note beside its cell."""
    match = _SPOT.match(spot)
    assert match is not None  # looked at when the note was placed
    row, column = int(match[2]) - 1, _column(match[1])
    right, bottom = min(column + 5, 16383), min(row + 6, 1048575)
    return etree.fromstring(
        f'<v:shape xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}" id="_x0000_s{2048 + number}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:60pt;margin-top:2pt;width:240pt;height:96pt;z-index:1;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{min(column + 1, 16383)}, 12, {row}, 4, {right}, 12, {bottom}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _column(letters: str) -> int:
    """A column from 0: ``A`` → 0, ``AA`` → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
