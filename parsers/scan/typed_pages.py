"""The typed pages of a file that has pictures as well: which of them go with which pictures, as one paper. Pure.

A page of our own blank prints the number of its paper, and so it is known. Others belong to a paper of pictures that
lacks pages where they follow one another and together make one form of one subject in one period; else they stay alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from formgen.model import Form, Issue, IssueCode, Locator, Reading, Record, Severity, Subject
from parsers.grid import Document, Grid, Paragraph
from parsers.scan.allowed import merged
from parsers.scan.fields import rule_of, step_of
from parsers.scan.papers import Paper, Sorted, say_missing
from parsers.scan.seen import NoPage, OwnPage, SeenPage, TypedPage, page_of
from parsers.scan.settling import Seen

_LABEL = re.compile(r"^\d{4}-\d{4}$")
_PAGE = re.compile(r"^第\s*(\d{1,2})\s*页(?:\s*[,，]?\s*共\s*\d{1,2}\s*页)?$")
_NUMBER = re.compile(r"^[-—－–·\s]*(\d{1,3})[-—－–·\s]*$")

_SLIP = 1e-6  #: How improbable it is that a typed figure is another one; nothing may be quite impossible.

#: Faults of a page that was put to a paper to which it does not belong.
_STRANGE = frozenset(
    {
        IssueCode.DUPLICATE_ROW,
        IssueCode.EXTRA_ROW,
        IssueCode.CODE_MISMATCH,
        IssueCode.PERIOD_MISMATCH,
        IssueCode.AMBIGUOUS_FORM,
        IssueCode.UNEXPECTED_TEXT,
    }
)

Attempt = Callable[[Paper], tuple[Sequence[Record], Sequence[Issue]]]
"""Reads a paper as it would be: its records, and what would be said of them."""


def pages_of(document: Document) -> tuple[TypedPage, ...]:
    """The pages of a decoded PDF that hold text, without the numbers of pages; a table that goes on stands on its
    first page."""
    ends = (*document.pages[1:], len(document.blocks))
    found = []
    for number, (first, end) in enumerate(zip(document.pages, ends, strict=True), 1):
        blocks = document.blocks[first:end]
        going_on = any(page_of(cell.where) == number for grid in document.grids for cell in grid.cells)
        if not blocks and not going_on:
            continue
        lines = [block.text.strip() for block in blocks if isinstance(block, Paragraph)]
        label = next((line for line in lines if _LABEL.match(line)), "")
        said = [int(match[1]) for line in lines[-1:] if (match := _PAGE.match(line))]
        kept = tuple(block for place, block in enumerate(blocks) if not _furniture(blocks, place, number))
        issues = tuple(issue for issue in document.issues if page_of(issue.where) == number)
        found.append(TypedPage(number, kept, label, said[0] if said else 0, issues=issues))
    return tuple(found)


def _furniture(blocks: Sequence[Paragraph | Grid], place: int, number: int) -> bool:
    """Whether a block is the number of its page, at the edge of the page."""
    block = blocks[place]
    if isinstance(block, Grid) or place not in (0, len(blocks) - 1):
        return False
    alone = _NUMBER.match(block.text.strip())
    return bool(_PAGE.match(block.text.strip()) or (alone and int(alone[1]) == number))


def parted(pages: Sequence[TypedPage]) -> tuple[TypedPage, ...]:
    """The pages, of tables that go on on pages beyond them only what stands on these."""
    here = {page.number for page in pages}
    return tuple(replace(page, blocks=tuple(_only(block, here) for block in page.blocks)) for page in pages)


def _only(block: Paragraph | Grid, pages: Collection[int]) -> Paragraph | Grid:
    if isinstance(block, Paragraph) or all(page_of(cell.where) in pages for cell in block.cells):
        return block
    cells = [cell for cell in block.cells if page_of(cell.where) in pages]
    first = min((cell.row for cell in cells), default=0)
    moved = tuple(replace(cell, row=cell.row - first) for cell in cells)
    rows = max((cell.row + cell.rowspan for cell in moved), default=0)
    return replace(block, rows=rows, cells=moved)


def typed_cells(form: Form, record: Record, pages: Collection[int]) -> dict[str, Seen]:
    """The answers of a record that stand on typed pages, as cells of which nothing is doubtful: for the checksum."""
    found = {}
    for field, reading in record.readings.items():
        if not reading.where.box and page_of(reading.where) in pages:
            found[field] = _cell(form, field, reading)
    return found


def _cell(form: Form, field: str, reading: Reading) -> Seen:
    value = reading.value
    filled = bool(reading.text.strip())
    if not isinstance(value, Decimal) or not rule_of(form, field).figure:
        return Seen(field, filled, reading.text, ranking=merged({}, 1.0) if filled else None)
    plain = not value % step_of(form) and value >= 0
    ranking = merged({format(value.normalize(), "f"): 1.0}, _SLIP) if plain else merged({}, 1.0)
    return Seen(field, True, reading.text, ranking=ranking)


# --- by the number that our blanks print -----------------------------------------------------------------------


def by_label(found: Sorted, typed: Sequence[TypedPage]) -> list[TypedPage]:
    """Put typed pages to the papers of pictures whose number they print; back come those that stand by themselves.

    Typed pages that make up the whole of a paper are a copy of it, and only lend the pictures what these lack.
    """
    left = list(typed)
    for paper in found.papers:
        if paper.code is None or not paper.code.subject.key:
            continue  # all blanks without a name print the same number
        own = [page for page in typed if page.label == paper.code.number]
        whole = {page.page for page in own} >= set(range(1, paper.pages + 1))
        for page in own:
            if page.page in paper.lost:
                paper.found[page.page] = page
                say_missing(paper)
            elif whole or page.page not in paper.found:
                continue
            else:
                first = paper.found[page.page].number
                message = f"第{page.number}页（打印的）与第{first}页是同一份表的同一页，按第{first}页读取，请核对"
                where = Locator(f"page {page.number}")
                paper.issues.append(Issue(IssueCode.EXTRA_PAGE, Severity.WARNING, message, where))
            if not whole:
                left.remove(page)
    return left


# --- by what stands on them ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Offer:
    """Typed pages that may be those that a paper lacks."""

    pages: tuple[TypedPage, ...]
    rank: int  #: The likelier the lower.
    named: bool  #: It stands wherever it may, so it must name the subject.


def by_place(
    found: Sorted,
    typed: Sequence[TypedPage],
    pages: Sequence[SeenPage | TypedPage],
    starts: Collection[int],
    attempt: Attempt,
) -> list[TypedPage]:
    """Put typed pages to the papers of pictures that lack pages, where these stand beside them in the file, or name the
    same subject and period. ``pages``: all of the file, in its order; ``starts``: those with a title. Back come those
    that stand by themselves."""
    left = list(typed)
    for paper in found.papers:
        if not left or not paper.lost or not any(isinstance(page, OwnPage) for page in paper.found.values()):
            continue
        fits: list[tuple[int, _Offer, Paper]] = []
        alone: Sequence[Record] | None = None
        for offer in _offers(paper, left, pages, starts):
            alone = attempt(paper)[0] if alone is None else alone
            given = _with(paper, offer.pages)
            if _one_form(alone, given, offer, attempt):
                fits.append((offer.rank, offer, given))
        best = min((rank for rank, _, _ in fits), default=0)
        chosen = [(offer, given) for rank, offer, given in fits if rank == best]
        if len(chosen) == 1:
            ((offer, given),) = chosen
            paper.found = given.found
            say_missing(paper)
            left = [page for page in left if page not in offer.pages]
    return left


def _offers(
    paper: Paper, left: Sequence[TypedPage], pages: Sequence[SeenPage | TypedPage], starts: Collection[int]
) -> Iterator[_Offer]:
    """Runs of typed pages, those in the right place first."""
    number = paper.code.number if paper.code is not None else ""
    before = [page for part, page in sorted(paper.found.items()) if part < paper.lost[0]]
    after = [page for part, page in sorted(paper.found.items()) if part > paper.lost[-1]]
    for one in _runs(left, pages, starts):
        if any(page.label and number and page.label != number for page in one):
            continue
        start, end = _beside(one, pages)
        if before and start == before[-1].number:
            yield _Offer(one, 0, named=False)
        elif after and end == after[0].number:
            yield _Offer(one, 1, named=False)
        elif paper.code is not None and _names(one, paper.code.subject):
            yield _Offer(one, 2, named=True)


def _names(run: Sequence[TypedPage], subject: Subject) -> bool:
    """Whether the words on typed pages have the names of a subject; to try the pages of all others takes long."""
    wanted = [name for name in (subject.village, subject.name, subject.team) if name]
    texts = [
        text
        for page in run
        for block in page.blocks
        for text in ([block.text] if isinstance(block, Paragraph) else [cell.text for cell in block.cells])
    ]
    whole = "".join("".join(text.split()) for text in texts)
    return bool(wanted) and all(name in whole for name in wanted)


def _runs(
    some: Sequence[TypedPage], pages: Sequence[SeenPage | TypedPage], starts: Collection[int]
) -> Iterator[tuple[TypedPage, ...]]:
    """Those of the pages that stand together, empty backs aside; one that begins a form begins a run."""
    run: list[TypedPage] = []
    for page in pages:
        if isinstance(page, TypedPage) and any(page is one for one in some):
            if page.number in starts and run:
                yield tuple(run)
                run = []
            run.append(page)
        elif not empty(page) and run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _beside(run: Sequence[TypedPage], pages: Sequence[SeenPage | TypedPage]) -> tuple[int, int]:
    """The numbers of the pages before and after a run, empty backs aside; 0 where there is none."""
    numbers = [page.number for page in pages if not empty(page)]
    first, last = numbers.index(run[0].number), numbers.index(run[-1].number)
    return numbers[first - 1] if first else 0, numbers[last + 1] if last + 1 < len(numbers) else 0


def empty(page: SeenPage | TypedPage) -> bool:
    """Whether a page is an empty back: it parts nothing."""
    return isinstance(page, NoPage) and page.empty


def _with(paper: Paper, pages: Sequence[TypedPage]) -> Paper:
    """The paper with these in place of the pages that it lacks."""
    found = dict(paper.found)
    for part, page in zip(paper.lost, pages, strict=False):
        found[part] = page
    if len(pages) > len(paper.lost):  # typed more loosely, so that it takes more pages
        rest = [block for page in pages[len(paper.lost) - 1 :] for block in page.blocks]
        found[paper.lost[-1]] = replace(pages[len(paper.lost) - 1], blocks=tuple(rest))
    return replace(paper, found=found, issues=list(paper.issues))


def _one_form(alone: Sequence[Record], given: Paper, offer: _Offer, attempt: Attempt) -> bool:
    """Whether the typed pages make one form of one subject and period with the pictures. ``alone``: these read so."""
    records, issues = attempt(given)
    if len(records) != 1 or records[0].form != given.form:
        return False
    numbers = {page.number for page in offer.pages}
    (record,) = records
    typed = {field: one for field, one in record.readings.items() if page_of(one.where) in numbers}
    before = {field for one in alone for field, reading in one.readings.items() if reading.where.box}
    if not typed or not before <= {field for field, reading in record.readings.items() if reading.where.box}:
        return False
    if any(issue.code in _STRANGE and page_of(issue.where) in numbers for issue in issues):
        return False
    said = Subject(*(_word(typed, field) for field in ("village", "name", "group", "team")))
    code = given.code
    if code is not None and code.subject.key and said.key:
        namesake = bool(said.group and code.subject.group and said.group != code.subject.group)
        return said.key == code.subject.key and not namesake and record.period in (code.period, None)
    return not offer.named


def _word(typed: Mapping[str, Reading], field: str) -> str:
    value = typed[field].value if field in typed else None
    return value if isinstance(value, str) else ""
