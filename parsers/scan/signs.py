"""What is on a picture beside words: a strike-out, a signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from parsers.scan.blobs import blobs
from parsers.scan.levels import counted

if TYPE_CHECKING:
    from parsers.scan.pages import Image

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

    count, _, stats, _ = blobs(dark_mask(grey(strip)))
    if count < 2:
        return 0.0
    return float(np.asarray(stats)[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max()) / density
