"""The parts of a .docx, unpacked within limits. Hostile archives are refused before they are inflated."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING
from urllib.parse import unquote

from formgen.errors import EncryptedInputError, UnreadableInputError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_ENTRIES = 4000
MAX_PART = 48 * 1024 * 1024  #: Bytes of one XML part, unpacked.
MAX_TOTAL = 192 * 1024 * 1024  #: Bytes of all parts that are read.
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """A .docx held in memory; parts are unpacked when they are asked for."""

    def __init__(self, data: bytes) -> None:
        if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise EncryptedInputError(
                "文件加了密码，或者是旧格式 .doc：请用 Word 或 WPS 打开，去掉密码、另存为 .docx 后再试"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise UnreadableInputError(
                "不是 .docx 文件，或已损坏：请用 Word 或 WPS 打开，另存为 .docx 后再试"
            ) from error
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise UnreadableInputError(f"文件内的部件多于 {MAX_ENTRIES} 个，不予打开", "too-large")
        self._entries = {entry.filename.lstrip("/"): entry for entry in entries}
        self._read = 0

    def part(self, name: str) -> bytes | None:
        """The bytes of a part, None if there is none. Raises UnreadableInputError past the limits."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        if entry.flag_bits & 1:
            raise EncryptedInputError("文件加了密码：请去掉密码后再试")
        if entry.file_size > MAX_PART or self._read + entry.file_size > MAX_TOTAL:
            raise UnreadableInputError("文件展开后过大，不予打开", "too-large")
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(MAX_PART + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise UnreadableInputError(f"文件已损坏（{name} 不能展开）：请用 Word 或 WPS 打开，另存后再试") from error
        self._read += len(data)
        if len(data) > MAX_PART or self._read > MAX_TOTAL:
            raise UnreadableInputError("文件展开后过大，不予打开", "too-large")
        return data

    def xml(self, name: str) -> _Element | None:
        """The root of an XML part, None if there is none; entities are not resolved. Raises UnreadableInputError."""
        from lxml import etree

        data = self.part(name)
        if data is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableInputError(
                f"文件已损坏（{name} 不是完整的 XML）：请用 Word 或 WPS 打开，另存后再试"
            ) from error

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: relation id → (type, name of the part); links outward are left out."""
        folder, base = posixpath.split(name)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, tuple[str, str]] = {}
        if root is None:
            return found
        for relation in root.iter(_RELATIONS):
            if relation.get("TargetMode") == "External":
                continue
            target = unquote(relation.get("Target", ""))
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], path)
        return found

    def main(self) -> str:
        """The name of the main document part. Raises UnreadableInputError if this is no Word document."""
        for kind, name in self.related("").values():
            if kind == "officeDocument" and name in self._entries:
                return name
        if "word/document.xml" in self._entries:
            return "word/document.xml"
        raise UnreadableInputError("不是 Word 文件（.docx）：请用 Word 或 WPS 另存为 .docx 后再试")
