"""The outer frame of the tables on a page without marks: how askew the page is, and where its rules end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parsers.scan.pages import Image

_LONG_SIDE = 1500  #: Pixels of the page on which frames are sought.
_SHORT_SIDE = 900  #: The same for the skew.


def frame_homographies(grey: Image, frame: tuple[float, float, float, float], sure: bool) -> list[Any]:
    """Matrices from millimetres of the form to pixels that lay ``frame`` on the frame that is seen.

    ``frame``: left, upper, right and lower edge on the printed page. Where it is not ``sure`` that the page stands
    upright, the other turns come too. Empty where no frame is seen.
    """
    import cv2
    import numpy as np

    left, upper, right, lower = frame
    corners = seen_frame(grey, skew(grey))
    if corners is None or right <= left or lower <= upper:
        return []
    printed = np.array([[left, upper], [right, upper], [right, lower], [left, lower]], np.float32)
    seen_wide = np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])
    seen_high = np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])
    ratio = np.log(seen_wide / seen_high) - np.log((right - left) / (lower - upper))
    sideways = np.log(seen_high / seen_wide) - np.log((right - left) / (lower - upper))
    turns = (0,) if sure else (0, 2) if abs(ratio) < abs(sideways) else (1, 3)
    return [
        np.asarray(cv2.getPerspectiveTransform(printed, np.roll(corners, turn, axis=0).astype(np.float32)), np.float64)
        for turn in turns
    ]


def skew(grey: Image) -> float:
    """By how many degrees the rules of a page fall to the right, -45 to 45; 0 where it has none."""
    import cv2
    import numpy as np

    scale = min(1.0, _SHORT_SIDE / max(grey.shape))
    small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    segments: Any = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(small)[0]  # None where there is none
    four = np.asarray(segments if segments is not None else [], np.float64).reshape(-1, 4)
    across, down = four[:, 2] - four[:, 0], four[:, 3] - four[:, 1]
    lengths = np.hypot(across, down)
    long = lengths >= 0.04 * max(small.shape)
    if not long.any():
        return 0.0
    lengths = lengths[long]
    angles = (np.degrees(np.arctan2(down[long], across[long])) + 45) % 90 - 45
    counts, edges = np.histogram(angles, bins=360, range=(-45, 45), weights=lengths)
    wide = counts + np.roll(counts, 1) + np.roll(counts, -1)
    peak = edges[wide.argmax()] + 0.125
    off = (angles - peak + 45) % 90 - 45
    near = np.abs(off) < 0.75
    return float(peak + (off[near] * lengths[near]).sum() / lengths[near].sum())


def seen_frame(grey: Image, falling: float) -> Any:
    """The corners of the largest ruled area, clockwise from the upper left; None where there is none.

    ``falling``: the skew of the page.
    """
    import cv2
    import numpy as np

    from parsers.scan.rules import ink_mask

    scale = min(1.0, _LONG_SIDE / max(grey.shape))
    small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    turn = cv2.getRotationMatrix2D((small.shape[1] / 2, small.shape[0] / 2), falling, 1.0)
    size = (small.shape[1], small.shape[0])
    level = np.asarray(cv2.warpAffine(small, turn, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    ink = ink_mask(level)
    long = round(max(small.shape) * 0.026)
    lines = np.zeros_like(ink)
    for across, along in (((3, 1), (1, long)), ((1, 3), (long, 1))):
        thick = cv2.dilate(ink, np.ones(across, np.uint8))
        lines |= np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(along, np.uint8)), np.uint8)
    joined = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined, np.uint8))
    if count < 2:
        return None
    sizes = np.asarray(stats)[1:, cv2.CC_STAT_WIDTH] * np.asarray(stats)[1:, cv2.CC_STAT_HEIGHT]
    whole = small.shape[0] * small.shape[1]
    filled = np.where(sizes > 0.97 * whole, 0, sizes)
    if filled.max() < 0.03 * whole:
        return None
    y, x = np.nonzero(np.asarray(labels) == int(filled.argmax()) + 1)
    both, cross = x + y, x - y
    picked = [both.argmin(), cross.argmax(), both.argmax(), cross.argmin()]
    corners = np.column_stack([x[picked], y[picked]]).astype(np.float64)
    back = np.asarray(cv2.invertAffineTransform(turn), np.float64)
    return (corners @ back[:, :2].T + back[:, 2] + 0.5) / scale - 0.5
