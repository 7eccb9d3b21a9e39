"""How many words a decoded file may hold, and how much may be said of it: a reading must not burst who receives it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from formgen.errors import UnreadableInputError
from formgen.model import Issue, IssueCode, Severity
from parsers.grid import Document, Grid

LONGEST_TEXT = 100_000  #: Characters of one cell or paragraph; Excel itself allows 32,767.
MOST_TEXT = 20_000_000  #: Characters of all cells and paragraphs of a file.
MOST_ISSUES = 5_000  #: Of one file.
_LONGEST_MESSAGE = 2_000


def check_texts(texts: Iterable[str]) -> None:
    """Raise UnreadableInputError (``too-large``) for texts that no form holds."""
    whole = longest = 0
    for text in texts:
        size = len(text)
        whole += size
        if size > longest:
            longest = size
    if longest > LONGEST_TEXT:
        message = f"有一格或一段有 {longest:,} 个字，上限 {LONGEST_TEXT:,} 个字，没有读取。"
        raise UnreadableInputError(message, "too-large")
    if whole > MOST_TEXT:
        raise UnreadableInputError(f"全文有 {whole:,} 个字，上限 {MOST_TEXT:,} 个字，没有读取。", "too-large")


def check_document(document: Document) -> None:
    """The same for a decoded file, before anything is looked for in it."""
    check_texts(
        text
        for block in document.blocks
        for text in ((cell.text for cell in block.cells) if isinstance(block, Grid) else (block.text,))
    )


def bounded(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """The issues of a file: at most so many, each of a sane length; that there are more is said."""
    kept = tuple(
        issue
        if len(issue.message) <= _LONGEST_MESSAGE
        else replace(issue, message=issue.message[:_LONGEST_MESSAGE] + "…")
        for issue in issues[:MOST_ISSUES]
    )
    if len(issues) <= MOST_ISSUES:
        return kept
    message = f"问题共 {len(issues):,} 处，只列出前 {MOST_ISSUES:,} 处；请在原文件中逐处核对。"
    return (*kept, Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message))
