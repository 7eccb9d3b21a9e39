"""Whether the conditions of a gate or a consequence hold for one subject: yes, no, or not known. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from formgen.errors import ConfigurationError
from formgen.model import Citation, Decision, Fact, Form, Line, Reason, RosterEntry, Source, Subject
from formgen.periods import contains, in_chinese
from formgen.scheme.laws import (
    Condition,
    ConsecutiveCondition,
    FactCondition,
    GradeCondition,
    GradesInYearCondition,
    Law,
    PointsCondition,
    ServedCondition,
)
from formgen.scheme.types import Scheme
from formgen.scoring.accuracy import sub_periods
from formgen.scoring.decisions import Decisions
from formgen.scoring.facts import FactSorter
from formgen.scoring.figures import ZERO, countable, figure
from formgen.scoring.sequences import (
    ABSENT_WORDS,
    ASK,
    BREAK,
    COUNT,
    NEWCOMER,
    SKIP,
    TRANSFERRED,
    Former,
    FormerGrades,
    ended_by,
    months_served,
    preceding,
    span,
)

_FARTHEST = 120  # periods looked back over: ten years of months


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of one subject while conditions are looked at."""

    subject: Subject
    form: Form
    period: str
    facts: tuple[Fact, ...]
    roster: RosterEntry | None
    item: Callable[[str], Line | None]  #: The line of an item.
    grade: str | None = None  #: The settled grade; None: there is none, or it is not settled.
    graded: bool = True  #: Whether the grade is settled.


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one condition, or of several together."""

    holds: bool | None  #: None: not known; ``doubts`` says why.
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[str, ...] = ()
    waits: bool = False  #: Not known because the grade of this very standing is not settled.


NO = Found(False)


class Conditions:
    """The conditions of a scheme's laws, ready to be looked at for one subject after the other."""

    def __init__(self, scheme: Scheme, decisions: Decisions, former: FormerGrades, sorter: FactSorter) -> None:
        self._scheme = scheme
        self._decisions = decisions
        self._former = former
        self._sorter = sorter
        self._cited: dict[str, Citation] = {}
        self._kinds = {kind.id: kind for kind in scheme.fact}
        self._places = {grade.name: place for place, grade in enumerate(scheme.grade)}

    def all(self, law: Law, when: Sequence[Condition], now: Circumstances, *, unmended: bool = False) -> Found:
        """Whether all conditions of a law hold, and whether its Decision lets it apply.

        ``when`` stands in the order of ``by_cost``, so that what needs a Decision is looked at last, and only if all
        else holds. ``unmended``: facts that were mended do not count. Raises DecisionNeededError.
        """
        cited = self._cited.get(law.id)
        if cited is None:
            cited = self._cited.setdefault(law.id, law.cite(self._scheme.title))
        reasons: list[Reason] = []
        doubts: list[str] = []
        unknown = waits = False
        for condition in when:
            found = self._one(condition, now, cited, unmended)
            if found.holds is False:
                return NO
            reasons += found.reasons
            doubts += found.doubts
            if found.holds is None:
                unknown, waits = True, waits or found.waits
        if law.gap is not None:
            decision = self._decisions.answer(law.gap)
            if decision.value not in law.choices:
                return NO
            reasons.append(Reason("choice", f"按本级决定适用“{law.label}”", (cited, decision)))
        if unknown:
            return Found(None, tuple(reasons), tuple(doubts), waits)
        return Found(True, tuple(reasons))

    def _one(self, condition: Condition, now: Circumstances, cited: Citation, unmended: bool) -> Found:
        match condition:
            case GradeCondition():
                return self._grade(condition, now, cited)
            case FactCondition():
                return self._fact(condition, now, cited, unmended)
            case PointsCondition():
                return _points(condition, now, cited)
            case ServedCondition():
                return _served(condition, now, cited)
            case GradesInYearCondition():
                return self._in_year(condition, now, cited)
            case ConsecutiveCondition():
                return self._consecutive(condition, now, cited)

    # --- this standing ---------------------------------------------------------------------------------------

    def _grade(self, condition: GradeCondition, now: Circumstances, cited: Citation) -> Found:
        if not now.graded:
            return Found(None, waits=True)
        if now.grade is None:
            return NO
        if condition.at_least is not None:
            holds = self._places[now.grade] <= self._places[condition.at_least]
        else:
            holds = now.grade in condition.among
        return Found(True, (Reason("grade", f"本期等次“{now.grade}”", (cited,)),)) if holds else NO

    def counted(self, condition: FactCondition, facts: Sequence[Fact], period: str) -> tuple[list[Fact], list[Fact]]:
        """The facts that a condition counts, and those of which it cannot be said whether it does."""
        kind = self._kinds.get(condition.fact)
        known: list[Fact] = []
        unclear: list[Fact] = []
        for fact in facts:
            if fact.kind != condition.fact or not _within(condition.within, period, fact):
                continue
            level = self._sorter.level(fact)
            clear = countable(fact.count) and fact.count >= 0
            if condition.levels and level not in condition.levels:
                if kind is not None and level in kind.levels and clear:
                    continue
                clear = False
            (known if clear else unclear).append(fact)
        return known, unclear

    def _fact(self, condition: FactCondition, now: Circumstances, cited: Citation, unmended: bool) -> Found:
        if not now.facts and (condition.at_least is None or condition.at_least > 0):
            return NO
        known, unclear = self.counted(condition, now.facts, now.period)
        if condition.unmended or unmended:
            known = [fact for fact in known if not fact.mended]
            unclear = [fact for fact in unclear if not fact.mended]
        known.sort(key=lambda fact: (fact.period, fact.on or date.min, fact.level, fact.count, fact.text))
        count = sum((fact.count for fact in known), ZERO)
        if condition.more_than is not None:
            holds, bound = count > condition.more_than, f"超过{figure(condition.more_than)}"
        elif condition.at_least is not None:
            holds, bound = count >= condition.at_least, f"达到{figure(condition.at_least)}"
        else:
            holds, bound = bool(known), "有此事项"
        label = self._sorter.label(condition.fact)
        if not holds and unclear:
            words = "；".join(sorted(self._sorter.words(fact) for fact in unclear))
            return Found(None, doubts=(f"事项“{label}”记录不清，不能确定是否{bound}：{words}",))
        if not holds:
            return NO
        kind = self._kinds.get(condition.fact)
        sources = tuple(self._sorter.source(fact) for fact in known)
        text = f"{_SCOPES[condition.within]}“{label}”{figure(count)}{kind.unit if kind else ''}，{bound}"
        return Found(True, (Reason("fact", text, (cited,), sources),))

    # --- other periods ---------------------------------------------------------------------------------------

    def _in_year(self, condition: GradesInYearCondition, now: Circumstances, cited: Citation) -> Found:
        periods = [
            period
            for period in sub_periods(now.period[:4], condition.of)
            if period != now.period and ended_by(now.period, period)
        ]
        found = [self._former.at(now.subject, period, now.facts, now.roster, condition.fact) for period in periods]
        having = [one for one in found if one.state == "given" and one.grade == condition.grade]
        wanted = condition.at_least if condition.at_least is not None else condition.fewer_than or 0
        absent = [one for one in found if one.state == "absent" and not one.ruling]
        opened = [one for one in found if one.state == "open"] + [one for one in absent if one.word in (ASK, "")]
        silent = [one for one in absent if one.word not in (ASK, BREAK, SKIP, NEWCOMER)]
        basis: tuple[Citation | Decision, ...] = (cited,)
        if silent and len(having) < wanted <= len(having) + len(opened) + len(silent):
            if condition.gap is None:
                opened += silent
            else:
                decision = self._decisions.answer(condition.gap)
                basis = (cited, decision)
                opened += silent if decision.value == ASK else []
        if len(having) < wanted <= len(having) + len(opened):
            opened.sort(key=_period)
            words = "、".join(f"{in_chinese(one.period)}{_why(one)}" for one in opened)
            how = self._how_to_rule(now, [one.period for one in opened if one.state == "absent"])
            return Found(None, doubts=(f"不能确定本年“{condition.grade}”是否达到{wanted}次：{words}{how}",))
        enough = len(having) >= wanted
        if enough != (condition.at_least is not None):
            return NO
        named = "、".join(in_chinese(one.period) for one in having) or "没有"
        text = f"本年平时考核“{condition.grade}”{len(having)}次（{named}），{'达到' if enough else '不足'}{wanted}次"
        sources = tuple(one.source for one in having if one.source is not None)
        return Found(True, (Reason("count", text, basis, sources),))

    def _consecutive(self, condition: ConsecutiveCondition, now: Circumstances, cited: Citation) -> Found:
        if not now.graded:
            return Found(None, waits=True)
        if now.grade != condition.grade:
            return NO
        run = [f"{in_chinese(now.period)}“{condition.grade}”"]
        basis: list[Citation | Decision] = [cited]
        doubts: list[str] = []
        sources: list[Source] = []
        asked: list[str] = []
        period = now.period
        for _ in range(_FARTHEST):
            if len(run) == condition.count:
                break
            period = preceding(period)
            one = self._former.at(now.subject, period, now.facts, now.roster, condition.fact)
            if one.state == "absent":
                word, decision = self._meaning(one, condition)
                if decision is not None and decision not in basis:
                    basis.append(decision)
                if word == ASK and one.ruling:
                    word = one.ruling
                    sources += [one.source] if one.source is not None else []
                if word == BREAK:
                    return NO
                if word == SKIP:
                    run[0] = f"（{in_chinese(period)}{ABSENT_WORDS.get(one.word, '')}，跳过）{run[0]}"
                    continue
                if word == COUNT and one.elsewhere is not None:
                    one = one.elsewhere
                elif word == ASK:
                    asked.append(period)
            if one.state == "given":
                if one.grade != condition.grade:
                    return NO
                run.insert(0, one.words)
                sources += [one.source] if one.source is not None else []
                continue
            doubts.append(f"{in_chinese(period)}{_why(one)}")
            run.insert(0, f"{in_chinese(period)}？")
        else:
            return NO
        if doubts:
            said = f"不能确定是否连续{condition.count}次“{condition.grade}”：{'、'.join(sorted(doubts))}"
            return Found(None, doubts=(said + self._how_to_rule(now, sorted(asked)),))
        text = f"连续{condition.count}次：" + "、".join(run)
        return Found(True, (Reason("sequence", text, tuple(basis), tuple(sources)),))

    def _meaning(self, one: Former, condition: ConsecutiveCondition) -> tuple[str, Decision | None]:
        """What a hole in a sequence means, and the Decision that says so. Raises DecisionNeededError."""
        if one.word in (BREAK, SKIP, ASK):
            return one.word, None
        gap = condition.gap
        if one.word == NEWCOMER:
            if condition.newcomer_gap is None:
                return BREAK, None
            gap = condition.newcomer_gap
        elif one.word == TRANSFERRED:
            gap = condition.transfer_gap or condition.gap
        decision = self._decisions.answer(gap)
        if decision.value not in (BREAK, SKIP, ASK, *((COUNT,) if one.word == TRANSFERRED else ())):
            raise ConfigurationError(f"{decision}：“{decision.value}”不在选项之内，应为 break、skip 或 ask")
        return str(decision.value), decision

    def _how_to_rule(self, now: Circumstances, periods: Sequence[str]) -> str:
        """How a person says what a hole means, by the exact command; empty where the scheme has no fact for it."""
        kind = next((kind for kind in self._kinds.values() if kind.role == "hole"), None)
        if kind is None or not periods:
            return ""
        whom = "/".join(filter(None, (now.subject.village, now.subject.team, now.subject.name)))
        others = f"（或{'、'.join(kind.levels[1:])}）" if len(kind.levels) > 1 else ""
        return (
            f"。由人逐期认定：formgen facts add {whom} {kind.label} --period {periods[0]} --level {kind.levels[0]}"
            f"{others} --by 姓名 --why 依据"
        )


_SCOPES: Mapping[str, str] = {"period": "本期", "year": "本年累计", "rest-of-year": "本年以后", "ever": "累计"}


def by_cost(when: Iterable[Condition]) -> tuple[Condition, ...]:
    """Conditions in the order in which they are looked at: what may need a Decision comes last."""
    order = ("grade", "points", "fact", "served", "grades-in-year", "consecutive")
    return tuple(sorted(when, key=lambda condition: order.index(condition.kind)))


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a law can concern at all, told from its conditions alone: most laws concern nobody in most months."""

    when: tuple[Condition, ...]  #: In the order of ``by_cost``.
    facts: bool  #: Only those of whom there is a fact.
    grades: frozenset[str] | None  #: Only those with one of these grades, where theirs is settled; None: any.

    @staticmethod
    def of(when: Iterable[Condition], grades: Sequence[str]) -> Reach:
        """The reach of these conditions; ``grades`` are those of the scheme, best first."""
        ordered = by_cost(when)
        counting = [one for one in ordered if isinstance(one, FactCondition)]
        limits = [limit for one in ordered if (limit := _grades(one, grades)) is not None]
        return Reach(
            ordered,
            any(one.at_least is None or one.at_least > 0 for one in counting),
            frozenset.intersection(*limits) if limits else None,
        )


def _grades(condition: Condition, grades: Sequence[str]) -> frozenset[str] | None:
    match condition:
        case GradeCondition() if condition.at_least is not None:
            return frozenset(grades[: grades.index(condition.at_least) + 1])
        case GradeCondition():
            return frozenset(condition.among)
        case ConsecutiveCondition():
            return frozenset({condition.grade})
        case _:
            return None


def _within(scope: str, period: str, fact: Fact) -> bool:
    try:
        if scope == "period":
            return contains(period, fact.period)
        when = f"{fact.on:%Y-%m}" if fact.on is not None and fact.period == period[:4] else fact.period
        if scope == "rest-of-year":
            return when[:4] == period[:4] and not ended_by(period, when)
        return (scope == "ever" or when[:4] == period[:4]) and ended_by(period, when)
    except ValueError:
        return False


def _points(condition: PointsCondition, now: Circumstances, cited: Citation) -> Found:
    line = now.item(condition.item)
    item = now.form.item(condition.item)
    if line is None or item.maximum is None:
        return NO
    if line.doubt or not isinstance(line.value, Decimal):
        return Found(None, doubts=(f"{line.label}的得分尚未确定",)) if line.doubt else NO
    if line.value < item.maximum:
        return NO
    text = f"{line.label} {figure(line.value)}分，满分"
    return Found(True, (Reason("points", text, (cited,), (Source("line", line.id, line.label),)),))


def _served(condition: ServedCondition, now: Circumstances, cited: Citation) -> Found:
    since = now.roster.since if now.roster is not None else None
    if since is None:
        return Found(None, doubts=(f"花名册没有写明到任日期，不能确定是否满{condition.months}个月",))
    months = months_served(since, span(now.period)[1])
    if months < condition.months:
        return NO
    assert now.roster is not None
    source = Source("roster", "since", f"花名册：{now.subject}，到任日期 {since.isoformat()}", now.roster.where)
    text = f"{since.isoformat()}到任，到期末满{months}个月，达到{condition.months}个月"
    return Found(True, (Reason("served", text, (cited,), (source,)),))


def _why(one: Former) -> str:
    return one.word if one.state == "open" else ABSENT_WORDS.get(one.word, "没有考核结果")


def _period(one: Former) -> str:
    return one.period
