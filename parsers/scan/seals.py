"""Seals on a page: where their middles lie, and the small square one with which some people sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points
    from parsers.scan.washing import Washed

_DENSITY = 1.0  #: Pixels a millimetre at which rings are sought in colour …
_GREY_DENSITY = 1.5  #: … and on a grey page.
_RADII = (14.5, 23.5)  #: Millimetres.
_GREY_RADII = (17.5, 23.5)  #: The same on a grey page, where lines of writing look like smaller ones.
_STEP = 0.75
_RING = 0.5  #: Share of a ring that is red …
_GREY_RING = 0.21  #: … or by how much more of it is inked on a grey page than of the rings beside it.
_OTHER = 0.03  #: Share of a box that is red beside round seals where a seal of another shape lies on it.
_MOST = 24  #: Seals on a page.
_SIDES = (7.5, 14.5)  #: Millimetres of a square seal with a name.
_TURNS = range(-30, 31, 6)  #: Degrees.
_FRAME = 0.92  #: Share of each side of the frame of a square seal that is red: rings and words that cross make less.
_BARE = 0.22  #: By so much less is red …
_BEYOND = 2.0  #: … so many millimetres beyond each side: not within the words of a round seal.
_FINE = 3.0  #: Pixels a millimetre at which such a frame is sought.


@dataclass(frozen=True, slots=True, eq=False)
class Seals:
    """The round seals of a page."""

    places: tuple[tuple[float, float, float], ...]  #: Middle and radius, in pixels of the page.
    rest: Image | None  #: 255 where a page is red beside them; None on a grey page.

    def on(self, corners: Points, *, written: bool = False) -> bool:
        """Whether a seal lies on a box: the middle of a round one, or much of another.

        ``written``: the red beside round seals is known to be writing.
        """
        import cv2
        import numpy as np

        four = np.asarray(corners, np.float32).reshape(-1, 1, 2)
        if any(cv2.pointPolygonTest(four, (x, y), False) >= 0 for x, y, _ in self.places):
            return True
        if self.rest is None or written:
            return False
        (x0, y0), (x1, y1) = np.maximum(corners.min(axis=0), 0).astype(int), corners.max(axis=0).astype(int) + 1
        part = self.rest[y0:y1, x0:x1]
        return part.size > 0 and float(np.count_nonzero(part)) / part.size >= _OTHER


def within(mask: Image, paper: Points | None) -> Image:
    """A mask without what lies beyond the corners of the paper: the table that it is photographed on may be red."""
    import cv2
    import numpy as np

    if paper is None:
        return mask
    inside = np.zeros(mask.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.round(paper).astype(np.int32), 255)
    return np.asarray(cv2.bitwise_and(mask, inside), np.uint8)


def seals_of(sheet: Washed, density: float, paper: Points | None = None) -> Seals:
    """The seals of a page; ``density``: its pixels a millimetre. On a grey page only the plainest rings are found.

    ``paper``: the corners of the sheet in pixels of the page; None where it fills the page.
    """
    import cv2

    from parsers.scan.ink import dark_mask

    if density <= 0:
        return Seals((), None)
    if sheet.red is None:
        return Seals(tuple(rings(dark_mask(sheet.page.image.pixels), density, coloured=False)), None)
    rest = within(sheet.red, paper).copy()
    places = tuple(rings(rest, density, coloured=True))
    for x, y, radius in places:
        cv2.circle(rest, (round(x), round(y)), round(radius + 2 * density), 0, -1)
    return Seals(places, rest)


def rings(mask: Image, density: float, *, coloured: bool) -> list[tuple[float, float, float]]:
    """Middle and radius of round seals, in pixels of the mask (255 where red, or where a grey page is inked).

    ``density``: pixels of the mask a millimetre.
    """
    import cv2
    import numpy as np

    sought = _DENSITY if coloured else _GREY_DENSITY
    scale = sought / density
    small = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = (np.asarray(small) > (60 if coloured else 90)).astype(np.float32)
    beside = 0 if coloured else 3  #: Steps to the rings that are compared.
    least, most = _RADII if coloured else _GREY_RADII
    radii = np.arange(least - beside * _STEP, most + beside * _STEP + 0.01, _STEP) * sought
    rim = int(radii[-1]) + 3
    framed = cv2.copyMakeBorder(ink, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=0)
    shares = np.stack([_share(framed, radius, rim) for radius in radii])
    if beside:
        shares, radii = shares[beside:-beside] - np.maximum(shares[:-6], shares[6:]), radii[beside:-beside]
    held = np.ascontiguousarray(shares.max(axis=0))
    found: list[tuple[float, float, float]] = []
    apart = int(9 * sought)
    while len(found) < _MOST:
        _, share, _, (x, y) = cv2.minMaxLoc(held)
        if share < (_RING if coloured else _GREY_RING):
            break
        found.append(((x + 0.5) / scale, (y + 0.5) / scale, float(radii[shares[:, y, x].argmax()]) / scale))
        held[max(0, y - apart) : y + apart, max(0, x - apart) : x + apart] = 0
    return found


def _share(framed: Any, radius: float, rim: int) -> Any:
    """For each place, how much of the ring about it is inked."""
    import cv2
    import numpy as np

    reach = int(radius) + 2
    ring = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    angles = np.linspace(0, 2 * np.pi, int(2 * np.pi * radius) + 1)[:-1]
    np.add.at(
        ring,
        (
            np.round(reach + radius * np.sin(angles)).astype(int),
            np.round(reach + radius * np.cos(angles)).astype(int),
        ),
        1.0 / len(angles),
    )
    off = rim - reach
    part = framed[off : framed.shape[0] - off, off : framed.shape[1] - off]
    return np.asarray(cv2.matchTemplate(part, ring, cv2.TM_CCORR))


def square(red: Image, density: float) -> bool:
    """Whether a square seal of the size with which people sign is on a crop. ``red``: 255 where it is red."""
    import cv2
    import numpy as np

    scale = _FINE / density
    small = cv2.resize(red, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = cv2.dilate((np.asarray(small) > 80).astype(np.float32), np.ones((3, 3), np.uint8))
    for side in np.arange(_SIDES[0], _SIDES[1], 1.0) * _FINE:
        for turn in _TURNS:
            if _has_frame(np.asarray(ink), float(side), turn):
                return True
    return False


def _has_frame(ink: Any, side: float, turn: float) -> bool:
    """Whether a square frame is inked at some place, with paper beyond each of its sides."""
    import cv2
    import numpy as np

    reach, beyond = int(side / 2 * 1.45) + 2, round(_BEYOND * _FINE)
    if min(ink.shape) < 2 * reach + 1:
        ink = cv2.copyMakeBorder(ink, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    frame: list[Any] = []
    for one in _sides(ink, side, side / 2, turn, reach):
        frame.append(one)
        whole = np.minimum.reduce(frame) >= _FRAME
        if not whole.any():
            return False
    more = int(1.45 * beyond) + 1
    wider = cv2.copyMakeBorder(ink, more, more, more, more, cv2.BORDER_CONSTANT, value=0)
    outside = _sides(np.asarray(wider), side, side / 2 + beyond, turn, reach + more)
    bare = np.minimum.reduce([one - other for one, other in zip(frame, outside, strict=True)]) >= _BARE
    return bool((whole & bare).any())


def _sides(ink: Any, side: float, away: float, turn: float, reach: int) -> Iterator[Any]:
    """For each of the four sides of a square how much of it is inked, by the place of the square's middle.

    ``away``: of the side from the middle; ``reach``: the same and more, of the middle from the picture's edge.
    """
    import cv2
    import numpy as np

    along = np.linspace(-side / 2, side / 2, int(side) + 1)
    ends = np.full_like(along, away)
    angle = np.radians(turn)
    for x, y in ((along, -ends), (along, ends), (-ends, along), (ends, along)):
        template = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
        rows = np.round(reach + x * np.sin(angle) + y * np.cos(angle)).astype(int)
        columns = np.round(reach + x * np.cos(angle) - y * np.sin(angle)).astype(int)
        template[rows, columns] = 1.0
        yield np.asarray(cv2.matchTemplate(ink, template / template.sum(), cv2.TM_CCORR))
