"""Whether somebody signed in a box: on its last line, between the word for a signature and the date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from parsers.scan import seals

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import Image
    from parsers.scan.snapping import Placed

_ROOM = re.compile(r"签[名字章]*[:：]([ \u3000]{4,})年")
_SPACE = 1.05  #: Millimetres of a printed space, at the least: the room to sign is as many of them.
_DATE = 17.1  #: Millimetres from the right edge of the box to the date, which stands at the right end of the line.
_BEFORE = 0.6  #: Millimetres that are left out at either end of the room.
_LINE = (9.0, 0.8)  #: Millimetres above the lower edge of the box, from and to, in which one signs.
_LONG = 1.5  #: Millimetres: shorter ink is no stroke of a signature.
_INK = 3.0  #: Square millimetres of ink in a signature …
_MUCH = 5.5  #: … and on a grey page, where the ring of a seal may pass.
_ABOVE = 15.0  #: Millimetres above the lower edge from which a square seal may lie,
_BELOW = 3.0  #: and below it,
_ASIDE = 3.0  #: and beyond the room.


def has_room(printed: str) -> bool:
    """Whether the printed words of a box say where one signs."""
    return _ROOM.search(printed) is not None


def signed(page: SeenPage, found: Placed, view: Image, inset: float, *, red: bool, grey: bool) -> bool:
    """Whether the room for a signature in a box holds one, or a square seal with a name.

    ``view``: the box without seals, its rim cut off by ``inset`` millimetres; ``red``: whether it had red in it;
    ``grey``: whether the page has no red, so that seals could not be told from ink.
    """
    import cv2
    import numpy as np

    from parsers.scan import ink

    room = _ROOM.search(found.slot.text)
    if room is None:
        return False
    far = _DATE + _SPACE * len(room[1])
    part = _cut(ink.dark_mask(view), far - _BEFORE, _DATE + _BEFORE, *_LINE)
    _, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    strokes = np.asarray(stats)[1:]
    strokes = strokes[strokes[:, 2:4].max(axis=1, initial=0) >= _LONG * ink.DENSITY]
    area = float(strokes[:, cv2.CC_STAT_AREA].sum()) / ink.DENSITY**2
    if area >= (_MUCH if grey else _INK):
        return True
    if not red:
        return False
    wider = ink.crop(page, found, _BELOW, colour=True)
    shift = _BELOW + inset
    around = _cut(wider, far + _ASIDE + shift, _DATE - _ASIDE + shift, _ABOVE + shift, 0.0)
    return seals.square(ink.red_mask(np.ascontiguousarray(around)), ink.DENSITY)


def _cut(view: Image, left: float, right: float, upper: float, lower: float) -> Any:
    """A part of a picture, its edges so many millimetres from the picture's right and lower edge."""
    import numpy as np

    from parsers.scan.ink import DENSITY

    high, wide = view.shape[:2]
    rows = slice(max(0, high - round(upper * DENSITY)), max(0, high - round(lower * DENSITY)))
    columns = slice(max(0, wide - round(left * DENSITY)), max(0, wide - round(right * DENSITY)))
    return np.ascontiguousarray(view[rows, columns])
