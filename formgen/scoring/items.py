"""The line of one item: the written score, what facts make of it, and what a person vouched for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from formgen.model import (
    Citation,
    Correction,
    Decision,
    Form,
    Issue,
    IssueCode,
    Item,
    Line,
    Reading,
    Severity,
    Source,
    Value,
)
from formgen.scheme.types import Judged, PerIncident, PerIncidentByLevel, PointRule, Scheme, Tier
from formgen.scoring import making
from formgen.scoring.decisions import Decisions
from formgen.scoring.evidence import correction_source, reading_source
from formgen.scoring.facts import FactSorter
from formgen.scoring.figures import ZERO, canonical, countable, figure, words
from formgen.scoring.points import Computed

Role = Literal["required", "bonus", "deduction", "money", "judged"]
_SHORT = 16  #: Characters of an item's wording that stand in a message.


@dataclass(frozen=True, slots=True, eq=False)
class ItemPlan:
    """All that is known of an item before any form came back. Each is like no other: it is compared by identity."""

    id: str
    label: str
    name: str  #: Number and the first words, for messages.
    role: Role
    item: Item
    maximum: Decimal | None
    lowest: Decimal | None  #: None: a score below zero is allowed.
    tiers: frozenset[Decimal]  #: The scores that may be written; empty for any.
    judgements: tuple[str, ...]
    rules: tuple[PointRule, ...]
    basis: tuple[Citation, ...]
    suffix: str  #: Printed after the score in the steps: ``（满分 10 分）``.
    blank: Line  #: The line where nothing is written and no fact counts.


def plan_item(item: Item, form: Form, scheme: Scheme, rules: Sequence[PointRule], decisions: Decisions) -> ItemPlan:
    """Prepare an item of a form; ``rules`` are those of the scheme that change it."""
    role: Role = (
        "money"
        if item.money_only
        else "bonus"
        if item.bonus
        else "deduction"
        if item.deduction
        else "judged"
        if form.base_points is None
        else "required"
    )
    short = item.text if len(item.text) <= _SHORT else item.text[:_SHORT] + "…"
    basis = (
        (Citation(scheme.title, item.article, item.quote),)
        if item.article
        else tuple(rule.cite(scheme.title) for rule in rules if isinstance(rule, Judged))
    )
    maximum = item.maximum
    bound = f"{'满分' if role == 'required' else '至多'} {figure(maximum)} 分" if maximum is not None else "不限分"
    blank = {
        "required": ("", "未评分"),
        "judged": ("", "未评价"),
        "bonus": ("未填，不加分", ""),
        "deduction": ("未填，不扣分", ""),
        "money": ("本项只计减发，不计分", ""),
    }[role]
    sole = [rule for rule in rules if isinstance(rule, Tier) and rule.count != "highest"]
    return ItemPlan(
        item.id,
        item.text,
        f"{item.id}“{short}”",
        role,
        item,
        maximum,
        None if any(_bottomless(rule, decisions) for rule in rules) else ZERO,
        frozenset() if any(_adds(rule, decisions) for rule in sole) else frozenset(item.tiers),
        form.judgements,
        tuple(rules),
        basis,
        f"（{bound}）",
        Line(item.id, item.text, "item", None, _unit(role), blank[0], basis, (), blank[1]),
    )


def _unit(role: Role) -> Literal["分", ""]:
    return "" if role in ("judged", "money") else "分"


def _bottomless(rule: PointRule, decisions: Decisions) -> bool:
    if not isinstance(rule, PerIncident | PerIncidentByLevel):
        return False
    if rule.floor_gap is None:
        return rule.floor is None
    return decisions.answered(rule.floor_gap) and decisions.answer(rule.floor_gap).value == "below-zero"


def _adds(rule: Tier, decisions: Decisions) -> bool:
    """Whether several tiers add up, so that the sum of some may be written."""
    if rule.count == "each":
        return True
    return rule.gap is not None and decisions.answered(rule.gap) and decisions.answer(rule.gap).value != "highest"


def weigh(plan: ItemPlan, value: Decimal) -> tuple[Decimal | None, str, str]:
    """Value, steps and doubt of an item with this score and nothing else known of it."""
    fault = fault_of(plan, value)
    return (None, "", fault) if fault else (canonical(value), figure(value) + plan.suffix, "")


#: ``weigh``, or a copy of it that remembers its answers.
Weigh = Callable[[ItemPlan, Decimal], tuple[Decimal | None, str, str]]


def plain_line(plan: ItemPlan, reading: Reading, submission: str, weigh: Weigh) -> Line:
    """The line of an item that is written, with nothing else known of it."""
    written, where = reading.value, reading.where
    if submission and not where.submission:
        where = making.locator(where.part, where.spot, submission, where.box)
    value: Decimal | str | None
    if isinstance(written, Decimal):
        value, steps, doubt = weigh(plan, written)
    elif written is None:
        value, steps, doubt = None, plan.blank.steps, plan.blank.doubt
    elif fault := fault_of(plan, written):
        value, steps, doubt = None, "", fault
    else:
        value, steps, doubt = str(written), "按评定，不计分", ""
    sources = (making.source("reading", plan.id, reading.text, where),)
    return making.line(plan.id, plan.label, "item", value, plan.blank.unit, steps, plan.basis, sources, doubt)


def fault_of(plan: ItemPlan, value: Value) -> str:
    """Why a value cannot be the score of the item; empty if it can."""
    if plan.role == "money":
        return f"本项不计分，却写有“{words(value)}”"
    if plan.role == "judged":
        if value in plan.judgements:
            return ""
        return f"“{words(value)}”不是评价用语，应为{'、'.join(plan.judgements)}之一"
    if not isinstance(value, Decimal) or not countable(value):
        return f"“{words(value)}”不是可以计算的分数"
    if plan.maximum is not None and value > plan.maximum:
        return f"{figure(value)} 分超过本项最高分 {figure(plan.maximum)} 分"
    if plan.lowest is not None and value < plan.lowest:
        return f"{figure(value)} 分低于 {figure(plan.lowest)} 分"
    if plan.tiers and value and value not in plan.tiers:
        allowed = "、".join(figure(tier) for tier in sorted(plan.tiers))
        return f"{figure(value)} 分不在可给的分值之内：{allowed}"
    return ""


def full_line(
    plan: ItemPlan, reading: Reading | None, correction: Correction | None, issues: Sequence[Issue],
    computed: Computed | None, spoiled: Sequence[str], submission: str, sorter: FactSorter,
) -> Line:  # fmt: skip
    """The line of an item with corrections, open issues or facts.

    A correction decides. Without one the written score and the facts must agree: the one is never put silently in
    the place of the other. ``spoiled`` names the facts that are unclear.
    """
    sources: list[Source] = [reading_source(plan.id, reading, submission)] if reading is not None else []
    if correction is not None:
        sources.append(correction_source(correction, reading))
    basis: tuple[Citation | Decision, ...] = plan.basis
    if computed is not None:
        sources += [sorter.source(fact) for fact in computed.facts]
        basis = (*basis, *(part for part in computed.basis if part not in basis))
    written = correction.value if correction is not None else reading.value if reading is not None else None
    value, steps, doubt = _settled(plan, written, correction is not None, computed, spoiled)
    for issue in issues:
        if issue.code is IssueCode.MISSING_SCORE:
            continue  # the line itself says what is missing, and facts may have supplied it
        if issue.severity is Severity.ERROR:
            value = None
        doubt = f"{doubt}；{issue.message}" if doubt else issue.message
    unit = _unit(plan.role)
    return Line(plan.id, plan.label, "item", value, unit, steps, tuple(basis), tuple(sources), doubt)


def _settled(
    plan: ItemPlan, written: Value, decided: bool, computed: Computed | None, spoiled: Sequence[str]
) -> tuple[Decimal | str | None, str, str]:
    """Value, steps and doubt of an item from its written score and the facts."""
    if decided and written is not None:
        fault = fault_of(plan, written)
        if fault:
            return None, "", f"更正的值：{fault}"
        if not isinstance(written, Decimal):
            return str(written), "按评定，不计分", ""
        steps = figure(written) + plan.suffix + "，以更正为准"
        if computed is not None and computed.value is not None and computed.value != written:
            steps += f"（按事实为 {computed.steps}）"
        return canonical(written), steps, ""
    if spoiled:
        return None, "", f"事项记录不清，不能计算：{'、'.join(spoiled)}"
    if computed is not None and computed.value is None:
        return None, "", "；".join(computed.doubts)
    if written is None:
        if computed is None or computed.value is None:
            return None, plan.blank.steps, plan.blank.doubt
        return canonical(computed.value), computed.steps, ""
    fault = "" if computed is not None and computed.value == written else fault_of(plan, written)
    if fault:
        return None, "", fault
    if not isinstance(written, Decimal):
        return str(written), "按评定，不计分", ""
    if computed is None or computed.value is None:
        return canonical(written), figure(written) + plan.suffix, ""
    if computed.value != written:
        apart = f"表上写 {figure(written)} 分，按事实应为 {figure(computed.value)} 分（{computed.steps}）"
        return None, "", f"{apart}；请核对，并在复核中填入确定的分数"
    return canonical(written), computed.steps, ""
