"""The code on a page of our blanks, read from its image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formgen.pagecode import PageCode, decode

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

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


def find(grey: Image, bands: tuple[tuple[float, float], ...] = ()) -> tuple[SeenCode, ...]:
    """The codes of ours on an image, each once; others are left aside.

    ``bands``: shares of the height, from and to, that are looked at first, for speed.
    """
    import numpy as np

    height = grey.shape[0]
    for start, end in bands:
        top = int(start * height)
        if found := _read(np.ascontiguousarray(grey[top : int(end * height)])):
            return _unique([SeenCode(code, corners + np.array([0, top])) for code, corners in found])
    found = _read(*_shrunk(grey))
    return _unique([SeenCode(code, corners) for code, corners in found or _read(grey, 1.0, hard=True)])


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


def _read(grey: Image, scale: float = 1.0, hard: bool = False) -> list[tuple[PageCode, Any]]:
    import cv2
    import numpy as np
    import zxingcpp

    kinds = zxingcpp.barcode_formats_from_str("QRCode,DataMatrix")
    tries = [grey]
    if hard:
        tries.append(np.asarray(cv2.GaussianBlur(grey, (3, 3), 0), np.uint8))
        tries.append(np.asarray(cv2.medianBlur(grey, 3), np.uint8))
    for image in tries:
        found = []
        for barcode in zxingcpp.read_barcodes(image, formats=kinds, try_invert=False):
            code = decode(barcode.text) if barcode.valid else None
            if code is not None:
                place = barcode.position
                corners = [place.top_left, place.top_right, place.bottom_right, place.bottom_left]
                found.append((code, np.array([[point.x, point.y] for point in corners], np.float64) / scale))
        if found:
            return found
    return []
