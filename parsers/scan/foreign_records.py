"""The records of pages of another layout.

The parsers of the forms say which cell answers which field; then each figure is taken among the answers of its field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from formgen.model import Form, Issue, Record, Subject
from formgen.parsing import Claim, Hints, Parser, choose
from parsers.grid import Document, Grid, Paragraph
from parsers.scan.allowed import Ranking, Weighing, merged
from parsers.scan.fields import rule_of
from parsers.scan.seen import Box, ForeignPage
from parsers.scan.settling import Said, Seen, settle
from parsers.scan.typed_pages import typed_cells

_CLEAR = 0.5  #: A choice whose boxes or words are less sure is doubtful.
_NEAR = 0.02  #: Of the width of a table: edges of columns so near are the same.


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
    typed: frozenset[int] = frozenset(),
) -> tuple[list[ForeignRecord], list[Issue], tuple[Claim, ...]]:
    """The records on the foreign pages of a file, which are one document: a form may go on on the next page.

    ``known``: the roster; a name that stands there is sure. ``typed``: the numbers of the pages that are no pictures.
    """
    if not pages:
        return [], [], ()
    first = Document("scan", joined(pages))
    rankings = {box: ranking for page in pages for box, ranking in page.rankings.items()}
    choice = choose(parsers, first, forms)
    if choice.parser is None:
        return [], list(choice.issues), choice.claims
    free = choice.parser.extract(first, forms, hints)
    by_id = {form.id: form for form in forms}
    sure = _sure_cells(first)
    struck = frozenset(box for page in pages for box in page.struck)
    red = frozenset(box for page in pages for box in page.red)
    said = [
        _settled(record, by_id.get(record.form), rankings, sure, (struck, red), known, typed) for record in free.records
    ]
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


def joined(pages: Sequence[ForeignPage]) -> tuple[Paragraph | Grid, ...]:
    """The blocks of the pages; a table that goes on at the head of the next page is one with what it began as."""
    blocks: list[Paragraph | Grid] = []
    edges = {part: places for page in pages for part, places in page.edges.items()}
    for before, page in zip((None, *pages), pages, strict=False):
        rest = list(page.blocks)
        if before is not None and page.number - before.number in (0, 1) and blocks and rest:
            last, first = blocks[-1], rest[0]
            if isinstance(last, Grid) and isinstance(first, Grid):
                places = _same_columns(edges.get(last.part, ()), edges.get(first.part, ()))
                if places:
                    blocks[-1] = _continued(last, first, places)
                    del rest[0]
        blocks += rest
    return tuple(blocks)


def _same_columns(begun: Sequence[float], going_on: Sequence[float]) -> tuple[int, ...]:
    """For each column edge of the later table which it is of the earlier one; empty where one is none of these."""
    found = []
    for place in going_on:
        near = [number for number, other in enumerate(begun) if abs(other - place) <= _NEAR]
        if not near:
            return ()
        found.append(near[0])
    return tuple(found) if len(set(found)) == len(found) else ()


def _continued(begun: Grid, going_on: Grid, places: Sequence[int]) -> Grid:
    """Both tables as one; a head that is repeated on the later page is left out."""
    head = [(cell.column, cell.text) for cell in begun.cells if cell.row == 0]
    again = [(places[cell.column], cell.text) for cell in going_on.cells if cell.row == 0]
    skipped = int(head == again and all(cell.rowspan == 1 for cell in going_on.cells if cell.row == 0))
    cells = tuple(
        replace(
            cell,
            row=begun.rows + cell.row - skipped,
            column=places[cell.column],
            colspan=places[cell.column + cell.colspan] - places[cell.column],
        )
        for cell in going_on.cells
        if cell.row >= skipped
    )
    return replace(begun, rows=begun.rows + going_on.rows - skipped, cells=(*begun.cells, *cells))


def _sure_cells(document: Document) -> dict[Box, float]:
    return {cell.where.box: cell.confidence for grid in document.grids for cell in grid.cells if cell.where.box}


def _settled(
    record: Record,
    form: Form | None,
    rankings: Mapping[Box, Ranking],
    sure: Mapping[Box, float],
    marked: tuple[frozenset[Box], frozenset[Box]],
    known: Sequence[Subject],
    typed: frozenset[int] = frozenset(),
) -> dict[str, Said]:
    """How sure the fields of a record are, its figures by their rules and the total.

    ``marked``: the cells in which something is crossed out, and those with writing in red. What stands on ``typed``
    pages counts for the total, and is as sure as it was.
    """
    if form is None:
        return {}
    plain = typed_cells(form, record, typed)
    cells = []
    for field, reading in record.readings.items():
        if field in plain:
            continue
        box = reading.where.box
        rule = rule_of(form, field)
        ranking = rankings.get(box) if rule.figure else None
        if ranking is not None:
            ranking = _within(ranking, {candidate.value for candidate in rule.candidates})
        filled = bool(reading.text.strip())
        struck, red = filled and rule.sort not in ("box", "text") and box in marked[0], box in marked[1]
        cells.append(Seen(field, filled, reading.text, sure.get(box, reading.confidence), ranking, struck, red))
    said = settle(form, [*cells, *plain.values()], known=known)[0]
    said = {field: one for field, one in said.items() if field not in plain}
    for cell in cells:
        if "☑" in cell.text and cell.confidence < _CLEAR and rule_of(form, cell.field).sort == "choice":
            doubt = "勾选的格里笔迹太少或字看不清，分不清勾的是哪一个"
            said[cell.field] = replace(said[cell.field], confidence=cell.confidence, doubt=doubt, checked=True)
    return said


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
