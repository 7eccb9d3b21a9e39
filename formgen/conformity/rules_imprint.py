"""Clause 7.4: the 版记 with its lines, 抄送, 印发机关 and 印发日期."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from formgen.conformity.case import ZI_TOLERANCE, Case, place, plain
from formgen.conformity.document import Line, Paragraph, is_black
from formgen.conformity.measures import start
from formgen.conformity.model import Finding, Severity
from formgen.conformity.rules_close import dated

_THICK, _THIN = Decimal("0.35"), Decimal("0.25")


def check(case: Case) -> Iterator[Finding]:
    """All findings on the 版记."""
    elements = case.elements
    copies, issued = elements.copies, elements.issued
    for one, label in ((copies, "抄送"), (elements.to_end, "主送")):
        if one is None:
            continue
        spot = place(one)
        if not re.match(rf"^{label}：", one.text):
            yield Finding("imprint-label", "7.4.2", f"“{label}”后应标全角冒号", one.text[:4], f"{label}：", place=spot)
        if one.text[-1] != "。":
            yield Finding("imprint-stop", "7.4.2", f"最后一个{label}机关后应标句号", one.text[-1], "。", place=spot)
        yield from _inset(case, one, "7.4.2", label)
    paragraphs = [one for one in (copies, elements.to_end) if one]
    yield from case.size(paragraphs, 14, "7.4.2", "imprint-size", "抄送机关")
    yield from case.face(paragraphs, "仿宋", "7.4.2", "imprint-face", "抄送机关")
    if issued:
        yield from case.size(issued, 14, "7.4.3", "issued-size", "印发机关和印发日期")
        yield from case.face(issued, "仿宋", "7.4.3", "issued-face", "印发机关和印发日期")
        yield from dated(issued[-1], "7.4.3", "issued", "印发日期")
        yield from _inset(case, issued[0], "7.4.3", "印发机关")
        if len(issued) > 1 and issued[-1].shape.align == "right" and abs(issued[-1].shape.right - 1) > ZI_TOLERANCE:
            yield Finding(
                "issued-right",
                "7.4.3",
                "印发日期右空一字",
                f"右空 {plain(issued[-1].shape.right)} 字",
                "右空 1 字",
                place=place(issued[-1]),
            )
        if copies and copies.number > issued[0].number:
            yield Finding("imprint-order", "7.4.2", "抄送机关应在印发机关之上", "在下", "在上", place=place(copies))
    if elements.kind != "信函" and (copies or issued or elements.to_end):
        yield from _imprint_lines(case)


def _inset(case: Case, one: Paragraph, clause: str, what: str) -> Iterator[Finding]:
    begins = start(one)
    if begins is not None and one.shape.first < 0:
        begins = one.shape.left + one.shape.first
    if begins is None or abs(begins - 1) > ZI_TOLERANCE + Decimal("0.1"):
        found = "未居左" if begins is None else f"左空 {plain(begins)} 字"
        yield Finding("imprint-inset", clause, f"{what}左空一字", found, "左空 1 字", place=place(one))


def _imprint_lines(case: Case) -> Iterator[Finding]:
    elements = case.elements
    first = min(elements.imprint_paragraphs, key=lambda one: one.number, default=None)
    spot = place(first)
    lines = _outer_and_inner(case)
    if lines is None:
        return
    top, bottom, middles = lines
    if top is None and bottom is None and not middles:
        yield Finding(
            "imprint-lines", "7.4.1", "版记没有分隔线", "无", "首末各一条粗线，中间细线，与版心等宽", place=spot
        )
        return
    for line, what in ((top, "首条"), (bottom, "末条")):
        if line is None:
            yield Finding("imprint-lines", "7.4.1", f"版记没有{what}分隔线", "无", f"{_THICK} mm 的粗线", place=spot)
        elif abs(line.thickness - _THICK) > Decimal("0.08"):
            yield Finding(
                "imprint-thick",
                "7.4.1",
                f"版记{what}分隔线推荐用 {_THICK} mm 的粗线",
                f"{line.thickness} mm",
                f"{_THICK} mm",
                Severity.WARNING,
                spot,
            )
    for line in middles:
        if abs(line.thickness - _THIN) > Decimal("0.06"):
            yield Finding(
                "imprint-thin",
                "7.4.1",
                f"版记中间的分隔线推荐用 {_THIN} mm 的细线",
                f"{line.thickness} mm",
                f"{_THIN} mm",
                Severity.WARNING,
                spot,
            )
    if elements.copies and elements.issued and not middles:
        yield Finding(
            "imprint-middle", "7.4.3", "抄送机关与印发机关之间用细线隔开", "无", f"{_THIN} mm 的细线", place=spot
        )
    for line in (top, bottom, *middles):
        if line is not None and not is_black(line.colour):
            yield Finding("imprint-colour", "5.2.4", "版记的分隔线应为黑色", f"#{line.colour}", "黑色", place=spot)
            break


def _outer_and_inner(case: Case) -> tuple[Line | None, Line | None, list[Line]] | None:
    """First, last and middle lines of the 版记; None where they are drawn (the page shows them)."""
    elements = case.elements
    if elements.imprint is not None:
        table = elements.imprint
        return table.top, table.bottom, [line for line in table.middles if line is not None]
    paragraphs = elements.imprint_paragraphs
    if not paragraphs:
        return None
    begin, stop = paragraphs[0].number, paragraphs[-1].number
    near = [one for one in case.document.paragraphs if begin - 2 <= one.number <= stop + 2]
    near = [one for one in near if not one.text or one in paragraphs]
    if any(one.lines for one in near):
        return None
    half = Decimal("0.4")
    drawn = [(one.number - half, one.shape.borders["top"]) for one in near if "top" in one.shape.borders]
    drawn += [(one.number + half, one.shape.borders["bottom"]) for one in near if "bottom" in one.shape.borders]
    top = [line for at, line in drawn if at < begin]
    bottom = [line for at, line in drawn if at > stop]
    middles = [line for at, line in drawn if begin < at < stop]
    middles += [one.shape.borders["between"] for one in paragraphs[1:] if "between" in one.shape.borders]
    return top[0] if top else None, bottom[-1] if bottom else None, middles
