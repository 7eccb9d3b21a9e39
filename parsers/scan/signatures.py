"""Whether somebody signed in a box: on its last line, between the word for a signature and the date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from parsers.scan import seals
from parsers.scan.blobs import blobs

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
_MUCH = 5.5  #: … and on a grey page, where a seal may lie that is not known.
_BESIDE_SEAL = 7.0  #: The same where a known one lies, for the whole room by what is found in the rest of it, …
_FEW = 2.4  #: … and at the least; its words leave less.
RING = 1.3  #: Millimetres to either side of a ring that are left out,
STAR = 0.33  #: and of its radius about its middle.
_WORDS = (0.55, 0.97)  #: and the same: between these the words of a seal stand,
_WORD = 0.3  #: and no stroke of one is longer.
_ABOVE = 15.0  #: Millimetres above the lower edge from which a square seal may lie,
_BELOW = 3.0  #: and below it,
_ASIDE = 3.0  #: and beyond the room.


def has_room(printed: str) -> bool:
    """Whether the printed words of a box say where one signs."""
    return room_of(printed) is not None


def room_of(printed: str) -> tuple[float, float] | None:
    """From where to where one signs: millimetres from the right edge of the box. None where the words do not say."""
    found = _ROOM.search(printed)
    return (_DATE + _SPACE * len(found[1]), _DATE) if found else None


def signed(page: SeenPage, found: Placed, view: Image, inset: float, *, red: bool, seen: seals.Seals) -> bool:
    """Whether the room for a signature in a box holds one, or a square seal with a name.

    ``view``: the box without seals, its rim cut off by ``inset`` millimetres; ``red``: whether it had red in it;
    ``seen``: the seals of the page. On a grey page they cannot be told from ink by their colour: what lies under a
    ring or a star, and what may be of a seal's words, is left out there, and where a seal covers nearly all of the
    room, nobody is said to have signed.
    """
    import cv2
    import numpy as np

    from parsers.scan import ink

    room = room_of(found.slot.text)
    if room is None:
        return False
    (far, near), grey, share = room, seen.rest is None, 1.0
    sides = (far - _BEFORE, near + _BEFORE, *_LINE)
    part = _cut(ink.dark_mask(view), *sides)
    if grey and seen.places:
        free = _cut(_free(found, seen, view.shape[:2], inset), *sides)
        share = cv2.countNonZero(free) / max(free.size, 1)
        part = cv2.bitwise_and(part, free)
    _, _, stats, _ = blobs(part)
    strokes = np.asarray(stats)[1:]
    strokes = strokes[strokes[:, 2:4].max(axis=1, initial=0) >= _LONG * ink.DENSITY]
    if share < 1:
        corner = np.array(view.shape[1::-1]) - np.round(np.array((sides[0], sides[2])) * ink.DENSITY)
        strokes = strokes[~_worded(strokes, np.maximum(corner, 0), rings_on(found, seen, inset))]
    area = float(strokes[:, cv2.CC_STAT_AREA].sum()) / ink.DENSITY**2
    if area >= (max(_FEW, _BESIDE_SEAL * share) if share < 1 else _MUCH if grey else _INK):
        return True
    if not red:
        return False
    around = ink.crop(page, _about(found, far + _ASIDE + inset, near - _ASIDE + inset), colour=True, clean=False)
    return seals.square(ink.red_mask(around), ink.DENSITY)


def _about(found: Placed, left: float, right: float) -> Placed:
    """Where a square seal may lie in a box, between places so many millimetres from its right edge."""
    import numpy as np

    wide, high = found.slot.width, found.slot.height
    first, last = max(1 - left / wide, -_BELOW / wide), 1 - right / wide
    upper, lower = max(1 - _ABOVE / high, -_BELOW / high), 1 + _BELOW / high
    four = found.corners
    corners = [
        (four[0] * (1 - u) + four[1] * u) * (1 - v) + (four[3] * (1 - u) + four[2] * u) * v
        for u, v in ((first, upper), (last, upper), (last, lower), (first, lower))
    ]
    slot = replace(found.slot, width=(last - first) * wide, height=(lower - upper) * high)
    return replace(found, slot=slot, corners=np.stack(corners))


def _free(found: Placed, seen: seals.Seals, shape: tuple[int, ...], inset: float) -> Any:
    """255 where neither ring nor star of a seal lies on the view of a box, whose rim is cut off."""
    import cv2
    import numpy as np

    from parsers.scan.ink import DENSITY

    free = np.full(shape, 255, np.uint8)
    for middle, far in rings_on(found, seen, inset):
        cv2.circle(free, middle, round(far), 0, round(2 * RING * DENSITY))
        cv2.circle(free, middle, round(STAR * far), 0, -1)
    return free


def _worded(strokes: Any, corner: Any, rings: Sequence[tuple[tuple[int, int], float]]) -> Any:
    """Whether each stroke (left, upper, width, height … from a corner) may be of a ring's words: small, and near it."""
    import numpy as np

    found = np.zeros(len(strokes), np.bool_)
    for middle, far in rings:
        away = np.linalg.norm(corner + strokes[:, :2] + strokes[:, 2:4] / 2 - middle, axis=1)
        small = strokes[:, 2:4].max(axis=1, initial=0) <= _WORD * far
        found |= small & (away >= _WORDS[0] * far) & (away <= _WORDS[1] * far)
    return found


def rings_on(found: Placed, seen: seals.Seals, inset: float) -> list[tuple[tuple[int, int], float]]:
    """Middle and radius of the page's seals in pixels of the view of a box whose rim is cut off."""
    import cv2
    import numpy as np

    from parsers.scan.ink import DENSITY

    if not seen.places:
        return []
    wide, high = found.slot.width, found.slot.height
    frame = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32) - inset
    matrix = cv2.getPerspectiveTransform(found.corners.astype(np.float32), frame * DENSITY)
    unit = float(np.linalg.norm(found.corners[1] - found.corners[0])) / wide / DENSITY
    middles = cv2.perspectiveTransform(np.array([[place[:2]] for place in seen.places], np.float32), matrix)[:, 0]
    return [
        ((round(float(x)), round(float(y))), radius / unit)
        for (x, y), (_, _, radius) in zip(middles, seen.places, strict=True)
    ]


def _cut(view: Image, left: float, right: float, upper: float, lower: float) -> Any:
    """A part of a picture, its edges so many millimetres from the picture's right and lower edge."""
    import numpy as np

    from parsers.scan.ink import DENSITY

    high, wide = view.shape[:2]
    rows = slice(max(0, high - round(upper * DENSITY)), max(0, high - round(lower * DENSITY)))
    columns = slice(max(0, wide - round(left * DENSITY)), max(0, wide - round(right * DENSITY)))
    return np.ascontiguousarray(view[rows, columns])
