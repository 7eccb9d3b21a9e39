"""A print run as several documents of some papers each: LibreOffice takes longer than in proportion for a long one.

What a portion does not refer to (headers with other papers' codes, their pictures) is left out of it. Pure.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

from formgen.rendering.packing import member, packed
from formgen.rendering.prepared import DOCUMENT, RELATIONS

PAPERS = 40  #: In one portion.
_TYPES = "[Content_Types].xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_REFERRED = re.compile(rb'\br:(?:id|embed|link)="([^"]+)"')
_OWN = re.compile(r"word/(?:header|footer)[^/]*\.xml$")


def portions(run: bytes, papers: int = PAPERS) -> list[tuple[bytes, int]]:
    """The print run in documents of so many papers at most, each with how many it has; a short one as it is."""
    with zipfile.ZipFile(io.BytesIO(run)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(members[DOCUMENT], parser)
    groups = list(_groups(root[0], papers))
    if len(groups) < 2:
        return [(run, groups[0][1] if groups else 0)]
    made = []
    for content, count in groups:
        for old in list(root[0]):
            root[0].remove(old)
        root[0].extend(content)
        written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        parts = _kept(members, written)
        made.append((packed(member(name, data) for name, data in parts.items()), count))
    return made


def _groups(body: etree._Element, papers: int) -> Iterator[tuple[list[etree._Element], int]]:
    """What each portion's body holds, the properties of its last section at the end, and how many sections it has."""
    content: list[etree._Element] = []
    count = 0
    for block in body:
        content.append(block)
        ends = block if block.tag == f"{_W}sectPr" else block.find(f"{_W}pPr/{_W}sectPr")
        if ends is None:
            continue
        count += 1
        if ends is block:
            yield content, count
        elif count == papers:
            block[0].remove(ends)
            yield [*content, ends], count
            content, count = [], 0


def _kept(members: Mapping[str, bytes], document: bytes) -> dict[str, bytes]:
    """The parts of a portion: those of the run but for headers, footers and their pictures that it does not have."""
    referred = {found.decode() for found in _REFERRED.findall(document)}
    relations = etree.fromstring(members[RELATIONS])
    gone = set()
    for one in list(relations):
        target = f"word/{one.get('Target')}"
        if _OWN.match(target) and one.get("Id") not in referred:
            gone.add(target)
            relations.remove(one)
    links = {name: _links(name) for name in (*gone, *(name for name in members if _OWN.match(name)))}
    pictures = {name: _targets(members.get(link, b"")) for name, link in links.items()}
    used = {target for name, targets in pictures.items() if name not in gone for target in targets}
    used |= _targets(etree.tostring(relations))
    gone |= {links[name] for name in gone} | {one for name in gone for one in pictures[name] if one not in used}
    types = etree.fromstring(members[_TYPES])
    for one in list(types):
        if (one.get("PartName") or "").lstrip("/") in gone:
            types.remove(one)
    changed = {DOCUMENT: document, RELATIONS: etree.tostring(relations), _TYPES: etree.tostring(types)}
    return {name: changed.get(name, data) for name, data in members.items() if name not in gone}


def _links(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _targets(relations: bytes) -> set[str]:
    """The parts in ``word`` that these relations point to."""
    if not relations:
        return set()
    return {f"word/{one.get('Target')}" for one in etree.fromstring(relations)}
