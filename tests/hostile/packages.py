"""Zips and office packages by hand, so that a file says just what its test wants it to say."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping

from ooxml_builder import docx_bytes, element

Parts = Mapping[str, str | bytes]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zipped(parts: Parts | list[tuple[str | zipfile.ZipInfo, str | bytes]], level: int = 1) -> bytes:
    """A zip of these members in their order; a list may name one twice."""
    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        warnings.simplefilter("ignore")  # of two members with one name
        for name, content in parts.items() if isinstance(parts, Mapping) else parts:
            archive.writestr(name, content)
    return held.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def links(*found: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    """The links of a part: id, last word of the type, target, and ``External`` for one that leads out."""
    inner = "".join(
        f'<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode[0]}"/>' if mode else "/>")
        for id, kind, target, *mode in found
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def word(body: str, prolog: str = "", parts: Parts | None = None) -> bytes:
    """A .docx with this body, something between the declaration and the root, and other parts (or other words)."""
    main = element("document", f"<w:body>{body}</w:body>").replace("?>", "?>" + prolog, 1)
    return zipped({**parts_of(docx_bytes("")), "word/document.xml": main, **(parts or {})})


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    """The part of a sheet."""
    return f'<worksheet xmlns="{_SHEETS}" xmlns:r="{OFFICE}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def book(
    rows: str = "", before: str = "", after: str = "", *, parts: Parts | None = None, names: str = "", sheets: str = ""
) -> bytes:
    """A .xlsx of one sheet; ``names`` goes behind its list of sheets, ``sheets`` stands in place of that list."""
    sheets = sheets or '<sheet name="考核表" sheetId="1" r:id="rId1"/>'
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
                f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/></Types>'
            ),
            "_rels/.rels": links(("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": (
                f'<workbook xmlns="{_SHEETS}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>{names}</workbook>'
            ),
            "xl/_rels/workbook.xml.rels": links(
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "styles", "styles.xml"),
                ("rId3", "sharedStrings", "sharedStrings.xml"),
            ),
            "xl/worksheets/sheet1.xml": sheet_xml(rows, before, after),
            **(parts or {}),
        }
    )


def styles(xfs: str, before: str = "") -> str:
    """The styles of a workbook: ``before`` may be number formats, fonts, fills."""
    return f'<styleSheet xmlns="{_SHEETS}">{before}<cellXfs count="1">{xfs}</cellXfs></styleSheet>'


def strings(items: str) -> str:
    """The shared strings of a workbook."""
    return f'<sst xmlns="{_SHEETS}" count="4294967295" uniqueCount="4294967295">{items}</sst>'
