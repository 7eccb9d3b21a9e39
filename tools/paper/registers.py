"""附件4 and 附件5: labelled boxes, with the signature and seal lines as the regulation prints them."""

from __future__ import annotations

from dataclasses import dataclass

from paper.package import TYPE_AREA, docx
from paper.parts import Box, control, paragraph, row, run, table, text
from paper.styles import BODY_FACE, HEAD_FACE, KAI_FACE, PAGE_LINE, TITLE_FACE, Style

#: Grid columns; the boxes of all rows end on them.
_WIDTHS = (1134, 1500, 900, 1100, 355, 1145, 2710)
assert sum(_WIDTHS) == TYPE_AREA

_STYLES = [
    Style("FormTitle", "表标题", TITLE_FACE, 18, 28, "center", outline=0),
    Style("FormSubtitle", "表副题", KAI_FACE, 14, 22, "center", after=4),
    Style("TableLabel", "表格栏名", BODY_FACE, 12, 16, "center"),
    Style("TableText", "表格正文", BODY_FACE, 12, 18),
    Style("TableAnswer", "表格答案", BODY_FACE, 12, 16, "center"),
    Style("SealLine", "盖章行", BODY_FACE, 12, 20, "right", right=90),
    Style("NarrowSealLine", "窄盖章行", BODY_FACE, 12, 20, "right", right=30),
    Style("SignLine", "签字行", BODY_FACE, 12, 20, "right", after=4),
    Style("Draft", "草稿标记", HEAD_FACE, 12, 16, "center", color="C00000"),
    Style("FormNote", "表注", BODY_FACE, 1, 1),  # Word wants a paragraph after a table; it takes no room
    PAGE_LINE,
]


@dataclass(frozen=True)
class Opinion:
    """A box for words, with what is printed at its foot."""

    id: str
    label: str
    foot: tuple[tuple[str, str], ...]  #: Style and words.
    lines: int  #: Empty lines above the foot of a blank.
    vertical: bool = False
    before: str = ""  #: Words printed at the head of the box.


_DATE = "年  月  日"
_SIGNED = (("SealLine", "盖章"), ("SignLine", f"负责人签字：                       {_DATE}"))


def _label(words: str, *, span: int = 1, vertical: bool = False) -> Box:
    return Box(text("TableLabel", words), span, vertical)


def _answer(id_: str, label: str, *, span: int = 1) -> Box:
    return Box(paragraph("TableAnswer", control(id_, label, f"{{{{ box.{id_} }}}}")), span)


def _opinion(opinion: Opinion, *, span: int, width: int) -> Box:
    content = text("TableText", opinion.before) if opinion.before else ""
    content += paragraph("TableText", control(opinion.id, opinion.label, f"{{{{ box.{opinion.id} }}}}"))
    content += text("TableText", f"{{%p for line in box.{opinion.id}|lines_left({width}, {opinion.lines}) %}}")
    content += paragraph("TableText") + text("TableText", "{%p endfor %}")
    content += "".join(text(style, words) for style, words in opinion.foot)
    return Box(content, span, align="bottom")


def _register(form: str, opinions: tuple[Opinion, ...]) -> bytes:
    rows = [
        row(
            [
                _label("姓名"),
                _answer("name", "姓名"),
                _label("性别"),
                _answer("sex", "性别"),
                _label("出生年月", span=2),
                _answer("birth", "出生年月"),
            ],
            height=560,
        ),
        row(
            [
                _label("政治\n面貌"),
                _answer("political_status", "政治面貌"),
                _label("工作单位及职务", span=2),
                _answer("employer_post", "工作单位及职务", span=3),
            ],
            height=680,
        ),
        row(
            [
                _label("派驻村\n名称"),
                _answer("village", "派驻村名称", span=2),
                _label("驻村职务", span=2),
                _answer("resident_post", "驻村职务", span=2),
            ],
            height=680,
        ),
    ]
    for opinion in opinions:
        words = opinion.label if opinion.vertical else _broken(opinion.label)
        rows.append(row([_label(words, vertical=opinion.vertical), _opinion(opinion, span=6, width=30)]))
    reviews = [
        Opinion(id_, label, (("NarrowSealLine", "盖章"), ("SignLine", _DATE)), 1, before=f"{label}：")
        for id_, label in (
            ("organization_review", "县（区）组织部门意见"),
            ("poverty_office_review", "县（区）扶贫部门意见"),
        )
    ]
    rows.append(
        row(
            [
                _label("审核\n部门\n意见"),
                _opinion(reviews[0], span=4, width=15),
                _opinion(reviews[1], span=2, width=15),
            ]
        )
    )
    body = text("FormTitle", "{{ title }}") + text("FormSubtitle", "{{ subtitle }}")
    return docx(body + table(_WIDTHS, rows) + paragraph("FormNote", run("")), _STYLES, title=form, counted=True)


def _broken(label: str) -> str:
    """A label in lines of two or three characters, as the regulation breaks it."""
    step = 2 if len(label) == 6 and label != "村党支部意见" and label != "派出单位意见" else 3
    return "\n".join(label[i : i + step] for i in range(0, len(label), step))


def _summary(label: str, lines: int) -> Opinion:
    return Opinion("summary", label, (("SignLine", f"签名：              {_DATE}"),), lines, vertical=True)


def _self(lines: int) -> Opinion:
    foot = (("SignLine", f"被考核人签字：                     {_DATE}"),)
    return Opinion("self_opinion", "被考核人意见", foot, lines)


REGISTERS = {
    "ningxia-register-quarterly": (
        _summary("季度工作开展情况", 9),
        Opinion("branch_opinion", "村党支部意见", _SIGNED, 1),
        Opinion("township_opinion", "乡镇党委意见", _SIGNED, 1),
        _self(1),
    ),
    "ningxia-opinion-annual": (
        _summary("年度工作总结", 6),
        Opinion("branch_opinion", "村党支部意见", _SIGNED, 0),
        Opinion("township_opinion", "乡镇党委意见", _SIGNED, 0),
        Opinion("sender_opinion", "派出单位意见", _SIGNED, 0),
        _self(1),
    ),
}


def register_docx(form: str) -> bytes:
    """The template of one of the two register forms."""
    return _register(form, REGISTERS[form])
