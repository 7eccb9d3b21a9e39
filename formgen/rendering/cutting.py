"""The PDF of a print run: where each paper begins in it, blank sides for duplex, and a PDF for each paper."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from formgen.errors import ProgramFailedError


def first_pages(data: bytes, papers: int) -> list[int]:
    """The page (from 0) on which each paper of a print run begins. Raises ProgramFailedError where they differ."""
    import pypdfium2

    starts = []
    with pypdfium2.PdfDocument(data) as document:
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


def joined(parts: Sequence[bytes]) -> tuple[bytes, list[int]]:
    """Several PDFs as one, and the page (from 0) on which each begins; a single one as it is."""
    import pypdfium2

    if len(parts) == 1:
        return parts[0], [0]
    begins = []
    with pypdfium2.PdfDocument.new() as whole:
        for data in parts:
            begins.append(len(whole))
            with pypdfium2.PdfDocument(data) as part:
                whole.import_pages(part)
        return _saved(whole), begins


def with_blank_sides(data: bytes, begins: Sequence[int]) -> bytes:
    """The PDF with a blank page after each paper that has an odd number of them, so that each begins on a front.

    ``begins``: the page (from 0) on which each paper begins.
    """
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        for first, ends in reversed(list(pairwise([*begins, len(document)]))[:-1]):
            if (ends - first) % 2:
                document.new_page(*document.get_page_size(ends - 1), index=ends)
        return _saved(document)


def cut(data: bytes, begins: Sequence[int]) -> list[bytes]:
    """A PDF for each paper of a print run, in order; ``begins`` as for ``with_blank_sides``."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        made = []
        for first, ends in pairwise([*begins, len(document)]):
            with pypdfium2.PdfDocument.new() as one:
                one.import_pages(document, list(range(first, ends)))
                made.append(_saved(one))
        return made


def _saved(document: Any) -> bytes:
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()
