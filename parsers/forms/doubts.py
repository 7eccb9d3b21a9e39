"""What a decoder saw in a cell, said again of the field that was read from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from formgen.model import Issue, IssueCode, Locator, Record, Severity
from parsers.forms.conservation import is_striking
from parsers.grid import Document

_COMMENT = re.compile(r"批注（(?P<author>.*?)）：“(?P<word>.*)”。|(?:单元格)?有批注[^：]*：(?P<sheet>.*)", re.S)
_OUR_NOTE = re.compile(r"[^\n]+。\n请[^\n]+。")  #: A fault and what to do, as our return slips put it.
_SCORE = re.compile(r"[0-9]+\.[0-9]+")
_ROW = re.compile(r"row ([0-9]+)|[A-Z]+([0-9]+)")

_Field = tuple[int, str]  # index of the record, field id


def attached(document: Document, records: Sequence[Record]) -> list[Issue]:
    """The decoder's warnings (tracked changes, hidden or crossed-out words …), each with its field and record.

    A comment on a score, or one that corrects what stands beside it, becomes such a warning too.
    """
    places: dict[tuple[str, str], list[_Field]] = {}
    rows: dict[tuple[str, str], list[_Field]] = {}
    for number, record in enumerate(records):
        for field, reading in record.readings.items():
            if reading.text.strip() or not field.endswith(".remark"):
                places.setdefault((reading.where.part, reading.where.spot), []).append((number, field))
            if _SCORE.fullmatch(field) and (row := _row(reading.where)):
                rows.setdefault(row, []).append((number, field))
    found: list[Issue] = []
    for issue in document.issues:
        here = places.get((issue.where.part, issue.where.spot), [])
        if issue.needs_person and issue.field is None and issue.where.part:
            found.extend(replace(issue, field=field, record=number) for number, field in here)
        elif (words := _comment(issue)) is not None:
            found.extend(_of_comment(issue, words, here, rows.get(_row(issue.where) or ("", ""), []), len(records)))
    return found


def _row(where: Locator) -> tuple[str, str] | None:
    match = _ROW.match(where.spot)
    return (where.part, match[1] or match[2]) if match else None


def _comment(issue: Issue) -> str | None:
    """The words of a comment; None if the issue is about something else, or the comment is a note of our own."""
    if issue.code is not IssueCode.UNEXPECTED_TEXT or (match := _COMMENT.fullmatch(issue.message)) is None:
        return None
    words = match["word"] if match["word"] is not None else match["sheet"]
    return None if match["author"] == "formgen" or _OUR_NOTE.fullmatch(words.strip()) else words


def _of_comment(
    issue: Issue, words: str, here: Sequence[_Field], row: Sequence[_Field], records: int
) -> Iterator[Issue]:
    """The warnings for a comment: of the cell it hangs on, else, if it corrects something, of the score in its row."""
    striking = is_striking(words)
    issue = replace(issue, severity=Severity.WARNING)
    fields = [entry for entry in here if striking or _SCORE.fullmatch(entry[1])] or (row if striking else [])
    for number, field in fields:
        yield replace(issue, field=field, record=number)
    if striking and not fields:
        yield replace(issue, record=0 if records == 1 else None)
