"""Two sheets on one image, side by side or one above the other: where to part them, and where what is on them lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from formgen.model import Form, Locator
from parsers.grid import Grid, Paragraph
from parsers.scan import seen as kinds

if TYPE_CHECKING:
    from parsers.scan.marks import Mark
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import PageImage
    from parsers.scan.recogniser import Recogniser

_LEAST = 2  #: Marks of a sheet by which it is known.
_CELLS = 6  #: A smaller table may stand beside another one on the same sheet.
_LONG_SIDE = 900  #: Pixels of the image on which a gap is sought.
_MIDDLE = (0.3, 0.7)  #: Shares of the image between which it is parted.
_WHITE = 0.006  #: Share of a gap that may be inked.
_BROAD = 0.02  #: How broad it is at least, as a share of the image.
_BOTH = 0.15  #: Share of the ink that is at least on each side of it.
_LONGEST = 340.0  #: Millimetres: an image that is longer shows no single sheet of A4.


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One of several sheets on an image."""

    image: PageImage
    left: int  #: Where its picture begins on the whole image, in pixels.
    top: int


def parted_by_marks(page: SeenPage) -> tuple[Sheet, ...]:
    """The two sheets on an image that shows marks of our blanks twice; empty where it shows one sheet, or more."""
    marks = page.repeated
    best: tuple[float, bool, float] | None = None
    for upright in (True, False):
        ordered = sorted(marks, key=lambda mark: mark.centre[0 if upright else 1])
        for count in range(_LEAST, len(ordered) - _LEAST + 1):
            before, after = ordered[:count], ordered[count:]
            if not (_of_one_sheet(before) and _of_one_sheet(after)):
                continue
            low, high = before[-1].centre[0 if upright else 1], after[0].centre[0 if upright else 1]
            if best is None or high - low > best[0]:
                best = (high - low, upright, (low + high) / 2)
    return _cut(page.image, best[2], upright=best[1]) if best is not None else ()


def _of_one_sheet(marks: Sequence[Mark]) -> bool:
    """Whether they are all different, and the same way up: beside a sheet the next one may lie upside down."""
    return len({mark.id for mark in marks}) == len(marks) and len({mark.quarters for mark in marks}) == 1


def parted_by_gutter(page: SeenPage, forms: Sequence[Form], recogniser: Recogniser) -> tuple[Sheet, ...]:
    """The two sheets on an image that has a white gap in its middle and a table on each side of it; else empty.

    Each may lie askew in its own way. One above the other they are two sheets only if the image is longer than one, or
    a title stands above the lower table: many forms have two tables.
    """
    from parsers.scan.foreign import tables_of, titled, upright
    from parsers.scan.page import see

    for aside in (True, False):
        cut = _gutter(page.image, aside=aside)
        if cut is None:
            continue
        sheets = _cut(page.image, cut, upright=aside)
        halves = [see(sheet.image) for sheet in sheets]
        tables = [tables_of(half) for half in halves]
        if any(max((len(grid.cells) for grid in one.grids), default=0) < _CELLS for one in tables):
            continue  # one sheet, half of it empty
        turned = upright(halves[0], tables[0], recogniser).straight.page.quarters % 2 == 1
        if aside != turned or _longer_than_a_sheet(page) or titled(tables[1], forms, recogniser):
            return sheets
    return ()


def _gutter(image: PageImage, *, aside: bool) -> float | None:
    """Where the broadest white gap in the middle of an image is, from the left (``aside``) or from above."""
    import cv2
    import numpy as np

    from parsers.scan.pages import grey

    plain = grey(image.pixels)
    scale = min(1.0, _LONG_SIDE / max(plain.shape))
    small = np.asarray(cv2.resize(plain, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 16)
    inked = (np.asarray(cv2.medianBlur(ink, 3)) > 0).sum(axis=0 if aside else 1).astype(np.float64)
    across = ink.shape[0 if aside else 1]
    size = len(inked)
    free = inked <= _WHITE * across
    free[: round(_MIDDLE[0] * size)] = free[round(_MIDDLE[1] * size) :] = False
    edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(np.int8), [0]])))
    bands = [(end - start, (start + end) / 2) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    broad, middle = max(bands, default=(0, 0.0))
    before = inked[: round(middle)].sum() / max(inked.sum(), 1.0)
    if broad < _BROAD * size or not _BOTH <= before <= 1 - _BOTH:
        return None
    found: float = middle / scale
    return found


def _longer_than_a_sheet(page: SeenPage) -> bool:
    return page.image.dpi > 0 and max(page.image.pixels.shape[:2]) / page.image.dpi * 25.4 > _LONGEST


def _cut(image: PageImage, place: float, *, upright: bool) -> tuple[Sheet, ...]:
    """Both parts of an image, left and right of a place or above and below it."""
    import numpy as np

    at = round(place)
    parts = (image.pixels[:, :at], image.pixels[:, at:]) if upright else (image.pixels[:at], image.pixels[at:])
    places = ((0, 0), (at, 0)) if upright else ((0, 0), (0, at))
    return tuple(
        Sheet(replace(image, pixels=np.ascontiguousarray(part)), left, top)
        for part, (left, top) in zip(parts, places, strict=True)
    )


# --- where things lie ------------------------------------------------------------------------------------------


def on_whole_image(found: kinds.SeenPage, sheet: Sheet, tables: int = 0) -> kinds.SeenPage:
    """What was seen on a sheet, with its places on the whole image; ``tables``: how many stand on the sheet before."""
    moved = _on_whole_image(found, sheet)
    if tables == 0 or not isinstance(moved, kinds.ForeignPage):
        return moved
    blocks = tuple(_renumbered(block, tables) if isinstance(block, Grid) else block for block in moved.blocks)
    edges = {_later(part, tables): places for part, places in moved.edges.items()}
    return replace(moved, blocks=blocks, edges=edges)


def _renumbered(grid: Grid, tables: int) -> Grid:
    cells = tuple(replace(one, where=replace(one.where, part=_later(one.where.part, tables))) for one in grid.cells)
    return replace(grid, part=_later(grid.part, tables), cells=cells)


def _later(part: str, tables: int) -> str:
    """``page 1, table 1`` as ``page 1, table 2`` where one table stands before."""
    head, _, number = part.rpartition(" ")
    return f"{head} {int(number) + tables}"


def _on_whole_image(found: kinds.SeenPage, sheet: Sheet) -> kinds.SeenPage:
    issues = tuple(replace(issue, where=_moved(issue.where, sheet)) for issue in found.issues)
    match found:
        case kinds.OwnPage():
            slots = tuple(replace(slot, box=_box(slot.box, sheet)) for slot in found.slots)
            return replace(found, slots=slots, issues=issues)
        case kinds.ForeignPage():
            rankings = {_box(box, sheet): ranking for box, ranking in found.rankings.items()}
            blocks = tuple(_block(block, sheet) for block in found.blocks)
            struck = frozenset(_box(box, sheet) for box in found.struck)
            red = frozenset(_box(box, sheet) for box in found.red)
            return replace(found, blocks=blocks, rankings=rankings, issues=issues, struck=struck, red=red)
        case _:
            return replace(found, issues=issues)


def _block(block: Paragraph | Grid, sheet: Sheet) -> Paragraph | Grid:
    if isinstance(block, Paragraph):
        return replace(block, where=_moved(block.where, sheet))
    cells = tuple(replace(cell, where=_moved(cell.where, sheet)) for cell in block.cells)
    return replace(block, cells=cells)


def _moved(where: Locator, sheet: Sheet) -> Locator:
    return replace(where, box=_box(where.box, sheet))


def _box(box: tuple[int, ...], sheet: Sheet) -> tuple[int, ...]:
    return tuple(value + (sheet.top if place % 2 else sheet.left) for place, value in enumerate(box))
