"""Files that are pictures, wholly or in some of their pages: what reads them, and what is said where nothing can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from formgen.errors import MissingProgramError
from formgen.model import Form, Issue, IssueCode
from formgen.parsing import Hints, Limits, Parser, Scanning
from parsers.content import Content
from parsers.grid import Document

KIND = "scan"  #: ``FileReading.kind`` of what was read from images.


@dataclass(frozen=True, slots=True)
class PageControl:
    """How the pages of a scan are gone through."""

    skip: frozenset[int] = frozenset()  #: Pages that took too long before: they are set aside.
    begun: Callable[[int], None] | None = None  #: Called with the number of a page when it is begun.
    alone: bool = False  #: One page after another, so that a slow one is known by its number.


def picture_pages(data: bytes, kind: str, limits: Limits) -> tuple[tuple[int, ...], int] | None:
    """(the pages that are pictures, how many there are in all); None where none is. (0,): the file is a picture.

    Raises UnreadableInputError and EncryptedInputError.
    """
    if kind == "image":
        return (0,), 1
    if kind != "pdf":
        return None
    from parsers.scan.pdf_pages import scanned_pages

    numbers, count = scanned_pages(data, limits)
    return (numbers, count) if numbers else None


def read_pictures(
    data: bytes,
    kind: str,
    pages: Sequence[int],
    forms: Sequence[Form],
    parsers: Sequence[Parser[Document]],
    limits: Limits,
    hints: Hints,
    scanning: Callable[[], Scanning],
    control: PageControl,
    text: Document | None = None,
) -> Content:
    """What stands on the pages that are pictures, and on those of ``text``, the other pages of the file: a form may
    stand on both. Raises MissingProgramError, UnreadableInputError."""
    from concurrent.futures import ThreadPoolExecutor

    from parsers import scan

    if lacking := scan.missing():
        raise MissingProgramError(lacking)
    known = scanning()
    only = None if tuple(pages) == (0,) else frozenset(pages)
    begun = control.begun

    def work(executor: ThreadPoolExecutor | None) -> Content:
        return scan.read(
            data,
            kind,
            forms,
            parsers,
            limits=limits,
            hints=hints,
            scanning=known,
            executor=executor,
            skip=control.skip,
            only=only,
            tick=None if begun is None else lambda number, _: begun(number),
            text=text,
        )

    if known.workers < 2 or control.alone:
        return work(None)
    with ThreadPoolExecutor(known.workers) as executor:  # the libraries let go of the interpreter while they work
        return work(executor)


def without_pictures(text: Document) -> Document:
    """A PDF of which some pages are pictures, without the word that these cannot be read."""
    return replace(text, issues=tuple(issue for issue in text.issues if not _about_pictures(issue)))


def _about_pictures(issue: Issue) -> bool:
    """Whether the reader of typed pages says that it cannot read the others."""
    return issue.code is IssueCode.UNSUPPORTED and issue.where.part.startswith("page ")
