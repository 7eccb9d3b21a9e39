"""Subtotals and the total of a form. Pure.

Of many forms few sums differ, so each sum is made once for each set of values (``lru_cache`` of a method of an
Assessor's own objects: nothing is shared between Assessors).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Literal

from formgen.errors import ConfigurationError
from formgen.model import Citation, Decision, Form, Line, Source
from formgen.scheme.types import Scheme
from formgen.scoring import making
from formgen.scoring.decisions import Decisions, distinct
from formgen.scoring.figures import ZERO, canonical, figure
from formgen.scoring.items import ItemPlan

#: What an item brings: its points; ``""`` where it was left blank and may be; None where it is not settled.
Share = Decimal | Literal[""] | None

_CACHED = 4096


class Part:
    """Some items of a form that are added up: a category, the base points, the bonus, the deduction."""

    def __init__(
        self, part_id: str, label: str, plans: Sequence[ItemPlan], places: Sequence[int], instrument: str
    ) -> None:
        """``places`` are the places of the items among all items of the form; ``pick`` takes theirs out of all."""
        self.id = part_id
        first, last = places[0], places[-1] + 1
        if list(places) == list(range(first, last)):
            run = slice(first, last)
            self.pick: Callable[[tuple[Share, ...]], tuple[Share, ...]] = lambda shares: shares[run]
        else:
            self.pick = itemgetter(*places)
        self._label = label
        self._plans = tuple(plans)
        self._kind: Literal["category", "total"] = "category" if part_id.startswith("category.") else "total"
        self._basis = articles(plans, instrument)
        self._sources = tuple(Source("line", plan.id, plan.label) for plan in plans)
        self._takes = all(plan.role == "deduction" for plan in plans)
        self._plain = self._takes or all(plan.role != "deduction" for plan in plans)
        self.line = lru_cache(maxsize=_CACHED)(self._line)

    def _line(self, values: tuple[Share, ...]) -> Line:
        """The line of the sum of these items' shares, in their order."""
        given = [value for value in values if isinstance(value, Decimal)]
        if self._plain and len(given) == len(values):
            total = canonical(sum(given, ZERO))
            return self._made(total, added(given, total), "")
        missing = [plan.id for plan, value in zip(self._plans, values, strict=True) if value is None]
        if missing:
            return self._made(None, "", f"尚未确定：{'、'.join(missing)}")
        signed = [
            -v if plan.role == "deduction" and not self._takes else v
            for plan, v in zip(self._plans, values, strict=True)
            if isinstance(v, Decimal)
        ]
        if not signed:
            return self._made(None, "未填，不扣分" if self._takes else "未填，不加分", "")
        total = canonical(sum(signed, ZERO))
        return self._made(total, added(signed, total), "")

    def _made(self, value: Decimal | None, steps: str, doubt: str) -> Line:
        return making.line(self.id, self._label, self._kind, value, "分", steps, self._basis, self._sources, doubt)


class Total:
    """The total of a form: base points, bonus and deduction put together."""

    def __init__(self, scheme: Scheme, form: Form, plans: Sequence[ItemPlan], decisions: Decisions) -> None:
        self._basis = articles(plans, scheme.title)
        self._full = form.base_points
        self._gap = decisions.gap("bonus-limit")
        self._decisions = decisions
        names = [Source("line", "base", "基础分")]
        names += [Source("line", "bonus", "加分")] if any(p.role == "bonus" for p in plans) else []
        names += [Source("line", "deduction", "扣分")] if any(p.role == "deduction" for p in plans) else []
        self._names = tuple(names)
        self.line = lru_cache(maxsize=_CACHED)(self._line)

    def _line(self, base: Share, bonus: Share, deduction: Share) -> Line:
        """The total. Raises DecisionNeededError where it is open what a bonus does to the total."""
        if not isinstance(base, Decimal) or bonus is None or deduction is None:
            return self._made(None, "", (), "有项目尚未确定，不能合计")
        parts = [base]
        if isinstance(bonus, Decimal):
            parts.append(bonus)
        if isinstance(deduction, Decimal):
            parts.append(-deduction)
        total = sum(parts, ZERO)
        steps = added(parts, total)
        decided: tuple[Decision, ...] = ()
        if isinstance(bonus, Decimal) and bonus and self._gap is not None and self._full is not None:
            outcomes = {"above": total, "capped": min(total, self._full), "apart": total - bonus}
            possible = {outcomes[choice] for choice in self._gap.choices if choice in outcomes}
            if len(possible) > 1:
                decision = self._decisions.answer(self._gap.id)
                if decision.value not in outcomes:
                    raise ConfigurationError(f"{decision}：“{decision.value}”不在选项之内")
                decided, limited = (decision,), outcomes[str(decision.value)]
                if limited != total:
                    steps += "，加分另计，计 " if decision.value == "apart" else "，以满分为限，计 "
                    steps += figure(limited)
                total = limited
        return self._made(canonical(total), steps, decided, "")

    def _made(self, value: Decimal | None, steps: str, decided: tuple[Decision, ...], doubt: str) -> Line:
        basis = (*self._basis, *decided)
        return making.line("total", "合计", "total", value, "分", steps, basis, self._names, doubt)


def added(values: Sequence[Decimal], total: Decimal) -> str:
    """An addition in figures: ``95 + 3 − 10 = 88``; a single value stands alone."""
    if len(values) == 1:
        return figure(total)
    joined = " + ".join([figure(value) for value in values]) + f" = {figure(total)}"
    return joined.replace("+ −", "− ")


def articles(plans: Sequence[ItemPlan], instrument: str) -> tuple[Citation | Decision, ...]:
    """The articles that give the items their points, each once, without their words."""
    return distinct(Citation(instrument, plan.item.article) for plan in plans if plan.item.article)


def parts_of(form: Form, plans: Sequence[ItemPlan], instrument: str) -> tuple[Part, ...]:
    """The categories in the order of the form, then base points, bonus and deduction as far as the form has them."""
    scored = [(place, plan) for place, plan in enumerate(plans) if plan.role in ("required", "bonus", "deduction")]
    groups: list[tuple[str, str, list[tuple[int, ItemPlan]]]] = []
    for number in dict.fromkeys(plan.id.partition(".")[0] for _, plan in scored):
        some = [(place, plan) for place, plan in scored if plan.id.partition(".")[0] == number]
        groups.append((f"category.{number}", some[0][1].item.category, some))
    for part_id, label, role in (
        ("base", "基础分", "required"),
        ("bonus", "加分", "bonus"),
        ("deduction", "扣分", "deduction"),
    ):
        some = [(place, plan) for place, plan in scored if plan.role == role]
        if some:
            groups.append((part_id, label, some))
    return tuple(
        Part(part_id, label, [plan for _, plan in some], [place for place, _ in some], instrument)
        for part_id, label, some in groups
    )
