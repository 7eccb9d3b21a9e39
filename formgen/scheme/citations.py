"""Every citation of a scheme: the article, the words, and the figures that must stand in those words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from formgen.scheme.laws import (
    ApprovalCheck,
    AttendanceCheck,
    Condition,
    ConsecutiveCondition,
    Consequence,
    FactCondition,
    Gate,
    GradesInYearCondition,
    Law,
    Quota,
    Selection,
    ServedCondition,
    VotersCheck,
)
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

_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)(万|%)?")


@dataclass(frozen=True, slots=True)
class Cited:
    """A place of scheme.toml that cites the regulation."""

    key: str  #: ``rule[3]``, counted from 1.
    article: str
    quote: str
    figures: tuple[Decimal | Fraction, ...] = ()  #: They must stand in the quote; see ``figure_stands_in``.


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
    for table in ("gate", "quota", "consequence", "selection", "check"):
        for number, law in enumerate(getattr(scheme, table), 1):
            yield Cited(f"{table}[{number}]", law.article, law.quote, tuple(_law_figures(law)))
    for number, provision in enumerate(scheme.provision, 1):
        yield Cited(f"provision[{number}]", provision.article, provision.quote)


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


def _law_figures(law: Law) -> Iterator[Decimal | Fraction]:
    match law:
        case Gate() | Consequence():
            for condition in law.when:
                yield from _condition_figures(condition)
        case Quota():
            yield law.share if law.share is not None else law.portion
        case Selection():
            yield Decimal(law.count)
        case ApprovalCheck():
            yield law.more_than
        case VotersCheck() | AttendanceCheck():
            yield law.at_least
        case _:
            pass


def _condition_figures(condition: Condition) -> Iterator[Decimal]:
    """The figures of a condition; one of a thing is seldom written, and a year may be written for twelve months."""
    match condition:
        case FactCondition() | GradesInYearCondition():
            figures = (condition.at_least, condition.more_than if isinstance(condition, FactCondition) else None)
            yield from (Decimal(figure) for figure in figures if figure is not None and figure > 1)
        case ConsecutiveCondition():
            yield Decimal(condition.count)
        case ServedCondition():
            yield Decimal(condition.months // 12 if condition.months % 12 == 0 else condition.months)
        case _:
            pass


def figure_stands_in(figure: Decimal | Fraction, quote: str) -> bool:
    """Whether the words hold the figure: ``10`` in 扣 1 0 分 or in 十佳, ``0.3`` in 30-50%, ``10000`` in 1万元.

    A fraction stands as it is written: ``1/3``.
    """
    words = bare(quote)
    if isinstance(figure, Fraction):
        return f"{figure.numerator}/{figure.denominator}" in words
    stated = {Decimal(number) for numeral, number in _NUMERALS.items() if numeral in words}
    for digits, unit in _FIGURE.findall(words):
        value = Decimal(digits)
        stated.add(value * 10000 if unit == "万" else value)
    return figure in stated or (0 < figure < 1 and figure * 100 in stated)
