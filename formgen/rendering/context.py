"""What a template may print: a form, its subject, its values as plain dictionaries of ready texts. Pure.

One context serves the Word and the Excel template of a form. Every text is final (numbers and dates are already
written out); a blank is ``""``, never ``0``. The keys of a form (``form_context``):

=================  ==================================================================================================
``form_id`` ``scheme_id`` ``period``  the form, the edition, the period as ``2023-03`` (``""`` if not given)
``title``          the printed title, with the period's own year where a yearly form's title names one
``subtitle``       the line under it, with the period in Chinese; ``""`` if the form has none
``period_text``    the period in Chinese: ``2023年3月``; ``""`` if not given
``organ``          who issued the regulation; ``""`` if it does not say
``header``         the blanks above the table: ``{id, label, value}``
``columns``        the printed heads, left to right
``categories``     ``{no, text, span}``, one for each block of rows
``rows``           the items, see below; empty for a register form
``box``            field id → text, of the blanks above the table or of a register form's boxes
``fields``         the same in order: ``{id, label, value, signed, sealed}``
``footnote``       the line below the table, ``""`` if there is none
``total``          ``{value}``: the sum that whoever fills in a form with points writes below it; None without points
``draft``          ``""``, or the words that every page of a draft carries
``properties``     the document's own marks: ``form scheme period village name group team`` (only those that are known)
=================  ==================================================================================================

A row: ``id``, ``no`` (一、二 … of its category), ``category``, ``first`` (the first row of its category), ``span``
(rows of the category), ``text``, ``note``, ``standard``, ``points`` and ``maximum`` (Decimal or None),
``points_text`` (as printed: ``4分``, ``上不封顶``), ``score``, ``remark_printed``, ``remark``, ``tiers``,
``judgements``, ``bonus``, ``deduction``, ``money_only``, ``wide`` (text and standard are one cell).

The lists of many subjects have contexts of their own: ``formgen.rendering.lists``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from formgen.model import Form, Item, RosterEntry, Subject, Value
from formgen.periods import in_chinese
from formgen.scheme.types import Scheme

DRAFT = "草稿：有未核实的数据"

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
_OPEN_PERIOD = {"month": "　　年　月", "quarter": "　　　　季度", "year": "　　　　年度"}
_DIGITS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """``一`` … ``九十九``, as a category or a heading is counted. Raises ValueError outside 1–99."""
    if not 1 <= number <= 99:
        raise ValueError(f"{number} is not between 1 and 99")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def chinese_date(day: date) -> str:
    """``2023年2月3日``: full year, month and day not padded (GB/T 9704 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def text_of(value: Value | int) -> str:
    """A value as it is printed: ``8.5``, ``2023年2月3日``, ``是``; a blank as ``""``."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case Decimal():
            return format(value.normalize(), "f") if value else "0"
        case date():
            return chinese_date(value)
        case _:
            return str(value)


def values_of(entry: RosterEntry) -> dict[str, Value]:
    """What the roster knows of a subject, by field id; only what is known."""
    subject = entry.subject
    known = {
        "village": subject.village,
        "name": subject.name,
        "group": subject.group,
        "team": subject.team,
        "post": entry.post,
        "resident_post": entry.post,
    }
    return {field: text for field, text in known.items() if text}


def blank_ids(form: Form) -> tuple[str, ...]:
    """The field ids of the blanks above the table, or of a register form's boxes, in order."""
    return (*(blank.id for blank in form.blanks), *(box.id for box in form.fields))


def printed_title(form: Form, period: str | None) -> str:
    """The form's title as it is printed for a period.

    A yearly form whose title names the year of its edition (``童市镇2023年度…评分表``) names the period's instead.
    """
    if not period or form.period != "year":
        return form.title
    return _YEAR.sub(period[:4], form.title)


def form_context(
    form: Form,
    subject: Subject,
    period: str | None,
    values: Mapping[str, Value],
    scheme: Scheme,
    *,
    draft: bool = False,
) -> dict[str, Any]:
    """The context of one form, with the keys that the module names.

    ``values`` are the answers by field id (``2.1``, ``2.1.remark``, ``grade``); the subject's own names are used
    where ``values`` has none. Raises ValueError if ``period`` is not a period.
    """
    names = {"village": subject.village, "name": subject.name, "group": subject.group, "team": subject.team}
    texts = names | {field: text_of(value) for field, value in values.items()}
    texts |= {field: _month_in_chinese(texts[field]) for field in ("birth",) if field in texts}
    marks = {"form": form.id, "scheme": form.scheme, "period": period or ""} | names
    rows = _rows(form, texts)
    return {
        "form_id": form.id,
        "scheme_id": form.scheme,
        "period": period or "",
        "period_text": in_chinese(period) if period else "",
        "title": printed_title(form, period),
        "subtitle": form.subtitle.replace("{period}", in_chinese(period) if period else _OPEN_PERIOD[form.period]),
        "organ": scheme.organ,
        "header": [{"id": b.id, "label": b.label, "value": texts.get(b.id, "")} for b in form.blanks],
        "columns": list(form.columns),
        "categories": [{"no": r["no"], "text": r["category"], "span": r["span"]} for r in rows if r["first"]],
        "rows": rows,
        "box": {field: texts.get(field, "") for field in blank_ids(form)},
        "fields": [
            {"id": f.id, "label": f.label, "value": texts.get(f.id, ""), "signed": f.signed, "sealed": f.sealed}
            for f in form.fields
        ],
        "footnote": form.footnote,
        "total": {"value": texts.get("total", "")} if form.base_points is not None else None,
        "draft": DRAFT if draft else "",
        "properties": {key: text for key, text in marks.items() if text},
    }


def _month_in_chinese(text: str) -> str:
    """``1985-03``, as a month of birth is read, in the words of the form: ``1985年3月``; other words as they are."""
    return in_chinese(text) if re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text) else text


def _rows(form: Form, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = []
    blocks = [list(items) for _, items in groupby(form.items, key=lambda item: item.id.split(".")[0])]
    for number, items in enumerate(blocks, start=1):
        for item in items:
            rows.append(
                {
                    "id": item.id,
                    "no": chinese_number(number),
                    "category": item.category,
                    "first": item is items[0],
                    "span": len(items),
                    "text": item.text,
                    "note": item.note,
                    "standard": item.standard,
                    "points": item.points,
                    "points_text": points_text(form, item),
                    "score": texts.get(item.id, ""),
                    "remark_printed": item.remark,
                    "remark": texts.get(f"{item.id}.remark", ""),
                    "maximum": item.maximum,
                    "tiers": list(item.tiers),
                    "judgements": list(form.judgements),
                    "bonus": item.bonus,
                    "deduction": item.deduction,
                    "money_only": item.money_only,
                    "wide": item.bonus and not item.standard and "评分标准" in form.columns,
                }
            )
    return rows


def points_text(form: Form, item: Item) -> str:
    """What stands in the 分值 or 赋分 column: ``30``, ``4分``, ``加10、7、4、2分``, ``上不封顶``, or nothing."""
    if item.points_text:
        return item.points_text
    if item.points is not None:
        return text_of(item.points) + ("分" if "赋分" in form.columns else "")
    if not item.tiers:
        return ""
    return ("扣" if item.deduction else "加") + "、".join(map(text_of, item.tiers)) + "分"
