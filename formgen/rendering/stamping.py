"""What a blank gets so that a scan of it can be read: marks in the corners, a code on each page, exact heights of rows.

All of it stands in the pages' headers as pictures with places of their own on the page, which Word, WPS and
LibreOffice hold alike, whatever the face of the text. A form of one page has one header; of two, a header for the
first page; of three, one more for the even page. The programs themselves choose among these by the page's number,
which begins from 1 for each paper, so no section is needed for a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import le
from pathlib import Path
from typing import Any

from lxml import etree

from formgen.errors import TemplateError
from formgen.model import Form, PageLayout, Subject
from formgen.pagecode import PageCode
from formgen.rendering import bands
from formgen.rendering.bands import Band
from formgen.rendering.layout import edition_of, laid_out, nameless, pieces, plan_of
from formgen.rendering.metrics import W, width
from formgen.rendering.packing import Member, member, packed
from formgen.rendering.plan import Line, UnmeasurableError
from formgen.rendering.prepared import DOCUMENT, RELATIONS, Prepared, prepared
from formgen.scheme.types import Scheme

_TYPES, _SETTINGS, _STYLES = "[Content_Types].xml", "word/settings.xml", "word/styles.xml"
_MOST_PAGES = 3
_EMU = 36000  #: To a millimetre.
_HEAD, _FOOT = "fgHead", "fgFoot"
_NARROWEST = 33  #: Per cent: a name is not pressed further than that.

_NS = {"w": W[1:-1]}
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEADER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EMPTY_HEADER = f'{_XML}<w:hdr xmlns:w="{W[1:-1]}"><w:p/></w:hdr>'

_ROW = re.compile(r"(<w:tr(?: [^>]*)?>(?:<w:tblPrEx>.*?</w:tblPrEx>)?)(<w:trPr/>|<w:trPr>(.*?)</w:trPr>)?", re.DOTALL)
_HEIGHT = re.compile(r"<w:trHeight\b[^>]*/>")
_HEADER = re.compile(r'<w:headerReference\b[^>]*w:type="(\w+)"[^>]*/>')
_FOOTER = re.compile(r'<w:footerReference\b[^>]*w:type="(\w+)"[^>]*/>')
_ID = re.compile(r'r:id="([^"]*)"')
_PAGES = re.compile(r'<w:fldSimple w:instr="\s*NUMPAGES\s*">.*?</w:fldSimple>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all blanks of one form in one template have in common."""

    form: str
    edition: str
    layouts: tuple[PageLayout, ...]
    heights: tuple[int, ...]  #: Of all rows, in twips.
    rooms: tuple[tuple[str, int, int], ...]  #: Blank beside the table → its width and that of a character, in twips.

    def codes(self, properties: Mapping[str, str]) -> tuple[PageCode, ...]:
        """The code of each page of the paper that has these properties."""
        get = properties.get
        subject = Subject(get("village", ""), get("name", ""), get("group", ""), get("team", ""))
        pages = len(self.layouts)
        period = get("period", "")
        return tuple(PageCode(self.form, self.edition, period, subject, page, pages) for page in range(1, pages + 1))

    def exact(self, xml: str) -> str:
        """The document, or a part of it that holds all tables, with exact heights. Raises TemplateError."""
        heights = iter(self.heights)

        def change(found: re.Match[str]) -> str:
            kept = _HEIGHT.sub("", found[3] or "")
            return f'{found[1]}<w:trPr>{kept}<w:trHeight w:val="{next(heights)}" w:hRule="exact"/></w:trPr>'

        try:
            changed = _ROW.sub(change, xml)
        except StopIteration:
            changed = ""
        if not changed or next(heights, None) is not None:
            raise TemplateError("这份表的行数和空白表不同，不能印定位标记；请用 --no-marks 生成")
        return changed

    def pressed(self, xml: str, context: Mapping[str, Any]) -> str:
        """The document with names that are longer than their blank pressed into it, so that no line is added."""
        box = context.get("box", {})
        for tag, room, size in self.rooms:
            words = str(box.get(tag, ""))
            needed = width(words) * size
            if needed > room:
                xml = _pressed(xml, tag, max(_NARROWEST, int(100 * room / needed)))
        return xml


def stamp_for(template: Path, form: Form, scheme: Scheme) -> Stamp | None:
    """The stamp of a form's blanks; None where the template does not state its lengths or has too many pages.

    Raises TemplateError where the template cannot be rendered.
    """
    ready = prepared(template)
    members = ready.members(nameless(form, scheme))
    return _stamp(form.id, edition_of(form.scheme, template.read_bytes()), members[DOCUMENT], members.get(_STYLES, b""))


@lru_cache(maxsize=64)
def _stamp(form: str, edition: str, document: bytes, styles: bytes) -> Stamp | None:
    try:
        plan = plan_of(document, styles)
    except (UnmeasurableError, etree.XMLSyntaxError, ValueError):
        return None
    heights = plan.heights()
    layouts = laid_out(plan, heights, form, edition)
    if len(layouts) > _MOST_PAGES:
        return None
    rooms = []
    for block in plan.blocks:
        if isinstance(block, Line):
            own = pieces(block, plan.right - plan.left)
            for one, following in zip(own, (*own[1:], None), strict=bool(own)):
                ends = plan.right - plan.left - block.room.right
                if following is not None and following.line == one.line:
                    ends = min(ends, round(following.x) - block.room.size // 2)
                if one.tag:
                    rooms.append((one.tag, round(ends - one.x), block.room.size))
    return Stamp(form, edition, layouts, heights, tuple(rooms))


def fits(ready: Prepared, context: Mapping[str, Any], stamp: Stamp) -> bool:
    """Whether what is filled into a form takes no more room than a blank has. Raises TemplateError."""
    members = ready.members(context)
    try:
        heights = plan_of(members[DOCUMENT], members.get(_STYLES, b"")).heights()
    except (UnmeasurableError, etree.XMLSyntaxError, ValueError):
        return False
    return len(heights) == len(stamp.heights) and all(map(le, heights, stamp.heights))


def stamped(ready: Prepared, context: Mapping[str, Any], stamp: Stamp) -> bytes:
    """A blank as .docx, with its marks and codes. Raises TemplateError."""
    members = ready.members(context)
    document = stamp.pressed(stamp.exact(members[DOCUMENT].decode()), context)
    begins = document.rindex("<w:sectPr")
    headers = Headers(members)
    texts = {name: members[name].decode() for name in headers.bases}
    section = headers.section(document[begins:], texts, stamp, context.get("properties", {}), 1)
    members[DOCUMENT] = (document[:begins] + section).encode()
    headers.put(members, stamp)
    return packed(_kept(name, data) if name != DOCUMENT else member(name, data) for name, data in members.items())


@lru_cache(maxsize=256)
def _kept(name: str, data: bytes) -> Member:
    return member(name, data)


class Headers:
    """The stamped headers of the papers in one document, and the pictures in them."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        root = _parse(members[RELATIONS])
        self._targets = {str(one.get("Id")): f"word/{one.get('Target')}" for one in root}
        self.bases = [
            f"word/{one.get('Target')}" for one in root if str(one.get("Type", "")).endswith("/header")
        ]  #: The template's own headers.
        self._made: dict[str, bytes] = {}
        self._relations: list[tuple[str, str]] = []
        self._links = {base: members[links].decode() for base in self.bases if (links := _links(base)) in members}

    def section(
        self, section: str, texts: Mapping[str, str], stamp: Stamp, properties: Mapping[str, str], number: int
    ) -> str:
        """The properties of a paper's section with its own headers; ``texts`` are the template's headers filled in."""
        bases = {found[1]: self._targets.get(_id(found[0]), "") for found in _HEADER.finditer(section)}
        footers = {found[1]: found[0] for found in _FOOTER.finditer(section)}
        title = re.search(r"<w:titlePg(?: [^>]*)?/>", section) is not None
        pages = len(stamp.layouts)
        ids = []
        for code, layout in zip(stamp.codes(properties), stamp.layouts, strict=True):
            own = "first" if code.page == 1 and title else "even" if code.page % 2 == 0 else "default"
            base = bases.get(own) or bases.get("default") or ""
            ids.append(self._header(base, texts.get(base, _EMPTY_HEADER), code, layout, number))
        kinds = {"first": ids[0], "even": ids[min(1, pages - 1)], "default": ids[-1]}
        if pages == 1 and not title:
            del kinds["first"]
        found = "".join(
            f'<w:headerReference xmlns:r="{_R}" w:type="{kind}" r:id="{id_}"/>' for kind, id_ in kinds.items()
        )
        if "default" in footers:
            for kind in ("first", "even"):
                footers.setdefault(kind, footers["default"].replace('w:type="default"', f'w:type="{kind}"'))
        section = _FOOTER.sub("", _HEADER.sub("", section))
        head = re.match(r"<w:sectPr(?: [^>]*)?>", section)
        assert head is not None  # it begins with it
        section = head[0] + found + "".join(footers.values()) + section[head.end() :]
        return section if title or pages == 1 else _with_title_page(section)

    def _header(self, base: str, text: str, code: PageCode, layout: PageLayout, number: int) -> str:
        name = f"word/header{number * 10 + code.page}.xml"
        head, foot = bands.head(code, layout.width), bands.foot(layout.width, layout.height)
        pictures = ((_HEAD, f"media/code-{number}-{code.page}.png", head), (_FOOT, "media/foot.png", foot))
        first = (number * 10 + code.page) * 10  # no two pictures of a document have the same number
        drawn = "".join(_picture(link, band, place) for place, (link, _, band) in enumerate(pictures, start=first))
        self._made[name] = _with(text, drawn, code.number).encode()
        self._made |= {f"word/{target}": band.png for _, target, band in pictures}
        links = "".join(
            f'<Relationship Id="{link}" Type="{_R}/image" Target="{target}"/>' for link, target, _ in pictures
        )
        given = self._links.get(base, f'{_XML}<Relationships xmlns="{_PACKAGE}"></Relationships>')
        self._made[_links(name)] = given.replace("</Relationships>", links + "</Relationships>").encode()
        id_ = f"fg{number}p{code.page}"
        self._relations.append((id_, name.removeprefix("word/")))
        return id_

    def put(self, members: dict[str, bytes], stamp: Stamp) -> None:
        """Add the headers and pictures to the package in place of the template's headers."""
        relations = _parse(members[RELATIONS])
        types = _parse(members[_TYPES])
        for base in self.bases:
            del members[base]
            members.pop(_links(base), None)
        gone = {f"/{base}" for base in self.bases}
        for one in [one for one in relations if f"/word/{one.get('Target')}" in gone]:
            relations.remove(one)
        for one in [one for one in types if one.get("PartName") in gone]:
            types.remove(one)
        for id_, target in self._relations:
            etree.SubElement(relations, f"{{{_PACKAGE}}}Relationship", Id=id_, Type=f"{_R}/header", Target=target)
            kind = etree.SubElement(types, f"{types.tag.removesuffix('Types')}Override")
            kind.set("PartName", f"/word/{target}")
            kind.set("ContentType", _HEADER_TYPE)
        if not any(one.get("Extension") == "png" for one in types):
            default = etree.Element(
                f"{types.tag.removesuffix('Types')}Default", Extension="png", ContentType="image/png"
            )
            types.insert(0, default)
        for name, root in ((RELATIONS, relations), (_TYPES, types)):
            members[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        members |= self._made
        pages = len(stamp.layouts)
        for name in [name for name in members if re.match(r"word/footer\d*\.xml$", name)]:
            members[name] = _counted(members[name].decode(), pages).encode()
        if pages > 2 and b"<w:evenAndOddHeaders" not in members[_SETTINGS]:
            members[_SETTINGS] = _with_even_pages(members[_SETTINGS])


def _links(part: str) -> str:
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels"


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _id(reference: str) -> str:
    found = _ID.search(reference)
    return found[1] if found else ""


#: What may stand after ``w:titlePg`` in ``w:sectPr``.
_AFTER_TITLE = re.compile(r"<w:(?:textDirection|bidi|rtlGutter|docGrid|printerSettings|sectPrChange)\b|</w:sectPr>")


def _with_title_page(section: str) -> str:
    found = _AFTER_TITLE.search(section)
    assert found is not None  # it is closed
    return f"{section[: found.start()]}<w:titlePg/>{section[found.start() :]}"


def _with_even_pages(settings: bytes) -> bytes:
    """The settings with headers of their own for even pages."""
    root = _parse(settings)
    before = [one for one in root if etree.QName(one).localname in _BEFORE_EVEN]
    root.insert(len(before), etree.Element(W + "evenAndOddHeaders"))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


#: What may stand before ``w:evenAndOddHeaders`` in ``w:settings``.
_BEFORE_EVEN = frozenset(
    [
        *("writeProtection", "view", "zoom", "removePersonalInformation", "removeDateAndTime"),
        *("doNotDisplayPageBoundaries", "displayBackgroundShape", "printPostScriptOverText"),
        *("printFractionalCharacterWidth", "printFormsData", "embedTrueTypeFonts", "embedSystemFonts"),
        *("saveSubsetFonts", "saveFormsData", "mirrorMargins", "alignBordersAndEdges", "bordersDoNotSurroundHeader"),
        *("bordersDoNotSurroundFooter", "gutterAtTop", "hideSpellingErrors", "hideGrammaticalErrors"),
        *("activeWritingStyle", "proofState", "formsDesign", "attachedTemplate", "linkStyles", "stylePaneFormatFilter"),
        *("stylePaneSortMethod", "documentType", "mailMerge", "revisionView", "trackRevisions"),
        *("doNotTrackMoves", "doNotTrackFormatting", "documentProtection", "autoFormatOverride", "styleLockTheme"),
        *("styleLockQFSet", "defaultTabStop", "autoHyphenation", "consecutiveHyphenLimit", "hyphenationZone"),
        *("doNotHyphenateCaps", "showEnvelope", "summaryLength", "clickAndTypeStyle", "defaultTableStyle"),
    ]
)


def _counted(footer: str, pages: int) -> str:
    """A footer that says how many pages the paper has, and not how many the document."""
    return _PAGES.sub(f"<w:r><w:t>{pages}</w:t></w:r>", footer)


def _with(header: str, drawn: str, number: str) -> str:
    """A header with the number and the pictures at the end of its last paragraph."""
    ends = header.rfind("</w:p>")
    if ends < 0:
        header = re.sub(r"<w:p(?: [^>]*)?/>(?=</w:hdr>)", "", header).replace("</w:hdr>", f"{_BARE}</w:p></w:hdr>")
        ends = header.rfind("</w:p>")
    gap = "\u3000" if re.search(r"<w:t(?: [^>]*)?>[^<]", header[header.rfind("<w:p", 0, ends) : ends]) else ""
    return f"{header[:ends]}{_NUMBER}{gap}{number}</w:t></w:r>{drawn}{header[ends:]}"


#: The beginning of a paragraph for a header that has none.
_BARE = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="exact"/><w:jc w:val="center"/></w:pPr>'
)
_NUMBER = (
    '<w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/><w:color w:val="000000"/>'
    '<w:spacing w:val="0"/><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve">'
)


def _picture(link: str, band: Band, number: int) -> str:
    """A picture at its own place on the page, behind the text, which flows on as if it were not there."""
    size = f'cx="{round(band.width * _EMU)}" cy="{round(band.height * _EMU)}"'
    name = "定位标记和页码标识" if link == _HEAD else "定位标记"
    return (
        f'<w:r><w:drawing><wp:anchor xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        f'relativeHeight="{number}" behindDoc="1" locked="1" layoutInCell="0" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{round(band.x * _EMU)}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{round(band.y * _EMU)}</wp:posOffset></wp:positionV>'
        f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name="{name}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}">'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip xmlns:r="{_R}" r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:anchor></w:drawing></w:r>"
    )


def _pressed(xml: str, tag: str, percent: int) -> str:
    """The document with the text of the first control of this tag narrower."""
    place = xml.find(f'<w:tag w:val="{tag}"/>')
    ends = xml.find("</w:sdt>", place)
    if place < 0 or ends < 0:
        return xml
    content = xml[place:ends]
    narrow = f'<w:w w:val="{percent}"/>'
    begins = content.find("<w:sdtContent>")
    head, runs = content[:begins], content[begins:]
    runs = re.sub(r"<w:r>(<w:rPr>(?:<w:rStyle [^>]*/>)?)?", lambda found: _narrow_run(found, narrow), runs)
    return xml[:place] + head + runs + xml[ends:]


def _narrow_run(found: re.Match[str], narrow: str) -> str:
    return f"<w:r>{found[1]}{narrow}" if found[1] else f"<w:r><w:rPr>{narrow}</w:rPr>"
