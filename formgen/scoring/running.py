"""Totals that run on month by month through the year of a yearly form: 逐月公开考核情况. Pure.

Each subject begins the year with the full points of every item. Facts take away and add as they happen; what has not
been checked yet costs nothing. What the form itself says at the end of the year is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from formgen.model import Citation, Decision, Fact, Form, Item, Locator, Reading, Record, Subject
from formgen.periods import kind_of
from formgen.scheme.types import BandedAccuracy, PointRule, Scheme
from formgen.scoring.accuracy import accuracy
from formgen.scoring.assessor import Assessor
from formgen.scoring.decisions import Decisions, distinct
from formgen.scoring.evidence import Evidence
from formgen.scoring.facts import FactSorter
from formgen.scoring.figures import ZERO, figure
from formgen.scoring.points import compute
from formgen.subjects import same

Basis = tuple[Citation | Decision, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What an item has lost (negative) or gained so far."""

    item: str  #: Item id.
    label: str  #: The printed wording.
    points: Decimal
    steps: str
    basis: Basis
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """Where one subject stands at the end of a month."""

    subject: Subject
    month: str  #: ``2023-03``.
    total: Decimal | None  #: None: a fact is unclear, ``doubts`` say which.
    changes: tuple[ItemChange, ...] = ()  #: Of the year so far; items that stand at their full points are left out.
    doubts: tuple[str, ...] = ()


def months_through(last: str) -> tuple[str, ...]:
    """The months of a year up to this one: ``2023-03`` gives ``2023-01`` to ``2023-03``. Raises ValueError."""
    if kind_of(last) != "month":
        raise ValueError(f"“{last}”不是月份，应写作 2023-03")
    return tuple(f"{last[:4]}-{number:02}" for number in range(1, int(last[5:]) + 1))


def month_of(fact: Fact) -> str:
    """The month in which a fact counts: its own, or the last one of its quarter or year."""
    if fact.on is not None:
        return f"{fact.on:%Y-%m}"
    match kind_of(fact.period):
        case "month":
            return fact.period
        case "quarter":
            return f"{fact.period[:4]}-{int(fact.period[6]) * 3:02}"
        case _:
            return f"{fact.period}-12"


def running(
    scheme: Scheme,
    form: Form,
    decisions: Sequence[Decision],
    subjects: Iterable[Subject],
    facts: Sequence[Fact],
    last: str,
) -> tuple[Running, ...]:
    """Each subject at the end of each month up to ``last``, month by month, in the order of ``subjects``.

    Raises ValueError where the form is not yearly or ``last`` is no month, DecisionNeededError where the regulation
    leaves the result open.
    """
    if form.period != "year":
        raise ValueError(f"《{form.title}》不是年度表")
    months = months_through(last)
    reckoner = _Reckoner(scheme, form, decisions, last[:4])
    counted = {rule.fact for rule in scheme.rules_of(form.id)}  # a veto, for one, changes no points
    scored = [fact for fact in facts if fact.kind in counted]
    own = [(subject, [fact for fact in scored if same(fact.subject, subject)]) for subject in subjects]
    return tuple(
        reckoner.at(subject, month, [fact for fact in theirs if month_of(fact) <= month])
        for month in months
        for subject, theirs in own
    )


class _Reckoner:
    def __init__(self, scheme: Scheme, form: Form, decisions: Sequence[Decision], year: str) -> None:
        self._form, self._year, self._title = form, year, scheme.title
        self._scheme = scheme.id
        self._decisions = Decisions(scheme, form, decisions)
        self._sorter = FactSorter(scheme, self._decisions)
        self._assessor = Assessor(scheme, form, decisions, steps=("points",))
        self._rules = {
            item.id: [rule for rule in scheme.rules_of(form.id) if rule.item == item.id] for item in form.items
        }

    def at(self, subject: Subject, month: str, facts: Sequence[Fact]) -> Running:
        counted = self._sorter.sort(facts, subject, self._year)
        changes, doubts = [], list(counted.doubts)
        values: dict[str, Decimal] = {}
        for item in self._form.items:
            start = (item.points or ZERO) if item.required else ZERO
            change, faults = self._change(item, start, counted.by_kind)
            doubts += faults
            if change is not None:
                changes.append(change)
            if item.required or change is not None:
                values[item.id] = start + (abs(change.points) if item.deduction else change.points) if change else start
        total = None if doubts else self._total(subject, values)
        return Running(subject, month, total, tuple(changes), tuple(doubts))

    def _change(
        self, item: Item, start: Decimal, facts: dict[str, tuple[Fact, ...]]
    ) -> tuple[ItemChange | None, list[str]]:
        rules = self._rules[item.id]
        banded = [rule for rule in rules if isinstance(rule, BandedAccuracy) and facts.get(rule.fact)]
        plain: list[PointRule] = [rule for rule in rules if not isinstance(rule, BandedAccuracy)]
        computed = compute(item, plain, facts, self._year, self._decisions, self._title)
        faults = [f"“{item.text}”{doubt}" for doubt in computed.doubts] if computed is not None else []
        if faults or (computed is None and not banded):
            return None, faults
        value = computed.value if computed is not None and computed.value is not None else start
        steps = [computed.steps] if computed is not None else []
        basis: list[Citation | Decision] = list(computed.basis) if computed is not None else []
        used = list(computed.facts) if computed is not None else []
        for rule in banded:
            lost, words, cited = self._banded(rule, facts[rule.fact], faults)
            steps.append(f"{figure(value)} − {words} = {figure(value - lost)}")
            value -= lost
            basis += cited
            used += facts[rule.fact]
        points = -value if item.deduction else value - start
        change = ItemChange(item.id, item.text, points, "；".join(steps), distinct(basis), tuple(used))
        return (change if points else None), faults

    def _banded(
        self, rule: BandedAccuracy, facts: Sequence[Fact], faults: list[str]
    ) -> tuple[Decimal, str, list[Citation | Decision]]:
        """What the figures that are there cost; a month or quarter without one costs nothing yet."""
        lost, terms = ZERO, []
        basis: list[Citation | Decision] = [rule.cite(self._title)]
        for period in sorted({fact.period for fact in facts}):
            of_period = [fact for fact in facts if fact.period == period]
            if kind_of(period) != rule.sub_period:
                faults.append(
                    f"{rule.label}写的时段是“{period}”，应写明是哪个{'季度' if rule.sub_period == 'quarter' else '月'}"
                )
                continue
            points, words, decided, doubts = accuracy(rule, of_period, period, self._decisions)
            lost += points
            terms += words
            basis += decided
            faults += [f"{rule.label}：{doubt}" for doubt in doubts]
        return lost, " − ".join(terms) or "0", basis

    def _total(self, subject: Subject, values: dict[str, Decimal]) -> Decimal | None:
        """The items put together as at the end of the year."""
        readings = {field: Reading(figure(value), value, Locator()) for field, value in values.items()}
        record = Record(self._form.id, self._scheme, subject, self._year, readings)
        assessed = self._assessor.assess(Evidence(subject, self._year, record, "", (), (), (), None))
        total = assessed.value("total")
        return total if isinstance(total, Decimal) else None
