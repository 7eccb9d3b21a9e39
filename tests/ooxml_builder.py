"""Builds .docx packages from pieces of XML, so that a test shows just the markup that it is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = {
    "w": W,
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "wpsCustomData": "http://www.wps.cn/officeDocument/2013/wpsCustomData",
}
DECLARATIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_KINDS = ("header", "footer", "footnotes", "endnotes", "comments", "styles", "settings")


def element(name: str, content: str) -> str:
    """A root element with all namespaces declared."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{name} {DECLARATIONS}>{content}</w:{name}>'


def package_bytes(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of the given parts, just as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx_bytes(body_xml: str, *, properties: Mapping[str, str] | None = None, **parts: str | bytes) -> bytes:
    """A .docx whose body is ``body_xml``.

    A keyword such as ``header1="<w:p>…</w:p>"``, ``footnotes=…``, ``comments=…``, ``styles=…`` becomes
    ``word/header1.xml`` with the right root, linked as ``rIdheader1``. A keyword with bytes becomes a part of that
    name, ``__`` read as ``/`` and ``_xml`` or ``_bin`` at the end as the extension. ``properties`` are custom document
    properties.
    """
    roots = {"header": "hdr", "footer": "ftr"}
    links = ""
    files: dict[str, str | bytes] = {}
    for name, content in parts.items():
        kind = name.rstrip("0123456789")
        if isinstance(content, str) and kind in _KINDS:
            files[f"word/{name}.xml"] = element(roots.get(kind, kind), content)
            links += f'<Relationship Id="rId{name}" Type="{_OFFICE}/{kind}" Target="{name}.xml"/>'
        else:
            path = name.replace("__", "/")
            stem, _, extension = path.rpartition("_")
            files[f"{stem}.{extension}"] = content
    if properties is not None:
        entries = "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}">'
            f"<vt:lpwstr>{value}</vt:lpwstr></property>"
            for number, (name, value) in enumerate(properties.items(), 2)
        )
        files["docProps/custom.xml"] = (
            f'<Properties xmlns="{_CUSTOM}" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
            f"{entries}</Properties>"
        )
    return package_bytes(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
            ),
            "_rels/.rels": (
                f'<Relationships xmlns="{_RELATIONSHIPS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
                'Target="word/document.xml"/></Relationships>'
            ),
            "word/document.xml": element("document", f"<w:body>{body_xml}</w:body>"),
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONSHIPS}">{links}</Relationships>',
            **files,
        }
    )


def run(text: str, marks: str = "") -> str:
    """A run of text; ``marks`` goes into its ``w:rPr``."""
    return f'<w:r>{f"<w:rPr>{marks}</w:rPr>" if marks else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*content: str, marks: str = "") -> str:
    """A paragraph of runs; plain words become a run of their own."""
    inner = "".join(piece if piece.startswith("<") else run(piece) for piece in content if piece)
    return f"<w:p>{f'<w:pPr>{marks}</w:pPr>' if marks else ''}{inner}</w:p>"


def cell(content: str = "", marks: str = "") -> str:
    """A cell: blocks as they are, plain words as a paragraph; ``marks`` goes into its ``w:tcPr``."""
    blocks = (
        content
        if content.startswith(("<w:p>", "<w:p ", "<w:tbl>", "<w:sdt>", "<mc:", "<w:customXml"))
        else par(content)
    )
    return f"<w:tc>{f'<w:tcPr>{marks}</w:tcPr>' if marks else ''}{blocks}</w:tc>"


def row(*cells: str, marks: str = "") -> str:
    """A row; plain words become cells."""
    inner = "".join(piece if piece.startswith(("<w:tc>", "<w:sdt>")) else cell(piece) for piece in cells)
    return f"<w:tr>{f'<w:trPr>{marks}</w:trPr>' if marks else ''}{inner}</w:tr>"


def table(*rows: str) -> str:
    """A table of rows."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def control(content: str, tag: str = "", marks: str = "") -> str:
    """A content control around ``content``."""
    tagged = f'<w:tag w:val="{tag}"/>' if tag else ""
    return f"<w:sdt><w:sdtPr>{tagged}{marks}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
