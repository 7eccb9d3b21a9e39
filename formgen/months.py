"""Why a number is so that was printed for a month of a longer period: running totals, ranks, instalments of pay."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from formgen.errors import UsageError
from formgen.model import Citation, Decision, Fact, Form, Subject
from formgen.periods import in_chinese, kind_of
from formgen.publication import publication
from formgen.rendering.instalments import Month, instalments, months_of_quarter, quarter_of, split_of
from formgen.rendering.publicity import ranks
from formgen.scheme.decisions import in_force
from formgen.scheme.types import Scheme
from formgen.scoring.figures import figure
from formgen.scoring.running import ItemChange, Running
from formgen.scoring.sequences import span
from formgen.store import Store
from formgen.subjects import find, near

_TOTAL, _RANK, _CHANGE, _PAY = ("total", "累计得分", "总分"), ("rank", "名次"), ("change", "增减"), ("pay", "实发")


def printed_by_month(scheme: Scheme, period: str) -> bool:
    """Whether papers of a month are made although the forms are of a longer period, and this is a month."""
    return kind_of(period) == "month" and (_public(scheme) is not None or _split(scheme) is not None)


def why_month(
    store: Store, scheme: Scheme, decisions: Sequence[Decision], words: str, month: str, field: str | None
) -> str:
    """The chain of what the papers of a month print for a subject, in Chinese.

    Raises UsageError for nobody or a field that there is not, DecisionNeededError as the papers do.
    """
    form = _public(scheme)
    if form is not None:
        return _running(store, scheme, form, decisions, words, month, field)
    form = _split(scheme)
    if form is None:
        raise UsageError(f"《{scheme.title}》没有按月的表")
    return _instalment(store, scheme, form, decisions, words, month, field)


def _public(scheme: Scheme) -> Form | None:
    return next((one for one in scheme.form if one.subject == "village" and one.period == "year"), None)


def _split(scheme: Scheme) -> Form | None:
    return next((one for one in scheme.form if split_of(scheme, one.id)), None)


def _one(words: str, known: Sequence[Subject]) -> Subject:
    found = find(words, known)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"“{words}”有{len(found)}个：{'、'.join(map(str, found))}。请写明村名。")
    likely = "、".join(map(str, near(words, known)))
    raise UsageError(f"没有“{words}”。" + (f"相近的有：{likely}。" if likely else "请核对名称。"))


# --- running totals ----------------------------------------------------------------------------------------------


def _running(
    store: Store, scheme: Scheme, form: Form, decisions: Sequence[Decision], words: str, month: str, field: str | None
) -> str:
    found = publication(store, scheme, form, decisions, month)
    column = [one for one in found.runnings if one.month == month]
    subject = _one(words, [one.subject for one in column])
    own = next(one for one in column if one.subject == subject)
    chain = _Chain(store, scheme, month[:4])
    changes = {change.item: change for change in own.changes}
    head = f"{subject}，{in_chinese(month)}（逐月公开：年初至该月底的累计）"
    match field:
        case None:
            told = [*_total(own, form, chain), *_rank(own, column)]
        case _ if field in (*_TOTAL, *_CHANGE):
            told = _total(own, form, chain)
        case _ if field in _RANK:
            told = _rank(own, column)
        case _ if field in changes:
            told = chain.change(changes[field])
        case _ if any(item.id == field for item in form.items):
            told = [f"{field}：到该月底没有增减。"]
        case _:
            raise UsageError(f"公开表没有“{field}”这一项，可写：total、rank、{'、'.join(i.id for i in form.items)}")
    note = found.notes.get(subject, "")
    told += [f"备注：{note}"] if note else []
    if own.doubts:
        told += ["尚待确定：", *(f"  {number}. {doubt}" for number, doubt in enumerate(own.doubts, 1))]
    return "\n".join([head, *told])


def _total(own: Running, form: Form, chain: _Chain) -> list[str]:
    if own.total is None:
        return ["累计得分 = 未能确定"]
    told = [f"累计得分 = {figure(own.total)} 分"]
    base = form.base_points
    if base is not None and base + sum((one.points for one in own.changes), Decimal(0)) == own.total:
        terms = "".join(f" {'−' if one.points < 0 else '+'} {figure(abs(one.points))}" for one in own.changes)
        told.append(f"  ← 计算：基础分 {figure(base)}{terms}" + (f" = {figure(own.total)}" if terms else ""))
    if not own.changes:
        told.append("  ← 到该月底没有增减分的事项")
    for change in own.changes:
        told += ["  " + line for line in chain.change(change)]
    return told


def _rank(own: Running, column: Sequence[Running]) -> list[str]:
    totals = [one.total for one in column]
    places = ranks(totals)
    rank = next(place for one, place in zip(column, places, strict=True) if one is own)
    open_ones = [str(one.subject) for one in column if one.total is None]
    if rank is None:
        return ["名次：累计得分未定，没有名次"]
    known = sorted(
        [(place, one) for one, place in zip(column, places, strict=True) if place is not None], key=lambda pair: pair[0]
    )
    told = [f"名次：第{rank}名，共{len(known)}个村"]
    told.append("  ← 该月累计得分由高到低，同分同名次：")
    told += [f"     第{place}名　{one.subject}　{figure(one.total or Decimal(0))}" for place, one in known]
    told += [f"     未定：{'、'.join(open_ones)}"] if open_ones else []
    return told


class _Chain:
    """Tells what a change rests on, down to the row of the facts table and the number that puts it right."""

    def __init__(self, store: Store, scheme: Scheme, year: str) -> None:
        self._kinds = {kind.id: kind for kind in scheme.fact}
        self._rows = {row.fact.where: row.stored for row in store.fact_rows(scheme, year) if row.fact is not None}

    def change(self, change: ItemChange) -> list[str]:
        sign = "+" if change.points > 0 else ""
        told = [f"{change.item} {change.label} = {sign}{figure(change.points)} 分"]
        told += [f"  ← 计算：{change.steps}"] if change.steps else []
        told += [f"  ← {'依据：' if isinstance(part, Citation) else ''}{part}" for part in change.basis]
        for fact in change.facts:
            told += self._fact(fact)
        return told

    def _fact(self, fact: Fact) -> list[str]:
        kind = self._kinds.get(fact.kind)
        when = fact.on.isoformat() if fact.on else in_chinese(fact.period)
        level = f"（{fact.level}）" if fact.level else ""
        said = f"{when} {kind.label if kind else fact.kind}{level} {figure(fact.count)}{kind.unit if kind else ''}"
        told = [f"  ← 事实：{said}" + (f"　{fact.text}" if fact.text else "")]
        stored = self._rows.get(fact.where)
        if stored is not None:
            told.append(f"     出处：{stored.file} {fact.where.chinese}（更正编号 {stored.id}:count）")
        return told


# --- instalments -------------------------------------------------------------------------------------------------


def _instalment(
    store: Store, scheme: Scheme, form: Form, decisions: Sequence[Decision], words: str, month: str, field: str | None
) -> str:
    if field is not None and field not in _PAY:
        raise UsageError(f"{in_chinese(month)}只有基础补贴，可写：pay（实发）；得分和等次按季度，例如 2020-Q3")
    known = [
        Month(one, store.roster(one, scheme.id, assessed_as=quarter_of(month)), in_force(decisions, span(one)[1]))
        for one in months_of_quarter(month)
        if one <= month
    ]
    found = instalments(scheme, form.id, known)
    subject = _one(words, [one.subject for one in found])
    own = next(one for one in found if one.subject == subject)
    split = split_of(scheme, form.id)
    assert split is not None  # the caller has looked
    told = [f"{subject}，{in_chinese(month)}基础补贴"]
    if own.pay is None:
        return "\n".join([*told, "实发 = 未能确定", f"  ← 存疑：{own.note}"])
    told += [f"实发 = {figure(own.pay)} 元", f"  ← 计算：{own.steps}", f"  ← 依据：{split.cite(scheme.title)}"]
    if own.decided is not None:
        told.append(f"  ← 全季补贴标准 {figure(own.base or Decimal(0))} 元：{own.decided}")
    else:
        entry = next(one for one in known[-1].roster if one.subject == subject)
        names = {one.submission.sha256: one.submission.name for one in store.submissions()}
        file = names.get(entry.where.submission, "花名册")
        told.append(f"  ← 花名册：全季补贴标准 {figure(own.base or Decimal(0))} 元")
        told.append(f"     出处：{file} {entry.where.chinese}")
    told += [f"  ← 备注：{own.note}"] if own.note else []
    return "\n".join(told)
