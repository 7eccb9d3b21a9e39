"""Facts sorted by kind, and a doubt for each that cannot be counted: none is dropped silently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from formgen.model import Fact, RosterEntry, Source, Subject
from formgen.periods import contains, kind_of
from formgen.scheme.laws import facts_of
from formgen.scheme.types import FactKind, Scheme, Tier
from formgen.scoring.decisions import Decisions
from formgen.scoring.figures import countable, words
from formgen.subjects import same


@dataclass(frozen=True, slots=True)
class Sorted:
    """The facts that count for one subject and period, by kind, in an order that does not depend on how they came."""

    by_kind: dict[str, tuple[Fact, ...]]
    doubts: tuple[str, ...]
    spoiled: frozenset[str]  #: Kinds of which a fact is unclear: nothing may be computed from them.


NOTHING = Sorted({}, (), frozenset())


class FactSorter:
    """Knows the kinds of fact of a scheme and which of them its rules count."""

    def __init__(self, scheme: Scheme, decisions: Decisions) -> None:
        self._decisions = decisions
        self._kinds: dict[str, FactKind] = {kind.id: kind for kind in scheme.fact}
        self._counted = {rule.fact for rule in scheme.rule} | {
            name
            for rule in scheme.money
            for name in (getattr(rule, "fact", None), getattr(rule, "grade_fact", None))
            if name
        }
        self._counted.update(name for law in scheme.laws for name in facts_of(law))
        self._counted.update(kind.id for kind in scheme.fact if kind.role)
        self._ours: dict[str, tuple[str, ...]] = {
            rule.fact: tuple(rule.points) for rule in scheme.rule if isinstance(rule, Tier) and rule.names_gap
        }

    def label(self, kind: str) -> str:
        """A kind of fact in the clerk's words."""
        return self._kinds[kind].label if kind in self._kinds else kind

    def level(self, fact: Fact) -> str:
        """The level of a fact by the name that the scheme has for it."""
        level, kind = fact.level.strip(), self._kinds.get(fact.kind)
        return kind.level_aliases.get(level, level) if kind is not None else level

    def sort(self, facts: Iterable[Fact], subject: Subject, period: str) -> Sorted:
        """The facts that count for the subject in the period. Raises DecisionNeededError where levels lack names."""
        by_kind: dict[str, list[Fact]] = {}
        doubts: list[str] = []
        spoiled: set[str] = set()
        for fact in sorted(facts, key=_order):
            kind = self._kinds.get(fact.kind)
            if fault := self._stranger(fact, kind, subject, period):
                doubts.append(f"{self.words(fact)}：{fault}")
                continue
            assert kind is not None
            level = kind.level_aliases.get(fact.level.strip(), fact.level.strip())
            if fault := self._unclear(fact, kind, level):
                doubts.append(f"{self.words(fact)}：{fault}")
                spoiled.add(kind.id)
                continue
            by_kind.setdefault(kind.id, []).append(fact if level == fact.level else replace(fact, level=level))
        return Sorted({k: tuple(v) for k, v in by_kind.items()}, tuple(doubts), frozenset(spoiled))

    def words(self, fact: Fact) -> str:
        """A fact in a line: kind, level, how much, when, in whose words."""
        kind = self._kinds.get(fact.kind)
        parts = [f"事项“{self.label(fact.kind)}”"]
        if fact.level:
            parts.append(f"级别“{fact.level}”")
        parts.append(f"{words(fact.count)}{kind.unit if kind else ''}")
        parts.append(fact.on.isoformat() if fact.on else fact.period)
        if fact.mended:
            parts.append("已整改")
        if fact.text:
            parts.append(f"“{fact.text}”")
        return "，".join(parts) + (f"（{fact.where.chinese}）" if fact.where.chinese else "")

    def source(self, fact: Fact) -> Source:
        """A fact as the source of a line."""
        return Source("fact", fact.kind, self.words(fact), fact.where)

    def _stranger(self, fact: Fact, kind: FactKind | None, subject: Subject, period: str) -> str:
        if kind is None:
            return f"本办法没有这一事项，可填：{'、'.join(k.label for k in self._kinds.values()) or '（无）'}"
        if fact.subject != subject and not same(fact.subject, subject):
            return f"记的是“{fact.subject}”，不是“{subject}”，未计入"
        if not _within(period, fact.period):
            return f"时段“{fact.period}”不在考核时段“{period}”之内，未计入"
        if fact.on is not None and not _within(period, f"{fact.on:%Y-%m}"):
            return f"日期 {fact.on.isoformat()} 不在考核时段“{period}”之内，未计入"
        if kind.id not in self._counted:
            return "本办法没有规定这一事项如何计分或核减，未计入"
        return ""

    def _unclear(self, fact: Fact, kind: FactKind, level: str) -> str:
        if not countable(fact.count) or fact.count < 0:
            return f"数量“{fact.count}”不能计算，应为不小于 0 的数"
        levels = self._levels(kind) if level else kind.levels
        if level and levels and level not in levels:
            return f"没有“{level}”这一级别，可填：{'、'.join(levels)}"
        return ""

    def _levels(self, kind: FactKind) -> tuple[str, ...]:
        if kind.levels_gap is None or not self._decisions.answered(kind.levels_gap):
            return kind.levels
        named = self._decisions.answer(kind.levels_gap).value
        names = tuple(str(name) for name in named) if isinstance(named, list | tuple) else ()
        return kind.levels + names + self._ours.get(kind.id, ())


def roster_source(entry: RosterEntry) -> Source:
    """The roster entry as the source of a sum of money."""
    pay = f"基本补贴 {words(entry.base_pay)} 元" if entry.base_pay is not None else "未写基本补贴"
    return Source("roster", "base_pay", f"花名册：{entry.subject}，{pay}", entry.where)


def _within(period: str, other: str) -> bool:
    try:
        return contains(period, other) if kind_of(other) else False
    except ValueError:
        return False


def _order(fact: Fact) -> tuple[str, str, date, str, Decimal | float, str, str, str]:
    count = fact.count if countable(fact.count) else Decimal(-1)
    return (
        fact.kind,
        fact.period,
        fact.on or date.min,
        fact.level,
        count,
        fact.text,
        str(fact.where),
        str(fact.mended),
    )
