"""What was done, by whom, what came together, who was forgotten: the part of the store that answers for the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from formgen.model import Subject
from formgen.store import audit, forgetting
from formgen.store.audit import AuditLine, BrokenLine
from formgen.store.audit_events import Event
from formgen.store.database import Database
from formgen.store.forgetting import Forgotten
from formgen.store.values import restored


@dataclass(frozen=True, slots=True)
class Forgetting:
    """That a person was forgotten."""

    pseudonym: str
    by: str
    why: str
    at: str  #: ISO 8601.
    rows: int  #: In which the pseudonym took the place of the name.
    files: tuple[str, ...]  #: sha256 of the originals that are no longer kept.


class Chronicle:
    """The audit log and the forgettings of a store. Only added to, like all of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def came_together(self) -> frozenset[str]:
        """The sha256 of all files that came since the last batch was ended: those of a run that was stopped too."""
        rows = self._database.query(
            "SELECT DISTINCT s.sha256 FROM arrival a JOIN submission s ON s.id = a.submission "
            "WHERE a.id > COALESCE((SELECT MAX(arrival) FROM batch), 0)"
        )
        return frozenset(str(row[0]) for row in rows)

    def end_batch(self, at: datetime) -> None:
        """All that came is taken in: what comes from now on is another batch. Nothing is kept where nothing came."""
        with self._database.transaction():
            row = self._database.one("SELECT MAX(id), COALESCE((SELECT MAX(arrival) FROM batch), 0) FROM arrival")
            if row is not None and row[0] is not None and row[0] != row[1]:
                self._database.insert("batch", arrival=row[0], at=at.isoformat())

    def audit_lines(self) -> list[AuditLine]:
        """The audit log, oldest line first."""
        return audit.lines(self._database)

    def broken_lines(self) -> tuple[BrokenLine, ...]:
        """The lines of the audit log that are not as they were written; empty if the chain holds."""
        return tuple(audit.broken(self._database))

    def foreign_shape(self) -> list[str]:
        """The tables and triggers that are not as formgen makes them: without them a row can be changed."""
        return self._database.foreign_shape()

    def audit_head(self) -> tuple[int, str]:
        """Number and hash of the newest line. Noted elsewhere, it shows later that the log was not made anew."""
        return audit.head(self._database)

    def audit_hash(self, number: int) -> str | None:
        """The hash of a line, None if there is no such line."""
        row = self._database.one("SELECT sha256 FROM audit WHERE id = ?", number)
        return str(row[0]) if row else None

    def note(self, event: Event) -> None:
        """Have the audit log tell of something that adds nothing to the store: an export, a backup."""
        with self._database.transaction():
            self._database.note(event)

    def papers_of(self, subject: Subject) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The originals (sha256, name) that are about a person alone, and those that are about others too."""
        return forgetting.papers(self._database, subject)

    def forget(
        self,
        subject: Subject,
        pseudonym: str,
        by: str,
        why: str,
        at: datetime,
        also: Iterable[tuple[str, str]] = (),
    ) -> Forgotten:
        """Put a pseudonym in the place of a person's name wherever it stands; the originals are the caller's to remove.

        ``also``: originals (sha256, name) to be given up beside those that are about the person alone. Call
        ``empty_log`` afterwards: until then the name stands in SQLite's own log.
        """
        return forgetting.forget(self._database, subject, pseudonym, by, why, at, also)

    def empty_log(self) -> None:
        """Have SQLite write its log into the file and empty it."""
        self._database.query("PRAGMA wal_checkpoint(TRUNCATE)")

    def forgettings(self) -> list[Forgetting]:
        """Who was forgotten, by whose order and why, oldest first."""
        found = []
        for key, name, by, why, at, rows in self._database.query(
            "SELECT f.id, f.pseudonym, f.by, f.why, f.at, (SELECT COUNT(*) FROM forgotten_row WHERE forgetting = f.id) "
            "FROM forgetting f ORDER BY f.id"
        ):
            files = self._database.query("SELECT sha256 FROM forgotten_file WHERE forgetting = ? ORDER BY id", key)
            pseudonym, who, reason = (restored(cast("str", one)) for one in (name, by, why))
            kept = tuple(str(row[0]) for row in files)
            found.append(Forgetting(pseudonym, who, reason, str(at), cast("int", rows), kept))
        return found

    def renamed_files(self) -> frozenset[str]:
        """The sha256 of originals in whose records a name was forgotten: read again, they would bring it back."""
        rows = self._database.query(
            "SELECT DISTINCT s.sha256 FROM forgotten_row f JOIN record r ON r.id = f.row JOIN generation g "
            "ON g.id = r.generation JOIN submission s ON s.id = g.submission WHERE f.kind = 'record'"
        )
        return frozenset(str(row[0]) for row in rows)

    def renamed_fields(self) -> list[tuple[str, int, str]]:
        """(sha256, index of the record, field) of all readings in whose record a name was forgotten."""
        rows = self._database.query(
            "SELECT s.sha256, r.number, d.field FROM record r JOIN generation g ON g.id = r.generation "
            "JOIN submission s ON s.id = g.submission JOIN reading d ON d.record = r.id "
            "WHERE r.id IN (SELECT row FROM forgotten_row WHERE kind = 'record')"
        )
        return [(str(sha256), cast("int", index), restored(cast("str", field))) for sha256, index, field in rows]

    def forgotten_files(self) -> frozenset[str]:
        """The sha256 of originals that were given up."""
        return frozenset(str(row[0]) for row in self._database.query("SELECT sha256 FROM forgotten_file"))
