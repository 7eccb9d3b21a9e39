"""The same subject twice in one file. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from formgen.model import Issue, IssueCode, Locator, Record, Severity


def repeated(records: Sequence[Record]) -> list[Issue]:
    """A warning on each record whose form, subject, group and period an earlier one has; nameless ones are no one's."""
    first: dict[tuple[str, str, str, str | None], int] = {}
    issues = []
    for number, record in enumerate(records):
        if not record.subject.key:
            continue
        same = (record.form, record.subject.key, record.subject.group, record.period)
        earlier = first.setdefault(same, number)
        if earlier != number:
            message = f"同一文件里“{record.subject}”有两份（第{earlier + 1}份和第{number + 1}份），请核对"
            reading = record.readings.get("name") or record.readings.get("village")
            where = reading.where if reading else Locator()
            issues.append(Issue(IssueCode.DUPLICATE, Severity.WARNING, message, where, None, number))
    return issues
