"""What is paid to one subject and why: the pay, its parts, each change with its article, what is left. Pure.

Every sum of money on any paper comes from here, so that the pay sheet, the notice and the archive agree to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from formgen.model import Citation, ConsequenceDue, Decision, Line, Reason, RosterEntry
from formgen.rendering.outcome import Outcome
from formgen.scheme.gaps import gap_for, gaps
from formgen.scheme.types import MoneyPerDay, PaySplit, Scheme
from formgen.scoring.decisions import Decisions
from formgen.scoring.rounding import part_of_pay
from formgen.subjects import RosterIndex

CENT = Decimal("0.01")

STALE = "评定以后花名册或本级决定的补贴标准有变动，请重新运行 formgen assess"

#: ``changes``: the pay less what is withheld; ``split``: in a basic and a performance part; ``days``: for each day.
PayKind = Literal["changes", "split", "days"]


@dataclass(frozen=True, slots=True)
class Change:
    """One sum that is added to the pay (positive) or withheld (negative)."""

    label: str
    amount: Decimal | None  #: Yuan; None: cannot be computed.
    steps: str
    article: str


@dataclass(frozen=True, slots=True)
class Account:
    """The pay of one subject in one period, in yuan. None: unknown."""

    base: Decimal | None
    decided: bool  #: The base is the office's figure for all, not the roster's.
    basic: Decimal | None
    performance: Decimal | None
    days: Decimal | None
    changes: tuple[Change, ...]
    change: Decimal | None  #: What all changes add up to: ``pay`` less ``base`` where both are known.
    pay: Decimal | None
    doubt: str = ""  #: Why the figures do not fit together.


class Accountant:
    """Knows by which rules a scheme pays for a form, and draws up the account of each subject."""

    def __init__(
        self, scheme: Scheme, form_id: str, roster: Sequence[RosterEntry], decisions: Sequence[Decision] = ()
    ) -> None:
        rules = scheme.money_of(form_id)
        self.pays = bool(rules)  #: Whether the scheme knows of money at all for this form.
        self._split = next((rule for rule in rules if isinstance(rule, PaySplit)), None)
        self._daily = next((rule for rule in rules if isinstance(rule, MoneyPerDay)), None)
        self._roster = RosterIndex(roster)
        self._rounding = Decisions(scheme, scheme.form_of(form_id), decisions)
        gap = gap_for(scheme, "pay-base", form_id)
        answers = {state.gap.id: state.decision for state in gaps(scheme, decisions)}
        decision = answers.get(gap.id) if gap is not None else None
        value = decision.value if decision is not None else None
        self._decided = Decimal(str(value)) if isinstance(value, int | float | Decimal) else None

    @property
    def kind(self) -> PayKind:
        """How the scheme pays."""
        return "split" if self._split else "days" if self._daily else "changes"

    def account(self, outcome: Outcome) -> Account:
        """The account of one subject."""
        changes = [
            _change(line)
            for line in outcome.money
            if line.id.startswith("money.") and (line.value is None or line.value)
        ]
        total = _amount(outcome.money_line("money"))
        if self.kind == "days":
            return Account(None, False, None, None, self._days(outcome), tuple(changes), total, total)
        entry = self._roster.entry(outcome.subject)
        own = entry.base_pay if entry is not None else None
        base = own if own is not None else self._decided
        pay = _amount(outcome.money_line("pay"))
        change, doubt = total, ""
        if base is not None and pay is not None and total is not None and pay != base + total:
            levelled = _levelling(outcome, base, total, pay)
            if levelled is None:
                doubt, base = STALE, None
            else:
                change = pay - base
                changes.append(levelled)
        basic = performance = None
        if self._split is not None and base is not None:
            basic, _ = part_of_pay(base, self._split.basic, self._rounding)
            performance = base - basic
        return Account(
            base, own is None and base is not None, basic, performance, None, tuple(changes), change, pay, doubt
        )

    def _days(self, outcome: Outcome) -> Decimal | None:
        """The days that are paid, from the sum: it is a whole number of days."""
        assert self._daily is not None  # the caller has looked
        amount = _amount(outcome.money_line(f"money.{self._daily.id}"))
        return None if amount is None else amount / self._daily.yuan


def article_of(line: Line) -> str:
    """Where a line stands: its articles, and the decisions that it rests on."""
    return "；".join(dict.fromkeys(b.article if not isinstance(b, Decision) else "本级决定" for b in line.basis))


def article_of_due(due: ConsequenceDue) -> str:
    """Where a consequence stands, and that the office decided what it comes to, where it did."""
    decided = any(isinstance(part, Decision) for reason in due.reasons for part in _chosen(reason))
    return due.basis.article + ("；本级决定" if decided else "")


def _chosen(reason: Reason) -> Sequence[Citation | Decision]:
    return reason.basis if reason.effect == "choice" else ()


def _change(line: Line) -> Change:
    return Change(line.label, _amount(line), line.steps, article_of(line))


def _levelling(outcome: Outcome, base: Decimal, total: Decimal, pay: Decimal) -> Change | None:
    """The step from what the changes add up to, to what is paid: pay cancelled, none below zero, rounding.

    None: it is none of these, so the pay was computed from another base.
    """
    line = outcome.money_line("pay")
    cancelled = next((one for one in outcome.consequences if one.kind == "pay-cancelled"), None)
    assert line is not None  # its value is ``pay``
    amount = pay - base - total
    if cancelled is not None and not pay:
        return Change(cancelled.label, amount, line.steps, cancelled.basis.article)
    if not pay and base + total < 0:
        return Change("核减以补贴为限", amount, line.steps, article_of(line))
    return Change("取整", amount, line.steps, article_of(line)) if abs(amount) < 1 else None


def _amount(line: Line | None) -> Decimal | None:
    return line.value if line is not None and isinstance(line.value, Decimal) else None
