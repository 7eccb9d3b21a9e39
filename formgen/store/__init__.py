"""Keep what came, what was read, what people vouched for and what was computed. The only part that knows SQL.

Facts are only added: the database itself refuses a change. A file is known by its sha256, a record within it by its
index; ids are of this database alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from formgen.errors import UsageError
from formgen.model import Correction, Fact, Issue, RosterEntry, Subject, Submission
from formgen.parsing import FileReading
from formgen.review import effective
from formgen.scheme.types import Scheme
from formgen.store import files, lists, naming, rosters, seals, supersession
from formgen.store.chronicle import Chronicle
from formgen.store.database import Database
from formgen.store.outcomes import Outcomes
from formgen.store.results import MadeFrom
from formgen.store.rows import (
    Arrival,
    Closing,
    FactRow,
    Law,
    Mark,
    StoredAssessment,
    StoredIssue,
    StoredRecord,
    StoredStanding,
    StoredSubmission,
)
from formgen.store.standings import StandingFrom
from formgen.store.values import restored, storable, to_columns
from formgen.subjects import same

__all__ = [
    "Arrival",
    "Closing",
    "FactRow",
    "Law",
    "MadeFrom",
    "Mark",
    "StandingFrom",
    "Store",
    "StoredAssessment",
    "StoredIssue",
    "StoredRecord",
    "StoredStanding",
    "StoredSubmission",
]

_IDENTITY_FIELDS = ("village", "name", "group", "team", "period")


class Store(Outcomes, Chronicle):
    """The records of a workspace. A context manager: it closes the file at the end.

    Every method may raise FileAccessError (no access, disk full, another writer) and VerificationError (damaged).
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the database at ``path``, made if it does not exist; ``read_only``: nothing in it can be changed.

        Raises ConfigurationError for a foreign one.
        """
        super().__init__(Database(path, read_only=read_only))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def together(self) -> AbstractContextManager[None]:
        """All that is written inside is kept together or not at all."""
        return self._database.transaction()

    def tried(self, dry_run: bool = True) -> AbstractContextManager[None]:
        """With ``dry_run``, all that is written inside is taken back at the end; use the store no more after it."""
        return self._database.undone() if dry_run else nullcontext()

    def past(self, mark: Mark, *, with_results: bool = True) -> Self:
        """The store as a run of assess had seen it, read only, in a connection of its own: close it at the end.

        ``with_results``: with what that run itself added.
        """
        store = type(self)(self._database.path, read_only=self._database.frozen)
        store._database.look_back(mark, with_results=with_results)
        return store

    def copy_to(self, target: Path) -> None:
        """Write the whole database, as it is at this moment, into a new file. Raises FileAccessError."""
        self._database.copy_to(target)

    def faults(self) -> tuple[str, ...]:
        """What SQLite finds wrong with the database file; empty if nothing."""
        return self._database.faults()

    def broken_rows(self) -> tuple[tuple[str, int, str], ...]:
        """(table, key, ``changed``/``lost``/``slipped-in``) for each row that is not as it was added."""
        return tuple(seals.broken(self._database))

    def row_words(self, table: str, key: int) -> str:
        """A row in Chinese: what it is, whose, of which period, in which file; damaged rows too."""
        return naming.named(self._database, table, key)

    # --- what came back ------------------------------------------------------------------------------------

    def add_reading(
        self, submission: Submission, reading: FileReading, *, stamp: str | None = None
    ) -> tuple[StoredRecord, ...]:
        """Keep a file with all that was read in it, in one transaction; the records as they now stand.

        The same bytes again only add an arrival, and the same arrival (``stamp``: place and times of the file) not
        even that. A return of the same form, subject and period as an earlier one supersedes it.
        """
        with self._database.transaction():
            file = files.submission_id(self._database, submission.sha256)
            if file is None:
                file = files.add_submission(self._database, submission)
                self._arrive(file, submission, stamp)
                self._read(file, submission.sha256, reading, submission.received)
            else:
                self._arrive(file, submission, stamp)
        return self.records_of(submission.sha256)

    def add_arrival(self, submission: Submission, stamp: str | None = None, issues: Iterable[Issue] = ()) -> bool:
        """Record that bytes that are already kept came again, with what there is to say about it.

        False, and nothing is recorded, if this arrival is known. Raises UsageError.
        """
        with self._database.transaction():
            file = self._file(submission.sha256)
            if not self._arrive(file, submission, stamp):
                return False
            files.insert_issues(self._database, files.newest_generation(self._database, file), issues)
            return True

    def reread(self, sha256: str, reading: FileReading, at: datetime) -> tuple[StoredRecord, ...]:
        """Keep a newer reading of a kept file; the former ones stay, corrections hold. Raises UsageError."""
        with self._database.transaction():
            self._read(self._file(sha256), sha256, reading, at)
        return self.records_of(sha256)

    def prefer(self, better: str, worse: str, why: str, at: datetime) -> None:
        """Let a file (sha256) count before a later one wherever both are about the same. Raises UsageError."""
        with self._database.transaction():
            supersession.prefer(self._database, self._file(better), self._file(worse), why, at)
            self._settle({_place(stored) for stored in self.records_of(worse)}, at)

    def add_issues(self, sha256: str, issues: Iterable[Issue]) -> None:
        """Add issues that were found after the reading of a file. Raises UsageError."""
        with self._database.transaction():
            generation = files.newest_generation(self._database, self._file(sha256))
            files.insert_issues(self._database, generation, issues)

    def settle_issues(self, issues: Iterable[int], why: str, at: datetime) -> None:
        """Record that issues (by id) fell away by themselves; they are no longer given out."""
        with self._database.transaction():
            self._database.insert_many(
                "settlement", "issue, at, why", [(issue, at.isoformat(), why) for issue in issues]
            )

    def submission(self, sha256: str) -> StoredSubmission | None:
        """The file with this sha256, None if it never came."""
        return next(iter(files.load_submissions(self._database, "s.sha256 = ?", sha256)), None)

    def submissions(self) -> tuple[StoredSubmission, ...]:
        """All files, in the order in which they first came."""
        return tuple(files.load_submissions(self._database))

    def arrivals(self, sha256: str) -> tuple[Arrival, ...]:
        """Each time that a file's bytes came, first to last."""
        rows = self._database.query(
            "SELECT a.name, a.at, a.stamp FROM arrival a JOIN submission s ON s.id = a.submission "
            "WHERE s.sha256 = ? ORDER BY a.id",
            sha256,
        )
        return tuple(
            Arrival(sha256, restored(name), datetime.fromisoformat(at), restored(stamp))
            for name, at, stamp in cast("list[tuple[Any, ...]]", rows)
        )

    def records(
        self,
        form: str | None = None,
        scheme: str | None = None,
        period: str | None = None,
        subject: Subject | None = None,
        *,
        current: bool = True,
    ) -> tuple[StoredRecord, ...]:
        """Records of the newest readings, in the order in which they came; period and subject as corrected.

        ``current=False`` gives the superseded ones too.
        """
        conditions, parameters = [files.latest()], []
        for column, wanted in (("r.form", form), ("r.scheme", scheme), ("i.period", period)):
            if wanted is not None:
                conditions.append(f"{column} = ?")
                parameters.append(wanted)
        if subject is not None:
            conditions += ["r.id IN (SELECT record FROM identity WHERE key = ?)", "i.key = ?"]
            parameters += [supersession.key_of(subject)] * 2
        if current:
            conditions.append("x.by IS NULL")
        sql = f"{files.STORED} WHERE {' AND '.join(conditions)} {files.IN_ORDER}"
        found = files.load(self._database, sql, *parameters)
        return tuple(stored for stored in found if subject is None or same(subject, stored.subject))

    def records_of(self, sha256: str) -> tuple[StoredRecord, ...]:
        """The records of a file as it was last read, superseded ones too, by index."""
        sql = f"{files.STORED} WHERE {files.latest()} AND s.sha256 = ? {files.IN_ORDER}"
        return tuple(files.load(self._database, sql, sha256))

    def record(self, record_id: int) -> StoredRecord | None:
        """The record with this id, of whichever reading; None if there is none."""
        return next(iter(files.load(self._database, f"{files.STORED} WHERE r.id = ?", record_id)), None)

    def superseded_by(self, record_id: int) -> tuple[StoredRecord, ...]:
        """The records in whose place this one now counts."""
        few = "r.id IN (SELECT record FROM supersession WHERE by = ?1)"  # else every record is looked at
        sql = f"{files.STORED} WHERE {few} AND {files.latest()} AND x.by = ?1 {files.IN_ORDER}"
        return tuple(files.load(self._database, sql, record_id))

    def issues(self, sha256: str | None = None, record: int | None = None) -> tuple[StoredIssue, ...]:
        """The unsettled issues of the newest readings: all, those of a file, or those of one of its records.

        Those of a record hold the ones of its whole file too. Whether a correction answers an issue, ``review`` knows.
        """
        condition, parameters = "1 = 1", []
        if sha256 is not None:
            condition, parameters = "s.sha256 = ?", [sha256]
        found = files.load_issues(self._database, condition, *parameters)
        return tuple(one for one in found if record is None or one.issue.record in (None, record))

    # --- what people vouch for -----------------------------------------------------------------------------

    def add_correction(self, correction: Correction) -> None:
        """Lay a person's value over a reading. Raises UsageError if there is no such file or record."""
        with self._database.transaction():
            file = self._file(correction.submission)
            records = self.records_of(correction.submission)
            if correction.record not in range(len(records)) and (records or not correction.field.startswith("!")):
                raise UsageError(f"该文件没有第{correction.record + 1}条记录（共{len(records)}条），不能更正。")
            kind, value = to_columns(correction.value)
            self._database.insert(
                "correction",
                submission=file,
                record=correction.record,
                field=storable(correction.field),
                type=kind,
                value=value,
                by=storable(correction.by),
                at=correction.at.isoformat(),
                why=storable(correction.why),
            )
            if correction.field in _IDENTITY_FIELDS:
                self._identify([records[correction.record]], correction.at)

    def corrections(self, submission: str | None = None, record: int | None = None) -> tuple[Correction, ...]:
        """Corrections, oldest first: all, those of a file, or those of one of its records."""
        condition, parameters = "1 = 1", []
        if submission is not None:
            condition, parameters = "s.sha256 = ?", [submission]
        found = files.load_corrections(self._database, condition, *parameters)
        return tuple(one for one in found if record is None or one.record == record)

    def roster(
        self, period: str | None = None, scheme: str | None = None, *, assessed_as: str | None = None
    ) -> tuple[RosterEntry, ...]:
        """Who is assessed: the rows that count of all rosters, corrections laid over.

        ``period``: those in force then; ``scheme``: under which the period may have been assessed. None: the newest.
        ``assessed_as``: the longer period as a part of which it is assessed.
        """
        given: dict[str, list[Correction]] = {}
        for one in self.corrections():
            given.setdefault(one.submission, []).append(one)
        if period is None:
            rows: Iterable[StoredRecord] = self.records("roster")
        else:
            rows = rosters.in_force(
                self.records("roster", current=False), period, self._seen(assessed_as or period, scheme)
            )
        return tuple(
            lists.roster_entry(stored, given.get(stored.submission, ())) for stored in rows if stored.subject.key
        )

    def unused_rosters(self, period: str, scheme: str) -> list[str]:
        """The names of the rosters without a period that came after the period was assessed, and do not count there."""
        return rosters.unused(self.records("roster", current=False), self._seen(period, scheme))

    def _seen(self, period: str, scheme: str | None) -> frozenset[str] | None:
        """The files whose rosters a period was last assessed with, None if it never was."""
        height = self.roster_height(period, scheme) if scheme is not None else None
        if height is None:
            return None
        found = self._database.query("SELECT sha256 FROM submission WHERE id <= ?", height)
        return frozenset(str(row[0]) for row in found)

    def facts(self, scheme: Scheme, period: str) -> tuple[Fact, ...]:
        """What happened in a period and counts by the scheme, corrections laid over."""
        return tuple(row.fact for row in self.fact_rows(scheme, period) if row.fact)

    def fact_rows(
        self, scheme: Scheme, period: str | None, records: Iterable[StoredRecord] | None = None
    ) -> tuple[FactRow, ...]:
        """The rows behind ``facts``, and those that may belong there but cannot be counted, with the reason.

        ``period`` None: of all periods. ``records``: the records of the form ``facts``, where they are at hand.
        """
        given: dict[str, list[Correction]] = {}
        for one in self.corrections():
            given.setdefault(one.submission, []).append(one)
        found = self.records("facts") if records is None else records
        rows = [lists.fact_row(stored, given.get(stored.submission, ()), scheme, period) for stored in found]
        return tuple(lists.repeated([row for row in rows if row is not None]))

    # --- within a transaction ------------------------------------------------------------------------------

    def _file(self, sha256: str) -> int:
        file = files.submission_id(self._database, sha256)
        if file is None:
            raise UsageError(f"存档中没有这个文件：{sha256[:12]}…")
        return file

    def _arrive(self, file: int, submission: Submission, stamp: str | None) -> bool:
        at = submission.received.isoformat()
        mark = storable(f"{submission.sha256} {stamp if stamp is not None else f'{submission.name} {at}'}")
        if self._database.one("SELECT 1 FROM arrival WHERE stamp = ?", mark):
            return False
        self._database.insert("arrival", submission=file, name=storable(submission.name), at=at, stamp=mark)
        return True

    def _read(self, file: int, sha256: str, reading: FileReading, at: datetime) -> None:
        former = self.records_of(sha256)
        rows = files.add_generation(self._database, file, reading, at)
        places: set[supersession.Place] = {_place(stored) for stored in former}
        given = self.corrections(sha256)
        for row, (index, record) in zip(rows, enumerate(reading.records), strict=True):
            real = effective(record, sha256, index, given)
            self._insert_identity(row, real.subject, real.period)
            places.add((record.form, supersession.key_of(real.subject), real.period))
        self._settle(places, at)

    def _identify(self, records: Iterable[StoredRecord], at: datetime) -> None:
        """Record whom records are about after a correction, and who counts now."""
        places: set[supersession.Place] = set()
        for stored in records:
            real = effective(stored.record, stored.submission, stored.index, self.corrections(stored.submission))
            if (real.subject, real.period) != (stored.subject, stored.period):
                self._insert_identity(stored.id, real.subject, real.period)
                moved = replace(stored, subject=real.subject, period=real.period)
                places |= {_place(stored), _place(moved)}
        self._settle(places, at)

    def _insert_identity(self, row: int, subject: Subject, period: str | None) -> None:
        self._database.insert(
            "identity",
            record=row,
            key=storable(supersession.key_of(subject)),
            village=storable(subject.village),
            name=storable(subject.name),
            grp=storable(subject.group),
            team=storable(subject.team),
            period=period,
        )

    def _settle(self, places: set[supersession.Place], at: datetime) -> None:
        supersession.settle(self._database, places, at)
        for form in supersession.LISTS:
            if any(place[0] == form for place in places):
                supersession.settle_lists(self._database, form, at)


def _place(stored: StoredRecord) -> supersession.Place:
    return stored.record.form, supersession.key_of(stored.subject), stored.period
