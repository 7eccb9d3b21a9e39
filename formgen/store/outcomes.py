"""What was computed, counted and sent: the part of the store that holds results, closed periods, issued paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from formgen.model import Assessment, Decision, Issuance, Standing, Subject
from formgen.scheme.types import Scheme
from formgen.store import files, marks, results, standings, tallies
from formgen.store.database import Database
from formgen.store.results import MadeFrom
from formgen.store.rows import Closing, Law, Mark, StoredAssessment, StoredRecord, StoredStanding
from formgen.store.standings import StandingFrom
from formgen.store.tallies import Tally


class Outcomes:
    """Assessments, standings, closings, marks and issuances of a store. Only added to, like all of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- counts --------------------------------------------------------------------------------------------

    def each_record(self) -> Iterator[StoredRecord]:
        """The records that count, in the order in which they came, without all of them in memory at once."""
        sql = f"{files.STORED} WHERE {files.latest()} AND x.by IS NULL {files.IN_ORDER}"
        return files.each(self._database, sql)

    def undated(self, form: str) -> tuple[StoredRecord, ...]:
        """The records of a form that count and are of no period."""
        few = f"r.form = ? AND i.period IS NULL AND x.by IS NULL AND {files.latest()}"
        return tuple(files.load(self._database, f"{files.STORED} WHERE {few} {files.IN_ORDER}", form))

    def returned(self, forms: Iterable[str]) -> dict[str, list[Subject]]:
        """Period → whose return of one of the forms counts in it, without what stands in the returns."""
        return tallies.returned(self._database, tuple(forms))

    def tallies(self) -> Iterator[Tally]:
        """All files in numbers, in the order in which they first came, one after the other."""
        return tallies.tallies(self._database)

    def repeats(self, day: str) -> int:
        """How often, on a day (``2026-11-22``), bytes came that had come before."""
        return tallies.repeats(self._database, day)

    def periods(self) -> tuple[str, ...]:
        """All periods that returns are of; the one of the newest return first."""
        return tallies.periods(self._database)

    # --- assessments ---------------------------------------------------------------------------------------

    def add_assessments(
        self, assessments: Iterable[Assessment], *, at: datetime, made_from: MadeFrom | None = None
    ) -> int:
        """Keep assessments, in one transaction and one pass; how many were new.

        One that equals the newest of its subject and period, made from the same, is not kept twice.
        """
        with self._database.transaction():
            return results.add(self._database, assessments, made_from, at)

    def assessments(
        self, scheme: str, form: str | None = None, period: str | None = None, subject: Subject | None = None
    ) -> tuple[StoredAssessment, ...]:
        """The newest assessment of each subject and period."""
        return tuple(self.each_assessment(scheme, form, period, subject))

    def each_assessment(
        self, scheme: str, form: str | None = None, period: str | None = None, subject: Subject | None = None
    ) -> Iterator[StoredAssessment]:
        """The same, one after the other."""
        return results.load(self._database, scheme, form, period, subject)

    def former_assessments(
        self,
        scheme: str,
        form: str | None = None,
        period: str | None = None,
        subject: Subject | None = None,
        *,
        after: int = 0,
    ) -> Iterator[StoredAssessment]:
        """All assessments that ever were, withdrawn ones too; ``after``: those with a higher id alone."""
        return results.load(self._database, scheme, form, period, subject, True, after)

    def withdraw_assessments(self, assessments: Iterable[int], why: str, at: datetime) -> None:
        """Record that assessments (by id) no longer stand for anybody: their paper is about somebody else."""
        with self._database.transaction():
            results.withdraw(self._database, assessments, why, at)

    def assessment_hashes(self, scheme: str, form: str, period: str) -> dict[Subject, str]:
        """The sha256 of the newest assessment of each subject."""
        return results.hashes(self._database, (scheme, form, period))

    def assessed_subjects(self, scheme: str, form: str, period: str) -> tuple[Subject, ...]:
        """Of whom there is an assessment by a form in a period."""
        return tuple(self.assessment_hashes(scheme, form, period))

    def assessed_periods(self, scheme: str) -> tuple[str, ...]:
        """The periods in which somebody was ever assessed by a scheme."""
        rows = self._database.query("SELECT DISTINCT period FROM assessment WHERE scheme = ? ORDER BY period", scheme)
        return tuple(str(row[0]) for row in rows)

    # --- standings -----------------------------------------------------------------------------------------

    def add_standings(self, settled: Iterable[Standing], *, at: datetime, made_from: StandingFrom | None = None) -> int:
        """Keep standings, in one transaction; how many were new. As ``add_assessments``."""
        with self._database.transaction():
            return standings.add(self._database, settled, made_from, at)

    def fresh_standings(self, settled: Iterable[Standing], made_from: StandingFrom) -> list[Standing]:
        """Those that are not kept like this as the newest of their subject."""
        return standings.fresh(self._database, settled, made_from)

    def settled_subjects(self, scheme: str, form: str, period: str) -> tuple[Subject, ...]:
        """Of whom there is a standing by a form in a period."""
        return standings.subjects(self._database, (scheme, form, period))

    def standings(
        self, scheme: str, form: str | None = None, period: str | None = None, subject: Subject | None = None
    ) -> tuple[StoredStanding, ...]:
        """The newest standing of each subject and period."""
        return tuple(standings.load(self._database, scheme, form, period, subject))

    def former_standings(
        self,
        scheme: str,
        form: str | None = None,
        period: str | None = None,
        subject: Subject | None = None,
        *,
        after: int = 0,
    ) -> Iterator[StoredStanding]:
        """All standings that ever were, withdrawn ones too; ``after``: those with a higher id alone."""
        return standings.load(self._database, scheme, form, period, subject, True, after)

    def grades(self, scheme: str, before: str | None = None) -> Iterator[tuple[str, Standing]]:
        """(sha256, standing with nothing but its grade) for each newest standing, by period; quick.

        ``before``: of no later year than that of this period.
        """
        return standings.grades(self._database, scheme, before)

    def withdraw_standings(self, gone: Iterable[int], why: str, at: datetime) -> None:
        """Record that standings (by id) no longer stand for anybody."""
        with self._database.transaction():
            standings.withdraw(self._database, gone, why, at)

    def count_results(self, scheme: str) -> int:
        """How many results stand for a scheme: newest assessments and newest standings."""
        rows = [
            self._database.one(
                f"SELECT COUNT(DISTINCT form || '|' || period || '|' || village || '|' || team || '|' || name || '|' "
                f"|| grp) FROM {table} WHERE scheme = ?",
                scheme,
            )
            for table in ("assessment", "standing")
        ]
        return sum(int(str(row[0])) for row in rows if row)

    # --- runs of assess and the law they went by -------------------------------------------------------------

    def evidence_heights(self) -> dict[str, int]:
        """Table → highest id now, of the tables that results are made from."""
        return marks.heights(self._database, marks.EVIDENCE)

    def result_heights(self) -> dict[str, int]:
        """Table → highest id now, of the tables of results."""
        return marks.heights(self._database, marks.RESULTS)

    def add_mark(
        self,
        scheme: Scheme,
        decisions: Sequence[Decision],
        period: str,
        *,
        steps: Sequence[str],
        program: str,
        evidence: Mapping[str, int],
        first: Mapping[str, int],
        at: datetime,
    ) -> None:
        """Keep what a run of assess had seen and by which law it went; ``first``: ``result_heights`` before it."""
        with self._database.transaction():
            marks.add_mark(
                self._database,
                law=marks.add_law(self._database, scheme, decisions),
                scheme=scheme.id,
                period=period,
                steps=",".join(steps),
                program=program,
                evidence=evidence,
                first=first,
                at=at,
            )

    def marks(self, scheme: str | None = None) -> tuple[Mark, ...]:
        """The runs of assess, oldest first."""
        return tuple(marks.load_marks(self._database, scheme))

    def roster_height(self, period: str, scheme: str) -> int | None:
        """The highest id of a file whose roster a period was last assessed with, None if it never was."""
        seen = [one.evidence for one in self.marks(scheme) if one.period == period]
        return seen[-1].get(marks.ROSTER, seen[-1]["submission"]) if seen else None

    def law(self, sha256: str) -> Law | None:
        """A law that results were made by. Raises ValueError where this formgen cannot understand it any more."""
        return marks.load_law(self._database, sha256)

    # --- closed periods --------------------------------------------------------------------------------------

    def add_closing(self, closing: Closing) -> None:
        """Record that a period was closed, or opened again."""
        with self._database.transaction():
            marks.add_closing(self._database, closing)

    def closings(self, scheme: str | None = None, period: str | None = None) -> tuple[Closing, ...]:
        """Each time that a period was closed or opened again, oldest first."""
        return tuple(marks.load_closings(self._database, scheme, period))

    def closed(self, scheme: str, period: str) -> Closing | None:
        """Who closed a period, when and why; None if it is open."""
        found = self.closings(scheme, period)
        return found[-1] if found and found[-1].closed else None

    # --- what was sent ---------------------------------------------------------------------------------------

    def add_issuance(self, issuance: Issuance) -> None:
        """Keep what was sent and what it was made from."""
        with self._database.transaction():
            results.add_issuance(self._database, issuance)

    def issuances(self, kind: str | None = None) -> tuple[Issuance, ...]:
        """The documents that were made, oldest first."""
        return tuple(results.load_issuances(self._database, kind))
