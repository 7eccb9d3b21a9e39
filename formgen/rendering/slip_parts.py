"""The parts of somebody else's office file, opened to add notes to it and to nothing else.

The file is untrusted: sizes are checked before anything is inflated, XML is parsed without document types, entities or
network, and nothing in it is run. Parts that are not touched are handed on byte for byte, in their order.
"""

from __future__ import annotations

import io
import posixpath
import shutil
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from formgen.model import Locator
from formgen.parsing import Limits

_TYPES = "[Content_Types].xml"
_MOST_PARTS = 10_000
_MOST_XML_BYTES = 50_000_000  #: Of a part that is parsed.
_HARMLESS_BYTES = 50_000_000  #: Unpacked size up to which no ratio is suspicious.
_MOST_RATIO = 200  #: Unpacked : packed, beyond that.
_TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
_LINKS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Element = etree._Element


class UntouchableError(Exception):
    """Notes cannot be added to the file without risk; its words say why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said at a place of a returned file."""

    where: Locator
    text: str  #: What is wrong and what to do; ``\\n`` begins a new line.
    stands: str = ""  #: The words that were read there; if they do not stand there, the place is not believed.


class Parts:
    """The parts of a package, of which some are replaced or added."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Look at the directory alone. Raises UntouchableError."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as fault:
            raise UntouchableError("文件已损坏") from fault
        self._entries = self._checked(limits)
        self._changed: dict[str, bytes] = {}

    def _checked(self, limits: Limits) -> dict[str, zipfile.ZipInfo]:
        infos = self._archive.infolist()
        unpacked, packed = sum(one.file_size for one in infos), sum(one.compress_size for one in infos)
        if len(infos) > _MOST_PARTS or unpacked > limits.unpacked_bytes:
            raise UntouchableError("文件过大")
        if unpacked > _HARMLESS_BYTES and unpacked > _MOST_RATIO * max(packed, 1):
            raise UntouchableError("文件过大（压缩比异常）")
        entries: dict[str, zipfile.ZipInfo] = {}
        for one in infos:
            name = one.filename
            if one.flag_bits & 0x1:
                raise UntouchableError("文件设有密码")
            if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
                raise UntouchableError("压缩包内有可疑的路径")
            if one.compress_type not in _METHODS:
                raise UntouchableError("压缩方法不常见")
            if entries.setdefault(name.casefold(), one) is not one:
                raise UntouchableError("压缩包内有两个同名部件")
        return entries

    def __contains__(self, name: str) -> bool:
        return name in self._changed or name.casefold() in self._entries

    def read(self, name: str) -> bytes:
        """The content of a part. Raises UntouchableError."""
        if name in self._changed:
            return self._changed[name]
        entry = self._entries.get(name.casefold())
        if entry is None:
            raise UntouchableError(f"缺少部件 {name}")
        if entry.file_size > _MOST_XML_BYTES:
            raise UntouchableError(f"部件 {name} 过大")
        try:
            return self._archive.read(entry)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError) as fault:
            raise UntouchableError(f"部件 {name} 已损坏") from fault

    def xml(self, name: str) -> Element:
        """A part as XML. Raises UntouchableError for what is malformed or declares a document type."""
        try:
            root = etree.fromstring(
                self.read(name),
                etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False),
            )
        except (etree.XMLSyntaxError, ValueError) as fault:
            raise UntouchableError(f"部件 {name} 的 XML 有误") from fault
        if getattr(root.getroottree().docinfo, "doctype", ""):
            raise UntouchableError("含有文档类型声明")
        return root

    def put(self, name: str, root: Element) -> None:
        """Replace a part, or add one."""
        entry = self._entries.get(name.casefold())
        content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        self._changed[entry.filename if entry else name] = content

    def free(self, pattern: str) -> str:
        """A name that no part has yet: ``xl/comments{}.xml`` with the first number that is free."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    # --- links and kinds -----------------------------------------------------------------------------------------

    def links(self, part: str) -> list[Element]:
        """The links of a part, of the package for ``""``."""
        name = _links_of(part)
        return list(self.xml(name).iterchildren("{*}*")) if name in self else []

    def target(self, part: str, link: Element) -> str | None:
        """The name of the part that a link leads to; None if it leads out of the file or nowhere."""
        if link.get("TargetMode") == "External":
            return None
        folder = posixpath.dirname(part)
        name = posixpath.normpath(posixpath.join("/", folder, link.get("Target") or "")).lstrip("/")
        entry = self._entries.get(name.casefold())
        return entry.filename if entry else name if name in self._changed else None

    def linked(self, part: str, kind: str) -> str | None:
        """The part that the first link of a kind (``comments``) leads to."""
        for link in self.links(part):
            if (link.get("Type") or "").rpartition("/")[2] == kind and (found := self.target(part, link)):
                return found
        return None

    def link(self, part: str, target: str, type_: str) -> str:
        """Link a part to another one; the id of the link."""
        name = _links_of(part)
        if name in self:
            root = self.xml(name)
        else:
            root = etree.fromstring(f'<Relationships xmlns="{_LINKS_NS}"/>')
            self.declare("rels", _LINKS_TYPE)
        used = {link.get("Id") for link in root.iterchildren("{*}*")}
        number = len(used) + 1
        while f"rId{number}" in used:
            number += 1
        place = posixpath.relpath("/" + target, "/" + posixpath.dirname(part))
        etree.SubElement(root, f"{{{_LINKS_NS}}}Relationship", Id=f"rId{number}", Type=type_, Target=place)
        self.put(name, root)
        return f"rId{number}"

    def declare(self, part: str, content_type: str) -> None:
        """Say what kind a part is, or with a bare suffix, what all parts of it are that say nothing else."""
        root = self.xml(_TYPES)
        if "/" in part:
            if not any(
                (one.get("PartName") or "").casefold() == f"/{part}".casefold() for one in root.iterchildren("{*}*")
            ):
                etree.SubElement(root, f"{{{_TYPES_NS}}}Override", PartName=f"/{part}", ContentType=content_type)
        elif not any((one.get("Extension") or "").casefold() == part for one in root.iterchildren("{*}*")):
            root.insert(0, etree.Element(f"{{{_TYPES_NS}}}Default", Extension=part, ContentType=content_type))
        self.put(_TYPES, root)

    # --- the file again ------------------------------------------------------------------------------------------

    def saved(self) -> bytes:
        """The package with what was changed. Raises UntouchableError where an untouched part is damaged."""
        output = io.BytesIO()
        left = dict(self._changed)
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in self._archive.infolist():
                info = zipfile.ZipInfo(entry.filename, entry.date_time)
                info.compress_type, info.external_attr = entry.compress_type, entry.external_attr
                if (content := left.pop(entry.filename, None)) is not None:
                    target.writestr(info, content)
                    continue
                try:
                    with self._archive.open(entry) as source, target.open(info, "w") as copy:
                        shutil.copyfileobj(source, copy, 1 << 20)
                except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as fault:
                    raise UntouchableError(f"部件 {entry.filename} 已损坏") from fault
            for name, content in left.items():
                target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
        return output.getvalue()


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
