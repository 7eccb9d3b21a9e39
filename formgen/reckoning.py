"""Reckon a period: assess what came back and settle the cohort, in memory. What is kept, the callers decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import formgen
from formgen.cohorts import Cohort, Past, looks_at_dates
from formgen.dossiers import Dossiers, Known, made_from
from formgen.errors import DecisionNeededError, UsageError
from formgen.excusals import Excusals, excusals
from formgen.model import Assessment, Decision, Form, Record, RosterEntry, Standing, Subject
from formgen.periods import in_chinese, kind_of
from formgen.review import effective
from formgen.scheme.decisions import in_force
from formgen.scheme.types import Scheme
from formgen.scoring import Assessor, Candidate, Evidence, Settlement, Step, settle, settled_together
from formgen.scoring.sequences import span
from formgen.store import StoredAssessment, StoredRecord
from formgen.store.marks import law_sha256
from formgen.subjects import RosterIndex, cleaned, complete, same

Progress = Callable[[int, int, str], None]  #: Subjects done, subjects in all, name of the one that is next.

_KINDS = {"month": "月（如 2023-03）", "quarter": "季度（如 2023-Q1）", "year": "年度（如 2023）"}


@dataclass(slots=True)
class Sheet:
    """The assessments by one form of one period."""

    form: Form
    assessments: dict[Subject, Assessment] = field(default_factory=dict)
    sources: dict[Subject, tuple[str, ...]] = field(default_factory=dict)  #: Hashes of what each was made from.
    records: dict[Subject, Record] = field(default_factory=dict)  #: Corrections laid over; where the laws ask for them.
    recomputed: set[Subject] = field(default_factory=set)  #: Those that were not taken as they are kept.
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Settled:
    """A cohort once it is settled: standings with what each was made from."""

    settlement: Settlement
    standings: tuple[Standing, ...]  #: Of those who returned something.
    sources: dict[tuple[str, Subject], tuple[str, ...]]  #: By form and subject.
    missing: tuple[Subject, ...]  #: Due, but nothing came back.


def law_marks(scheme: Scheme, decisions: Sequence[Decision], steps: Sequence[str]) -> tuple[str, ...]:
    """What results say of the law and the program that they were made by."""
    return (
        f"law:{law_sha256(scheme, decisions)}",
        f"steps:{','.join(steps)}",
        f"program:{formgen.__version__}",
    )


def is_assessed(form: Form, scheme: Scheme) -> bool:
    """Whether results come of a form: a score sheet, or a register whose grade an organ writes on it."""
    return form.is_score_sheet or bool(scheme.grade and form.fields)


def forms_of(scheme: Scheme, period: str, form: str | None = None) -> tuple[Form, ...]:
    """The forms of a scheme that are assessed for a period, or the one named. Raises UsageError."""
    try:
        kind = kind_of(period)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    sheets = [one for one in scheme.form if is_assessed(one, scheme)]
    if form is not None:
        known = "、".join(one.id for one in sheets)
        sheets = [one for one in sheets if one.id == form]
        if not sheets:
            raise UsageError(f"《{scheme.title}》没有可以评定的表“{form}”；有：{known}")
    due = tuple(one for one in sheets if one.period == kind)
    if not due:
        wanted = "、".join(dict.fromkeys(_KINDS[one.period] for one in sheets))
        raise UsageError(f"《{scheme.title}》按{wanted}考核，“{period}”不合适。")
    return due


def refuse_early(scheme: Scheme, period: str) -> None:
    """Raise UsageError for a period that was over before the regulation came into force."""
    if span(period)[1] >= scheme.in_force:
        return
    note = f"\n{scheme.in_force_note}" if scheme.in_force_note else ""
    begins = f"《{scheme.title}》自 {scheme.in_force.isoformat()} 起施行"
    raise UsageError(f"{begins}，{in_chinese(period)}在施行以前，不能按它评定。{note}")


def groups_of(scheme: Scheme, forms: Iterable[Form]) -> list[tuple[Form, ...]]:
    """The forms that are settled together, each group once; a quota may bring in forms that were not named."""
    found: dict[tuple[str, ...], tuple[Form, ...]] = {}
    for form in forms:
        names = tuple(sorted(settled_together(scheme, form)))
        found.setdefault(names, tuple(scheme.form_of(name) for name in names))
    return list(found.values())


class Reckoner:
    """Assesses and settles by one law, from one view of the store."""

    def __init__(
        self,
        known: Known,
        scheme: Scheme,
        decisions: Sequence[Decision],
        steps: Sequence[Step],
        past: Past | None = None,
        *,
        whenever: bool = False,
    ) -> None:
        """``past``: the former grades, where they are at hand; else they are taken from the store.

        ``whenever``: decisions count for every period whenever they were made, as in a trial.
        """
        self._whenever = whenever
        self.known = known
        self.scheme = scheme
        self.decisions = tuple(decisions)
        self.steps = tuple(steps)
        self.law = law_marks(scheme, decisions, steps)
        self.past = past if past is not None else Past.of(known, scheme)
        self._excused: dict[str, Excusals] = {}
        self._in_force: dict[str, tuple[Decision, ...]] = {}
        self._assessors: dict[tuple[str, tuple[int, ...]], Assessor] = {}

    def decided(self, period: str) -> tuple[Decision, ...]:
        """The decisions in force for a period: none that was made after its end."""
        if period not in self._in_force:
            self._in_force[period] = in_force(self.decisions, None if self._whenever else span(period)[1])
        return self._in_force[period]

    def assessor(self, form: Form, period: str) -> Assessor:
        """The assessor of a form by the decisions in force for a period, made once."""
        decisions = self.decided(period)
        key = (form.id, tuple(id(one) for one in decisions))
        if key not in self._assessors:
            self._assessors[key] = Assessor(self.scheme, form, decisions, steps=self.steps)
        return self._assessors[key]

    @contextmanager
    def _later_told(self, period: str) -> Iterator[None]:
        """Where a decision is missed that was made after the period's end, say so."""
        try:
            yield
        except DecisionNeededError as fault:
            end = span(period)[1]
            late = [one for one in self.decisions if one.date > end and f"“{one.gap}”" in str(fault).split("：", 1)[0]]
            if not late:
                raise
            told = (
                f"已有的决定（{late[0]}）的日期{late[0].date.isoformat()}在{in_chinese(period)}结束之后，不用于该时段。"
            )
            raise DecisionNeededError(f"{fault}\n注意：{told}") from fault

    def sheet(
        self,
        form: Form,
        records: Sequence[StoredRecord],
        dossiers: Dossiers,
        kept: Mapping[Subject, StoredAssessment],
        progress: Callable[[str], None] | None = None,
    ) -> Sheet:
        """Assess the records of a form and period; one that is ``kept``, made from the same, is taken as it is.

        Raises DecisionNeededError where the office must decide first.
        """
        sheet = Sheet(form)
        dated = looks_at_dates(self.scheme, form)
        named = [one for one in records if complete(one.subject, form.subject == "person")]
        sheet.notes += [
            f"《{one.file}》第{one.index + 1}份没有写明是谁，没有评定。"
            for one in records
            if not complete(one.subject, form.subject == "person")
        ]
        assessor = self.assessor(form, dossiers.period)
        for stored in named:
            if progress:
                progress(str(stored.subject))
            evidence = dossiers.evidence(stored, named)
            subject = evidence.subject
            sources = (*made_from(evidence, stored), *self.law)
            before = kept.get(subject)
            if before is not None and before.made_from == sources:
                sheet.assessments[subject] = before.assessment
            else:
                with self._later_told(dossiers.period):
                    sheet.assessments[subject] = assessor.assess(evidence)
                sheet.recomputed.add(subject)
            sheet.sources[subject] = sources
            if dated:
                sheet.records[subject] = effective(stored.record, stored.submission, stored.index, evidence.corrections)
        return sheet

    def add_records(self, sheet: Sheet, period: str) -> None:
        """Put the records of a form and period into a sheet that has none, where the laws ask for them."""
        if not looks_at_dates(self.scheme, sheet.form):
            return
        for stored in self.known.store.records(sheet.form.id, period=period):
            if stored.subject in sheet.assessments and stored.subject not in sheet.records:
                given = self.known.corrections.get(stored.submission, ())
                sheet.records[stored.subject] = effective(stored.record, stored.submission, stored.index, given)

    def settle(
        self,
        period: str,
        sheets: Sequence[Sheet],
        sha256: Mapping[tuple[str, Subject], str],
        alone: Sequence[Subject] | None = None,
    ) -> Settled:
        """Settle the cohort of the sheets, which are of forms that are settled together.

        ``sha256``: of the assessments, by form and subject. ``alone``: nobody else's result hangs on those of the
        sheets; then it names who else is in the period, and ranks must be put in by the caller. Raises
        DecisionNeededError where the office must decide first.
        """
        cohort = Cohort(self.known, self.scheme, period, self.past)
        everybody = [subject for sheet in sheets for subject in sheet.assessments]
        candidates = [
            cohort.candidate(assessment, alone or everybody, sheet.records.get(subject))
            for sheet in sheets
            for subject, assessment in sheet.assessments.items()
        ]
        forms = [sheet.form for sheet in sheets]
        excused = self.excused(period).subjects
        gone = missing(cohort.roster, forms, everybody, excused) if everybody and alone is None else ()
        absent = self._absent(period, forms, gone, cohort)
        history = cohort.history([*candidates, *absent])
        with self._later_told(period):
            settlement = settle(
                self.scheme,
                forms[0],
                [*candidates, *absent],
                self.decided(period),
                history,
                roster=self._due(forms, cohort.roster, excused),
            )
        returned = {(one.assessment.form, one.assessment.subject): one for one in candidates}
        standings = tuple(one for one in settlement.standings if (one.form, one.subject) in returned)
        sources = {
            place: cohort.made_from(one, sha256.get(place, ""), history, self.law) for place, one in returned.items()
        }
        return Settled(settlement, standings, sources, gone)

    def _absent(self, period: str, forms: Sequence[Form], gone: Iterable[Subject], cohort: Cohort) -> list[Candidate]:
        """Those from whom nothing came, as candidates of whom nothing is known: a quota waits for them."""
        found = []
        for subject in gone:
            kind = "person" if subject.name else "team" if subject.team else "village"
            form = next((one for one in forms if one.subject == kind), forms[0])
            assessment = self.assessor(form, period).assess(Evidence(subject, period, None))
            found.append(cohort.candidate(assessment, (), returned=False))
        return found

    def excused(self, period: str) -> Excusals:
        """Who takes no part in a period; looked up once."""
        if period not in self._excused:
            self._excused[period] = excusals(self.known, self.scheme, period)
        return self._excused[period]

    def _due(
        self, forms: Sequence[Form], roster: RosterIndex, excused: Sequence[Subject]
    ) -> tuple[RosterEntry, ...]:  # fmt: skip
        """The rows of the roster that the forms are about, without those who take no part."""
        if any(form.subject == "person" for form in forms):
            rows = (entry for entry in roster.entries if entry.subject.name)
            return tuple(row for row in rows if not any(same(row.subject, one) for one in excused))
        return tuple(RosterEntry(subject) for subject in missing(roster, forms, (), excused))


def missing(
    roster: RosterIndex, forms: Iterable[Form], subjects: Iterable[Subject], excused: Sequence[Subject] = ()
) -> tuple[Subject, ...]:
    """Those of the roster from whom none of the forms came back, each once, in the roster's order.

    ``excused``: those who take no part in the period.
    """
    wanted: dict[Subject, Subject] = {}
    kinds = {one.subject for one in forms}
    for entry in roster.entries:
        subject = entry.subject
        if "person" in kinds and subject.name:
            wanted.setdefault(cleaned(subject), subject)
        if "village" in kinds and subject.village:
            wanted.setdefault(cleaned(Subject(subject.village)), Subject(subject.village))
        if "team" in kinds and subject.team:
            team = Subject(village=subject.village, team=subject.team)
            wanted.setdefault(cleaned(team), team)
    come: dict[tuple[str, str], list[Subject]] = {}
    for subject in subjects:
        plain = cleaned(subject)
        come.setdefault((plain.village, plain.name), []).append(subject)
    return tuple(
        subject
        for plain, subject in wanted.items()
        if not any(same(subject, other) for other in come.get((plain.village, plain.name), ()))
        and not any(same(subject, other) for other in excused)
    )
