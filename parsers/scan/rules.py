"""Ruled lines on a page: which pixels belong to horizontal and which to vertical rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

SCALE = 8.0  #: Pixels a millimetre at which rules are sought.
_SHORTEST = 7.0  #: Millimetres: what is shorter is writing.
_DASHED = 89  #: Pixels along which dashes are counted together.
_NARROW = 4.0  #: The same between two rules that are there.
_BLOCK = 33  #: Pixels: the surroundings against which a pixel is dark.
_CONTRAST = 14  #: Grey steps by which it is darker than they.


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Masks, 255 where a rule is; ``SCALE`` pixels a millimetre."""

    ink: Image
    horizontal: Image
    vertical: Image


def ink_mask(grey: Image) -> Image:
    """255 where a pixel is darker than its surroundings: shadows and grey paper do not count."""
    import cv2
    import numpy as np

    mask = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _BLOCK, _CONTRAST)
    return np.asarray(mask, np.uint8)


def rules_of(grey: Image, *, askew: bool = False) -> Rules:
    """The rules of a straightened grey page with ``SCALE`` pixels a millimetre.

    Slopes of up to 2° are allowed for; of up to 7° where the page is ``askew``, at the price of more that is no rule.
    """
    return _long_runs(ink_mask(grey), _SHORTEST * 0.6 if askew else _SHORTEST, 5 if askew else 3)


def short_rules_of(rules: Rules) -> Rules:
    """The same page with all straight strokes of 4 mm and more: rules of narrow cells, and much that is writing."""
    return _long_runs(rules.ink, _NARROW, 3)


def _long_runs(ink: Image, shortest: float, broad: int) -> Rules:
    import cv2
    import numpy as np

    length, gap = round(shortest * SCALE), round(0.6 * SCALE)
    masks = []
    for upright in (False, True):
        across, bridge, along = ((1, broad), (gap, 1), (length, 1))
        if upright:
            across, bridge, along = across[::-1], bridge[::-1], along[::-1]
        thick = cv2.dilate(ink, np.ones(across[::-1], np.uint8))
        closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones(bridge[::-1], np.uint8))
        masks.append(np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones(along[::-1], np.uint8)), np.uint8))
    return Rules(ink, masks[0], masks[1])


def broken_rules_of(rules: Rules) -> Rules:
    """The same page with rules that a copier broke into dashes, found by how much of their length is ink."""
    import cv2
    import numpy as np

    masks = []
    for along, across in (((_DASHED, 1), (1, 3)), ((1, _DASHED), (3, 1))):
        thick = cv2.dilate(rules.ink, np.ones(across[::-1], np.uint8))
        share = np.asarray(cv2.blur(thick, along), np.uint8)
        high = np.where(share > 0.42 * 255, 255, 0).astype(np.uint8)
        broad = np.ones((9, 1) if across == (1, 3) else (1, 9), np.uint8)
        masks.append(high & ~np.asarray(cv2.morphologyEx(high, cv2.MORPH_OPEN, broad), np.uint8))
    return Rules(rules.ink, masks[0], masks[1])


def seen_offsets(mask: Image, places: Points, reach: float, *, upright: bool) -> Points:
    """How far beside each place the middle of the nearest rule is, in pixels, at most ``reach``; NaN where none is.

    ``upright``: the rules of the mask are vertical, and sought to the left and right.
    """
    import numpy as np

    height, width = mask.shape
    steps = np.arange(-int(np.ceil(reach)) - 3, int(np.ceil(reach)) + 4)
    x, y = np.round(places[:, 0]).astype(np.int64), np.round(places[:, 1]).astype(np.int64)
    if upright:
        columns, rows = x[:, None] + steps, np.broadcast_to(y[:, None], (len(y), len(steps)))
    else:
        columns, rows = np.broadcast_to(x[:, None], (len(x), len(steps))), y[:, None] + steps
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    on = mask[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)] > 0
    on &= inside
    before = np.zeros_like(on)
    before[:, 1:] = on[:, :-1]
    label = np.cumsum(on & ~before, axis=1) * on
    distance = np.where(on, np.abs(steps)[None, :], 10_000)
    nearest = distance.argmin(axis=1)
    row = np.arange(len(steps))[None, :]
    same = (label == label[np.arange(len(label)), nearest][:, None]) & on
    count = np.maximum(same.sum(axis=1), 1)
    middle = (same * row).sum(axis=1) / count + steps[0]
    exact = places[:, 0] - x if upright else places[:, 1] - y
    offset = middle - exact
    thick = same.sum(axis=1) > 3 * max(3.0, SCALE / 2)
    missing = (distance.min(axis=1) > reach) | thick
    return np.where(missing, np.nan, offset)
