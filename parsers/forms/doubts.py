"""What a decoder saw in a cell, said again of the field that was read from it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from formgen.model import Issue, Record
from parsers.grid import Document


def attached(document: Document, records: Sequence[Record]) -> list[Issue]:
    """The decoder's warnings (tracked changes, hidden or crossed-out words …), each with its field and record."""
    places: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for number, record in enumerate(records):
        for field, reading in record.readings.items():
            if reading.text.strip() or not field.endswith(".remark"):
                places.setdefault((reading.where.part, reading.where.spot), []).append((number, field))
    return [
        replace(issue, field=field, record=number)
        for issue in document.issues
        if issue.needs_person and issue.field is None and issue.where.part
        for number, field in places.get((issue.where.part, issue.where.spot), ())
    ]
