"""Ruled lines on a page: which pixels belong to horizontal and which to vertical rules."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

SCALE = 8.0  #: Pixels a millimetre at which rules are sought.
_SHORTEST = 7.0  #: Millimetres: what is shorter is writing.
_DASHED = 89  #: Pixels along which dashes are counted together.
_NARROW = 4.0  #: The same between two rules that are there.
_THICK = 12  #: Pixels: a broader band is no rule.
_BLOCK = 33  #: Pixels: the surroundings against which a pixel is dark.
_CONTRAST = 14  #: Grey steps by which it is darker than they.


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Masks, 255 where a rule is; ``SCALE`` pixels a millimetre."""

    ink: Image
    horizontal: Image
    vertical: Image
    corner: tuple[int, int] = (0, 0)  #: Where on the page they begin, in pixels: beyond them no rule is known.

    def offsets(self, places: Points, reach: float, *, upright: bool) -> Points:
        """How far beside each place the middle of the nearest rule is; NaN where none is within reach. Millimetres.

        ``upright``: of the vertical rules, to the left and right; else of the horizontal ones.
        """
        import numpy as np

        mask = self.vertical if upright else self.horizontal
        height, width = mask.shape
        far = math.ceil(reach * SCALE) + 3
        steps = np.arange(-far, far + 1)
        near = np.round(places * SCALE).astype(np.int64)
        x, y = (near - self.corner).T
        columns, rows = (x[:, None] + steps, y[:, None]) if upright else (x[:, None], y[:, None] + steps)
        on = mask.ravel().take(np.clip(rows, 0, height - 1) * width + np.clip(columns, 0, width - 1)) > 0
        on &= (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        order = np.argsort(np.abs(steps), kind="stable")  # the nearest first
        nearest = order[on[:, order].argmax(axis=1)]
        number = np.arange(len(steps), dtype=np.int16)
        off, from_there = ~on, number - nearest[:, None].astype(np.int16)
        start = np.where(off & (from_there < 0), number, np.int16(-1)).max(axis=1) + 1
        end = np.where(off & (from_there > 0), number, np.int16(len(steps))).min(axis=1)
        missing = ~on.any(axis=1) | (np.abs(steps[nearest]) > reach * SCALE) | (end - start > _THICK)
        axis = 0 if upright else 1
        middle = (start + end - 1) / 2 - far - (places * SCALE - near)[:, axis]
        return np.where(missing, np.nan, middle / SCALE)


def ink_mask(grey: Image) -> Image:
    """255 where a pixel is darker than its surroundings: shadows and grey paper do not count."""
    import cv2
    import numpy as np

    about = cv2.blur(grey, (_BLOCK, _BLOCK), borderType=cv2.BORDER_REPLICATE)
    darker = cv2.subtract(about, grey)  # this and a threshold take half the time of cv2.adaptiveThreshold
    return np.asarray(cv2.threshold(darker, _CONTRAST - 1, 255, cv2.THRESH_BINARY)[1], np.uint8)


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
        thick = np.asarray(cv2.dilate(ink, np.ones((1, broad) if upright else (broad, 1), np.uint8)), np.uint8)
        bits = _packed(thick, upright)
        for reach, grow in ((gap, True), (gap, False), (length, False), (length, True)):
            bits = _gathered(bits, reach, upright=upright, grow=grow)
        masks.append(_unpacked(bits, ink.shape, upright))
    return Rules(ink, masks[0], masks[1])


def _strips(mask: Image, upright: bool) -> list[Image]:
    """Eight strips of a mask, of columns if ``upright``, else of rows; the last ones may be smaller."""
    size = -(-mask.shape[1 if upright else 0] // 8)
    cuts = [slice(size * number, size * (number + 1)) for number in range(8)]
    return [mask[:, cut] if upright else mask[cut] for cut in cuts]


def _packed(mask: Image, upright: bool) -> Image:
    """A mask with a bit for a pixel, the strips one upon another: runs of any length are then found in little time."""
    import numpy as np

    strips = _strips(mask, upright)
    bits = np.zeros(strips[0].shape, np.uint8)
    for number, strip in enumerate(strips):
        bits[: strip.shape[0], : strip.shape[1]] |= strip & np.uint8(1 << number)
    return bits


def _unpacked(bits: Image, size: tuple[int, ...], upright: bool) -> Image:
    import cv2
    import numpy as np

    mask = np.empty(size, np.uint8)
    for number, strip in enumerate(_strips(mask, upright)):
        one = cv2.threshold(bits & np.uint8(1 << number), 0, 255, cv2.THRESH_BINARY)[1]
        strip[:] = one[: strip.shape[0], : strip.shape[1]]
    return mask


def _gathered(bits: Image, length: int, *, upright: bool, grow: bool) -> Image:
    """For each place whether any (``grow``) or every pixel is set of so many about it; none beyond the edge counts."""
    import cv2
    import numpy as np

    around = (length // 2, length - 1 - length // 2)  # where cv2.dilate and cv2.erode have a kernel's middle
    edges = (*around, 0, 0) if upright else (0, 0, *around)
    held = np.asarray(cv2.copyMakeBorder(bits, *edges, cv2.BORDER_CONSTANT, value=0 if grow else 255), np.uint8)
    join = np.bitwise_or if grow else np.bitwise_and
    have = 1
    while have < length:
        step = min(have, length - have)
        held = join(held[:-step], held[step:]) if upright else join(held[:, :-step], held[:, step:])
        have += step
    return held


def broken_rules_of(rules: Rules) -> Rules:
    """The same page with rules that a copier broke into dashes, found by how much of their length is ink."""
    import cv2
    import numpy as np

    masks = []
    for along, across in (((_DASHED, 1), (1, 3)), ((1, _DASHED), (3, 1))):
        thick = cv2.dilate(rules.ink, np.ones(across[::-1], np.uint8))
        share = np.asarray(cv2.blur(thick, along, borderType=cv2.BORDER_CONSTANT), np.uint8)
        high = np.where(share > 0.42 * 255, 255, 0).astype(np.uint8)
        broad = np.ones((9, 1) if across == (1, 3) else (1, 9), np.uint8)
        masks.append(high & ~np.asarray(cv2.morphologyEx(high, cv2.MORPH_OPEN, broad), np.uint8))
    return replace(rules, horizontal=masks[0], vertical=masks[1])
