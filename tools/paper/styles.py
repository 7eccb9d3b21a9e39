"""Faces by name, and the styles of the paper. No face is shipped; the font table names what may stand in for one."""

from __future__ import annotations

from dataclasses import dataclass

TITLE_FACE, BODY_FACE, HEAD_FACE, KAI_FACE, SONG_FACE = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LATIN_FACE = "Times New Roman"

#: What Word takes where a face is missing, in order.
ALTERNATIVES = {
    TITLE_FACE: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体",
    BODY_FACE: "仿宋,FangSong,华文仿宋,STFangsong,方正仿宋_GBK",
    KAI_FACE: "楷体,KaiTi,华文楷体,STKaiti",
    HEAD_FACE: "SimHei,Heiti SC,方正黑体_GBK",
    SONG_FACE: "SimSun,Songti SC",
}

FONT_TABLE = (
    "<w:fonts>"
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, other in ALTERNATIVES.items()
    )
    + f'<w:font w:name="{LATIN_FACE}"><w:charset w:val="00"/><w:family w:val="roman"/>'
    + '<w:pitch w:val="variable"/></w:font></w:fonts>'
)


def faces(chinese: str, latin: str = LATIN_FACE) -> str:
    """All four faces of a run. hAnsi is the Chinese one, so that “ ” … — stay Chinese."""
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{chinese}" w:eastAsia="{chinese}" w:cs="{latin}" w:hint="eastAsia"/>'


@dataclass(frozen=True)
class Style:
    """A paragraph style. Lengths in points, ``line`` is exact (0: single); ``first`` is in 字."""

    id: str
    name: str  #: As Word's style list shows it.
    face: str
    size: float
    line: float = 0
    align: str = "left"
    first: int = 0
    right: float = 0
    before: float = 0
    after: float = 0
    extra: str = ""  #: More of w:pPr, before spacing.
    color: str = ""
    spread: int = 0  #: Character spacing in twips.
    outline: int | None = None
    latin: str = LATIN_FACE


def styles_xml(styles: list[Style], namespace: str) -> str:
    """styles.xml with these paragraph styles, and the character and table styles that all paper has."""
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:widowControl w:val="0"/><w:spacing w:line="579" w:lineRule="exact"/><w:jc w:val="both"/></w:pPr>'
        f'<w:rPr>{faces(BODY_FACE)}<w:spacing w:val="-5"/><w:kern w:val="2"/>'
        '<w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style>'
    )
    return (
        f"<w:styles {namespace}><w:docDefaults><w:rPrDefault><w:rPr>{faces(BODY_FACE)}"
        '<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
        f"</w:rPrDefault><w:pPrDefault/></w:docDefaults>{normal}"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="57" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="character" w:customStyle="1" w:styleId="FillIn"><w:name w:val="填写处"/>'
        '<w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/><w:rPr><w:u w:val="single"/></w:rPr></w:style>'
        + "".join(map(_style, styles))
        + "</w:styles>"
    )


def _style(style: Style) -> str:
    line = f' w:line="{round(style.line * 20)}" w:lineRule="exact"' if style.line else ' w:line="240" w:lineRule="auto"'
    indent = f'<w:ind w:right="{round(style.right * 20)}"'
    if style.first:
        indent += f' w:firstLineChars="{style.first * 100}" w:firstLine="{round(style.first * style.size * 20)}"'
    size = round(style.size * 2)
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{style.extra}<w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="{round(style.before * 20)}" w:after="{round(style.after * 20)}"{line}/>'
        f'{indent}/><w:jc w:val="{style.align}"/>'
        + (f'<w:outlineLvl w:val="{style.outline}"/>' if style.outline is not None else "")
        + f"</w:pPr><w:rPr>{faces(style.face, style.latin)}"
        + (f'<w:color w:val="{style.color}"/>' if style.color else "")
        + f'<w:spacing w:val="{style.spread}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


#: 第 1 页 共 1 页 at the foot of a form.
PAGE_LINE = Style("PageLine", "页码行", SONG_FACE, 9, 12, "center")
