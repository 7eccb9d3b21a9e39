"""Whether the tables of a scheme fit together: what refers to what, and whether sums and orders agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from formgen.errors import SchemeError
from formgen.model import Form, Item
from formgen.scheme.decisions import checked_value
from formgen.scheme.faults import EXAMPLES, Wrong
from formgen.scheme.law_references import law_faults
from formgen.scheme.types import (
    BandedAccuracy,
    Gap,
    Judged,
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

_ITEM_ID = re.compile(r"[1-9]\d*\.[1-9]\d*")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the tables stood in the file, if faulty ones were left out before."""

    numbers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  #: Table → index in the file, by position.
    dropped: frozenset[str] = frozenset()  #: Ids and names of what was left out.

    def key(self, table: str, index: int) -> str:
        """``rule[3]``, counted from 1 as in the file."""
        numbers = self.numbers.get(table)
        return f"{table}[{(numbers[index] if numbers else index) + 1}]"


def cross_check(scheme: Scheme, folder: str, origin: Origin | None = None) -> list[Wrong]:
    """All faults between the tables of a scheme that stands in ``folder``."""
    origin = origin or Origin()
    checks = (_names(scheme, folder), _forms(scheme, folder, origin), _facts(scheme, origin), _rules(scheme, origin),
              _grades(scheme, origin), _gaps(scheme, origin), _pieces(scheme, origin),
              law_faults(scheme, origin.key))  # fmt: skip
    return [wrong for check in checks for wrong in check if wrong.refers not in origin.dropped or not wrong.refers]


def _listed(names: Iterable[str]) -> str:
    return "、".join(names) or "（没有）"


def _unknown(key: str, what: str, given: str, known: Iterable[str]) -> Wrong:
    names = list(known)
    return Wrong(key, f"没有{what}“{given}”，已有的是：{_listed(names)}", _like(key, names), refers=given)


def _like(key: str, names: list[str]) -> str:
    return f'{key.rsplit(".", 1)[-1].partition("[")[0]} = "{names[0]}"' if names else ""


def _repeated(keys: Iterable[tuple[str, str]], what: str) -> Iterator[Wrong]:
    seen: dict[str, str] = {}
    for key, name in keys:
        if name in seen:
            yield Wrong(key, f"{what}“{name}”与 {seen[name]} 重复", f"{key.rsplit('.', 1)[-1]} 另取一个")
        seen.setdefault(name, key)


def _names(scheme: Scheme, folder: str) -> Iterator[Wrong]:
    if scheme.id != folder:
        yield Wrong("id", f"“{scheme.id}”与文件夹的名字“{folder}”不同", f'id = "{folder}"')
    forms = {form.id: form for form in scheme.form}
    main = forms.get(scheme.main_form)
    if main is None:
        yield _unknown("main_form", "表", scheme.main_form, forms)
    elif main.period != scheme.period:
        yield Wrong("period", f"“{scheme.period}”与主表 {main.id} 的“{main.period}”不同", f'period = "{main.period}"')
    elif scheme.full_marks is not None and scheme.full_marks != main.base_points:
        right = f"full_marks = {main.base_points}" if main.base_points is not None else "删去 full_marks"
        yield Wrong("full_marks", f"{scheme.full_marks}与主表 {main.id} 的 base_points 不同", right)


def _forms(scheme: Scheme, folder: str, origin: Origin) -> Iterator[Wrong]:
    yield from _repeated(((f"{origin.key('form', i)}.id", form.id) for i, form in enumerate(scheme.form)), "表")
    for index, form in enumerate(scheme.form):
        key = origin.key("form", index)
        if form.scheme not in (scheme.id, folder):
            yield Wrong(f"{key}.scheme", f"“{form.scheme}”不是本办法", f'scheme = "{scheme.id}"')
        if bool(form.items) == bool(form.fields):
            yield Wrong(
                key, "一张表要么有 items（评分的行），要么有 fields（登记的栏），不能都有或都没有", "items = [ … ]"
            )
        if form.items and not form.columns:
            yield Wrong(f"{key}.columns", "评分表没有列名", EXAMPLES["columns"])
        blanks = [blank.id for blank in form.blanks]
        yield from _repeated(((f"{key}.header", name) for name in blanks), "栏")
        yield from _repeated(((f"{key}.fields[{n}].id", box.id) for n, box in enumerate(form.fields, 1)), "栏")
        yield from _repeated(((f"{key}.items[{n}].id", item.id) for n, item in enumerate(form.items, 1)), "指标")
        for number, item in enumerate(form.items, 1):
            yield from _item(f"{key}.items[{number}]", item, form)
        yield from _sum(key, form)


def _item(key: str, item: Item, form: Form) -> Iterator[Wrong]:
    if not _ITEM_ID.fullmatch(item.id):
        yield Wrong(f"{key}.id", f"“{item.id}”应为“大项.小项”，都从1数起", 'id = "2.1"')
    if not item.text.strip():
        yield Wrong(f"{key}.text", "指标没有文字，收回的表就对不上行", EXAMPLES["text"])
    if item.points is not None and not 0 < item.points <= 1000:
        yield Wrong(f"{key}.points", f"{item.points}不在0至1000之间", EXAMPLES["points"])
    if (item.points is not None or item.tiers) and not (item.article and item.quote):
        yield Wrong(f"{key}.quote", f"指标 {item.id} 有分值，却没有写明出自哪一条（article）和原文（quote）",
                    'article = "第七条（一）", quote = "（30 分）"')  # fmt: skip
    if sum((item.bonus, item.deduction, item.money_only)) > 1:
        yield Wrong(key, "bonus、deduction、money_only 只能有一个为 true", "bonus = true")
    if item.money_only and item.points is not None:
        yield Wrong(f"{key}.points", "只扣钱的指标（money_only）不应有分值", "删去 points 或 money_only")
    if item.required and form.base_points is None and item.points is not None:
        yield Wrong(f"{key}.points", "这张表没有 base_points，指标却有分值", "base_points = 100")


def _sum(key: str, form: Form) -> Iterator[Wrong]:
    if form.base_points is None:
        return
    total = sum((item.points for item in form.items if item.required and item.points is not None), Decimal(0))
    if total != form.base_points:
        yield Wrong(f"{key}.base_points", f"各指标分值合计是{total}，不是{form.base_points}", f"base_points = {total}")


def _facts(scheme: Scheme, origin: Origin) -> Iterator[Wrong]:
    yield from _repeated(((f"{origin.key('fact', i)}.id", fact.id) for i, fact in enumerate(scheme.fact)), "事项")
    words = [(f"{origin.key('fact', i)}.label", w) for i, f in enumerate(scheme.fact) for w in (f.label, *f.aliases)]
    yield from _repeated(words, "事项名称")
    for index, fact in enumerate(scheme.fact):
        for level in fact.level_aliases.values():
            if level not in fact.levels:
                yield _unknown(f"{origin.key('fact', index)}.level_aliases", "级别", level, fact.levels)


def _rules(scheme: Scheme, origin: Origin) -> Iterator[Wrong]:
    ids = [(f"{origin.key('rule', i)}.id", rule.id) for i, rule in enumerate(scheme.rule)]
    ids += [(f"{origin.key('money', i)}.id", rule.id) for i, rule in enumerate(scheme.money)]
    yield from _repeated(ids, "规则")
    for index, rule in enumerate(scheme.rule):
        key = origin.key("rule", index)
        yield from _place(scheme, key, rule.form, rule.item)
        if not isinstance(rule, Judged):
            yield from _counted(scheme, key, rule.fact, _levels(rule))
        yield from _point_rule(scheme, key, rule)
    for index, money in enumerate(scheme.money):
        key = origin.key("money", index)
        yield from _place(scheme, key, money.form, money.item if isinstance(money, MoneyPerIncident) else None)
        if isinstance(money, MoneyPerIncident | MoneyPerDay):
            yield from _counted(scheme, key, money.fact, ())
        yield from _money_rule(scheme, key, money)


def _levels(rule: PointRule) -> tuple[str, ...]:
    if isinstance(rule, Tier) and (rule.names_gap or len(rule.points) == 1):
        return ()
    if isinstance(rule, PerIncidentByLevel | Tier):
        return tuple(rule.points)
    return tuple(rule.yuan) if isinstance(rule, PerAmount) else ()


def _place(scheme: Scheme, key: str, form_id: str | None, item_id: str | None) -> Iterator[Wrong]:
    forms = {form.id: form for form in scheme.form}
    form = forms.get(form_id or scheme.main_form)
    if form is None:
        if form_id:
            yield _unknown(f"{key}.form", "表", form_id, forms)
    elif item_id is not None and all(item.id != item_id for item in form.items):
        yield _unknown(f"{key}.item", f"指标（表 {form.id}）", item_id, (item.id for item in form.items))


def _counted(scheme: Scheme, key: str, fact_id: str, levels: tuple[str, ...]) -> Iterator[Wrong]:
    facts = {fact.id: fact for fact in scheme.fact}
    if fact_id not in facts:
        yield _unknown(f"{key}.fact", "事项", fact_id, facts)
        return
    if missing := [level for level in levels if level not in facts[fact_id].levels]:
        right = "levels = [" + ", ".join(f'"{level}"' for level in levels) + "]"
        yield Wrong(key, f"事项“{fact_id}”的 levels 里没有级别：{_listed(missing)}", right)


def _gap(scheme: Scheme, key: str, gap_id: str | None, shape: str, choices: tuple[str, ...] = ()) -> Iterator[Wrong]:
    if gap_id is None:
        return
    gaps = {gap.id: gap for gap in scheme.gap}
    gap = gaps.get(gap_id)
    if gap is None:
        yield _unknown(key, "空白", gap_id, gaps)
    elif gap.shape != shape:
        yield Wrong(key, f"空白“{gap_id}”的 shape 是“{gap.shape}”，这里要的是“{shape}”", f'shape = "{shape}"')
    elif choices and (wrong := [choice for choice in gap.choices if choice not in choices]):
        right = "choices = [" + ", ".join(f'"{choice}"' for choice in choices) + "]"
        yield Wrong(key, f"空白“{gap_id}”的选项 {_listed(wrong)} 在这里没有意义", right)


PARTS = ("down", "proportional", "up")


def _point_rule(scheme: Scheme, key: str, rule: PointRule) -> Iterator[Wrong]:
    match rule:
        case PerIncident() | PerIncidentByLevel():
            yield from _gap(scheme, f"{key}.floor_gap", rule.floor_gap, "choice", ("zero", "below-zero"))
        case Tier():
            yield from _gap(scheme, f"{key}.gap", rule.gap, "choice", ("highest", "each", "each-capped"))
            yield from _gap(scheme, f"{key}.names_gap", rule.names_gap, "tiers")
            if rule.count is None and rule.gap is None:
                yield Wrong(f"{key}.gap", "没有写明怎样计次（count），就要写明由哪个空白（gap）来定", EXAMPLES["count"])
        case PerAmount():
            yield from _gap(scheme, f"{key}.part_of_unit", rule.part_of_unit, "choice", PARTS)
        case BandedAccuracy():
            yield from _gap(scheme, f"{key}.part_of_percent", rule.part_of_percent, "choice", PARTS)
            yield from _gap(scheme, f"{key}.edge", rule.edge, "choice", ("between", "lost"))
            if not 0 <= rule.lost_below <= rule.between_above < rule.full_from <= 100:
                yield Wrong(key, "准确率的三段应当 0 ≤ lost_below ≤ between_above < full_from ≤ 100",
                            "full_from = 90, between_above = 65, lost_below = 65")  # fmt: skip
        case _:
            pass
    if isinstance(rule, PerIncidentByLevel | Tier) and not rule.points:
        yield Wrong(f"{key}.points", "没有任何级别", 'points = { "县级" = 3, "市级" = 5 }')


def _money_rule(scheme: Scheme, key: str, rule: MoneyRule) -> Iterator[Wrong]:
    grades = [grade.name for grade in scheme.grade]
    match rule:
        case MoneyShare():
            yield from _gap(scheme, f"{key}.gap", rule.gap, "share")
            if rule.grade not in grades:
                yield _unknown(f"{key}.grade", "等次", rule.grade, grades)
            if (rule.share is None) != (rule.gap is not None):
                yield Wrong(
                    f"{key}.share",
                    "要么写明 share，要么写明由哪个空白（gap）在 lowest 至 highest 之间来定",
                    EXAMPLES["share"],
                )
            elif rule.gap and (rule.lowest is None or rule.highest is None or rule.lowest >= rule.highest):
                yield Wrong(f"{key}.lowest", "范围要写明 lowest 和 highest，且前者较小", "lowest = 0.3, highest = 0.5")
            elif any(g.id == rule.gap and (g.lowest, g.highest) != (rule.lowest, rule.highest) for g in scheme.gap):
                right = f"lowest = {rule.lowest}, highest = {rule.highest}"
                yield Wrong(f"{key}.lowest", f"空白“{rule.gap}”的范围与这里的不同", right)
        case MoneyPerDay():
            for name in rule.grades:
                if name not in grades:
                    yield _unknown(f"{key}.grades", "等次", name, grades)
            if rule.grade_fact is not None:
                yield from _counted(scheme, key, rule.grade_fact, rule.grades)
        case PaySplit() if rule.basic + rule.performance != 1:
            right = f"performance = {1 - rule.basic}"
            yield Wrong(f"{key}.performance", f"两部分相加是{rule.basic + rule.performance}，不是1", right)
        case _:
            pass


def _grades(scheme: Scheme, origin: Origin) -> Iterator[Wrong]:
    names = [(f"{origin.key('grade', i)}.name", w) for i, g in enumerate(scheme.grade) for w in (g.name, *g.aliases)]
    yield from _repeated(names, "等次")
    above: Decimal | None = None
    for index, grade in enumerate(scheme.grade):
        if grade.at_least is None:
            continue
        if above is not None and grade.at_least >= above:
            fault = f"{grade.at_least}不低于上一等次的{above}；等次要从好到差排列，最低分逐级降低"
            yield Wrong(f"{origin.key('grade', index)}.at_least", fault, f"at_least = {above - 10}")
        above = grade.at_least


def _gaps(scheme: Scheme, origin: Origin) -> Iterator[Wrong]:
    yield from _repeated(((f"{origin.key('gap', i)}.id", gap.id) for i, gap in enumerate(scheme.gap)), "空白")
    forms = [form.id for form in scheme.form]
    for index, gap in enumerate(scheme.gap):
        key = origin.key("gap", index)
        if gap.form is not None and gap.form not in forms:
            yield _unknown(f"{key}.form", "表", gap.form, forms)
        yield from _gap_shape(key, gap, scheme)


def _gap_shape(key: str, gap: Gap, scheme: Scheme) -> Iterator[Wrong]:
    if gap.shape == "choice" and len(gap.choices) < 2:
        yield Wrong(f"{key}.choices", "选择的空白至少要有两个选项", 'choices = ["highest", "each"]')
        return
    if unknown := [choice for choice in gap.choice_labels if choice not in gap.choices]:
        yield Wrong(f"{key}.choice_labels", f"{_listed(unknown)} 不在 choices 里", f'choices = ["{unknown[0]}", …]')
    if unsaid := [choice for choice in gap.choices if choice not in gap.choice_labels]:
        yield Wrong(f"{key}.choice_labels", f"选项 {_listed(unsaid)} 没有中文说明", f'{unsaid[0]} = "只计最高一次"')
    if gap.lowest is not None and gap.highest is not None and gap.lowest >= gap.highest:
        yield Wrong(f"{key}.lowest", f"{gap.lowest}不小于 highest 的{gap.highest}", "lowest = 0.3, highest = 0.5")
        return
    if gap.example is None:
        yield Wrong(f"{key}.example", "缺少一个写法正确的示例，没有决定时要拿给人看", 'example = "highest"')
        return
    try:
        checked_value(gap, scheme, gap.example)
    except SchemeError as error:
        yield Wrong(f"{key}.example", str(error))


def _pieces(scheme: Scheme, origin: Origin) -> Iterator[Wrong]:
    for index, part in enumerate(scheme.part):
        yield from _place(scheme, origin.key("part", index), part.form, part.item)
    for index, statement in enumerate(scheme.statement):
        yield from _place(scheme, origin.key("statement", index), statement.form, None)
