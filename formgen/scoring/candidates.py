"""A subject on the way from its assessment to its standing: what is settled, and what a later answer could change.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from formgen.model import Assessment, Decision, Fact, Form, Line, Reason, Record, RosterEntry
from formgen.scheme.laws import Check, Consequence, Gate, Selection
from formgen.scheme.types import Scheme
from formgen.scoring import making
from formgen.scoring.conditions import Reach
from formgen.scoring.decisions import Decisions
from formgen.scoring.figures import ZERO
from formgen.scoring.grading import Grading
from formgen.scoring.money import own_doubts

_BANDS = 4096


@dataclass(frozen=True, slots=True)
class Candidate:
    """All that is known of one subject when the cohort is settled."""

    assessment: Assessment
    facts: tuple[Fact, ...] = ()  #: Of the period and of the whole year up to it (of all years for ``within = ever``).
    roster: RosterEntry | None = None
    record: Record | None = None  #: As it counts, corrections laid over it; only for the order of dates.
    returned: bool = True  #: Whether a form came back; those from whom none came are not in a base ``returned``.


class Essence:
    """What a settlement looks at of an assessment, for cohorts that would not fit into memory whole."""

    def __init__(self, scheme: Scheme) -> None:
        wanted = {"total", "grade"} | {quota.item for quota in scheme.quota}
        wanted |= {getattr(check, "item", None) for check in scheme.check}
        when = [condition for gate in scheme.gate for condition in gate.when]
        when += [condition for consequence in scheme.consequence for condition in consequence.when]
        wanted |= {getattr(condition, "item", None) for condition in when}
        wanted |= {choice.removeprefix("by-item:") for gap in scheme.gap for choice in gap.choices if ":" in choice}
        self._wanted = frozenset(wanted)

    def of(self, assessment: Assessment) -> Assessment:
        """The assessment with these lines alone; whole where there is a doubt, for its bounds hang on every item.

        The standings made of it are the same.
        """
        if assessment.doubts:
            return assessment
        lines = tuple([line for line in assessment.lines if line.id in self._wanted or line.kind == "money"])
        own = assessment
        return making.assessment(own.scheme, own.form, own.subject, own.period, lines, own.final, ())


class FormLaws:
    """What the laws of a scheme say for one form."""

    def __init__(self, scheme: Scheme, form: Form, decisions: Sequence[Decision]) -> None:
        def mine(forms: tuple[str, ...]) -> bool:
            return form.id in (forms or (scheme.main_form,))

        self.form = form
        self.decisions = Decisions(scheme, form, decisions)
        self.grading = Grading(scheme, form, self.decisions)
        self.graded = self.grading.by_points or self.grading.by_judgement
        self.places = {grade.name: place for place, grade in enumerate(scheme.grade)}
        self.grades = tuple(grade.name for grade in scheme.grade)
        self.gates: tuple[tuple[Gate, Reach], ...] = tuple(
            (gate, Reach.of(gate.when, self.grades)) for gate in scheme.gate if mine(gate.form)
        )
        self.consequences: tuple[tuple[Consequence, Reach], ...] = tuple(
            (one, Reach.of(one.when, self.grades)) for one in scheme.consequence if mine(one.form)
        )
        self.selections: tuple[Selection, ...] = tuple(one for one in scheme.selection if mine(one.form))
        self.checks: tuple[Check, ...] = tuple(one for one in scheme.check if mine(one.form))
        self._last = {"total": -1, "grade": -1}
        self._bands: dict[int, tuple[Line, Reason]] = {}

    def line(self, assessment: Assessment, line_id: str) -> Line | None:
        """The line with this id; nearly always it stands where it stood in the assessment before."""
        place = self._last.get(line_id, -1)
        lines = assessment.lines
        if 0 <= place < len(lines) and lines[place].id == line_id:
            return lines[place]
        for place, line in enumerate(lines):
            if line.id == line_id:
                self._last[line_id] = place
                return line
        return None

    def band(self, line: Line) -> Reason:
        """The reason of a grade by points. Lines of equal totals are one object, and so are their reasons."""
        known = self._bands.get(id(line))
        if known is not None and known[0] is line:
            return known[1]
        text = f"等次“{line.value}”" + (f"：{line.steps}" if line.steps else "")
        reason = Reason("band", text, line.basis, line.sources)
        if len(self._bands) < _BANDS:
            self._bands[id(line)] = (line, reason)
        return reason

    def grade_of(self, total: Decimal) -> str | None:
        """The grade that so many points earn, None where points earn none. Raises DecisionNeededError."""
        value = self.grading.by_total(total).value if self.grading.by_points else None
        return value if isinstance(value, str) else None


@dataclass(slots=True)
class Runner:
    """A candidate while the laws are applied to it, one after the other. Not shared, not kept."""

    candidate: Candidate
    laws: FormLaws
    order: tuple[str, ...]  #: By it ties of order (never of rank) are broken, so that input order never matters.
    total: Decimal | None
    computed: str | None
    place: int | None  #: Place of the grade among the grades, best 0; None: there is none.
    sure: bool  #: No later answer can change the grade.
    best: int = 0  #: The best place that a later answer could give, where it is not sure.
    high: Decimal | None = None  #: The highest total that a later answer could give; None: no bound.
    low: Decimal | None = None  #: The lowest; None: no bound.
    reasons: list[Reason] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    banned: tuple[int, ...] = ()  #: Grades that a gate shuts.
    rank: int | None = None
    gated: bool = False  #: The grade is sure although the points are not: a gate forces the worst.

    @property
    def name(self) -> str:
        """The subject in the clerk's words."""
        return str(self.candidate.assessment.subject)

    def below(self, place: int) -> int:
        """The next worse grade that no gate shuts; the worst if there is none."""
        last = len(self.laws.grades) - 1
        lower = min(place + 1, last)
        while lower < last and lower in self.banned:
            lower += 1
        return lower

    def unsettle(self, doubt: str) -> None:
        """Say that a later answer may change the grade."""
        self.sure = False
        if doubt not in self.doubts:
            self.doubts.append(doubt)


def order_of(assessment: Assessment) -> tuple[str, ...]:
    """The order of subjects in what is given back."""
    subject = assessment.subject
    return (assessment.form, subject.village, subject.team, subject.name, subject.group)


def runner_of(candidate: Candidate, laws: FormLaws) -> Runner:
    """The candidate at the start: total and grade as computed, and how far its doubts could move them."""
    assessment = candidate.assessment
    total_line, grade_line = laws.line(assessment, "total"), laws.line(assessment, "grade")
    total = total_line.value if total_line is not None and isinstance(total_line.value, Decimal) else None
    computed = grade_line.value if grade_line is not None and isinstance(grade_line.value, str) else None
    place = laws.places.get(computed) if computed is not None else None
    doubts = _grade_doubts(assessment, grade_line) if assessment.doubts else []
    runner = Runner(candidate, laws, order_of(assessment), total, computed, place, not doubts, doubts=doubts)
    if laws.graded and computed is None and not doubts:
        runner.unsettle("等次尚未评定")
    if runner.sure:
        runner.high = runner.low = total
        runner.best = place if place is not None else 0
        if grade_line is not None and computed is not None:
            runner.reasons.append(laws.band(grade_line))
    elif laws.graded:
        runner.low, runner.high = _bounds(assessment, laws, doubts)
        if runner.high is not None and (name := laws.grade_of(runner.high)) is not None:
            runner.best = laws.places[name]
    return runner


def _grade_doubts(assessment: Assessment, grade_line: Line | None) -> list[str]:
    """The doubts that could change total or grade: all but those of the money."""
    money = [line for line in assessment.lines if line.kind == "money"]
    only_money = set(own_doubts(money, grade_line is not None))
    return [doubt for doubt in assessment.doubts if doubt not in only_money]


def _bounds(
    assessment: Assessment, laws: FormLaws, doubts: Sequence[str]
) -> tuple[Decimal | None, Decimal | None]:  # fmt: skip
    """Lowest and highest total that answers to the doubts could give; None where there is no bound.

    There is one only where every doubt is that of an item with a maximum.
    """
    low = high = ZERO
    explained: list[str] = []
    for item in laws.form.items:
        line = laws.line(assessment, item.id)
        if line is None or item.money_only:
            continue
        if not line.doubt:
            value = line.value if isinstance(line.value, Decimal) else ZERO
            low, high = (low - value, high - value) if item.deduction else (low + value, high + value)
        elif item.maximum is None:
            return None, None
        else:
            explained.append(f"{item.id}“")
            low, high = (low - item.maximum, high) if item.deduction else (low, high + item.maximum)
    bounded = all(any(doubt.startswith(start) for start in explained) for doubt in doubts)
    return (low, high) if bounded else (None, None)
