"""Sheets made into files, and what a reader says of them judged: for ``tools/bench_scan.py`` and a small fixed test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from formgen.model import Issue, IssueCode, Reading, Record, Severity
from formgen.parsing import FileReading, Limits
from scans.blanks import DPI, Blank
from scans.damage import damaged
from scans.degrading import Scan, scanned
from scans.files import file_of
from scans.filling import Sheet, fill
from scans.judging import Tally, is_plain, judge_places
from scans.values import Odds

FAMILY = 1  #: Of the drawn shapes: those that parsers/scan/figures.onnx was not made from.
_WHOSE = ("village", "name", "group", "team", "period")
_BOOKING = {
    IssueCode.MISSING_SUBJECT,
    IssueCode.UNKNOWN_SUBJECT,
    IssueCode.MISSING_PERIOD,
    IssueCode.PERIOD_MISMATCH,
    IssueCode.CODE_MISMATCH,
    IssueCode.AMBIGUOUS_FORM,
    IssueCode.NOT_A_FORM,
}


@dataclass(frozen=True, slots=True)
class Job:
    """A filled sheet as a file, with all that is known of it."""

    name: str  #: Damage, form and seed: enough to make it again.
    damage: str
    path: Path
    sheet: Sheet
    scans: tuple[Scan, ...]


def jobs(
    blanks: Sequence[Blank], damages: Sequence[str], pages: int, seed: int, folder: Path, odds: Odds | None = None
) -> Iterator[Job]:
    """At least so many pages, the forms and damages in turn. The files are the caller's to remove."""
    made = number = 0
    while made < pages:
        damage = damages[number % len(damages)]
        blank = blanks[(number + number // len(damages)) % len(blanks)]
        job = job_of(blank, damage, seed * 100_000 + number, folder, odds)
        yield job
        made += len(job.scans)
        number += 1


def job_of(blank: Blank, damage: str, seed: int, folder: Path, odds: Odds | None = None) -> Job:
    """One sheet as a file below ``folder``."""
    sheet = fill(blank, seed, odds, FAMILY)
    scans = tuple(damaged(scanned(page, DPI), damage, seed * 10 + number) for number, page in enumerate(sheet.pages()))
    ending, data = file_of(scans, seed)
    path = folder / f"{seed}.{ending}"
    path.write_bytes(data)
    return Job(f"{damage} {blank.form.id} {seed}", damage, path, sheet, scans)


def judge_geometry(tally: Tally, job: Job) -> None:
    """Lay the known layouts on the pages of a file, and see where the cells come to lie."""
    from parsers.scan.page import see
    from parsers.scan.pages import images
    from parsers.scan.snapping import place

    kind = "pdf" if job.path.suffix == ".pdf" else "image"
    blank = job.sheet.blank
    seen = images(job.path.read_bytes(), kind, Limits())
    for image, layout, printed, scan in zip(seen, blank.layouts, blank.printed, job.scans, strict=True):
        judge_places(tally, printed, scan, place(see(image), layout), f"{job.name} p{layout.page}")


def judge_reading(tally: Tally, job: Job, reading: FileReading, threshold: float) -> None:
    """Hold what was read against what was written."""
    sheet = job.sheet
    tally.sheets += 1
    tally.wrong_totals += sheet.total_agrees is False
    own = [(number, record) for number, record in enumerate(reading.records) if record.form == sheet.blank.form.id]
    if len(reading.records) != 1 or not own:
        tally.unread += 1
        codes = sorted({str(issue.code) for issue in reading.issues})
        if any(record.form != sheet.blank.form.id for record in reading.records):
            tally.misbooked += 1
        tally.failures.append(f"{job.name}: {len(reading.records)} records, {', '.join(codes)}")
        for one in sheet.written.values():
            tally.scores += isinstance(one.value, Decimal)
            tally.fair += isinstance(one.value, Decimal) and is_fair(sheet) and not one.struck
        return
    number, record = own[0]
    doubts = [issue for issue in reading.issues if issue.needs_person and issue.record in (None, number)]
    _booking(tally, job, record, doubts)
    fields: dict[str, list[Issue]] = {}
    for issue in doubts:
        if issue.field:
            fields.setdefault(issue.field, []).append(issue)
    taken = 0
    aside = any(
        issue.field is None and issue.code is IssueCode.LOW_CONFIDENCE and issue.severity is Severity.ERROR
        for issue in doubts
    )  # a person must look at every value
    for field, one in sheet.written.items():
        read = record.readings.get(field)
        trusted = read is not None and read.value is not None and read.confidence >= threshold and field not in fields
        trusted = trusted and not aside
        if not is_plain(sheet, one):
            continue
        _blank(tally, job, field, read, fields.get(field, []))
        if one.value is None:
            if trusted and read is not None and isinstance(read.value, Decimal):
                tally.taken += 1  # a score out of nothing is a score taken wrongly
                tally.failures.append(f"{job.name}: {field} is blank, taken as {read.value}")
            continue
        right = read is not None and _same(read.value, one.value)
        fair = is_fair(sheet) and not one.struck  # what is crossed out in its cell is for a person by itself
        if isinstance(one.value, Decimal) and not trusted and fair:
            tally.left.append(
                f"{job.name}: {field} “{one.text}” ({sheet.by.kind}) left: {_why(read, fields.get(field, []))}"
            )
        if isinstance(one.value, Decimal):
            tally.scores += 1
            tally.fair += fair
            tally.fair_taken += trusted and fair
            tally.taken += trusted
            tally.taken_right += trusted and right
            taken += trusted
        else:
            tally.others += 1
            tally.others_taken += trusted
            tally.others_right += trusted and right
        if trusted and not right and read is not None:
            tally.failures.append(f"{job.name}: {field} “{one.text}” taken as {read.value} ({read.confidence:.4f})")
    _wrong_total(tally, job, record, doubts, taken)
    _marks(tally, job, reading)


def is_fair(sheet: Sheet) -> bool:
    """Whether nothing on a sheet must go to a person: its total agrees, and no score is above its maximum."""
    return sheet.total_agrees is not False and "out-of-range" not in sheet.faults


def _booking(tally: Tally, job: Job, record: Record, doubts: Sequence[Issue]) -> None:
    blank = job.sheet.blank
    grouped = any(one.id == "group" for one in blank.form.blanks)
    subject = blank.subject if grouped else replace(blank.subject, group=record.subject.group)
    if (record.subject, record.period) == (subject, blank.period) or any(
        issue.code in _BOOKING or issue.field in _WHOSE for issue in doubts
    ):
        return
    tally.misbooked += 1
    tally.failures.append(f"{job.name}: booked for {record.subject} {record.period}")


def _blank(tally: Tally, job: Job, field: str, read: Reading | None, doubts: Sequence[Issue]) -> None:
    one = job.sheet.written[field]
    said = [issue for issue in doubts if issue.code is not IssueCode.MISSING_SCORE]
    filled = bool(said) or (read is not None and (read.value is not None or bool(read.text.strip())))
    tally.judged += 1
    tally.judged_right += filled == bool(one.text)
    if filled != bool(one.text):
        what = "filled" if filled else "blank"
        crossing = " (crosses a rule)" if one.beyond else ""
        tally.failures.append(f"{job.name}: {field} “{one.text}” is called {what}{crossing}")


def _why(read: Reading | None, doubts: Sequence[Issue]) -> str:
    said = "nothing" if read is None else f"“{read.text}” {read.value} {read.confidence:.4f}"
    return " ".join((said, *sorted({str(issue.code) for issue in doubts})))


def _wrong_total(tally: Tally, job: Job, record: Record, doubts: Sequence[Issue], taken: int) -> None:
    mismatch = any(issue.code is IssueCode.TOTAL_MISMATCH or issue.field == "total" for issue in doubts)
    tally.aside += not taken and job.sheet.total is not None
    if job.sheet.total_agrees is False and not mismatch and taken:
        tally.wrong_totals_taken += 1
        tally.failures.append(f"{job.name}: the total {job.sheet.written['total'].text} is wrong and nobody is asked")


def _marks(tally: Tally, job: Job, reading: FileReading) -> None:
    for known, code in ((job.sheet.signatures, "MISSING_SIGNATURE"), (job.sheet.seals, "MISSING_SEAL")):
        missing = {issue.field for issue in reading.issues if issue.code is IssueCode[code]}
        for field, there in known.items():
            one = job.sheet.written.get(field)
            wanted = not there and one is not None and bool(one.text)  # nobody signs an opinion that is not written
            tally.marks += 1
            tally.marks_right += (field in missing) == wanted
            if (field in missing) != wanted:
                tally.failures.append(f"{job.name}: {code.lower()[8:]} of {field}: there {there}, said otherwise")


def _same(read: object, written: object) -> bool:
    if isinstance(written, str) and isinstance(read, str):
        return "".join(read.split()) == "".join(written.split())
    return read == written
