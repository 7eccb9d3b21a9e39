"""What the template of a pay sheet may print. Pure.

``paysheet_context``: ``title``, ``organ``, ``period``, ``period_text``, ``draft``, ``scheme_id``, ``properties``,
``kinds`` (the labels of all changes, in order), ``rows`` of ``{no, village, name, group, team, post, grade, base_pay,
basic, performance, days, lines, withheld, performance_due, pay, note}`` with Decimal or None for money (``withheld``
is negative where pay is withheld), where ``lines`` are ``{label, amount, steps, article}`` and those that change
nothing are left out; ``sums`` of the columns of money (and ``days``), None where a part is unknown; ``in_words``, the
sum that the sheet pays (of a split pay the performance part) in financial characters, ``""`` if it is unknown.
Whoever takes no part in the period has a row that says so, without money, and is in none of the sums.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from formgen.model import Subject
from formgen.periods import in_chinese
from formgen.rendering.accounts import CENT, Account, Accountant, article_of_due
from formgen.rendering.lists import UNVERIFIED
from formgen.rendering.outcome import Outcome
from formgen.scheme.types import Scheme
from formgen.subjects import RosterIndex

TITLES = {"changes": "补贴发放表", "split": "补贴发放表", "days": "伙食补助费发放表"}
TEMPLATES = {"changes": "paysheet", "split": "paysheet-split", "days": "paysheet-days"}
_SUMMED = ("base_pay", "basic", "performance", "days", "withheld", "performance_due", "pay")
EXCUSED = "本期不参加考核，补贴由人决定，不在合计内"
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def paysheet_context(
    scheme: Scheme,
    period: str,
    outcomes: Sequence[Outcome],
    roster: RosterIndex,
    accountant: Accountant,
    *,
    organ: str,
    excused: Sequence[Subject] = (),
) -> dict[str, Any]:
    """The context of a pay sheet, in the order of ``outcomes``, with the keys that the module names.

    ``excused``: who takes no part in the period; they stand in their places in the roster, if there is one.
    """
    apart = {law.id for law in scheme.consequence if law.amount is not None}
    paid_rows = [_row(outcome, accountant.account(outcome), roster, apart) for outcome in outcomes]
    sums = {key: _sum([row[key] for row in paid_rows]) for key in _SUMMED}
    placed = [(roster.place(one.subject), row) for one, row in zip(outcomes, paid_rows, strict=True)]
    placed += [(roster.place(one), _blank(one, roster)) for one in excused]
    rows = [row for _, row in sorted(placed, key=lambda pair: pair[0])]
    for number, row in enumerate(rows, start=1):
        row["no"] = number
    paid = sums["performance_due" if accountant.kind == "split" else "pay"]
    return {
        "title": f"{in_chinese(period)}{scheme.subject_noun}{TITLES[accountant.kind]}",
        "organ": organ,
        "period": period,
        "period_text": in_chinese(period),
        "draft": "",
        "scheme_id": scheme.id,
        "properties": {"scheme": scheme.id, "period": period},
        "kinds": list(dict.fromkeys(line["label"] for row in rows for line in row["lines"])),
        "rows": rows,
        "sums": sums,
        "in_words": "" if paid is None else in_words(paid),
    }


def _who(subject: Subject, roster: RosterIndex) -> dict[str, Any]:
    entry = roster.entry(subject)
    return {
        "no": 0,
        "village": subject.village,
        "name": subject.name,
        "group": subject.group or (entry.subject.group if entry else ""),
        "team": subject.team or (entry.subject.team if entry else ""),
        "post": entry.post if entry else "",
    }


def _blank(subject: Subject, roster: RosterIndex) -> dict[str, Any]:
    """The row of somebody who takes no part: no money, for the regulation says nothing of it."""
    return {**_who(subject, roster), "grade": "", **dict.fromkeys(_SUMMED), "lines": [], "note": EXCUSED}


def _row(outcome: Outcome, account: Account, roster: RosterIndex, apart: Collection[str]) -> dict[str, Any]:
    due = None if account.performance is None or account.change is None else account.performance + account.change
    notes = [] if outcome.settled and not account.doubt else [UNVERIFIED]
    if account.decided:
        notes.append("标准按本级决定")
    notes += [
        f"{due.label}，另发，不在本表合计内（{article_of_due(due)}）"
        for due in outcome.consequences
        if due.id in apart and not due.doubt
    ]
    return {
        **_who(outcome.subject, roster),
        "grade": outcome.grade or "",
        "base_pay": account.base,
        "basic": account.basic,
        "performance": account.performance,
        "days": account.days,
        "lines": [asdict(change) for change in account.changes],
        "withheld": account.change,
        "performance_due": due,
        "pay": account.pay,
        "note": "；".join(notes),
    }


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def in_words(amount: Decimal) -> str:
    """A sum of money in financial characters: ``壹仟零肆拾元伍角整``. Raises ValueError from 10^12 yuan on."""
    cents = int(abs(amount).quantize(CENT, ROUND_HALF_UP) * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    if yuan >= 10**12:
        raise ValueError(f"{amount} is too large a sum of money")
    words = _yuan_in_words(yuan)
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif fen and words:
        words += "零"
    words += _DIGITS[fen] + "分" if fen else "整"
    return ("负" if amount < 0 and cents else "") + (words if cents else "零元整")


def _yuan_in_words(yuan: int) -> str:
    if not yuan:
        return ""
    words, skipped = "", False
    for power in reversed(range(3)):
        group = yuan // 10_000**power % 10_000
        if not group:
            skipped = bool(words)
            continue
        if words and (skipped or group < 1000):
            words += "零"
        words += _group_in_words(group) + _GROUPS[power]
        skipped = False
    return words + "元"


def _group_in_words(group: int) -> str:
    words, skipped = "", False
    for power in reversed(range(4)):
        digit = group // 10**power % 10
        if not digit:
            skipped = bool(words)
            continue
        words += ("零" if skipped else "") + _DIGITS[digit] + _PLACES[power]
        skipped = False
    return words
