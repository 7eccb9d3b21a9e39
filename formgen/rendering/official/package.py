"""The .docx around the text: settings, headers and footers, relationships; the same bytes every time."""

from __future__ import annotations

import copy
import io
import zipfile
from typing import Any

from lxml import etree

from formgen.rendering.marks import plain
from formgen.rendering.official.markup import Element, R, node, serialised, spacing, tag, tighten
from formgen.rendering.official.profile import Profile
from formgen.rendering.official.styles import font_table, styles_xml

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = {"settings": "settings", "styles": "styles", "fontTable": "fontTable", "header": "header", "footer": "footer"}


class Package:
    """Collects the parts of a document, and gives it as bytes."""

    def __init__(self, profile: Profile, title: str, draft: str = "") -> None:
        self.draft = draft  #: What the header of every page says.
        self._profile = profile
        self._title = title
        self._parts: dict[str, bytes] = {}
        self._ids: dict[str, str] = {}
        self._known: dict[bytes, str] = {}
        self._styles = styles_xml(profile)
        self._adopted: dict[bytes, str] = {}
        self._pictures: dict[bytes, str] = {}
        self._shown = 0
        self._numbers = 0
        self._add("styles", self._styles)
        self._add("settings", _settings())
        self._add("fontTable", font_table(profile))

    def _add(self, name: str, root: Element) -> str:
        self._parts[f"word/{name}.xml"] = serialised(root)
        self._ids[name] = f"rId{len(self._ids) + 1}"
        return self._ids[name]

    def picture(self, data: bytes) -> tuple[str, int]:
        """The relationship of a PNG picture, kept once, and a number that no other use of it has."""
        if data not in self._pictures:
            self._pictures[data] = f"rIdPicture{len(self._pictures) + 1}"
        self._shown += 1
        return self._pictures[data], self._shown

    def adopt(self, style: Element, scale: float = 1.0) -> str:
        """The id under which this document has the style of another one; a built-in default keeps its own.

        ``scale``: of the heights of its exact lines, as far as its type allows.
        """
        own = str(style.get(tag("styleId")))
        if style.get(tag("default")):
            return own
        key = etree.tostring(style, method="c14n") + str(scale).encode()
        if key not in self._adopted:
            number = len(self._adopted) + 1
            made = copy.deepcopy(style)
            made.set(tag("styleId"), f"Form{number}")
            name = made.find(tag("name"))
            if name is not None:
                name.set(tag("val"), f"附表·{name.get(tag('val'))}{number}")
            for lines in made.iter(tag("spacing")):
                size = made.find(f"{tag('rPr')}/{tag('sz')}")
                tighten(lines, scale, 1.1 * int(size.get(tag("val"), "32")) / 2 if size is not None else 0)
            self._styles.append(made)
            self._adopted[key] = f"Form{number}"
        return self._adopted[key]

    def spacing_of(self, paragraph: Element) -> Element:
        """``w:spacing`` of the paragraph's style, as it is in this document."""
        wanted = paragraph.find(f"{tag('pPr')}/{tag('pStyle')}")
        name = wanted.get(tag("val")) if wanted is not None else "Normal"
        style = next(one for one in self._styles.iter(tag("style")) if one.get(tag("styleId")) == name)
        found = style.find(f"{tag('pPr')}/{tag('spacing')}")
        return found if found is not None else spacing(line=self._profile.pitch)

    def next_id(self) -> int:
        """A number for a content control that no other one has."""
        self._numbers += 1
        return self._numbers

    def margin(self, kind: str, content: list[Element]) -> str:
        """A ``header`` or ``footer`` of these paragraphs; gives its relationship. The same content is kept once."""
        root = node("hdr" if kind == "header" else "ftr", *content)
        key = kind.encode() + etree.tostring(root)
        if key not in self._known:
            number = sum(1 for name in self._ids if name.startswith(kind)) + 1
            self._known[key] = self._add(f"{kind}{number}", root)
        return self._known[key]

    def zipped(self, body: list[Element], properties: dict[str, str]) -> bytes:
        """The file, with formgen's own properties."""
        from formgen.rendering.properties import with_properties

        self._parts["word/styles.xml"] = serialised(self._styles)
        parts = {"word/document.xml": serialised(node("document", node("body", *body)))} | self._parts
        members = {"[Content_Types].xml": _content_types(list(parts)), "_rels/.rels": _root_relations()} | parts
        members["word/_rels/document.xml.rels"] = self._relations()
        members["docProps/core.xml"] = _core(self._title)
        members |= {f"word/media/{_picture_name(key)}": data for data, key in self._pictures.items()}
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        return with_properties(output.getvalue(), properties)

    def _relations(self) -> bytes:
        root = etree.Element("Relationships", nsmap=_default("relationships"))
        for name, key in self._ids.items():
            kind = _TYPES[name.rstrip("0123456789")]
            etree.SubElement(root, "Relationship", Id=key, Type=f"{R}/{kind}", Target=f"{name}.xml")
        for key in self._pictures.values():
            target = f"media/{_picture_name(key)}"
            etree.SubElement(root, "Relationship", Id=key, Type=f"{R}/image", Target=target)
        return _bytes(root)


def _picture_name(key: str) -> str:
    return f"image{key.removeprefix('rIdPicture')}.png"


def _settings() -> Element:
    switches = ("spaceForUL", "balanceSingleByteDoubleByteWidth", "doNotLeaveBackslashAlone", "ulTrailSpace")
    compatible = node("compat", *(node(name) for name in (*switches, "doNotExpandShiftReturn", "useFELayout")))
    compatible.append(
        node("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15)
    )
    return node(
        "settings",
        node("zoom", percent=100),
        node("mirrorMargins"),
        node("bordersDoNotSurroundHeader"),
        node("bordersDoNotSurroundFooter"),
        node("defaultTabStop", val=420),
        node("evenAndOddHeaders"),
        node("characterSpacingControl", val="doNotCompress"),
        compatible,
    )


def _content_types(names: list[str]) -> bytes:
    root = etree.Element("Types", nsmap=_default("content-types"))
    etree.SubElement(
        root, "Default", Extension="rels", ContentType="application/vnd.openxmlformats-package.relationships+xml"
    )
    etree.SubElement(root, "Default", Extension="png", ContentType="image/png")
    etree.SubElement(root, "Default", Extension="xml", ContentType="application/xml")
    for name in names:
        stem = name.removeprefix("word/").removesuffix(".xml").rstrip("0123456789")
        kind = "document.main" if stem == "document" else _TYPES[stem]
        etree.SubElement(root, "Override", PartName=f"/{name}", ContentType=f"{_MAIN}.{kind}+xml")
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    etree.SubElement(root, "Override", PartName="/docProps/core.xml", ContentType=core)
    return _bytes(root)


def _root_relations() -> bytes:
    root = etree.Element("Relationships", nsmap=_default("relationships"))
    etree.SubElement(root, "Relationship", Id="rId1", Type=f"{R}/officeDocument", Target="word/document.xml")
    core = f"{_PACKAGE}/relationships/metadata/core-properties"
    etree.SubElement(root, "Relationship", Id="rId2", Type=core, Target="docProps/core.xml")
    return _bytes(root)


def _core(title: str) -> bytes:
    dc = "http://purl.org/dc/elements/1.1/"
    core = f"{_PACKAGE}/metadata/core-properties"
    root = etree.Element(f"{{{core}}}coreProperties", nsmap={"cp": core, "dc": dc})
    etree.SubElement(root, f"{{{dc}}}title").text = plain(title).replace("\n", "")
    etree.SubElement(root, f"{{{dc}}}creator").text = "formgen"
    return _bytes(root)


def _default(name: str) -> Any:
    return {None: f"{_PACKAGE}/{name}"}  # the stubs of lxml know no default namespace


def _bytes(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
