"""The part of a quarter's pay that is paid out month by month, and what its sheet may print. Pure.

``instalments_context``: the keys of ``formgen.rendering.pay``, where a row holds ``{no, village, name, group, team,
post, base_pay, basic, steps, article, pay, note}``: ``base_pay`` and ``basic`` are of the whole quarter, ``pay`` is of
this month. The months of a quarter add up to ``basic`` to the cent: the last one takes what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from formgen.model import Decision, RosterEntry, Subject
from formgen.periods import in_chinese
from formgen.rendering.accounts import CENT
from formgen.rendering.context import text_of
from formgen.rendering.pay import in_words
from formgen.scheme.gaps import gap_for, gaps
from formgen.scheme.types import PaySplit, Scheme
from formgen.scoring.decisions import Decisions
from formgen.scoring.rounding import part_of_pay
from formgen.subjects import RosterIndex

TITLE = "基础补贴发放表"


@dataclass(frozen=True, slots=True)
class Month:
    """What is known of a month when its sheet is made."""

    period: str  #: ``2020-07``.
    roster: Sequence[RosterEntry]
    decisions: Sequence[Decision]  #: Those in force for the month.


@dataclass(frozen=True, slots=True)
class Instalment:
    """What one person gets in one month, in yuan. None: the pay is not known."""

    subject: Subject
    post: str
    base: Decimal | None  #: Of the quarter.
    decided: Decision | None  #: Where the base is the office's figure for all, not the roster's.
    basic: Decimal | None  #: Of the quarter.
    pay: Decimal | None
    steps: str
    note: str = ""


def split_of(scheme: Scheme, form_id: str) -> PaySplit | None:
    """The rule that splits the pay of a quarter, whose basic part is paid by the month; None if there is none."""
    if scheme.form_of(form_id).period != "quarter":
        return None
    return next((rule for rule in scheme.money_of(form_id) if isinstance(rule, PaySplit)), None)


def quarter_of(month: str) -> str:
    """The quarter in which a month lies: ``2020-07`` → ``2020-Q3``."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def months_of_quarter(month: str) -> tuple[str, str, str]:
    """The three months of the quarter in which a month lies."""
    first = (int(month[5:]) - 1) // 3 * 3 + 1
    return (f"{month[:4]}-{first:02}", f"{month[:4]}-{first + 1:02}", f"{month[:4]}-{first + 2:02}")


def instalments(scheme: Scheme, form_id: str, months: Sequence[Month]) -> tuple[Instalment, ...]:
    """What each person of the last month's roster gets in it; ``months``: those of the quarter up to it, in order.

    A third of the quarter's basic part, to the cent and never more; in the third month what the two before it left,
    by the rosters of those months. Raises ValueError where the scheme splits no pay.
    """
    split = split_of(scheme, form_id)
    if split is None:
        raise ValueError(f"{scheme.id} pays nothing by the month")
    *before, last = months
    found = []
    for entry in last.roster:
        if not entry.subject.name:
            continue
        base, decision = _base(scheme, form_id, entry, last.decisions)
        if base is None:
            found.append(Instalment(entry.subject, entry.post, None, None, None, None, "", "补贴标准不明"))
            continue
        basic = _basic(scheme, form_id, split, base, last.decisions)
        share = f"{text_of(base)} × {text_of(split.basic * 100)}%"
        if basic != base * split.basic:
            share += f"（取 {text_of(basic)}）"
        pay, steps, note = _third(basic), f"{share} ÷ 3", ""
        if last.period == months_of_quarter(last.period)[2]:
            paid = [_paid(scheme, form_id, split, month, entry.subject) for month in before]
            pay = basic - sum(paid, Decimal(0))
            steps = " − ".join([share, *map(text_of, paid)])
            note = "" if all(one == _third(basic) for one in paid) else "前两月与本月标准不同，末月结清，请核对"
        elif pay * 3 != basic:
            steps += "，舍去尾数"
            note = "分尾差由季末月结清"
        found.append(
            Instalment(entry.subject, entry.post, base, decision, basic, pay, f"{steps} = {text_of(pay)}", note)
        )
    return tuple(found)


def instalments_context(
    scheme: Scheme, form_id: str, period: str, found: Sequence[Instalment], roster: RosterIndex, *, organ: str
) -> dict[str, Any]:
    """The context of the sheet of a month, in the order of ``found``, with the keys that the module names."""
    split = split_of(scheme, form_id)
    assert split is not None  # ``found`` was made by it
    rows = [_row(number, one, split.article, roster) for number, one in enumerate(found, start=1)]
    sums = {key: _sum([row[key] for row in rows]) for key in ("base_pay", "basic", "pay")}
    return {
        "title": f"{in_chinese(period)}{scheme.subject_noun}{TITLE}",
        "organ": organ,
        "period": period,
        "period_text": in_chinese(period),
        "draft": "",
        "scheme_id": scheme.id,
        "properties": {"scheme": scheme.id, "period": period},
        "rows": rows,
        "sums": sums,
        "in_words": "" if sums["pay"] is None else in_words(sums["pay"]),
    }


def _row(number: int, one: Instalment, article: str, roster: RosterIndex) -> dict[str, Any]:
    entry = roster.entry(one.subject)
    notes = [one.note] if one.note else []
    if one.decided is not None:
        notes.append("标准按本级决定")
    return {
        "no": number,
        "village": one.subject.village,
        "name": one.subject.name,
        "group": one.subject.group,
        "team": one.subject.team or (entry.subject.team if entry else ""),
        "post": one.post,
        "base_pay": one.base,
        "basic": one.basic,
        "steps": one.steps,
        "article": article,
        "pay": one.pay,
        "note": "；".join(notes),
    }


def _third(basic: Decimal) -> Decimal:
    return (basic / 3).quantize(CENT, ROUND_DOWN)


def _paid(scheme: Scheme, form_id: str, split: PaySplit, month: Month, subject: Subject) -> Decimal:
    """What the sheet of one of the first two months gave somebody; nothing where they were not in its roster."""
    entry = RosterIndex(month.roster).entry(subject)
    base = None if entry is None else _base(scheme, form_id, entry, month.decisions)[0]
    return Decimal(0) if base is None else _third(_basic(scheme, form_id, split, base, month.decisions))


def _basic(scheme: Scheme, form_id: str, split: PaySplit, base: Decimal, decisions: Sequence[Decision]) -> Decimal:
    """The basic part of a quarter's pay, as the quarter's own sheet has it."""
    return part_of_pay(base, split.basic, Decisions(scheme, scheme.form_of(form_id), decisions))[0]


def _base(
    scheme: Scheme, form_id: str, entry: RosterEntry, decisions: Sequence[Decision]
) -> tuple[Decimal | None, Decision | None]:
    """The pay of a quarter: the roster's, else the office's figure for those without one."""
    if entry.base_pay is not None:
        return entry.base_pay, None
    gap = gap_for(scheme, "pay-base", form_id)
    state = next((one for one in gaps(scheme, decisions) if gap is not None and one.gap.id == gap.id), None)
    decision = state.decision if state is not None else None
    if decision is None or not isinstance(decision.value, int | float | Decimal):
        return None, None
    return Decimal(str(decision.value)), decision


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None
