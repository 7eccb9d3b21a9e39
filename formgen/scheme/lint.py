"""Judge a scheme against itself and against its text: what does not add up is computed, never listed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from formgen.model import Form, Item, Severity
from formgen.numerals import parse_number
from formgen.scheme import wording
from formgen.scheme.citations import citations, figure_stands_in
from formgen.scheme.faults import Fault, Wrong
from formgen.scheme.gaps import gap_for
from formgen.scheme.grade_words import misnamed_grades, reversed_signs
from formgen.scheme.regulation import bare, holds, repeated_anchors, sections
from formgen.scheme.types import (
    BandedAccuracy,
    PerAmount,
    PerIncident,
    PerIncidentByLevel,
    Scheme,
    Statement,
    Tier,
    Waiver,
)

__all__ = ["Fault", "contradictions", "lint"]

_CATEGORY_POINTS = re.compile(r"[（(](\d+(?:\.\d+)?)\s*分[）)]")
_STATED = re.compile(r"([一二三四五六七八九十百]+|\d+)(?:个|种|项|员|分|必须)")
_HUNDRED = "百分制"
_INCOMPLETE = ("gap-missing", "stale-waiver")  # errors of a scheme that contradict nothing in its text


def lint(scheme: Scheme, regulation: str) -> tuple[Fault, ...]:
    """The faults of a scheme and of the text of its regulation (regulation.md); those with a waiver are ``known``.

    A waiver that matches nothing any more is a fault itself.
    """
    found: list[Fault] = []
    for check in (_citations, _printed, _text_marks, _misprints, _attachments):
        found += check(scheme, regulation)
    for judge in (
        misnamed_grades,
        reversed_signs,
        _sums,
        _items,
        _statements,
        _levels,
        _classes,
        _floors,
        _grades,
        _gaps,
    ):
        found += judge(scheme)
    found += wording.faults(regulation)
    result = [replace(fault, known=next((w.why for w in scheme.waiver if _waives(w, fault)), "")) for fault in found]
    for waiver in scheme.waiver:
        if not any(_waives(waiver, fault) for fault in found):
            message = f"waiver“{waiver.code}”已没有对应的问题，应从 scheme.toml 中删去"
            result.append(Fault("stale-waiver", Severity.ERROR, waiver.where, message))
    return tuple(result)


def contradictions(scheme: Scheme, regulation: str | None) -> tuple[Wrong, ...]:
    """What forbids to reckon by a scheme: where it says other than its articles.

    ``regulation`` None: the text is not at hand, and only the numbers and grades are held against their quotations.
    """
    if regulation is None:
        found = [*_numbers(scheme), *misnamed_grades(scheme), *reversed_signs(scheme)]
    else:
        judged = [one for one in lint(scheme, regulation) if one.severity is Severity.ERROR and not one.known]
        found = [one for one in judged if one.code not in _INCOMPLETE]
    return tuple(Wrong(one.where, one.message + (f"：“{one.quote}”" if one.quote else "")) for one in found)


def _waives(waiver: Waiver, fault: Fault) -> bool:
    return (waiver.code, waiver.where) == (fault.code, fault.where) and waiver.quote in fault.quote


# --- the data against the text ---------------------------------------------------------------------------------


def _citations(scheme: Scheme, regulation: str) -> Iterator[Fault]:
    found = sections(regulation)
    for anchor in repeated_anchors(regulation):
        yield Fault("anchor-repeated", Severity.ERROR, anchor, f"regulation.md 中锚点“{anchor}”出现了不止一次")
    for cited in citations(scheme):
        if cited.article not in found:
            message = f"{cited.key} 引用的“{cited.article}”在 regulation.md 中没有锚点"
            yield Fault("anchor-not-found", Severity.ERROR, cited.article, message, cited.quote)
        elif not holds(found, cited.article, cited.quote):
            message = f"{cited.key} 的引文在“{cited.article}”中找不到"
            yield Fault("quote-not-found", Severity.ERROR, cited.article, message, cited.quote)
    yield from _numbers(scheme)


def _numbers(scheme: Scheme) -> Iterator[Fault]:
    for cited in citations(scheme):
        for figure in cited.figures:
            if not figure_stands_in(figure, cited.quote):
                message = f"{cited.key} 的数字{figure}不在引文里"
                yield Fault("number-not-in-quote", Severity.ERROR, cited.article, message, cited.quote)


def _text_marks(scheme: Scheme, regulation: str) -> Iterator[Fault]:
    day = scheme.in_force
    text = bare(regulation)
    if f"{day.year}年{day.month}月{day.day}日" not in text:
        message = f"办法里没有成文日期，施行日期{day.isoformat()}无从核对。{scheme.in_force_note}"
        yield Fault("date-not-in-text", Severity.WARNING, "全文", message)
    if not scheme.organ:
        yield Fault("organ-missing", Severity.WARNING, "全文", "办法里没有写明由哪个机关制发")
    elif bare(scheme.organ) not in text:
        yield Fault("organ-not-in-text", Severity.ERROR, "全文", f"正文里没有制发机关“{scheme.organ}”")
    if not scheme.document_number:
        yield Fault("number-missing", Severity.INFO, "全文", "没有发文字号")
    elif bare(scheme.document_number) not in text:
        message = f"正文里没有发文字号“{scheme.document_number}”"
        yield Fault("document-number-not-in-text", Severity.ERROR, "全文", message)


def _misprints(scheme: Scheme, regulation: str) -> Iterator[Fault]:
    found = sections(regulation)
    for misprint in scheme.misprint:
        if holds(found, misprint.article, misprint.quote):
            message = f"“{misprint.quote}”疑为“{misprint.suggests}”之误"
            yield Fault("misprint", Severity.WARNING, misprint.article, message, misprint.quote)


def _attachments(scheme: Scheme, regulation: str) -> Iterator[Fault]:
    found = sections(regulation)
    for attachment in scheme.attachment:
        if attachment.anchor is None or attachment.anchor not in found:
            message = f"提到的“{attachment.name}”没有附上"
            yield Fault("attachment-missing", Severity.WARNING, attachment.article, message, attachment.quote)


# --- the data against itself -----------------------------------------------------------------------------------


def _said(item: Item) -> str:
    return f"第{item.id}项“{item.text}”"


def _sums(scheme: Scheme) -> Iterator[Fault]:
    for form in scheme.form:
        for item in form.items:
            yield from _parts(scheme, form, item)
        for category in dict.fromkeys(item.category for item in form.items):
            items = [item for item in form.items if item.category == category]
            stated = _CATEGORY_POINTS.search(category)
            total = sum((item.points for item in items if item.points is not None), Decimal(0))
            if stated and Decimal(stated[1]) != total:
                message = f"“{category}”各项合计{total}分"
                yield Fault("category-sum", Severity.WARNING, items[0].article, message, category)


def _parts(scheme: Scheme, form: Form, item: Item) -> Iterator[Fault]:
    parts = [p for p in scheme.part if p.item == item.id and (p.form or scheme.main_form) == form.id]
    points = [part.points for part in parts if part.points is not None]
    if parts and len(points) < len(parts):
        message = f"{_said(item)}分为{len(parts)}个方面，其中{len(parts) - len(points)}个没有分值"
        yield Fault("part-without-points", Severity.WARNING, item.article, message, parts[0].quote)
    elif parts and item.points is not None and sum(points) != item.points:
        shown = "+".join(str(value) for value in points)
        left = item.points - sum(points)
        missing = f"，有{left}分没有着落" if left > 0 else f"，多出{-left}分"
        message = f"{_said(item)}赋{item.points}分，各部分 {shown} 合计{sum(points)}分{missing}"
        yield Fault("parts-sum", Severity.WARNING, item.article, message, item.quote)


def _items(scheme: Scheme) -> Iterator[Fault]:
    for form in scheme.form:
        for item in form.items:
            if form.base_points is not None and item.points is None and (item.required or item.money_only):
                said = "只扣补贴、不计分" if item.money_only else "没有分值"
                message = f"{_said(item)}在评分表中却{said}"
                yield Fault("item-without-points", Severity.WARNING, item.article, message, item.quote)


def _printed(scheme: Scheme, regulation: str) -> Iterator[Fault]:
    """Words that a form of the regulation prints must stand in it; a form that we made has none to compare with."""
    text = bare(regulation)
    for form in scheme.form:
        for item in form.items if not form.generated else ():
            for what, words in (
                ("内容", item.text),
                ("说明", item.note),
                ("评分标准", item.standard),
                ("备注", item.remark),
            ):
                if words and bare(words) not in text:
                    message = f"{_said(item)}印的{what}在办法原文里找不到"
                    yield Fault("printed-not-in-text", Severity.ERROR, item.article, message, words)


def _counted(scheme: Scheme, statement: Statement) -> Decimal:
    form = scheme.form_of(statement.form)
    match statement.counts:
        case "categories":
            return Decimal(len({item.category for item in form.items if item.required}))
        case "items":
            wanted = f"{statement.category}." if statement.category else ""
            return Decimal(sum(item.id.startswith(wanted) for item in form.items))
        case "grades":
            return Decimal(len(scheme.grade))
        case "base-points":
            return form.base_points or Decimal(0)


_NOUNS = {"categories": "类指标", "items": "项指标", "grades": "个等次", "base-points": "分"}


def _statements(scheme: Scheme) -> Iterator[Fault]:
    for statement in scheme.statement:
        numbers = [parse_number(word) for word in _STATED.findall(bare(statement.quote))]
        stated = {number.value for number in numbers if number} | (
            {Decimal(100)} if _HUNDRED in statement.quote else set()
        )
        if statement.says not in stated:
            message = f"statement 写的是{statement.says}，引文里没有这个数"
            yield Fault("number-not-in-quote", Severity.ERROR, statement.article, message, statement.quote)
        counted = _counted(scheme, statement)
        if counted != statement.says:
            message = f"条文说的是{statement.says}，实有{counted}{_NOUNS[statement.counts]}"
            yield Fault("statement-mismatch", Severity.WARNING, statement.article, message, statement.quote)
        yield from _lists(scheme, statement)


def _lists(scheme: Scheme, statement: Statement) -> Iterator[Fault]:
    """What the sentence names one by one, against the categories of the form."""
    if not statement.lists:
        return
    items = scheme.form_of(statement.form).items
    categories = tuple(dict.fromkeys(item.category for item in items if item.required))
    named = [f"“{name}”" for name in statement.lists if name not in categories]
    unnamed = [f"“{category}”" for category in categories if category not in statement.lists]
    if named or unnamed:
        sides = (("列举而没有分值的", named), ("有分值而没有列举的", unnamed))
        message = "条文列举的与实有的类别不一致：" + "；".join(f"{side}：{'、'.join(w)}" for side, w in sides if w)
        yield Fault("list-mismatch", Severity.WARNING, statement.article, message, statement.quote)
    for name in statement.lists:
        if bare(name) not in bare(statement.quote):
            message = f"statement 列举的“{name}”不在引文里"
            yield Fault("quote-not-found", Severity.ERROR, statement.article, message, statement.quote)


def _levels(scheme: Scheme) -> Iterator[Fault]:
    for rule in scheme.rule:
        if not isinstance(rule, PerIncidentByLevel | Tier | PerAmount):
            continue
        levels = rule.yuan if isinstance(rule, PerAmount) else rule.points
        unnamed = [level for level in levels if bare(level) not in bare(rule.quote)]
        if unnamed:
            message = f"“{rule.label}”分{len(levels)}档，条文没有说明各档指什么（scheme.toml 暂称{'、'.join(unnamed)}）"
            yield Fault("tier-unnamed", Severity.WARNING, rule.article, message, rule.quote)


def _classes(scheme: Scheme) -> Iterator[Fault]:
    for rule in scheme.rule:
        if not isinstance(rule, BandedAccuracy):
            continue
        for edge in sorted({rule.full_from, rule.between_above, rule.lost_below}, reverse=True):
            classes = _classes_of(rule, edge)
            if classes == 1:
                continue
            word = "不属于任何一类" if classes == 0 else f"同时属于{classes}类"
            same = (rule.full_from - edge) * rule.per_percent == rule.whole
            message = f"“{rule.label}”正好{edge}%的{word}" + ("（两种算法扣分恰好相同）" if same else "")
            yield Fault("class-edge", Severity.WARNING, rule.article, message, rule.quote)
        if rule.between_above > rule.lost_below:
            message = f"“{rule.label}”在{rule.lost_below}%与{rule.between_above}%之间的不属于任何一类"
            yield Fault("class-hole", Severity.WARNING, rule.article, message, rule.quote)


def _classes_of(rule: BandedAccuracy, figure: Decimal) -> int:
    """How many of the three classes hold the figure."""
    full = figure > rule.full_from or (rule.full_from_included and figure == rule.full_from)
    above = figure > rule.between_above or (rule.between_above_included and figure == rule.between_above)
    below_full = figure < rule.full_from or (not rule.full_from_included and figure == rule.full_from)
    lost = figure < rule.lost_below or (rule.lost_below_included and figure == rule.lost_below)
    return full + (above and below_full) + lost


def _floors(scheme: Scheme) -> Iterator[Fault]:
    for rule in scheme.rule:
        if isinstance(rule, PerIncident | PerIncidentByLevel) and rule.floor is None:
            item = scheme.form_of(rule.form).item(rule.item)
            if item.points is not None and item.required:
                message = f"{_said(item)}只有{item.points}分，“{rule.label}”的扣分却不封顶：能否扣成负分没有说明"
                yield Fault("floor-conflict", Severity.WARNING, rule.article, message, rule.quote)


def _grades(scheme: Scheme) -> Iterator[Fault]:
    without = [grade for grade in scheme.grade[:-1] if grade.at_least is None]
    if without:
        names = "、".join(grade.name for grade in without)
        message = f"等次{names}没有写明最低得分"
        yield Fault("grade-without-points", Severity.WARNING, without[0].article, message, without[0].quote)


def _gaps(scheme: Scheme) -> Iterator[Fault]:
    scored = [form for form in scheme.form if form.base_points is not None]
    for form in scored:
        if any(g.at_least is None for g in scheme.grade[:-1]) and gap_for(scheme, "bands", form.id) is None:
            message = f'表“{form.id}”评等次而没有最低得分，应在 scheme.toml 中列为空白：purpose = "bands"'
            yield Fault("gap-missing", Severity.ERROR, form.id, message)
        if gap_for(scheme, "points-rounding", form.id) is None:
            message = f'表“{form.id}”的得分怎样舍入没有规定，应列为空白：purpose = "points-rounding"'
            yield Fault("gap-missing", Severity.ERROR, form.id, message)
    if scheme.money and gap_for(scheme, "money-rounding", scheme.money[0].form) is None:
        message = '金额怎样舍入没有规定，应列为空白：purpose = "money-rounding"'
        yield Fault("gap-missing", Severity.ERROR, scheme.main_form, message)
