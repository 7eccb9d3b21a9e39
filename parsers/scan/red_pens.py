"""Writing in red: told from seals, and read like any other where nothing else is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from parsers.scan.blobs import blobs
from parsers.scan.seals import rings, square, within
from parsers.scan.washing import without_stripes

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import Image, Points

Pen = tuple["Image", float]  #: 255 where a page is written on in red, and how many pixels of that are one of the page.

_DENSITY = 6.0  #: Pixels a millimetre at which red writing is looked for.
_AREA = 0.8  #: Square millimetres of red in a box that are writing.
_HANGS = 2.5  #: Millimetres within which red hangs together.
_ROUND = 15.0  #: Millimetres: the least diameter of a round seal …
_SQUARE = 9.0  #: … and of what hangs together about a square one with a name.
_OBLONG = 1.35  #: So much longer than broad is no single seal, but several or some lines of writing.
_DESK = 150.0  #: Millimetres: red that hangs together over more is no seal, nor two or three that overlap.
_FULL = 0.12  #: Share of the frame of a square seal with a name, some white about it, that is red at the least.
_MOST = 16  #: So many square seals with a name are looked for on a page.
_RESTS = 0.4  #: Square millimetres of other red in a box beside which its writing is not read.


def red_pen(
    pixels: Image, density: float, paper: Points | None = None, frame: Sequence[int] | None = None
) -> Pen | None:
    """Where a page is written on in red; None where it has no red. ``density``: its pixels a millimetre.

    ``paper``: the corners of the sheet in pixels of the page; None where it fills the page. ``frame``: left and upper
    edge, width and height of the part that holds all red; None where that is not known.

    What hangs together over the size of a seal in both directions is a seal, and left out with all within its frame,
    unless it is oblong and holds no ring; over more than any seal, it is the wood or the cloth about the paper.
    """
    import cv2
    import numpy as np

    from parsers.scan.ink import red_mask

    if pixels.ndim != 3 or density <= 0:
        return None
    scale = min(1.0, _DENSITY / density)
    size = np.array(pixels.shape[1::-1])
    first, last = np.array((frame[:2], np.add(frame[:2], frame[2:])) if frame else (0 * size, size))
    if paper is not None:
        first, last = np.maximum(first, np.floor(paper.min(axis=0))), np.minimum(last, paper.max(axis=0) + 1)
    start = np.floor(first * scale).astype(int)
    left, upper = np.round(start / scale).astype(int)
    right, lower = np.ceil(np.maximum(last, first) + 1 / scale).astype(int)
    some = pixels[upper:lower, left:right]
    if min(some.shape[:2]) * scale < 1:
        return None
    how = cv2.INTER_LINEAR if scale > 0.6 else cv2.INTER_AREA  # between pixels of like size the area takes long
    small = red_mask(np.asarray(cv2.resize(some, None, fx=scale, fy=scale, interpolation=how), np.uint8))
    red = np.zeros(np.ceil(size[::-1] * scale).astype(int) + 1, np.uint8)
    red[start[1] : start[1] + small.shape[0], start[0] : start[0] + small.shape[1]] = small
    red = within(red, None if paper is None else paper * scale)
    if not red.any():
        return None
    unit = density * scale
    reach = max(3, round(_HANGS * unit))
    left, upper, width, height = cv2.boundingRect(red)
    part = red[max(0, upper - reach) : upper + height + reach, max(0, left - reach) : left + width + reach]
    near = cv2.dilate(part, np.ones((reach, reach), np.uint8))
    _, labels, stats, centres = blobs(near)
    other = _no_pens(part, np.asarray(stats)[:, :4].astype(np.float64), np.asarray(centres), unit)
    part[other[np.asarray(labels)]] = 0
    return red, scale


def _no_pens(part: Image, frames: Any, centres: Any, unit: float) -> Any:
    """Of what hangs together (its left, upper, width, height; the first is the paper), whether it is no writing."""
    import numpy as np

    longer, shorter = frames[:, 2:].max(axis=1) / unit, frames[:, 2:].min(axis=1) / unit
    beyond = longer >= _DESK
    oblong = longer > _OBLONG * shorter
    is_seal = (shorter >= _ROUND) & ~beyond & ~oblong
    several = (shorter >= _ROUND) & ~beyond & oblong
    is_seal[0] = beyond[0] = several[0] = False
    middles = rings(part, unit, coloured=True) if several.any() else []
    for place in np.flatnonzero(several):
        left, upper, width, height = frames[place]
        is_seal[place] = any(0 <= x - left <= width and 0 <= y - upper <= height for x, y, _ in middles)
    for left, upper, width, height in frames[is_seal]:  # the star and the words within its ring are parts of it
        x, y = centres[:, 0] - left, centres[:, 1] - upper
        is_seal |= (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    is_seal[0] = True
    named = (shorter >= _SQUARE) & (shorter < _ROUND) & ~oblong & ~is_seal
    for place in np.flatnonzero(named)[:_MOST]:
        left, upper, width, height = frames[place].astype(int)
        view = np.ascontiguousarray(part[upper : upper + height, left : left + width])
        is_seal[place] = np.count_nonzero(view) >= _FULL * view.size and square(view, unit)
    return is_seal | beyond


def inked_red(pen: Pen, corners: Points, width: float) -> bool:
    """Whether a box of the page (``width`` millimetres broad) holds writing in red."""
    import cv2
    import numpy as np

    mask, scale = pen
    places = np.asarray(corners, np.float64) * scale
    low = np.maximum(np.floor(places.min(axis=0)).astype(int), 0)
    high = np.ceil(places.max(axis=0)).astype(int) + 1
    part = mask[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return False
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(inside, [np.round(places - low).astype(np.int32)], 1)
    unit = float(np.linalg.norm(places[1] - places[0])) / max(width, 1.0)
    return float(((part > 0) & (inside > 0)).sum()) >= _AREA * unit * unit


def alone(pen: Pen | None, red: Image | None, corners: Points, width: float) -> bool:
    """Whether all red within a box (``width`` millimetres broad) is writing, and no seal lies on it.

    ``red``: 255 where the page is red. Both None where there is none.
    """
    import cv2
    import numpy as np

    if pen is None or red is None:
        return False
    mask, scale = pen
    (x0, y0), (x1, y1) = np.maximum(corners.min(axis=0), 0).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    part = red[y0:y1, x0:x1]
    if not part.size:
        return False
    near = mask[int(y0 * scale) : int(y1 * scale) + 2, int(x0 * scale) : int(x1 * scale) + 2]
    near = np.asarray(cv2.dilate(near, np.ones((5, 5))))
    near = np.asarray(cv2.resize(near, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST))
    rest = cv2.bitwise_and(part, cv2.bitwise_not(near))
    unit = float(np.linalg.norm(corners[1] - corners[0])) / max(width, 1.0)
    return cv2.countNonZero(rest) < _RESTS * unit * unit


def through_green(page: SeenPage) -> SeenPage:
    """A coloured page as seen through green glass, where red is as dark as black, without the stripes of a scanner.

    Places on it are the same.
    """
    import cv2
    import numpy as np

    green = without_stripes(np.asarray(cv2.extractChannel(page.image.pixels, 1), np.uint8))
    return replace(page, image=replace(page.image, pixels=green))
