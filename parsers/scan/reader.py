"""From the images of a file to its records: each page looked at by itself, then sorted into papers and extracted."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from formgen.errors import UnreadableInputError
from formgen.model import Form, Issue, IssueCode, Locator, Reading, Record, Severity
from formgen.parsing import Claim, Hints, Limits, Parser, Scanning, choose
from parsers.content import Content
from parsers.grid import Document
from parsers.scan import Tick
from parsers.scan.assembly import document
from parsers.scan.dates import implausible
from parsers.scan.doubts import against_code, by_hand, low, period, signatures
from parsers.scan.foreign_records import foreign_records
from parsers.scan.papers import Paper, sort
from parsers.scan.seen import NoPage, SeenPage
from parsers.scan.settling import Said, Seen, settle

if TYPE_CHECKING:
    from parsers.scan.pages import PageImage
    from parsers.scan.recogniser import Recogniser

_AHEAD = 2  #: Pages that wait for each worker: bounds the images held at once.


# --- looking ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _recogniser() -> Recogniser:
    from parsers.scan.recogniser import Recogniser

    return Recogniser()


def look(image: PageImage, forms: tuple[Form, ...], scanning: Scanning) -> tuple[SeenPage, ...]:
    """What is on one image: a page, or two sheets. Whole and picklable, so that any executor may run it.

    Never raises for what it shows.
    """
    from parsers.scan.looking import look_at

    try:
        return look_at(image, forms, scanning, _recogniser())
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
    waiting: list[Future[tuple[SeenPage, ...]]] = [
        executor.submit(look, image, forms, scanning) for image in islice(images, scanning.workers * _AHEAD)
    ]
    while waiting:
        yield from waiting.pop(0).result()
        waiting += [executor.submit(look, image, forms, scanning) for image in islice(images, 1)]


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
) -> Content:
    """The records of all papers among the pages, with their doubts."""
    found = sort(pages)
    records: list[Record] = []
    issues: list[Issue] = list(found.issues)
    claims: list[Claim] = []
    by_id = {form.id: form for form in forms}
    for paper in found.papers:
        form = by_id[paper.form]
        said, _ = settle(form, _cells(paper), paper.code, scanning.subjects)
        done = _extracted(document(paper, form, said), (form,), parsers, hints, len(records))
        read, more, claimed = done
        issues += [against_code(issue, paper.code, read, len(records)) for issue in more]
        claims += claimed
        issues += _doubts(form, said, paper, read, scanning, len(records))
        records += [_sured(record, said) for record in read]
    others, more, claimed = foreign_records(found.foreign, forms, parsers, hints, scanning.subjects)
    base = len(records)
    issues += [replace(issue, record=issue.record + base) if issue.record is not None else issue for issue in more]
    claims += claimed
    for index, one in enumerate(others, base):
        issues += low([one.record], one.said, scanning, index)
        issues += by_hand(by_id.get(one.record.form), scanning, index)
        if (known := by_id.get(one.record.form)) is not None:
            issues += implausible(known, [one.record], index)
        records.append(_sured(one.record, one.said))
    if not records and not any(issue.severity is Severity.ERROR for issue in issues):
        message = "图像上没有认出任何一种表：没有表的编码、标题或表格线。请核对是否放错了文件，或重新扫描"
        issues.append(Issue(IssueCode.NOT_A_FORM, Severity.ERROR, message))
    return Content(tuple(records), tuple(dict.fromkeys(issues)), tuple(claims))


def _cells(paper: Paper) -> list[Seen]:
    """The answer cells of a paper, each once."""
    found: dict[str, Seen] = {}
    for part in sorted(paper.found):
        for slot in paper.found[part].slots:
            for tag in slot.slot.tags[:1]:
                before = found.get(tag)
                if before is None or not before.filled:  # a cell that a page break divides is answered in one half
                    found[tag] = Seen(tag, slot.filled, slot.text, slot.confidence, slot.ranking, slot.struck, slot.red)
    return list(found.values())


def _extracted(
    one: Document, forms: Sequence[Form], parsers: Sequence[Parser[Document]], hints: Hints, base: int
) -> tuple[list[Record], list[Issue], tuple[Claim, ...]]:
    """The records of a document and the parser's issues, numbered from ``base``."""
    choice = choose(parsers, one, forms)
    issues = [*one.issues, *choice.issues]
    if choice.parser is None:
        return [], issues, choice.claims
    extraction = choice.parser.extract(one, forms, hints)
    issues += [
        replace(issue, record=issue.record + base) if issue.record is not None else issue for issue in extraction.issues
    ]
    return list(extraction.records), issues, choice.claims


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
