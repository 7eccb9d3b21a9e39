"""The points of an item computed from facts by the rules of the regulation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from formgen.model import Citation, Decision, Fact, Item
from formgen.scheme.types import (
    Attendance,
    BandedAccuracy,
    Judged,
    PerAmount,
    PerIncident,
    PerIncidentByLevel,
    PointRule,
    Tier,
)
from formgen.scoring.accuracy import accuracy
from formgen.scoring.decisions import Decisions, distinct
from formgen.scoring.figures import ZERO, exact, figure
from formgen.scoring.rounding import rounded, too_fine

Basis = tuple[Citation | Decision, ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """The points of one item by facts."""

    value: Decimal | None  #: None: cannot be computed; ``doubts`` say why.
    steps: str
    basis: Basis
    facts: tuple[Fact, ...]
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Share:
    """What one rule takes from an item or adds to it."""

    points: Decimal = ZERO
    terms: list[str] = field(default_factory=list)
    basis: list[Decision] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    floor_gap: str | None = None
    floor: Decimal | None = ZERO


class _NotCountableError(Exception):
    """A fact does not carry what its rule needs; the message says what."""


def compute(
    item: Item, rules: Sequence[PointRule], facts: dict[str, tuple[Fact, ...]], period: str, decisions: Decisions,
    instrument: str,
) -> Computed | None:  # fmt: skip
    """The points of an item by the facts that its rules count; None if there are no such facts.

    A required item starts from its maximum and loses; a bonus or deduction starts from nothing and gains. What is
    lost under a floor stops at the floor. Where losses with and without a floor (上不封顶) meet and their order
    would matter, the office's Decision says it, else there is a doubt; the order of rules and facts never matters.
    Raises DecisionNeededError where the regulation leaves the result open.
    """
    touched = [rule for rule in rules if facts.get(rule.fact) and not isinstance(rule, Judged)]
    if not touched:
        return None
    used = tuple(fact for kind in dict.fromkeys(rule.fact for rule in touched) for fact in facts[kind])
    shares: list[tuple[PointRule, _Share]] = []
    doubts: list[str] = []
    for rule in touched:
        try:
            shares.append((rule, share_of(rule, facts[rule.fact], item, period, decisions)))
        except _NotCountableError as fault:
            doubts.append(f"{rule.label}：{fault}")
    basis: list[Citation | Decision] = [rule.cite(instrument) for rule in touched]
    basis += [decision for _, share in shares for decision in share.basis]
    if item.required and item.points is None and any(_loses(rule) for rule in touched):
        doubts.append("本项没有分值，不能按扣分计算")
    if doubts:
        return Computed(None, "", distinct(basis), used, tuple(doubts))
    try:
        if item.required and any(_loses(rule) for rule in touched):
            value, steps, decided = _lost(item.points or ZERO, shares, decisions)
        else:
            value, steps, decided = _gained(item, shares, decisions)
    except _NotCountableError as fault:
        return Computed(None, "", distinct(basis), used, (str(fault),))
    if too_fine(value, "points-rounding", decisions):
        value, how = rounded(value, "points-rounding", decisions)
        decided.append(how)
        steps += f"，取 {figure(value)}"
    return Computed(value, steps, distinct([*basis, *decided]), used)


def _loses(rule: PointRule) -> bool:
    match rule:
        case Tier():
            return rule.sign < 0
        case PerAmount():
            return False
        case _:
            return True


# --- putting the rules of one item together --------------------------------------------------------------------


def _lost(full: Decimal, shares: Sequence[tuple[PointRule, _Share]], decisions: Decisions) -> tuple[
    Decimal, str, list[Decision]
]:  # fmt: skip
    """What is left of the full points, the steps, and the decisions about the floor."""
    gains = [share for rule, share in shares if not _loses(rule)]
    losses = [share for rule, share in shares if _loses(rule)]
    decided = _floors(full, losses, decisions)
    terms = [term for share in losses for term in share.terms]
    plain = full - sum((share.points for share in losses), ZERO)
    free = sum((share.points for share in losses if share.floor is None), ZERO)
    value, first = _floored(full, losses) - free, ""
    if value != (other := _floored(full - free, losses)):
        value, first = _by_order(value, other, decisions, decided)
    steps = " − ".join([figure(full), *terms]) + f" = {figure(plain)}"
    if value != plain:
        steps += f"，{first}扣完为止，计 {figure(value)}"
    if gains:
        before = value
        value += sum((share.points for share in gains), ZERO)
        steps += f"；{' + '.join([figure(before), *(t for s in gains for t in s.terms)])} = {figure(value)}"
    return value, steps, decided


def _by_order(capped: Decimal, free: Decimal, decisions: Decisions, decided: list[Decision]) -> tuple[Decimal, str]:
    """The result by the office's order of losses with and without a floor: ``capped`` first, or ``free`` first.

    Raises _NotCountableError where the scheme does not ask, or the answer is that a person says so each time.
    """
    ways = f"封顶与不封顶的扣分并存，先后不同得 {figure(capped)} 分或 {figure(free)} 分"
    gap = decisions.gap("floor-order")
    if gap is None:
        raise _NotCountableError(f"{ways}，办法没有规定，请人工确定")
    decision = decisions.answer(gap.id)
    decided.append(decision)
    match decision.value:
        case "capped-first":
            return capped, "先扣封顶的，其中封顶的"
        case "uncapped-first":
            return free, "先扣不封顶的，其余"
        case _:
            raise _NotCountableError(f"{ways}，按本级决定由人确定")


def _floored(start: Decimal, losses: Sequence[_Share]) -> Decimal:
    """What the losses under a floor leave of the points; what is already below a floor is not raised to it."""
    value = start
    for floor in sorted({share.floor for share in losses if share.floor is not None}, reverse=True):
        value = max(min(value, floor), value - sum((s.points for s in losses if s.floor == floor), ZERO))
    return value


def _gained(item: Item, shares: Sequence[tuple[PointRule, _Share]], decisions: Decisions) -> tuple[
    Decimal, str, list[Decision]
]:  # fmt: skip
    """The points of a bonus, or the points that a deduction takes: both counted upwards from nothing."""
    value = sum((share.points for _, share in shares), ZERO)
    terms = [term for _, share in shares for term in share.terms]
    steps = " + ".join(terms) + (f" = {figure(value)}" if len(terms) != 1 or terms[0] != figure(value) else "")
    decided: list[Decision] = []
    if item.points is not None and value > item.points:
        incidents = [share for rule, share in shares if isinstance(rule, PerIncident | PerIncidentByLevel)]
        decided = _floors(item.points, incidents, decisions)
        bounded = incidents and all(share.floor is not None for share in incidents)
        if bounded and len(incidents) == len(shares):
            value = item.points
            steps += f"，至多 {figure(value)} 分，计 {figure(value)}"
    return value, steps, decided


def _floors(full: Decimal, shares: Sequence[_Share], decisions: Decisions) -> list[Decision]:
    """Ask the office about the floor where more is lost than there is; the shares then carry the answer."""
    decided: list[Decision] = []
    if sum((share.points for share in shares), ZERO) <= full:
        return decided
    for share in shares:
        if share.floor_gap is not None and share.points:
            decision = decisions.answer(share.floor_gap)
            share.floor = ZERO if decision.value == "zero" else None
            decided.append(decision)
    return decided


# --- what one rule takes or adds -------------------------------------------------------------------------------


def share_of(rule: PointRule, facts: Sequence[Fact], item: Item, period: str, decisions: Decisions) -> _Share:
    """What a rule takes from an item, or adds, by its facts. Raises DecisionNeededError."""
    match rule:
        case PerIncident():
            count = _whole(facts)
            return _Share(
                rule.points * count,
                [f"{figure(rule.points)} × {figure(count)}"],
                floor=rule.floor,
                floor_gap=rule.floor_gap,
            )
        case PerIncidentByLevel():
            counts = {level: _whole(f) for level, f in _levels(rule.points, facts).items()}
            return _Share(
                sum((rule.points[level] * count for level, count in counts.items()), ZERO),
                [f"{figure(rule.points[level])} × {figure(n)}（{level}）" for level, n in counts.items()],
                floor=rule.floor,
                floor_gap=rule.floor_gap,
            )
        case Attendance():
            days = _whole(facts, "不足一天")
            return _Share(rule.per_day * days, [f"{figure(rule.per_day)} × {figure(days)}"])
        case BandedAccuracy():
            points, terms, basis, faults = accuracy(rule, facts, period, decisions)
            if faults:
                raise _NotCountableError("；".join(faults))
            return _Share(points, terms, basis)
        case Tier():
            return _tier(rule, facts, item, decisions)
        case PerAmount():
            return _amount(rule, facts, decisions)
        case Judged():
            return _Share()


def _whole(facts: Sequence[Fact], part: str = "不足一次") -> Decimal:
    """How many incidents, or days. Raises _NotCountableError for a part of one."""
    count = sum((fact.count for fact in facts), ZERO)
    if any(fact.count != fact.count.to_integral_value() for fact in facts):
        raise _NotCountableError(f"数量 {figure(count)} 不是整数，办法没有规定{part}如何计")
    return count


def _levels(points: dict[str, Decimal], facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Facts by level, in the order of the rule. Raises _NotCountableError for a level that the rule does not know."""
    found: dict[str, list[Fact]] = {level: [] for level in points}
    only = next(iter(points)) if len(points) == 1 else ""
    for fact in facts:
        level = fact.level or only
        if level not in found:
            given = f"“{level}”不在其中" if level else "没有写明级别"
            raise _NotCountableError(f"{given}，可填：{'、'.join(points)}")
        found[level].append(fact)
    return {level: some for level, some in found.items() if some}


def _tier(rule: Tier, facts: Sequence[Fact], item: Item, decisions: Decisions) -> _Share:
    points, basis = _named(rule, facts, decisions)
    counts = {level: n for level, some in _levels(points, facts).items() if (n := _whole(some))}
    if not counts:
        return _Share(ZERO, ["0"], basis)
    highest = max(points[level] for level in counts)
    each = sum((points[level] * n for level, n in counts.items()), ZERO)
    capped = each if item.points is None else min(each, item.points)
    outcomes = {"highest": highest, "each": each, "each-capped": capped}
    count: str | None = rule.count
    if count is None and rule.gap is not None:
        if len({outcomes[c] for c in decisions.choices(rule.gap) if c in outcomes} or {highest, each}) > 1:
            decision = decisions.answer(rule.gap)
            count, basis = str(decision.value), [*basis, decision]
        else:
            count = "each"
    value = outcomes.get(count or "")
    if value is None:
        if highest != each:
            raise _NotCountableError("办法没有规定同类加分取最高还是累加")
        value = each
    names = [f"{level}{figure(points[level])}分" + (f"×{figure(n)}" if n != 1 else "") for level, n in counts.items()]
    term = figure(value) + f"（{'、'.join(names)}"
    if count == "highest" and (len(counts) > 1 or any(n != 1 for n in counts.values())):
        term += "，取最高"
    if count == "each-capped" and value != each:
        term += f"，累计 {figure(each)}，至多 {figure(value)}"
    if rule.cap is not None and value > rule.cap:
        term = f"{figure(rule.cap)}（{'、'.join(names)}，累计 {figure(value)}，不超过 {figure(rule.cap)}"
        value = rule.cap
    return _Share(value, [term + "）"], list(basis))


def _named(rule: Tier, facts: Sequence[Fact], decisions: Decisions) -> tuple[dict[str, Decimal], list[Decision]]:
    """The points by the names of the tiers: the office's names where the regulation has none."""
    unnamed = rule.names_gap is not None and any(fact.level and fact.level not in rule.points for fact in facts)
    if not unnamed or rule.names_gap is None:
        return rule.points, []
    decision = decisions.answer(rule.names_gap)
    names = [str(name) for name in decision.value] if isinstance(decision.value, list | tuple) else []
    if len(names) != len(rule.points):
        raise _NotCountableError(f"{decision} 给出 {len(names)} 个档次，办法有 {len(rule.points)} 个")
    points = {**rule.points, **dict(zip(names, rule.points.values(), strict=True))}
    return points, [decision]


def _amount(rule: PerAmount, facts: Sequence[Fact], decisions: Decisions) -> _Share:
    """Points for each so many yuan, the amounts of one kind of unit added up first."""
    share = _Share()
    for level, some in _levels(rule.yuan, facts).items():
        amount = sum((fact.count for fact in some), ZERO)
        unit = rule.yuan[level]
        units, note = amount / unit, ""
        if amount % unit:
            if rule.part_of_unit is None:
                raise _NotCountableError(f"{figure(amount)} 元不是 {figure(unit)} 元的整数倍，办法没有规定零头如何计")
            decision = decisions.answer(rule.part_of_unit)
            share.basis.append(decision)
            if decision.value in ("down", "up"):
                units = units.to_integral_value(ROUND_FLOOR if decision.value == "down" else ROUND_CEILING)
                note = "，零头舍去" if decision.value == "down" else "，零头进一"
        if units == units.to_integral_value():
            points, whole = rule.points * units, True
            term = f"{figure(rule.points)} × {figure(units)}"
        else:
            points, whole = exact(rule.points, amount, unit)
            term = f"{figure(rule.points)} × {figure(amount)} ÷ {figure(unit)}"
        if not whole:
            points, how = rounded(points, "points-rounding", decisions)
            share.basis.append(how)
            note += f"，取 {figure(points)}"
        share.points += points
        share.terms.append(f"{term}（{level} {figure(amount)} 元{note}）")
    return share
