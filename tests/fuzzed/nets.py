"""Takes the nets away that the readers have for whatever may come, so that what falls into them is seen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from formgen.errors import FormgenError, UnreadableInputError
from formgen.parsing import Limits
from fuzzed import invariants
from fuzzed.findings import Finding, Probe, from_us, hold
from parsers.grid import Document

#: What libraries raise, on purpose, for a file that is none of theirs: the nets of ours are there for it.
_THEIRS = ("PanicException",)


@contextmanager
def below_the_nets(found: Probe) -> Iterator[None]:
    """Let the decoders of workbooks and PDFs raise what they raise; keep what was decoded."""
    from parsers import excel, pdf, word

    saved = word.decode, excel.decode, pdf.decode

    def kept(document: Document) -> Document:
        found.document = document
        hold(invariants.misplaced(document))
        return document

    def workbook(data: bytes, limits: Limits, kind: str) -> Document:
        try:
            return kept(excel._decode(data, limits, kind))
        except (FormgenError, Finding):
            raise
        except BaseException as fault:
            if type(fault).__name__ in _THEIRS:
                raise UnreadableInputError("表格打不开") from None
            raise

    def page(data: bytes, limits: Limits) -> Document:
        try:
            return kept(saved[2](data, limits))
        except UnreadableInputError as fault:
            if fault.__cause__ is not None and from_us(fault.__cause__):
                raise fault.__cause__ from None
            raise

    word.decode = lambda data, limits: kept(saved[0](data, limits))
    excel.decode, pdf.decode = workbook, page
    try:
        yield
    finally:
        word.decode, excel.decode, pdf.decode = saved


@contextmanager
def listening(found: Probe) -> Iterator[None]:
    """Hear what the nets of the reader of scans say only to a log."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[1] is not None:
                found.logged.append(record.exc_info[1])

    logger, ear = logging.getLogger("parsers"), Ear(logging.DEBUG)
    level = logger.level
    logger.addHandler(ear)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)
