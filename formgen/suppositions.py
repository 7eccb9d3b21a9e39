"""What would be if one total were another: the cohort settled again in memory, and whose result would move."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal

from formgen.alterations import Outcome, change_of
from formgen.dossiers import Dossiers, Known
from formgen.errors import UsageError
from formgen.explaining import chosen, nothing
from formgen.model import Assessment, Citation, Decision, Standing
from formgen.periods import in_chinese
from formgen.reckoning import Reckoner, groups_of
from formgen.scheme.types import Scheme
from formgen.scoring import ALL_STEPS, Settlement, suppose
from formgen.scoring.figures import countable, figure
from formgen.store import Store
from formgen.subjects import same
from formgen.whatif import mark_of


def if_total(
    store: Store, scheme: Scheme, decisions: Sequence[Decision], words: str, period: str, total: Decimal
) -> str:
    """Where a subject would stand with another total, and whose result would move with it, in Chinese.

    A closed period is taken with the papers and the law by which its results were made. Nothing is written. Raises
    UsageError for nobody, a result without a total and a number that is none; DecisionNeededError where the order that
    comes out needs a decision.
    """
    if not countable(total):
        raise UsageError(f"“{total}”不是分数；请写 88.5 这样的数")
    mark = mark_of(store, scheme.id, period) if store.closed(scheme.id, period) else None
    if mark is not None and (law := store.law(mark.law)) is not None:
        scheme, decisions = law.scheme, law.decisions
    view: AbstractContextManager[Store] = store.past(mark) if mark is not None else nullcontext(store)
    with view as seen:
        kept = [one.assessment for one in seen.assessments(scheme.id, period=period)]
        if not kept:
            raise nothing(scheme, period)
        subject = chosen(words, [one.subject for one in kept])
        own = next((one for one in kept if one.subject == subject and one.line("total") is not None), None)
        if own is None:
            raise UsageError(f"{subject}的结果没有总分（这张表不计分），不能假设总分。")
        now = _settled(seen, scheme, decisions, own)
    after = suppose(now, subject, total)
    return _told(scheme, now, after, own, total)


def _settled(store: Store, scheme: Scheme, decisions: Sequence[Decision], own: Assessment) -> Settlement:
    known = Known(store)
    reckoner = Reckoner(known, scheme, decisions, ALL_STEPS)
    dossiers = Dossiers(store, scheme, own.period, known)
    (group,) = groups_of(scheme, [scheme.form_of(own.form)])
    sheets = [reckoner.sheet(form, store.records(form.id, period=own.period), dossiers, {}) for form in group]
    return reckoner.settle(own.period, sheets, {}).settlement


def _told(scheme: Scheme, now: Settlement, after: Settlement, own: Assessment, total: Decimal) -> str:
    pairs = list(zip(now.standings, after.standings, strict=True))
    before, then = next((one, other) for one, other in pairs if one.form == own.form and same(one.subject, own.subject))
    value = own.value("total")
    known = figure(value) if isinstance(value, Decimal) else "未定"
    lines = [
        f"{own.subject}，{in_chinese(own.period)}（只是试算，什么都没有存入）",
        f"现在：总分 {known}，{_place(scheme, before)}",
        f"假如总分为 {figure(total)}：{_place(scheme, then)}",
    ]
    for reason in then.reasons:
        lines.append(f"  ← {reason.text}")
        lines += [f"     ← {'依据：' if isinstance(part, Citation) else ''}{part}" for part in reason.basis]
    moved = [
        line
        for one, other in pairs
        if one.grade != other.grade or one.consequences != other.consequences
        for line in _changes(one, other, same(one.subject, own.subject))
    ]
    lines += ["随之改变的：", *moved] if moved else ["没有人的等次或应办的事因此改变。"]
    shifted = sum(one.grade == other.grade and one.rank != other.rank for one, other in pairs)
    lines += [f"另有 {shifted} 个对象只是名次随之移动。"] if shifted else []
    return "\n".join(lines)


def _place(scheme: Scheme, standing: Standing) -> str:
    rank = f"第{standing.rank}名（共{standing.of}名）" if standing.rank is not None else "没有名次"
    if not scheme.grade:
        return rank
    grade = f"等次“{standing.grade}”" if standing.grade is not None else "等次未定"
    return f"{rank}，{grade}"


def _changes(before: Standing, after: Standing, own: bool) -> list[str]:
    blank = Assessment(before.scheme, before.form, before.subject, before.period, (), True)
    change = change_of(Outcome(blank, before), Outcome(blank, after))
    if change is None:
        return []
    unsaid = ("rank", "money") if own else ("rank",)  # what they would be paid themselves is not computed
    told = [f"    {one.what}：{one.before} → {one.after}" for one in change.differences if one.sort not in unsaid]
    if own and before.money and before.grade != after.grade:
        told.append("    金额按新的等次另算")
    return [f"  {before.subject}", *told]
