"""What must hold of everything that was read, however broken the file was. Each sentence is a finding."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from formgen.model import Form, Issue, IssueCode, Reading, Record
from formgen.parsing import FileReading
from formgen.periods import in_chinese
from parsers.forms.printed import TITLE_ALIKE, title_likeness
from parsers.grid import Cell, Document, Grid, Paragraph

_PERIOD = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])|-Q[1-4])?")
_LISTS = ("roster", "facts")
_MOST_TEXT = 600  #: Characters of a message: a clerk reads it.


def broken(reading: FileReading, forms: Mapping[str, Form]) -> Iterator[str]:
    """What does not hold of a reading, in English."""
    if not reading.records and not reading.issues:
        yield "nothing was read and nothing is said"
    pickle.dumps(reading)  # it comes from another process
    for issue in reading.issues:
        yield from _issue(issue, len(reading.records))
    for number, record in enumerate(reading.records):
        own = [issue for issue in reading.issues if issue.record == number]
        yield from _record(record, own, reading.issues, forms)


def _issue(issue: Issue, records: int) -> Iterator[str]:
    if issue.record is not None and not 0 <= issue.record < records:
        yield f"an issue ({issue.code}) of record {issue.record}, of {records}"
    if not issue.message.strip() or not re.search("[\u4e00-\u9fff]", issue.message):
        yield f"a message that is not Chinese: {issue.message!r}"
    if len(issue.message) > _MOST_TEXT:
        yield f"a message of {len(issue.message)} characters ({issue.code}): {issue.message[:80]!r}"
    if bad := [c for c in issue.message if c < " " and c not in "\n\t"]:
        yield f"a message with control characters {bad[:3]!r} ({issue.code})"
    issue.where.chinese.encode("utf-8", "surrogatepass")


def _record(record: Record, own: Sequence[Issue], every: Sequence[Issue], forms: Mapping[str, Form]) -> Iterator[str]:
    if record.period is not None:
        if not _PERIOD.fullmatch(record.period):
            yield f"a period {record.period!r}"
        else:
            in_chinese(record.period)
    for part in (record.subject.village, record.subject.name, record.subject.group, record.subject.team):
        if not isinstance(part, str):
            yield f"a subject of {part!r}"
    for field, reading in record.readings.items():
        yield from _reading(field, reading, own)
    if record.form in _LISTS:
        return
    form = forms.get(record.form)
    if form is None:
        yield f"a record of an unknown form {record.form!r}"
        return
    if record.period is None and not any(
        one.code in (IssueCode.MISSING_PERIOD, IssueCode.PERIOD_MISMATCH) for one in every
    ):
        yield "no period, and nothing is said of it"
    for item in form.items:
        reading = record.readings.get(item.id)
        if reading is None:
            yield f"no reading of item {item.id}"
            continue
        said = [one for one in own if one.field == item.id and one.needs_person]
        value = reading.value
        if isinstance(value, Decimal) and value.is_finite():
            wrong = (
                value < 0
                or (item.maximum is not None and value > item.maximum)
                or bool(item.tiers and value and value not in item.tiers)
            )
            if (wrong or (item.money_only and value)) and not said:
                yield f"{item.id}: {value} is outside of what is allowed, and nothing is said"
        elif value is None:
            about = [
                one
                for one in every
                if one.record in (None, own[0].record if own else None) and one.where == reading.where
            ]
            if reading.text.strip() and not said and not about and _telling(reading.text):
                yield f"{item.id}: {reading.text[:60]!r} was not taken, and nothing is said"
        elif form.judgements and value not in form.judgements and not said:
            yield f"{item.id}: the judgement {value!r} is none of the form's, and nothing is said"


def _telling(text: str) -> bool:
    """Whether a text is more than a mark for nothing, by what the reader itself takes for one."""
    from formgen.numerals import visible
    from parsers.forms.wording import is_nothing

    bare = visible(re.sub("[_＿]+", " ", text))
    return bool(bare) and not is_nothing(bare) and bare not in ("分", "。", ".")


def _reading(field: str, reading: Reading, own: Sequence[Issue]) -> Iterator[str]:
    value = reading.value
    if not isinstance(value, Decimal | date | str | bool | None):
        yield f"{field}: a value of {type(value).__name__}"
    if isinstance(value, Decimal) and (
        not value.is_finite() or abs(value) >= Decimal(10) ** 15 or len(str(value)) > 40
    ):
        yield f"{field}: the value {str(value)[:60]}"
    if not isinstance(reading.text, str):
        yield f"{field}: a text of {type(reading.text).__name__}"
    if reading.text.strip() and not reading.where.part:
        yield f"{field}: {reading.text[:40]!r} stands nowhere"
    if not 0 <= reading.confidence <= 1:
        yield f"{field}: a confidence of {reading.confidence}"
    if (
        value is not None
        and not isinstance(value, bool)
        and not reading.text.strip()
        and not any(one.field == field for one in own)
    ):
        yield f"{field}: the value {value!r} of no text, and nothing is said"


def misplaced(document: Document) -> Iterator[str]:
    """What does not hold of a decoded file: cells outside of their grid, upon one another, or without a place."""
    for block in document.blocks:
        if not block.part if isinstance(block, Grid) else not block.where.part:
            yield "a block without a place"
        if not isinstance(block, Grid):
            continue
        seen: set[tuple[int, int]] = set()
        for cell in block.cells:
            if not (0 <= cell.row < block.rows and 0 <= cell.column < block.columns):
                yield f"{block.part}: a cell at {cell.row}, {cell.column} of {block.rows} by {block.columns}"
            if (
                cell.rowspan < 1
                or cell.colspan < 1
                or cell.row + cell.rowspan > block.rows
                or cell.column + cell.colspan > block.columns
            ):
                spans = f"{cell.rowspan} by {cell.colspan} of {block.rows} by {block.columns}"
                yield f"{block.part}: a cell at {cell.row}, {cell.column} spans {spans}"
            if (cell.row, cell.column) in seen:
                yield f"{block.part}: two cells at {cell.row}, {cell.column}"
            seen.add((cell.row, cell.column))
        if len(block.cells) < 3_000:
            block.matrix()


def lost(token: str, document: Document | None, reading: FileReading, titles: Sequence[str] = ()) -> Iterator[str]:
    """Whether words that were put in place of visible ones are nowhere: neither read nor said.

    A file of which nothing was read is refused as a whole, and its sender told: its words are not lost.
    """
    if document is None or not reading.records:
        return
    wanted = _bare(token)
    cells = [one for block in document.blocks for one in (block.cells if isinstance(block, Grid) else (block,))]
    holding = [one for one in cells if wanted in _bare(one.text)]
    said = [_bare(issue.message) for issue in (*document.issues, *reading.issues)]
    if any(wanted in words for words in said):
        return
    if not holding and any(issue.code is IssueCode.HIDDEN_CONTENT for issue in reading.issues):
        return  # a sheet that is hidden is said to be unread as a whole
    if not holding and any(isinstance(one, Cell) and one.faint for one in cells):
        return  # it was put in place of the words that a blank control shows
    if not holding:
        yield f"{token!r} is in the file, and not in what was decoded"
        return
    for record in reading.records:
        if any(wanted in _bare(f"{one.text} {one.value}") for one in record.readings.values()):
            return
        if wanted in _bare(str(record.subject)):
            return
    places = {issue.where for issue in reading.issues}
    if all(_free(one, wanted, reading, titles) for one in holding):
        return
    if not any(one.where in places for one in holding):
        yield f"{token!r} was decoded ({holding[0].where}), and is neither read nor said"


def _free(cell: Cell | Paragraph, wanted: str, reading: FileReading, titles: Sequence[str]) -> bool:
    """Whether words stand where any may: above a list, before a colon with nothing behind it, or in a title.

    The title of a score sheet may name another place; points or corrections in it are no such words.
    """
    if not re.search("[0-9]", wanted) and any(title_likeness(cell.text, title) >= TITLE_ALIKE for title in titles):
        return True
    if {record.form for record in reading.records} <= set(_LISTS) and (isinstance(cell, Paragraph) or cell.row == 0):
        return True
    return re.search(re.escape(wanted) + "[\u4e00-\u9fff]{0,8}[:：]$", _bare(cell.text)) is not None


def _bare(text: str) -> str:
    return "".join(text.split())
