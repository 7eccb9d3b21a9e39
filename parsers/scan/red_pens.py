"""Writing in red: told from seals, and read like any other where nothing else is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import Image, Points

_RESTS = 0.4  #: Square millimetres of other red in a box beside which its writing is not read.


def through_green(page: SeenPage) -> SeenPage:
    """A coloured page as it is seen through green glass, where red is as dark as black; places are the same."""
    import cv2
    import numpy as np

    green = np.asarray(cv2.extractChannel(page.image.pixels, 1), np.uint8)
    return replace(page, image=replace(page.image, pixels=green))


def alone(pen: tuple[Image, float] | None, red: Image | None, corners: Points, width: float) -> bool:
    """Whether all red within a box (``width`` millimetres broad) is writing, and no seal lies on it.

    ``pen``: as ``signs.red_pen`` gives it; ``red``: 255 where the page is red.
    None where there is none.
    """
    import cv2
    import numpy as np

    if pen is None or red is None:
        return False
    mask, scale = pen
    (x0, y0), (x1, y1) = np.maximum(corners.min(axis=0), 0).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    part = red[y0:y1, x0:x1]
    if not part.size:
        return False
    near = cv2.dilate(
        mask[int(y0 * scale) : int(y1 * scale) + 2, int(x0 * scale) : int(x1 * scale) + 2], np.ones((5, 5))
    )
    size = (part.shape[1], part.shape[0])
    rest = cv2.bitwise_and(part, cv2.bitwise_not(np.asarray(cv2.resize(near, size, interpolation=cv2.INTER_NEAREST))))
    unit = float(np.linalg.norm(corners[1] - corners[0])) / max(width, 1.0)
    return cv2.countNonZero(rest) < _RESTS * unit * unit
