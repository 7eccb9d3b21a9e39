"""The package that .docx and .xlsx files are: a zip of XML parts, opened without trusting any of it.

Nothing is unpacked to disk and no part is inflated before it is asked for; a part never grows beyond the size that the
directory of the zip declares. XML is parsed without DTD, entities or network. The Strict namespaces of ISO 29500 are
read as the Transitional ones.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from formgen.errors import EncryptedInputError, UnreadableInputError

if TYPE_CHECKING:
    from lxml import etree

    from formgen.parsing import Limits

MOST_PARTS = 10_000  #: Parts in a package; a real one has some dozens.
MOST_XML_BYTES = 50_000_000  #: Of one XML part: parsed, it takes about ten times as much memory.
MOST_MARKS = 4_000_000  #: ``<`` in one XML part that is parsed: two million elements.
MOST_LINKS = 20_000  #: Of one part to others; a real one has some dozens.
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
#: End of the directory; one entry of it: signature, flags, method, checksum, sizes, lengths of name and more, offset.
_END = struct.Struct("<4x4H2L2x")
_ENTRY = struct.Struct("<4s4xHH4x3L3H8xL")
_unpack = _ENTRY.unpack_from
_STRICT_DECLARATION = re.compile(rb"(xmlns(?::[\w.-]+)?\s*=\s*[\"'])http://purl\.oclc\.org/ooxml/([\w/]+)")
_HEAD = 8_192  #: Bytes within which the root of a part declares its namespaces.
#: A document type, after whatever may stand before it.
_DOCTYPE = re.compile(rb"(?>\xef\xbb\xbf|\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE", re.DOTALL)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: One of our properties as office programs write it.
_PROPERTY = re.compile(
    rb'<property (?:[^<>]* )?name="formgen\.([\w.-]+)"[^<>]*>'
    rb"<vt:lpwstr(?: [^<>]*[^/<>])?>([^<]*)</vt:lpwstr></property>"
)
_OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
#: What libxml2 says of markup that goes beyond its own bounds, and what a clerk is told.
_BOUNDS = (("Excessive depth", "内容层层嵌套，超过 256 层"), ("too long", "有一段文字或一个名称长得不像话"))
_DAMAGED = "文件已损坏，打不开（{}）。请在 Word 或 WPS 中打开后另存，或请对方重发。"


def damaged(detail: str) -> UnreadableInputError:
    """The error for a package that is broken; ``detail`` says in Chinese what was found."""
    return UnreadableInputError(_DAMAGED.format(detail))


def too_large(detail: str) -> UnreadableInputError:
    """The error for a package that holds more than any form; ``detail`` says in Chinese of what."""
    return UnreadableInputError(f"文件过大，为安全起见没有读取：{detail}。", "too-large")


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from one part to another, or out of the package."""

    id: str
    type: str  #: The last word of its type: ``header``, ``worksheet``, ``officeDocument`` …
    target: str  #: Name of a part; an address if external.
    external: bool


class Entry(NamedTuple):
    """What the directory of a zip says of one part."""

    name: str
    flags: int
    method: int
    checksum: int
    packed: int  #: Bytes in the zip.
    size: int  #: Bytes unpacked.
    offset: int  #: Where its local header stands.


class Package:
    """A zip of parts whose directory has been checked. Parts are inflated when they are read, each time anew."""

    __slots__ = ("_data", "_entries")

    def __init__(self, data: bytes, entries: dict[str, Entry]) -> None:
        self._data = data
        self._entries = entries  # by name in small letters: part names do not tell them from capitals

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in the order of the directory, without a leading ``/``."""
        return tuple(entry.name for entry in self._entries.values())

    def __contains__(self, name: str) -> bool:
        return name in self._entries or name.casefold() in self._entries

    def find(self, name: str) -> str | None:
        """The name under which a part really stands, None if there is none."""
        entry = self._entries.get(name.casefold())
        return entry.name if entry else None

    def read(self, name: str) -> bytes:
        """The content of a part. Raises UnreadableInputError if there is none, or if it is not what was declared."""
        entry = self._entries.get(name.casefold())
        if entry is None:
            raise damaged(f"缺少部件 {name}")
        start = entry.offset
        header = self._data[start : start + 30]
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise damaged(f"部件 {name} 的位置不对")
        start += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        packed = memoryview(self._data)[start : start + entry.packed]
        if entry.method == zipfile.ZIP_DEFLATED:
            try:  # one byte more than declared is allowed, so that more can be noticed
                content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.size + 1)
            except zlib.error:
                raise damaged(f"部件 {name} 解压失败") from None
        elif entry.method == zipfile.ZIP_STORED:
            content = bytes(packed)
        else:
            raise damaged(f"部件 {name} 用了不认识的压缩方法")
        if len(content) != entry.size or zlib.crc32(content) != entry.checksum:
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
        raise too_large(f"{len(data):,} 字节，上限 {limits.file_bytes:,} 字节")
    if data.startswith(_CFB):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise EncryptedInputError("文件设有打开密码，读不了。请去掉密码后重发。")
        raise UnreadableInputError("这是旧格式的 Office 文件（.doc/.xls 一类），不是 .docx/.xlsx。", "unsupported")
    return Package(data, _checked(_directory(data), limits))


def _directory(data: bytes) -> list[Entry]:
    """The directory of a zip. A plain one is read here, at a third of the cost; any other by ``zipfile``."""
    end = data.rfind(b"PK\5\6", max(0, len(data) - 22 - 0xFFFF))
    if 0 <= end <= len(data) - 22:
        disk, first_disk, here, count, size, position = _END.unpack_from(data, end)
        if disk == first_disk == 0 and here == count and position + size == end and count <= MOST_PARTS:
            try:
                return _plain_directory(data, count, position, end)
            except (ValueError, struct.error):
                pass
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [
                Entry(
                    i.orig_filename, i.flag_bits, i.compress_type, i.CRC, i.compress_size, i.file_size, i.header_offset
                )
                for i in archive.infolist()
            ]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, struct.error):
        raise damaged("不是完整的压缩包") from None


def _plain_directory(data: bytes, count: int, position: int, end: int) -> list[Entry]:
    """The entries of a directory without zip64 or names beyond ASCII. Raises ValueError where it is not so plain."""
    entries = []
    for _ in range(count):
        signature, flags, method, checksum, packed, size, name, extra, comment, offset = _unpack(data, position)
        start = position + _ENTRY.size
        position = start + name + extra + comment
        if signature != b"PK\1\2" or position > end or 0xFFFFFFFF in (packed, size, offset):
            raise ValueError
        entries.append(Entry(data[start : start + name].decode("ascii"), flags, method, checksum, packed, size, offset))
    if position != end:
        raise ValueError
    return entries


def _checked(directory: list[Entry], limits: Limits) -> dict[str, Entry]:
    """The directory by part name in small letters, after a look at number, sizes, names and passwords."""
    if len(directory) > MOST_PARTS:
        raise too_large(f"压缩包内有 {len(directory):,} 个部件，上限 {MOST_PARTS:,} 个")
    entries: dict[str, Entry] = {}
    unpacked = packed = 0
    for entry in directory:
        name = entry.name
        if "\\" in name:
            name = name.replace("\\", "/")
            entry = entry._replace(name=name)
        if name.endswith("/"):
            continue
        if name.startswith("/") or ":" in name or "\0" in name or (".." in name and ".." in name.split("/")):
            raise UnreadableInputError(f"压缩包内有可疑的路径：{name[:80]}。文件可能被人动过手脚，没有读取。")
        if entry.flags & 0x1:
            raise EncryptedInputError("文件设有密码，读不了。请去掉密码后重发。")
        unpacked += entry.size
        packed += entry.packed
        key = name.casefold()
        if key not in entries:
            entries[key] = entry
        elif key.endswith((".xml", ".rels")):
            raise UnreadableInputError(f"压缩包内有两个同名部件：{name[:80]}。无法确定以哪个为准，没有读取。")
    if unpacked > limits.unpacked_bytes:
        raise too_large(f"解压后有 {unpacked:,} 字节，上限 {limits.unpacked_bytes:,} 字节")
    if unpacked > HARMLESS_BYTES and unpacked > MOST_RATIO * max(packed, 1):
        raise too_large(f"压缩比异常（{unpacked // max(packed, 1)} 倍）")
    return entries


def markup(data: bytes) -> bytes:
    """An XML part as UTF-8 with Transitional namespaces. Markup in it can be looked for byte by byte.

    Raises UnreadableInputError for a document type declaration: no office program writes one, and entities hide in it.
    """
    if len(data) > MOST_XML_BYTES:
        raise too_large(f"正文有 {len(data):,} 字节，上限 {MOST_XML_BYTES:,} 字节")
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        codec = "utf-16" if data[0] in b"\xff\xfe" else ("utf-16-le" if data[0] else "utf-16-be")
        try:
            data = _DECLARATION.sub("", data.decode(codec), count=1).encode()
        except UnicodeError:
            raise damaged("编码不对") from None
    if b"!" in data and b"<!DOCTYPE" in data:  # one letter is sought much faster
        raise damaged("含有文档类型声明")
    if data.find(b"purl.oclc.org", 0, _HEAD) >= 0:
        data = _STRICT_DECLARATION.sub(_transitional, data)
    return data


def _transitional(match: re.Match[bytes]) -> bytes:
    known = _STRICT.get(match[2].decode("ascii"))
    return match[1] + (_OFFICE + known).encode("ascii") if known else match[0]


def xml(data: bytes) -> etree._Element:
    """The root of an XML part. Raises UnreadableInputError if it is malformed or declares a document type."""
    from lxml import etree

    if len(data) > MOST_XML_BYTES or _DOCTYPE.match(data):
        data = markup(data)  # which raises
    if len(data) > MOST_MARKS and data.count(b"<") > MOST_MARKS:
        raise too_large(f"里面的标记多得不像话，上限 {MOST_MARKS:,} 个")
    try:
        root = etree.fromstring(data, xml_parser())
        if str(root.tag).startswith("{http://purl.oclc.org/ooxml/"):
            root = etree.fromstring(markup(data), xml_parser())
    except (etree.XMLSyntaxError, ValueError) as fault:
        if beyond := next((said for known, said in _BOUNDS if known in str(fault)), ""):
            raise too_large(beyond) from None
        raise damaged(f"XML 有误：{str(fault)[:120]}") from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise damaged("含有文档类型声明")
    return root


@cache
def xml_parser() -> etree.XMLParser:
    """A parser that expands no entity, fetches nothing, and bounds depth and text; comments never split a text.

    One for all: making a parser costs as much as parsing a small part. (``collect_ids=False`` would be faster still,
    but makes libxml2 load the external subset of a document type, which may be any file of this machine.)
    """
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


def relationships(package: Package, part: str = "", types: tuple[str, ...] = ()) -> Iterator[Relationship]:
    """The links of a part, of the package itself for ``""``; only those of certain ``types``, if any are named."""
    folder, name = posixpath.split(part)
    source = package.find(posixpath.join(folder, "_rels", name + ".rels"))
    if source is None:
        return
    data = package.read(source)
    if data.count(b"<") > 2 * MOST_LINKS:
        raise too_large(f"部件之间的链接多得不像话，上限 {MOST_LINKS:,} 个")
    for link in xml(data):
        kind = (link.get("Type") or "").rpartition("/")[2]
        if types and kind not in types:
            continue
        external = link.get("TargetMode") == "External"
        target = link.get("Target") or ""
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        yield Relationship(link.get("Id") or "", kind, target, external)


def main_part(package: Package, usual: str) -> str:
    """The name of the part that an office program opens first; ``usual`` if the package does not say."""
    if usual in package and "_rels/.rels" in package:
        links = package.read("_rels/.rels")
        place = links.find(b'/officeDocument"')
        link = links[links.rfind(b"<", 0, place) : links.find(b">", place)]
        if place > 0 and b'"%s"' % usual.encode() in link:
            return usual  # spares a parse: nearly every file says just this
    for found in relationships(package):
        if found.type == "officeDocument" and not found.external and (known := package.find(found.target)):
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
    return any(name.endswith(("vbaProject.bin", "vbaproject.bin")) for name in package.names)


def custom_properties(package: Package) -> dict[str, str]:
    """The custom document properties that formgen wrote, without their ``formgen.`` prefix."""
    source = package.find("docProps/custom.xml")
    if source is None:
        return {}
    data = markup(package.read(source))
    marks = data.count(OWN_PREFIX.encode())
    if not marks:
        return {}
    found = _PROPERTY.findall(data)
    if len(found) == marks and b"&" not in data and not _OTHER_ENCODING.match(data):  # spares a parse
        return {name.decode(): text.decode("utf-8", "replace") for name, text in found}
    return {
        name.removeprefix(OWN_PREFIX): "".join(str(text) for text in entry.itertext())
        for entry in xml(data)
        if (name := entry.get("name") or "").startswith(OWN_PREFIX)
    }
