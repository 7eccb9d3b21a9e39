"""The package that .docx and .xlsx files are: a zip of XML parts, opened without trusting any of it.

Nothing is unpacked to disk and no part is inflated before it is asked for; a part never grows beyond the size that the
directory of the zip declares. XML is parsed without DTD, entities or network. The Strict namespaces of ISO 29500 are
read as the Transitional ones.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from formgen.errors import EncryptedInputError, UnreadableInputError

if TYPE_CHECKING:
    from lxml import etree

    from formgen.parsing import Limits

MOST_PARTS = 10_000  #: Parts in a package; a real one has some dozens.
MOST_XML_BYTES = 50_000_000  #: Of one XML part: parsed, it takes about ten times as much memory.
HARMLESS_BYTES = 50_000_000  #: Unpacked size up to which no ratio is suspicious.
MOST_RATIO = 200  #: Unpacked : packed, beyond ``HARMLESS_BYTES``.
OWN_PREFIX = "formgen."  #: Of the custom document properties that we write.

_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound file: a legacy office file, or the shell of an encrypted one
_OFFICE = "http://schemas.openxmlformats.org/"
_STRICT = {
    "wordprocessingml/main": "wordprocessingml/2006/main",
    "spreadsheetml/main": "spreadsheetml/2006/main",
    "drawingml/main": "drawingml/2006/main",
    "drawingml/wordprocessingDrawing": "drawingml/2006/wordprocessingDrawing",
    "drawingml/spreadsheetDrawing": "drawingml/2006/spreadsheetDrawing",
    "officeDocument/relationships": "officeDocument/2006/relationships",
    "officeDocument/math": "officeDocument/2006/math",
    "officeDocument/customProperties": "officeDocument/2006/custom-properties",
    "officeDocument/docPropsVTypes": "officeDocument/2006/docPropsVTypes",
    "officeDocument/extendedProperties": "officeDocument/2006/extended-properties",
}
_STRICT_DECLARATION = re.compile(rb"(xmlns(?::[\w.-]+)?\s*=\s*[\"'])http://purl\.oclc\.org/ooxml/([\w/]+)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DAMAGED = "文件已损坏，打不开（{}）。请在 Word 或 WPS 中打开后另存，或请对方重发。"


def damaged(detail: str) -> UnreadableInputError:
    """The error for a package that is broken; ``detail`` says in Chinese what was found."""
    return UnreadableInputError(_DAMAGED.format(detail))


def _too_large(detail: str) -> UnreadableInputError:
    return UnreadableInputError(f"文件过大，为安全起见没有读取：{detail}。", "too-large")


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from one part to another, or out of the package."""

    id: str
    type: str  #: The last word of its type: ``header``, ``worksheet``, ``officeDocument`` …
    target: str  #: Name of a part; an address if external.
    external: bool


class Package:
    """A zip of parts whose directory has been checked. Parts are inflated when they are read, each time anew."""

    __slots__ = ("_data", "_entries", "_folded")

    def __init__(self, data: bytes, entries: dict[str, zipfile.ZipInfo]) -> None:
        self._data = data
        self._entries = entries
        self._folded: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in the order of the directory, without a leading ``/``."""
        return tuple(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def find(self, name: str) -> str | None:
        """The name under which a part really stands: part names do not tell capitals from small letters."""
        if name in self._entries:
            return name
        if not self._folded:
            self._folded.update({known.casefold(): known for known in self._entries})
        return self._folded.get(name.casefold())

    def read(self, name: str) -> bytes:
        """The content of a part. Raises UnreadableInputError if there is none, or if it is not what was declared."""
        known = self.find(name)
        if known is None:
            raise damaged(f"缺少部件 {name}")
        entry = self._entries[known]
        start = entry.header_offset
        header = self._data[start : start + 30]
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise damaged(f"部件 {name} 的位置不对")
        start += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        packed = memoryview(self._data)[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            try:  # one byte more than declared is allowed, so that more can be noticed
                content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.file_size + 1)
            except zlib.error:
                raise damaged(f"部件 {name} 解压失败") from None
        elif entry.compress_type == zipfile.ZIP_STORED:
            content = bytes(packed)
        else:
            raise damaged(f"部件 {name} 用了不认识的压缩方法")
        if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
            raise damaged(f"部件 {name} 与校验和不符")
        return content


def open_package(data: bytes, limits: Limits) -> Package:
    """Open a package from the bytes of a file.

    Raises EncryptedInputError for a password, UnreadableInputError (``unreadable``, ``empty-file``, ``too-large``,
    ``unsupported``) for what is no package, is damaged, or would unpack beyond ``limits``.
    """
    if not data:
        raise UnreadableInputError("文件是空的（0 字节）。请对方重发。", "empty-file")
    if len(data) > limits.file_bytes:
        raise _too_large(f"{len(data):,} 字节，上限 {limits.file_bytes:,} 字节")
    if data.startswith(_CFB):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise EncryptedInputError("文件设有打开密码，读不了。请去掉密码后重发。")
        raise UnreadableInputError("这是旧格式的 Office 文件（.doc/.xls 一类），不是 .docx/.xlsx。", "unsupported")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, UnicodeError):
        raise damaged("不是完整的压缩包") from None
    return Package(data, _entries(infos, limits))


def _entries(infos: list[zipfile.ZipInfo], limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The directory by part name, after a look at number, sizes, names and passwords."""
    if len(infos) > MOST_PARTS:
        raise _too_large(f"压缩包内有 {len(infos):,} 个部件，上限 {MOST_PARTS:,} 个")
    entries: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    unpacked = packed = 0
    for info in infos:
        name = info.filename
        if "\\" in info.orig_filename:
            name = info.orig_filename.replace("\\", "/")
        if name.endswith("/"):
            continue
        if name.startswith("/") or ":" in name or ".." in name.split("/"):
            raise UnreadableInputError(f"压缩包内有可疑的路径：{name[:80]}。文件可能被人动过手脚，没有读取。")
        if info.flag_bits & 0x1:
            raise EncryptedInputError("文件设有密码，读不了。请去掉密码后重发。")
        unpacked += info.file_size
        packed += info.compress_size
        key = name.casefold()
        if key in folded and key.endswith((".xml", ".rels")):
            raise UnreadableInputError(f"压缩包内有两个同名部件：{name[:80]}。无法确定以哪个为准，没有读取。")
        folded.add(key)
        entries.setdefault(name, info)
    if unpacked > limits.unpacked_bytes:
        raise _too_large(f"解压后有 {unpacked:,} 字节，上限 {limits.unpacked_bytes:,} 字节")
    if unpacked > HARMLESS_BYTES and unpacked > MOST_RATIO * max(packed, 1):
        raise _too_large(f"压缩比异常（{unpacked // max(packed, 1)} 倍）")
    return entries


def markup(data: bytes) -> bytes:
    """An XML part as UTF-8 with Transitional namespaces. Markup in it can be looked for byte by byte.

    Raises UnreadableInputError for a document type declaration: no office program writes one, and entities hide in it.
    """
    if len(data) > MOST_XML_BYTES:
        raise _too_large(f"正文有 {len(data):,} 字节，上限 {MOST_XML_BYTES:,} 字节")
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        codec = "utf-16" if data[0] in b"\xff\xfe" else ("utf-16-le" if data[0] else "utf-16-be")
        try:
            data = _DECLARATION.sub("", data.decode(codec), count=1).encode()
        except UnicodeError:
            raise damaged("编码不对") from None
    if b"<!DOCTYPE" in data:
        raise damaged("含有文档类型声明")
    if b"purl.oclc.org" in data:
        data = _STRICT_DECLARATION.sub(_transitional, data)
    return data


def _transitional(match: re.Match[bytes]) -> bytes:
    known = _STRICT.get(match[2].decode("ascii"))
    return match[1] + (_OFFICE + known).encode("ascii") if known else match[0]


def xml(data: bytes) -> etree._Element:
    """The root of an XML part. Raises UnreadableInputError if it is malformed or declares a document type."""
    from lxml import etree

    try:
        root = etree.fromstring(markup(data), xml_parser())
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise damaged(f"XML 有误：{str(fault)[:120]}") from None
    if getattr(root.getroottree().docinfo, "doctype", ""):  # in an encoding that the look at the bytes did not see
        raise damaged("含有文档类型声明")
    return root


def xml_parser() -> etree.XMLParser:
    """A parser that expands no entity, fetches nothing, and bounds depth and text; comments never split a text."""
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def relationships(package: Package, part: str = "") -> Iterator[Relationship]:
    """The links of a part, of the package itself for ``""``."""
    folder, name = posixpath.split(part)
    source = package.find(posixpath.join(folder, "_rels", name + ".rels"))
    if source is None:
        return
    for link in xml(package.read(source)):
        external = link.get("TargetMode") == "External"
        target = link.get("Target") or ""
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        yield Relationship(link.get("Id") or "", (link.get("Type") or "").rpartition("/")[2], target, external)


def main_part(package: Package, usual: str) -> str:
    """The name of the part that an office program opens first; ``usual`` if the package does not say."""
    for link in relationships(package):
        if link.type == "officeDocument" and not link.external and (known := package.find(link.target)):
            return known
    return package.find(usual) or usual


def content_type(package: Package, part: str) -> str:
    """The declared media type of a part, ``""`` if none is declared."""
    source = package.find("[Content_Types].xml")
    if source is None:
        return ""
    default = ""
    for entry in xml(package.read(source)):
        if (entry.get("PartName") or "").lstrip("/").casefold() == part.casefold():
            return entry.get("ContentType") or ""
        if (entry.get("Extension") or "").casefold() == posixpath.splitext(part)[1].lstrip(".").casefold():
            default = entry.get("ContentType") or ""
    return default


def has_macros(package: Package) -> bool:
    """Whether the file carries VBA macros. They are never run."""
    return any(name.casefold().endswith("vbaproject.bin") for name in package.names)


def external_links(package: Package, part: str) -> tuple[Relationship, ...]:
    """What a part fetches from outside the file when it is opened; plain hyperlinks are not among them."""
    return tuple(link for link in relationships(package, part) if link.external and link.type != "hyperlink")


def custom_properties(package: Package) -> dict[str, str]:
    """The custom document properties that formgen wrote, without their ``formgen.`` prefix."""
    source = package.find("docProps/custom.xml")
    if source is None:
        return {}
    data = markup(package.read(source))
    if OWN_PREFIX.encode() not in data:
        return {}
    return {
        name.removeprefix(OWN_PREFIX): "".join(str(text) for text in entry.itertext())
        for entry in xml(data)
        if (name := entry.get("name") or "").startswith(OWN_PREFIX)
    }
