"""Word files written by hand, part by part, in the manner of WPS: its namespaces, properties and oddly cut runs."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from tools.samples.archive import STAMP, pack
from tools.samples.paper import Box, Line, Paper, Table

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "wp14": "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
        "wpsCustomData": "http://www.wps.cn/officeDocument/2013/wpsCustomData",
    }.items()
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PROPERTIES = (
    '<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体" w:cs="宋体"/>'
    '<w:kern w:val="0"/><w:szCs w:val="21"/><w:vertAlign w:val="baseline"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>',
    '<w:rPr><w:rFonts w:hint="default" w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:szCs w:val="21"/></w:rPr>',
)


def run(text: str, properties: str = PROPERTIES[0]) -> str:
    """A run; tabs are elements of their own."""
    pieces = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "" for piece in text.split("\t")
    )
    return f"<w:r>{properties}{pieces}</w:r>"


def runs(text: str) -> str:
    """A text cut as WPS cuts it: digits from characters, and every few characters for no reason."""
    result, piece = "", ""
    for index, character in enumerate(text):
        if piece and (piece[-1].isdigit() != character.isdigit() or (len(piece) >= 3 and index % 4 == 0)):
            result += run(piece, PROPERTIES[index % 2])
            piece = ""
        piece += character
        if index % 11 == 7:
            result += '<w:proofErr w:type="spellStart"/>'
    return result + (run(piece) if piece else "")


def paragraph(text: str = "", inner: str = "", *, centred: bool = False) -> str:
    """A paragraph of cut runs, or of the given content."""
    align = '<w:jc w:val="center"/>' if centred else ""
    return (
        f'<w:p><w:pPr><w:keepNext w:val="0"/><w:widowControl/>{align}{PROPERTIES[0]}</w:pPr>{inner or runs(text)}</w:p>'
    )


def paragraphs(text: str) -> str:
    """A paragraph for each line of a text."""
    return "".join(paragraph(part) for part in text.split("\n"))


# --- what hides from python-docx -------------------------------------------------------------------------------


def control(inner: str, tag: str = "", *, placeholder: bool = False) -> str:
    """A content control around runs, or around paragraphs."""
    mark = f'<w:tag w:val="{tag}"/>' if tag else ""
    shown = "<w:showingPlcHdr/>" if placeholder else ""
    properties = f'<w:sdtPr><w:id w:val="147455"/>{mark}{shown}<w:text/></w:sdtPr>'
    return f"<w:sdt>{properties}<w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def checkbox(checked: bool) -> str:
    """A check box of Word 2010 and later."""
    sign = "☑" if checked else "☐"
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(checked)}"/>'
        '<w14:checkedState w14:val="2611" w14:font="Segoe UI Symbol"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{run(sign)}</w:sdtContent></w:sdt>"
    )


def symbol(code: str, font: str = "Wingdings 2") -> str:
    """A character of a symbol font: 0052 in Wingdings 2 is a ticked box, 00A3 an empty one."""
    return f'<w:r>{PROPERTIES[0]}<w:sym w:font="{font}" w:char="{code}"/></w:r>'


def form_checkbox(checked: bool) -> str:
    """A legacy form field: a check box."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="Check1"/><w:enabled/><w:calcOnExit w:val="0"/>'
        f'<w:checkBox><w:sizeAuto/><w:default w:val="0"/><w:checked w:val="{int(checked)}"/></w:checkBox></w:ffData>'
        '</w:fldChar></w:r><w:r><w:instrText xml:space="preserve"> FORMCHECKBOX </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def form_text(text: str) -> str:
    """A legacy form field: a text."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="Text1"/><w:enabled/><w:calcOnExit w:val="0"/>'
        "<w:textInput/></w:ffData></w:fldChar></w:r>"
        '<w:r><w:instrText xml:space="preserve"> FORMTEXT </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(text)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def form_choice(entries: Iterable[str], chosen: int) -> str:
    """A legacy form field: a drop-down list, whose choice stands only in its properties."""
    listed = "".join(f'<w:listEntry w:val="{escape(entry)}"/>' for entry in entries)
    return (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="Drop1"/><w:enabled/><w:calcOnExit w:val="0"/>'
        f'<w:ddList><w:result w:val="{chosen}"/>{listed}</w:ddList></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText xml:space="preserve"> FORMDROPDOWN </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def inserted(text: str) -> str:
    """A tracked insertion."""
    return f'<w:ins w:id="11" w:author="校对人" w:date="{STAMP}">{run(text)}</w:ins>'


def deleted(text: str) -> str:
    """A tracked deletion."""
    return (
        f'<w:del w:id="12" w:author="校对人" w:date="{STAMP}"><w:r>{PROPERTIES[0]}'
        f'<w:delText xml:space="preserve">{escape(text)}</w:delText></w:r></w:del>'
    )


def struck(text: str) -> str:
    """Words that somebody crossed out without deleting them."""
    return run(text, "<w:rPr><w:strike/></w:rPr>")


def hidden(text: str) -> str:
    """Words that are not shown."""
    return run(text, "<w:rPr><w:vanish/></w:rPr>")


def text_box(text: str) -> str:
    """A paragraph with a text box as Word writes it: the new drawing, and the old picture for old programs."""
    content = f"<w:txbxContent>{paragraphs(text)}</w:txbxContent>"
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" '
        'distL="0" distR="0" simplePos="0" relativeHeight="251659264" behindDoc="0" locked="0" layoutInCell="1" '
        'allowOverlap="1"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset>'
        '</wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        '<wp:extent cx="5400000" cy="360000"/><wp:wrapTopAndBottom/><wp:docPr id="1" name="文本框 1"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5400000" cy="360000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
        f"<wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
        '</mc:Choice><mc:Fallback><w:pict><v:shape id="_x0000_s1026" type="#_x0000_t202" '
        f'style="width:425pt;height:28pt"><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>'
        "</mc:AlternateContent></w:r></w:p>"
    )


# --- the document ----------------------------------------------------------------------------------------------


def _cell(box: Box | None, *, width: int, span: int, merge: str) -> str:
    merged = {"start": '<w:vMerge w:val="restart"/>', "on": '<w:vMerge w:val="continue"/>', "": ""}[merge]
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    downwards = '<w:textDirection w:val="tbRlV"/>' if box and box.vertical else ""
    content = (box.xml or paragraphs(box.text)) if box and merge != "on" else paragraph()
    if content.endswith("</w:tbl>"):
        content += paragraph()
    properties = f'<w:tcPr><w:tcW w:w="{width * span}" w:type="dxa"/>{spanned}{merged}<w:noWrap w:val="0"/>{downwards}'
    return f'<w:tc>{properties}<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'


def table_xml(table: Table, *, short_rows: bool = False) -> str:
    """A table; ``short_rows`` leaves out what is missing at the end of a row."""
    columns = table.columns
    width = 8844 // columns
    rows = []
    covered: dict[tuple[int, int], Box] = {}
    for r, row in enumerate(table.grid):
        cells, c, missing = [], 0, 0
        while c < columns:
            box = row[c] if c < len(row) else None
            if box:
                for i in range(1, box.rows):
                    covered[r + i, c] = box
                cells.append(_cell(box, width=width, span=box.cols, merge="start" if box.rows > 1 else ""))
                c += box.cols
            elif (r, c) in covered:
                box = covered[r, c]
                cells.append(_cell(box, width=width, span=box.cols, merge="on"))
                c += box.cols
            else:
                missing += 1
                if not short_rows:
                    cells.append(_cell(None, width=width, span=1, merge=""))
                c += 1
        after = f'<w:gridAfter w:val="{missing}"/>' if short_rows and missing else ""
        properties = f'<w:trPr>{after}<w:trHeight w:val="454" w:hRule="atLeast"/></w:trPr>'
        rows.append(f'<w:tr w:rsidR="00A77B3E">{properties}{"".join(cells)}</w:tr>')
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for _ in range(columns))
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="4"/><w:tblW w:w="0" w:type="auto"/><w:tblInd w:w="0" w:type="dxa"/>'
        '<w:tblBorders><w:top w:val="single" w:sz="4"/><w:left w:val="single" w:sz="4"/><w:bottom w:val="single" '
        'w:sz="4"/><w:right w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" '
        f'w:sz="4"/></w:tblBorders><w:tblLayout w:type="autofit"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(rows)}</w:tbl>"
    )


def _core() -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{STAMP}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{STAMP}</dcterms:modified></cp:coreProperties>'
    )


def _custom() -> str:
    return (
        f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer">'
        "<vt:lpwstr>2052-11.1.0.14309</vt:lpwstr></property>"
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="3" name="ICV">'
        "<vt:lpwstr>5B1E6C0A7D0A4F0E9A3B2C1D0E9F8A7B</vt:lpwstr></property></Properties>"
    )


def word_xml(paper: Paper, *, short_rows: bool = False, macro: bool = False) -> bytes:
    """A .docx (or .docm, with a macro part that holds nothing) as WPS would have saved it."""
    body = []
    for block in paper:
        if isinstance(block, Table):
            body.append(table_xml(block, short_rows=short_rows))
            body.append(paragraph())
        elif isinstance(block, Line):
            if block.page_break:
                body.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
            body.append(block.xml or paragraph(block.text, centred=block.title))
    section = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1474" w:bottom="1440" '
        'w:left="1588" w:header="851" w:footer="992" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="312"/>'
        "</w:sectPr>"
    )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    if macro:
        main = "application/vnd.ms-word.document.macroEnabled.main+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    vba = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>' if macro else ""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{vba}'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/custom.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{package}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/>'
        f'<Relationship Id="rId3" Type="{office}/custom-properties" Target="docProps/custom.xml"/></Relationships>',
        "docProps/core.xml": _core(),
        "docProps/custom.xml": _custom(),
        "word/document.xml": f'{HEAD}<w:document {NAMESPACES} mc:Ignorable="w14 w15 wp14 wpsCustomData"><w:body>'
        f"{''.join(body)}{section}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'{HEAD}<Relationships xmlns="{package}/relationships">'
        + (
            '<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
            'Target="vbaProject.bin"/>'
            if macro
            else ""
        )
        + "</Relationships>",
    }
    if macro:
        parts["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return pack(parts)
