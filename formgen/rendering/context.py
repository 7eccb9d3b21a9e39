"""What a template may print: a form, its subject, its values as plain dictionaries of ready texts. Pure.

One context serves the Word and the Excel template of a form. Every text is final (numbers and dates are already
written out); a blank is ``""``, never ``0``. The keys of a form (``form_context``):

=================  ==================================================================================================
``form_id`` ``scheme_id`` ``period``  the form, the edition, the period as ``2023-03`` (``""`` if not given)
``title``          the printed title
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
``draft``          ``""``, or the words that every page of a draft carries
``properties``     the document's own marks: ``form scheme period village name group team`` (only those that are known)
=================  ==================================================================================================

A row: ``id``, ``no`` (一、二 … of its category), ``category``, ``first`` (the first row of its category), ``span``
(rows of the category), ``text``, ``note``, ``standard``, ``points`` and ``maximum`` (Decimal or None),
``points_text`` (as printed: ``4分``, ``上不封顶``), ``score``, ``remark_printed``, ``remark``, ``tiers``,
``judgements``, ``bonus``, ``deduction``, ``money_only``, ``wide`` (text and standard are one cell).

The results (``results_context``): ``title``, ``organ``, ``to``, ``number`` (the document's own number, ``""`` if none
is given), ``paragraphs`` (the body), ``rows`` of ``{no, village, name, team, score, grade, note}``, ``has_name``
``has_team`` ``has_score`` ``has_note`` (whether the column is printed), ``date`` (in Chinese, ``""`` if not given),
``period`` ``period_text`` ``draft`` ``scheme_id`` ``properties`` as above.

The pay sheet (``paysheet_context``): ``title``, ``organ``, ``period``, ``period_text``, ``draft``, ``scheme_id``,
``properties``, ``kinds`` (the labels of all money lines, in order), ``rows`` of ``{no, village, name, group, base_pay,
lines, withheld, pay, grade, note}`` with Decimal or None for money, where ``lines`` are ``{label, amount, steps,
article}``; and ``sums``: ``{base_pay, withheld, pay}``, None where a part is unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from formgen.model import Assessment, Form, Item, Line, RosterEntry, Subject, Value
from formgen.periods import in_chinese
from formgen.scheme.types import Scheme

DRAFT = "草稿：有未核实的数据"

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
    marks = {"form": form.id, "scheme": form.scheme, "period": period or ""} | names
    rows = _rows(form, texts)
    return {
        "form_id": form.id,
        "scheme_id": form.scheme,
        "period": period or "",
        "period_text": in_chinese(period) if period else "",
        "title": form.title,
        "subtitle": form.subtitle.replace("{period}", in_chinese(period) if period else _OPEN_PERIOD[form.period]),
        "organ": scheme.organ,
        "header": [{"id": b.id, "label": b.label, "value": texts.get(b.id, "")} for b in form.blanks],
        "columns": list(form.columns),
        "categories": [{"no": r["no"], "text": r["category"], "span": r["span"]} for r in rows if r["first"]],
        "rows": rows,
        "box": {blank.id: texts.get(blank.id, "") for blank in (*form.blanks, *form.fields)},
        "fields": [
            {"id": f.id, "label": f.label, "value": texts.get(f.id, ""), "signed": f.signed, "sealed": f.sealed}
            for f in form.fields
        ],
        "footnote": form.footnote,
        "draft": DRAFT if draft else "",
        "properties": {key: text for key, text in marks.items() if text},
    }


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
    """What stands in the 分值 or 赋分 column: ``30``, ``4分``, ``10/7/4/2``, ``上不封顶``."""
    if item.points_text:
        return item.points_text
    if item.points is not None:
        return text_of(item.points) + ("分" if "赋分" in form.columns else "")
    return "/".join(map(text_of, item.tiers))


UNVERIFIED = "未核实"

_COUNTED = {"person": "人", "village": "个村", "team": "支工作队"}


def results_context(
    scheme: Scheme,
    form: Form,
    period: str,
    assessments: Sequence[Assessment],
    *,
    organ: str,
    to: str,
    on: date | None = None,
    number: str = "",
    draft: bool = False,
) -> dict[str, Any]:
    """The context of a notice of results, in the order of ``assessments``, with the keys that the module names.

    A total that cannot be computed is printed as nothing. Raises ValueError if ``period`` is not a period.
    """
    rows = [
        {
            "no": str(index),
            "village": assessment.subject.village,
            "name": assessment.subject.name,
            "team": assessment.subject.team,
            "score": text_of(assessment.value("total")),
            "grade": text_of(assessment.value("grade")),
            "note": "" if assessment.final else UNVERIFIED,
        }
        for index, assessment in enumerate(assessments, start=1)
    ]
    return {
        "title": f"关于{in_chinese(period)}{scheme.subject_noun}考核结果的通报",
        "organ": organ,
        "to": to,
        "number": number,
        "paragraphs": [_summary(scheme, form, period, assessments)],
        "rows": rows,
        "has_name": form.subject == "person",
        "has_team": form.subject == "team",
        "has_score": form.base_points is not None,
        "has_note": any(row["note"] for row in rows),
        "date": chinese_date(on) if on else "",
        "period": period,
        "period_text": in_chinese(period),
        "draft": DRAFT if draft else "",
        "scheme_id": scheme.id,
        "properties": {"scheme": scheme.id, "period": period},
    }


def _summary(scheme: Scheme, form: Form, period: str, assessments: Sequence[Assessment]) -> str:
    """The body of the notice: by which measure, how many, of what grade."""
    unit = _COUNTED[form.subject]
    counts = Counter(text_of(assessment.value("grade")) for assessment in assessments)
    parts = [f"{grade.name}{counts[grade.name]}{unit}" for grade in scheme.grade if counts[grade.name]]
    known = {grade.name for grade in scheme.grade}
    if rest := sum(count for grade, count in counts.items() if grade not in known):
        parts.append(f"等次未定{rest}{unit}")
    figures = f"本次考核{len(assessments)}{unit}" + (f"，其中{'、'.join(parts)}" if scheme.grade and parts else "")
    return (
        f"根据《{scheme.title}》，对{in_chinese(period)}{scheme.subject_noun}工作进行了考核。"
        f"{figures}。现将考核结果通报如下。"
    )


def paysheet_context(
    scheme: Scheme,
    period: str,
    assessments: Sequence[Assessment],
    roster: Sequence[RosterEntry],
    *,
    organ: str,
    draft: bool = False,
) -> dict[str, Any]:
    """The context of a pay sheet, in the order of ``assessments``, with the keys that the module names."""
    pay = {entry.subject.key: entry.base_pay for entry in roster}
    rows: list[dict[str, Any]] = []
    for index, assessment in enumerate(assessments, start=1):
        subject = assessment.subject
        lines = [_pay_line(line) for line in assessment.lines if line.kind == "money" and line.id.startswith("money.")]
        rows.append(
            {
                "no": index,
                "village": subject.village,
                "name": subject.name,
                "group": subject.group,
                "base_pay": pay.get(subject.key),
                "lines": lines,
                "withheld": _amount(assessment.value("money")),
                "pay": _amount(assessment.value("pay")),
                "grade": text_of(assessment.value("grade")),
                "note": "" if assessment.final else UNVERIFIED,
            }
        )
    return {
        "title": f"{in_chinese(period)}{scheme.subject_noun}补贴发放表",
        "organ": organ,
        "period": period,
        "period_text": in_chinese(period),
        "draft": DRAFT if draft else "",
        "scheme_id": scheme.id,
        "properties": {"scheme": scheme.id, "period": period},
        "kinds": list(dict.fromkeys(line["label"] for row in rows for line in row["lines"])),
        "rows": rows,
        "sums": {key: _sum([row[key] for row in rows]) for key in ("base_pay", "withheld", "pay")},
    }


def _pay_line(line: Line) -> dict[str, Any]:
    article = "；".join(basis.article if hasattr(basis, "article") else str(basis) for basis in line.basis)
    return {"label": line.label, "amount": _amount(line.value), "steps": line.steps, "article": article}


def _amount(value: Decimal | str | None) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None
