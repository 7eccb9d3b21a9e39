"""Rounding, done only where a number cannot be written exactly, and only by the office's rule."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from formgen.errors import ConfigurationError
from formgen.model import Decision
from formgen.numerals import round_decimal
from formgen.scoring.decisions import Decisions


def rounded(
    value: Decimal, purpose: Literal["points-rounding", "money-rounding"], decisions: Decisions
) -> tuple[Decimal, Decision]:
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
