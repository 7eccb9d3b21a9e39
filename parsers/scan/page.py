"""A page as it is seen: upright, with its marks and its code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from formgen.pagecode import PageCode
from parsers.scan import codes, marks
from parsers.scan.marks import Mark
from parsers.scan.pages import PageImage, grey

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

_BY_CODE = 1  #: The mark beside which the code stands, of an upright page.
_CODE_BANDS = ((0.0, 0.14), (0.86, 1.0))  #: Where the code of an upright page stands: shares of its height.


@dataclass(frozen=True, slots=True, eq=False)
class SeenPage:
    """One page, turned by quarters until it is upright as far as its marks or its code tell."""

    image: PageImage
    quarters: int  #: Quarter turns counter-clockwise that were made.
    sure: bool  #: A mark or a code said which way is up; otherwise it stands as it came.
    grey: Image  #: The turned page; all places below are pixels of it.
    marks: tuple[Mark, ...]  #: One of an id at most.
    code: PageCode | None
    repeated: tuple[Mark, ...] = ()  #: All marks, in pixels of the image, if it shows one twice: of two sheets.
    codes: tuple[PageCode, ...] = ()  #: All codes of ours on the image: more than one is more than one sheet.

    def original(self, points: Points) -> Points:
        """Places on the turned page as places on ``image.pixels``."""
        return _turned_back(points, self.quarters, self.image.pixels.shape[0], self.image.pixels.shape[1])


def see(image: PageImage, quarters: int | None = None) -> SeenPage:
    """Look at a page. ``quarters``: turn it so often counter-clockwise, whatever it shows."""
    import numpy as np

    plain = grey(image.pixels)
    found = marks.find(plain)
    votes = Counter(mark.quarters for mark in found)
    code = None
    seen: tuple[codes.SeenCode, ...] = ()
    if not votes:
        seen = codes.find(plain)
        votes = Counter(code.quarters for code in seen)
    turns = quarters if quarters is not None else votes.most_common(1)[0][0] if votes else 0
    turned = np.ascontiguousarray(np.rot90(plain, turns)) if turns % 4 else plain
    height, width = plain.shape
    kept = _one_of_each(found, turns)
    upright = tuple(Mark(mark.id, _turned(mark.corners, turns, height, width)) for mark in kept)
    repeated = found if len({mark.id for mark in found}) < len(found) else ()
    by_code = next((mark for mark in upright if mark.id == _BY_CODE and not repeated), None)
    if not seen and by_code is not None:
        seen = codes.beside(turned, by_code)
    if not seen:
        seen = codes.find(turned, _CODE_BANDS, hard=by_code is None)
    code = seen[0].code if seen else None
    every = tuple(item.code for item in seen)
    return SeenPage(image, turns % 4, bool(votes), turned, upright, code, repeated, every)


def _one_of_each(found: tuple[Mark, ...], quarters: int) -> list[Mark]:
    """The marks that agree with the turn, one of each id: the largest."""
    agreeing = sorted((mark for mark in found if mark.quarters == quarters % 4), key=lambda mark: -mark.side)
    largest = {mark.id: mark for mark in reversed(agreeing)}
    return [largest[number] for number in sorted(largest)]


def _turned(points: Points, quarters: int, height: int, width: int) -> Points:
    """Places on an image of that size as places on it after that many quarter turns counter-clockwise."""
    import numpy as np

    x, y = points[:, 0], points[:, 1]
    match quarters % 4:
        case 1:
            x, y = y, width - 1 - x
        case 2:
            x, y = width - 1 - x, height - 1 - y
        case 3:
            x, y = height - 1 - y, x
    return np.stack([x, y], axis=1)


def _turned_back(points: Points, quarters: int, height: int, width: int) -> Points:
    sides = (height, width) if quarters % 2 == 0 else (width, height)
    return _turned(points, -quarters, *sides)
