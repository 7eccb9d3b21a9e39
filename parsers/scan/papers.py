"""The pages of a file sorted into papers: to whose form each belongs, which are missing, which came twice. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from formgen.model import Issue, IssueCode, Locator, Severity
from formgen.pagecode import PageCode
from parsers.scan.seen import ForeignPage, NoPage, OwnPage, SeenPage, TypedPage


@dataclass(slots=True)
class Paper:
    """One form of ours, as far as its pages came."""

    form: str
    edition: str
    pages: int
    code: PageCode | None  #: None where no page of it had a code that could be read, or it names nobody.
    found: dict[int, OwnPage | TypedPage] = field(default_factory=dict)
    """Which page of the form → the page of the file."""
    issues: list[Issue] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The number of its first page within the file."""
        return min(page.number for page in self.found.values())

    @property
    def lost(self) -> list[int]:
        """Which pages of the form did not come."""
        return [number for number in range(1, self.pages + 1) if number not in self.found]


@dataclass(slots=True)
class Sorted:
    """All of a file."""

    papers: list[Paper] = field(default_factory=list)  #: In the order of their first pages.
    foreign: list[ForeignPage] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)  #: Of the file as a whole.


def sort(pages: Sequence[SeenPage]) -> Sorted:
    """Papers by the code on their pages, in whatever order these came.

    Pages without a name in their code, or without a code, belong together where they follow one another: page 1 begins
    a paper, page 2 goes on with it. What does not follow is a paper of its own with pages missing. Where all of them
    came backwards, as scanners do that take the last sheet first, they are put together so, and doubted.
    """
    result = Sorted()
    backwards = _backwards(pages)
    named: dict[tuple[object, ...], Paper] = {}
    running: Paper | None = None
    for page in pages:
        result.issues += page.issues if not isinstance(page, OwnPage) else ()
        match page:
            case ForeignPage():
                result.foreign.append(page)
                running = None
            case NoPage():
                if not page.empty:  # an empty back between two pages parts nothing; what was not read may be a page
                    running = None
            case OwnPage(code=code) if code is not None and code.subject.key:
                key = (page.form, page.edition, code.period, code.subject, page.pages)
                if key not in named:
                    named[key] = Paper(page.form, page.edition, page.pages, code)
                    result.papers.append(named[key])
                _add(named[key], page)
                running = named[key]
            case OwnPage() if page.number in backwards:
                paper = backwards[page.number]
                if not paper.found:
                    result.papers.append(paper)
                _add(paper, page)
                running = None
            case OwnPage():
                running = _follow(result, running, page)
    for paper in result.papers:
        say_missing(paper)
    result.papers.sort(key=lambda paper: paper.first)
    return result


def _backwards(pages: Sequence[SeenPage]) -> dict[int, Paper]:
    """The papers of pages without a name that came from the last to the first, by the numbers of these pages.

    Read forwards, the first page of one would be taken with the last page of the next.
    """
    runs: list[list[OwnPage]] = [[]]
    for page in pages:
        if isinstance(page, OwnPage) and not (page.code is not None and page.code.subject.key):
            last = runs[-1][-1] if runs[-1] else page
            if (last.form, last.edition, last.pages) != (page.form, page.edition, page.pages):
                runs.append([])
            runs[-1].append(page)
        elif not (isinstance(page, NoPage) and page.empty):
            runs.append([])
    found: dict[int, Paper] = {}
    for run in runs:
        count = run[0].pages if run else 1
        parts = [run[start : start + count] for start in range(0, len(run), count)]
        if count < 2 or any([page.page for page in part] != list(range(count, 0, -1)) for part in parts):
            continue
        for part in parts:
            codes = [page.code for page in part if page.code is not None]
            if any(not _same(codes[0], code) for code in codes):
                continue
            paper = Paper(part[0].form, part[0].edition, count, codes[0] if codes else None)
            message = (
                f"第{part[0].number}至{part[-1].number}页页序是倒的，页上又没有姓名的编码，按相邻的合成一份，请核对"
            )
            where = Locator(f"page {part[0].number}")
            paper.issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where))
            found |= {page.number: paper for page in part}
    return found


def _follow(result: Sorted, running: Paper | None, page: OwnPage) -> Paper:
    """The paper that a page without a name belongs to."""
    goes_on = (
        running is not None
        and (running.form, running.edition, running.pages) == (page.form, page.edition, page.pages)
        and page.page not in running.found
        and page.page == max(running.found) + 1
        and (page.code is None or (running.code is not None and _same(running.code, page.code)))
    )
    if running is None or not goes_on:
        running = Paper(page.form, page.edition, page.pages, page.code)
        result.papers.append(running)
    elif page.code is None and running.code is not None and running.code.subject.key:
        message = f"第{page.number}页的编码看不清，按前一页续作“{running.code.subject}”的第{page.page}页，请核对"
        where = Locator(f"page {page.number}")
        running.issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where))
    _add(running, page)
    return running


def _same(one: PageCode, other: PageCode) -> bool:
    return (one.subject, one.period) == (other.subject, other.period)


def _add(paper: Paper, page: OwnPage) -> None:
    where = Locator(f"page {page.number}")
    if (first := paper.found.get(page.page)) is None:
        paper.found[page.page] = page
        paper.issues += page.issues
        return
    alike = [(slot.slot.tags, slot.text) for slot in first.slots] == [
        (slot.slot.tags, slot.text) for slot in page.slots
    ]
    message = (
        f"第{page.number}页与第{first.number}页是同一份表的同一页"
        f"（{'读数相同' if alike else '读数不同'}），按第{first.number}页读取，请核对"
    )
    paper.issues.append(Issue(IssueCode.EXTRA_PAGE, Severity.WARNING, message, where))


def say_missing(paper: Paper) -> None:
    """Have among the issues of a paper which of its pages are missing: anew where others have come to it."""
    paper.issues = [issue for issue in paper.issues if issue.code is not IssueCode.MISSING_PAGE]
    if lost := paper.lost:
        who = f"“{paper.code.subject}”的" if paper.code is not None and paper.code.subject.key else ""
        message = f"{who}表共{paper.pages}页，缺第{'、'.join(map(str, lost))}页；各页请放在一个 PDF 或 TIF 里一起交"
        where = Locator(f"page {paper.first}")
        paper.issues.append(Issue(IssueCode.MISSING_PAGE, Severity.ERROR, message, where))
