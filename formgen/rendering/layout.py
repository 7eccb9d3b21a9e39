"""Where everything stands on the pages of a form, computed from its document: what a scan of it is measured against."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from lxml import etree

from formgen.errors import TemplateError
from formgen.model import Form, PageLayout, Slot, Subject
from formgen.rendering import corner_marks
from formgen.rendering.context import form_context
from formgen.rendering.metrics import Styles, W, width, words_of
from formgen.rendering.plan import Line, Placed, Plan, Table, UnmeasurableError, measured, rows_of
from formgen.rendering.prepared import DOCUMENT, prepared
from formgen.resources import find_template
from formgen.scheme.types import Scheme

_NS = {"w": W[1:-1]}
_STYLES = "word/styles.xml"
_MM = 25.4 / 1440  #: Millimetres to a twip.

Element = etree._Element


def page_layouts(docx: bytes, form: str, edition: str) -> tuple[PageLayout, ...]:
    """The pages of a form's document, which may be filled in or blank; none if it does not state its lengths.

    A row without an exact height gets the one that a blank is printed with.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            plan = plan_of(archive.read(DOCUMENT), archive.read(_STYLES))
    except (UnmeasurableError, KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, ValueError):
        return ()
    return laid_out(plan, plan.heights(), form, edition)


def plan_of(document: bytes, styles: bytes) -> Plan:
    """The plan of a document. Raises UnmeasurableError, XMLSyntaxError, ValueError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return measured(etree.fromstring(document, parser), Styles(styles))


def edition_of(scheme: str, template: bytes) -> str:
    """What a page's code says of the edition: the scheme, and which template."""
    return f"{scheme}@{hashlib.sha256(template).hexdigest()[:8]}"


def layouts(workspace: Path | None, forms: Iterable[Form]) -> tuple[PageLayout, ...]:
    """The pages of all these forms in the templates that blanks are made from now; of those that can be measured."""
    from formgen.scheme.loading import load_schemes

    schemes = {scheme.id: scheme for scheme in load_schemes(workspace)}
    found: list[PageLayout] = []
    for form in forms:
        scheme = schemes.get(form.scheme)
        try:
            template = find_template(f"docx/{form.id}.docx", workspace)
        except FileNotFoundError:
            continue
        if scheme is not None:
            found += _layouts(template.read_bytes(), template, form.id, scheme)
    return tuple(found)


@lru_cache(maxsize=64)
def _kept(data: bytes, path: Path, form: str, edition: str, blank: bytes) -> tuple[PageLayout, ...]:
    return page_layouts(blank, form, edition)


def _layouts(data: bytes, path: Path, form_id: str, scheme: Scheme) -> tuple[PageLayout, ...]:
    form = next(one for one in scheme.form if one.id == form_id)
    try:
        blank = prepared(path).render(nameless(form, scheme))
    except TemplateError:
        return ()
    return _kept(data, path, form.id, edition_of(form.scheme, data), blank)


def nameless(form: Form, scheme: Scheme) -> dict[str, object]:
    """The context of a blank for nobody and no period: what all blanks of the form have in common."""
    return form_context(form, Subject(), None, {}, scheme)


def laid_out(plan: Plan, heights: Sequence[int], form: str, edition: str) -> tuple[PageLayout, ...]:
    """The pages of a plan with these heights of its rows."""
    placed = plan.placed(heights)
    across, down = (length * _MM for length in plan.page)
    pages = placed[-1].page + 1
    slots: dict[int, list[Slot]] = {page: [] for page in range(pages)}
    for one in placed:
        if one.row < 0:
            slots[one.page] += _beside(plan, one)
    for number, block in enumerate(plan.blocks):
        if isinstance(block, Table):
            which = sum(isinstance(before, Table) for before in plan.blocks[:number])
            for page in range(pages):
                rows = [one for one in placed if one.block == number and one.page == page]
                slots[page] += _cells(block, rows, which)
    return tuple(
        PageLayout(
            form,
            edition,
            page + 1,
            pages,
            round(across, 2),
            round(down, 2),
            tuple(slots[page]),
            corner_marks.places(round(across, 2), round(down, 2)),
            corner_marks.SIZE,
        )
        for page in range(pages)
    )


def _slot(x: float, y: float, across: float, down: float, **said: object) -> Slot:
    lengths = (round(length * _MM, 2) for length in (x, y, across, down))
    return Slot(*lengths, **said)  # type: ignore[arg-type]


def _cells(table: Table, rows: Sequence[Placed], which: int) -> Iterator[Slot]:
    """The cells of a table on one page. A cell that a page break divides is one on each page."""
    edges = [table.left]
    for length in table.columns:
        edges.append(edges[-1] + length)
    here = {one.row: one for one in rows}
    done: set[tuple[int, int]] = set()
    for one in rows:
        for cell in table.rows[one.row].cells:
            if (one.row, cell.column) in done:
                continue
            first = _origin(table, one.row, cell.column) if cell.merged == "continue" else one.row
            origin = next(found for found in table.rows[first].cells if found.column == cell.column)
            reach = [
                row
                for row in range(first, first + (rows_of(table, first, origin) if cell.merged else 1))
                if row >= one.row and row in here
            ]
            done |= {(row, cell.column) for row in reach}
            text, tags = _said(origin.element)
            yield _slot(
                edges[cell.column],
                one.top,
                edges[cell.column + cell.span] - edges[cell.column],
                sum(here[row].height for row in reach),
                text=text if first == one.row else "",
                tags=tags,
                row=one.row,
                column=cell.column,
                rowspan=len(reach),
                colspan=cell.span,
                table=which,
            )


def _origin(table: Table, row: int, column: int) -> int:
    """The row in which a cell begins that is merged downwards."""
    while row and any(one.column == column and one.merged == "continue" for one in table.rows[row].cells):
        row -= 1
    return row


def _said(cell: Element) -> tuple[str, tuple[str, ...]]:
    """The printed text of a cell without its answers, and the tags of these."""
    controls = [one for one in cell.iter(W + "sdt") if one.find("w:sdtPr/w:tag", _NS) is not None]
    tags = tuple(_tag(one) for one in controls)
    paragraphs = []
    for paragraph in cell.iter(W + "p"):
        answers = [words_of(one) for one in controls if paragraph in list(one.iterancestors(W + "p"))]
        words = words_of(paragraph)
        for answer in answers:
            words = words.replace(answer, "", 1)
        paragraphs.append(words)
    return "\n".join(paragraphs).strip(), tags


def _tag(control: Element) -> str:
    tag = control.find("w:sdtPr/w:tag", _NS)
    return tag.get(W + "val", "") if tag is not None else ""


def _beside(plan: Plan, one: Placed) -> Iterator[Slot]:
    """The printed words of a paragraph, and the blanks in it, from the left."""
    block = plan.blocks[one.block]
    assert isinstance(block, Line)
    for piece in pieces(block, plan.right - plan.left):
        if piece.words.strip() or piece.tag:
            yield _slot(
                plan.left + piece.x,
                one.top + piece.line * block.room.line,
                piece.width,
                block.room.line,
                text="" if piece.tag else piece.words.strip(),
                tags=(piece.tag,) if piece.tag else (),
            )


class Piece:
    """A stretch of a line: printed words, or the answer of a control."""

    __slots__ = ("line", "tag", "width", "words", "x")

    def __init__(self, tag: str, words: str, x: float, line: int) -> None:
        self.tag, self.words, self.x, self.line = tag, words, x, line
        self.width = 0.0


def pieces(block: Line, area: int) -> list[Piece]:
    """The stretches of a paragraph, with their places in twips from the left edge of the type area."""
    found: list[Piece] = []
    x, line = float(block.room.left), 0
    for tag, character in _characters(block.element):
        if character == "\n":
            x, line = float(block.room.left), line + 1
        elif character == "\t":
            x = float(next((stop for stop in block.room.tabs if stop > x), x + block.room.size))
        if not found or character in "\n\t" or found[-1].tag != tag or found[-1].line != line:
            found.append(Piece(tag, "", x, line))
        if character not in "\n\t":
            found[-1].words += character
            found[-1].width += width(character) * block.room.size
            x += width(character) * block.room.size
    if block.room.align in ("center", "right"):
        for number in range(line + 1):
            own = [one for one in found if one.line == number]
            rest = area - block.room.right - max((one.x + one.width for one in own), default=0.0)
            for one in own:
                one.x += rest / 2 if block.room.align == "center" else rest
    return found


def _characters(paragraph: Element) -> Iterator[tuple[str, str]]:
    """Each character of a paragraph and the tag of the control that it stands in."""
    for text in paragraph.iter(W + "t", W + "br", W + "tab"):
        parent = text.getparent()
        if parent is None or parent.tag != W + "r":
            continue
        control = next(text.iterancestors(W + "sdt"), None)
        tag = _tag(control) if control is not None else ""
        for character in (text.text or "") if text.tag == W + "t" else "\n" if text.tag == W + "br" else "\t":
            yield tag, character
