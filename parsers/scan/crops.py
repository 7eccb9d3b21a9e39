"""Cut the picture of a reading out of a kept original: what a person looks at who judges a doubtful value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from formgen.errors import UnreadableInputError
from formgen.model import Locator
from formgen.parsing import Limits
from parsers import kinds
from parsers.scan import pages
from parsers.scan.seen import page_of

if TYPE_CHECKING:
    from parsers.scan.pages import Image

_MARGIN = 0.15  #: Of the shorter side of the box: what is shown around it.
_LEAST_MARGIN = 6  #: Pixels.
_DARKER = 50  #: Grey steps by which writing is darker than its paper, at least.
_AROUND = 6  #: Pixels of white left around it.
_LARGEST = 4000  #: Pixels of a side of a crop.


def crop(pixels: Image, box: tuple[int, ...], margin: float = _MARGIN) -> Image:
    """The quadrilateral ``box`` of an image as a straight picture, with a margin of so much of its shorter side.

    Raises ValueError for a box without four corners or without area.
    """
    import cv2
    import numpy as np

    corners = np.array(box, np.float32).reshape(-1, 2)
    if corners.shape != (4, 2):
        raise ValueError(f"{len(box)} numbers are no box")
    width = float(np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    height = float(np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    if width < 1 or height < 1:
        raise ValueError("a box without area")
    rim = max(_LEAST_MARGIN, margin * min(width, height))
    size = (min(_LARGEST, round(width + 2 * rim)), min(_LARGEST, round(height + 2 * rim)))
    inner = np.array([[rim, rim], [rim + width, rim], [rim + width, rim + height], [rim, rim + height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, inner)
    white = 255 if pixels.ndim == 2 else (255, 255, 255)
    return np.asarray(cv2.warpPerspective(pixels, matrix, size, flags=cv2.INTER_AREA, borderValue=white), np.uint8)


def trimmed(cut: Image) -> Image:
    """A crop without the white above and below, left and right of what is written in it; a blank one whole."""
    import numpy as np

    grey = cut if cut.ndim == 2 else cut.min(axis=2)
    edge = max(2 * _LEAST_MARGIN, round(0.2 * min(grey.shape)))  # the margin, and the rules that run at its end
    inner = grey[edge:-edge, edge:-edge]
    if min(inner.shape) < _LEAST_MARGIN:
        return cut
    dark = inner < np.percentile(inner, 80) - _DARKER
    down, across = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(down):
        return cut
    top, low = max(0, int(down[0]) - _AROUND), int(down[-1]) + 2 * edge + _AROUND
    left, right = max(0, int(across[0]) - _AROUND), int(across[-1]) + 2 * edge + _AROUND
    return np.ascontiguousarray(cut[top:low, left:right])


class Cutter:
    """Cuts out of originals; the page that was opened last is kept, as doubts come page by page."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held: tuple[Path, int, Image] | None = None

    def png(self, original: Path, where: Locator, *, trim: bool = False) -> bytes | None:
        """The place as a PNG; None where the original has no image of it or can no longer be opened.

        ``trim``: without the white around what is written there.
        """
        import cv2

        if not where.box:
            return None
        pixels = self._page(original, page_of(where) or 1)
        if pixels is None:
            return None
        try:
            cut = crop(pixels, where.box)
        except ValueError:
            return None
        done, data = cv2.imencode(".png", trimmed(cut) if trim else cut)
        return data.tobytes() if done else None

    def _page(self, original: Path, number: int) -> Image | None:
        if self._held is not None and self._held[:2] == (original, number):
            return self._held[2]
        try:
            with original.open("rb") as file:
                data = file.read(self._limits.file_bytes + 1)
            kind = "pdf" if kinds.sniff(data, original.name) == "pdf" else "image"
            found = next(pages.images(data, kind, self._limits, only=frozenset((number,))), None)
        except (UnreadableInputError, OSError):
            return None
        if found is None:
            return None
        self._held = (original, number, found.pixels)
        return found.pixels
