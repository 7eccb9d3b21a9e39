"""The styles of official paper as Word shows them, so that a clerk can go on editing. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from formgen.rendering.official import faces
from formgen.rendering.official.markup import Element, fonts, indent, node, properties, spacing
from formgen.rendering.official.profile import Profile


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style; lengths in points, ``line`` exact (0: single), ``blanks`` blank lines before it."""

    id: str
    name: str  #: As Word knows it; the built-in English names are shown in Chinese by Word and WPS.
    role: str  #: Of the face.
    size: float = 16
    line: float | None = None  #: None: the pitch of the text.
    align: str = "left"
    first: int = 0  #: 字 of the first line's indent.
    blanks: float = 0
    outline: int | None = None
    red: bool = False
    keep: bool = False
    alias: str = ""
    spread: bool = True


def catalogue(profile: Profile) -> tuple[Style, ...]:
    """All paragraph styles of a paper in this profile."""
    title = profile.title_pitch
    return (
        Style("CopyNumber", "份号", "仿宋"),
        Style("Secrecy", "密级和紧急程度", "黑体"),
        Style("OrganMark", "发文机关标志", "小标宋", profile.mark, 0, "center", red=True, spread=False),
        Style("DocNumber", "发文字号", "仿宋", align="center"),
        Style("Title", "Title", "小标宋", 22, title, "center", outline=0, keep=True, alias="公文标题", spread=False),
        Style("Subtitle", "Subtitle", "楷体", align="center", alias="标题下的一行"),
        Style("MainTo", "主送机关", "仿宋", blanks=1),
        Style("BodyText", "公文正文", "仿宋", align="both", first=2),
        Style("Heading1", "heading 1", "黑体", align="both", first=2, outline=0, keep=True, alias="一级标题"),
        Style("Heading2", "heading 2", "楷体", align="both", first=2, outline=1, keep=True, alias="二级标题"),
        Style("Heading3", "heading 3", "仿宋", align="both", first=2, outline=2, alias="三级标题"),
        Style("Heading4", "heading 4", "仿宋", align="both", first=2, outline=3, alias="四级标题"),
        Style("Chapter", "章标题", "黑体", align="center", outline=0, keep=True),
        Style("AttachmentNote", "附件说明", "仿宋"),
        Style("Signature", "署名", "仿宋", align="right", keep=True),
        Style("IssueDate", "成文日期", "仿宋", align="right"),
        Style("Annotation", "附注", "仿宋", first=2),
        Style("Attendance", "出席", "仿宋"),
        Style("AttachmentLabel", "附件标记", "黑体", keep=True, outline=0),
        Style("AttachmentTitle", "附件标题", "小标宋", 22, title, "center", outline=0, keep=True, spread=False),
        Style("Imprint", "版记", "仿宋", 14, 22, spread=False),
        Style("TableHead", "表头", "黑体", 10.5, 14, "center", spread=False),
        Style("TableText", "表格正文", "仿宋", 10.5, 14, spread=False),
        Style("TableCentred", "表格居中", "仿宋", 10.5, 14, "center", spread=False),
        Style("TableHeadLarge", "表头（小四）", "黑体", 12, 18, "center", spread=False),
        Style("TableTextLarge", "表格正文（小四）", "仿宋", 12, 18, spread=False),
        Style("TableCentredLarge", "表格居中（小四）", "仿宋", 12, 18, "center", spread=False),
        Style("TableLine", "表前行", "仿宋", 12, 22, spread=False),
        Style("TableSigned", "表格签字", "仿宋", 12, 18, "right", spread=False),
        Style("PageNumber", "页码", "宋体", 14, 18, spread=False),
        Style("Draft", "草稿标记", "黑体", 12, 16, "center", spread=False),
        Style("Spacer", "间隔", "仿宋", 5, 1, spread=False),
    )


def styles_xml(profile: Profile) -> Element:
    """``word/styles.xml``."""
    base = profile.faces["仿宋"]
    normal = node(
        "style",
        node("name", val="Normal"),
        node("qFormat"),
        properties(
            "pPr",
            [
                node("widowControl", val=0),
                node("kinsoku", val=1),
                node("overflowPunct", val=1),
                node("autoSpaceDE", val=0),
                node("autoSpaceDN", val=0),
                spacing(line=profile.pitch),
                node("jc", val="both"),
            ],
        ),
        node("rPr", fonts(base, profile.latin), node("spacing", val=profile.spread), node("kern", val=2), *_size(16)),
        type="paragraph",
        default=1,
        styleId="Normal",
    )
    defaults = node(
        "docDefaults",
        node(
            "rPrDefault",
            node(
                "rPr",
                fonts(base, profile.latin),
                *_size(16),
                node("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"),
            ),
        ),
        node("pPrDefault"),
    )
    return node("styles", defaults, normal, *_defaults(), *(_style(one, profile) for one in catalogue(profile)))


def _size(size: float) -> list[Element]:
    return [node("sz", val=round(size * 2)), node("szCs", val=round(size * 2))]


def _defaults() -> list[Element]:
    character = node(
        "style",
        node("name", val="Default Paragraph Font"),
        node("uiPriority", val=1),
        node("semiHidden"),
        type="character",
        default=1,
        styleId="DefaultParagraphFont",
    )
    margins = [
        node(side, w=width, type="dxa") for side, width in (("top", 0), ("left", 57), ("bottom", 0), ("right", 57))
    ]
    table = node(
        "style",
        node("name", val="Normal Table"),
        node("uiPriority", val=99),
        node("semiHidden"),
        node("tblPr", node("tblInd", w=0, type="dxa"), node("tblCellMar", *margins)),
        type="table",
        default=1,
        styleId="TableNormal",
    )
    return [character, table]


def _style(style: Style, profile: Profile) -> Element:
    line = profile.pitch if style.line is None else style.line
    own = [
        node("snapToGrid", val=0),
        spacing(before=style.blanks * profile.pitch, line=line),
        node("jc", val=style.align),
    ]
    if style.first:
        first = indent(firstLine=style.first * profile.zi)
        first.attrib[first.tag.replace("}ind", "}firstLineChars")] = str(style.first * 100)
        own.append(first)
    if style.keep:
        own.append(node("keepNext"))
    if style.outline is not None:
        own.append(node("outlineLvl", val=style.outline))
    run = node(
        "rPr", fonts(profile.faces[style.role], profile.faces["宋体"] if style.id == "PageNumber" else profile.latin)
    )
    if style.red:
        run.append(node("color", val=profile.red))
    run.append(node("spacing", val=profile.spread if style.spread else 0))
    run.extend(_size(style.size))
    made = node("style", node("name", val=style.name), type="paragraph", styleId=style.id)
    if not style.name.isascii():
        made.set(made.tag.replace("}style", "}customStyle"), "1")
    if style.alias:
        made.append(node("aliases", val=style.alias))
    made.append(node("basedOn", val="Normal"))
    if style.id.startswith("Heading") or style.id in ("Chapter", "MainTo"):
        made.append(node("next", val="BodyText"))
    made.append(node("qFormat"))
    made.append(properties("pPr", own))
    made.append(run)
    return made


def font_table(profile: Profile) -> Element:
    """``word/fontTable.xml``: what Word takes where a face is missing."""
    made = node("fonts")
    for role, chain in faces.CHAINS.items():
        name = profile.faces[role]
        others = ",".join(other for other in chain if other != name)
        made.append(
            node(
                "font",
                node("altName", val=others),
                node("charset", val="86"),
                node("family", val="auto"),
                node("pitch", val="variable"),
                name=name,
            )
        )
    made.append(
        node(
            "font",
            node("charset", val="00"),
            node("family", val="roman"),
            node("pitch", val="variable"),
            name=profile.latin,
        )
    )
    return made
