"""Clause 10: 信函, 命令 and 纪要, as far as the XML shows them. Distances are measured on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from formgen.conformity.case import ZI_TOLERANCE, Case, place, plain
from formgen.conformity.document import Paragraph
from formgen.conformity.elements import ORDER_NUMBER
from formgen.conformity.measures import start
from formgen.conformity.model import Finding, Severity
from formgen.conformity.reading import PAGE_FIELD


def check(case: Case) -> Iterator[Finding]:
    """All findings of the special forms."""
    match case.elements.kind:
        case "信函":
            yield from _letter(case)
        case "命令":
            yield from _order(case)
        case "纪要":
            yield from _minutes(case)


def _letter(case: Case) -> Iterator[Finding]:
    elements, number = case.elements, case.elements.number
    tabbed = number is not None and "\t" in number.raw  # the page shows where it ends
    if number is not None and not (number.table or number.floating or tabbed):
        at_right = number.shape.align == "right" and abs(number.shape.right) <= ZI_TOLERANCE
        if not at_right:
            found = f"右空 {plain(number.shape.right)} 字" if number.shape.align == "right" else "未居右"
            yield Finding(
                "letter-number", "10.1", "信函的发文字号顶格居版心右边缘", found, "居右顶格", place=place(number)
            )
    if any(re.search(r"文件$", one.text) for one in elements.mark):
        yield Finding(
            "letter-mark",
            "10.1",
            "信函的发文机关标志不加“文件”",
            elements.mark[0].text,
            "发文机关全称或规范化简称",
            place=place(elements.mark[0]),
        )
    if elements.issued:
        yield Finding(
            "letter-imprint",
            "10.1",
            "信函的版记不加印发机关和印发日期",
            elements.issued[0].words,
            "只有抄送",
            place=place(elements.issued[0]),
        )
    table = elements.imprint
    drawn = table is not None and (table.top is not None or table.bottom is not None)
    drawn = drawn or any(one.shape.borders for one in elements.imprint_paragraphs)
    if drawn and not elements.issued:
        yield Finding(
            "letter-imprint-lines", "10.1", "信函的版记不加分隔线", "有分隔线", "无分隔线", place=place(elements.copies)
        )
    first = case.document.sections[0]
    shown = [one for one in first.footers.get("first", ()) if PAGE_FIELD in one.raw]
    plain_first = bool(first.footers.get("default")) and not first.title_page
    if shown or (plain_first and any(PAGE_FIELD in one.raw for one in first.footers["default"])):
        yield Finding("letter-page-number", "10.1", "信函首页不显示页码", "首页有页码", "首页不同，首页页脚为空")
    if elements.title and number is not None and not elements.secrecy:
        yield from case.lines_between(
            number, elements.title[0], 2, "10.1", "letter-title-gap", "标题与其上最后一个要素之间"
        )


def _order(case: Case) -> Iterator[Finding]:
    elements = case.elements
    number = elements.number or next((one for one in elements.mark if ORDER_NUMBER.match(one.text)), None)
    if number is None:
        number = next((one for one in elements.title if ORDER_NUMBER.match(one.text)), None)
    if number is None:
        yield Finding("order-number", "10.2", "没有令号", "无", "发文机关标志下空二行居中，如 第1号")
        return
    if not re.fullmatch(r"第\d+号", number.text):
        yield Finding(
            "order-number", "10.2", "令号应为“第N号”", number.text, "如 第1号", Severity.WARNING, place(number)
        )
    if number.table is None and not number.floating:
        yield from case.centred([number], "10.2", "order-number-centre", "令号")
        above = [one for one in elements.mark if one.number < number.number]
        if above:
            yield from case.lines_between(above[-1], number, 2, "10.2", "order-number-gap", "令号与发文机关标志之间")
        if elements.body and not elements.title:
            yield from case.lines_between(number, elements.body[0], 2, "10.2", "order-body-gap", "正文与令号之间")
    if elements.date is not None and not elements.signatures:
        yield Finding(
            "order-signature",
            "10.2",
            "命令（令）应有签发人职务和签名章",
            "无",
            "职务和签名章",
            Severity.WARNING,
            place(elements.date),
        )


def _minutes(case: Case) -> Iterator[Finding]:
    elements = case.elements
    previous: Paragraph | None = None
    for one in elements.attendance:
        spot = place(one)
        label = re.match(r"^(出\s*席|请\s*假|列\s*席)\s*([:：])", one.text)
        if label is None:
            continue
        begins = start(one)
        if begins is None or abs(begins - 2) > ZI_TOLERANCE:
            found = "未居左" if begins is None else f"左空 {plain(begins)} 字"
            yield Finding("attend-indent", "10.3", f"“{label[1]}”左空二字", found, "左空 2 字", place=spot)
        if label[2] == ":":
            yield Finding("attend-colon", "10.3", f"“{label[1]}”后用全角冒号", ":", "：", place=spot)
        yield from case.face([one], "黑体", "10.3", "attend-label-face", f"“{label[1]}”", lead=len(label[1]))
        yield from _names(case, one, len(label[0]))
        if previous is None and elements.body:
            above = max((p for p in elements.body if p.number < one.number), key=lambda p: p.number, default=None)
            yield from case.lines_between(above, one, 1, "10.3", "attend-gap", f"“{label[1]}”与正文之间")
        previous = one


def _names(case: Case, one: Paragraph, skip: int) -> Iterator[Finding]:
    runs, left = [], skip + len(one.raw) - len(one.raw.lstrip(" \u3000\t"))
    for run in one.runs:
        if left < len(run.text):
            runs.append(type(run)(run.text[left:], run.face))
        left = max(0, left - len(run.text))
    yield from case.face([Paragraph(one.number, tuple(runs), one.shape)], "仿宋", "10.3", "attend-face", "出席人员姓名")
    yield from case.size([one], 16, "10.3", "attend-size", "出席人员")
