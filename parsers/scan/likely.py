"""Which of the known forms a page may be, quickly: by its marks and rules, or by its cells as shares of the table.

Both only choose what is looked at closely.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from formgen.model import PageLayout
from parsers.scan.expected import expected_of
from parsers.scan.geometry import homographies
from parsers.scan.rules import SCALE, rules_of
from parsers.scan.snapping import straight_view

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage
    from parsers.scan.tables import RuledGrid

_NEAR = 0.02  #: Of the sides of the table: edges so near are the same.
_LEAST = 0.5  #: Share of the cells, of the form's and of those seen, that must agree.
_MOST = 3  #: So many forms are looked at closely.
_COARSE = 4  #: Pixels of the rules that are one here.
_AROUND = 1.5  #: Millimetres within which a rule is where it is expected, after the shift.
_SHIFTS = ((-1.5, 0.0, 1.5), tuple(step / 2 for step in range(-12, 13)))  #: Across and down, in millimetres.
_RULED = 0.6  #: Share of the expected rules that must be seen, and of those seen that must be expected.
_BEHIND = 0.2  #: A form that fits by so much worse than the best is not looked at.


def layouts_by_marks(page: SeenPage, layouts: Sequence[PageLayout]) -> tuple[PageLayout, ...]:
    """The pages of known forms whose rules lie where three marks or more lead to expect them, likeliest first.

    A table may be shifted as a whole: other fonts do that. Empty where none is like the page, or the marks disagree.
    """
    import cv2
    import numpy as np

    found: dict[tuple[object, ...], tuple[Any, Any]] = {}
    scored = []
    for number, layout in enumerate(layouts):
        kind = (layout.marks, layout.mark_size, layout.width, layout.height)
        if kind not in found:
            ways = homographies(layout, page.marks)
            useful = sum(mark.id in {one for one, _, _ in layout.marks} for mark in page.marks)
            if len(ways) != 1 or useful < 3:
                return ()
            rules = rules_of(straight_view(page.grey, ways[0], layout.width, layout.height))
            small = [
                np.asarray(cv2.resize(mask, None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA)) > 60
                for mask in (rules.vertical, rules.horizontal)
            ]
            found[kind] = small[0], small[1]
        score = _ruled_alike(layout, *found[kind])
        if score >= _RULED**2:
            scored.append((-score, number))
    best = min(scored, default=(0.0, 0))[0]
    return tuple(layouts[number] for score, number in sorted(scored)[:_MOST] if score <= best + _BEHIND)


def _ruled_alike(layout: PageLayout, vertical: Any, horizontal: Any) -> float:
    """The share of the expected rules that are seen times the share of those seen that are expected."""
    import cv2
    import numpy as np

    expected = expected_of(layout)
    scale = SCALE / _COARSE
    reach = round(_AROUND * scale)
    shares = []
    for mask, places, axis in ((vertical, expected.upright, 0), (horizontal, expected.level, 1)):
        if not len(places):
            return 0.0
        broad = np.ones((1, 2 * reach + 1) if axis == 0 else (2 * reach + 1, 1), np.uint8)
        near = np.asarray(cv2.dilate(mask.astype(np.uint8), broad)) > 0
        best = (-1.0, 0.0, 0.0)
        for shift in _SHIFTS[axis]:
            x = np.clip(
                np.round((places[:, 0] + (shift if axis == 0 else 0)) * scale).astype(int), 0, mask.shape[1] - 1
            )
            y = np.clip(np.round((places[:, 1] + (shift if axis else 0)) * scale).astype(int), 0, mask.shape[0] - 1)
            best = max(best, (float(near[y, x].mean()), -abs(shift), shift), key=lambda one: one[:2])
        shares.append(best)
    across, down = shares[0][-1], shares[1][-1]
    left, upper, right, lower = expected.frame
    x0, x1 = max(0, round((left + across - 2) * scale)), max(1, round((right + across + 2) * scale))
    y0, y1 = max(0, round((upper + down - 2) * scale)), max(1, round((lower + down + 2) * scale))
    seen = met = 0.0
    for mask, places, kernel in (
        (vertical, expected.upright, (round(6 * scale), 2 * reach + 1)),
        (horizontal, expected.level, (2 * reach + 1, round(6 * scale))),
    ):
        x = np.round((places[:, 0] + across) * scale).astype(int)
        y = np.round((places[:, 1] + down) * scale).astype(int)
        inside = (x >= 0) & (y >= 0) & (x < mask.shape[1]) & (y < mask.shape[0])
        known = np.zeros(mask.shape, np.uint8)
        known[y[inside], x[inside]] = 1
        known = np.asarray(cv2.dilate(known, np.ones(kernel, np.uint8)), np.uint8)
        part = mask[y0:y1, x0:x1]
        seen += float(part.sum())
        met += float((part & (known[y0:y1, x0:x1] > 0)).sum())
    return (shares[0][0] + shares[1][0]) / 2 * (met / seen if seen else 0.0)


def likely_layouts(grids: Sequence[RuledGrid], layouts: Sequence[PageLayout]) -> tuple[PageLayout, ...]:
    """The pages of known forms whose cells lie as those that are seen, whichever way these are turned; likeliest first.

    Empty where none is like them.
    """
    import numpy as np

    seen = [cell.area for grid in grids for cell in grid.cells]
    if not seen:
        return ()
    scored = []
    turned = [_turned(_shares(np.array(seen, np.float64)), quarters) for quarters in range(4)]
    for number, layout in enumerate(layouts):
        printed = [(s.x, s.y, s.x + s.width, s.y + s.height) for s in layout.slots if s.ruled]
        if printed:
            shares = _shares(np.array(printed, np.float64))
            scored.append((-max(_alike(shares, one) for one in turned), number))
    return tuple(layouts[number] for score, number in sorted(scored)[:_MOST] if -score >= _LEAST)


def _shares(areas: Any) -> Any:
    """Left, upper, right and lower edges of cells as shares of the table that they make up."""
    import numpy as np

    low, high = areas[:, :2].min(axis=0), areas[:, 2:].max(axis=0)
    return (areas - np.tile(low, 2)) / np.tile(np.maximum(high - low, 1e-6), 2)


def _turned(shares: Any, quarters: int) -> Any:
    """The same cells after so many quarter turns clockwise."""
    import numpy as np

    for _ in range(quarters):
        left, upper, right, lower = shares.T
        shares = np.stack([1 - lower, left, 1 - upper, right], axis=1)
    return shares


def _alike(printed: Any, seen: Any) -> float:
    """The share of cells that are in both, of all that are in either."""
    import numpy as np

    far = np.abs(printed[:, None, :] - seen[None, :, :]).max(axis=2)
    same = min((far.min(axis=1) <= _NEAR).sum(), (far.min(axis=0) <= _NEAR).sum())
    return float(same) / max(len(printed) + len(seen) - float(same), 1.0)
