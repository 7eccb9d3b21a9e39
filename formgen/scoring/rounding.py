"""Rounding, only by the office's rule: of what cannot be written to two places, or to those that the office has set."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from formgen.errors import ConfigurationError
from formgen.model import Decision
from formgen.numerals import round_decimal
from formgen.scoring.decisions import Decisions
from formgen.scoring.figures import CENT

Purpose = Literal["points-rounding", "money-rounding"]


def too_fine(value: Decimal, purpose: Purpose, decisions: Decisions) -> bool:
    """Whether a computed value must be rounded: to two places, or to fewer where the office has decided so.

    Nobody is asked about what is exact to two places.
    """
    gap = decisions.gap(purpose)
    if gap is not None and decisions.answered(gap.id):
        match decisions.answer(gap.id).value:
            case {"places": int(places)} if places < 2:
                return value != round_decimal(value, "down", places)
            case _:
                pass
    return value != value.quantize(CENT)


def rounded(value: Decimal, purpose: Purpose, decisions: Decisions) -> tuple[Decimal, Decision]:
    """The value by the office's rule of rounding, and that rule.

    Raises DecisionNeededError without one, ConfigurationError where the scheme does not even ask.
    """
    gap = decisions.gap(purpose)
    if gap is None:
        what = "分数" if purpose == "points-rounding" else "金额"
        raise ConfigurationError(
            f"{what} {value:f} 除不尽，办法没有规定如何取舍，scheme.toml 也没有列为待定事项；"
            f'请加一节 [[gap]] purpose = "{purpose}" shape = "rounding"'
        )
    decision = decisions.answer(gap.id)
    match decision.value:
        case {"rule": str(rule), "places": int(places)}:
            return round_decimal(value, rule, places), decision
        case _:
            raise ConfigurationError(
                f'{decision}：“{decision.value}”不是取舍规则，应写作 {{ rule = "half-up", places = 2 }}'
            )


def part_of_pay(base: Decimal, share: Decimal, decisions: Decisions) -> tuple[Decimal, Decision | None]:
    """A share of the pay, rounded by the office's rule where it must be, and that rule; half up where it has none.

    The other part is what is left, so nothing is gained or lost by it.
    """
    exact = base * share
    if not too_fine(exact, "money-rounding", decisions):
        return exact, None
    gap = decisions.gap("money-rounding")
    if gap is None or not decisions.answered(gap.id):
        return round_decimal(exact, "half-up", 2), None
    return rounded(exact, "money-rounding", decisions)
