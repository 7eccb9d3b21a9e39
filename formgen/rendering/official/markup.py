"""WordprocessingML of runs, paragraphs and borders, as lxml elements; nothing is ever pasted together as text."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from formgen.rendering.marks import plain
from formgen.rendering.official import faces
from formgen.rendering.official.profile import Profile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = {"w": W, "r": R}
Element = etree._Element


def tag(name: str) -> str:
    """``jc`` → the qualified name in the main namespace."""
    return f"{{{W}}}{name}"


def node(name: str, /, *children: Element | None, **attributes: object) -> Element:
    """An element ``w:NAME`` with these attributes (``w:`` each) and children; None children are left out."""
    made = etree.Element(tag(name), nsmap=NAMESPACES)
    for key, value in attributes.items():
        made.set(tag(key), str(value))
    made.extend(child for child in children if child is not None)
    return made


def fonts(face: str, latin: str) -> Element:
    """``w:rFonts`` with all four faces and no theme. hAnsi is the Chinese one, so that “ ” … — stay Chinese."""
    return node("rFonts", hint="eastAsia", ascii=latin, hAnsi=face, eastAsia=face, cs=latin)


def runs(text: str, face: str, profile: Profile, *, latin: str = "", red: bool = False) -> list[Element]:
    """The runs of a text in a face: rare characters in a face that holds them, ``\\t`` and ``\\n`` as tab and break."""
    made = []
    for words, own in faces.runs(plain(text), face):
        properties = node("rPr", fonts(own, latin or profile.latin))
        if red:
            properties.append(node("color", val=profile.red))
        made.append(node("r", properties, *_content(words)))
    return made


def _content(words: str) -> list[Element]:
    parts: list[Element] = []
    piece = ""
    for character in words:
        if character in "\t\n":
            if piece:
                parts.append(_text(piece))
            parts.append(node("tab" if character == "\t" else "br"))
            piece = ""
        else:
            piece += character
    if piece or not parts:
        parts.append(_text(piece))
    return parts


def _text(words: str) -> Element:
    made = node("t")
    made.text = words
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


#: CT_PPr is a sequence: what comes first.
_ORDER = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "pBdr", "shd", "tabs"),
    *("kinsoku", "wordWrap", "overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid", "spacing", "ind", "jc"),
    *("textAlignment", "outlineLvl", "rPr", "sectPr"),
)


def properties(name: str, parts: Iterable[Element]) -> Element:
    """``w:pPr`` with its parts in the order that the schema wants."""
    ordered = sorted(parts, key=lambda part: _ORDER.index(etree.QName(part).localname))
    return node(name, *ordered)


def spacing(*, before: float = 0, after: float = 0, line: float = 0) -> Element:
    """``w:spacing`` in points; ``line`` is exact, 0: single."""
    made = node("spacing", before=round(before * 20), after=round(after * 20))
    made.set(tag("line"), str(round(line * 20) if line else 240))
    made.set(tag("lineRule"), "exact" if line else "auto")
    return made


def tighten(spacing: Element, scale: float, least: float) -> None:
    """Scale what ``w:spacing`` says of exact lines and of gaps; no line becomes less than ``least`` points high."""
    for name in ("before", "after"):
        if (value := spacing.get(tag(name))) is not None:
            spacing.set(tag(name), str(round(int(value) * scale)))
    line = spacing.get(tag("line"))
    if line is not None and spacing.get(tag("lineRule")) == "exact":
        spacing.set(tag("line"), str(min(int(line), max(round(int(line) * scale), round(least * 20)))))


def indent(**sides: int) -> Element:
    """``w:ind`` in twips: ``left right firstLine hanging``."""
    return node("ind", **sides)


def tabs(*stops: tuple[str, int]) -> Element:
    """``w:tabs``: (``left`` ``center`` ``right``, place in twips)."""
    return node("tabs", *(node("tab", val=kind, pos=place) for kind, place in stops))


def paragraph(style: str, content: Iterable[Element] = (), *own: Element) -> Element:
    """A paragraph of a style with its runs; ``own``: properties that differ from the style."""
    return node("p", properties("pPr", [node("pStyle", val=style), *own]), *content)


def border(side: str, kind: str, size: int, space: int, color: str) -> Element:
    """One side of ``w:pBdr``."""
    return node(side, val=kind, sz=size, space=space, color=color)


def page_field(face: str, profile: Profile) -> list[Element]:
    """``— 1 —``: an 一字线 on each side of the number of the page, all in one face (7.5)."""
    instruction = node("instrText")
    instruction.text = " PAGE "
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def run(*content: Element) -> Element:
        return node("r", node("rPr", fonts(face, face)), *content)

    return [
        *runs("— ", face, profile, latin=face),
        run(node("fldChar", fldCharType="begin")),
        run(instruction),
        run(node("fldChar", fldCharType="separate")),
        *runs("1", face, profile, latin=face),
        run(node("fldChar", fldCharType="end")),
        *runs(" —", face, profile, latin=face),
    ]


def serialised(root: Element) -> bytes:
    """A part of the package as bytes, the same every time."""
    etree.cleanup_namespaces(root, top_nsmap=NAMESPACES, keep_ns_prefixes=["w", "r"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
