"""Returned files in a plain notation of their own, a reader for them, and a workspace: for tests of keeping."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from formgen.model import Issue, IssueCode, Locator, Reading, Record, Severity, Subject, Value
from formgen.parsing import FileReading, Hints

MONTHLY = "dayang-monthly"
SCORES = "1.1=2 1.2=2 1.3=2 1.4=4 2.1=10 2.2=20 3.1=30 4.1=30"  # 100 points
SHA_A, SHA_B, SHA_C = ("a" * 64, "b" * 64, "c" * 64)
NINE = datetime(2023, 4, 1, 9, 0)


def clock(start: datetime = NINE) -> Iterator[datetime]:
    """Moments a second apart."""
    while True:
        yield start
        start += timedelta(seconds=1)


def value_of(text: str) -> Value:
    if text in ("", "?"):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        pass
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return text


def record(line: str, row: int = 1) -> Record:
    """``FORM PERIOD VILLAGE/NAME field=text …``; ``-`` for none; a text of ``?`` is blank."""
    form, period, who, *fields = line.split()
    parts = "" if who == "-" else who
    village, _, name = parts.partition("/")
    readings = {}
    pairs = [("village", village), ("name", name), *(field.split("=", 1) for field in fields)]
    for column, (field, text) in enumerate(pairs, 1):
        readings[field] = Reading(text, value_of(text), Locator("table 1", f"row {row}, column {column}"))
    team = str(readings["team"].value) if "team" in readings else ""
    group = str(readings["group"].value) if "group" in readings else ""
    scheme = "" if form in ("roster", "facts") else "dayang-2023"
    return Record(form, scheme, Subject(village, name, group, team), None if period == "-" else period, readings)


def reader(path: Path, hints: Hints) -> FileReading:
    """Reads the notation: a record a line; ``!`` begins a doubt of the record before, ``BAD`` a file without any."""
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    records: list[Record] = []
    issues: list[Issue] = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if line.startswith("BAD"):
            issues.append(Issue(IssueCode.ENCRYPTED, Severity.ERROR, "文件有打开密码，读不了"))
        elif line.startswith("!"):
            field = line[1:].strip() or None
            message = "分数看不清"
            index = len(records) - 1
            issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, Locator(), field, index))
        elif line.strip() and not line.startswith("#"):
            records.append(record(line, number))
    return FileReading(path.name, sha256, "docx", tuple(records), tuple(issues))


def scanned(one: Record) -> Record:
    """The record as a scan gives it: each reading with its box on the image of the page."""
    boxed = {
        field: replace(reading, where=replace(reading.where, box=(10, 20, 110, 20, 110, 60, 10, 60)))
        for field, reading in one.readings.items()
    }
    return replace(one, readings=boxed)
