"""The corner marks of our blanks on an image: ArUco, DICT_4X4_50, ids 0 to 3 clockwise from the upper left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

IDS = (0, 1, 2, 3)
_LONG_SIDE = 1700  #: Pixels at which marks are looked for first: 9 mm are about 50 pixels then.
_CORNER = 0.26  #: Of the short side: how far from the corners of the image marks are looked for first.
_ENOUGH = 3  #: Marks in their corners: the fourth is torn off, covered or copied away …
_FEWEST = 2  #: … or two are, of an image with no room for more than one sheet of A4:
_ROOM = (38.0, 27.0)  #: its longer and its shorter side in sides of a mark, at the most. A sheet has 33 and 23.
_FARTHEST = 34.0  #: Of their sides: marks of one sheet of A4 are 30 apart, those of two sheets side by side 44.


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One mark."""

    id: int
    corners: Points  #: Four, clockwise from the upper left one *as printed*.

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return float(self.corners[:, 0].mean()), float(self.corners[:, 1].mean())

    @property
    def side(self) -> float:
        """The length of its sides in pixels, on average."""
        import numpy as np

        return float(np.linalg.norm(self.corners - np.roll(self.corners, 1, axis=0), axis=1).mean())

    @property
    def quarters(self) -> int:
        """How many quarter turns counter-clockwise make it upright, 0 to 3."""
        import numpy as np

        along = self.corners[1] - self.corners[0]
        return round(float(np.degrees(np.arctan2(along[1], along[0]))) / 90) % 4


def find(grey: Image) -> tuple[Mark, ...]:
    """The marks on an image in any position, each to a fraction of a pixel; one id may be there several times."""
    import cv2

    height, width = grey.shape
    scale = min(1.0, _LONG_SIDE / max(height, width))
    cornered = _in_corners(grey, scale)
    if cornered:
        return tuple(sorted((_refined(mark, grey, scale) for mark in cornered), key=lambda mark: mark.id))
    small = grey if scale == 1.0 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = _detected(small, 1 / scale)
    if len({mark.id for mark in found}) < len(IDS):
        blurred = cv2.GaussianBlur(small, (5, 5), 0)
        found += [mark for mark in _detected(blurred, 1 / scale) if not _known(mark, found)]
    if len({mark.id for mark in found}) < len(IDS):
        small = cv2.resize(grey, None, fx=scale / 2, fy=scale / 2, interpolation=cv2.INTER_AREA)
        found += [mark for mark in _detected(small, 2 / scale) if not _known(mark, found)]
    sides = sorted(mark.side for mark in found)
    if not sides:
        return ()
    usual = sides[len(sides) // 2]
    refined = (_refined(mark, grey, scale) for mark in found if 0.6 * usual < mark.side < 1.6 * usual)
    return tuple(sorted(refined, key=lambda mark: mark.id))


def _in_corners(grey: Image, scale: float) -> list[Mark]:
    """A mark in each corner, but for one or two, as on one sheet that fills the image; else none: look everywhere."""
    import cv2
    import numpy as np

    height, width = grey.shape
    reach = round(_CORNER * min(height, width))
    part = max(height, width) / reach
    found: list[tuple[int, Mark]] = []
    missing: list[Image] = []
    corners = ((0, 0), (width - reach, 0), (width - reach, height - reach), (0, height - reach))
    for place, (left, top) in enumerate(corners):
        view = np.ascontiguousarray(grey[top : top + reach, left : left + reach])
        small = view if scale == 1.0 else cv2.resize(view, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        marks = _detected(small, 1 / scale, part) or _detected(cv2.GaussianBlur(small, (5, 5), 0), 1 / scale, part)
        missing += [] if marks else [view]
        if len(marks) > 1 or len(missing) > len(IDS) - _FEWEST:
            return []
        found += [(place, Mark(mark.id, mark.corners + np.array([left, top]))) for mark in marks]
    (start, first), turn = found[0], found[0][1].quarters
    if any((mark.id, mark.quarters) != ((first.id + place - start) % 4, turn) for place, mark in found):
        return []
    sides = [mark.side for _, mark in found]
    places = np.array([mark.centre for _, mark in found])
    apart = np.abs(places[:, None] - places[None]).max()
    if len(found) < _ENOUGH:
        room = zip((max(grey.shape), min(grey.shape)), _ROOM, strict=True)
        if any(side > most * float(np.mean(sides)) for side, most in room):
            return []
        halves = (cv2.resize(view, None, fx=scale / 2, fy=scale / 2, interpolation=cv2.INTER_AREA) for view in missing)
        if any(_detected(half, 2 / scale, part) for half in halves):
            return []
    elif len(found) < len(IDS):  # is the fourth one in its corner, too, if it is anywhere?
        order = np.array([place for place, _ in found])
        lost = 6 - int(order.sum())
        across = places[order == (lost + 2) % 4]
        fourth = (places.sum(axis=0) - 2 * across).ravel() - corners[lost]
        if fourth.min() < 0 or fourth.max() > reach - float(np.mean(sides)):
            return []
    one_sheet = max(sides) < 1.6 * min(sides) and apart < _FARTHEST * float(np.mean(sides))
    return [mark for _, mark in found] if one_sheet else []


def _known(mark: Mark, found: list[Mark]) -> bool:
    x, y = mark.centre
    return any(abs(x - other.centre[0]) + abs(y - other.centre[1]) < mark.side for other in found)


def _detected(grey: object, scale: float, part: float = 1.0) -> list[Mark]:
    """``part``: how many times longer the whole image is than the part of it that is looked at."""
    import cv2
    import numpy as np

    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMin = 15
    settings.adaptiveThreshWinSizeMax = 47
    settings.adaptiveThreshWinSizeStep = 32
    settings.minMarkerPerimeterRate = 0.04 * part
    settings.maxMarkerPerimeterRate = 0.4 * part
    settings.polygonalApproxAccuracyRate = 0.06
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, settings).detectMarkers(np.asarray(grey, np.uint8))
    if not len(corners):
        return []
    middle = (scale - 1) / 2
    return [
        Mark(int(number), np.asarray(four, np.float64).reshape(4, 2) * scale + middle)
        for number, four in zip(np.asarray(ids).ravel(), corners, strict=True)
        if int(number) in IDS
    ]


def _refined(mark: Mark, grey: Image, scale: float) -> Mark:
    """The corners to a fraction of a pixel of the full image."""
    import cv2
    import numpy as np

    reach = max(2, min(12, round(mark.side / 18)))
    height, width = grey.shape
    pad = int(mark.side / 4) + reach + 2
    left, top = np.maximum(np.floor(mark.corners.min(axis=0)).astype(int) - pad, 0)
    right, bottom = np.ceil(mark.corners.max(axis=0)).astype(int) + pad
    part = np.ascontiguousarray(grey[top : min(bottom, height), left : min(right, width)])
    if min(part.shape) < 4 * reach:
        return mark
    start = (mark.corners - (left, top)).astype(np.float32).reshape(4, 1, 2)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.02)
    refined = cv2.cornerSubPix(part, start.copy(), (reach, reach), (-1, -1), criteria)
    moved = np.linalg.norm(np.asarray(refined) - start, axis=2).ravel()
    corners = np.where((moved < 1.5 * reach)[:, None], np.asarray(refined).reshape(4, 2), start.reshape(4, 2))
    return Mark(mark.id, corners.astype(np.float64) + np.array([left, top]))
