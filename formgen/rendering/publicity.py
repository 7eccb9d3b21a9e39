"""What the template of the table that is made public month by month (逐月公开) may print. Pure.

``public_context``: ``title``, ``organ``, ``year``, ``period`` ``period_text`` (of the last month), ``paragraphs``
(what the figures are), ``rows`` of ``{no, village, months, total, rank, change, note}``, where ``months`` are twelve
texts (the running total, and below it the rank in brackets; ``""`` for a month still to come), best first; ``changes``
of ``{no, village, item, points, steps, article, first, span}``, what each village has lost (negative) or gained, item
by item, with ``first`` and ``span`` of the village's rows as in a form; ``articles`` of ``{item, full, article}``;
``date`` (in Chinese, ``""`` if not given), ``draft``, ``scheme_id``, ``properties``; ``tables``: rows, then changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from formgen.model import Decision, Form, Subject
from formgen.periods import in_chinese
from formgen.rendering.context import chinese_date, text_of
from formgen.rendering.lists import UNVERIFIED, signed
from formgen.scheme.types import Scheme
from formgen.scoring.running import ItemChange, Running


def public_context(
    scheme: Scheme,
    form: Form,
    runnings: Sequence[Running],
    *,
    organ: str,
    on: date | None = None,
    notes: Mapping[Subject, str] | None = None,
) -> dict[str, Any]:
    """The context of the public table up to the last month in ``runnings``, which must not be empty.

    ``notes``: what is to be said of a village besides, such as a veto.
    """
    last = max(one.month for one in runnings)
    by_month: dict[str, list[Running]] = {}
    for one in runnings:
        by_month.setdefault(one.month, []).append(one)
    places = {month: ranks([one.total for one in column]) for month, column in by_month.items()}
    told: dict[Subject, dict[str, str]] = {}
    for month, column in by_month.items():
        for one, rank in zip(column, places[month], strict=True):
            told.setdefault(one.subject, {})[month] = _figure(one, rank)
    final = sorted(zip(by_month[last], places[last], strict=True), key=lambda pair: (pair[1] is None, pair[1] or 0))
    notes = notes or {}
    rows = [
        {
            "no": number,
            "village": one.subject.village,
            "months": [told[one.subject].get(f"{last[:4]}-{month:02}", "") for month in range(1, 13)],
            "total": one.total,
            "rank": rank,
            "change": signed(sum((change.points for change in one.changes), Decimal(0))),
            "note": "；".join(filter(None, (notes.get(one.subject, ""), UNVERIFIED if one.doubts else ""))),
        }
        for number, (one, rank) in enumerate(final, start=1)
    ]
    changes = _changes([one for one, _ in final])
    return {
        "title": f"{in_chinese(last)}{'各村' if scheme.subject_noun == '村' else scheme.subject_noun}考核情况公开表",
        "organ": organ,
        "year": last[:4],
        "period": last,
        "period_text": in_chinese(last),
        "paragraphs": [_explained(scheme, form, last)],
        "rows": rows,
        "changes": changes,
        "tables": [rows, changes],
        "articles": [{"item": item.text, "full": text_of(item.points), "article": item.article} for item in form.items],
        "date": chinese_date(on) if on else "",
        "draft": "",
        "scheme_id": scheme.id,
        "properties": {"scheme": scheme.id, "period": last},
    }


def ranks(totals: Sequence[Decimal | None]) -> list[int | None]:
    """The rank of each total, most points first; equals share one (1, 2, 2, 4); an unknown total has none."""
    known = sorted((total for total in totals if total is not None), reverse=True)
    return [None if total is None else known.index(total) + 1 for total in totals]


def _figure(one: Running, rank: int | None) -> str:
    return "待核" if one.total is None else f"{text_of(one.total)}\n（{rank}）"


def _explained(scheme: Scheme, form: Form, last: str) -> str:
    base = f"每村基础分{text_of(form.base_points)}分，" if form.base_points is not None else ""
    return (
        f"根据《{scheme.title}》，现将{in_chinese(last)}底考核情况予以公开。{base}"
        "各月所列为年初至该月底的累计得分，括号内为当月名次；尚未检查的内容暂不扣分。年终另行总评。"
    )


def _changes(ordered: Sequence[Running]) -> list[dict[str, Any]]:
    rows = []
    number = 0
    for one in ordered:
        for index, change in enumerate(one.changes):
            number += 1
            rows.append(
                {
                    "no": number,
                    "village": one.subject.village,
                    "first": index == 0,
                    "span": len(one.changes),
                    "item": change.label,
                    "points": signed(change.points),
                    "steps": change.steps,
                    "article": _article(change),
                }
            )
    return rows


def _article(change: ItemChange) -> str:
    return "；".join(dict.fromkeys("本级决定" if isinstance(one, Decision) else one.article for one in change.basis))
