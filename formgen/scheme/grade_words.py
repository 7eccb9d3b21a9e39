"""Whether the grade that a rule gives, shuts, limits or pays by stands in the words that it quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from formgen.model import Severity
from formgen.scheme.faults import Fault
from formgen.scheme.laws import Condition, ConsecutiveCondition, GradeCondition, GradesInYearCondition
from formgen.scheme.regulation import bare
from formgen.scheme.types import MoneyPerDay, MoneyShare, Scheme


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
