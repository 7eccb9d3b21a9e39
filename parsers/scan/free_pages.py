"""The pages of a file that are no paper of ours: typed ones, and pictures of other layouts, apart or as one form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from formgen.model import Form, Issue, IssueCode, Locator, Severity, Subject
from formgen.parsing import Claim, Hints, Parser, choose
from parsers.grid import Document, Grid, Paragraph
from parsers.scan.foreign_records import ForeignRecord, foreign_records
from parsers.scan.seen import ForeignPage, SeenPage, TypedPage
from parsers.scan.typed_pages import empty, parted

Page = SeenPage | TypedPage


@dataclass(frozen=True, slots=True)
class Free:
    """The records of some pages, with the issues numbered among them."""

    records: tuple[ForeignRecord, ...] = ()
    issues: tuple[Issue, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def doubts(self) -> int:
        """How many of the issues need a person."""
        return sum(issue.needs_person for issue in self.issues)


def free_records(
    free: Sequence[TypedPage | ForeignPage],
    pages: Sequence[Page],
    forms: Sequence[Form],
    parsers: Sequence[Parser[Document]],
    hints: Hints,
    known: Sequence[Subject],
) -> Free:
    """The records on the ``free`` ones of a file's ``pages``.

    Typed pages and pictures that stand together are one form where they make fewer doubts so than apart, and are whom
    they are about apart. Pages between which one of ours stands are never one.
    """

    def read(some: Sequence[TypedPage | ForeignPage]) -> Free:
        typed = [page for page in some if isinstance(page, TypedPage)]
        if len(typed) == len(some):
            return _typed(typed, forms, parsers, hints)
        numbers = frozenset(page.number for page in typed)
        records, issues, claims = foreign_records(_as_pictures(some), forms, parsers, hints, known, numbers)
        said = [issue for page in typed for issue in page.issues]
        return Free(tuple(records), (*said, *issues), claims)

    if not free:
        return Free()
    if not any(isinstance(page, TypedPage) for page in free):
        return read(free)  # pictures of other layouts are one document
    return _together([_best(run, read) for run in _runs(free, pages)])


def _runs(free: Sequence[TypedPage | ForeignPage], pages: Sequence[Page]) -> Iterator[list[TypedPage | ForeignPage]]:
    """Those of the pages that stand together, empty backs aside."""
    kept = {id(page) for page in free}
    run: list[TypedPage | ForeignPage] = []
    for page in pages:
        if isinstance(page, TypedPage | ForeignPage) and id(page) in kept:
            run.append(page)
        elif run and not empty(page):
            yield run
            run = []
    if run:
        yield run


def _best(run: Sequence[TypedPage | ForeignPage], read: Callable[[Sequence[TypedPage | ForeignPage]], Free]) -> Free:
    """A run of pages as one document, or each sort of page by itself."""
    parts: list[list[TypedPage | ForeignPage]] = []
    for page in run:
        if parts and isinstance(parts[-1][-1], TypedPage) is isinstance(page, TypedPage):
            parts[-1].append(page)
        else:
            parts.append([page])
    apart = _together([read(part) for part in parts])
    if len(parts) == 1:
        return apart
    whole = read(run)
    return whole if _better(whole, apart) else apart


def _better(whole: Free, apart: Free) -> bool:
    """Whether pages are rather one document: nobody is lost or mixed up by it, and less is left to a person."""
    named = {_who(one) for one in apart.records if one.record.subject.key and one.record.period}
    if not whole.records or not named <= {_who(one) for one in whole.records}:
        return False
    if any(issue.code is IssueCode.DUPLICATE_ROW for issue in whole.issues):
        return False
    return len(whole.records) <= max(1, len(apart.records)) and whole.doubts < apart.doubts


def _who(one: ForeignRecord) -> tuple[str, Subject, str | None]:
    return one.record.form, one.record.subject, one.record.period


def _together(parts: Sequence[Free]) -> Free:
    """The records of all parts, their issues numbered anew."""
    records: list[ForeignRecord] = []
    issues: list[Issue] = []
    claims: list[Claim] = []
    for part in parts:
        base = len(records)
        issues += [replace(one, record=one.record + base) if one.record is not None else one for one in part.issues]
        records += part.records
        claims += part.claims
    return Free(tuple(records), tuple(issues), tuple(claims))


def _typed(
    pages: Sequence[TypedPage], forms: Sequence[Form], parsers: Sequence[Parser[Document]], hints: Hints
) -> Free:
    """The records of typed pages by themselves."""
    blocks: list[Paragraph | Grid] = []
    firsts: list[int] = []
    for page in parted(pages):
        firsts.append(len(blocks))
        blocks += page.blocks
    said = tuple(issue for page in pages for issue in page.issues)
    one = Document("pdf", tuple(blocks), said, pages=tuple(firsts))
    choice = choose(parsers, one, forms)
    if choice.parser is None:
        return Free((), (*said, *(_of_page(issue, pages) for issue in choice.issues)), choice.claims)
    extraction = choice.parser.extract(one, forms, hints)
    records = tuple(ForeignRecord(record, {}) for record in extraction.records)
    return Free(records, (*said, *choice.issues, *extraction.issues), choice.claims)


def _of_page(issue: Issue, pages: Sequence[TypedPage]) -> Issue:
    """That no form is known, said of these pages and not of the whole file."""
    if issue.code is not IssueCode.NOT_A_FORM:
        return issue
    numbers = "、".join(str(page.number) for page in pages)
    message = f"第{numbers}页（打印的）没有认出是哪一种表，也不是旁边图像上那张表的一页，没有读取"
    return Issue(IssueCode.NOT_A_FORM, Severity.ERROR, message, Locator(f"page {pages[0].number}"))


def _as_pictures(pages: Sequence[TypedPage | ForeignPage]) -> list[ForeignPage]:
    """The pages as pictures: those that are typed have nothing on them that had to be recognised."""
    typed = {page.number: page for page in parted([page for page in pages if isinstance(page, TypedPage)])}
    return [
        ForeignPage(page.number, typed[page.number].blocks) if isinstance(page, TypedPage) else page for page in pages
    ]
