"""Points lost by an accuracy in percent, one share of the item for each month or quarter. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from formgen.errors import ConfigurationError
from formgen.model import Decision, Fact
from formgen.periods import in_chinese, kind_of
from formgen.scheme.types import BandedAccuracy
from formgen.scoring.decisions import Decisions
from formgen.scoring.figures import ZERO, figure

_HUNDRED = Decimal(100)


def sub_periods(period: str, kind: str) -> tuple[str, ...]:
    """The months or quarters of a period: ``2023`` holds ``2023-Q1`` … ``2023-Q4``; the period itself if it is one."""
    own = kind_of(period)
    if own == kind:
        return (period,)
    match own, kind:
        case "year", "quarter":
            return tuple(f"{period}-Q{n}" for n in range(1, 5))
        case "year", "month":
            return tuple(f"{period}-{n:02}" for n in range(1, 13))
        case "quarter", "month":
            first = (int(period[6]) - 1) * 3 + 1
            return tuple(f"{period[:4]}-{n:02}" for n in range(first, first + 3))
        case _:
            return ()


def accuracy(
    rule: BandedAccuracy, facts: Sequence[Fact], period: str, decisions: Decisions
) -> tuple[Decimal, list[str], list[Decision], list[str]]:
    """Points lost, the terms of the computation, the decisions used, and what stands in the way.

    Every month or quarter must have its figure: one that is missing is not taken for a good one.
    Raises DecisionNeededError, and ConfigurationError where the scheme does not even ask.
    """
    wanted = sub_periods(period, rule.sub_period)
    figures: dict[str, set[Decimal]] = {name: set() for name in wanted}
    faults: list[str] = []
    for fact in facts:
        if fact.period not in figures:
            faults.append(f"准确率 {figure(fact.count)}% 写的时段是“{fact.period}”，应写明是哪个{_unit(rule)}")
        elif not ZERO <= fact.count <= _HUNDRED:
            faults.append(f"{in_chinese(fact.period)}准确率 {figure(fact.count)}% 不在 0 到 100 之间")
        else:
            figures[fact.period].add(fact.count)
    total, terms, basis = ZERO, [], []
    for name, values in figures.items():
        if len(values) != 1:
            if not faults or values:
                several = "、".join(f"{figure(v)}%" for v in sorted(values))
                faults.append(f"{in_chinese(name)}" + (f"有几个准确率：{several}" if values else "缺准确率"))
            continue
        percent = next(iter(values))
        lost, term, used = _loss(rule, percent, decisions)
        total += lost
        terms.append(f"{term}（{in_chinese(name)[5:]} {figure(percent)}%）")
        basis += [d for d in used if d not in basis]
    return total, terms, basis, faults


def _silent(rule: BandedAccuracy, what: str, key: str) -> ConfigurationError:
    return ConfigurationError(
        f"计分规则 {rule.id}：{what}，scheme.toml 也没有列为待定事项；请写明 {key} = 待定事项的 id"
    )


def _unit(rule: BandedAccuracy) -> str:
    return "季度" if rule.sub_period == "quarter" else "月"


def _loss(rule: BandedAccuracy, percent: Decimal, decisions: Decisions) -> tuple[Decimal, str, list[Decision]]:
    """What one figure costs, in words, and by which decisions."""
    if percent > rule.full_from or (percent == rule.full_from and rule.full_from_included):
        return ZERO, "0", []
    if percent < rule.lost_below or (percent == rule.lost_below and rule.lost_below_included):
        return rule.whole, figure(rule.whole), []
    between, term, used = _between(rule, percent, decisions)
    if percent > rule.between_above or (percent == rule.between_above and rule.between_above_included):
        return between, term, used
    if between == rule.whole:
        return rule.whole, figure(rule.whole), used
    if rule.edge is None:
        raise _silent(rule, f"{figure(percent)}% 不在任何一档之内", "edge")
    decision = decisions.answer(rule.edge)
    if decision.value == "lost":
        return rule.whole, figure(rule.whole), [decision]
    return between, term, [*used, decision]


def _between(rule: BandedAccuracy, percent: Decimal, decisions: Decisions) -> tuple[Decimal, str, list[Decision]]:
    missing, used = rule.full_from - percent, []
    if missing != missing.to_integral_value():
        if rule.part_of_percent is None:
            raise _silent(rule, "不足一个百分点如何计没有规定", "part_of_percent")
        decision = decisions.answer(rule.part_of_percent)
        used.append(decision)
        if decision.value == "down":
            missing = missing.to_integral_value(ROUND_FLOOR)
        elif decision.value == "up":
            missing = missing.to_integral_value(ROUND_CEILING)
    lost = rule.per_percent * missing
    if lost > rule.whole:
        return rule.whole, figure(rule.whole), used
    return lost, f"{figure(rule.per_percent)} × {figure(missing)}", used
