"""Clauses 7.3.1 to 7.3.4: title, 主送机关, body with its levels, 附件说明."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from formgen.conformity.case import ZI_TOLERANCE, Case, place, plain
from formgen.conformity.document import Paragraph
from formgen.conformity.elements import KINDS, Heading, heading, title_text
from formgen.conformity.faces import family
from formgen.conformity.measures import start, width
from formgen.conformity.model import Finding, Severity

_TITLE_ROW = Decimal(20)  #: 字 of 2号 that fit in a line.
_BAD_START = "的》）〉、，。：；”’"
_BAD_END = "《（〈“‘、"
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百]+条\s*")
#: A document that is issued by its name, without 书名号.
_UNMARKED = re.compile(
    r"关于(印发|转发|批转|发布)(?!.*《).*(办法|规定|细则|条例|方案|规则|规程|意见|计划|规划|要点|制度|纲要|预案|章程|标准|决定|通知)"
    r"([（(].*[）)])?的通知"
)
_LEVEL_FACES = {1: "黑体", 2: "楷体", 3: "仿宋", 4: "仿宋"}
_LEVEL_NAMES = {1: "一级标题", 2: "二级标题", 3: "三级标题", 4: "四级标题"}


def check(case: Case) -> Iterator[Finding]:
    """All findings on title, 主送机关, body and 附件说明."""
    yield from _title(case)
    yield from _addressee(case)
    yield from texts(case, case.elements.body)
    yield from _notes(case)


def _title(case: Case) -> Iterator[Finding]:
    elements = case.elements
    if not elements.title:
        if elements.kind != "命令" and (elements.official or elements.to or elements.date):
            yield Finding("title-missing", "7.3.1", "没有标题", "无", "发文机关、事由和文种组成的标题")
        return
    first = elements.title[0]
    yield from case.size(elements.title, 22, "7.3.1", "title-size", "标题")
    yield from case.face(elements.title, "小标宋", "7.3.1", "title-face", "标题")
    yield from case.centred(elements.title, "7.3.1", "title-centre", "标题")
    yield from case.plain_weight(elements.title, "7.3.1", "title-bold", "标题")
    yield from case.colour(elements.title, "title-colour", "标题")
    if elements.kind in {"文件", "上行文"}:
        above = elements.rule_at or elements.number
        yield from case.lines_between(above, first, 2, "7.3.1", "title-gap", "标题与红色分隔线之间")
    yield from _title_lines(elements.title)
    text = title_text(elements.title)
    bare = re.sub(r"([（(][^（）()]*[）)])+$", "", text)
    spot = place(first)
    if elements.official and elements.kind not in {"命令", "纪要"} and not bare.endswith(KINDS):
        yield Finding(
            "title-kind", "7.3.1", "标题应以文种结尾", f"…{bare[-8:]}", "如“通知”“请示”“函”", Severity.WARNING, spot
        )
    if re.search(r"[。，；]$", text):
        yield Finding("title-stop", "7.3.1", "标题末尾不用标点", text[-1], "无标点", place=spot)
    if _UNMARKED.search(text) and bare.endswith("通知"):
        yield Finding(
            "title-book-marks",
            "7.3.1",
            "所印发的文件名称应加书名号",
            text,
            "关于印发《……》的通知",
            Severity.WARNING,
            spot,
        )


def _title_lines(title: Sequence[Paragraph]) -> Iterator[Finding]:
    rows = [row.strip(" \u3000\t") for one in title for row in one.text.split("\n") if row.strip()]
    spot = place(title[0])
    lengths = [width(row) for row in rows]
    if any(length > _TITLE_ROW for length in lengths):
        longest = plain(max(lengths))
        yield Finding(
            "title-break",
            "7.3.1",
            "标题超过一行时应按词意断行",
            f"一行 {longest} 字，任其折行",
            f"每行不超过 {_TITLE_ROW} 字",
            Severity.WARNING,
            spot,
        )
    for above, below in pairwise(rows):
        if below[:1] in _BAD_START or above[-1:] in _BAD_END:
            yield Finding(
                "title-break",
                "7.3.1",
                "标题回行应词意完整",
                f"{above[-6:]}／{below[:6]}",
                "在词与词之间断行",
                Severity.WARNING,
                spot,
            )
    if len(rows) >= 3:
        steps = [(b > a + 1) - (b < a - 1) for a, b in pairwise(lengths)]
        down = next((i for i, step in enumerate(steps) if step < 0), len(steps))
        waist = any(step > 0 for step in steps[down:])
        if waist or not any(steps):
            shape = "、".join(f"{plain(length)}字" for length in lengths)
            yield Finding(
                "title-shape", "7.3.1", "多行标题应排成梯形或菱形", shape, "梯形或菱形", Severity.WARNING, spot
            )


def _addressee(case: Case) -> Iterator[Finding]:
    elements, one = case.elements, case.elements.to
    if one is None:
        needs = elements.kind in {"文件", "上行文", "信函"} and elements.title and elements.to_end is None
        if needs and not title_text(elements.title).endswith(
            ("公告", "通告", "决定", "公报", "决议", "意见", "办法", "方案")
        ):
            spot = place(elements.body[0] if elements.body else None)
            yield Finding(
                "to-missing",
                "7.3.2",
                "没有主送机关",
                "无",
                "标题下空一行，顶格，末尾用全角冒号",
                Severity.WARNING,
                spot,
            )
        return
    spot = place(one)
    if not one.text.endswith("："):
        yield Finding("to-colon", "7.3.2", "最后一个主送机关后应标全角冒号", one.text[-1], "：", place=spot)
    begins = start(one)
    if begins is None or abs(begins) > ZI_TOLERANCE:
        found = "未居左" if begins is None else f"左空 {plain(begins)} 字"
        yield Finding("to-flush", "7.3.2", "主送机关应居左顶格", found, "顶格", place=spot)
    elif abs(one.shape.left) > ZI_TOLERANCE:
        yield Finding(
            "to-flush", "7.3.2", "主送机关回行应顶格", f"回行左空 {plain(one.shape.left)} 字", "顶格", place=spot
        )
    yield from case.size([one], 16, "5.2.2", "to-size", "主送机关")
    yield from case.face([one], "仿宋", "5.2.2", "to-face", "主送机关")
    yield from case.colour([one], "to-colour", "主送机关")
    yield from case.plain_weight([one], "5.2.2", "to-bold", "主送机关")
    if elements.title:
        yield from case.lines_between(elements.title[-1], one, 1, "7.3.2", "to-gap", "主送机关与标题之间")


def texts(case: Case, paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    """Findings on running text: the body, or the body of an 附件."""
    for one in paragraphs:
        if one.table or one.floating:
            continue
        found = heading(one)
        if one.shape.align == "center" and len(one.text) < 40:
            continue  # a chapter's heading, or the line below a title
        yield from case.size([one], 16, "7.3.3", "body-size", "正文")
        yield from case.colour([one], "body-colour", "正文")
        yield from _indent(one)
        if found is not None and found.alone:
            yield from _level(case, found)
        elif _unnumbered(one):
            message = "标题没有层次序数"
            yield Finding(
                "level-missing", "7.3.3", message, one.words, "一、（一）1.（1）", Severity.WARNING, place(one)
            )
        elif article := _ARTICLE.match(one.text):
            yield from _plain(case, one, skip=article.end())  # its number may be in 黑体
        elif found is not None and found.level == 2 and _set_as_heading(one):
            continue  # a heading that ends with a full stop
        elif found is None or found.level != 1:
            yield from _plain(case, one)


def _unnumbered(one: Paragraph) -> bool:
    """Whether a paragraph reads as a heading and is set as one, but has no number."""
    return len(one.text) <= 30 and one.text[-1:] not in "。！？；：，" and _set_as_heading(one)


def _set_as_heading(one: Paragraph) -> bool:
    return all(family(run.face.east) in {"黑体", "楷体"} for run in one.runs if run.text.strip())


def _indent(one: Paragraph) -> Iterator[Finding]:
    spot = place(one)
    begins = start(one)
    if begins is None:
        found = {"center": "居中", "right": "右对齐"}.get(one.shape.align, "用制表符")
        yield Finding("body-align", "7.3.3", "正文每个自然段左空二字、两端对齐", found, "左空 2 字", place=spot)
        return
    if abs(begins - 2) > ZI_TOLERANCE:
        yield Finding(
            "body-indent", "7.3.3", "正文每个自然段左空二字", f"左空 {plain(begins)} 字", "左空 2 字", place=spot
        )
    if abs(one.shape.left) > ZI_TOLERANCE and width(one.text) > 26:
        yield Finding("body-wrap", "7.3.3", "正文回行顶格", f"回行左空 {plain(one.shape.left)} 字", "顶格", place=spot)
    if abs(one.shape.right) > ZI_TOLERANCE:
        yield Finding(
            "body-right", "7.3.3", "正文右边应排满版心", f"右缩 {plain(one.shape.right)} 字", "0 字", place=spot
        )


def _level(case: Case, found: Heading) -> Iterator[Finding]:
    one, level = found.paragraph, found.level
    lead = max(1, len(found.lead) - len(one.label))
    what, wanted = _LEVEL_NAMES[level], _LEVEL_FACES[level]
    yield from case.face([one], wanted, "7.3.3", f"level-{level}-face", what, lead=lead)
    if level >= 2 or found.lead:
        yield from case.plain_weight([one], "7.3.3", f"level-{level}-bold", what)
    if lead < len(one.text) - len(one.label):
        yield from _plain(case, one, skip=lead)


def _plain(case: Case, one: Paragraph, skip: int = 0) -> Iterator[Finding]:
    """Text in 仿宋; a bold or 楷体 lead sentence with a number before it is a heading that runs on."""
    runs = []
    left = skip
    for run in one.runs:
        if left >= len(run.text):
            left -= len(run.text)
            continue
        runs.append(type(run)(run.text[left:], run.face, run.east_hint))
        left = 0
    rest = Paragraph(one.number, tuple(runs), one.shape)
    held = type(one)(one.number, rest.runs, one.shape)
    for finding in case.face([held], "仿宋", "7.3.3", "body-face", "正文"):
        yield Finding(
            finding.code, finding.clause, finding.message, finding.found, finding.wanted, finding.severity, place(one)
        )
    for finding in case.plain_weight([held], "7.3.3", "body-bold", "正文"):
        yield Finding(
            finding.code, finding.clause, finding.message, finding.found, finding.wanted, finding.severity, place(one)
        )


def _notes(case: Case) -> Iterator[Finding]:
    elements = case.elements
    if not elements.notes:
        return
    first, spot = elements.notes[0], place(elements.notes[0])
    label = re.match(r"^附\s*件?\s*[:：]\s*", first.text)
    assert label is not None
    if not re.match(r"^附件[:：]", first.text):
        yield Finding("notes-label", "7.3.4", "附件说明以“附件”二字开头", label[0].strip(), "附件：", place=spot)
    if "：" not in label[0]:
        yield Finding("notes-colon", "7.3.4", "“附件”后应标全角冒号", label[0].strip(), "附件：", place=spot)
    begins = start(first)
    if begins is None or abs(begins - 2) > ZI_TOLERANCE:
        found = "未居左" if begins is None else f"左空 {plain(begins)} 字"
        yield Finding("notes-indent", "7.3.4", "附件说明左空二字", found, "左空 2 字", place=spot)
    yield from case.size(elements.notes, 16, "7.3.4", "notes-size", "附件说明")
    yield from case.face(elements.notes, "仿宋", "7.3.4", "notes-face", "附件说明")
    above = max((one for one in elements.body if one.number < first.number), key=lambda one: one.number, default=None)
    yield from case.lines_between(above, first, 1, "7.3.4", "notes-gap", "附件说明与正文之间")
    rows = [row for one in elements.notes for row in one.text.split("\n")]
    for index, (row, one) in enumerate(zip(rows, _owners(elements.notes), strict=True)):
        name = row[label.end() :] if index == 0 else row.strip(" \u3000\t")
        if re.search(r"[。；;，,、.]$", name):
            yield Finding("notes-stop", "7.3.4", "附件名称后不加标点", name[-1], "无标点", place=place(one))
        numbered = re.match(r"^(\d{1,2})\s*([.．、，,])", name)
        if numbered and numbered[2] != ".":
            yield Finding(
                "notes-number",
                "7.3.4",
                "附件顺序号用阿拉伯数字加半角圆点",
                numbered[0],
                f"{numbered[1]}.",
                place=place(one),
            )
        if index == 0 and not numbered and len([r for r in rows if re.match(r"^\s*\d", r)]) > 0:
            yield Finding(
                "notes-number", "7.3.4", "附件在一个以上时应逐个编号", name[:10], f"1.{name[:8]}", place=place(one)
            )
        if index == 0 and numbered and len(rows) == 1:
            yield Finding(
                "notes-number", "7.3.4", "只有一个附件时不编号", numbered[0], "附件：名称", Severity.WARNING, place(one)
            )
    yield from _notes_aligned(elements.notes)


def _owners(notes: Sequence[Paragraph]) -> list[Paragraph]:
    return [one for one in notes for _ in one.text.split("\n")]


def _notes_aligned(notes: Sequence[Paragraph]) -> Iterator[Finding]:
    """The second and later names stand below the first; a wrapped name goes on below its own first character."""
    if len(notes) > 1:
        head = start(notes[0])
        for one in notes[1:]:
            begins = start(one)
            if head is None or begins is None or not re.match(r"^\d{1,2}\s*[.．、]", one.text):
                continue
            wanted = head + 3
            if abs(begins - wanted) > Decimal("0.6"):
                yield Finding(
                    "notes-align",
                    "7.3.4",
                    "各附件的顺序号应上下对齐",
                    f"左空 {plain(begins)} 字",
                    f"左空 {plain(wanted)} 字",
                    place=place(one),
                )
    for one in notes:
        begins = start(one)
        if begins is None or "\n" in one.text or begins + width(one.text) <= 28:
            continue
        label = re.match(r"^(附\s*件?\s*[:：]\s*)?(\d{1,2}\s*[.．、]\s*)?", one.text)
        wanted = begins + (width(label[0]) if label else 0)
        if abs(one.shape.left - wanted) > Decimal("0.8"):
            yield Finding(
                "notes-wrap",
                "7.3.4",
                "附件名称回行应与上一行名称的首字对齐",
                f"回行左空 {plain(one.shape.left)} 字",
                f"左空 {plain(wanted)} 字",
                place=place(one),
            )
