"""What is on a picture beside words: a strike-out, a signature, a seal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.scan.pages import Image

_RED = 0.004  #: Share of a box that is red where a seal lies on it.
_ROUND = 15.0  #: Millimetres: the least diameter of a seal.
_DENSE = 0.62  #: Share of its own frame that is ink where writing is blackened out.
_THROUGH = 0.75  #: Share of the width of the writing that a line through it covers …
_LONG = 1.3  #: … and how long it is beside the height of the writing: the bar of a 4 is shorter.
_LARGE = 5.5  #: Millimetres of ink that hangs together: more than a printed character has.
_LINE = re.compile(r"签[名字章]?")
_PRINTED = re.compile(r"[\s:：_＿.。,，、（）()\-—|]|年|月|日|负责人|被考核人|签名|签字|签章|盖章|主要")
_FIGURES = re.compile(r"[0-9０-９〇一二三四五六七八九十]")


def struck_out(view: Image, density: float) -> bool:
    """Whether the writing on a crop (``density`` pixels a millimetre) is crossed or blackened out."""
    import cv2
    import numpy as np

    from parsers.scan.ink import dark_mask
    from parsers.scan.pages import grey

    dark = dark_mask(grey(view))
    ys, xs = np.nonzero(dark)
    if len(xs) < 10:
        return False
    left, right = np.percentile(xs, [1, 99])
    upper, lower = np.percentile(ys, [1, 99])
    width, height = float(right - left), float(lower - upper)
    if width < 2 * density or height < density:
        return False
    inner = dark[int(upper) : int(lower) + 1, int(left) : int(right) + 1] > 0
    if inner.mean() > _DENSE and height > 2 * density:
        return True
    least = max(_THROUGH * width, _LONG * height)
    for slope in (-0.5, -0.3, -0.15, 0.0, 0.15, 0.3, 0.5):
        sheared = _sheared(dark, slope)
        joint = cv2.morphologyEx(sheared, cv2.MORPH_CLOSE, np.ones((3, 5), np.uint8))
        run = np.asarray(cv2.morphologyEx(joint, cv2.MORPH_OPEN, np.ones((1, max(3, round(least))), np.uint8)))
        rows = np.flatnonzero(run.any(axis=1))
        if not len(rows):
            continue
        inked = np.flatnonzero((sheared > 0).any(axis=1))
        middle = (rows.mean() - inked[0]) / max(inked[-1] - inked[0], 1)
        if 0.2 < middle < 0.85:
            return True
    return False


def _sheared(dark: Image, slope: float) -> Image:
    """The picture with every column moved up or down so that lines of that slope lie level."""
    import cv2
    import numpy as np

    if slope == 0.0:
        return dark
    height, width = dark.shape
    room = int(abs(slope) * width) + 1
    matrix = np.array([[1, 0, 0], [-slope, 1, room if slope > 0 else 0]], np.float64)
    return np.asarray(cv2.warpAffine(dark, matrix, (width, height + room), flags=cv2.INTER_NEAREST), np.uint8)


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


def sealed(view: Image, density: float) -> bool:
    """Whether a seal lies on a box: red on a picture in colour, a large ring on a grey one."""
    import cv2
    import numpy as np

    from parsers.scan.ink import dark_mask, red_mask
    from parsers.scan.pages import grey

    coloured = view.ndim == 3 and float(np.ptp(view.reshape(-1, 3).astype(np.int16), axis=1).mean()) > 3
    if coloured:
        return float((red_mask(view) > 0).mean()) >= _RED
    dark = dark_mask(grey(view))
    small = cv2.resize(dark, None, fx=4 / density, fy=4 / density, interpolation=cv2.INTER_AREA)
    circles = cv2.HoughCircles(
        np.asarray(small, np.uint8),
        cv2.HOUGH_GRADIENT,
        1,
        minDist=20,
        param1=100,
        param2=28,
        minRadius=round(_ROUND * 2),
        maxRadius=round(_ROUND * 6),
    )
    return circles is not None
