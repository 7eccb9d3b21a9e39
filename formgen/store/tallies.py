"""What came, file by file, without what was read in it: for counts over many thousand files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from formgen.model import Subject
from formgen.store.database import Database
from formgen.store.files import latest
from formgen.store.values import restored


@dataclass(frozen=True, slots=True)
class Tally:
    """A file in numbers."""

    submission: str  #: sha256.
    name: str
    received: datetime  #: When it first came.
    kind: str
    records: int
    superseded: int  #: Records in whose place another one counts.
    faults: int  #: Issues that are not just remarks; whether a correction answers them, ``review`` knows.
    corrections: int


_FILES = f"""
SELECT s.sha256, s.name, s.received, g.kind,
       (SELECT COUNT(*) FROM record WHERE generation = g.id),
       (SELECT COUNT(*) FROM record r WHERE r.generation = g.id AND
           (SELECT by FROM supersession WHERE record = r.id ORDER BY id DESC LIMIT 1) IS NOT NULL),
       (SELECT COUNT(*) FROM issue q WHERE q.generation = g.id AND q.severity <> 'info'
           AND NOT EXISTS (SELECT 1 FROM settlement WHERE issue = q.id)),
       (SELECT COUNT(*) FROM correction WHERE submission = s.id)
FROM submission s JOIN generation g ON g.submission = s.id AND {latest()}
"""


def tallies(database: Database) -> Iterator[Tally]:
    """All files, in the order in which they first came, one after the other."""
    for row in database.each(f"{_FILES} ORDER BY s.id"):
        sha256, name, received, *rest = cast("tuple[Any, ...]", row)
        yield Tally(sha256, restored(name), datetime.fromisoformat(received), *rest)


def returned(database: Database, forms: Sequence[str]) -> dict[str, list[Subject]]:
    """Period → the subjects of the records of these forms that count."""
    found: dict[str, list[Subject]] = defaultdict(list)
    for period, *who in database.each(
        "SELECT i.period, i.village, i.name, i.grp, i.team FROM record r "
        f"JOIN generation g ON g.id = r.generation AND {latest()} "
        "JOIN identity i ON i.id = (SELECT MAX(id) FROM identity WHERE record = r.id) "
        f"WHERE r.form IN ({', '.join('?' * len(forms))}) AND i.period IS NOT NULL "
        "AND (SELECT by FROM supersession WHERE record = r.id ORDER BY id DESC LIMIT 1) IS NULL",
        *forms,
    ):
        found[str(period)].append(Subject(*(restored(cast("str", word)) for word in who)))
    return dict(found)


def repeats(database: Database, day: str) -> int:
    """How often, on a day (``2026-11-22``), bytes came that had come before."""
    row = database.one(
        "SELECT COUNT(*) FROM arrival a WHERE substr(a.at, 1, 10) = ? "
        "AND a.id > (SELECT MIN(id) FROM arrival WHERE submission = a.submission)",
        day,
    )
    return cast("int", row[0]) if row else 0


def periods(database: Database) -> tuple[str, ...]:
    """All periods that a record of today's state is of, the newest that came first."""
    rows = database.query(
        "SELECT period, MAX(record) AS last FROM identity WHERE period IS NOT NULL GROUP BY period ORDER BY last DESC"
    )
    return tuple(cast("str", row[0]) for row in rows)
