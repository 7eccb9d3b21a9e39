"""What is on a picture beside words: a strike-out, a signature, writing in red."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from parsers.scan.levels import counted

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

_ROUND = 15.0  #: Millimetres: the least diameter of a seal.
_OBLONG = 1.35  #: So much longer than broad is no single seal, but several or some lines of writing.
_DESK = 150.0  #: Millimetres: red that hangs together over more is no seal, nor two or three that overlap.
_PEN_DENSITY = 6.0  #: Pixels a millimetre at which red writing is looked for.
_PEN_AREA = 0.8  #: Square millimetres of red in a box that are writing.
_HANGS = 2.5  #: Millimetres within which red hangs together.
_SOLID = 1.8  #: Millimetres: no pen is so broad, and bold characters leave white between their strokes.
_DENSE = 0.35  #: Share of its own frame in which ink is so broad where writing is blackened out.
_WORDS = 0.9  #: How probable it must be that a word is crossed out.
_LARGE = 5.5  #: Millimetres of ink that hangs together: more than a printed character has.
_LINE = re.compile(r"签[名字章]?")
_PRINTED = re.compile(r"[\s:：_＿.。,，、（）()\-—|]|年|月|日|负责人|被考核人|签名|签字|签章|盖章|主要")
_FIGURES = re.compile(r"[0-9０-９〇一二三四五六七八九十]")


def struck_out(view: Image, density: float, *, words: bool = False) -> bool:
    """Whether the writing on a crop (``density`` pixels a millimetre) is crossed or blackened out.

    ``words``: it is Chinese words, whose strokes look more like lines through them than those of figures.
    """
    from parsers.scan.strikes import CROSSED

    return crossing(view, density) > (_WORDS if words else CROSSED)


def crossing(view: Image, density: float) -> float:
    """How probable it is (0 to 1) that writing on a crop is crossed out; 1 where it is blackened out."""
    import cv2
    import numpy as np

    from parsers.scan.ink import dark_mask
    from parsers.scan.pages import grey
    from parsers.scan.strikes import crossed_out

    dark = dark_mask(grey(view))
    across, down = np.count_nonzero(dark, axis=0), np.count_nonzero(dark, axis=1)
    if across.sum() < 10:
        return 0.0
    (left, right), (upper, lower) = ((counted(counts, 1), counted(counts, 99)) for counts in (across, down))
    width, height = right - left, lower - upper
    if width < 2 * density or height < density:
        return 0.0
    inner = np.ascontiguousarray(dark[int(upper) : int(lower) + 1, int(left) : int(right) + 1])
    broad = np.ones((round(_SOLID * density),) * 2, np.uint8)
    solid = cv2.countNonZero(cv2.morphologyEx(inner, cv2.MORPH_OPEN, broad))
    if solid > _DENSE * inner.size and height > 2 * density:
        return 1.0
    return crossed_out(dark, density)


def signed(strips: Sequence[Image], texts: Sequence[str], density: float) -> bool:
    """Whether somebody signed in a box: on its line for a signature stands more than what is printed there.

    ``strips``: the lines of the box; ``texts``: what was read on each.
    """
    lines = [place for place, text in enumerate(texts) if _LINE.search(text)]
    for place in lines:
        rest = _FIGURES.sub("", _PRINTED.sub("", texts[place]))
        if rest or _largest(strips[place], density) >= _LARGE:
            return True
    return False


def _largest(strip: Image, density: float) -> float:
    """Millimetres: the longer side of the largest ink that hangs together."""
    import cv2
    import numpy as np

    from parsers.scan.ink import dark_mask
    from parsers.scan.pages import grey

    count, _, stats, _ = cv2.connectedComponentsWithStats(dark_mask(grey(strip)), connectivity=8)
    if count < 2:
        return 0.0
    return float(np.asarray(stats)[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max()) / density


def red_pen(pixels: Image, density: float) -> tuple[Image, float] | None:
    """(255 where a page is written on in red, pixels of that mask to one of the page); None where it has no red.

    What hangs together over the size of a seal in both directions is a seal, and left out with all within its frame,
    unless it is oblong and holds no ring; over more than any seal, it is the wood or the cloth about the paper.
    ``density``: pixels of the page a millimetre.
    """
    import cv2
    import numpy as np

    from parsers.scan.ink import red_mask
    from parsers.scan.seals import rings

    if pixels.ndim != 3 or density <= 0:
        return None
    scale = min(1.0, _PEN_DENSITY / density)
    how = cv2.INTER_LINEAR if scale > 0.6 else cv2.INTER_AREA  # between pixels of like size the area takes long
    small = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=how), np.uint8)
    red = red_mask(small)
    if not red.any():
        return None
    unit = density * scale
    reach = max(3, round(_HANGS * unit))
    left, upper, width, height = cv2.boundingRect(red)
    part = red[max(0, upper - reach) : upper + height + reach, max(0, left - reach) : left + width + reach]
    near = cv2.dilate(part, np.ones((reach, reach), np.uint8))
    _, labels, stats, centres = cv2.connectedComponentsWithStats(near, connectivity=8)
    frames = np.asarray(stats)[:, :4].astype(np.float64)  # left, upper, width, height
    beyond = frames[:, 2:].max(axis=1) >= _DESK * unit
    large = (frames[:, 2:].min(axis=1) >= _ROUND * unit) & ~beyond
    large[0] = False
    oblong = large & (frames[:, 2:].max(axis=1) > _OBLONG * frames[:, 2:].min(axis=1))
    found = rings(part, unit, coloured=True) if oblong.any() else []
    is_seal = large & ~oblong
    for left, upper, width, height in frames[oblong]:  # seals that overlap, or lines of writing
        held = any(left <= x <= left + width and upper <= y <= upper + height for x, y, _ in found)
        is_seal |= held & (frames == (left, upper, width, height)).all(axis=1)
    for left, upper, width, height in frames[is_seal]:  # the star and the words within its ring are parts of it
        x, y = np.asarray(centres)[:, 0] - left, np.asarray(centres)[:, 1] - upper
        is_seal |= (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    is_seal |= beyond
    is_seal[0] = True
    part[is_seal[np.asarray(labels)]] = 0
    return red, scale


def inked_red(mask: Image, scale: float, corners: Points, width: float) -> bool:
    """Whether a box of the page (``width`` millimetres broad) holds writing of such a mask."""
    import cv2
    import numpy as np

    places = np.asarray(corners, np.float64) * scale
    low = np.maximum(np.floor(places.min(axis=0)).astype(int), 0)
    high = np.ceil(places.max(axis=0)).astype(int) + 1
    part = mask[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return False
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(inside, [np.round(places - low).astype(np.int32)], 1)
    unit = float(np.linalg.norm(places[1] - places[0])) / max(width, 1.0)
    return float(((part > 0) & (inside > 0)).sum()) >= _PEN_AREA * unit * unit
