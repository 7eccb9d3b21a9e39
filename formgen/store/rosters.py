"""Which rows of the rosters are in force for a period: a later roster does not rewrite an earlier period. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from formgen.periods import kind_of
from formgen.store.rows import StoredRecord
from formgen.subjects import clean


class _Table:
    """The rows of one roster."""

    def __init__(self, rows: Sequence[StoredRecord]) -> None:
        self.rows = rows
        self.sha256 = rows[0].submission
        named = next((one.period for one in rows if one.period), None)
        self.since = _months(named)[0] if named else None  #: From which month on; None where it does not say.
        self._posts = {_post(row) for row in rows} - {""}
        self._villages = {clean(row.subject.village) for row in rows}

    def alike(self, other: _Table) -> bool:
        """Whether both are lists of the same posts, as far as they name any."""
        return not self._posts or not other._posts or bool(self._posts & other._posts)

    def covers(self, own: _Table, row: StoredRecord) -> bool:
        """Whether this roster takes the place of a row of another one."""
        return self is not own and self.alike(own) and clean(row.subject.village) in self._villages


def in_force(records: Sequence[StoredRecord], period: str, seen: Collection[str] | None) -> list[StoredRecord]:
    """The rows that count for a period, of the rows of all rosters, superseded ones too, as they came.

    A roster that names a period is in force from its beginning on. One that names none is in force for any period
    that was not yet assessed when it came: ``seen`` holds the files (sha256) that were there, None where the period
    was never assessed. A village of which nothing is in force is taken from the first roster that names it.
    """
    end = _months(period)[1]
    now: list[_Table] = []
    later: list[_Table] = []
    for table in _ordered(records):
        valid = table.since <= end if table.since is not None else seen is None or table.sha256 in seen
        (now if valid else later).append(table)
    found: list[tuple[_Table, StoredRecord]] = []
    for table in now:
        found = [(own, row) for own, row in found if not table.covers(own, row)] + [(table, row) for row in table.rows]
    for table in later:
        if table.since is not None and any(table.alike(other) for other in now):
            continue
        covered = {clean(row.subject.village) for own, row in found if table.covers(own, row)}
        found += [(table, row) for row in table.rows if clean(row.subject.village) not in covered]
    return [row for _, row in found]


def unused(records: Sequence[StoredRecord], seen: Collection[str] | None) -> list[str]:
    """The names of the rosters that name no period and came after a period was assessed from the files ``seen``."""
    if seen is None:
        return []
    return [table.rows[0].file for table in _ordered(records) if table.since is None and table.sha256 not in seen]


def _ordered(records: Sequence[StoredRecord]) -> list[_Table]:
    """The rosters as they came, but one that names a period before those that name a later one."""
    files: dict[str, list[StoredRecord]] = {}
    for one in records:
        files.setdefault(one.submission, []).append(one)
    found: list[_Table] = []
    for table in map(_Table, files.values()):
        place = len(found)
        if table.since is not None:
            later = [n for n, other in enumerate(found) if other.since is not None and other.since > table.since]
            place = min(later, default=place)
        found.insert(place, table)
    return found


def _post(row: StoredRecord) -> str:
    reading = row.record.readings.get("post")
    return clean(str(reading.value)) if reading is not None and reading.value is not None else ""


def _months(period: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The first and the last month of a period."""
    year = int(period[:4])
    match kind_of(period):
        case "month":
            return (year, int(period[5:])), (year, int(period[5:]))
        case "quarter":
            return (year, int(period[6]) * 3 - 2), (year, int(period[6]) * 3)
        case _:
            return (year, 1), (year, 12)
