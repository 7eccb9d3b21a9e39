"""The cells of a page of another layout: their pictures, and those that are crossed out or written in with red."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from parsers.scan import lone_ticks, red_pens, signs, ticks
from parsers.scan.rules import SCALE
from parsers.scan.seen import Box

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage as Page
    from parsers.scan.pages import Image
    from parsers.scan.straightening import Straight
    from parsers.scan.tables import RuledGrid

INSET = 0.5  #: Millimetres that are cut off the rim of a cell.


def cut(straight: Straight, left: float, upper: float, right: float, lower: float) -> Image | None:
    """What a straight view shows within a cell (millimetres), its rim left out; None where that is next to nothing."""
    scale = SCALE
    x0, y0 = max(0, round((left + INSET) * scale)), max(0, round((upper + INSET) * scale))
    x1, y1 = round((right - INSET) * scale), round((lower - INSET) * scale)
    view = straight.image[y0:y1, x0:x1]
    return view if min(view.shape[:2], default=0) >= 8 else None


def struck(
    straight: Straight, grids: Sequence[RuledGrid], texts: Mapping[Box, str], ticked: Collection[Box]
) -> Iterator[Box]:
    """Those of the cells with these texts in which something is crossed out. ``ticked``: those with boxes to tick."""
    for grid in grids:
        for cell in grid.cells:
            lone = texts.get(cell.box) in lone_ticks.MARKS
            view = cut(straight, *cell.area) if cell.box in texts and not lone else None
            if view is not None and cell.box in ticked:
                view = ticks.without_boxes(view, SCALE)
            words = not any(character.isdigit() for character in texts.get(cell.box, ""))
            if view is not None and signs.struck_out(view, SCALE, words=words):
                yield cell.box


def red(page: Page, grids: Sequence[RuledGrid]) -> Iterator[Box]:
    """The cells in which there is writing in red, which is not read."""
    import numpy as np

    cells = [cell for grid in grids for cell in grid.cells]
    wide = [cell.area[2] - cell.area[0] for cell in cells]
    sides = [float(np.linalg.norm(cell.corners[1] - cell.corners[0])) for cell in cells]
    pen = red_pens.red_pen(page.image.pixels, sum(sides) / max(sum(wide), 1.0))
    for cell, width in zip(cells, wide, strict=True):
        if pen is not None and red_pens.inked_red(pen, cell.corners, width):
            yield cell.box
