"""The seven score sheets, one row for each item, with the regulation's own columns."""

from __future__ import annotations

from dataclasses import dataclass

from paper.package import TYPE_AREA, docx
from paper.parts import Box, control, loop, paragraph, row, run, table, text
from paper.styles import BODY_FACE, HEAD_FACE, KAI_FACE, PAGE_LINE, TITLE_FACE, Style


@dataclass(frozen=True)
class Sheet:
    """How a score sheet is drawn."""

    form: str
    title: str  #: The title's tag, with the place where it is broken.
    header: tuple[tuple[str, str, int, str], ...]  #: id, label, width of the blank in 字, what follows it.
    columns: tuple[tuple[str, int], ...]  #: Printed head and width in twips.
    size: float = 12  #: Of the printed text, in points.
    line: float = 16
    height: int = 0  #: Least height of an item's row, in twips.
    title_size: float = 22
    subtitle: bool = True


_HEADER_SIZE = 12  #: Points.
_CATEGORY = '{{ row.category|break_before("（")|merge_down(row.first, row.span) }}'
_TEXT = "{{ row.text|merge_right(row.wide) }}{{ row.note }}"
#: Head of a column → the paragraphs of its cell.
_CELLS = {
    "序号": text("TableCentred", "{{ row.no|merge_down(row.first, row.span) }}"),
    "考核指标": text("TableCentred", _CATEGORY),
    "具体内容": text("TableText", _TEXT),
    "考核要点": text("TableText", "{{ row.text }}{{ row.note }}"),
    "考评指标": text("TableText", "{{ row.text }}{{ row.note }}"),
    "评分标准": text("TableText", "{{ row.standard }}"),
    "分值": text("TablePoints", "{{ row.points_text }}"),
    "得分": paragraph("TableAnswer", control("{{ row.id }}", "得分 {{ row.id }}", "{{ row.score }}")),
    "评价": paragraph("TableAnswer", control("{{ row.id }}", "评价 {{ row.id }}", "{{ row.score }}")),
}
_CELLS["赋分"] = _CELLS["分值"]
_CELLS["考核项目"] = _CELLS["考评内容"] = _CELLS["考核指标"]


def _remark(label: str) -> str:
    return (
        text("TableText", "{%p if row.remark_printed %}")
        + text("TableText", "{{ row.remark_printed }}")
        + text("TableText", "{%p endif %}")
        + paragraph("TableRemark", control("{{ row.id }}.remark", f"{label} {{{{ row.id }}}}", "{{ row.remark }}"))
    )


def _cell(sheet: Sheet, head: str) -> Box:
    if head in ("备注", "扣分情况"):
        return Box(_remark(head))
    if head == "考核内容":  # a category where 考核要点 follows, else the item itself
        points_follow = any(name == "考核要点" for name, _ in sheet.columns)
        return Box(_CELLS["考核指标" if points_follow else "考核要点"])
    return Box(_CELLS[head])


def _stops(sheet: Sheet) -> list[int]:
    """Where each blank above the table begins after the first, in twips: its place is the same for all names."""
    if any(after == "\n" for *_, after in sheet.header):
        return [TYPE_AREA // 2]
    stops, x = [], 0
    for _, label, width, after in sheet.header:
        x += round((len(label) + 1 + width + 1) * _HEADER_SIZE * 20)
        if after:
            stops.append(x)
    return stops


def _styles(sheet: Sheet) -> list[Style]:
    size, line = sheet.size, sheet.line
    tabs = "".join(f'<w:tab w:val="left" w:pos="{place}"/>' for place in _stops(sheet))
    tabs = f"<w:tabs>{tabs}</w:tabs>" if tabs else ""
    return [
        Style("FormTitle", "表标题", TITLE_FACE, sheet.title_size, sheet.title_size * 1.4, "center", outline=0),
        Style("FormSubtitle", "表副题", KAI_FACE, 14, 22, "center"),
        Style("FormHeader", "表前填写", BODY_FACE, _HEADER_SIZE, 22, before=4, after=4, extra=tabs),
        Style("TableHead", "表头", HEAD_FACE, min(size + 1, 12), 18, "center"),
        Style("TableText", "表格正文", BODY_FACE, size, line),
        Style("TableCentred", "表格居中", BODY_FACE, size, line, "center"),
        Style("TablePoints", "表格分值", BODY_FACE, min(size, 10), line, "center"),
        Style("TableAnswer", "表格答案", BODY_FACE, 12, 16, "center"),
        Style("TableRemark", "表格备注", BODY_FACE, size, line),
        Style("FormNote", "表注", BODY_FACE, 12, 16),
        Style("FormTotal", "合计得分", BODY_FACE, _HEADER_SIZE, 20, "right", before=4),
        PAGE_LINE,
        Style("Draft", "草稿标记", HEAD_FACE, 12, 16, "center", color="C00000"),
    ]


def sheet_docx(sheet: Sheet) -> bytes:
    """The template of a score sheet."""
    widths = [width for _, width in sheet.columns]
    assert sum(widths) == TYPE_AREA, (sheet.form, sum(widths))
    header = "".join(
        run(f"{label}：") + control(id_, label, f"{{{{ box.{id_}|blank({width}) }}}}", "FillIn") + run(after)
        for id_, label, width, after in sheet.header
    )
    rows = [
        row([Box(text("TableHead", head)) for head, _ in sheet.columns], head=True, height=480),
        loop("{%tr for row in rows %}", len(widths)),
        row([_cell(sheet, head) for head, _ in sheet.columns], height=sheet.height),
        loop("{%tr endfor %}", len(widths)),
    ]
    body = (
        text("FormTitle", sheet.title)
        + text("FormSubtitle", "{%p if subtitle %}")
        + text("FormSubtitle", "{{ subtitle }}")
        + text("FormSubtitle", "{%p endif %}")
        + paragraph("FormHeader", header)
        + table(widths, rows)
        + text("FormTotal", "{%p if total %}")
        + paragraph(
            "FormTotal", run("合计得分："), control("total", "合计得分", "{{ total.value|blank(6) }}", "FillIn")
        )
        + text("FormTotal", "{%p endif %}")
        + text("FormNote", "{%p if footnote %}")
        + text("FormNote", "{{ footnote }}")
        + text("FormNote", "{%p endif %}")
    )
    if sheet.form == "damao-annual":  # neither a total nor a note follows
        body += paragraph("FormNote")  # Word wants a paragraph after a table
    return docx(body, _styles(sheet), title=sheet.form, counted=True)


_GAP = "\t"
_NINGXIA = (("考评内容", 1380), ("考评指标", 1700), ("赋分", 700), ("评分标准", 4264), ("得分", 800))

SHEETS = (
    Sheet(
        "dayang-monthly",
        "{{ title }}",
        (
            ("village", "行政村", 8, "\t"),
            ("name", "乡村振兴小组长（姓名）", 6, "\n"),
            ("group", "联系自然庄（组）", 8, "\t"),
            ("grade", "考评等次", 8, ""),
        ),
        (("序号", 600), ("考核指标", 1170), ("具体内容", 2140), ("评分标准", 2260), ("得分", 740), ("备注", 1934)),
        size=10.5,
        line=14,
        height=900,
    ),
    Sheet(
        "village-cadre-quarterly",
        "{{ title }}",
        (
            ("village", "村", 5, _GAP),
            ("name", "姓名", 4, _GAP),
            ("post", "职务", 5, _GAP),
            ("grade", "考核等次", 4, ""),
        ),
        (("序号", 640), ("考核内容", 1700), ("考核要点", 2404), ("分值", 2060), ("得分", 900), ("备注", 1140)),
        height=820,
    ),
    Sheet(
        "tongshi-annual",
        "{{ title }}",
        (("village", "村", 10, ""),),
        (("序号", 640), ("考核项目", 1700), ("考核内容", 2704), ("分值", 1560), ("得分", 900), ("扣分情况", 1340)),
        height=760,
    ),
    Sheet(
        "damao-annual",
        "{{ title }}",
        (
            ("village", "村", 5, _GAP),
            ("group", "村民小组", 4, _GAP),
            ("name", "姓名", 4, _GAP),
            ("grade", "考核等次", 4, ""),
        ),
        (("序号", 640), ("考核内容", 1900), ("考核要点", 3704), ("评价", 1100), ("备注", 1500)),
        height=720,
    ),
    Sheet(
        "ningxia-team-annual",
        "{{ title }}",
        (("village", "派驻村", 10, _GAP), ("team", "派出单位", 14, "")),
        (("考评内容", 1200), ("考评指标", 1600), ("赋分", 700), ("评分标准", 4644), ("得分", 700)),
        size=10,
        line=12,
        height=480,
        title_size=18,
    ),
    Sheet(
        "ningxia-captain-annual",
        '{{ title|break_after("第一书记") }}',
        (("village", "派驻村", 10, _GAP), ("name", "姓名", 8, "")),
        _NINGXIA,
        size=10.5,
        line=13.5,
        height=790,
    ),
    Sheet(
        "ningxia-member-annual",
        '{{ title|break_after("工作队队员") }}',
        (("village", "派驻村", 10, _GAP), ("name", "姓名", 8, "")),
        _NINGXIA,
        size=10.5,
        line=14,
        height=860,
    ),
)
