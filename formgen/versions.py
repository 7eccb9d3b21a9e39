"""Versions of the same return: what a new file takes the place of, what has taken its own, what reads otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from formgen.copies import LISTS, Copies
from formgen.model import Issue, IssueCode, Locator, Severity, Value
from formgen.parsing import FileReading
from formgen.store import Store, StoredRecord
from formgen.subjects import complete, same


def doubled(reading: FileReading) -> Iterator[Issue]:
    """Issues for records of one file about the same subject and period: the last counts, a person looks."""
    said = {issue.record for issue in reading.issues if issue.code is IssueCode.DUPLICATE}
    for index, record in enumerate(reading.records):
        if record.form in LISTS or record.period is None or not complete(record.subject, "name" in record.readings):
            continue
        for number in range(index):
            other = reading.records[number]
            alike = (other.form, other.period) == (record.form, record.period) and same(other.subject, record.subject)
            if alike and index not in said:
                said.add(index)
                yield Issue(
                    IssueCode.DUPLICATE,
                    Severity.WARNING,
                    f"这个文件里有两份“{record.subject}”{record.period}的表，现以后一份为准；请核对是否填错了姓名或时段",
                    next((reading.where for reading in record.readings.values()), Locator()),
                    record=index,
                )


def superseded(store: Store, records: Sequence[StoredRecord], taken: set[str]) -> Iterator[str]:
    """What new records take the place of, file by file; two versions in one run are for a person to judge."""
    copies = Copies(store)
    former = [(record, old) for record in records for old in store.superseded_by(record.id)]
    for sha256 in dict.fromkeys(old.submission for _, old in former):
        pairs = [(new, old) for new, old in former if old.submission == sha256]
        file, received = pairs[0][1].file, pairs[0][1].received
        if pairs[0][0].record.form in LISTS:
            gone = [old.subject for _, old in pairs if not any(same(old.subject, new.subject) for new in records)]
            words = f"，其中{'、'.join(map(str, dict.fromkeys(gone)))}不在新的里面，不再计入" if gone else ""
            yield f"取代{received:%Y-%m-%d}收到的《{file}》中的{len(pairs)}行{words}；旧的仍保留。"
            continue
        names = "、".join(f"{new.subject} {new.period}" for new, _ in pairs)
        yield f"取代{received:%Y-%m-%d}收到的《{file}》中的：{names}；旧的仍保留。"
        if sha256 in taken:
            store.add_issues(
                pairs[0][0].submission,
                [
                    Issue(
                        IssueCode.DUPLICATE,
                        Severity.WARNING,
                        f"同一批里还有《{file}》，对象和时段都相同而内容不同；现以这一份为准，请核对哪一份对",
                        record=new.index,
                    )
                    for new, old in pairs
                    if copies.of(new).sorts & copies.of(old).sorts and _values(new) != _values(old)
                ],
            )


def _values(stored: StoredRecord) -> dict[str, Value]:
    """What a record says, wherever and however sure."""
    return {field: one.value for field, one in stored.record.readings.items() if one.value is not None}


def outdated(store: Store, records: Sequence[StoredRecord]) -> Iterator[str]:
    """What to say where a later file has taken the place of these records."""
    newer = [record.superseded_by for record in records if record.superseded_by is not None]
    files = dict.fromkeys(other.file for row in newer if (other := store.record(row)))
    if files:
        yield (
            f"其中有内容已被后来收到的《{'》《'.join(files)}》取代，仍以后来的为准；"
            "如应以这一份为准，请另存一次再交，或在 formgen review 中更正。"
        )


def differs(store: Store, sha256: str, reading: FileReading) -> bool:
    """Whether a reading says otherwise than the newest one that is kept."""
    records = tuple(
        replace(
            record,
            readings={
                field: replace(one, where=replace(one.where, submission=sha256))
                for field, one in record.readings.items()
            },
        )
        for record in reading.records
    )
    if records != tuple(stored.record for stored in store.records_of(sha256)):
        return True
    issues = {replace(issue, where=replace(issue.where, submission=sha256)) for issue in reading.issues}
    # by intake itself, after the reading
    added = (IssueCode.DUPLICATE, IssueCode.UNKNOWN_SUBJECT, IssueCode.COPIES_DIFFER)
    before = {one.issue for one in store.issues(sha256)}
    return bool(issues - before or {issue for issue in before - issues if issue.code not in added})
