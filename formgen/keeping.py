"""Keep what was reckoned of a period, with what changed against what stood before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from formgen.alterations import Change, Outcome, change_of
from formgen.dossiers import Dossiers, Known
from formgen.model import Assessment, Form, Standing, Subject
from formgen.reckoning import Reckoner, Sheet, groups_of
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
    left_over: int = 0  #: The highest id of a fact that went to nobody.
    added: int = 0  #: Assessments that were not kept before.
    settled: int = 0  #: Standings that were not kept before.
    fresh: set[Place] = field(default_factory=set)  #: Whose standing is new.
    joined: list[tuple[frozenset[str], tuple[Change, ...]]] = field(default_factory=list)  #: By form: the hashes of
    #: the assessments that stood before, and those of whom nothing stood.
    replaced: dict[Place, StoredStanding] = field(default_factory=dict)  #: The standings that they replace.


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
        before: dict[Place, StoredAssessment] = {}
        for form in forms:
            records = self.store.records(form.id, period=period)
            stored = {one.assessment.subject: one for one in self.store.each_assessment(scheme.id, form.id, period)}
            before |= {(form.id, subject): one for subject, one in stored.items()}
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
                        sheets[form.id], stored = self.as_kept(form, period)
                        before |= {(form.id, subject): one for subject, one in stored.items()}
                self.settle(period, [sheets[form.id] for form in group], kept)
        kept.notes += dossiers.left_over(forms)
        kept.moved |= dossiers.unplaced()
        kept.left_over = max((row.stored.id for row in dossiers.unplaced_rows()), default=0)
        kept.changes += self.changes(before, list(sheets.values()), kept)
        for name, sheet in sheets.items():
            stood = {subject: one for (form_id, subject), one in before.items() if form_id == name}
            if stood and (fresh := [one for who, one in sheet.assessments.items() if who not in stood]):
                hashes = frozenset(f"assessment:{one.sha256}" for one in stood.values())
                kept.joined.append((hashes, tuple(one for x in fresh if (one := change_of(None, Outcome(x, None))))))
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

    def as_kept(self, form: Form, period: str) -> tuple[Sheet, dict[Subject, StoredAssessment]]:
        """The assessments by a form as they are kept, none made anew."""
        kept = self.store.assessments(self.reckoner.scheme.id, form.id, period)
        stored = {one.assessment.subject: one for one in kept}
        sheet = Sheet(form, {subject: one.assessment for subject, one in stored.items()})
        self.reckoner.add_records(sheet, period)
        return sheet, stored

    def settle(self, period: str, sheets: Sequence[Sheet], kept: Kept, alone: Sequence[Subject] | None = None) -> None:
        """Settle the cohort of the sheets and keep the standings that are new.

        ``alone``: nobody else's result hangs on those of the sheets; then it names who else is in the period.
        """
        scheme, past = self.reckoner.scheme, self.reckoner.past
        hashes = {
            (sheet.form.id, subject): sha256
            for sheet in sheets
            for subject, sha256 in self.store.assessment_hashes(scheme.id, sheet.form.id, period).items()
        }
        done = self.reckoner.settle(period, sheets, hashes, alone)
        standings = done.standings
        if alone is not None:
            standings = tuple(self._with_rank(one) for one in standings)

        def made_from(one: Standing) -> tuple[str, ...]:
            return done.sources[one.form, one.subject]

        fresh = self.store.fresh_standings(standings, made_from)
        there = {(one.form, one.subject) for one in standings}
        gone = [
            (sheet.form.id, subject)
            for sheet in (sheets if alone is None else ())
            for subject in self.store.settled_subjects(scheme.id, sheet.form.id, period)
            if (sheet.form.id, subject) not in there
        ]
        old = self._stored(period, [*((one.form, one.subject) for one in fresh), *gone])
        kept.replaced |= old
        self.store.add_standings(fresh, at=self.at, made_from=made_from)
        kept.settled += len(fresh)
        self.touched += len(fresh)
        if gone:
            self.store.withdraw_standings([old[place].id for place in gone], _GONE, self.at)
        for place in gone:
            past.drop(old[place].standing)
            kept.moved.add(place[1])
        kept.moved |= {one.subject for one in fresh if past.put(one)}
        kept.fresh |= {(one.form, one.subject) for one in fresh}
        kept.standings += standings
        kept.quotas += done.settlement.quotas
        kept.remarks += done.settlement.notes

    def _with_rank(self, standing: Standing) -> Standing:
        """The standing with its rank among the whole cohort, which has not moved."""
        place = (standing.form, standing.subject)
        old = self._stored(standing.period, [place]).get(place)
        return replace(standing, rank=old.standing.rank, of=old.standing.of) if old else standing

    def _stored(self, period: str, places: Sequence[Place]) -> dict[Place, StoredStanding]:
        """The standings that are kept for these."""
        scheme = self.reckoner.scheme.id
        found: dict[Place, StoredStanding] = {}
        if len(places) > FEW:
            wanted = frozenset(places)
            for form in {form for form, _ in places}:
                for one in self.store.standings(scheme, form, period):
                    if (form, one.standing.subject) in wanted:
                        found[form, one.standing.subject] = one
            return found
        for form, subject in places:
            for one in self.store.standings(scheme, form, period, subject):
                if one.standing.subject == subject:
                    found[form, subject] = one
        return found

    # --- before and after --------------------------------------------------------------------------------------

    def changes(self, before: Mapping[Place, StoredAssessment], sheets: Sequence[Sheet], kept: Kept) -> list[Change]:
        """What reads differently for those of whom something stood before."""
        standings = {(one.form, one.subject): one for one in kept.standings}
        now = {(sheet.form.id, subject): one for sheet in sheets for subject, one in sheet.assessments.items()}
        found = []
        for place, stored in before.items():
            after = now.get(place)
            if after is not None and place not in kept.fresh and after == stored.assessment:
                continue
            old = kept.replaced.get(place)
            change = change_of(
                Outcome(
                    stored.assessment,
                    old.standing if old else None,
                    (f"assessment:{stored.sha256}", *((f"standing:{old.sha256}",) if old else ())),
                    stored.made_from,
                ),
                Outcome(after, standings.get(place)) if after is not None else None,
            )
            if change is not None:
                found.append(change)
        return found


def undated(store: Store, form: Form) -> list[str]:
    """What there is to say of the returns of a form that name no period."""
    return [f"《{stored.file}》“{stored.subject}”没有写明时段，没有评定。" for stored in store.undated(form.id)]
