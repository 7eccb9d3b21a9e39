"""Lay what people vouch for over what was read. Pure; the reading itself is never altered.

Both ``review`` and ``scoring`` stand on this module, and neither knows the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from formgen.model import Correction, Issue, IssueCode, Locator, Reading, Record

#: The fields that name the subject: a correction of one of them moves the record to another subject.
SUBJECT_FIELDS = ("village", "name", "group", "team")

#: A correction of these fields answers the codes even where the issue names no field.
_ANSWERED_BY = {
    IssueCode.MISSING_PERIOD: ("period",),
    IssueCode.PERIOD_ASSUMED: ("period",),
    IssueCode.PERIOD_MISMATCH: ("period",),
    IssueCode.MISSING_SUBJECT: ("village", "name", "team"),
    IssueCode.UNKNOWN_SUBJECT: ("village", "name", "team"),
}


def latest(corrections: Iterable[Correction]) -> dict[str, Correction]:
    """The correction in force for each field of one record: the last by time, the later given where two are equal."""
    found: dict[str, Correction] = {}
    for correction in corrections:
        before = found.get(correction.field)
        if before is None or correction.at >= before.at:
            found[correction.field] = correction
    return found


def overlay(record: Record, corrections: Iterable[Correction]) -> Record:
    """The record with corrections laid over it. The corrections must be those of this record alone.

    A corrected reading keeps its words and its place; a field that was not on the paper gets a reading without words.
    """
    in_force = {field: c for field, c in latest(corrections).items() if not field.startswith("!")}
    if not in_force:
        return record
    readings = dict(record.readings)
    for field, correction in in_force.items():
        reading = readings.get(field)
        if reading is None:
            readings[field] = Reading("", correction.value, Locator(submission=correction.submission))
        else:
            readings[field] = replace(reading, value=correction.value, confidence=1.0)
    names = {f: _text(in_force[f]) for f in SUBJECT_FIELDS if f in in_force}
    subject = replace(record.subject, **names) if names else record.subject
    period = (_text(in_force["period"]) or None) if "period" in in_force else record.period
    return replace(record, subject=subject, period=period, readings=readings)


def answered(issue: Issue, corrections: Iterable[Correction]) -> bool:
    """Whether a person has answered the issue: with a value for its field, or with ``!CODE`` where it has none."""
    for correction in corrections:
        if issue.record is not None and issue.record != correction.record:
            continue
        if issue.field is not None:
            if correction.field == issue.field:
                return True
        elif correction.field == f"!{issue.code.value}" or correction.field in _ANSWERED_BY.get(issue.code, ()):
            return True
    return False


def _text(correction: Correction) -> str:
    return "" if correction.value is None else str(correction.value).strip()
