"""What the template of the notice of results may print. Pure.

``results_context``: ``title``, ``organ``, ``to``, ``number`` (the document's own number, ``""`` if none is given),
``paragraphs`` (the body), ``rows`` of ``{no, village, name, team, score, grade, money, note}``, ``has_name``
``has_team`` ``has_score`` ``has_money`` ``has_note`` (whether the column is printed), ``consequences`` of
``{no, village, name, team, label, article, note}`` (what follows for whom, best grade first; empty if nothing does),
``date`` (in Chinese, ``""`` if not given), ``period`` ``period_text`` ``draft`` ``scheme_id`` ``properties`` as in
``formgen.rendering.context``. ``tables`` are the rows of the sheets of a workbook: rows, then consequences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from formgen.model import Form
from formgen.periods import in_chinese
from formgen.rendering.accounts import Accountant, article_of_due
from formgen.rendering.context import chinese_date, text_of
from formgen.rendering.outcome import Outcome
from formgen.scheme.types import Scheme

UNVERIFIED = "未核实"

_COUNTED = {"person": "人", "village": "个村", "team": "支工作队"}


def results_context(
    scheme: Scheme,
    form: Form,
    period: str,
    outcomes: Sequence[Outcome],
    *,
    organ: str,
    to: str,
    on: date | None = None,
    number: str = "",
    accountant: Accountant | None = None,
    with_consequences: bool = True,
    with_doubtful: bool = True,
) -> dict[str, Any]:
    """The context of a notice of results, in the order of ``outcomes``, with the keys that the module names.

    A total that cannot be computed is printed as nothing. ``accountant``: what is added to the pay or withheld is
    printed too. ``with_doubtful``: consequences that are not certain are printed too, marked. Raises ValueError if
    ``period`` is not a period.
    """
    changes = _changes(outcomes, accountant)
    named = form.subject == "person"  # no person's name on a list of villages or teams
    rows = [
        {
            "no": str(index),
            "village": outcome.subject.village,
            "name": outcome.subject.name if named else "",
            "team": outcome.subject.team,
            "score": text_of(outcome.total),
            "grade": outcome.grade or "",
            "money": signed(change),
            "note": "" if outcome.settled else UNVERIFIED,
        }
        for index, (outcome, change) in enumerate(zip(outcomes, changes, strict=True), start=1)
    ]
    due = _consequences(outcomes, named, with_doubtful) if with_consequences else []
    has_money = any(changes)
    paragraphs = [_summary(scheme, form, period, outcomes, _money(changes) if has_money else "")]
    return {
        "title": f"关于{in_chinese(period)}{scheme.subject_noun}考核结果的通报",
        "organ": organ,
        "to": to,
        "number": number,
        "paragraphs": paragraphs,
        "rows": rows,
        "consequences": due,
        "tables": [rows, due],
        "has_name": named,
        "has_team": form.subject == "team",
        "has_score": form.base_points is not None,
        "has_money": has_money,
        "has_note": any(row["note"] for row in rows),
        "date": chinese_date(on) if on else "",
        "period": period,
        "period_text": in_chinese(period),
        "draft": "",
        "scheme_id": scheme.id,
        "properties": {"scheme": scheme.id, "period": period},
    }


def _changes(outcomes: Sequence[Outcome], accountant: Accountant | None) -> list[Decimal | None]:
    """What each gets on top or loses. Allowances for days present are no change of the pay, and not public."""
    if accountant is None or not accountant.pays or accountant.kind == "days":
        return [None] * len(outcomes)
    return [accountant.account(outcome).change for outcome in outcomes]


def signed(amount: Decimal | None) -> str:
    """An amount with its sign, as it is printed: ``−40``, ``+1440``, ``0``; ``""`` for None."""
    if amount is None:
        return ""
    return ("−" if amount < 0 else "+" if amount > 0 else "") + text_of(abs(amount))


def _money(changes: Sequence[Decimal | None]) -> str:
    """The sentence on money: how much was given on top and withheld in all, and for how many."""
    known = [change for change in changes if change is not None]
    more, less = [c for c in known if c > 0], [c for c in known if c < 0]
    parts = [f"加发补贴{len(more)}人，共{text_of(sum(more, Decimal(0)))}元"] if more else []
    parts += [f"核减补贴{len(less)}人，共{text_of(-sum(less, Decimal(0)))}元"] if less else []
    unknown = len(changes) - len(known)
    parts += [f"另有{unknown}人的金额尚未核定"] if unknown else []
    return "；".join(parts) + "。"


def _consequences(outcomes: Sequence[Outcome], named: bool, with_doubtful: bool) -> list[dict[str, str]]:
    found = [(outcome, due) for outcome in outcomes for due in outcome.consequences if with_doubtful or not due.doubt]
    return [
        {
            "no": str(index),
            "village": outcome.subject.village,
            "name": outcome.subject.name if named else "",
            "team": outcome.subject.team,
            "label": due.label,
            "article": article_of_due(due),
            "note": f"（{UNVERIFIED}）" if due.doubt else "",
        }
        for index, (outcome, due) in enumerate(found, start=1)
    ]


def _summary(scheme: Scheme, form: Form, period: str, outcomes: Sequence[Outcome], money: str) -> str:
    """The body of the notice: by which measure, how many, of what grade."""
    unit = _COUNTED[form.subject]
    counts = Counter(outcome.grade or "" for outcome in outcomes)
    parts = [f"{grade.name}{counts[grade.name]}{unit}" for grade in scheme.grade if counts[grade.name]]
    known = {grade.name for grade in scheme.grade}
    if rest := sum(count for grade, count in counts.items() if grade not in known):
        parts.append(f"等次未定{rest}{unit}")
    figures = f"本次考核{len(outcomes)}{unit}" + (f"，其中{'、'.join(parts)}" if scheme.grade and parts else "")
    return (
        f"根据《{scheme.title}》，对{in_chinese(period)}{scheme.subject_noun}工作进行了考核。"
        f"{figures}。{money}现将考核结果通报如下。"
    )
