"""Many papers of one template as one document: a section for each, its pages numbered from 1. Pure.

One document is converted to PDF in one start of LibreOffice. Each section's first paragraph gets an outline level, by
which the pages of each paper are found again in the PDF (``cutting``).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from lxml import etree

from formgen.errors import TemplateError
from formgen.rendering.marks import plain
from formgen.rendering.packing import long_member, member, packed
from formgen.rendering.plate_parts import Part
from formgen.rendering.prepared import DOCUMENT, RELATIONS, Plate, Prepared
from formgen.rendering.properties import put_properties
from formgen.rendering.stamping import Headers, Stamp

_TYPES = "[Content_Types].xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_IDS = re.compile(r'(<w:id w:val="|<wp:docPr id="|<w:bookmark(?:Start|End) w:id=")(-?\d+)"')
_OUTLINE = re.compile(r'<w:outlineLvl w:val="\d+"/>')
#: What must stand before ``w:type`` and ``w:pgNumType`` in ``w:sectPr`` (CT_SectPr is a sequence).
_BEFORE_TYPE = ("headerReference", "footerReference", "footnotePr", "endnotePr")
_BEFORE_NUMBERS = (*_BEFORE_TYPE, "type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType")
#: What must stand after ``w:outlineLvl`` in ``w:pPr``.
_AFTER_OUTLINE = re.compile(r"<w:(?:divId|cnfStyle|rPr|sectPr|pPrChange)\b|</w:pPr>")
#: A paragraph that takes no room, where a paper ends in a table.
_THIN = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>'
)

_SETTINGS = "word/settings.xml"
#: What may stand before ``w:mirrorMargins`` in ``w:settings`` (CT_Settings is a sequence).
_BEFORE_MIRROR = (
    *(
        "writeProtection",
        "view",
        "zoom",
        "removePersonalInformation",
        "removeDateAndTime",
        "doNotDisplayPageBoundaries",
    ),
    *("displayBackgroundShape", "printPostScriptOverText", "printFractionalCharacterWidth", "printFormsData"),
    *("embedTrueTypeFonts", "embedSystemFonts", "saveSubsetFonts", "saveFormsData"),
)
_MARGIN = re.compile(r"word/(?:header|footer)[\w-]*\.xml$")
_PLACE = "\ufde2"  #: Where a section's properties go. No value can bring it in.
_CODED_PLACE = _PLACE.encode()

Progress = Callable[[int, int, str], None]


def print_run(
    template: Prepared,
    contexts: Sequence[Mapping[str, object]],
    *,
    duplex: bool = False,
    progress: Progress | None = None,
    stamp: Stamp | None = None,
) -> bytes:
    """The papers of all contexts as one .docx; with ``duplex`` each begins on an odd side and the margins are mirrored.

    With a ``stamp`` each page carries its marks and its own code.
    ``progress`` is told how many are done, of how many, and the next one's title. Raises TemplateError where there is
    none, or where a paper brings pictures or links of its own (they cannot be printed in one document).
    """
    if not contexts:
        raise TemplateError("没有要合印的表")
    with zipfile.ZipFile(io.BytesIO(template.render(contexts[0]))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    margins = _Margins(members)
    headers = Headers(members) if stamp else None
    laid: dict[Plate, _Laid] = {}
    pieces: list[bytes] = []
    head = ""
    for number, context in enumerate(contexts):
        if progress is not None:
            progress(number, len(contexts), str(context.get("title", "")))
        found = template.plate(context)
        if found is not None and DOCUMENT in found[0].parts:
            plate, leaves = found
            if plate not in laid:
                laid[plate] = _Laid(plate.parts[DOCUMENT], stamp)
            story, sheet = plate.story(leaves, document=False), laid[plate]
        else:
            leaves, story = [], template.story(context)
            sheet = _Laid(Part(DOCUMENT, story[DOCUMENT], {}), stamp)
        if story.get(RELATIONS) != margins.relations:
            raise TemplateError("模板给每个人放了不同的图片或链接，不能合印；请不用合印，逐份生成")
        head = sheet.head
        last = number == len(contexts) - 1
        if stamp and headers:
            properties = context.get("properties", {})
            assert isinstance(properties, Mapping)  # our own context
            odd = duplex and len(stamp.layouts) % 2 == 1  # one of an even number of pages ends on a back by itself
            section = headers.section(_section(sheet.section, head, odd), story, stamp, properties, number + 1)
            pieces.append(stamp.pressed(sheet.filled(leaves, section, number, last=last), context).encode())
            continue
        section = _section(margins.named(sheet.section, story), head, duplex)
        pieces.append(sheet.coded(leaves, section, number, last=last))
    if progress is not None:
        progress(len(contexts), len(contexts), "")
    if stamp and headers:
        headers.put(members, stamp)
    else:
        margins.put(members)
        for name in [name for name in members if _MARGIN.match(name) and b"NUMPAGES" in members[name]]:
            members[name] = _uncounted(members[name])
    if duplex and stamp is None and _SETTINGS in members:  # a stamped sheet keeps its cells where its code says
        members[_SETTINGS] = _mirrored(members[_SETTINGS])
    put_properties(members, _common(contexts))
    whole = (head.encode(), *pieces, b"</w:body></w:document>")
    return packed(
        long_member(name, whole) if name == DOCUMENT else member(name, data) for name, data in members.items()
    )


def _uncounted(margin: bytes) -> bytes:
    """A header or footer that no longer says of how many pages: the document's are not those of one paper.

    第 1 页　共 3 页 becomes 第 1 页. A count that is written otherwise becomes that of the section, which Word knows.
    """
    root = etree.fromstring(margin, _parser())
    for words in root.iter(f"{_W}instrText"):
        words.text = (words.text or "").replace("NUMPAGES", "SECTIONPAGES")
    for field in list(root.iter(f"{_W}fldSimple")):
        instruction = field.get(f"{_W}instr", "")
        if instruction.split()[:1] != ["NUMPAGES"]:
            continue
        before, after = (_text_of(one) for one in (field.getprevious(), field.getnext()))
        if before is not None and after is not None and (found := re.search(r"\s*[共/]\s*$", before.text or "")):
            before.text = (before.text or "")[: found.start()]
            after.text = re.sub(r"^\s*页", "", after.text or "") if "页" in before.text else after.text
            field.getparent().remove(field)
        else:
            field.set(f"{_W}instr", instruction.replace("NUMPAGES", "SECTIONPAGES"))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _text_of(run: etree._Element | None) -> etree._Element | None:
    return run.find(f"{_W}t") if run is not None and run.tag == f"{_W}r" else None


def _mirrored(settings: bytes) -> bytes:
    """The settings with margins that change sides: bound on the left of odd sides, on the right of even ones."""
    root = etree.fromstring(settings, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.find(f"{_W}mirrorMargins") is None:
        before = [one for one in root if etree.QName(one).localname in _BEFORE_MIRROR]
        root.insert(len(before), etree.Element(f"{_W}mirrorMargins"))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


class _Laid:
    """A paper laid out for a run: an outline level in its first paragraph, a place for its section in its last."""

    def __init__(self, part: Part, stamp: Stamp | None = None) -> None:
        self.head, content, self.section = _split(part.xml)
        content = _with_outline(stamp.exact(content) if stamp else content)
        self._numbered = _IDS.search(content) is not None
        self._last = part.changed(content + _PLACE)
        self._other = part.changed(_closed(content, _PLACE))

    def filled(self, leaves: Sequence[str], section: str, number: int, *, last: bool) -> str:
        """The body's content with these texts, this section and numbers of its own."""
        content = (self._last if last else self._other).filled(leaves)
        if self._numbered:
            content = _renumbered(content, number)
        return content.replace(_PLACE, section)

    def coded(self, leaves: Sequence[str], section: str, number: int, *, last: bool) -> bytes:
        """The same in UTF-8."""
        if self._numbered:
            return self.filled(leaves, section, number, last=last).encode()
        return (self._last if last else self._other).coded(leaves, (_CODED_PLACE, section.encode()))


def _split(xml: str) -> tuple[str, str, str]:
    """What stands before the body's content, the content, and the properties of its last section."""
    begins = xml.index("<w:body>") + len("<w:body>")
    ends = xml.rindex("</w:body>")
    section = xml.rfind("<w:sectPr", begins, ends)
    if section < 0 or not xml.endswith("</w:body></w:document>"):
        raise TemplateError("模板的最后没有版面设置（页边距、纸张）；请在 Word 中打开另存后再试")
    return xml[:begins], xml[begins:section], xml[section:ends]


@lru_cache(maxsize=64)
def _section(xml: str, head: str, duplex: bool) -> str:
    """The section's properties: on a new page, or a new odd page, and numbered from 1."""
    root = etree.fromstring(f"{head}{xml}</w:body></w:document>".encode(), _parser())
    section = root[0][0]
    for name, key, value, before in (
        ("type", "val", "oddPage" if duplex else "nextPage", _BEFORE_TYPE),
        ("pgNumType", "start", "1", _BEFORE_NUMBERS),
    ):
        element = section.find(_W + name)
        if element is None:
            element = etree.Element(_W + name)
            section.insert(sum(1 for one in section if etree.QName(one).localname in before), element)
        element.set(_W + key, value)
    return re.sub(r' xmlns(?::\w+)?="[^"]*"', "", etree.tostring(section, encoding="unicode"))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _renumbered(content: str, number: int) -> str:
    """Numbers that must be the only ones of their kind in a document, moved out of the way of other papers'."""
    if not number:
        return content
    moved = number * 1000
    return _IDS.sub(lambda match: f'{match[1]}{int(match[2]) + moved}"', content)


def _with_outline(content: str) -> str:
    """The first paragraph as the only one with an outline level of its own."""
    content = _OUTLINE.sub("", content)
    place = re.search(r"<w:p(?: [^>]*)?>", content)
    if place is None:
        return content
    if content.startswith("<w:pPr>", place.end()):
        found = _AFTER_OUTLINE.search(content, place.end())
        assert found is not None  # it is closed
        return f'{content[: found.start()]}<w:outlineLvl w:val="0"/>{content[found.start() :]}'
    return f'{content[: place.end()]}<w:pPr><w:outlineLvl w:val="0"/></w:pPr>{content[place.end() :]}'


def _closed(content: str, section: str) -> str:
    """The content with the section's properties in its last paragraph."""
    begins = max(content.rfind("<w:p>"), content.rfind("<w:p "))
    last = content[begins:]
    if begins < 0 or not last.endswith("</w:p>") or last.count("</w:p>") > 1 or "<w:pPrChange" in last:
        return f"{content}{_THIN}{section}</w:pPr></w:p>"
    if "</w:pPr>" in last:
        return f"{content[:begins]}{last.replace('</w:pPr>', section + '</w:pPr>', 1)}"
    opened = last.index(">") + 1
    return f"{content[:begins]}{last[:opened]}<w:pPr>{section}</w:pPr>{last[opened:]}"


class _Margins:
    """The headers and footers of a run: each wording of one is a part of its own."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self.relations = members[RELATIONS].decode()
        root = etree.fromstring(self.relations.encode(), _parser())
        self._ids = {f"word/{one.get('Target')}": str(one.get("Id")) for one in root}
        self._texts = {name: [data.decode()] for name, data in members.items() if name in self._ids}
        self._new: dict[str, tuple[str, str]] = {}  #: Part → (its own id, the part that it is a wording of).

    def named(self, section: str, story: Mapping[str, str]) -> str:
        """The section's properties, referring to the wordings that this paper has."""
        for name, texts in self._texts.items():
            text = story.get(name, texts[0])
            if text == texts[0]:
                continue
            if text not in texts:
                texts.append(text)
            number = texts.index(text) + 1
            part = f"{name.removesuffix('.xml')}-{number}.xml"
            own = f"{self._ids[name]}n{number}"
            self._new[part] = (own, name)
            section = section.replace(f'r:id="{self._ids[name]}"', f'r:id="{own}"')
        return section

    def put(self, members: dict[str, bytes]) -> None:
        """Add the further wordings to the package."""
        relations = etree.fromstring(self.relations.encode(), _parser())
        types = etree.fromstring(members[_TYPES], _parser())
        for part, (own, origin) in self._new.items():
            number = int(part.rpartition("-")[2].removesuffix(".xml"))
            members[part] = self._texts[origin][number - 1].encode()
            folder, _, file = origin.rpartition("/")
            if (links := f"{folder}/_rels/{file}.rels") in members:
                members[f"{folder}/_rels/{part.rpartition('/')[2]}.rels"] = members[links]
            like = next(one for one in relations if one.get("Id") == self._ids[origin])
            relation = etree.SubElement(relations, like.tag, dict(like.attrib))
            relation.set("Id", own)
            relation.set("Target", part.removeprefix("word/"))
            kind = next(one for one in types if one.get("PartName") == f"/{origin}")
            etree.SubElement(types, kind.tag, dict(kind.attrib)).set("PartName", f"/{part}")
        if self._new:
            for name, root in ((RELATIONS, relations), (_TYPES, types)):
                members[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _common(contexts: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """The properties that all papers share: form, edition, period."""
    each = [properties for one in contexts if isinstance(properties := one.get("properties", {}), Mapping)]
    first = each[0] if each else {}
    return {
        f"formgen.{key}": plain(str(value))
        for key, value in first.items()
        if all(other.get(key) == value for other in each)
    }
