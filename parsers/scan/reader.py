"""From the images of a file to its records: each page looked at by itself, then sorted into papers and extracted."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from formgen.errors import MissingProgramError, UnreadableInputError
from formgen.model import Form, Issue, IssueCode, Locator, Reading, Record, Severity
from formgen.parsing import Claim, Hints, Limits, Parser, Scanning, choose
from parsers.content import Content
from parsers.forms.printed import TITLE_ALIKE, title_likeness
from parsers.grid import Document, Paragraph
from parsers.scan import Tick
from parsers.scan.assembly import document
from parsers.scan.dates import implausible
from parsers.scan.doubts import against_code, by_hand, low, period, signatures
from parsers.scan.fields import TOTAL
from parsers.scan.free_pages import free_records
from parsers.scan.papers import Paper, sort
from parsers.scan.seen import ForeignPage, NoPage, SeenPage, TypedPage
from parsers.scan.settling import Said, Seen, settle
from parsers.scan.typed_pages import by_label, by_place, pages_of, typed_cells

if TYPE_CHECKING:
    from parsers.scan.pages import PageImage
    from parsers.scan.recogniser import Recogniser

_AHEAD = 2  #: Pages that wait for each worker, or are looked at by it: bounds the images held at once …
_HELD = 500_000_000  #: … as do their bytes: looking at one takes three times as many again.


# --- looking ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _recogniser() -> Recogniser:
    from parsers.scan.recogniser import Recogniser

    return Recogniser()


def look(image: PageImage, forms: tuple[Form, ...], scanning: Scanning) -> tuple[SeenPage, ...]:
    """What is on one image: a page, or two sheets. Whole and picklable, so that any executor may run it.

    Never raises for what it shows; MissingProgramError where the model is not there.
    """
    from parsers.scan.looking import look_at

    try:
        return look_at(image, forms, scanning, _recogniser())
    except MissingProgramError:
        raise
    except UnreadableInputError as fault:
        return _unread(image.number, IssueCode.UNREADABLE, str(fault))
    except MemoryError:
        return _unread(image.number, IssueCode.TOO_LARGE, "图像过大，内存不够，没有读取")
    except Exception:  # whatever a library makes of one picture, the other pages are read
        logging.getLogger(__name__).debug("page %d failed", image.number, exc_info=True)
        return _unread(image.number, IssueCode.UNREADABLE, "图像读不下去，没有读取")


def read_pages(
    data: bytes,
    kind: str,
    forms: Sequence[Form],
    limits: Limits,
    scanning: Scanning,
    executor: Executor | None,
    skip: frozenset[int],
    only: frozenset[int] | None,
    tick: Tick | None,
) -> list[SeenPage]:
    """All pages of a file, in its order. A fault in the middle of a file ends it: the pages before it count."""
    from parsers.scan import pages

    found: list[SeenPage] = []
    fault: UnreadableInputError | None = None

    def images() -> Iterator[PageImage]:
        nonlocal fault
        wanted = None if only is None else only - skip
        try:
            for image in pages.images(data, kind, limits, only=wanted):
                if image.number in skip:
                    continue
                if tick is not None:
                    tick(image.number, 0)
                yield image
        except UnreadableInputError as raised:
            fault = raised

    known = tuple(forms)
    if executor is None:
        found += [page for image in images() for page in look(image, known, scanning)]
    else:
        found += _together(images(), known, scanning, executor)
    found += [
        NoPage(number, (_page_issue(number, IssueCode.TOO_SLOW, "读得太久，已搁下，没有读取"),)) for number in skip
    ]
    found.sort(key=lambda page: page.number)
    if fault is not None:
        if not found:
            raise fault
        code = IssueCode(fault.code) if fault.code in set(IssueCode) else IssueCode.UNREADABLE
        found.append(NoPage(found[-1].number + 1, (Issue(code, Severity.ERROR, str(fault)),)))
    return found


def _together(
    images: Iterator[PageImage], forms: tuple[Form, ...], scanning: Scanning, executor: Executor
) -> Iterator[SeenPage]:
    """The pages, several at once; no more images are decoded than are about to be looked at."""
    waiting: list[tuple[int, Future[tuple[SeenPage, ...]]]] = []
    for image in images:
        size = image.pixels.nbytes
        while waiting and (
            len(waiting) >= scanning.workers * _AHEAD or size + sum(held for held, _ in waiting) > _HELD
        ):
            yield from waiting.pop(0)[1].result()
        waiting.append((size, executor.submit(look, image, forms, scanning)))
    for _, page in waiting:
        yield from page.result()


def _unread(number: int, code: IssueCode, message: str) -> tuple[SeenPage, ...]:
    return (NoPage(number, (_page_issue(number, code, message),)),)


def _page_issue(number: int, code: IssueCode, message: str) -> Issue:
    return Issue(code, Severity.ERROR, f"第{number}页：{message}", Locator(f"page {number}"))


# --- records ---------------------------------------------------------------------------------------------------


def records_of(
    pages: Sequence[SeenPage],
    forms: Sequence[Form],
    parsers: Sequence[Parser[Document]],
    hints: Hints,
    scanning: Scanning,
    text: Document | None = None,
) -> Content:
    """The records of all papers among the pages, with their doubts. ``text``: the typed pages of the same file."""
    found = sort(pages)
    typed = pages_of(text) if text is not None else ()
    every: list[SeenPage | TypedPage] = sorted([*pages, *typed], key=lambda page: page.number)
    by_id = {form.id: form for form in forms}

    def read(paper: Paper, base: int) -> _PaperRead:
        return _read_paper(paper, by_id[paper.form], parsers, hints, scanning, base)

    def attempt(paper: Paper) -> tuple[Sequence[Record], Sequence[Issue]]:
        one = read(paper, 0)
        return one.records, one.issues

    alone = by_place(found, by_label(found, typed), every, _titled(typed, forms), attempt) if typed else []
    records: list[Record] = []
    issues: list[Issue] = list(found.issues)
    claims: list[Claim] = []
    for paper in found.papers:
        one = read(paper, len(records))
        issues += one.issues
        claims += one.claims
        records += one.records
    free: list[TypedPage | ForeignPage] = sorted([*found.foreign, *alone], key=lambda page: page.number)
    others = free_records(free, every, forms, parsers, hints, scanning.subjects)
    base = len(records)
    issues += [replace(one, record=one.record + base) if one.record is not None else one for one in others.issues]
    claims += others.claims
    for index, other in enumerate(others.records, base):
        if any(reading.where.box for reading in other.record.readings.values()):
            issues += low([other.record], other.said, scanning, index)
            issues += by_hand(by_id.get(other.record.form), scanning, index)
            if (known := by_id.get(other.record.form)) is not None:
                issues += implausible(known, [other.record], index)
        records.append(_sured(other.record, other.said))
    if not records and not any(issue.severity is Severity.ERROR for issue in issues):
        message = "图像上没有认出任何一种表：没有表的编码、标题或表格线。请核对是否放错了文件，或重新扫描"
        if pages and all(isinstance(page, NoPage) and page.empty for page in pages):
            message = "扫描件里只有空白页：纸可能放反了，或者扫的是背面。请重新扫描"
        issues.append(Issue(IssueCode.NOT_A_FORM, Severity.ERROR, message))
    return Content(tuple(records), tuple(dict.fromkeys(issues)), tuple(claims))


@dataclass(frozen=True, slots=True)
class _PaperRead:
    """What a paper of our own gives."""

    records: list[Record]
    issues: list[Issue]
    claims: tuple[Claim, ...]


def _read_paper(
    paper: Paper,
    form: Form,
    parsers: Sequence[Parser[Document]],
    hints: Hints,
    scanning: Scanning,
    base: int,
) -> _PaperRead:
    """The record of a paper, with its doubts; its issues are numbered from ``base``."""
    cells = _cells(paper)
    numbers = frozenset(page.number for page in paper.found.values() if isinstance(page, TypedPage))
    plain: dict[str, Seen] = {}
    if numbers:  # what is typed counts for the total; where it stands the parser of the form tells
        said = settle(form, cells, paper.code, scanning.subjects)[0]
        first, _, _ = _extracted(document(paper, form, said), (form,), parsers, hints, base)
        own = {cell.field for cell in cells}
        found = typed_cells(form, first[0], numbers) if first else {}
        plain = {field: cell for field, cell in found.items() if field not in own}
    said = _said(paper, form, [*cells, *plain.values()], scanning)
    said = {field: one for field, one in said.items() if field not in plain}
    read, more, claims = _extracted(document(paper, form, said), (form,), parsers, hints, base)
    read = [_placed(record, paper) for record in read]
    issues = [against_code(_lost(issue, paper), paper.code, read, base) for issue in more]
    issues += _doubts(form, said, paper, read, scanning, base)
    return _PaperRead([_sured(record, said) for record in read], issues, claims)


def _lost(issue: Issue, paper: Paper) -> Issue:
    """That a row is not there, said of a paper of which pages are missing."""
    if issue.code is not IssueCode.MISSING_ROW or not paper.lost:
        return issue
    pages = "、".join(map(str, paper.lost))
    return replace(issue, message=f"{issue.message.replace('表上找不到', '来的页上没有')}（缺第{pages}页）")


def _said(paper: Paper, form: Form, cells: Sequence[Seen], scanning: Scanning) -> dict[str, Said]:
    """What the cells of a paper say; where pages are missing, its total can be held against nothing."""
    if not paper.lost:
        return settle(form, cells, paper.code, scanning.subjects)[0]
    bare = [replace(cell, filled=False, ranking=None) if cell.field == TOTAL else cell for cell in cells]
    said = settle(form, bare, paper.code, scanning.subjects)[0]
    for cell in cells:
        if cell.field == TOTAL and cell.filled:
            best = cell.ranking.best if cell.ranking is not None else None
            text = best if best is not None else cell.text
            said[TOTAL] = Said(text, 0.0, "缺页，合计没有核对", cell.text, cell.struck)
    return said


def _titled(typed: Sequence[TypedPage], forms: Sequence[Form]) -> frozenset[int]:
    """The numbers of the typed pages on which a form begins: the title of one stands there."""
    return frozenset(
        page.number
        for page in typed
        for block in page.blocks
        if isinstance(block, Paragraph) and any(title_likeness(block.text, form.title) >= TITLE_ALIKE for form in forms)
    )


def _cells(paper: Paper) -> list[Seen]:
    """The answer cells of a paper, each once."""
    found: dict[str, Seen] = {}
    for part in sorted(paper.found):
        for slot in paper.found[part].slots:
            for tag in slot.slot.tags[:1]:
                before = found.get(tag)
                if before is None or not before.filled:  # a cell that a page break divides is answered in one half
                    seen = Seen(tag, slot.filled, slot.text, slot.confidence, slot.ranking, slot.struck, slot.red)
                    found[tag] = replace(seen, doubt=slot.doubt)
    return list(found.values())


def _extracted(
    one: Document, forms: Sequence[Form], parsers: Sequence[Parser[Document]], hints: Hints, base: int
) -> tuple[list[Record], list[Issue], tuple[Claim, ...]]:
    """The records of a document and the parser's issues, numbered from ``base``."""
    kind = "register-form" if any(form.fields for form in forms) else "score-sheet"
    choice = choose([parser for parser in parsers if parser.name == kind] or parsers, one, forms)
    issues = [*one.issues, *choice.issues]
    if choice.parser is None:
        return [], issues, choice.claims
    extraction = choice.parser.extract(one, forms, hints)
    issues += [
        replace(issue, record=issue.record + base) if issue.record is not None else issue for issue in extraction.issues
    ]
    return list(extraction.records), issues, choice.claims


def _placed(record: Record, paper: Paper) -> Record:
    """The record with the place of each answer on its page, also of those that stand beside each other on one line."""
    places: dict[str, Locator] = {}
    for page in paper.found.values():
        for slot in page.slots:
            for tag in slot.slot.tags[:1]:
                places.setdefault(tag, Locator(f"page {page.number}", box=slot.box))
    readings = {
        field: replace(one, where=replace(one.where, part=one.where.part or places[field].part, box=places[field].box))
        if field in places and not one.where.box
        else one
        for field, one in record.readings.items()
    }
    return replace(record, readings=readings)


def _sured(record: Record, said: Mapping[str, Said]) -> Record:
    """The record with the words as they were recognised, and how sure each is."""
    readings: dict[str, Reading] = {}
    for field, reading in record.readings.items():
        one = said.get(field)
        sure = reading.confidence if one is None else min(reading.confidence, one.confidence)
        text = reading.text if one is None or not one.seen else one.seen
        readings[field] = replace(reading, text=text, confidence=round(sure, 5))
    return replace(record, readings=readings)


def _doubts(
    form: Form, said: dict[str, Said], paper: Paper, read: Sequence[Record], scanning: Scanning, base: int
) -> Iterator[Issue]:
    """What a person must look at on a paper of our own, beside what the parser of the form found."""
    for issue in paper.issues:
        yield replace(issue, record=base if read else None)
    if not read:
        return
    (record, *_) = read
    yield from low([record], said, scanning, base)
    yield from signatures(form, paper, record, base)
    yield from period(form, paper, base)
    yield from by_hand(form, scanning, base)
    yield from implausible(form, [record], base)
