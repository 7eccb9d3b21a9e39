"""The writing in a cell without what else came into its picture: stripes, rests of rules and seals, grain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from parsers.scan.blobs import blobs
from parsers.scan.levels import counted, counts_of, percentile

if TYPE_CHECKING:
    from parsers.scan.pages import Image

_THROUGH = 0.96  #: Of the height of a cell: a line as long as that is a scanner's stripe …
_STRIPE = 1.3  #: Millimetres: … if it is no broader, however it leans.
_RIM = 0.25  #: Millimetres from the edge within which ink comes from outside.
_RULE = 0.7  #: Millimetres: a rest of a rule is no thicker …
_LONG = 1.2  #: … no shorter …
_UPRIGHT = 0.6  #: … and if it is upright, as long as this share of the cell.
_HOLLOW = 0.12  #: Share of the box about a frame that is inked.
_DOT = 0.04  #: Square millimetres: anything smaller is grain.
_BESIDE = 1.2  #: Heights of the writing: what stands no farther off on its line belongs to it.
_APART = 0.12  #: Heights of the writing between it and what comes in from outside.
_SPECK, _FAR = 0.25, 0.5  #: The same: the size of a speck, and how far from the writing it lies.
_CUT, _CLEARLY = 0.7, 0.4  #: Millimetres along an edge that are so much darker than paper: there it is cut off.
_SOFT = 9  #: Pixels about the ink that are kept as they are.


def written(view: Image, density: float) -> Image:
    """A grey cell with its writing alone, all else as white as its paper; ``density`` pixels a millimetre.

    Nothing of the size of a figure is taken out unless it hangs together with the edge of the cell. A cell in which
    no writing is left is given back as it is.
    """
    import cv2

    from parsers.scan.ink import dark_mask

    dark = np.asarray(dark_mask(view))
    found = _without_stripes(view, dark, density)
    if found is not view:
        dark = np.asarray(dark_mask(found))
    wide: Any = cv2.dilate(dark, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = blobs(wide)
    if count < 2:
        return found
    areas = np.bincount(labels[dark > 0], minlength=count)[1:]
    kept = _kept(np.asarray(stats)[1:], areas, (view.shape[0], view.shape[1]), density)
    if not kept.any():
        return found
    ink: Any = cv2.bitwise_and(np.take(np.concatenate([[0], kept * 255]).astype(np.uint8), labels), dark)
    near = cv2.dilate(ink, np.ones((_SOFT, _SOFT), np.uint8))
    return np.where(near > 0, found, np.uint8(percentile(found, 80)))


def runs_out(view: Image, density: float) -> bool:
    """Whether the writing in a grey cell is cut off by its edge: somebody wrote across the rule."""
    counts = counts_of(view)
    paper, darkest = counted(counts, 80), counted(counts, 0.5)
    level = paper - _CLEARLY * (paper - darkest)
    sides = (view[:, :3], view[:, -3:], view[:3].T, view[-3:].T)
    return any(int(np.count_nonzero((side < level).any(axis=1))) >= _CUT * density for side in sides)


def _without_stripes(view: Image, dark: Image, density: float) -> Image:
    """The cell without dark lines that run through it from top to bottom; strokes that they cross are mended."""
    import cv2

    wide = cv2.dilate(dark, np.ones((3, 3), np.uint8))
    length = max(3, int(_THROUGH * view.shape[0]))
    if int(np.count_nonzero(wide, axis=0).max()) < length:
        return view
    through: Any = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    count, labels, stats, _ = blobs(through)
    narrow = [n for n in range(1, count) if stats[n, cv2.CC_STAT_WIDTH] <= _STRIPE * density]
    if not narrow:
        return view
    stripes = cv2.dilate(np.isin(labels, narrow).astype(np.uint8), np.ones((1, 3), np.uint8))
    return np.asarray(cv2.inpaint(view, stripes, 3, cv2.INPAINT_TELEA), np.uint8)


def _kept(stats: NDArray[np.intp], areas: NDArray[Any], size: tuple[int, int], density: float) -> NDArray[np.bool_]:
    """Which pieces of ink are writing. ``stats``: left, top, width, height of each; ``areas``: how much ink it has."""
    high, wide = size
    left, top, breadth, height = (stats[:, column].astype(int) for column in range(4))
    right, low = left + breadth, top + height
    rim = round(_RIM * density)
    level, upright = (top <= rim) | (low >= high - rim), (left <= rim) | (right >= wide - rim)
    outer = level | upright
    rule = (height <= _RULE * density) & (breadth > np.maximum(_LONG * density, 2 * height)) & level
    rule |= (breadth <= _RULE * density) & (height > _UPRIGHT * high) & upright
    frame = ((breadth > 0.9 * wide) | (height > 0.97 * high)) & outer & (areas < _HOLLOW * breadth * height)
    kept = ~rule & ~frame & (areas >= _DOT * density * density)
    if not kept.any():
        return np.asarray(kept)
    inner = kept & ~outer
    pool = inner if inner.any() and areas[inner].max() > 0.25 * areas[kept].max() else kept
    group = pool & (np.arange(len(areas)) == np.where(pool, height + 0.3 * breadth, -1).argmax())
    while True:  # what stands on the same line beside the largest piece
        upper, lower, start, end = top[group].min(), low[group].max(), left[group].min(), right[group].max()
        shared = np.minimum(lower, low) - np.maximum(upper, top)
        aside = np.maximum(left - end, start - right)
        grown = group | (
            kept & (shared > 0.5 * np.minimum(height, lower - upper)) & (aside < _BESIDE * (lower - upper))
        )
        if (grown == group).all():
            break
        group = grown
    tall = max(int(lower - upper), 1)
    off = np.maximum(np.maximum(top - lower, upper - low), np.maximum(aside, 0))
    shallow = (level & (height < 0.5 * tall)) | (upright & (breadth < 0.5 * tall))
    cornered = level & upright
    alien = outer & (off > _APART * tall) & (shallow | cornered)
    speck = (np.maximum(height, breadth) < _SPECK * tall) & (off > _FAR * tall)
    return np.asarray(group | (kept & ~alien & ~speck))
