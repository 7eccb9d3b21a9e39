"""A cell for free words that holds nothing but a part of a seal, on a page without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.scan.levels import counted, counts_of

if TYPE_CHECKING:
    from parsers.scan.pages import Image
    from parsers.scan.seals import Seals
    from parsers.scan.snapping import Placed

_PALE = 0.5  #: Share of the paper's grey: what is lighter all over may be a seal's ink, …
_DARKEST = 0.5  #: … by so many per cent of the cell that are darkest.
_EDGE = 0.4  #: Millimetres from the edges of a cell in which a ring that runs through it is seen.
_WORDS = (0.55, 0.95)  #: Of the radius of a ring: between these its words stand.


def is_pale(view: Image) -> bool:
    """Whether the ink on a crop is lighter all over than a pen's: then it is worth while to look for a seal."""
    counts = counts_of(view)
    return counted(counts, _DARKEST) > _PALE * counted(counts, 80)


def crosses(view: Image) -> bool:
    """Whether something runs out of a cell, as the ring of a seal does, which is broader than a cell."""
    from parsers.scan.ink import DENSITY, dark_mask

    dark, edge = dark_mask(view), max(1, round(_EDGE * DENSITY))
    return any(part.any() for part in (dark[:edge], dark[-edge:], dark[:, :edge], dark[:, -edge:]))


def beside(view: Image, found: Placed, seen: Seals, inset: float, *, words: bool = True) -> Image:
    """The crop of a cell with what lies within the rings, the words and the stars of the page's seals painted over.

    ``inset``: millimetres that were cut off its rim. ``words``: False leaves all but the rings, under which no words
    can be hidden, be they as dark as they are.
    """
    import cv2
    import numpy as np

    from parsers.scan.ink import DENSITY
    from parsers.scan.signatures import RING, STAR, rings_on

    inked = np.zeros(view.shape[:2], np.uint8)
    for middle, radius in rings_on(found, seen, inset):
        cv2.circle(inked, middle, round(radius), 255, round(2 * RING * DENSITY))
        if not words:
            continue
        cv2.circle(inked, middle, round(STAR * radius), 255, -1)
        low, high = _WORDS
        cv2.circle(inked, middle, round((low + high) / 2 * radius), 255, round((high - low) * radius))
    result = view.copy()
    result[inked > 0] = round(counted(counts_of(view), 80))
    return result
