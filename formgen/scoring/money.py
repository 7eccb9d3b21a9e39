"""Sums of money that follow from facts and grades. Positive is added to the pay, negative is withheld. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from formgen.model import Citation, Decision, Fact, Line, RosterEntry, Source
from formgen.periods import contains, in_chinese
from formgen.scheme.types import MoneyPerDay, MoneyPerIncident, MoneyRule, MoneyShare, PaySplit
from formgen.scoring.decisions import Decisions, distinct
from formgen.scoring.facts import FactSorter, Sorted, roster_source
from formgen.scoring.figures import CENT, ZERO, countable, figure
from formgen.scoring.rounding import rounded, too_fine
from formgen.scoring.sequences import span


@dataclass(slots=True)
class _Sum:
    """One money line in the making."""

    value: Decimal | None
    steps: str
    basis: list[Citation | Decision] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    doubt: str = ""


class MoneyRules:
    """The money rules of one form, ready to be applied to a subject."""

    def __init__(
        self, rules: Sequence[MoneyRule], instrument: str, names: Mapping[str, str], sorter: FactSorter,
        decisions: Decisions,
    ) -> None:  # fmt: skip
        """``names`` gives the scheme's name of a grade for every word that may be used for it."""
        self._rules = tuple(rule for rule in rules if not isinstance(rule, PaySplit))
        self._split = next((rule for rule in rules if isinstance(rule, PaySplit)), None)
        self._instrument = instrument
        self._names = dict(names)
        self._sorter = sorter
        self._decisions = decisions
        gap = decisions.gap("pay-base")
        self._pay_decided = gap is not None and decisions.answered(gap.id)
        self._idle = tuple(self._line(rule, _Sum(ZERO, "没有记录，不核减")) for rule in self._rules if _counts(rule))
        self._nothing = (*self._idle, self._total(self._idle)) if self._idle else ()
        self._by_grade = any(isinstance(rule, MoneyShare) for rule in self._rules)
        self._by_facts_only = all(_counts(rule) for rule in self._rules)
        self._unchanged = lru_cache(maxsize=1)(lambda: (*self._nothing, self._pay(ZERO, None)))

    def lines(self, facts: Sorted, grade: str | None, graded: bool, roster: RosterEntry | None) -> tuple[Line, ...]:
        """A line for each rule that applies, their sum, and the pay after it where the base pay is known.

        ``graded``: the grade was to be found; rules by grade are left out where it was not asked for. Where a
        share goes by the grade and there is no grade, there is neither sum nor pay.
        Raises DecisionNeededError where the regulation leaves a share, a rounding or a floor open.
        """
        paid = (roster is not None and roster.base_pay is not None) or self._pay_decided
        if not self._rules:
            return ()
        if not facts.by_kind and not facts.spoiled and self._by_facts_only and self._nothing:
            if roster is None and paid:
                return self._unchanged()
            return (*self._nothing, self._pay(ZERO, roster)) if paid else self._nothing
        found = []
        for rule in self._rules:
            result = self._apply(rule, facts, grade, graded, roster)
            if result is not None:
                found.append(self._line(rule, result))
        lines = tuple(found)
        if not lines and not self._by_grade:
            return ()
        total = self._total(lines)
        if grade is None and self._by_grade:
            total = Line("money", "增减合计", "money", None, "元", "", (), total.sources, "等次未定，不能计算")
        elif not lines:
            source = Source("line", "grade", "等次")
            total = Line("money", "增减合计", "money", ZERO, "元", f"等次“{grade}”，不增不减", (), (source,))
        return (*lines, total, self._pay(total.value, roster)) if paid else (*lines, total)

    def _line(self, rule: MoneyRule, made: _Sum) -> Line:
        return Line(
            f"money.{rule.id}",
            rule.label,
            "money",
            made.value,
            "元",
            made.steps,
            (rule.cite(self._instrument), *made.basis),
            tuple(made.sources),
            made.doubt,
        )

    def _apply(
        self, rule: MoneyRule, facts: Sorted, grade: str | None, graded: bool, roster: RosterEntry | None
    ) -> _Sum | None:
        match rule:
            case MoneyPerIncident():
                return self._per_incident(rule, facts)
            case MoneyPerDay():
                return self._per_day(rule, facts, grade, graded)
            case MoneyShare():
                if not graded or grade is None or grade != self._names.get(rule.grade, rule.grade):
                    return None
                return self._share(rule, roster)
            case PaySplit():
                return None

    def _sources(self, facts: Sequence[Fact]) -> list[Source]:
        return [self._sorter.source(fact) for fact in facts]

    def _per_incident(self, rule: MoneyPerIncident, facts: Sorted) -> _Sum:
        found = facts.by_kind.get(rule.fact, ())
        sources = self._sources(found)
        label = self._sorter.label(rule.fact)
        if rule.fact in facts.spoiled:
            return _Sum(None, "", sources=sources, doubt=f"事项“{label}”有一条记录不清，不能计算")
        if not found:
            return _Sum(ZERO, "没有记录，不核减")
        if any(fact.count != fact.count.to_integral_value() for fact in found):
            return _Sum(None, "", sources=sources, doubt=f"事项“{label}”的数量不是整数，办法没有规定不足一次如何计")
        if rule.unless_mended and any(fact.mended is None and fact.count for fact in found):
            return _Sum(
                None, "", sources=sources, doubt=f"事项“{label}”没有写明是否整改，不能确定是否核减；请补写是或否"
            )
        fined = sum((fact.count for fact in found if not (rule.unless_mended and fact.mended)), ZERO)
        spared = sum((fact.count for fact in found), ZERO) - fined
        value = -rule.yuan * fined if fined else ZERO
        steps = f"−{figure(rule.yuan)} × {figure(fined)} = {figure(value)}"
        if spared:
            steps += f"（已整改 {figure(spared)} 项，不处罚）"
        return _Sum(value, steps, sources=sources)

    def _per_day(self, rule: MoneyPerDay, facts: Sorted, grade: str | None, graded: bool) -> _Sum | None:
        days = facts.by_kind.get(rule.fact, ())
        if rule.fact in facts.spoiled:
            return _Sum(None, "", doubt=f"事项“{self._sorter.label(rule.fact)}”有一条记录不清，不能计算")
        if not days:
            return None
        sources = self._sources(days)
        if rule.grade_fact is not None:
            said = facts.by_kind.get(rule.grade_fact, ())
            sources += self._sources(said)
            grades = {self._names.get(fact.level, fact.level) for fact in said}
            if len(grades) > 1 or rule.grade_fact in facts.spoiled:
                return _Sum(None, "", sources=sources, doubt=f"等次不一致或不清：{'、'.join(sorted(grades))}")
            if not graded:  # where the grade is settled, the settled one counts, open if it is open
                grade = next(iter(grades), None)
        elif not graded:
            return None
        if grade is None:
            return _Sum(None, "", sources=sources, doubt=f"没有等次，不能确定是否发放{rule.label}")
        if grade not in {self._names.get(name, name) for name in rule.grades}:
            return _Sum(ZERO, f"等次“{grade}”，不发放", sources=sources)
        count = sum((fact.count for fact in days), ZERO)
        if count != count.to_integral_value():
            return _Sum(None, "", sources=sources, doubt=f"天数 {figure(count)} 不是整数，办法没有规定不足一天如何计")
        if fault := _told_twice(days):
            return _Sum(None, "", sources=sources, doubt=fault)
        value = rule.yuan * count
        return _Sum(value, f"{figure(rule.yuan)} × {figure(count)} = {figure(value)}", sources=sources)

    def _share(self, rule: MoneyShare, roster: RosterEntry | None) -> _Sum:
        if rule.share is not None and not rule.share:
            return _Sum(ZERO, "不增不减", sources=[Source("line", "grade", rule.grade)])
        pay, basis, sources = self._base(roster)
        if pay is None:
            return _Sum(None, "", basis, sources, f"花名册没有写明基本补贴，不能计算{rule.label}")
        terms = [figure(pay)]
        if rule.base == "performance-pay":
            if self._split is None:
                return _Sum(None, "", basis, sources, "办法没有规定绩效补贴占补贴的多少，不能计算")
            pay *= self._split.performance
            terms.append(figure(self._split.performance))
            basis.append(self._split.cite(self._instrument))
        share = rule.share
        if share is None:
            if rule.gap is None:
                return _Sum(None, "", basis, sources, "办法没有规定比例，不能计算")
            share, decision = self._decisions.number(rule.gap)
            basis.append(decision)
        sources.append(Source("line", "grade", rule.grade))
        value = pay * share * rule.sign
        sign = "−" if rule.sign < 0 else ""
        steps = f"{sign}{' × '.join([*terms, figure(share)])} = {figure(value)}"
        if too_fine(value, "money-rounding", self._decisions):
            value, how = rounded(value, "money-rounding", self._decisions)
            basis.append(how)
            steps += f"，取 {figure(value)}"
        return _Sum(value, steps, basis, sources)

    def _base(self, roster: RosterEntry | None) -> tuple[Decimal | None, list[Citation | Decision], list[Source]]:
        """The pay that a share is taken of: the roster's, else the office's figure for those without one."""
        if roster is not None and roster.base_pay is not None:
            if not countable(roster.base_pay) or roster.base_pay < 0:
                return None, [], [roster_source(roster)]
            return roster.base_pay, [], [roster_source(roster)]
        gap = self._decisions.gap("pay-base")
        if gap is None:
            return None, [], [roster_source(roster)] if roster else []
        pay, decision = self._decisions.number(gap.id)
        return pay, [decision], [roster_source(roster)] if roster else []

    def _total(self, lines: Sequence[Line]) -> Line:
        missing = [line.label for line in lines if line.value is None]
        values = [line.value for line in lines if isinstance(line.value, Decimal)]
        sources = tuple(Source("line", line.id, line.label) for line in lines)
        cited = distinct(part for line in lines if line.value for part in line.basis)
        if missing:
            return Line("money", "增减合计", "money", None, "元", "", cited, sources, f"未能计算：{'、'.join(missing)}")
        value = sum(values, ZERO)
        moved = [figure(v) for v in values if v]
        steps = " ".join([moved[0], *(f"+ {m}" if m[0] != "−" else f"− {m[1:]}" for m in moved[1:])]) if moved else "0"
        if len(moved) > 1:
            steps += f" = {figure(value)}"
        if not cited:
            cited = distinct(part for line in lines for part in line.basis)
        return Line("money", "增减合计", "money", value, "元", steps, cited, sources)

    def _pay(self, change: Decimal | str | None, roster: RosterEntry | None) -> Line:
        base, basis, sources = self._base(roster)
        sources.append(Source("line", "money", "增减合计"))
        if base is None or not isinstance(change, Decimal):
            return Line(
                "pay", "应发", "money", None, "元", "", tuple(basis), tuple(sources), "基本补贴或增减合计不明，未能计算"
            )
        value = base + change
        steps = figure(base)
        if change:
            steps += f" {'−' if change < 0 else '+'} {figure(abs(change))} = {figure(value)}"
        if value < 0:
            gap = self._decisions.gap("money-floor")
            if gap is None:
                doubt = "核减超过应发，办法没有规定如何处理"
                return Line("pay", "应发", "money", None, "元", steps, tuple(basis), tuple(sources), doubt)
            decision = self._decisions.answer(gap.id)
            basis.append(decision)
            if decision.value != "zero":
                doubt = f"核减超过补贴 {figure(-value)} 元，按本级决定由人逐个处理"
                return Line("pay", "应发", "money", None, "元", steps, tuple(basis), tuple(sources), doubt)
            steps += "，扣完为止，计 0"
            value = ZERO
        if value != value.quantize(CENT):
            value, how = rounded(value, "money-rounding", self._decisions)
            basis.append(how)
            steps += f"，取 {figure(value)}"
        return Line("pay", "应发", "money", value, "元", steps, tuple(basis), tuple(sources))


def _told_twice(facts: Sequence[Fact]) -> str:
    """The doubt where days are told twice, of a period and a part of it, or beyond the calendar; else empty."""
    periods = sorted({fact.period for fact in facts})
    for period in periods:
        parts = [one for one in periods if one != period and contains(period, one)]
        if parts:
            return (
                f"{in_chinese(period)}的合计和{'、'.join(map(in_chinese, parts))}的天数都有登记，"
                "不知是否重复；请只留一种（formgen facts withdraw 编号）"
            )
    for period in periods:
        count = sum((fact.count for fact in facts if contains(period, fact.period)), ZERO)
        first, last = span(period)
        if count > (most := (last - first).days + 1):
            return f"{in_chinese(period)}记了{figure(count)}天，超过该时段的{most}天，请核对是否重复登记"
    return ""


def _counts(rule: MoneyRule) -> bool:
    return isinstance(rule, MoneyPerIncident)


def own_doubts(lines: Sequence[Line], graded: bool) -> list[str]:
    """The doubts of money lines, without those of the sum and the pay that only repeat another line's.

    ``graded``: a missing grade is already a doubt of its own.
    """
    found = [line for line in lines if line.doubt]
    if graded and found and found[0].id == "money":
        return []
    return [f"{line.label}：{line.doubt}" for line in found if line is found[0] or line.id not in ("money", "pay")]
