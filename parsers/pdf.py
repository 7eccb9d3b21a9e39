"""PDF files with a text layer to grids and paragraphs. Scans are recognised and set aside."""

from __future__ import annotations

import io
import logging
import re
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from formgen.errors import EncryptedInputError, FormgenError, UnreadableInputError
from formgen.model import Issue, IssueCode, Locator, Severity
from parsers.grid import Document, Grid, Paragraph
from parsers.pdf_bounds import check_objects, check_page
from parsers.pdf_marks import Mark, marks_of
from parsers.pdf_table import PageTable, joined_grid
from parsers.pdf_text import Glyph, TextLine, joined_lines, text_lines

if TYPE_CHECKING:
    from formgen.parsing import Limits

MOST_PAGES = 200
MOST_OBJECTS = 100_000  #: Characters, lines and pictures of one page.
MOST_EDGES = 6_000  #: Lines of one page that may rule tables.

_SCAN_COVER = 0.5  #: Share of a page that pictures cover from which a page without words is a scan.
_OCR_COVER = 0.8  #: The same for a page with words, which then are the guesses of some program.
_FEW_GLYPHS = 10
_OUTLINES = 50  #: Drawn curves of a page without words, from which it is type turned into drawings.
_PAGE_NUMBER = re.compile(
    r"^[\s\-—－–·.]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[\s\-—－–·.]*$"
)
_SCAN = "是扫描件或图片，没有文字层，暂不能识别。请发回填写好的 Word 或 Excel 文件，或由它们另存的 PDF。"


class WithoutTextError(UnreadableInputError):
    """No page of a PDF holds text: they are pictures, or empty."""


@dataclass(slots=True)
class _Page:
    """What one page holds, in reading order."""

    number: int
    blocks: list[PageTable | Paragraph] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    scanned: bool = False

    @property
    def places(self) -> list[int]:
        """The indices of the blocks that are no page numbers."""
        return [
            index
            for index, block in enumerate(self.blocks)
            if isinstance(block, PageTable) or not _PAGE_NUMBER.match(block.text)
        ]


def decode(data: bytes, limits: Limits) -> Document:
    """The ruled tables of a PDF as grids, its other lines as paragraphs.

    Raises UnreadableInputError (``unreadable``, ``unsupported`` for a scan, ``too-large``, ``too-slow``) and
    EncryptedInputError.
    """
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it remarks on every slip of a producer
    deadline = time.monotonic() + limits.seconds
    check_objects(data)
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise UnreadableInputError(f"PDF 有 {len(pdf.pages)} 页，上限 {MOST_PAGES} 页，没有读取。", "too-large")
            pages = [_read_page(page, deadline, limits) for page in pdf.pages]
    except (FormgenError, MemoryError):
        raise
    except Exception as fault:
        if "PasswordIncorrect" in f"{type(fault).__name__} {fault!r} {fault.__context__!r}":
            raise EncryptedInputError("PDF 设有打开密码，读不了。请去掉密码后重发。") from None
        kind = type(fault).__name__
        raise UnreadableInputError(f"PDF 已损坏或写法特殊，读不了（{kind}）。请对方重新另存为 PDF 后重发。") from fault
    return _document(pages, limits)


def _document(pages: list[_Page], limits: Limits) -> Document:
    if not any(page.blocks for page in pages):
        raise WithoutTextError(f"该 PDF {_SCAN}", "unsupported")
    issues = [issue for page in pages for issue in page.issues]
    if scanned := [page.number for page in pages if page.scanned]:
        message = f"该 PDF 的第 {'、'.join(map(str, scanned))} 页{_SCAN}"
        issues.insert(0, Issue(IssueCode.UNSUPPORTED, Severity.WARNING, message, Locator(f"page {scanned[0]}")))
    blocks: list[Paragraph | Grid] = []
    firsts: list[int] = []
    rows = 0
    for page, runs in _runs(pages):
        firsts.append(len(blocks))
        for run in runs:
            if isinstance(run, Paragraph):
                blocks.append(run)
                continue
            blocks.append(grid := joined_grid(run))
            rows += grid.rows
            if rows > limits.rows:
                message = f"PDF 的表格超过 {limits.rows:,} 行，没有读取（第 {page.number} 页起）。"
                raise UnreadableInputError(message, "too-large")
    return Document("pdf", tuple(blocks), tuple(issues), pages=tuple(firsts))


def _runs(pages: list[_Page]) -> Iterator[tuple[_Page, list[Paragraph | list[PageTable]]]]:
    """The blocks of each page, a table that goes on on the next pages together with its continuations."""
    taken: set[int] = set()
    for index, page in enumerate(pages):
        runs: list[Paragraph | list[PageTable]] = []
        for number, block in enumerate(page.blocks):
            if isinstance(block, Paragraph):
                runs.append(block)
                continue
            if id(block) in taken:
                continue
            run = [block]
            here, at = page, number
            for following in pages[index + 1 :]:
                first = following.places[0] if following.places else -1
                candidate = following.blocks[first] if first >= 0 else None
                if here.places[-1] != at or not isinstance(candidate, PageTable) or not candidate.continues(block):
                    break
                run.append(candidate)
                taken.add(id(candidate))
                here, at = following, first
            runs.append(run)
        yield page, runs


def _read_page(page: Any, deadline: float, limits: Limits) -> _Page:
    """Raises UnreadableInputError."""
    if time.monotonic() > deadline:
        raise UnreadableInputError(f"PDF 读取超过 {limits.seconds:g} 秒，已中止。", "too-slow")
    result = _Page(page.page_number)
    check_page(page)
    count = sum(map(len, page.objects.values()))
    if count > MOST_OBJECTS:
        raise UnreadableInputError(f"PDF 第 {page.page_number} 页内容过多（{count:,} 个对象），没有读取。", "too-large")
    glyphs = list(_glyphs(page))
    marks = list(marks_of(page, result.issues))
    cover = _cover(page)
    if len(glyphs) < _FEW_GLYPHS and (cover >= _SCAN_COVER or (not glyphs and len(page.curves) > _OUTLINES)):
        result.scanned = True
        page.close()
        return result
    if cover >= _OCR_COVER:
        message = f"第 {result.number} 页是扫描件，文字是识别软件加上去的，可能有错，请逐项核对。"
        result.issues.append(
            Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, Locator(f"page {result.number}"))
        )
    if unknown := sum(glyph.text.startswith("(cid:") for glyph in glyphs):
        if unknown > len(glyphs) * 0.3:
            message = f"PDF 第 {result.number} 页的文字没有对应的字符编码，读不出来。请发回 Word 或 Excel 文件。"
            raise UnreadableInputError(message, "unsupported")
        message = f"第 {result.number} 页有 {unknown} 个字读不出来，请核对。"
        result.issues.append(
            Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, Locator(f"page {result.number}"))
        )
    tables = _tables(page, result.number)
    _fill(result, tables, glyphs, marks)
    page.close()
    return result


def _glyphs(page: Any) -> Iterator[Glyph]:
    """The characters within the page; what lies beyond its edge is not to be seen."""
    left, top, right, bottom = page.bbox
    for char in page.chars:
        glyph = Glyph(char["text"], char["x0"], char["x1"], char["top"], char["bottom"])
        x, y = glyph.middle
        if left <= x <= right and top <= y <= bottom and glyph.text:
            yield glyph


def _cover(page: Any) -> float:
    """The share of the page that pictures cover, at most 1."""
    left, top, right, bottom = page.bbox
    whole = max((right - left) * (bottom - top), 1.0)
    shares = [
        max(0.0, min(image["x1"], right) - max(image["x0"], left))
        * max(0.0, min(image["bottom"], bottom) - max(image["top"], top))
        / whole
        for image in page.images
    ]
    return float(min(1.0, sum(shares)))


def _tables(page: Any, number: int) -> list[PageTable]:
    """The ruled tables of a page; a frame around one cell rules nothing."""
    if len(page.edges) > MOST_EDGES:
        raise UnreadableInputError(f"PDF 第 {number} 页的线条过多（{len(page.edges):,} 条），没有读取。", "too-large")
    found = [PageTable(number, table.cells) for table in page.find_tables() if len(table.cells) > 1]
    found = [table for table in found if len(table.cells) > 1]
    for index, table in enumerate(sorted(found, key=lambda table: (table.top, table.edges[0])), 1):
        table.number = index
    return found


def _fill(result: _Page, tables: list[PageTable], glyphs: list[Glyph], marks: list[Mark]) -> None:
    """Put characters and marks into the cells they stand in; the others are lines of the page."""
    inner_first = sorted(tables, key=lambda table: table.area)
    outside: list[Glyph] = []
    for glyph in glyphs:
        cell = next((cell for table in inner_first if (cell := table.at(*glyph.middle))), None)
        (cell.glyphs if cell else outside).append(glyph)
    loose: list[tuple[TextLine, tuple[tuple[str, str], ...]]] = [(line, ()) for line in _lines(outside, tables)]
    if printed_over := [
        Locator(f"page {result.number}, table {table.number}", cell.spot)
        for table in tables
        for cell in table.cells
        if any(line.overprinted for line in cell.lines)
    ]:
        places = "、".join(where.chinese for where in printed_over[:10])
        message = f"有文字重叠在一起（可能是行高不够，邻格的字印到了一处），请核对：{places}。"
        result.issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, printed_over[0]))
    for mark in marks:
        found = next(((table, cell) for table in inner_first if (cell := table.at(*mark.middle))), None)
        if found:
            table, cell = found
            cell.added.append((mark.tag, mark.text))
            where = Locator(
                f"page {result.number}, table {table.number}", f"row {cell.row + 1}, column {cell.column + 1}"
            )
        else:
            line = TextLine(mark.text, mark.box[0], mark.box[2], mark.box[1], mark.box[3])
            loose.append((line, ((mark.tag, mark.text),) if mark.tag else ()))
            where = Locator(f"page {result.number}")
        if mark.note:
            result.issues.append(Issue(IssueCode.UNEXPECTED_TEXT, mark.severity, mark.note, where))
    loose.sort(key=lambda item: (item[0].top, item[0].x0))
    placed: list[tuple[float, PageTable | Paragraph]] = [(table.top, table) for table in tables]
    for number, (line, tags) in enumerate(loose, 1):
        where = Locator(f"page {result.number}", f"line {number}")
        placed.append((line.top, Paragraph(line.text, where, tags)))
    placed.sort(key=lambda item: item[0])
    result.blocks = [block for _, block in placed]


def _lines(outside: list[Glyph], tables: list[PageTable]) -> list[TextLine]:
    """The lines outside of tables; those broken at the right margin are whole again, but none across a table."""
    lines = text_lines(outside)
    right = max([line.x1 for line in lines] + [table.edges[-1] for table in tables], default=0.0)
    tops = sorted(table.top for table in tables)
    groups: dict[int, list[TextLine]] = {}
    for line in lines:
        groups.setdefault(bisect_left(tops, line.top), []).append(line)
    return [line for group in groups.values() for line in joined_lines(group, right)]
