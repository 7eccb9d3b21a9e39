"""A page of another layout: its ruled tables and its lines by whole-page recognition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from formgen.model import Form, Issue, IssueCode, Locator, Severity
from formgen.parsing import Hints, Parser
from parsers.grid import Document
from parsers.scan.seen import ForeignPage, NoPage
from parsers.scan.settling import Said

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage as Page
    from parsers.scan.recogniser import Recogniser


def look_at_foreign(page: Page, recogniser: Recogniser) -> ForeignPage | NoPage:
    """The tables and lines of a page."""
    message = f"第{page.image.number}页没有认出是哪一种表"
    issue = Issue(IssueCode.NOT_A_FORM, Severity.ERROR, message, Locator(f"page {page.image.number}"))
    return NoPage(page.image.number, (issue,))


def foreign_documents(
    pages: Sequence[ForeignPage], forms: Sequence[Form], parsers: Sequence[Parser[Document]], hints: Hints
) -> Iterator[tuple[Document, dict[str, Said]]]:
    """The documents that the pages make up, with how sure each field is."""
    yield from ()
