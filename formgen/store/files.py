"""Files as they came and what was read in them: rows of submission, generation, record, reading and issue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, cast

from formgen.model import (
    Correction,
    Issue,
    IssueCode,
    Locator,
    Reading,
    Record,
    Severity,
    Subject,
    Submission,
)
from formgen.parsing import FileReading
from formgen.store.database import Database, Row
from formgen.store.rows import StoredIssue, StoredRecord, StoredSubmission
from formgen.store.values import from_columns, restored, storable, to_columns

#: Records with their file, whom they are about, and what counts instead of them.
STORED = """
SELECT r.id, s.sha256, s.name, r.number, g.number, s.received, r.form, r.scheme,
       r.village, r.name, r.grp, r.team, r.period, i.village, i.name, i.grp, i.team, i.period, x.by
FROM record r
JOIN generation g ON g.id = r.generation
JOIN submission s ON s.id = g.submission
JOIN identity i ON i.id = (SELECT MAX(id) FROM identity WHERE record = r.id)
LEFT JOIN supersession x ON x.id = (SELECT MAX(id) FROM supersession WHERE record = r.id)
"""

#: Records in the order in which they came: by file, then by place in the file.
IN_ORDER = "ORDER BY s.id, r.number"

_AT_ONCE = 500  #: Records whose readings are asked for together.


def latest() -> str:
    """The condition that a record stands in the newest reading of its file."""
    return "g.number = (SELECT MAX(number) FROM generation WHERE submission = g.submission)"


def load(database: Database, sql: str, *parameters: object) -> list[StoredRecord]:
    """The records that a query beginning with ``STORED`` gives, with their readings, in the order of the query."""
    return _loaded(database, [cast("tuple[Any, ...]", row) for row in database.query(sql, *parameters)])


def each(database: Database, sql: str, *parameters: object) -> Iterator[StoredRecord]:
    """The same, some hundred at a time: for a pass over everything that is kept."""
    rows = [cast("tuple[Any, ...]", row) for row in database.query(sql, *parameters)]
    for start in range(0, len(rows), _AT_ONCE):
        yield from _loaded(database, rows[start : start + _AT_ONCE])


def _loaded(database: Database, rows: list[tuple[Any, ...]]) -> list[StoredRecord]:
    readings = _readings(database, [row[0] for row in rows])
    boxes = _boxes(database, [row[0] for row in rows])
    found = []
    for row in rows:
        sha256, village, name, group, team = row[1], *map(restored, row[8:12])
        fields = {
            field: Reading(text, value, Locator(part, spot, sha256, boxes.get((row[0], field), ())), confidence)
            for field, text, value, part, spot, confidence in readings[row[0]]
        }
        record = Record(row[6], row[7], Subject(village, name, group, team), row[12], fields)
        village, name, group, team = map(restored, row[13:17])
        found.append(
            StoredRecord(
                id=row[0],
                submission=sha256,
                file=restored(row[2]),
                index=row[3],
                generation=row[4],
                received=datetime.fromisoformat(row[5]),
                record=record,
                subject=Subject(village, name, group, team),
                period=row[17],
                superseded_by=row[18],
            )
        )
    return found


def _readings(database: Database, records: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for start in range(0, len(records), 500):
        some = records[start : start + 500]
        rows = database.query(
            "SELECT record, field, text, type, value, part, spot, confidence FROM reading "
            f"WHERE record IN ({', '.join('?' * len(some))}) ORDER BY record, number",
            *some,
        )
        for record, field, text, kind, value, part, spot, confidence in cast("list[tuple[Any, ...]]", rows):
            words = (restored(text), from_columns(kind, value), restored(part), restored(spot))
            found[record].append((restored(field), *words, confidence))
    return found


def _boxes(database: Database, records: list[int]) -> dict[tuple[int, str], tuple[int, ...]]:
    """Where readings stand on the image of their page, by row of the record and field; of scans alone."""
    found: dict[tuple[int, str], tuple[int, ...]] = {}
    if database.one("SELECT 1 FROM image_place LIMIT 1") is None:
        return found
    for start in range(0, len(records), 500):
        some = records[start : start + 500]
        rows = database.query(
            f"SELECT record, field, box FROM image_place WHERE record IN ({', '.join('?' * len(some))})", *some
        )
        for record, field, box in cast("list[tuple[int, str, str]]", rows):
            found[record, restored(field)] = tuple(int(number) for number in box.split(","))
    return found


def submission_id(database: Database, sha256: str) -> int | None:
    """The row of a file, None if it never came."""
    row = database.one("SELECT id FROM submission WHERE sha256 = ?", sha256)
    return cast("int", row[0]) if row else None


def add_submission(database: Database, submission: Submission) -> int:
    """Add a file; its row."""
    return database.insert(
        "submission",
        sha256=submission.sha256,
        name=storable(submission.name),
        received=submission.received.isoformat(),
    )


def add_generation(database: Database, file: int, reading: FileReading, at: datetime) -> list[int]:
    """Add what was read in a file as its newest reading; the rows of its records, identities not yet added."""
    (number,) = cast("Row", database.one("SELECT COALESCE(MAX(number), 0) FROM generation WHERE submission = ?", file))
    generation = database.insert(
        "generation", submission=file, number=cast("int", number) + 1, kind=reading.kind, at=at.isoformat()
    )
    rows = []
    for index, record in enumerate(reading.records):
        subject = record.subject
        row = database.insert(
            "record",
            generation=generation,
            number=index,
            form=record.form,
            scheme=record.scheme,
            village=storable(subject.village),
            name=storable(subject.name),
            grp=storable(subject.group),
            team=storable(subject.team),
            period=record.period,
        )
        database.insert_many(
            "reading",
            "record, number, field, text, type, value, part, spot, confidence",
            [
                (
                    row,
                    place,
                    storable(field),
                    storable(one.text),
                    *to_columns(one.value),
                    *_spot(one.where),
                    one.confidence,
                )
                for place, (field, one) in enumerate(record.readings.items())
            ],
        )
        database.insert_many(
            "image_place",
            "record, field, box",
            [
                (row, storable(field), ",".join(map(str, one.where.box)))
                for field, one in record.readings.items()
                if one.where.box
            ],
        )
        rows.append(row)
    insert_issues(database, generation, reading.issues)
    return rows


def _spot(where: Locator) -> tuple[str | bytes, str | bytes]:
    return storable(where.part), storable(where.spot)


def insert_issues(database: Database, generation: int, issues: Iterable[Issue]) -> None:
    """Add issues to a reading of a file."""
    database.insert_many(
        "issue",
        "generation, record, code, severity, message, field, part, spot",
        [
            (
                generation,
                issue.record,
                issue.code.value,
                issue.severity.value,
                storable(issue.message),
                None if issue.field is None else storable(issue.field),
                *_spot(issue.where),
            )
            for issue in issues
        ],
    )


def newest_generation(database: Database, file: int) -> int:
    """The row of the newest reading of a file."""
    row = database.one("SELECT id FROM generation WHERE submission = ? ORDER BY number DESC LIMIT 1", file)
    return cast("int", cast("Row", row)[0])


def load_issues(database: Database, condition: str, *parameters: object) -> list[StoredIssue]:
    """The unsettled issues of the newest readings, in the order in which they were found."""
    rows = database.query(
        "SELECT q.id, s.sha256, s.name, q.record, q.code, q.severity, q.message, q.field, q.part, q.spot "
        "FROM issue q JOIN generation g ON g.id = q.generation JOIN submission s ON s.id = g.submission "
        f"WHERE {latest()} AND NOT EXISTS (SELECT 1 FROM settlement WHERE issue = q.id) AND {condition} ORDER BY q.id",
        *parameters,
    )
    found = []
    for row in cast("list[tuple[Any, ...]]", rows):
        where = Locator(restored(row[8]), restored(row[9]), row[1])
        field = None if row[7] is None else restored(row[7])
        issue = Issue(IssueCode(row[4]), Severity(row[5]), restored(row[6]), where, field, row[3])
        found.append(StoredIssue(row[0], row[1], restored(row[2]), issue))
    return found


def load_submissions(database: Database, condition: str = "1 = 1", *parameters: object) -> list[StoredSubmission]:
    """Files, in the order in which they first came."""
    rows = database.query(
        "SELECT s.sha256, s.name, s.received, g.kind, g.number, g.at FROM submission s "
        f"JOIN generation g ON g.submission = s.id AND {latest()} WHERE {condition} ORDER BY s.id",
        *parameters,
    )
    return [
        StoredSubmission(
            Submission(sha256, restored(name), datetime.fromisoformat(received)),
            kind,
            number,
            datetime.fromisoformat(at),
        )
        for sha256, name, received, kind, number, at in cast("list[tuple[Any, ...]]", rows)
    ]


def load_corrections(database: Database, condition: str, *parameters: object) -> list[Correction]:
    """Corrections, oldest first."""
    rows = database.query(
        "SELECT s.sha256, c.record, c.field, c.type, c.value, c.by, c.at, c.why "
        f"FROM correction c JOIN submission s ON s.id = c.submission WHERE {condition} ORDER BY c.id",
        *parameters,
    )
    return [
        Correction(
            sha256,
            index,
            restored(field),
            from_columns(kind, value),
            restored(by),
            datetime.fromisoformat(at),
            restored(why),
        )
        for sha256, index, field, kind, value, by, at, why in cast("list[tuple[Any, ...]]", rows)
    ]
