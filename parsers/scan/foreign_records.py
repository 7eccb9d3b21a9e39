"""The records of pages of another layout: read freely first, then each figure among the answers of its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from formgen.model import Form, Issue, Record, Subject
from formgen.parsing import Claim, Hints, Parser, choose
from parsers.grid import Document, Grid
from parsers.scan.allowed import Ranking, Weighing, merged
from parsers.scan.fields import rule_of
from parsers.scan.seen import Box, ForeignPage
from parsers.scan.settling import Said, Seen, settle


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A record of a foreign page."""

    record: Record
    said: Mapping[str, Said]  #: By field: how sure it is.


def foreign_records(
    pages: Sequence[ForeignPage],
    forms: Sequence[Form],
    parsers: Sequence[Parser[Document]],
    hints: Hints,
    known: Sequence[Subject] = (),
) -> tuple[list[ForeignRecord], list[Issue], tuple[Claim, ...]]:
    """The records on the foreign pages of a file, which are one document: a form may go on on the next page.

    ``known``: the roster; a name that stands there is sure.
    """
    if not pages:
        return [], [], ()
    first = Document("scan", tuple(block for page in pages for block in page.blocks))
    rankings = {box: ranking for page in pages for box, ranking in page.rankings.items()}
    choice = choose(parsers, first, forms)
    if choice.parser is None:
        return [], list(choice.issues), choice.claims
    free = choice.parser.extract(first, forms, hints)
    by_id = {form.id: form for form in forms}
    sure = _sure_cells(first)
    said = [_settled(record, by_id.get(record.form), rankings, sure, known) for record in free.records]
    texts = {
        record.readings[field].where.box: one.text
        for record, fields in zip(free.records, said, strict=True)
        for field, one in fields.items()
        if one.text and record.readings[field].where.box in rankings
    }
    again = choice.parser.extract(_with(first, texts), forms, hints)
    alike = [(one.form, one.subject) for one in again.records] == [(one.form, one.subject) for one in free.records]
    final = again if alike else free
    if not alike:
        said = [{field: replace(one, confidence=0.0) for field, one in fields.items()} for fields in said]
    found = [ForeignRecord(record, fields) for record, fields in zip(final.records, said, strict=True)]
    return found, [*choice.issues, *final.issues], choice.claims


def _sure_cells(document: Document) -> dict[Box, float]:
    return {cell.where.box: cell.confidence for grid in document.grids for cell in grid.cells}


def _settled(
    record: Record,
    form: Form | None,
    rankings: Mapping[Box, Ranking],
    sure: Mapping[Box, float],
    known: Sequence[Subject],
) -> dict[str, Said]:
    """How sure the fields of a record are, its figures by their rules and the total."""
    if form is None:
        return {}
    cells = []
    for field, reading in record.readings.items():
        box = reading.where.box
        rule = rule_of(form, field)
        ranking = rankings.get(box) if rule.figure else None
        if ranking is not None:
            ranking = _within(ranking, {candidate.value for candidate in rule.candidates})
        filled = bool(reading.text.strip())
        cells.append(Seen(field, filled, reading.text, sure.get(box, reading.confidence), ranking))
    return settle(form, cells, known=known)[0]


def _within(ranking: Ranking, allowed: set[str]) -> Ranking:
    """A ranking of all figures as one of those that a field allows.

    The others count as "none of these", which is as improbable beforehand as on pages of our own.
    """
    shares = dict(zip(ranking.values, ranking.shares, strict=True))
    kept = {value: share for value, share in shares.items() if value in allowed}
    beyond = sum(share for value, share in shares.items() if value not in allowed)
    narrowed = merged(kept, ranking.other + beyond / Weighing().trust, ranking.blank, ranking.text)
    return replace(narrowed, confidence=ranking.confidence)


def _with(document: Document, texts: Mapping[Box, str]) -> Document:
    """The document with these texts in the cells with these boxes."""
    blocks = [
        replace(
            block,
            cells=tuple(
                replace(cell, text=texts[cell.where.box]) if cell.where.box in texts else cell for cell in block.cells
            ),
        )
        if isinstance(block, Grid)
        else block
        for block in document.blocks
    ]
    return replace(document, blocks=tuple(blocks))
