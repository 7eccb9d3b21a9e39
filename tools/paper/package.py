"""A .docx package written by hand: nothing in it but what a template needs, and the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from paper.styles import FONT_TABLE, Style, styles_xml

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

#: The compat profile: margins 37/35/28/26 mm, type area 156 × 225 mm.
PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="1134" w:footer="1134" w:gutter="0"/>'
)
TYPE_AREA = 8844  #: Twips across.
#: The same paper on its side: the margins turn with it.
WIDE_PAGE = (
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1588" w:right="2098" w:bottom="1474" w:left="1984" w:header="1020" w:footer="904" w:gutter="0"/>'
)
WIDE_AREA = 12756

_SETTINGS = (
    HEAD + f'<w:settings {W}><w:zoom w:percent="100"/>{{mirror}}<w:bordersDoNotSurroundHeader/>'
    "<w:bordersDoNotSurroundFooter/>"
    '<w:defaultTabStop w:val="420"/>{even}<w:drawingGridVerticalSpacing w:val="156"/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/>'
    "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
    "<w:doNotExpandShiftReturn/><w:useFELayout/>"
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    "</w:compat></w:settings>"
)


def docx(
    body: str,
    styles: list[Style],
    *,
    title: str,
    duplex: bool = False,
    grid: bool = False,
    wide: bool = False,
    counted: bool = False,
) -> bytes:
    """The package. ``duplex``: mirrored margins and page numbers at the outer edge; ``grid``: 22 lines a page.

    ``wide``: on its side, with page numbers in the middle; ``counted``: 第 1 页 共 1 页 in the middle of the foot.
    """
    references = '<w:headerReference w:type="default" r:id="rId4"/>'
    parts = {"word/header1.xml": _margin("hdr", _paragraph("Draft", "{{ draft }}"))}
    if duplex:
        references += '<w:headerReference w:type="even" r:id="rId5"/>'
        references += '<w:footerReference w:type="default" r:id="rId6"/><w:footerReference w:type="even" r:id="rId7"/>'
        parts["word/header2.xml"] = parts["word/header1.xml"]
        parts["word/footer1.xml"] = _margin("ftr", _page_number("right"))
        parts["word/footer2.xml"] = _margin("ftr", _page_number("left"))
    if wide:
        references += '<w:footerReference w:type="default" r:id="rId6"/>'
        parts["word/footer1.xml"] = _margin("ftr", _page_number("center"))
    if counted:
        references += '<w:footerReference w:type="default" r:id="rId6"/>'
        parts["word/footer1.xml"] = _margin("ftr", _PAGE_OF_PAGES)
    layout = '<w:docGrid w:type="lines" w:linePitch="579"/>' if grid else ""
    section = f"<w:sectPr>{references}{WIDE_PAGE if wide else PAGE}{layout}</w:sectPr>"
    parts["word/document.xml"] = HEAD + f"<w:document {W} {R}><w:body>{body}{section}</w:body></w:document>"
    parts["word/styles.xml"] = HEAD + styles_xml(styles, W)
    parts["word/fontTable.xml"] = HEAD + FONT_TABLE.replace("<w:fonts", f"<w:fonts {W}", 1)
    parts["word/settings.xml"] = _SETTINGS.format(
        mirror="<w:mirrorMargins/>" if duplex else "", even="<w:evenAndOddHeaders/>" if duplex else ""
    )
    parts["docProps/core.xml"] = _core(title)
    return _zipped(parts)


def _margin(kind: str, content: str) -> str:
    return HEAD + f"<w:{kind} {W} {R}>{content}</w:{kind}>"


def _paragraph(style: str, text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'


def _page_number(side: str) -> str:
    """``— 1 —`` at the outer edge, one 字 in (7.5), or in the middle."""
    indent = "" if side == "center" else f'<w:ind w:{side}="280"/>'
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    return (
        f'<w:p><w:pPr><w:pStyle w:val="PageNumberLine"/>{indent}<w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">— </w:t></w:r>{field}<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _words(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


_PAGE_OF_PAGES = (
    '<w:p><w:pPr><w:pStyle w:val="PageLine"/></w:pPr>'
    f"{_words('第 ')}{_field('PAGE')}{_words(' 页　共 ')}{_field('NUMPAGES')}{_words(' 页')}</w:p>"
)


def _core(title: str) -> str:
    return HEAD + (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>formgen</dc:creator></cp:coreProperties>"
    )


_KINDS = {"document": "document.main", "header": "header", "footer": "footer", "styles": "styles"}
_KINDS |= {"fontTable": "fontTable", "settings": "settings"}


def _kind(name: str) -> str:
    return name.removeprefix("word/").removesuffix(".xml").rstrip("0123456789")


def _zipped(parts: dict[str, str]) -> bytes:
    word = [name for name in parts if name.startswith("word/")]
    types = "".join(f'<Override PartName="/{n}" ContentType="{_MAIN}.{_KINDS[_kind(n)]}+xml"/>' for n in word)
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    content_types = (
        HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}'
        f'<Override PartName="/docProps/core.xml" ContentType="{core}"/></Types>'
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    root = (
        HEAD + f'<Relationships xmlns="{package}">'
        f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{package}/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>"
    )
    names = {"rId1": "styles", "rId2": "settings", "rId3": "fontTable", "rId4": "header1", "rId5": "header2"}
    names |= {"rId6": "footer1", "rId7": "footer2"}
    relations = "".join(
        f'<Relationship Id="{key}" Type="{_REL}/{_kind(name)}" Target="{name}.xml"/>'
        for key, name in names.items()
        if f"word/{name}.xml" in parts
    )
    members = {"[Content_Types].xml": content_types, "_rels/.rels": root} | parts
    members["word/_rels/document.xml.rels"] = HEAD + f'<Relationships xmlns="{package}">{relations}</Relationships>'
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return output.getvalue()
