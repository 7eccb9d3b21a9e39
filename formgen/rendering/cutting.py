"""The PDF of a print run: where each paper begins in it, blank sides for duplex, and a PDF for each paper."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from formgen.errors import ProgramFailedError

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument


def first_pages(data: bytes, papers: int) -> list[int]:
    """The page (from 0) on which each paper of a print run begins. Raises ProgramFailedError where they differ."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        return _first_pages(document, papers)


def _first_pages(document: PdfDocument, papers: int) -> list[int]:
    starts = []
    for mark in document.get_toc(max_depth=1):
        target = mark.get_dest()
        page = target.get_index() if target is not None else None
        if mark.level == 0 and page is not None:
            starts.append(page)
    if len(starts) != papers or starts[:1] != [0] or starts != sorted(set(starts)):
        raise ProgramFailedError(
            f"合印的 PDF 里应有{papers}份，找到{len(starts)}份的开头，无法分开；请不用合印，逐份生成"
        )
    return starts


def with_blank_sides(data: bytes, papers: int) -> bytes:
    """The PDF with a blank page after each paper that has an odd number of them, so that each begins on a front."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        starts = [*_first_pages(document, papers), len(document)]
        for begins, ends in reversed(list(pairwise(starts))[:-1]):
            if (ends - begins) % 2:
                document.new_page(*document.get_page_size(ends - 1), index=ends)
        return _saved(document)


def cut(data: bytes, papers: int) -> list[bytes]:
    """A PDF for each paper of a print run, in order. Raises ProgramFailedError."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        starts: Sequence[int] = [*_first_pages(document, papers), len(document)]
        made = []
        for begins, ends in pairwise(starts):
            with pypdfium2.PdfDocument.new() as one:
                one.import_pages(document, list(range(begins, ends)))
                made.append(_saved(one))
        return made


def _saved(document: Any) -> bytes:
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()
