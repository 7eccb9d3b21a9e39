"""Which record counts where several stand for the same thing. The answer is derived, and each change of it recorded.

A return supersedes an earlier one of the same form, subject and period, unless the earlier one is preferred: the
office has said that of a file and a signed scan the one or the other counts. A roster supersedes, in the villages
that it covers, the rows of an earlier roster of the same posts, and the people that it names. A row of a facts table
supersedes the same dated row of an earlier table; a table that came under the same name supersedes, in the villages
and periods that it covers, the whole of the earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from formgen.model import IssueCode, Record, Subject
from formgen.store.database import Database
from formgen.store.files import IN_ORDER, STORED, latest, load
from formgen.store.rows import StoredRecord
from formgen.subjects import clean, complete, same

LISTS = ("roster", "facts")

#: Form, key and period under which records compete.
Place = tuple[str, str, str | None]


def settle(database: Database, places: Iterable[Place], at: datetime) -> None:
    """Record who counts now at each place, where it differs from what is recorded. Inside a transaction."""
    for form, key, period in sorted(set(places), key=str):
        if form in LISTS:
            continue
        records = load(
            database,
            # the first condition keeps SQLite from looking at every record of the form
            f"{STORED} WHERE r.id IN (SELECT record FROM identity WHERE key = ?1) AND {latest()} "
            f"AND +r.form = ?2 AND i.key = ?1 AND i.period IS ?3 {IN_ORDER}",
            key,
            form,
            period,
        )
        kept: list[StoredRecord] = []
        for stored in reversed(_ranked(database, records)):
            newer = None
            if period is not None and complete(stored.subject, _named(database, stored)):
                newer = next((other for other in kept if same(other.subject, stored.subject)), None)
            if newer is None:
                kept.append(stored)
            _say(database, stored, newer, at, "同一对象、同一时段后来又收到一份")


def prefer(database: Database, better: int, worse: int, why: str, at: datetime) -> None:
    """Let a file count before a later one about the same subject and period. ``better``, ``worse``: their rows."""
    database.insert("preference", better=better, worse=worse, why=why, at=at.isoformat())


def _ranked(database: Database, records: Sequence[StoredRecord]) -> list[StoredRecord]:
    """Records of one place, the one that counts last: as they came, unless an earlier file is preferred."""
    ranked = list(records)
    if len(ranked) < 2:
        return ranked
    rows = database.query(
        "SELECT b.sha256, w.sha256 FROM preference p "
        "JOIN submission b ON b.id = p.better JOIN submission w ON w.id = p.worse ORDER BY p.id"
    )
    for better, worse in rows:
        last = max((place for place, one in enumerate(ranked) if one.submission == worse), default=-1)
        moved = [one for one in ranked[: last + 1] if one.submission == better]
        if moved:
            rest = [one for one in ranked if one not in moved]
            after = max(place for place, one in enumerate(rest) if one.submission == worse) + 1
            ranked = rest[:after] + moved + rest[after:]
    return ranked


def settle_lists(database: Database, form: str, at: datetime) -> None:
    """The same for the rows of all rosters, or of all facts tables."""
    records = load(database, f"{STORED} WHERE {latest()} AND r.form = ? {IN_ORDER}", form)
    files: dict[str, list[StoredRecord]] = {}
    for stored in records:
        files.setdefault(stored.submission, []).append(stored)
    tables = list(files.values())
    for number, rows in enumerate(tables):
        newer_tables = tables[number + 1 :]
        for stored in rows:
            heir = None
            for newer in newer_tables:
                found = _roster_heir(stored, rows, newer) if form == "roster" else _facts_heir(stored, newer)
                heir = found or heir
            _say(database, stored, heir, at, "后来又收到新的花名册" if form == "roster" else "后来又收到新的登记表")


def _roster_heir(
    stored: StoredRecord, rows: Sequence[StoredRecord], newer: Sequence[StoredRecord]
) -> StoredRecord | None:
    """The row of a newer roster that takes the place of an older one, None if it still counts."""
    old_posts, new_posts = ({_word(row, "post") for row in table} - {""} for table in (rows, newer))
    if old_posts and new_posts and not old_posts & new_posts:
        return None  # another list: of other posts
    for row in newer:
        if same(row.subject, stored.subject):
            return row
    village = clean(stored.subject.village)
    return next((row for row in newer if clean(row.subject.village) == village), None)


def _facts_heir(stored: StoredRecord, newer: Sequence[StoredRecord]) -> StoredRecord | None:
    """The row of a newer facts table that takes the place of an older one, None if it still counts."""
    if stored.record.readings.get("date") and stored.record.readings["date"].value is not None:
        wanted = _content(stored.record)
        for row in newer:
            if _content(row.record) == wanted:
                return row
    if newer and newer[0].file == stored.file:
        for row in newer:
            if clean(row.subject.village) == clean(stored.subject.village) and row.period == stored.period:
                return row
    return None


def _content(record: Record) -> tuple[str, ...]:
    names = ("date", "kind", "level", "count", "text")
    values = (record.readings[name].value if name in record.readings else None for name in names)
    subject = record.subject
    return (clean(subject.village), clean(subject.name), clean(subject.team), *(clean(str(v or "")) for v in values))


def _word(stored: StoredRecord, field: str) -> str:
    reading = stored.record.readings.get(field)
    return clean(str(reading.value)) if reading and reading.value is not None else ""


def _named(database: Database, stored: StoredRecord) -> bool:
    """Whether the form asks for a person's name."""
    if "name" in stored.record.readings:
        return True
    missing = database.one(
        "SELECT 1 FROM issue s JOIN record r ON r.generation = s.generation AND r.number = s.record "
        "WHERE r.id = ? AND s.code = ?",
        stored.id,
        IssueCode.MISSING_SUBJECT.value,
    )
    return missing is not None


def _say(database: Database, stored: StoredRecord, heir: StoredRecord | None, at: datetime, why: str) -> None:
    by = heir.id if heir else None
    if by != stored.superseded_by:
        why = why if heir else "取代它的记录已改为另一对象或时段"
        database.insert("supersession", record=stored.id, by=by, at=at.isoformat(), why=why)


def key_of(subject: Subject) -> str:
    """The cleaned village and name: what records that may be about the same subject have in common."""
    return f"{clean(subject.village)}/{clean(subject.name)}"
