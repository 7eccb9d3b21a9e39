"""Strike-outs: writing with a line through it, or blackened out. What is crossed out is for a person to judge.

No rule of thumb tells a crossed 3 from a 4 or a crossed 1 from a plus sign, so a small network looks at each piece of
ink. ``tools/train_scan_strikes.py`` made it from strokes of our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from parsers.scan.allowed import Ranking, unsure
from parsers.scan.blobs import blobs
from parsers.scan.levels import percentile

if TYPE_CHECKING:
    from parsers.scan.pages import Image

WEIGHTS = Path(__file__).with_name("strikes.npz")
HIGH, WIDE = 24, 40  #: Pixels of a piece as the network sees it.
LEAST = (1.6, 1.0)  #: Millimetres: a piece that is less wide or high is not crossed out.
CROSSED = 0.7  #: How probable it must be that a figure is crossed out …
SURELY = 0.9  #: … and from where on it is, however plainly …
PLAINLY = 0.88  #: … the figure can be read: one that has such a share, though the edge of its cell may cut it off.
UNSURE = 0.3  #: How probable it is that a figure beside a strike-out is none of those it looks like.
NOTHING = 0.6  #: The same of what is crossed out, where nothing can be read beside it.
_AROUND = 7  #: Pixels about the ink of a piece that go with it.
_MOST = 12  #: So many pieces of a crop are looked at, the largest ones.
_BROAD = 3.0  #: A piece that is broader, by its height, is no broader.


def crossed_out(dark: Image, density: float) -> float:
    """How probable it is (0 to 1) that writing is crossed out. ``dark``: 255 where inked, ``density`` pixels a mm."""
    found = pieces(dark, density)
    return float(_probable(found).max()) if found else 0.0


def uncrossed(view: Image, density: float) -> Image:
    """A grey crop without its pieces of ink that are crossed out: what was written in their place is left."""
    import cv2

    from parsers.scan.ink import dark_mask

    dark = dark_mask(view)
    found = pieces(dark, density)
    if not found:
        return view
    gone = np.zeros(dark.shape, np.uint8)
    for (_, mask, (x, y)), probable in zip(found, _probable(found), strict=True):
        if probable > CROSSED:
            gone[y : y + mask.shape[0], x : x + mask.shape[1]][mask] = 255
    grown = np.asarray(cv2.dilate(gone, np.ones((_AROUND, _AROUND), np.uint8)))
    return np.where(grown > 0, np.uint8(percentile(view, 80)), view)


def _probable(found: Sequence[tuple[NDArray[np.float32], Any, Any]]) -> NDArray[np.float64]:
    """How probable it is of each piece that it is crossed out."""
    mean, first, bias, second, bias_out = _weights()
    features = np.stack([piece[0] for piece in found]) - mean
    inner = np.maximum(np.einsum("ij,jk->ik", features, first) + bias, 0)
    return np.asarray(1 / (1 + np.exp(-np.clip(np.einsum("ij,j->i", inner, second) + bias_out, -30, 30))))


def is_crossed(ranking: Ranking, crossing: float) -> bool:
    """Whether a figure is crossed out, or one beside it, by what its ink shows and by how it reads.

    Figures that a hand runs together look crossed out at times, but then they read plainly.
    """
    return crossing > (SURELY if _plain(ranking) else CROSSED)


def beside(whole: Ranking, rest: Ranking) -> Ranking:
    """What may stand in a cell in which something is crossed out: by its ``rest``, the ink that is not.

    Where the ``whole`` of it reads as a plain figure, nothing was written in place of another. None of the answers is
    ever sure, as there is room for misunderstanding; where none of them stands in its place, what is crossed out is
    hardly more than a guess.
    """
    if _plain(whole):
        return unsure(whole, UNSURE)
    return unsure(rest, UNSURE) if rest.best is not None else unsure(whole, NOTHING)


def _plain(ranking: Ranking) -> bool:
    return bool(ranking.shares) and ranking.shares[0] >= PLAINLY


def pieces(dark: Image, density: float) -> list[tuple[NDArray[np.float32], NDArray[np.bool_], tuple[int, int]]]:
    """The pieces of ink that may be crossed out: what the network is shown, the mask, the left upper place of each."""
    import cv2

    left, upper, broad, deep = cv2.boundingRect(dark)
    if not broad:
        return []
    inked = dark[upper : upper + deep, left : left + broad]
    framed = cv2.copyMakeBorder(inked, 3, 3, 3, 3, cv2.BORDER_CONSTANT, value=0)
    joint = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))[3:-3, 3:-3]
    _, labels, stats, _ = blobs(np.ascontiguousarray(joint))
    frames = np.asarray(stats)
    tallest = np.sort(frames[1:, cv2.CC_STAT_HEIGHT])[::-1]
    wanted = np.flatnonzero((frames[1:, 2] >= LEAST[0] * density) & (frames[1:, 3] >= LEAST[1] * density)) + 1
    wanted = wanted[np.argsort(-frames[wanted, cv2.CC_STAT_AREA], kind="stable")]
    found = []
    for number in wanted[:_MOST].tolist():
        x, y, wide, high, area = frames[number].tolist()
        mask = np.asarray(labels)[y : y + high, x : x + wide] == number
        rest = tallest[1] if len(tallest) > 1 and tallest[0] == high else tallest[0]
        beside = high / max(float(rest), 1.0) if len(tallest) > 1 else 1.0
        cut = float(x + left <= 1) + float(x + left + wide >= dark.shape[1] - 1)
        found.append((_shown(mask, area, density, beside, cut), mask, (x + left, y + upper)))
    return found


def _shown(mask: Any, area: float, density: float, beside: float, cut: float) -> NDArray[np.float32]:
    """A piece in a frame of its own, and its measures."""
    import cv2

    high, wide = mask.shape
    scale = min(HIGH / high, WIDE / wide)
    size = (max(1, min(WIDE, round(wide * scale))), max(1, min(HIGH, round(high * scale))))
    small = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    canvas = np.zeros((HIGH, WIDE), np.float32)
    x, y = (WIDE - size[0]) // 2, (HIGH - size[1]) // 2
    canvas[y : y + size[1], x : x + size[0]] = small
    broad, beyond = np.ones((3, 3), np.uint8), cv2.BORDER_CONSTANT
    inner = cv2.countNonZero(cv2.erode(mask.astype(np.uint8), broad, borderType=beyond, borderValue=0))
    thick = 2 * area / max(area - inner, 1.0) / density
    measures = (min(wide / high, _BROAD), high / density / 8, wide / density / 12, thick, min(beside, 2.0), cut)
    return np.concatenate([canvas.ravel(), np.array(measures, np.float32)])


@lru_cache(maxsize=1)
def _weights() -> tuple[Any, ...]:
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        first = kept["first"].astype(np.float32) * kept["scale"]
        return kept["mean"].astype(np.float32), first, kept["bias"], kept["second"], float(kept["bias_out"])
