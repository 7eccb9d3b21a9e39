"""The code on a page of our blanks, read from its image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from formgen.pagecode import PageCode, decode

if TYPE_CHECKING:
    from parsers.scan.marks import Mark
    from parsers.scan.pages import Image, Points

SIDE = 9.0  #: Millimetres of a mark.
_BESIDE = ((-39.0, -6.0), (2.0, -6.0), (2.0, 34.0), (-39.0, 34.0))  #: Millimetres from its upper left corner.
_DENSITY = 8.0  #: Pixels a millimetre of a usual scan.
_SOFT = 0.2  #: Millimetres by which a picture is out of focus, as a rule, where a code cannot be read.
_LARGER = 1.5  #: So much larger a picture is tried …
_SMALL = 1_000_000  #: … that has no more pixels than this.
_ENOUGH = 2200  #: Pixels of the long side that are enough for modules of 0.34 mm.


@dataclass(frozen=True, slots=True, eq=False)
class SeenCode:
    """A code of ours on an image."""

    code: PageCode
    corners: Points  #: Clockwise from the upper left one as printed.

    @property
    def quarters(self) -> int:
        """How many quarter turns counter-clockwise make it upright, 0 to 3."""
        import numpy as np

        along = self.corners[1] - self.corners[0]
        return round(float(np.degrees(np.arctan2(along[1], along[0]))) / 90) % 4


def beside(grey: Image, mark: Mark) -> tuple[SeenCode, ...]:
    """The code that is printed on the left of the mark in the upper right corner of an upright page; blurred ones too.

    ``mark``: that one, in pixels of the image. Empty where no code of ours can be read there.
    """
    import numpy as np

    along, down = (mark.corners[1] - mark.corners[0]) / SIDE, (mark.corners[3] - mark.corners[0]) / SIDE
    places = np.array([mark.corners[0] + x * along + y * down for x, y in _BESIDE])
    left, upper = np.maximum(np.floor(places.min(axis=0)), 0).astype(int)
    right, lower = np.ceil(places.max(axis=0)).astype(int)
    part = np.ascontiguousarray(grey[upper:lower, left:right])
    if min(part.shape) < 20:
        return ()
    found = _read(part, hard=float(np.linalg.norm(along)))
    return _unique([SeenCode(code, corners + np.array([left, upper])) for code, corners in found])


def find(grey: Image, bands: tuple[tuple[float, float], ...] = (), *, hard: bool = True) -> tuple[SeenCode, ...]:
    """The codes of ours on an image, each once; others are left aside.

    ``bands``: shares of the height, from and to, that are looked at first, for speed; ``hard``: try again with more
    time where nothing is found.
    """
    import numpy as np

    height = grey.shape[0]
    for start, end in bands:
        top = int(start * height)
        if found := _read(np.ascontiguousarray(grey[top : int(end * height)])):
            return _unique([SeenCode(code, corners + np.array([0, top])) for code, corners in found])
    found = _read(*_shrunk(grey))
    if not found and hard:
        found = _read(grey, hard=_DENSITY)
    return _unique([SeenCode(code, corners) for code, corners in found])


def _unique(codes: list[SeenCode]) -> tuple[SeenCode, ...]:
    kept: list[SeenCode] = []
    for seen in codes:
        if all(abs(seen.corners.mean(axis=0) - other.corners.mean(axis=0)).max() > 20 for other in kept):
            kept.append(seen)
    return tuple(kept)


def _shrunk(grey: Image) -> tuple[Image, float]:
    import cv2
    import numpy as np

    scale = _ENOUGH / max(grey.shape)
    if scale >= 0.9:
        return grey, 1.0
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), scale


def _read(grey: Image, scale: float = 1.0, hard: float = 0.0) -> list[tuple[PageCode, Any]]:
    """Codes and their corners. ``scale``: pixels of the picture to one of the image; ``hard``: see ``_clearer``."""
    import numpy as np
    import zxingcpp

    kinds = zxingcpp.barcode_formats_from_str("QRCode,DataMatrix")
    for image, larger in chain([(grey, 1.0)], _clearer(grey, hard) if hard else ()):  # one after another, as needed
        found = []
        for barcode in zxingcpp.read_barcodes(image, formats=kinds, try_invert=False):
            code = decode(barcode.text) if barcode.valid else None
            if code is not None:
                place = barcode.position
                corners = [place.top_left, place.top_right, place.bottom_right, place.bottom_left]
                found.append((code, np.array([[point.x, point.y] for point in corners], np.float64) / scale / larger))
        if found:
            return found
    return []


def _clearer(grey: Image, density: float) -> Iterator[tuple[Image, float]]:
    """Pictures of ``density`` pixels a millimetre in which a code that is out of focus or grainy may be read better.

    With each, how many of its pixels are one of the picture.
    """
    import cv2
    import numpy as np

    larger = [1.0, _LARGER] if grey.size < _SMALL else [1.0]
    for factor in larger:
        view = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC) if factor != 1 else grey
        soft = cv2.GaussianBlur(view, (0, 0), _SOFT * density * factor)
        yield np.asarray(cv2.addWeighted(view, 2.0, soft, -1.0, 0), np.uint8), factor
    yield np.asarray(cv2.GaussianBlur(grey, (3, 3), 0), np.uint8), 1.0
    yield np.asarray(cv2.medianBlur(grey, 3), np.uint8), 1.0
