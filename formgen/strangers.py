"""Subjects of returns whom no roster knows: said once, and taken back where a roster now knows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from formgen.model import Issue, IssueCode, Locator, RosterEntry, Severity
from formgen.store import Store, StoredRecord
from formgen.subjects import RosterIndex

_ROSTER, _FACTS = "roster", "facts"
_LISTS = (_ROSTER, _FACTS)
_PERIODS = 8  #: Of which the rosters are kept at hand.


class Rosters:
    """The rosters as they are now, looked up once: for the many returns that come before the next roster."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.newest = RosterIndex(store.roster())
        self._ever: RosterIndex | None = None
        self._of_period: dict[tuple[str, str], RosterIndex] = {}

    def index_for(self, stored: StoredRecord) -> RosterIndex:
        """The roster that a record is held to."""
        newest, form = self.newest, stored.record.form
        if stored.period is not None and not (form in _LISTS and newest.knows(stored.subject)):
            key = (stored.record.scheme, stored.period)
            if key not in self._of_period:
                if len(self._of_period) >= _PERIODS:
                    self._of_period.clear()  # a watcher that never rests must not grow
                self._of_period[key] = RosterIndex(self._store.roster(stored.period, stored.record.scheme or None))
            return self._of_period[key]
        if form == _FACTS and not newest.knows(stored.subject):
            if self._ever is None:
                former = self._store.records(_ROSTER, current=False)
                self._ever = RosterIndex([RosterEntry(one.subject) for one in former])
            if self._ever.knows(stored.subject):
                return self._ever  # what happened before a later roster left them out, or moved them, is theirs still
        return newest


def check_roster(store: Store, at: datetime) -> None:
    """Say which subjects no roster knows, and take it back where one now does. Without a roster nothing is said."""
    rosters = Rosters(store)
    if not rosters.newest.entries:
        return
    said: dict[tuple[str, int | None], int] = {
        (one.submission, one.issue.record): one.id
        for one in store.issues()
        if one.issue.code is IssueCode.UNKNOWN_SUBJECT
    }
    settled: list[int] = []
    unknown: dict[str, list[Issue]] = {}
    for stored in store.each_record():
        if stored.record.form == _ROSTER or not stored.subject.key:
            continue
        index, place = rosters.index_for(stored), (stored.submission, stored.index)
        if index.knows(stored.subject):
            if place in said:
                settled.append(said[place])
        elif place not in said:
            unknown.setdefault(stored.submission, []).append(_unknown(index, stored))
    for sha256, issues in unknown.items():
        store.add_issues(sha256, issues)
    if settled:
        store.settle_issues(settled, "花名册中有此人", at)


def check_fresh(store: Store, rosters: Rosters, sha256: str, records: Sequence[StoredRecord]) -> bool:
    """The same for the records of one file that has just come, against rosters that are at hand.

    False, and nothing is said, where the file holds a roster: then everything is to be checked anew.
    """
    if any(stored.record.form == _ROSTER for stored in records):
        return False
    if not rosters.newest.entries:
        return True
    said = {one.issue.record for one in store.issues(sha256) if one.issue.code is IssueCode.UNKNOWN_SUBJECT}
    unknown = [
        _unknown(index, stored)
        for stored in records
        if stored.subject.key and stored.superseded_by is None and stored.index not in said
        if not (index := rosters.index_for(stored)).knows(stored.subject)
    ]
    if unknown:
        store.add_issues(sha256, unknown)
    return True


def _unknown(index: RosterIndex, stored: StoredRecord) -> Issue:
    subject = stored.subject
    namesakes = [entry.subject for entry in index.matches(subject)]
    if namesakes:
        several = "、".join(str(one) + (f"（{one.group}）" if one.group else "") for one in dict.fromkeys(namesakes))
        message = f"花名册中有几个“{subject}”，分不清是哪一个：{several}；请补上村名或组名"
    else:
        near = "、".join(map(str, index.near(subject)))
        message = f"花名册中没有“{subject}”" + (f"；相近的有：{near}" if near else "；请核对村名和姓名")
    field = "name" if subject.name else "team" if subject.team else "village"
    reading = stored.record.readings.get(field)
    where = reading.where if reading else Locator()
    return Issue(IssueCode.UNKNOWN_SUBJECT, Severity.WARNING, message, where, field, stored.index)
