"""A page of another layout: its ruled cells and its lines are recognised; short ones are weighed as figures as well.

Which cell answers which field is found later, by the parsers of the forms: see ``foreign_records``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from formgen.model import Form, Issue, IssueCode, Locator, Severity
from parsers.forms.printed import TITLE_ALIKE, title_likeness
from parsers.grid import Cell, Grid, Paragraph
from parsers.scan import answers, lone_ticks, ticks
from parsers.scan.allowed import Candidate, Ranking
from parsers.scan.known_words import corrected, passages
from parsers.scan.lines import inked, lines_of, placed_lines
from parsers.scan.marked_cells import INSET, cut, red, struck
from parsers.scan.seen import Box, ForeignPage, NoPage

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage as Page
    from parsers.scan.pages import Image
    from parsers.scan.recogniser import Recogniser, Text
    from parsers.scan.straightening import Straight
    from parsers.scan.tables import RuledGrid

_POINT = re.compile(
    r"(?<=^[0-9])[,，、·](?=[05]分?$)|(?<=^[0-9]{2})[,，、·](?=[05]分?$)|(?<=^1[0-9]{2})[,，、·](?=[05]分?$)"
)
_GAP = 9.0  #: Millimetres of white that part the columns of a line …
_SPACE = 0.9  #: … and in heights of the line: a blank as wide as a character.
_BESIDE = 4.0  #: Millimetres of a page at both sides where nothing is printed.
_ASIDE = 2.0  #: Millimetres to the left or right of all tables, where no line stands by itself.
_FULL = 1.6  #: In heights of a line: so near to the right edge of the table it is full.
_TABLE = 0.45  #: Of the light of the paper: what is darker over millimetres lies beside it.
_HEADING = 4  #: Lines of a page among which its title is.
_FIGURE = 5  #: Characters: a longer text is no figure.
_WORD = 12  #: Characters: a longer text is printed, or a remark.
_MOST = Decimal(120)  #: The highest figure that is looked for before the form is known.
_SAMPLE = 10  #: Lines by which the upright way is found.
_LEGIBLE = 0.55  #: A page that reads so well stands upright; others come to 0.35 at most.
_ENOUGH = 3  #: Cells below which a page has no table.


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The ruled tables of a page, and the view in which they lie straight."""

    straight: Straight
    grids: Sequence[RuledGrid]
    worn: bool = False  #: A copier has broken the rules to dashes: where they were is worked out.

    @property
    def enough(self) -> bool:
        """Whether there is a table, whichever way it is turned."""
        return sum(len(grid.cells) for grid in self.grids) >= _ENOUGH


def tables_of(page: Page) -> Tables:
    """The tables of a page; never raises for what it shows."""
    from parsers.scan.dashed import dashed
    from parsers.scan.straightening import straightened
    from parsers.scan.tables import grids_of

    straight = straightened(page)
    found = Tables(straight, grids_of(straight))
    if found.enough:
        return found
    worn = dashed(straight)
    return found if worn is None else Tables(worn[0], (worn[1],), worn=True)


def look_at_foreign(
    page: Page, recogniser: Recogniser, forms: Sequence[Form] = (), tables: Tables | None = None
) -> ForeignPage | NoPage:
    """The tables and lines of a page, upright; a page with neither table nor words is none.

    ``forms``: those whose printed words may stand there; unclear characters are read by them. ``tables``: of the page,
    where they are known already.
    """
    number = page.image.number
    tables = tables or tables_of(page)
    if not tables.enough:
        return no_table(number)
    if not page.sure:
        tables = upright(page, tables, recogniser)
    straight, grids = tables.straight, tables.grids
    views: list[Image] = []
    blocks: list[tuple[float, Grid | _Words]] = []
    choices: dict[Box, tuple[int, int, ticks.Choice]] = {}
    for which, grid in enumerate(grids, 1):
        blocks.append((grid.area[1], _table(straight, grid, _part(number, which), views, choices)))
    for line, words in enumerate(_whole(_outside(straight, grids), grids), 1):
        first = len(views)
        views += [view for _, view in words.pieces]
        upper, end = min(words.top, words.begun[0]), max(words.end, words.begun[1])
        box = straight.box(words.start - 1, upper - 1, end + 1, words.top + words.height + 1)
        blocks.append((words.top, _Words(line, first, tuple(before for before, _ in words.pieces), box)))
    texts = corrected(recogniser.free(views), views, passages(forms), recogniser)
    marks = ticks.chosen(choices, texts, ticks.known_words(forms))
    built, rankings = _built(sorted(blocks, key=lambda block: block[0]), texts, views, recogniser, number, marks)
    short = [cell for block in built if isinstance(block, Grid) for cell in block.cells if 0 < len(cell.text) <= _WORD]
    return ForeignPage(
        number,
        built,
        rankings,
        edges=dict(_edges(grids, number)),
        issues=_worn(number) if tables.worn else (),
        struck=frozenset(
            struck(tables.straight, tables.grids, {cell.where.box: cell.text for cell in short}, marks.boxes)
        ),
        red=frozenset(red(page, grids)),
    )


def no_table(number: int) -> NoPage:
    """A page without a table and without a code of ours."""
    said = f"第{number}页没有认出表格：没有表格线，也没有本程序的编码"
    message = f"{said}。是封面、证件一类的可以不管；是表的，请重新扫描这一页"
    return NoPage(number, (Issue(IssueCode.NOT_A_FORM, Severity.ERROR, message, Locator(f"page {number}")),))


def _worn(number: int) -> tuple[Issue, ...]:
    message = f"第{number}页的表格线断得厉害，按断线补出了格子，请对照图像逐项核对"
    return (Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, Locator(f"page {number}")),)


@dataclass(frozen=True, slots=True)
class _Words:
    """A line outside the tables: its pieces among the views."""

    line: int
    first: int
    before: tuple[str, ...]  #: For each piece what parts it from the one before.
    box: Box  #: Where it stands.


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A line outside the tables, as it is seen."""

    top: float  #: Millimetres from the upper edge.
    height: float
    start: float  #: Millimetres from the left edge.
    end: float
    pieces: tuple[tuple[str, Image], ...]  #: What parts each from the one before, and its picture.
    begun: tuple[float, float] = (math.inf, 0.0)  #: Top and end of its first line, where it goes on on others.


def _part(page: int, table: int) -> str:
    return f"page {page}, table {table}"


def _edges(grids: Sequence[RuledGrid], page: int) -> Iterator[tuple[str, tuple[float, ...]]]:
    """By table the edges of its columns, as shares of its width."""
    for which, grid in enumerate(grids, 1):
        left, _, right, _ = grid.area
        inner = {cell.column: cell.area[0] for cell in grid.cells}
        if len(inner) == grid.columns:
            places = (*(inner[column] for column in range(grid.columns)), right)
            yield _part(page, which), tuple(round((place - left) / max(right - left, 1.0), 4) for place in places)


# --- looking ---------------------------------------------------------------------------------------------------


def _table(
    straight: Straight,
    grid: RuledGrid,
    part: str,
    views: list[Image],
    choices: dict[Box, tuple[int, int, ticks.Choice]],
) -> Grid:
    """The cells, each with the numbers of its lines among the views as its text for now.

    ``choices``: boxes to tick are put there, and where the words beside them begin among the views.
    """
    cells = []
    for found in grid.cells:
        view = cut(straight, *found.area)
        strips = lines_of(view, _scale()) if view is not None else []
        where = Locator(part, f"row {found.row + 1}, column {found.column + 1}", box=found.box)
        text = f"{len(views)} {len(strips)}"
        views += strips
        choice = ticks.choice_of(view, _scale()) if view is not None and strips else None
        if choice is not None:
            choices[found.box] = len(views) - len(strips), len(views), choice
            views += choice.words
        cells.append(Cell(found.row, found.column, text, where, found.rowspan, found.colspan))
    return Grid(part, grid.rows, grid.columns, tuple(cells))


def _scale() -> float:
    from parsers.scan.rules import SCALE

    return SCALE


def _outside(straight: Straight, grids: Sequence[RuledGrid]) -> Iterator[_Line]:
    """The lines above, between and below the tables."""
    scale = _scale()
    height, width = straight.image.shape[0] / scale, straight.image.shape[1] / scale
    bright = replace(straight, image=_on_white(straight.image))
    edges = [0.0]
    for grid in sorted(grids, key=lambda one: one.area[1]):
        edges += [grid.area[1], grid.area[3]]
    edges.append(height)
    for upper, lower in zip(edges[::2], edges[1::2], strict=True):
        if lower - upper < 3:
            continue
        band = cut(bright, _BESIDE, upper, width - _BESIDE, lower)
        if band is None:
            continue
        for top, strip in placed_lines(band, scale):
            if (line := _line(strip, upper + top / scale)) is not None:
                yield line


def _on_white(image: Image) -> Image:
    """A straight view with the table that the paper lies on as white as the paper: what is dark and reaches the rim."""
    import cv2
    import numpy as np

    size = (max(1, round(image.shape[1] / _scale())), max(1, round(image.shape[0] / _scale())))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    paper = float(np.percentile(small, 90))
    dark = np.where(small < _TABLE * paper, 255, 0).astype(np.uint8)
    framed = cv2.copyMakeBorder(dark, 6, 6, 6, 6, cv2.BORDER_REPLICATE)
    solid = np.asarray(cv2.morphologyEx(framed, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    count, labels = cv2.connectedComponents(solid)
    rim = {*labels[0].tolist(), *labels[-1].tolist(), *labels[:, 0].tolist(), *labels[:, -1].tolist()} - {0}
    if count < 2 or not rim:
        return image
    beside = np.isin(labels, list(rim)).astype(np.uint8)
    grown = cv2.dilate(beside, np.ones((5, 5), np.uint8))[6:-6, 6:-6]
    mask = cv2.resize(grown, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.where(np.asarray(mask) > 0, np.uint8(min(paper, 255.0)), image).astype(np.uint8)


def _line(strip: Image, top: float) -> _Line | None:
    """The words of a line that lie apart, each with what parts it from the one before: a tab or a blank."""
    import numpy as np

    dark = inked(strip, _scale())
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dark.any(axis=0).astype(np.int8), [0]])))
    height = float(dark.any(axis=1).sum())
    space = _SPACE * max(height, 2.5 * _scale())
    found: list[tuple[str, int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        gap = start - found[-1][2] if found else 0
        if found and gap < space:
            found[-1] = (*found[-1][:2], end)
        else:
            found.append(("" if not found else "\t" if gap >= _GAP * _scale() else "\u3000", start, end))
    found = [one for one in found if one[2] - one[1] >= 1.2 * _scale()]
    if not found:
        return None
    room = round(0.8 * _scale())
    pieces = tuple((before, strip[:, max(0, start - room) : end + room]) for before, start, end in found)
    left = _BESIDE + INSET
    return _Line(top, height / _scale(), left + found[0][1] / _scale(), left + found[-1][2] / _scale(), pieces)


def _whole(lines: Iterable[_Line], grids: Sequence[RuledGrid]) -> Iterator[_Line]:
    """The lines, those that go on on the next one joined with it: they reach the right edge of the table."""
    left, right = min(grid.area[0] for grid in grids), max(grid.area[2] for grid in grids)
    held: _Line | None = None
    for line in lines:
        if line.end < left - _ASIDE or line.start > right + _ASIDE:
            continue  # the edge of the paper
        if held is None:
            held = line
            continue
        full = right - held.end < _FULL * held.height and held.start - left < 3 * held.height
        alike = 0.75 < line.height / held.height < 1.33 and line.top - held.top < 3 * held.height
        if full and alike and abs(line.start - left) < line.height:
            (_, first), *others = line.pieces
            begun = min(held.begun, (held.top, held.end))
            pieces = (*held.pieces, (" ", first), *others)
            held = replace(held, top=line.top, end=line.end, pieces=pieces, begun=begun)
        else:
            yield held
            held = line
    if held is not None:
        yield held


def titled(tables: Tables, forms: Sequence[Form], recogniser: Recogniser) -> bool:
    """Whether one of the first lines above the tables is the title of a form."""
    lines = islice(_outside(tables.straight, tables.grids), _HEADING)
    texts = recogniser.free([view for line in lines for _, view in line.pieces])
    return any(title_likeness(text.text, form.title) >= TITLE_ALIKE for text in texts for form in forms)


def upright(page: Page, tables: Tables, recogniser: Recogniser) -> Tables:
    """The page the way round in which it reads best."""
    from parsers.scan.page import see

    best = (_legible(tables, recogniser), tables)
    for quarters in (2, 1, 3):
        if best[0] > _LEGIBLE:
            break
        turned = tables_of(see(page.image, (page.quarters + quarters) % 4))
        score = _legible(turned, recogniser)
        if score > best[0]:
            best = (score, turned)
    return best[1]


def _legible(tables: Tables, recogniser: Recogniser) -> float:
    """How well some lines of the tables read, 0 to 1: sure characters beside those for which there is room."""
    strips: list[Image] = []
    for grid in tables.grids:
        for cell in grid.cells:
            view = cut(tables.straight, *cell.area)
            if view is not None:
                strips += [strip for strip in lines_of(view, _scale()) if strip.shape[1] > 1.5 * strip.shape[0]][:1]
    strips = sorted(strips, key=lambda strip: -strip.shape[1])[: 3 * _SAMPLE : 3]
    texts = recogniser.free(strips)
    sure = sum(text.confidence * len(text.text) for text in texts if text.confidence > 0.75)
    room = sum(strip.shape[1] / strip.shape[0] for strip in strips)
    return min(1.0, sure / max(room, sum(len(text.text) for text in texts))) if strips else 0.0


def _built(
    blocks: Sequence[tuple[float, Grid | _Words]],
    texts: Sequence[Text],
    views: Sequence[Image],
    recogniser: Recogniser,
    number: int,
    marks: ticks.Marks,
) -> tuple[tuple[Paragraph | Grid, ...], dict[Box, Ranking]]:
    """The blocks with their texts, and the rankings of the cells that may hold a figure."""
    done: list[Paragraph | Grid] = []
    figures: list[tuple[Box, int]] = []
    for _, block in blocks:
        if isinstance(block, _Words):
            said = texts[block.first : block.first + len(block.before)]
            words = "".join(before + text.text.strip() for before, text in zip(block.before, said, strict=True))
            if words.strip():
                done.append(Paragraph(words, Locator(f"page {number}", f"line {block.line}", box=block.box)))
            continue
        cells: list[Cell] = []
        alone: dict[Box, int] = {}
        for cell in block.cells:
            first, count = map(int, cell.text.split())
            lines = [text for text in texts[first : first + count] if text.text.strip()]
            text = _POINT.sub(".", "\n".join(line.text.strip() for line in lines))
            sure = min((line.confidence for line in lines), default=1.0)
            text, sure = marks.boxes.get(cell.where.box, (text, sure))
            cells.append(replace(cell, text=text, confidence=sure))
            if count == 1 and len(text) <= _FIGURE and cell.where.box not in marks.boxes:
                alone[cell.where.box] = first
        for cell in lone_ticks.in_tick_columns(cells, marks.words):
            first = alone.get(cell.where.box, -1)
            mark = lone_ticks.lone_mark(views[first], _scale()) if first >= 0 else ""
            if mark:
                cells[cells.index(cell)] = replace(cell, text=mark, confidence=ticks.CLEAR)
                del alone[cell.where.box]
        figures += alone.items()
        done.append(replace(block, cells=tuple(cells)))
    generic: list[Sequence[str | Candidate]] = [_figures() for _ in figures]
    rankings = recogniser.allowed([views[first] for _, first in figures], generic, density=_scale())
    return tuple(done), {box: ranking for (box, _), ranking in zip(figures, rankings, strict=True)}


@lru_cache(maxsize=1)
def _figures() -> tuple[Candidate, ...]:
    """All figures that any form may allow."""
    return answers.scores(_MOST, bonus=True, full_marks=False)
