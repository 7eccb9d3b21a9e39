"""Subjects of returns whom no roster knows: said once, and taken back where a roster now knows them."""

from __future__ import annotations

from datetime import datetime

from formgen.model import Issue, IssueCode, Locator, RosterEntry, Severity
from formgen.store import Store, StoredRecord
from formgen.subjects import RosterIndex

_LISTS = ("roster", "facts")


def check_roster(store: Store, at: datetime) -> None:
    """Say which subjects no roster knows, and take it back where one now does. Without a roster nothing is said."""
    newest = RosterIndex(store.roster())
    if not newest.entries:
        return
    ever = RosterIndex([RosterEntry(one.subject) for one in store.records("roster", current=False)])
    of_period: dict[tuple[str, str], RosterIndex] = {}
    said: dict[tuple[str, int | None], int] = {
        (one.submission, one.issue.record): one.id
        for one in store.issues()
        if one.issue.code is IssueCode.UNKNOWN_SUBJECT
    }
    settled: list[int] = []
    unknown: dict[str, list[Issue]] = {}
    for stored in store.records():
        if stored.record.form == "roster" or not stored.subject.key:
            continue
        index, form = newest, stored.record.form
        if stored.period is not None and not (form in _LISTS and newest.knows(stored.subject)):
            key = (stored.record.scheme, stored.period)
            if key not in of_period:
                of_period[key] = RosterIndex(store.roster(stored.period, stored.record.scheme or None))
            index = of_period[key]
        elif form == "facts" and not newest.knows(stored.subject) and ever.knows(stored.subject):
            index = ever  # what happened before a later roster left them out, or moved them, is theirs still
        place = (stored.submission, stored.index)
        if index.knows(stored.subject):
            if place in said:
                settled.append(said[place])
        elif place not in said:
            unknown.setdefault(stored.submission, []).append(_unknown(index, stored))
    for sha256, issues in unknown.items():
        store.add_issues(sha256, issues)
    if settled:
        store.settle_issues(settled, "花名册中有此人", at)


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
