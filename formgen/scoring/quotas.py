"""Quotas: no more than a share of a cohort may have a grade. Pure, exact, and independent of the order of input.

A quota never gives a grade out twice: who stands within the line whatever a later answer says has it, who stands
beyond it whatever is said has it not, and those between are left open until the answer is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from formgen.errors import ConfigurationError, DecisionNeededError
from formgen.model import Citation, Decision, Fact, Reason, RosterEntry, Source
from formgen.periods import contains
from formgen.scheme.gaps import needed
from formgen.scheme.laws import Quota
from formgen.scheme.types import Scheme
from formgen.scoring.candidates import Runner
from formgen.scoring.cohorts import WHOLE, Cohort, CohortPlan
from formgen.scoring.decisions import Decisions
from formgen.scoring.facts import FactSorter
from formgen.scoring.figures import figure
from formgen.scoring.sequences import ended_by
from formgen.subjects import clean

_SHOWN = 20  #: Names in a message, before 等N人.


@dataclass(frozen=True, slots=True)
class QuotaResult:
    """What a quota came to in one cohort."""

    id: str
    cohort: str  #: ``全部``, or the series, level or village.
    base: int  #: Of how many it is a share.
    places: int
    taken: int  #: How many have it for certain.
    line: Decimal | None  #: The lowest total within; None where nobody is, or nothing is ranked.
    tied: tuple[str, ...] = ()  #: Those whose equal totals straddled the line.
    reasons: tuple[Reason, ...] = ()


class QuotaRule:
    """One quota, applied to all cohorts of a period."""

    def __init__(
        self, quota: Quota, scheme: Scheme, decisions: Decisions, sorter: FactSorter, roster: Sequence[RosterEntry]
    ) -> None:
        self._quota = quota
        self._scheme = scheme
        self._decisions = decisions
        self._sorter = sorter
        self._plan = CohortPlan(quota, scheme, decisions, roster, self._wants, self._could)
        self._cited = quota.cite(scheme.title)
        self._enter = f"后登记（事项“{sorter.label(quota.chosen)}”）" if quota.chosen else "后处理"
        self._place = next((p for p, grade in enumerate(scheme.grade) if grade.name == quota.grade), 0)
        self._forms = quota.form or (scheme.main_form,)
        self.notes: list[str] = []

    def apply(self, runners: Iterable[Runner]) -> list[QuotaResult]:
        """Hold the quota in each cohort, and move whoever stands beyond it. Raises DecisionNeededError."""
        mine = [r for r in runners if r.laws.form.id in self._forms and not self._outside(r)]
        concerned = [r for r in mine if self._wants(r) or self._could(r)]
        if not any(self._wants(r) for r in concerned):
            return []
        cohorts = self._plan.divide(mine)
        small = [c for c in cohorts if any(map(self._wants, c.runners)) and self._too_small(c)]
        if small:
            cohorts = self._zero(cohorts, small)
        return [result for cohort in cohorts if (result := self._hold(cohort)) is not None]

    # --- who is concerned ------------------------------------------------------------------------------------

    def _outside(self, runner: Runner) -> bool:
        candidate = runner.candidate
        levels = self._quota.without_levels
        if levels and candidate.roster is not None and clean(candidate.roster.level) in map(clean, levels):
            return True
        if not candidate.facts:
            return False
        period = candidate.assessment.period
        return any(
            fact.kind in self._quota.without_facts and fact.period[:4] == period[:4] and ended_by(period, fact.period)
            for fact in candidate.facts
        )

    def _wants(self, runner: Runner) -> bool:
        """Whether the runner has for certain what the quota limits."""
        if self._quota.item is not None:
            line = runner.laws.line(runner.candidate.assessment, self._quota.item)
            full = runner.laws.form.item(self._quota.item).maximum
            return line is not None and not line.doubt and full is not None and line.value == full
        return runner.sure and runner.place == self._place

    def _could(self, runner: Runner) -> bool:
        """Whether a later answer may give it to the runner."""
        if self._quota.item is not None:
            line = runner.laws.line(runner.candidate.assessment, self._quota.item)
            return line is not None and bool(line.doubt)
        return not runner.sure and runner.best <= self._place and self._place not in runner.banned

    def _chosen(self, runner: Runner) -> list[Fact]:
        """The facts that say that an organ has chosen the runner, in an order of their own."""
        period = runner.candidate.assessment.period
        kind = self._quota.chosen
        found = [f for f in runner.candidate.facts if f.kind == kind and contains(period, f.period)]
        return sorted(found, key=lambda fact: (str(fact.on), fact.text, str(fact.where)))

    def _what(self) -> str:
        if self._quota.grade is not None:
            return self._quota.grade
        form = next(form for form in self._scheme.form if form.id in self._forms)
        return form.item(self._quota.item or "").text.rstrip("。") + "（满分）"

    def _too_small(self, cohort: Cohort) -> bool:
        return cohort.most == 0 and self._quota.hard and not cohort.unknown

    def _zero(self, cohorts: list[Cohort], small: list[Cohort]) -> list[Cohort]:
        """What becomes of cohorts with less than one place: as the office has decided, else the computation stops."""
        said = "；".join(f"{cohort.name}：{cohort.steps}" for cohort in small)
        head = f"“{self._what()}”名额不足1人（{said}），办法没有规定怎么办。"
        decision = self._asked(self._quota.zero_gap, head)
        for cohort in small:
            cohort.basis.append(decision)
        match decision.value:
            case "none":
                return cohorts
            case "one":
                for cohort in small:
                    cohort.places = cohort.most = 1
                    cohort.steps += "；按本级决定给1个名额，超出了规定的比例"
                return cohorts
            case "merge":
                names = {cohort.name for cohort in cohorts if self._too_small(cohort)}
                together = [cohort for cohort in cohorts if cohort.name in names]
                whole = Cohort("、".join(c.name for c in together), [r for c in together for r in c.runners])
                whole.base = sum(cohort.base for cohort in together)
                whole.strangers, whole.roster_strangers = together[0].strangers, together[0].roster_strangers
                whole.basis = list(small[0].basis)
                self._plan.set_places(whole)
                whole.steps = "合并计算：" + whole.steps
                if whole.most == 0:
                    for runner in filter(self._wants, list(whole.runners)):
                        runner.unsettle(f"合并计算后“{self._what()}”名额仍不足1人（{whole.steps}），须由有权机关决定")
                return [cohort for cohort in cohorts if cohort.name not in names] + [whole]
        raise ConfigurationError(f"{decision}：“{decision.value}”不在选项之内，应为 none、one 或 merge")

    def _asked(self, gap_id: str | None, head: str) -> Decision:
        """The Decision on a gap. Raises DecisionNeededError that begins with ``head``."""
        gap = next((gap for gap in self._scheme.gap if gap.id == gap_id), None)
        if gap is None:
            raise DecisionNeededError(f"{head}\n  依据：{self._cited}\n  scheme.toml 也没有把它列为待定事项。")
        if not self._decisions.answered(gap.id):
            raise DecisionNeededError(f"{head}\n{needed(self._scheme, gap)}")
        return self._decisions.answer(gap.id)

    # --- who has it ------------------------------------------------------------------------------------------

    def _hold(self, cohort: Cohort) -> QuotaResult | None:
        wanting = sorted(filter(self._wants, cohort.runners), key=_by_total)
        if not wanting:
            return None
        possible = [r for r in (*cohort.runners, *cohort.strangers) if self._could(r)]
        basis = tuple(cohort.basis)
        head = f"“{self._what()}”{_named(cohort.name)}{cohort.steps}"
        if cohort.unknown:
            self.notes.append(f"{self._quota.label}：{head}。依据：{self._cited}")
            for runner in wanting if self._quota.hard else ():
                runner.unsettle(head)
            return None
        if not self._quota.hard or self._quota.item is not None:
            return self._advice(cohort, wanting, head, basis)
        if any(runner.total is None for runner in wanting):
            return self._unranked(cohort, wanting, possible, head, basis)
        return self._ranked(cohort, wanting, possible, head, basis)

    def _advice(
        self, cohort: Cohort, wanting: list[Runner], head: str, basis: tuple[Citation | Decision, ...]
    ) -> QuotaResult:
        """Beyond a quota 原则上 nobody is moved; beyond a hard one on an item the scores are to be looked at again."""
        reasons: tuple[Reason, ...] = ()
        if len(wanting) > cohort.places:
            names = _names(wanting)
            text = f"{head}，实有{len(wanting)}人，超过{len(wanting) - cohort.places}人：{names}"
            reasons = (Reason("advice" if not self._quota.hard else "quota", text, basis),)
            self.notes.append(f"{self._quota.label}：{text}。依据：{self._cited}")
            for runner in wanting:
                runner.reasons += reasons
                if self._quota.hard:
                    runner.unsettle(text)
        places = cohort.places
        return QuotaResult(self._quota.id, cohort.name, cohort.base, places, len(wanting), None, (), reasons)

    def _unranked(
        self, cohort: Cohort, wanting: list[Runner], possible: list[Runner], head: str,
        basis: tuple[Citation | Decision, ...],
    ) -> QuotaResult:  # fmt: skip
        """Where there are no points there is no order: as many as there are places, or a person chooses."""
        places = cohort.places
        if len(wanting) + len(possible) <= places:
            for runner in wanting:
                runner.reasons.append(Reason("quota", f"{head}，建议{len(wanting)}人，在名额之内", basis))
            return self._result(cohort, wanting, (), basis, head)
        if not places:  # by the Decision on 名额不足1人: nobody may be chosen
            for runner in wanting:
                self._demote(runner, f"{head}，建议{len(wanting)}人，没有名额", basis)
            return self._result(cohort, [], (), basis, head)
        chosen = [runner for runner in wanting if self._chosen(runner)]
        if chosen and len(chosen) <= places:
            for runner in wanting:
                facts = self._chosen(runner)
                if facts:
                    sources = tuple(self._sorter.source(fact) for fact in facts)
                    runner.reasons.append(Reason("quota", f"{head}，经研究确定在名额之内", basis, sources))
                else:
                    self._demote(runner, f"{head}，建议{len(wanting)}人，经研究确定的人选中没有", basis)
            return self._result(cohort, chosen, (), basis, head)
        said = f"{head}，建议{len(wanting)}人：{_names(wanting)}"
        if chosen:
            said += f"；确定人选{len(chosen)}人，仍超过名额"
        elif possible:
            said += f"；还有{len(possible)}人等次未定"
        if len(wanting) > places and not chosen:
            decision = self._asked(self._quota.ties_gap, said) if self._quota.ties_gap is not None else None
            basis = (*basis, decision) if decision is not None else basis
        doubt = f"{said}，没有得分可以排序，须由有权机关确定人选{self._enter}"
        for runner in wanting:
            runner.reasons.append(Reason("quota", said, basis))
            runner.unsettle(doubt)
        return self._result(cohort, [], (), basis, said)

    def _ranked(
        self, cohort: Cohort, wanting: list[Runner], possible: list[Runner], head: str,
        basis: tuple[Citation | Decision, ...],
    ) -> QuotaResult:  # fmt: skip
        places, most = cohort.places, max(cohort.most, cohort.places)
        totals = [runner.total for runner in wanting if runner.total is not None]
        highs = sorted((r.high for r in possible if r.high is not None), reverse=True)
        unbounded = sum(r.high is None for r in possible)
        inside: list[Runner] = []
        straddling: list[Runner] = []
        outside: list[Runner] = []
        tie: tuple[str, ...] = ()
        start = 0
        while start < len(wanting):  # one group of equal totals after the other, best first
            total = totals[start]
            end = start
            while end < len(wanting) and totals[end] == total:
                end += 1
            group = wanting[start:end]
            rivals = unbounded + _count_from(highs, total)
            if end + rivals <= places:
                inside += group
            elif start >= most:
                outside += group
            elif not rivals and places == most:
                tie = tuple(runner.name for runner in group)
                kept, out, open_ones, basis = self._tie(group, places - start, head, basis)
                inside += kept
                outside += out
                straddling += open_ones
            else:
                straddling += group
                doubt = f"{head}，第{start + 1}名，总分{figure(total)}；有{rivals}人得分未定，可能影响名额"
                if not rivals:
                    doubt = f"{head}，第{start + 1}名，总分{figure(total)}；有人的分组不明，名额可能变动"
                for runner in group:
                    runner.unsettle(doubt)
            start = end
        line = min((r.total for r in inside if r.total is not None), default=None)
        shown = f"，线为{figure(line)}分" if line is not None else "，没有人在线内"
        ranks = ranks_of(totals)
        places_of = {id(runner): rank for runner, rank in zip(wanting, ranks, strict=True)}
        for runner in inside:
            text = f"{head}；第{places_of[id(runner)]}名，总分{figure(runner.total or Decimal(0))}{shown}，在名额之内"
            runner.reasons.append(Reason("quota", text, basis, _TOTAL))
        for runner in outside:
            text = f"{head}；第{places_of[id(runner)]}名，总分{figure(runner.total or Decimal(0))}{shown}，超出名额"
            self._demote(runner, text, basis, _TOTAL)
        return self._result(cohort, inside, tie, basis, head, line)

    def _tie(
        self, group: list[Runner], seats: int, head: str, basis: tuple[Citation | Decision, ...]
    ) -> tuple[list[Runner], list[Runner], list[Runner], tuple[Citation | Decision, ...]]:
        """Who of those tied at the line is within, who beyond, and of whom a person must say so."""
        score = figure(group[0].total or Decimal(0))
        said = f"{head}，还余{seats}个，{len(group)}人同为{score}分：{_names(group)}"
        decision = self._asked(self._quota.ties_gap, f"{said}，办法没有规定同分怎么办。")
        basis = (*basis, decision)
        rule = str(decision.value)
        if rule in ("exclude", "none"):
            for runner in group:
                runner.reasons.append(Reason("tie", f"{said}；按本级决定，同分的都不列入", basis))
            return [], group, [], basis
        if rule.startswith("by-item:"):
            return self._by_item(rule.removeprefix("by-item:"), group, seats, said, basis)
        if rule not in ("ask", "committee"):
            raise ConfigurationError(f"{decision}：“{rule}”会突破“不超过”的名额，或不在选项之内")
        chosen = [runner for runner in group if self._chosen(runner)]
        if chosen and len(chosen) <= seats:
            for runner in chosen:
                sources = tuple(self._sorter.source(fact) for fact in self._chosen(runner))
                runner.reasons.append(Reason("tie", f"{said}；经研究确定列入", basis, sources))
            left = [runner for runner in group if not self._chosen(runner)]
            for runner in left:
                runner.reasons.append(Reason("tie", f"{said}；经研究确定的人选中没有", basis))
            return chosen, left, [], basis
        fault = f"；确定人选{len(chosen)}人，超过所余名额" if chosen else ""
        for runner in group:
            runner.unsettle(f"{said}{fault}，须由有权机关研究确定人选{self._enter}")
        return [], [], group, basis

    def _by_item(
        self, item: str, group: list[Runner], seats: int, said: str, basis: tuple[Citation | Decision, ...]
    ) -> tuple[list[Runner], list[Runner], list[Runner], tuple[Citation | Decision, ...]]:
        scores: dict[int, Decimal] = {}
        for runner in group:
            line = runner.laws.line(runner.candidate.assessment, item)
            if line is not None and isinstance(line.value, Decimal) and not line.doubt:
                scores[id(runner)] = line.value
        ordered = sorted(group, key=lambda r: (-scores.get(id(r), Decimal(0)), r.order))
        edge = ordered[seats - 1 : seats + 1]
        if len(scores) < len(group) or (len(edge) == 2 and scores[id(edge[0])] == scores[id(edge[1])]):
            for runner in group:
                runner.unsettle(f"{said}；按第{item}项得分仍分不出先后，须由有权机关研究确定人选{self._enter}")
            return [], [], group, basis
        for runner in ordered:
            text = f"{said}；按本级决定比较第{item}项，得{figure(scores[id(runner)])}分"
            runner.reasons.append(Reason("tie", text, basis, (Source("line", item, f"第{item}项"),)))
        return ordered[:seats], ordered[seats:], [], basis

    def _demote(
        self, runner: Runner, text: str, basis: tuple[Citation | Decision, ...], sources: tuple[Source, ...] = ()
    ) -> None:
        assert runner.place is not None
        runner.place = runner.best = runner.below(runner.place)
        text += f"，评为“{runner.laws.grades[runner.place]}”"
        runner.reasons.append(Reason("quota", text, basis, sources))

    def _result(
        self, cohort: Cohort, inside: list[Runner], tied: tuple[str, ...], basis: tuple[Citation | Decision, ...],
        text: str, line: Decimal | None = None,
    ) -> QuotaResult:  # fmt: skip
        reason = Reason("quota", text, basis)
        name, base, places = cohort.name, cohort.base, cohort.places
        return QuotaResult(self._quota.id, name, base, places, len(inside), line, tied, (reason,))


_TOTAL = (Source("line", "total", "合计"),)


def _by_total(runner: Runner) -> tuple[bool, Decimal, tuple[str, ...]]:
    return (runner.total is None, -(runner.total or Decimal(0)), runner.order)


def _named(cohort: str) -> str:
    return "" if cohort == WHOLE else f"（{cohort}）"


def _names(runners: Sequence[Runner]) -> str:
    names = "、".join(sorted(runner.name for runner in runners[:_SHOWN]))
    return names + (f"等{len(runners)}人" if len(runners) > _SHOWN else "")


def _count_from(highs: Sequence[Decimal], total: Decimal) -> int:
    """How many of the falling numbers are at least ``total``."""
    low, high = 0, len(highs)
    while low < high:
        middle = (low + high) // 2
        if highs[middle] >= total:
            low = middle + 1
        else:
            high = middle
    return low


def ranks_of(totals: Sequence[Decimal]) -> list[int]:
    """Ranks of falling totals; equals share one: 1, 2, 2, 4."""
    ranks: list[int] = []
    for place, total in enumerate(totals):
        ranks.append(ranks[-1] if place and total == totals[place - 1] else place + 1)
    return ranks
