"""formgen's own marks in an office file: the custom document properties, ``docProps/custom.xml``. Pure.

They say which form, edition, period and subject a file was made for. Both .docx and .xlsx carry them alike.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from formgen.rendering.marks import plain
from formgen.rendering.packing import member, packed

_PATH = "docProps/custom.xml"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_NS = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  #: Fixed by the standard for custom properties.
_OWN = "formgen."


def with_properties(data: bytes, properties: Mapping[str, str]) -> bytes:
    """The office file with these custom properties in place of all that begin with ``formgen.``; others stay."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    put_properties(members, {name: plain(value) for name, value in properties.items()})
    return packed(member(name, content) for name, content in members.items())


def put_properties(members: dict[str, bytes], properties: Mapping[str, str]) -> None:
    """The same for the unpacked files of an office file; the values must be plain already."""
    members["[Content_Types].xml"] = _with_content_type(members["[Content_Types].xml"])
    members["_rels/.rels"] = _with_relation(members["_rels/.rels"])
    members[_PATH] = _custom(members.get(_PATH), properties)


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _with_content_type(data: bytes) -> bytes:
    root = _parse(data)
    if not any(part.get("PartName") == f"/{_PATH}" for part in root):
        etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=f"/{_PATH}", ContentType=_CONTENT_TYPE)
    return _serialised(root)


def _with_relation(data: bytes) -> bytes:
    root = _parse(data)
    if not any(relation.get("Type") == _RELATION for relation in root):
        used = {relation.get("Id") for relation in root}
        own = next(f"rId{n}" for n in range(1, len(used) + 2) if f"rId{n}" not in used)
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id=own, Type=_RELATION, Target=_PATH)
    return _serialised(root)


def _custom(data: bytes | None, properties: Mapping[str, str]) -> bytes:
    if data is None:
        root = _parse(f'<Properties xmlns="{_NS}" xmlns:vt="{_VT}"/>'.encode())
    else:
        root = _parse(data)
        for old in [child for child in root if child.get("name", "").startswith(_OWN)]:
            root.remove(old)
    for name, value in properties.items():
        child = etree.SubElement(root, f"{{{_NS}}}property", fmtid=_FORMAT_ID, pid="0", name=name)
        etree.SubElement(child, f"{{{_VT}}}lpwstr").text = value
    for number, child in enumerate(root, start=2):  # 0 and 1 are reserved
        child.set("pid", str(number))
    return _serialised(root)
