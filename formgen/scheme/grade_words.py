"""Whether the grade that a rule gives, shuts, limits or pays by, and its 加 or 扣, stand in its quotation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from formgen.model import Severity
from formgen.scheme.faults import Fault
from formgen.scheme.laws import Condition, ConsecutiveCondition, GradeCondition, GradesInYearCondition
from formgen.scheme.regulation import bare
from formgen.scheme.types import MoneyPerDay, MoneyShare, Scheme, Tier

_GIVES, _TAKES = ("加", "发", "奖"), ("扣", "减")


def misnamed_grades(scheme: Scheme) -> Iterator[Fault]:
    """Rules whose grade is not in their quotation; 称职 within 不称职 is another grade's name."""
    names = {word: grade.name for grade in scheme.grade for word in (grade.name, *grade.aliases)}
    if not names:
        return
    any_grade = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    for key, article, quote, grade in _grades(scheme):
        said = {names[word] for word in any_grade.findall(bare(quote))}
        if names.get(grade, grade) not in said:
            message = f"{key} 的等次“{grade}”不在引文里"
            yield Fault("grade-not-in-quote", Severity.ERROR, article, message, quote)


def reversed_signs(scheme: Scheme) -> Iterator[Fault]:
    """Rules that give where their quotation takes, or take where it gives; or the other way round than their item."""
    for number, rule in enumerate(scheme.rule, 1):
        if isinstance(rule, Tier):
            yield from _sign(f"rule[{number}].sign", rule.article, rule.quote, rule.sign)
            item = scheme.form_of(rule.form).item(rule.item)
            if (item.bonus and rule.sign < 0) or (item.deduction and rule.sign > 0):
                side = "加" if item.bonus else "扣"
                message = f"rule[{number}].sign 是{rule.sign}，而第{item.id}项是{side}分项"
                yield Fault("sign-not-of-item", Severity.ERROR, rule.article, message, rule.quote)
    for number, money in enumerate(scheme.money, 1):
        if isinstance(money, MoneyShare):
            yield from _sign(f"money[{number}].sign", money.article, money.quote, money.sign)


def _sign(key: str, article: str, quote: str, sign: int) -> Iterator[Fault]:
    words = _TAKES if sign < 0 else _GIVES
    if not any(word in quote for word in words):
        message = f"{key} 是{sign}，引文里却没有“{words[0]}”"
        yield Fault("sign-not-in-quote", Severity.ERROR, article, message, quote)


def _grades(scheme: Scheme) -> Iterator[tuple[str, str, str, str]]:
    """Key, article, quotation and grade of each rule that names one."""
    for number, gate in enumerate(scheme.gate, 1):
        yield f"gate[{number}].grade", gate.article, gate.quote, gate.grade
    for number, quota in enumerate(scheme.quota, 1):
        if quota.grade is not None:
            yield f"quota[{number}].grade", quota.article, quota.quote, quota.grade
    for number, selection in enumerate(scheme.selection, 1):
        yield f"selection[{number}].from", selection.article, selection.quote, selection.of
    for number, law in enumerate(scheme.consequence, 1):
        for place, condition in enumerate(law.when, 1):
            for grade in _named(condition):
                yield f"consequence[{number}].when[{place}]", law.article, law.quote, grade
    order = [grade.name for grade in scheme.grade]
    for number, money in enumerate(scheme.money, 1):
        if isinstance(money, MoneyShare):
            yield f"money[{number}].grade", money.article, money.quote, money.grade
        elif isinstance(money, MoneyPerDay):  # 称职以上: only the lowest is named
            lowest = max(money.grades, key=lambda name: order.index(name) if name in order else -1)
            yield f"money[{number}].grades", money.article, money.quote, lowest


def _named(condition: Condition) -> tuple[str, ...]:
    match condition:
        case GradeCondition():
            return (*condition.among, *filter(None, (condition.at_least,)))
        case ConsecutiveCondition() | GradesInYearCondition():
            return (condition.grade,)
        case _:
            return ()
