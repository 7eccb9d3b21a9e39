"""What the template of a list of subjects may print: the notice of results, the pay sheet. Pure.

The results (``results_context``): ``title``, ``organ``, ``to``, ``number`` (the document's own number, ``""`` if none
is given), ``paragraphs`` (the body), ``rows`` of ``{no, village, name, team, score, grade, note}``, ``has_name``
``has_team`` ``has_score`` ``has_note`` (whether the column is printed), ``date`` (in Chinese, ``""`` if not given),
``period`` ``period_text`` ``draft`` ``scheme_id`` ``properties`` as in ``formgen.rendering.context``.

The pay sheet (``paysheet_context``): ``title``, ``organ``, ``period``, ``period_text``, ``draft``, ``scheme_id``,
``properties``, ``kinds`` (the labels of all money lines, in order), ``rows`` of ``{no, village, name, group, base_pay,
lines, withheld, pay, grade, note}`` with Decimal or None for money (``withheld`` is negative where pay is withheld),
where ``lines`` are ``{label, amount, steps, article}`` and those that change nothing are left out; and ``sums``:
``{base_pay, withheld, pay}``, None where a part is unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from formgen.model import Assessment, Form, Line, RosterEntry
from formgen.periods import in_chinese
from formgen.rendering.context import DRAFT, chinese_date, text_of
from formgen.scheme.types import Scheme
from formgen.subjects import cleaned

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
    pay = {cleaned(entry.subject): entry.base_pay for entry in roster}
    rows: list[dict[str, Any]] = []
    for index, assessment in enumerate(assessments, start=1):
        subject = assessment.subject
        lines = [
            _pay_line(line)
            for line in assessment.lines
            if line.kind == "money" and line.id.startswith("money.") and (line.value is None or line.value)
        ]
        rows.append(
            {
                "no": index,
                "village": subject.village,
                "name": subject.name,
                "group": subject.group,
                "base_pay": pay.get(cleaned(subject)),
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
