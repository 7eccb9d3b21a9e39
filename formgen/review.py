"""What is doubtful in a record, and the record as people have put it right. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from formgen.corrections import answered, overlay
from formgen.model import Correction, Issue, IssueCode, Locator, Record, Severity, Value


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubtful place of a record, with what stands there: a line of the ``review`` command."""

    record: int | None  #: Index of the record within the file; None for the whole file.
    field: str | None  #: Field id; None where the doubt concerns no single field.
    code: IssueCode
    severity: Severity
    message: str  #: Chinese, for a clerk.
    where: Locator
    text: str = ""  #: The words on the paper, verbatim.
    value: Value = None  #: What they were taken for.

    @property
    def answer_to(self) -> str:
        """The field of the correction that answers this doubt: the field id, else ``!CODE``."""
        return self.field if self.field is not None else f"!{self.code.value}"


def effective(record: Record, submission: str, index: int, corrections: Iterable[Correction]) -> Record:
    """The record as it counts: the corrections of this file's record laid over the readings, subject and period too.

    ``submission`` is the sha256 of the file and ``index`` the place of the record in it; corrections of other
    records are left aside. Where several name one field, the last by time counts.
    """
    return overlay(record, [c for c in corrections if c.submission == submission and c.record == index])


def open_issues(issues: Iterable[Issue], corrections: Iterable[Correction]) -> tuple[Issue, ...]:
    """The issues that nobody has answered, in their order, those of severity INFO among them.

    Both must be of one submission. A correction of field F answers the issues on F of its record; one of the
    field ``!CODE`` answers the issues with that code that have no field.
    """
    given = tuple(corrections)
    return tuple(issue for issue in issues if not answered(issue, given))


def doubts(
    record: Record | None, submission: str, index: int, issues: Iterable[Issue], corrections: Iterable[Correction]
) -> tuple[Doubt, ...]:
    """What a person must still look at in one record, and in the file as a whole, with the words that stand there.

    ``record`` is None for a file that holds none. Issues of other records are left aside.
    """
    given = tuple(c for c in corrections if c.submission == submission)
    found = []
    for issue in open_issues(issues, given):
        if not issue.needs_person or issue.record not in (None, index):
            continue
        reading = record.readings.get(issue.field) if record and issue.field else None
        where = issue.where if str(issue.where) or reading is None else reading.where
        found.append(
            Doubt(
                issue.record,
                issue.field,
                issue.code,
                issue.severity,
                issue.message,
                where,
                reading.text if reading else "",
                reading.value if reading else None,
            )
        )
    return tuple(found)
