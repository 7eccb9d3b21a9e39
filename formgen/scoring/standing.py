"""From assessments to standings: gates, quotas and consequences, for the whole cohort of one period. Pure.

The order: the grade by points or as judged → checks and gates → quotas, better grades first → consequences,
selections and money by the settled grade. Nothing depends on the order of the input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from formgen.model import (
    Citation,
    ConsequenceDue,
    Decision,
    Form,
    Line,
    Reason,
    RosterEntry,
    Standing,
)
from formgen.periods import contains
from formgen.scheme.laws import Consequence, Selection
from formgen.scheme.types import MoneyPerDay, MoneyShare, Scheme
from formgen.scoring import making
from formgen.scoring.cancelling import cancelled, money_lines, reclaimed
from formgen.scoring.candidates import Candidate, FormLaws, Runner, runner_of
from formgen.scoring.checks import apply_checks
from formgen.scoring.conditions import Circumstances, Conditions, Reach
from formgen.scoring.decisions import Decisions
from formgen.scoring.facts import NOTHING, FactSorter
from formgen.scoring.figures import figure
from formgen.scoring.gates import apply_gates
from formgen.scoring.money import MoneyRules, own_doubts
from formgen.scoring.quotas import QuotaResult, QuotaRule, ranks_of
from formgen.scoring.sequences import FormerGrades, History, history_key

_NO_HISTORY = History()
_RANK_MAY_MOVE = "有{}个对象的得分未定，名次可能变动"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a settlement was made from, so that it can be asked what would be if."""

    scheme: Scheme
    form: Form
    cohort: tuple[Candidate, ...]
    decisions: tuple[Decision, ...]
    history: History
    roster: tuple[RosterEntry, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """The standings of a period, by form and subject, and what concerns the whole cohort."""

    standings: tuple[Standing, ...]
    notes: tuple[str, ...] = ()  #: Chinese: what is 原则上 not kept, and what may still move.
    quotas: tuple[QuotaResult, ...] = ()
    made_from: Inputs | None = field(default=None, repr=False, compare=False)


def settled_together(scheme: Scheme, form: Form) -> tuple[str, ...]:
    """The forms whose candidates must be settled at once with those of ``form``: they share a quota."""
    together = {form.id}
    quotas = [set(quota.form or (scheme.main_form,)) for quota in scheme.quota]
    while grown := [forms for forms in quotas if forms & together and not forms <= together]:
        together = together.union(*grown)
    return tuple(one.id for one in scheme.form if one.id in together)


def settle(
    scheme: Scheme,
    form: Form,
    cohort: Sequence[Candidate],
    decisions: Sequence[Decision],
    history: History = _NO_HISTORY,
    *,
    roster: Sequence[RosterEntry] = (),
) -> Settlement:
    """The standings of a cohort: all candidates of one period and of ``form`` (or ``settled_together`` with it).

    ``roster`` is needed where a quota is a share of it. A doubt that could change a grade leaves it open, and with it
    the grades of those whom it could push over a line. Raises DecisionNeededError where the regulation is silent and
    it matters, ValueError for a cohort of several periods or with a subject twice.
    """
    return _Settler(scheme, form, decisions, history, roster).settle(cohort)


class _Settler:
    """The laws of a scheme, ready to be applied to one cohort."""

    def __init__(
        self, scheme: Scheme, form: Form, decisions: Sequence[Decision], history: History,
        roster: Sequence[RosterEntry],
    ) -> None:  # fmt: skip
        self._scheme = scheme
        self._form = form
        self._given = tuple(decisions)
        self._history = history
        self._roster = tuple(roster)
        self._decisions = Decisions(scheme, form, self._given)
        self._sorter = FactSorter(scheme, self._decisions)
        self._laws: dict[str, FormLaws] = {}
        self._money: dict[str, MoneyRules | None] = {}
        self._conditions: Conditions | None = None
        self._gaps = {gap.id: gap for gap in scheme.gap}

    def settle(self, cohort: Sequence[Candidate]) -> Settlement:
        runners = sorted([runner_of(one, self._laws_of(one)) for one in cohort], key=_order)
        self._look_over(runners)
        names = next(iter(self._laws.values())).grading.names if self._laws else {}
        rulings = [kind for kind in self._scheme.fact if kind.role == "hole"]
        former = FormerGrades(self._history, names, self._scheme.in_force, rulings)
        self._conditions = Conditions(self._scheme, self._decisions, former, self._sorter)
        notes: list[str] = []
        for runner in runners:
            if runner.laws.checks:
                notes += apply_checks(runner, runner.candidate.facts, self._sorter, self._scheme.title)
            if runner.laws.gates and runner.laws.graded:
                notes += apply_gates(runner, self._conditions, _now, self._scheme.title)
        counts, unsure = _rank(runners)
        notes += [_RANK_MAY_MOVE.format(count) for count in unsure if count]
        results: list[QuotaResult] = []
        places = {grade.name: place for place, grade in enumerate(self._scheme.grade)}
        for quota in sorted(self._scheme.quota, key=lambda quota: (places.get(quota.grade or "", -1), quota.id)):
            rule = QuotaRule(quota, self._scheme, self._decisions, self._sorter, self._roster)
            results += rule.apply(runners)
            notes += rule.notes
        chosen = self._selected(runners, notes)
        standings = tuple([self._standing(runner, counts, chosen) for runner in runners])
        made = Inputs(
            self._scheme, self._form, tuple(cohort), self._given, self._history, self._roster
        )  # fmt: skip
        return Settlement(standings, tuple(notes), tuple(results), made)

    def _laws_of(self, candidate: Candidate) -> FormLaws:
        form_id = candidate.assessment.form
        if form_id not in self._laws:
            self._laws[form_id] = FormLaws(self._scheme, self._scheme.form_of(form_id), self._given)
        return self._laws[form_id]

    def _look_over(self, runners: Sequence[Runner]) -> None:
        periods = {runner.candidate.assessment.period for runner in runners}
        if len(periods) > 1:
            raise ValueError(f"a cohort is of one period, not of {sorted(periods)}")
        for before, after in pairwise(runners):
            if before.order == after.order:
                raise ValueError(f"{after.name} stands twice in the cohort")
        if any(runner.candidate.assessment.scheme != self._scheme.id for runner in runners):
            raise ValueError(f"an assessment of another scheme than {self._scheme.id}")

    # --- after the quotas ------------------------------------------------------------------------------------

    def _selected(self, runners: Sequence[Runner], notes: list[str]) -> dict[int, list[ConsequenceDue]]:
        """What the selections bring, by the runner's identity."""
        found: dict[int, list[ConsequenceDue]] = {}
        selections = {one.id: one for runner in runners for one in runner.laws.selections}
        for selection in selections.values():
            chosen = [r for r in runners if selection in r.laws.selections and _has(r, selection)]
            surplus = ""
            if len(chosen) > selection.count:
                surplus = f"{selection.label}录入{len(chosen)}人，超过{selection.count}人"
                notes.append(f"{surplus}：{'、'.join(runner.name for runner in chosen)}")
            for runner in chosen:
                found.setdefault(id(runner), []).append(self._choice(selection, runner, surplus, len(chosen)))
        return found

    def _choice(self, selection: Selection, runner: Runner, surplus: str, count: int) -> ConsequenceDue:
        cited = selection.cite(self._scheme.title)
        grade = _grade(runner)
        doubt = surplus
        if not runner.sure:
            doubt = f"{selection.label}须从“{selection.of}”中产生，本人等次未定"
        elif grade != selection.of:
            doubt = f"{selection.label}须从“{selection.of}”中产生，本人等次为“{grade}”"
        facts = [fact for fact in runner.candidate.facts if fact.kind == selection.fact]
        sources = tuple(sorted((self._sorter.source(fact) for fact in facts), key=lambda s: (s.text, str(s.where))))
        reason = Reason("selection", f"从“{selection.of}”中选定{count}人，至多{selection.count}人", (cited,), sources)
        return ConsequenceDue(selection.id, selection.label, selection.kind, cited, (reason,), sources, doubt)

    def _due(
        self, consequence: Consequence, reach: Reach, runner: Runner, now: Circumstances
    ) -> ConsequenceDue | None:  # fmt: skip
        """What a consequence comes to for one subject; None where it is not due. Raises DecisionNeededError."""
        assert self._conditions is not None
        found = self._conditions.all(consequence, reach.when, now, unmended=consequence.until_mended)
        if found.holds is False or (found.holds is None and found.waits):
            return None  # what hangs on a grade that is not settled is not said before it is
        cited = consequence.cite(self._scheme.title)
        label, doubt, reasons = consequence.label, "", found.reasons
        if found.holds is None:
            doubt = f"{consequence.label}：" + "；".join(found.doubts)
        elif consequence.asks is not None:
            decision = self._decisions.answer(consequence.asks)
            choice = str(decision.value)
            said = self._gaps[consequence.asks].choice_labels.get(choice, choice)
            reasons = (*reasons, Reason("choice", f"按本级决定：{said}", (cited, decision)))
            if choice == "ask":
                doubt = f"{consequence.label}：{said}"
            else:
                label = f"{label}（{said}）"
                if choice == consequence.reclaims:
                    paid = self._history.paid.get(history_key(now.subject), {})
                    reasons += reclaimed(paid, (cited, decision))
        if consequence.amount is not None and not doubt:
            label, reason = self._amount(consequence, label, cited)
            reasons = (*reasons, reason)
        sources = tuple(dict.fromkeys(source for reason in reasons for source in reason.sources))
        return ConsequenceDue(consequence.id, label, consequence.kind, cited, reasons, sources, doubt)

    def _amount(self, consequence: Consequence, label: str, cited: Citation) -> tuple[str, Reason]:
        """The label with the sum of money that the office has set for it, and where that stands."""
        assert consequence.amount is not None  # the caller has looked
        if not self._decisions.answered(consequence.amount):
            text = f"数额由本级决定，还没有决定（缺口 {consequence.amount}）"
            return f"{label}（数额未决定）", Reason("choice", text, (cited,))
        amount, decision = self._decisions.number(consequence.amount)
        return f"{label}（{figure(amount)}元）", Reason("choice", f"按本级决定：{figure(amount)}元", (cited, decision))

    def _standing(
        self, runner: Runner, counts: dict[str, int], chosen: dict[int, list[ConsequenceDue]]
    ) -> Standing:  # fmt: skip
        assessment, laws = runner.candidate.assessment, runner.laws
        grade = _grade(runner)
        due: list[ConsequenceDue] = []
        if laws.consequences:
            facts, sure = runner.candidate.facts, runner.sure
            now = None
            for law, reach in laws.consequences:
                if (reach.facts and not facts) or (sure and reach.grades is not None and grade not in reach.grades):
                    continue
                now = now or _now(runner, grade)
                if (one := self._due(law, reach, runner, now)) is not None:
                    due.append(one)
        due += chosen.get(id(runner), ())
        money, money_doubts = self._money_of(runner, grade)
        if due:
            money = cancelled(money, due)
        doubts = [*runner.doubts, *(one.doubt for one in due if one.doubt), *money_doubts]
        final = not doubts
        return making.standing(
            assessment.scheme,
            assessment.form,
            assessment.subject,
            assessment.period,
            grade,
            runner.computed,
            runner.rank,
            counts[laws.form.id] if runner.rank is not None else None,
            tuple(due),
            tuple(runner.reasons),
            final,
            () if final else tuple(dict.fromkeys(doubts)),
            runner.sure,
            money,
        )

    def _money_of(self, runner: Runner, grade: str | None) -> tuple[tuple[Line, ...], list[str]]:
        """The money lines under the settled grade, and their doubts. Raises DecisionNeededError."""
        assessment = runner.candidate.assessment
        money = money_lines(assessment)
        if not money:
            return (), []
        rules = self._rules_of(runner)
        if rules is None or grade == runner.computed:
            return money, own_doubts(money, runner.computed is not None) if assessment.doubts else []
        facts = [fact for fact in runner.candidate.facts if _in(assessment.period, fact.period)]
        sorted_facts = self._sorter.sort(facts, assessment.subject, assessment.period) if facts else NOTHING
        lines = rules.lines(sorted_facts, grade, True, runner.candidate.roster)
        return lines, own_doubts(lines, True)

    def _rules_of(self, runner: Runner) -> MoneyRules | None:
        """The money rules of a form that look at the grade; None if none does."""
        form_id = runner.laws.form.id
        if form_id not in self._money:
            rules = self._scheme.money_of(form_id)
            by_grade = any(isinstance(rule, MoneyShare | MoneyPerDay) for rule in rules)
            names = runner.laws.grading.names
            self._money[form_id] = (
                MoneyRules(rules, self._scheme.title, names, self._sorter, runner.laws.decisions) if by_grade else None
            )
        return self._money[form_id]


def _order(runner: Runner) -> tuple[str, ...]:
    return runner.order


def _now(runner: Runner, grade: str | None = None) -> Circumstances:
    candidate = runner.candidate
    assessment = candidate.assessment
    return Circumstances(
        assessment.subject,
        runner.laws.form,
        assessment.period,
        candidate.facts,
        candidate.roster,
        lambda item: runner.laws.line(assessment, item),
        grade,
        runner.sure,
    )


def _grade(runner: Runner) -> str | None:
    """The settled grade, None if there is none or it is open."""
    return runner.laws.grades[runner.place] if runner.sure and runner.place is not None else None


def _rank(runners: Sequence[Runner]) -> tuple[dict[str, int], list[int]]:
    """Rank everybody with a total, form by form; how many were ranked, and how many totals are open, by form."""
    by_form: dict[str, list[Runner]] = {}
    unsure: dict[str, int] = {}
    for runner in runners:
        if runner.total is not None:
            by_form.setdefault(runner.laws.form.id, []).append(runner)
        if runner.laws.form.base_points is not None and runner.candidate.assessment.doubts and runner.doubts:
            unsure[runner.laws.form.id] = unsure.get(runner.laws.form.id, 0) + 1
    for some in by_form.values():
        some.sort(key=_falling)
        for runner, rank in zip(some, ranks_of([r.total for r in some if r.total is not None]), strict=True):
            runner.rank = rank
    return {form: len(some) for form, some in by_form.items()}, [unsure.get(form, 0) for form in sorted(by_form)]


def _falling(runner: Runner) -> Decimal:
    return -(runner.total or Decimal(0))


def _has(runner: Runner, selection: Selection) -> bool:
    period = runner.candidate.assessment.period
    return any(fact.kind == selection.fact and _in(period, fact.period) for fact in runner.candidate.facts)


def _in(period: str, other: str) -> bool:
    try:
        return contains(period, other)
    except ValueError:
        return False
