"""What an assessment is made from: a record, what people vouch for, facts, and the roster."""

from __future__ import annotations

from dataclasses import dataclass, replace

from formgen.corrections import answered, latest, overlay
from formgen.model import Correction, Fact, Issue, Locator, Reading, Record, RosterEntry, Source, Subject
from formgen.scoring.figures import words


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one subject in one period."""

    subject: Subject
    period: str
    record: Record | None  #: As it was read; None where nothing came back.
    submission: str = ""  #: sha256 of the file of the record.
    issues: tuple[Issue, ...] = ()  #: Those of the file, or of the record alone.
    corrections: tuple[Correction, ...] = ()  #: Those of the file, or of the record alone.
    facts: tuple[Fact, ...] = ()  #: Of this subject, in this period; any other becomes a doubt.
    roster: RosterEntry | None = None
    index: int | None = None  #: Place of the record in its file; None: issues and corrections are its own alone.
    doubts: tuple[str, ...] = ()  #: What the caller itself could not settle, such as an unclear row of facts.


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The evidence as it counts: corrections laid over the record, answered issues gone."""

    record: Record | None
    corrections: dict[str, Correction]  #: In force, by field.
    issues: tuple[Issue, ...]  #: Open, and in need of a person.


def settle(evidence: Evidence) -> Overlaid:
    """Lay the corrections over the record and leave out the issues that need nobody any more.

    Raises ValueError where the place of the record is not given and the corrections or issues are of several records.
    """
    if not evidence.corrections and not evidence.issues:
        return Overlaid(evidence.record, {}, ())
    index = evidence.index
    named = {c.record for c in evidence.corrections} | {i.record for i in evidence.issues if i.record is not None}
    if index is None and len(named) > 1:
        raise ValueError("Evidence.index is needed: the corrections and issues are of several records")
    given = [c for c in evidence.corrections if not evidence.submission or c.submission == evidence.submission]
    ours = [c for c in given if index is None or c.record == index]
    issues = tuple(
        issue
        for issue in evidence.issues
        if issue.needs_person
        and (index is None or issue.record is None or issue.record == index)
        and not answered(issue, given)
    )
    record = overlay(evidence.record, ours) if evidence.record is not None else None
    return Overlaid(record, latest(ours), issues)


def placed(where: Locator, submission: str) -> Locator:
    """The place with its file named, where it is known."""
    return where if where.submission or not submission else replace(where, submission=submission)


def reading_source(field: str, reading: Reading, submission: str) -> Source:
    """A reading as the source of a line, in the words of the paper."""
    return Source("reading", field, reading.text, placed(reading.where, submission))


def correction_source(correction: Correction, reading: Reading | None) -> Source:
    """A correction as the source of a line: what was set, who set it, when and why."""
    where = placed(reading.where if reading else Locator(), correction.submission)
    text = (
        f"{words(correction.value)}（{correction.by}，{correction.at:%Y-%m-%d %H:%M}，{correction.why or '未写理由'}）"
    )
    return Source("correction", correction.field, text, where)


def issue_words(issue: Issue) -> str:
    """An open issue as a doubt, with its place."""
    place = issue.where.chinese
    return f"{issue.message}（{place}）" if place else issue.message
