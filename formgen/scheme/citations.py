"""Every citation of a scheme: the article, the words, and the figures that must stand in those words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from formgen.scheme.regulation import bare
from formgen.scheme.types import (
    Attendance,
    BandedAccuracy,
    MoneyPerDay,
    MoneyPerIncident,
    MoneyRule,
    MoneyShare,
    PaySplit,
    PerAmount,
    PerIncident,
    PerIncidentByLevel,
    PointRule,
    Scheme,
    Tier,
)

_FIGURE = re.compile(r"(\d+(?:\.\d+)?)(万|%)?")


@dataclass(frozen=True, slots=True)
class Cited:
    """A place of scheme.toml that cites the regulation."""

    key: str  #: ``rule[3]``, counted from 1.
    article: str
    quote: str
    figures: tuple[Decimal, ...] = ()  #: They must stand in the quote; a share also as percent, 10000 also as 1万.


def citations(scheme: Scheme) -> Iterator[Cited]:
    """All citations, in the order of the file."""
    for number, form in enumerate(scheme.form, 1):
        for index, item in enumerate(form.items, 1):
            if item.article:
                figures = tuple(filter(None, (item.points, *item.tiers)))
                yield Cited(f"form[{number}].items[{index}]", item.article, item.quote, figures)
    for number, rule in enumerate(scheme.rule, 1):
        yield Cited(f"rule[{number}]", rule.article, rule.quote, tuple(_rule_figures(rule)))
    for number, money in enumerate(scheme.money, 1):
        yield Cited(f"money[{number}]", money.article, money.quote, tuple(filter(None, _money_figures(money))))
    for number, grade in enumerate(scheme.grade, 1):
        yield Cited(f"grade[{number}]", grade.article, grade.quote, tuple(filter(None, (grade.at_least,))))
    for number, gap in enumerate(scheme.gap, 1):
        yield Cited(f"gap[{number}]", gap.article, gap.quote)
    for number, part in enumerate(scheme.part, 1):
        yield Cited(f"part[{number}]", part.article, part.quote, tuple(filter(None, (part.points,))))
    for table in ("statement", "misprint", "attachment"):
        for number, entry in enumerate(getattr(scheme, table), 1):
            yield Cited(f"{table}[{number}]", entry.article, entry.quote)


def _rule_figures(rule: PointRule) -> Iterator[Decimal]:
    match rule:
        case PerIncident():
            yield rule.points
        case PerIncidentByLevel() | Tier():
            yield from rule.points.values()
            if isinstance(rule, Tier) and rule.cap is not None:
                yield rule.cap
        case BandedAccuracy():
            yield from (rule.full_from, rule.between_above, rule.lost_below, rule.per_percent, rule.whole)
        case Attendance():
            yield rule.per_day
        case PerAmount():
            yield rule.points
            yield from rule.yuan.values()
        case _:
            pass


def _money_figures(rule: MoneyRule) -> tuple[Decimal | None, ...]:
    match rule:
        case MoneyPerIncident() | MoneyPerDay():
            return (rule.yuan,)
        case MoneyShare():
            return (rule.share, rule.lowest, rule.highest)
        case PaySplit():
            return (rule.basic, rule.performance)


def figure_stands_in(figure: Decimal, quote: str) -> bool:
    """Whether the words hold the figure: ``10`` in 扣 1 0 分, ``0.3`` in 30-50%, ``10000`` in 1万元."""
    stated = set()
    for digits, unit in _FIGURE.findall(bare(quote)):
        value = Decimal(digits)
        stated.add(value * 10000 if unit == "万" else value)
    return figure in stated or (0 < figure < 1 and figure * 100 in stated)
