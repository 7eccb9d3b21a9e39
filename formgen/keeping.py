"""Keep what was reckoned of a period, with what changed against what stood before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from formgen.alterations import Change, Outcome, change_of
from formgen.dossiers import Dossiers, Known
from formgen.model import Assessment, Form, Standing, Subject
from formgen.reckoning import Reckoner, Settled, Sheet, groups_of
from formgen.scoring import QuotaResult
from formgen.store import Store, StoredAssessment, StoredStanding

Place = tuple[str, Subject]  #: Form id and subject.
FEW = 50  #: So many subjects are fetched one by one; more, all at once.
_GONE = "该时段已没有此对象的有效回收表"


@dataclass(slots=True)
class Kept:
    """What became of one period."""

    period: str
    assessments: list[Assessment] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    quotas: list[QuotaResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  #: Chinese: papers and facts that belong to nobody.
    remarks: list[str] = field(default_factory=list)  #: Chinese: what concerns the cohort as a whole.
    changes: list[Change] = field(default_factory=list)
    moved: set[Subject] = field(default_factory=set)  #: Those on whom later periods may hang.
    added: int = 0  #: Assessments that were not kept before.
    settled: int = 0  #: Standings that were not kept before.


class Keeper:
    """Writes the results of one run of assess. Use it inside ``Store.together``."""

    def __init__(self, store: Store, reckoner: Reckoner, at: datetime, progress: Callable[[str], None] | None) -> None:
        self.store = store
        self.reckoner = reckoner
        self.at = at
        self.progress = progress
        self.touched = 0  #: Results (assessments and standings) that were made anew.

    @property
    def known(self) -> Known:
        """The roster, facts, issues and corrections that are gone by."""
        return self.reckoner.known

    def period(self, period: str, forms: Sequence[Form]) -> Kept:
        """Assess everybody who returned one of the forms in a period, settle the cohort and keep both.

        Raises DecisionNeededError where the office must decide first.
        """
        kept = Kept(period)
        scheme = self.reckoner.scheme
        dossiers = Dossiers(self.store, scheme, period, self.known)
        sheets: dict[str, Sheet] = {}
        before: dict[Place, Outcome] = {}
        for form in forms:
            records = self.store.records(form.id, period=period)
            stored = {one.assessment.subject: one for one in self.store.each_assessment(scheme.id, form.id, period)}
            before |= self.outcomes(form.id, period, stored.values())
            sheet = self.reckoner.sheet(form, records, dossiers, stored, self.progress)
            sheets[form.id] = sheet
            kept.notes += [*sheet.notes, *undated(self.store, form)]
            kept.assessments += sheet.assessments.values()
            kept.moved |= sheet.recomputed
            kept.added += self.keep_sheet(sheet, stored)
        if "grade" in self.reckoner.steps:
            for group in groups_of(scheme, forms):
                for form in group:
                    if form.id not in sheets:
                        sheets[form.id] = self.as_kept(form, period)
                        before |= self.outcomes(form.id, period, self.store.each_assessment(scheme.id, form.id, period))
                self.settle(period, [sheets[form.id] for form in group], before, kept)
        kept.notes += dossiers.left_over(forms)
        kept.moved |= dossiers.unplaced()
        kept.changes += changes(before, self.now(sheets.values(), kept))
        return kept

    # --- writing ---------------------------------------------------------------------------------------------

    def keep_sheet(self, sheet: Sheet, stored: Mapping[Subject, StoredAssessment]) -> int:
        """Keep what was assessed anew; what no longer has a return is withdrawn. How many were added."""
        fresh = [one for subject, one in sheet.assessments.items() if subject in sheet.recomputed]
        self.touched += len(fresh)
        added = self.store.add_assessments(
            fresh, at=self.at, made_from=lambda assessment: sheet.sources[assessment.subject]
        )
        gone = [old.id for subject, old in stored.items() if subject not in sheet.assessments]
        if gone:
            self.store.withdraw_assessments(gone, _GONE, self.at)
        return added

    def as_kept(self, form: Form, period: str) -> Sheet:
        """The assessments by a form as they are kept, none made anew."""
        kept = self.store.assessments(self.reckoner.scheme.id, form.id, period)
        sheet = Sheet(form, {one.assessment.subject: one.assessment for one in kept})
        self.reckoner.add_records(sheet, period)
        return sheet

    def settle(
        self,
        period: str,
        sheets: Sequence[Sheet],
        before: Mapping[Place, Outcome],
        kept: Kept,
        alone: Sequence[Subject] | None = None,
    ) -> None:
        """Settle the cohort of the sheets and keep the standings that are new.

        ``alone``: nobody else's result hangs on those of the sheets; then it names who else is in the period.
        """
        scheme = self.reckoner.scheme
        hashes = {
            (sheet.form.id, subject): sha256
            for sheet in sheets
            for subject, sha256 in self.store.assessment_hashes(scheme.id, sheet.form.id, period).items()
        }
        done = self.reckoner.settle(period, sheets, hashes, alone)
        standings = done.standings
        if alone is not None:
            standings = tuple(_with_rank(one, before.get((one.form, one.subject))) for one in standings)
        self._keep_standings(period, sheets, done, standings, kept, whole=alone is None)

    def _keep_standings(
        self,
        period: str,
        sheets: Sequence[Sheet],
        done: Settled,
        standings: Sequence[Standing],
        kept: Kept,
        *,
        whole: bool,
    ) -> None:
        past = self.reckoner.past
        former = {
            (one.standing.form, one.standing.subject): one
            for sheet in sheets
            for one in self._stored_standings(sheet.form.id, period, None if whole else list(sheet.assessments))
        }
        settled = self.store.add_standings(
            standings, at=self.at, made_from=lambda one: done.sources[one.form, one.subject]
        )
        kept.settled += settled
        self.touched += settled
        there = {(one.form, one.subject) for one in standings}
        gone = [one for place, one in former.items() if place not in there] if whole else []
        if gone:
            self.store.withdraw_standings([one.id for one in gone], _GONE, self.at)
        for one in gone:
            past.drop(one.standing)
            kept.moved.add(one.standing.subject)
        for standing in standings:
            old = former.get((standing.form, standing.subject))
            if old is None or _gist(old, standing):
                kept.moved.add(standing.subject)
            past.put(standing)
        kept.standings += standings
        kept.quotas += done.settlement.quotas
        kept.remarks += done.settlement.notes

    # --- before and after --------------------------------------------------------------------------------------

    def outcomes(self, form: str, period: str, stored: Iterable[StoredAssessment]) -> dict[Place, Outcome]:
        """What stands by a form in a period, for the assessments that are given."""
        listed = list(stored)
        found = {
            one.standing.subject: one
            for one in self._stored_standings(form, period, [one.assessment.subject for one in listed])
        }
        return {
            (form, one.assessment.subject): Outcome(
                one.assessment,
                found[one.assessment.subject].standing if one.assessment.subject in found else None,
                (f"assessment:{one.sha256}", *_hash_of(found.get(one.assessment.subject))),
                one.made_from,
            )
            for one in listed
        }

    def now(self, sheets: Iterable[Sheet], kept: Kept) -> dict[Place, Outcome]:
        """What stands of those in the sheets."""
        standings = {(one.form, one.subject): one for one in kept.standings}
        return {
            (sheet.form.id, subject): Outcome(assessment, standings.get((sheet.form.id, subject)))
            for sheet in sheets
            for subject, assessment in sheet.assessments.items()
        }

    def _stored_standings(self, form: str, period: str, subjects: Sequence[Subject] | None) -> Iterator[StoredStanding]:
        """The kept standings of these subjects, of all for None; one by one where they are few."""
        scheme = self.reckoner.scheme.id
        if subjects is None or len(subjects) > FEW:
            wanted = None if subjects is None else frozenset(subjects)
            for one in self.store.standings(scheme, form, period):
                if wanted is None or one.standing.subject in wanted:
                    yield one
            return
        for subject in subjects:
            yield from self.store.standings(scheme, form, period, subject)


def undated(store: Store, form: Form) -> list[str]:
    """What there is to say of the returns of a form that name no period."""
    return [
        f"《{stored.file}》“{stored.subject}”没有写明时段，没有评定。"
        for stored in store.records(form.id)
        if stored.period is None
    ]


def _with_rank(standing: Standing, before: Outcome | None) -> Standing:
    """The rank among the whole cohort, which has not moved."""
    old = before.standing if before else None
    return replace(standing, rank=old.rank, of=old.of) if old else standing


def _gist(old: StoredStanding, new: Standing) -> bool:
    """Whether later periods would see a difference."""
    return (old.standing.grade, old.standing.grade_final) != (new.grade, new.grade_final)


def _hash_of(stored: StoredStanding | None) -> tuple[str, ...]:
    return (f"standing:{stored.sha256}",) if stored else ()


def changes(before: Mapping[Place, Outcome], after: Mapping[Place, Outcome]) -> list[Change]:
    """What changed for those of whom something stood before."""
    found = []
    for place, old in before.items():
        change = change_of(old, after.get(place))
        if change is not None:
            found.append(change)
    return found
