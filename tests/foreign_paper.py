"""Official papers written as plain WordprocessingML, as a clerk sets them in Word or WPS."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from html import escape

FS, HT, KT, XBS, SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006/relationships"
_C = "http://schemas.openxmlformats.org/package/2006/content-types"
_O = "application/vnd.openxmlformats-officedocument.wordprocessingml"
LINE = 579  #: Twips from line to line.


def run(text: str, face: str = FS, size: float = 16, more: str = "") -> str:
    """A run; ``\\t`` and ``\\n`` become a tab and a line break."""
    inner = escape(text).replace("\t", "</w:t><w:tab/><w:t xml:space='preserve'>")
    inner = inner.replace("\n", "</w:t><w:br/><w:t xml:space='preserve'>")
    ascii_face = face if face in (SONG, XBS) else "Times New Roman"
    return (
        f'<w:r><w:rPr><w:rFonts w:ascii="{ascii_face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="Times New Roman"/>'
        f'{more}<w:sz w:val="{int(size * 2)}"/><w:szCs w:val="{int(size * 2)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{inner}</w:t></w:r>'
    )


def red(text: str, size: float = 42, face: str = XBS) -> str:
    """A run in red."""
    return run(text, face, size, '<w:color w:val="FF0000"/>')


@dataclass
class P:
    """A paragraph. Indents in hundredths of a 字; ``more`` is put into ``w:pPr`` before the spacing."""

    runs: str = ""
    align: str = "both"
    first: int = 0
    left: int = 0
    right: int = 0
    hanging: int = 0
    before: int = 0
    line: int = LINE
    rule: str = "exact"
    more: str = ""
    size: float = 16  #: Of a blank line.

    def xml(self) -> str:
        """As WordprocessingML."""
        indent = ""
        if self.first or self.left or self.right or self.hanging:
            unit = self.size / 5
            indent = (
                f'<w:ind w:leftChars="{self.left}" w:left="{int(self.left * unit)}" w:rightChars="{self.right}" '
                f'w:right="{int(self.right * unit)}" '
                + (
                    f'w:hangingChars="{self.hanging}" w:hanging="{int(self.hanging * unit)}"/>'
                    if self.hanging
                    else f'w:firstLineChars="{self.first}" w:firstLine="{int(self.first * unit)}"/>'
                )
            )
        mark = f'<w:rPr><w:rFonts w:eastAsia="{FS}"/><w:sz w:val="{int(self.size * 2)}"/></w:rPr>'
        return (
            f'<w:p><w:pPr>{self.more}<w:spacing w:before="{self.before}" w:after="0" w:line="{self.line}" '
            f'w:lineRule="{self.rule}"/>{indent}<w:jc w:val="{self.align}"/>{mark}</w:pPr>{self.runs}</w:p>'
        )


BLANK = P()
PAGE = "<w:pageBreakBefore/>"
RED_RULE = '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="5" w:color="FF0000"/></w:pBdr>'


def mark(*names: str, down: int = 1451) -> list[P]:
    """The mark, lowered so that its upper edge is 35 mm below that of the type area."""
    return [
        P(red(name), "center", before=0 if index else down, line=1000, rule="atLeast")
        for index, name in enumerate(names)
    ]


def number(text: str) -> list[P]:
    """Two blank lines and the number over the red rule."""
    return [BLANK, BLANK, P(run(text), "center", more=RED_RULE)]


def title(*lines: str) -> list[P]:
    """Two blank lines and the title, a paragraph for each of its lines."""
    return [BLANK, BLANK, *(P(run(line, XBS, 22), "center", line=660) for line in lines), BLANK]


def to(text: str) -> P:
    """主送机关."""
    return P(run(text), "left")


def body(*texts: str) -> list[P]:
    """Paragraphs of the body; 一、 and （一） get their faces."""
    made = []
    for text in texts:
        if text[0] in "一二三四五六七八九十" and text[1:2] in "、十" and "。" not in text:
            made.append(P(run(text, HT), first=200))
        elif text[0] == "（" and text[1] in "一二三四五六七八九十":
            head, stop, rest = text.partition("。")
            made.append(P(run(head + stop, KT) + (run(rest) if rest else ""), first=200))
        else:
            made.append(P(run(text), first=200))
    return made


def sealed(name: str, date: str, sig: int, day: int = 400) -> list[P]:
    """署名 and date with their right indents, in hundredths; room for the seal above."""
    return [BLANK, BLANK, P(run(name), "right", right=sig), P(run(date), "right", right=day)]


def annex(label: str, *lines: str) -> list[P]:
    """The label of an 附件 on a new page and its title in line 3."""
    return [P(run(label, HT), "left", more=PAGE), BLANK, *(P(run(one, XBS, 22), "center", line=660) for one in lines)]


def cell(content: list[P], width: int, span: int = 1, borders: str = "") -> str:
    """A table cell."""
    inner = "".join(one.xml() for one in content)
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{borders}</w:tcPr>{inner}</w:tc>'


def table(rows: list[list[str]], *, face: str = FS, size: float = 12, head: bool = True) -> str:
    """A ruled table of words in a smaller size; the first row repeated as the head."""
    count = max(map(len, rows))
    width = 8844 // count
    made = []
    for index, row in enumerate(rows):
        first = "<w:trPr><w:tblHeader/></w:trPr>" if head and index == 0 else ""
        cells = "".join(
            cell([P(run(words, HT if head and index == 0 else face, size), "center", line=440)], width) for words in row
        )
        made.append(f"<w:tr>{first}{cells}</w:tr>")
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = f'<w:gridCol w:w="{width}"/>' * count
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width * count}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(made)}</w:tbl>"
    )


def imprint(copies: str = "", printer: str = "", date: str = "") -> str:
    """The 版记 as a floating table at the foot of the type area."""
    thick, thin = (f'<w:{{}} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>' for size in (8, 6))
    none = "".join(f'<w:{side} w:val="nil"/>' for side in ("left", "right", "insideV"))
    rows = []
    if copies:
        words = P(run(f"抄送：{copies}", size=14), "left", left=400, right=100, hanging=300, size=14)
        rows.append(f"<w:tr>{cell([words], 8844)}</w:tr>")
    if printer:
        words = P(
            run(f"{printer}\t{date}印发", size=14),
            "left",
            left=100,
            right=100,
            size=14,
            more='<w:tabs><w:tab w:val="right" w:pos="8564"/></w:tabs>',
        )
        rows.append(f"<w:tr>{cell([words], 8844)}</w:tr>")
    borders = thick.format("top") + thick.format("bottom") + thin.format("insideH") + none
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="center" '
        f'w:tblpYSpec="bottom"/><w:tblW w:w="8844" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>'
        '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="8844"/></w:tblGrid>{"".join(rows)}</w:tbl>'
    )


@dataclass
class Sheet:
    """A whole document: paragraphs and tables in order, and the page."""

    content: list[P | str]
    top: int = 2098
    bottom: int = 1984
    number: bool = True
    title_page: bool = False
    header: list[P] = field(default_factory=list)

    def data(self) -> bytes:
        """As a .docx."""
        story = "".join(one if isinstance(one, str) else one.xml() for one in self.content)
        if isinstance(self.content[-1], str):
            story += P(line=20, size=1).xml()
        page = "".join(
            f'<w:footerReference w:type="{kind}" r:id="{key}"/>'
            for kind, key in (("default", "rId2"), ("even", "rId3"))
            if self.number
        )
        if self.header:
            page = f'<w:headerReference w:type="{"first" if self.title_page else "default"}" r:id="rId4"/>{page}'
        section = (
            f'<w:sectPr>{page}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="{self.top}" w:right="1474" '
            f'w:bottom="{self.bottom}" w:left="1588" w:header="851" w:footer="1400" w:gutter="0"/>'
            f'{"<w:titlePg/>" if self.title_page else ""}<w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>'
        )
        names = f'xmlns:w="{_W}" xmlns:r="{_R}"'
        footers = {
            kind: f"<w:ftr {names}>"
            + P(
                run("— ", SONG, 14)
                + '<w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr>'
                '<w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText><w:fldChar w:fldCharType="end"/>'
                "</w:r>" + run(" —", SONG, 14),
                side,
                left=100 if side == "left" else 0,
                right=100 if side == "right" else 0,
                line=240,
                rule="auto",
                size=14,
            ).xml()
            + "</w:ftr>"
            for kind, side in (("footer1", "right"), ("footer2", "left"))
        }
        parts = {
            "word/document.xml": f"<w:document {names}><w:body>{story}{section}</w:body></w:document>",
            "word/settings.xml": f"<w:settings {names}><w:mirrorMargins/><w:evenAndOddHeaders/></w:settings>",
            "word/styles.xml": f'<w:styles {names}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" '
            'w:eastAsia="宋体" w:hAnsi="Calibri"/><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>'
            '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:rPr><w:spacing '
            'w:val="-5"/></w:rPr></w:style></w:styles>',
            "word/header1.xml": f"<w:hdr {names}>{''.join(one.xml() for one in self.header)}</w:hdr>",
            **{f"word/{name}.xml": xml for name, xml in footers.items()},
        }
        links = (
            ("settings", "settings.xml"),
            ("footer", "footer1.xml"),
            ("footer", "footer2.xml"),
            (
                "header",
                "header1.xml",
            ),
            ("styles", "styles.xml"),
        )
        relations = "".join(
            f'<Relationship Id="rId{index}" Type="{_R}/{kind}" Target="{target}"/>'
            for index, (kind, target) in enumerate(links, 1)
        )
        kinds = {"document": "document.main"} | {
            name: name.rstrip("12") for name in ("settings", "styles", "header1", "footer1", "footer2")
        }
        types = "".join(
            f'<Override PartName="/word/{name}.xml" ContentType="{_O}.{kind}+xml"/>' for name, kind in kinds.items()
        )
        parts["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{_P}">{relations}</Relationships>'
        parts["_rels/.rels"] = (
            f'<Relationships xmlns="{_P}"><Relationship Id="rId1" Type="{_R}/officeDocument" '
            'Target="word/document.xml"/></Relationships>'
        )
        parts["[Content_Types].xml"] = (
            f'<Types xmlns="{_C}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
        )
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, xml in parts.items():
                archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{xml}')
        return output.getvalue()
