"""Decimals in the words of a computation, and whether a number can be counted with at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, Inexact, localcontext
from functools import lru_cache

from formgen.model import Value

_LARGEST = Decimal(10) ** 12
_SMALLEST = Decimal("0.000001")
ZERO = Decimal(0)
CENT = Decimal("0.01")


@lru_cache(maxsize=8192)
def figure(value: Decimal) -> str:
    """A number as it is printed in a computation: ``8.50`` → ``8.5``, ``-3`` → ``−3``. Never rounded."""
    if not value:
        return "0"
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


@lru_cache(maxsize=8192)
def canonical(value: Decimal) -> Decimal:
    """The same number without needless zeros, so that equal sums are also written equally."""
    return Decimal(figure(value).replace("−", "-"))


@lru_cache(maxsize=8192)
def countable(value: Decimal) -> bool:
    """Whether sums with this number stay exact: finite, under 10^12, at most six places."""
    return value.is_finite() and abs(value) < _LARGEST and value == value.quantize(_SMALLEST)


def exact(value: Decimal, times: Decimal, over: Decimal) -> tuple[Decimal, bool]:
    """``value × times ÷ over``, and whether the result is exact. ``over`` is not zero."""
    with localcontext() as context:
        context.prec = 50
        context.clear_flags()
        result = value * times / over
        return result, not context.flags[Inexact]


def words(value: Value) -> str:
    """A value of any kind as a clerk reads it; ``（空白）`` for a blank."""
    match value:
        case None:
            return "（空白）"
        case bool():
            return "是" if value else "否"
        case Decimal():
            return figure(value) if countable(value) else str(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)
