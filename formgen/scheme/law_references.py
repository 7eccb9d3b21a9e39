"""Whether gates, quotas, consequences, selections and checks fit the other tables of their scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from formgen.model import Form
from formgen.scheme.faults import Wrong
from formgen.scheme.laws import (
    TIES,
    ApprovalCheck,
    Condition,
    ConsecutiveCondition,
    Consequence,
    DatesCheck,
    FactCondition,
    Gate,
    GradeCondition,
    GradesInYearCondition,
    Law,
    PointsCondition,
    Quota,
    Selection,
    VotersCheck,
    facts_of,
)
from formgen.scheme.types import Gap, Scheme

Key = Callable[[str, int], str]  #: Table, index → ``gate[3]``.

_HOLES = ("break", "skip", "ask")
_MOVES = (*_HOLES, "count")
_TABLES = ("gate", "quota", "consequence", "selection", "check")


def law_faults(scheme: Scheme, key: Key) -> Iterator[Wrong]:
    """All faults between the laws of a scheme and its forms, grades, facts and gaps."""
    seen: dict[str, str] = {}
    for table in _TABLES:
        for index, law in enumerate(getattr(scheme, table)):
            place = key(table, index)
            if law.id in seen:
                yield Wrong(f"{place}.id", f"规则“{law.id}”与 {seen[law.id]} 重复", "id 另取一个")
            seen.setdefault(law.id, f"{place}.id")
            yield from _law(scheme, place, law)


def _listed(names: Iterable[str]) -> str:
    return "、".join(names) or "（没有）"


def _unknown(key: str, what: str, given: str, known: Iterable[str]) -> Wrong:
    names = list(known)
    right = f'{key.rsplit(".", 1)[-1].partition("[")[0]} = "{names[0]}"' if names else ""
    return Wrong(key, f"没有{what}“{given}”，已有的是：{_listed(names)}", right, refers=given)


def _law(scheme: Scheme, key: str, law: Law) -> Iterator[Wrong]:
    known = {form.id: form for form in scheme.form}
    for name in law.form:
        if name not in known:
            yield _unknown(f"{key}.form", "表", name, known)
    forms = [known[name] for name in law.form or (scheme.main_form,) if name in known]
    facts = [fact.id for fact in scheme.fact]
    for name in facts_of(law):
        if name not in facts:
            yield _unknown(f"{key}.fact", "事项", name, facts)
    yield from _applies(scheme, key, law)
    match law:
        case Gate():
            yield from _grade(scheme, f"{key}.grade", law.grade)
            yield from _conditions(scheme, key, law.when, forms)
            if any(isinstance(one, GradeCondition | ConsecutiveCondition) for one in law.when):
                fault = "等次的限制不能以本期等次为条件（等次还没有定）"
                yield Wrong(f"{key}.when", fault, '{ kind = "fact", fact = "…" }')
        case Consequence():
            yield from _conditions(scheme, key, law.when, forms)
            yield from _choice(scheme, f"{key}.asks", law.asks)
            yield from _reclaims(scheme, key, law)
            yield from _number(scheme, f"{key}.amount", law.amount)
        case Quota():
            yield from _quota(scheme, key, law, forms)
        case Selection():
            yield from _grade(scheme, f"{key}.from", law.of)
        case VotersCheck():
            yield from _item(f"{key}.item", law.item, forms)
        case ApprovalCheck():
            yield from _levels(scheme, f"{key}.levels", law.fact, law.levels)
            yield from _levels(scheme, f"{key}.short_levels", law.fact, law.short_levels)
        case DatesCheck():
            for form in forms:
                names = [*(box.id for box in form.fields), *(blank.id for blank in form.blanks)]
                for name in law.fields:
                    if name.partition(".")[0] not in names:
                        yield _unknown(f"{key}.fields", f"栏（表 {form.id}）", name, names)
        case _:
            pass


def _applies(scheme: Scheme, key: str, law: Law) -> Iterator[Wrong]:
    if bool(law.gap) != bool(law.choices):
        yield Wrong(f"{key}.choices", "gap 和 choices 要一起写：决定是其中之一时才适用", 'choices = ["words"]')
        return
    yield from _choice(scheme, f"{key}.gap", law.gap)
    gap = next((gap for gap in scheme.gap if gap.id == law.gap), None)
    for choice in law.choices:
        if gap is not None and choice not in gap.choices:
            yield _unknown(f"{key}.choices", "选项", choice, gap.choices)


def _reclaims(scheme: Scheme, key: str, law: Consequence) -> Iterator[Wrong]:
    if law.reclaims is None:
        return
    gap = _gap(scheme, law.asks) if law.asks is not None else None
    if gap is None or law.kind != "pay-cancelled":
        fault = 'reclaims 是 asks 的一个选项，只用于 kind = "pay-cancelled"'
        yield Wrong(f"{key}.reclaims", fault, 'asks = "cancelled-months"')
    elif law.reclaims not in gap.choices:
        yield _unknown(f"{key}.reclaims", "选项", law.reclaims, gap.choices)


def _grade(scheme: Scheme, key: str, name: str) -> Iterator[Wrong]:
    grades = [grade.name for grade in scheme.grade]
    if name not in grades:
        yield _unknown(key, "等次", name, grades)


def _item(key: str, item: str, forms: Iterable[Form]) -> Iterator[Wrong]:
    for form in forms:
        if all(one.id != item for one in form.items):
            yield _unknown(key, f"指标（表 {form.id}）", item, [one.id for one in form.items])


def _levels(scheme: Scheme, key: str, fact_id: str, levels: Iterable[str]) -> Iterator[Wrong]:
    kind = next((fact for fact in scheme.fact if fact.id == fact_id), None)
    for level in levels:
        if kind is not None and level not in kind.levels:
            yield _unknown(key, f"级别（事项 {fact_id}）", level, kind.levels)


def _number(scheme: Scheme, key: str, gap_id: str | None) -> Iterator[Wrong]:
    """The gap must be there and ask for a number."""
    gap = next((gap for gap in scheme.gap if gap.id == gap_id), None)
    if gap_id is not None and (gap is None or gap.shape != "number"):
        yield _unknown(key, "填数的缺口", gap_id, [one.id for one in scheme.gap if one.shape == "number"])


def _choice(scheme: Scheme, key: str, gap_id: str | None, choices: tuple[str, ...] = ()) -> Iterator[Wrong]:
    """The gap must be there and offer a choice; ``choices``: only these mean anything here."""
    if gap_id is None:
        return
    gap = _gap(scheme, gap_id)
    if gap is None:
        yield _unknown(key, "空白", gap_id, [one.id for one in scheme.gap])
    elif gap.shape != "choice":
        yield Wrong(key, f"空白“{gap_id}”的 shape 是“{gap.shape}”，这里要的是“choice”", 'shape = "choice"')
    elif choices and (wrong := [choice for choice in gap.choices if choice not in choices]):
        right = "choices = [" + ", ".join(f'"{choice}"' for choice in choices) + "]"
        yield Wrong(key, f"空白“{gap_id}”的选项 {_listed(wrong)} 在这里没有意义", right)


def _gap(scheme: Scheme, gap_id: str) -> Gap | None:
    return next((gap for gap in scheme.gap if gap.id == gap_id), None)


def _conditions(scheme: Scheme, key: str, when: Iterable[Condition], forms: list[Form]) -> Iterator[Wrong]:
    for number, condition in enumerate(when, 1):
        place = f"{key}.when[{number}]"
        match condition:
            case GradeCondition():
                for name in (*condition.among, *filter(None, [condition.at_least])):
                    yield from _grade(scheme, f"{place}.is", name)
                if bool(condition.among) == (condition.at_least is not None):
                    yield Wrong(place, "is 和 at_least 要写一个，也只能写一个", 'is = ["不称职"]')
            case FactCondition():
                yield from _levels(scheme, f"{place}.levels", condition.fact, condition.levels)
                if condition.at_least is not None and condition.more_than is not None:
                    yield Wrong(place, "at_least 和 more_than 只能写一个", "at_least = 2")
            case PointsCondition():
                yield from _item(f"{place}.item", condition.item, forms)
            case GradesInYearCondition():
                yield from _grade(scheme, f"{place}.grade", condition.grade)
                yield from _choice(scheme, f"{place}.gap", condition.gap, _HOLES)
                if (condition.at_least is None) == (condition.fewer_than is None):
                    yield Wrong(place, "at_least 和 fewer_than 要写一个，也只能写一个", "at_least = 2")
            case ConsecutiveCondition():
                yield from _grade(scheme, f"{place}.grade", condition.grade)
                for name, choices in (("gap", _HOLES), ("newcomer_gap", _HOLES), ("transfer_gap", _MOVES)):
                    yield from _choice(scheme, f"{place}.{name}", getattr(condition, name), choices)
            case _:
                pass


def _quota(scheme: Scheme, key: str, quota: Quota, forms: list[Form]) -> Iterator[Wrong]:
    if (quota.grade is None) == (quota.item is None):
        yield Wrong(key, "grade 和 item 要写一个，也只能写一个：限的是等次，还是一项的满分", 'grade = "优秀"')
    if quota.grade is not None:
        yield from _grade(scheme, f"{key}.grade", quota.grade)
    if quota.item is not None:
        yield from _item(f"{key}.item", quota.item, forms)
        if not quota.full:
            yield Wrong(f"{key}.full", "限的是一项的满分，要写明", "full = true")
    if (quota.share is None) == (quota.fraction is None):
        yield Wrong(f"{key}.share", "share 和 fraction 要写一个，也只能写一个", 'share = 0.2 或 fraction = "1/3"')
    elif quota.portion > Fraction(1):
        yield Wrong(f"{key}.fraction", f"{quota.fraction}大于1，名额不能多于人数", 'fraction = "1/3"')
    yield from _choice(scheme, f"{key}.base_gap", quota.base_gap, ("returned", "roster"))
    yield from _choice(scheme, f"{key}.zero_gap", quota.zero_gap, ("none", "one", "merge"))
    yield from _choice(scheme, f"{key}.cohort_gap", quota.cohort_gap)
    if quota.cohort_gap is not None and (gap := _gap(scheme, quota.cohort_gap)) is not None:
        if set(quota.cohorts) != set(gap.choices):
            missing = _listed(sorted(set(gap.choices) ^ set(quota.cohorts)))
            fault = f"空白“{gap.id}”的每个选项都要写明按什么分组，不多也不少：{missing}"
            yield Wrong(f"{key}.cohorts", fault, 'cohorts = { series = ["series"], town = [] }')
    elif quota.cohorts:
        yield Wrong(f"{key}.cohorts", "没有 cohort_gap，cohorts 就没有意义", 'cohort = ["series"]')
    yield from _rounding(scheme, key, quota)
    yield from _ties(scheme, key, quota, forms)
    levels = [level for level in quota.without_levels if not level.strip()]
    if levels:
        yield Wrong(f"{key}.without_levels", "级别不能是空的", 'without_levels = ["自治区级"]')


def _rounding(scheme: Scheme, key: str, quota: Quota) -> Iterator[Wrong]:
    gap = _gap(scheme, quota.rounding_gap) if quota.rounding_gap is not None else None
    if gap is None or gap.shape != "rounding":
        yield from _choice(scheme, f"{key}.rounding_gap", quota.rounding_gap, ("floor", "round", "ceil"))
    elif gap.purpose != "quota-rounding":
        right = 'purpose = "quota-rounding"'
        yield Wrong(f"{key}.rounding_gap", f"空白“{gap.id}”不是为取整人数而设的，小数位数就不限于0", right)


def _ties(scheme: Scheme, key: str, quota: Quota, forms: list[Form]) -> Iterator[Wrong]:
    if quota.ties_gap is None:
        return
    gap = _gap(scheme, quota.ties_gap)
    yield from _choice(scheme, f"{key}.ties_gap", quota.ties_gap)
    if gap is None:
        return
    for choice in gap.choices:
        if choice.startswith("by-item:"):
            yield from _item(f"{key}.ties_gap", choice.removeprefix("by-item:"), forms)
        elif choice not in TIES:
            yield _unknown(f"{key}.ties_gap", "同分的处理办法", choice, TIES)
        elif choice == "include" and quota.hard:
            fault = f"空白“{gap.id}”的选项 include 会突破“不超过”的名额"
            yield Wrong(f"{key}.ties_gap", fault, 'choices = ["exclude", "committee"]')
    if {"ask", "committee"} & set(gap.choices) and quota.chosen is None:
        fault = "由有权机关确定人选的，要写明用哪个事项录入（chosen）"
        yield Wrong(f"{key}.chosen", fault, 'chosen = "chosen"')
