"""A page without what lies on its writing: seals, by the red channel, and the stripes of a dusty scanner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parsers.scan.levels import percentile

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import Image, Points

_MARGIN = 0.04  #: Share of a page at either end that a stripe runs through as well; no rule of a table does.
_STRAIGHT = 0.93  #: Share of the page, where nothing is printed beside it, that a stripe darkens …
_ENDS = 0.7  #: … and of its margins.
_BROAD = 1 / 250  #: Share of the width of a page: what is broader is no stripe.
_DARKER = 0.1  #: By this share, and by _STEP, a stripe is darker than the paper beside it.
_STEP = 22
_CLEAR = 0.3  #: Share of a stripe's length beside which there must be paper.
_FRINGE = 0.7  #: The same a pixel further from the red, where a seal's edge has lost its colour.
_NEAR = 8  #: Pixels about what is red of every second one that may be red, too.
_INKED = 0.55  #: What is darker than this share of the paper in the red channel is writing, under a seal or not.


@dataclass(frozen=True, slots=True, eq=False)
class Washed:
    """A page as its writing is read."""

    page: SeenPage  #: Its image is grey.
    red: Image | None  #: 255 where it was red as a seal is; None where nothing was.

    @property
    def red_frame(self) -> Sequence[int] | None:
        """Left and upper edge, width and height of the part that holds all red; None where there is none."""
        import cv2

        return None if self.red is None else cv2.boundingRect(self.red)

    def reddened(self, corners: Points) -> bool:
        """Whether there was red within the frame of a box: a seal that was taken out may have left rests there."""
        if self.red is None:
            return False
        (x0, y0), (x1, y1) = (corners.min(axis=0), corners.max(axis=0) + 1)
        return bool(self.red[max(0, int(y0)) : max(0, int(y1)), max(0, int(x0)) : max(0, int(x1))].any())


def washed(page: SeenPage) -> Washed:
    """The page with grey pixels, seals and stripes left out; places on it are the same."""
    import cv2
    import numpy as np

    from parsers.scan.ink import red_mask

    pixels = page.image.pixels
    red: Image | None = None
    if pixels.ndim == 3:
        grey = np.asarray(cv2.extractChannel(pixels, 2), np.uint8)
        some = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_NEAREST)
        x, y, wide, high = cv2.boundingRect(red_mask(np.asarray(some, np.uint8)))
        if wide:
            rows, columns = (
                slice(max(0, 2 * at - _NEAR), 2 * (at + size) + _NEAR) for at, size in ((y, high), (x, wide))
            )
            red = np.zeros(grey.shape, np.uint8)
            red[rows, columns] = red_mask(np.ascontiguousarray(pixels[rows, columns]))
            grey = _without_red(grey, red)
    else:
        grey = pixels
    return Washed(replace(page, image=replace(page.image, pixels=without_stripes(grey))), red)


def _without_red(grey: Image, red: Image) -> Image:
    """The red channel with what is red of it as bright as the paper beside; what is dark in it is writing and stays."""
    import cv2
    import numpy as np

    x, y, wide, high = cv2.boundingRect(red)
    rows, columns = slice(max(0, y - 2), y + high + 2), slice(max(0, x - 2), x + wide + 2)
    part = grey[rows, columns]
    paper = _paper(part)
    cleared = cv2.max(part, paper)
    result = grey.copy()
    rim = np.ascontiguousarray(red[rows, columns])
    for share in (_INKED, _FRINGE):
        rim = np.asarray(cv2.dilate(rim, np.ones((3, 3), np.uint8)))
        light = cv2.compare(part, cv2.convertScaleAbs(paper, alpha=share), cv2.CMP_GT)
        cv2.copyTo(cleared, cv2.bitwise_and(light, rim), result[rows, columns])
    return result


def _paper(part: Image) -> Image:
    """How bright the paper is, everywhere."""
    import cv2
    import numpy as np

    size = (max(1, part.shape[1] // 8), max(1, part.shape[0] // 8))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    light = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)), (5, 5))
    return np.asarray(cv2.resize(light, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)


def without_stripes(grey: Image) -> Image:
    """A grey page without straight dark lines from edge to edge: no writing and no rule reaches so far.

    Strokes that cross such a line are drawn on through it.
    """
    import numpy as np

    result = grey
    for turned in (False, True):
        spans = _stripes(result, turned)
        if not spans:
            continue
        view = np.ascontiguousarray(result.T if turned else result).copy()
        for start, end in spans:
            left, right = view[:, start - 1].astype(np.float32), view[:, end].astype(np.float32)
            share = (np.arange(end - start, dtype=np.float32) + 1) / (end - start + 1)
            view[:, start:end] = left[:, None] * (1 - share) + right[:, None] * share + 0.5
        result = np.ascontiguousarray(view.T) if turned else view
    return result


def _stripes(grey: Image, turned: bool) -> list[tuple[int, int]]:
    """The columns (from, up to) of each stripe; the rows if it is ``turned``."""
    import cv2
    import numpy as np

    step = max(1, grey.shape[1 if turned else 0] // 500)
    lanes = np.ascontiguousarray(grey[:, ::step]) if turned else np.asarray(cv2.transpose(grey[::step]), np.uint8)
    wide, length = lanes.shape  # of so many lanes side by side, one of which a stripe fills
    most = max(3, round(_BROAD * wide))
    gap = most + 2
    if wide < 4 * gap or length < 100:
        return []
    mean = cv2.reduce(lanes, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()  # a stripe is dark on average, not beside it
    beside = np.minimum(np.roll(mean, gap), np.roll(mean, -gap))
    suspects = np.flatnonzero(mean < beside - 0.5 * _STEP)
    suspects = suspects[(suspects >= gap + 1) & (suspects < wide - gap - 1)]
    lighter = np.minimum(lanes[suspects - gap], lanes[suspects + gap]).astype(np.int16)
    darker = lanes[suspects] < np.minimum(lighter - _STEP, lighter * (1 - _DARKER))
    margin = round(_MARGIN * length)
    through = darker[:, :margin].any(axis=1) & darker[:, -margin:].any(axis=1)
    if not through.any():
        return []
    suspects, lighter, darker = suspects[through], lighter[through], darker[through]
    clear = lighter > 0.4 * percentile(lanes, 80)
    dark = clear & darker
    good = clear.sum(axis=1) >= _CLEAR * length
    for part, least in ((slice(None), _STRAIGHT), (slice(margin), _ENDS), (slice(-margin, None), _ENDS)):
        good &= dark[:, part].sum(axis=1) >= least * np.maximum(clear[:, part].sum(axis=1), 1)
    found = suspects[good].tolist()
    spans: list[tuple[int, int]] = []
    for place in found:
        if spans and place - spans[-1][1] <= 1:
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return [(start - 1, end + 1) for start, end in spans if end - start <= most]
