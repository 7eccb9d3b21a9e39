"""The same form as a file and as a signed scan, side by side field by field; what differs is said with both places.

Which of the two counts is the office's word (``[scan] authority`` in formgen.toml). Where it has said nothing, each
difference waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from formgen.model import Issue, IssueCode, Locator, Reading, Record, Severity, Value
from formgen.review import effective
from formgen.store import Store, StoredRecord

SCAN = "scan"  #: ``FileReading.kind`` of what was read from images.

Authority = Literal["ask", "scan", "file"]

_NOT_COMPARED = (".remark", ".signature", ".date")  #: Written by hand on the signed copy alone.


def differences(one: Record, other: Record) -> Iterator[tuple[str, Reading | None, Reading | None]]:
    """(field, what the one says, what the other says) for each field in which two copies of a form differ."""
    for field in dict.fromkeys([*one.readings, *other.readings]):
        if field.endswith(_NOT_COMPARED):
            continue
        mine, theirs = one.readings.get(field), other.readings.get(field)
        if _plain(mine) != _plain(theirs):
            yield field, mine, theirs


def reconcile(
    store: Store, pairs: Sequence[tuple[StoredRecord, StoredRecord]], authority: Authority, at: datetime
) -> Iterator[str]:
    """Compare new records with the former ones that they supersede, where one of each pair is a scan; what to say.

    Records the issues ``copies-differ``, and by the office's word which of the two counts.
    """
    for new, old in pairs:
        kinds = {one.submission: is_scan(store, one) for one in (new, old)}
        if kinds[new.submission] == kinds[old.submission]:
            continue
        found = list(differences(_effective(store, new), _effective(store, old)))
        sorts = {True: "扫描件", False: "电子版"}
        mine, theirs = sorts[kinds[new.submission]], sorts[kinds[old.submission]]
        if not found:
            yield f"与先收到的{theirs}《{old.file}》逐项一致。"
            continue
        better = new if authority == "ask" or kinds[new.submission] == (authority == SCAN) else old
        severity = Severity.WARNING if authority == "ask" else Severity.INFO
        ruled = "" if authority == "ask" else f"；按设置以{sorts[kinds[better.submission]]}为准"
        store.add_issues(
            new.submission,
            [
                Issue(
                    IssueCode.COPIES_DIFFER,
                    severity,
                    f"{mine}写{_said(reading)}，{theirs}《{old.file}》{_place(other)}写{_said(other)}{ruled}",
                    reading.where if reading is not None else _paper(new),
                    field,
                    new.index,
                )
                for field, reading, other in found
            ],
        )
        if better is old:
            store.prefer(old.submission, new.submission, f"[scan] authority = {authority}", at)
        yield (
            f"与先收到的{theirs}《{old.file}》有{len(found)}处不一致："
            f"{'、'.join(field for field, _, _ in found[:6])}{' 等' if len(found) > 6 else ''}{ruled or '，请核对'}。"
        )


def _paper(stored: StoredRecord) -> Locator:
    """A place on the paper of a record, for what stands nowhere on it."""
    return next((replace(one.where, spot="", box=()) for one in stored.record.readings.values()), Locator())


def is_scan(store: Store, stored: StoredRecord) -> bool:
    """Whether a record was read from images."""
    kept = store.submission(stored.submission)
    return kept is not None and kept.kind == SCAN


def _effective(store: Store, stored: StoredRecord) -> Record:
    given = store.corrections(stored.submission, stored.index)
    return effective(stored.record, stored.submission, stored.index, given)


def _plain(reading: Reading | None) -> Value:
    value = reading.value if reading is not None else None
    return "".join(value.split()) if isinstance(value, str) else value


def _said(reading: Reading | None) -> str:
    value = reading.value if reading is not None else None
    return "空白" if value is None else f"“{value}”"


def _place(reading: Reading | None) -> str:
    return reading.where.chinese if reading is not None else ""
