"""What is written in a box of the page: its crop, whether anything is, and how much of it is red."""

from __future__ import annotations

import math
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parsers.scan.blobs import blobs
from parsers.scan.levels import counted, counts_of, percentile
from parsers.scan.remnants import crowded

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import Image
    from parsers.scan.snapping import Placed

DENSITY = 12.0  #: Pixels a millimetre of a crop: 305 dpi.
FILLED = 1.5  #: Millimetres: a blob of ink as long as that is writing, a shorter one is dirt.
_BROAD = 19  #: A quarter of the pixels of 6.3 mm: what is darker over so much is no stroke.
_GRAIN = 0.06  #: Square millimetres: a smaller piece of ink is grain.
_NEAR = 0.8  #: Millimetres within which pieces belong together.
_SPREAD = 2.0  #: Millimetres: several pieces of ink together over so much are writing that a copier broke up.
_LARGE = 1200.0  #: Square millimetres: a larger slot holds words, which need no finer picture.
_PALE = 0.62  #: Share of the paper's grey: what is lighter all over is no writing but the rest of a seal.
_STRIP = 64  #: Rows of a picture in which red is looked for at a time.
_AHEAD = 15  #: Grey steps by which red is brighter than blue and green at least.
_THIN = 0.5  #: Millimetres: the mean thickness of a fold's shadow, …
_SLOPE = 0.12  #: … how far it rises on its length …
_MAIN = 0.3  #: … and the share of a cell's width that its longest piece darkens, …
_ACROSS = 0.85  #: … and all of them: no dash is as long, nor is a line of words as flat.
_RIM = 0.8  #: Millimetres about an edge within which its rule may run.
_masks: dict[int, tuple[Any, Image]] = {}  #: Of the crops that are still held, by their identity.


@dataclass(frozen=True, slots=True)
class Ink:
    """What there is in a crop."""

    largest: float  #: Millimetres: the longer side of the largest blob.
    share: float  #: Of the crop that is ink, 0 to 1.
    red: float  #: Of the crop that is red, 0 to 1; 0 on a grey image.
    spread: float = (
        0.0  #: Millimetres over which smaller pieces lie close to each other: what a copier left of writing.
    )
    faint: bool = False  #: There is less than that, but more than dirt: nobody can be sure what it was.

    @property
    def filled(self) -> bool:
        """Whether something is written there."""
        return self.largest >= FILLED or self.spread >= _SPREAD or self.faint

    @property
    def broken(self) -> bool:
        """Whether it is writing only because several pieces lie together."""
        return self.largest < FILLED and self.spread >= _SPREAD


def crop(page: SeenPage, placed: Placed, margin: float = 0.0, *, colour: bool = False, clean: bool = True) -> Image:
    """A slot straight and upright, ``DENSITY`` pixels a millimetre, with ``margin`` millimetres more on every side.

    ``clean``: the rules along its edges are painted over with paper. A negative margin cuts off the rim.
    """
    import cv2
    import numpy as np

    from parsers.scan.pages import grey

    wide, high = placed.slot.width, placed.slot.height
    size = (max(4, round((wide + 2 * margin) * DENSITY)), max(4, round((high + 2 * margin) * DENSITY)))
    left, top = margin * DENSITY, margin * DENSITY
    right, lower = left + wide * DENSITY, top + high * DENSITY
    target = np.array([[left, top], [right, top], [right, lower], [left, lower]], np.float32) - 0.5
    source = placed.corners.astype(np.float32)
    pixels = page.image.pixels
    low = np.floor(source.min(axis=0)).astype(int)
    high_corner = np.ceil(source.max(axis=0)).astype(int)
    pad = 4 + int(0.3 * max(margin, 0) / max(min(wide, high), 1.0) * float((high_corner - low).max()))
    pad += int(max(margin, 0) * float(np.linalg.norm(source[1] - source[0])) / max(wide, 1.0) * 1.5)
    x0, y0 = max(0, int(low[0]) - pad), max(0, int(low[1]) - pad)
    x1, y1 = int(high_corner[0]) + pad + 1, int(high_corner[1]) + pad + 1
    part = pixels[y0:y1, x0:x1]
    if part.shape[0] < 2 or part.shape[1] < 2:
        return np.full((size[1], size[0], 3) if colour else (size[1], size[0]), 255, np.uint8)
    if not colour:
        part = without_seals(np.ascontiguousarray(part)) if part.ndim == 3 else grey(np.ascontiguousarray(part))
    elif part.ndim == 2:
        part = np.asarray(cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_GRAY2BGR), np.uint8)
    matrix = cv2.getPerspectiveTransform(source - np.array([x0, y0], np.float32), target)
    shrinking = np.linalg.norm(source[1] - source[0]) > 1.5 * wide * DENSITY
    flags = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC if wide * high <= _LARGE else cv2.INTER_LINEAR
    view = np.asarray(cv2.warpPerspective(part, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    return without_rules(view, margin) if clean and placed.slot.ruled else view


def without_rules(view: Image, margin: float) -> Image:
    """A crop with the rules along its edges painted over; strokes that cross them lose no more than the rule."""
    import cv2
    import numpy as np

    flat = view if view.ndim == 2 else np.asarray(cv2.cvtColor(view, cv2.COLOR_BGR2GRAY), np.uint8)
    dark = dark_mask(flat)
    height, width = flat.shape
    found = np.zeros_like(dark)
    rim = round(_RIM * DENSITY) + round(margin * DENSITY)
    for upright, length, limit in ((False, width, height), (True, height, width)):
        long = max(round(0.35 * length), round(2.5 * DENSITY))
        if long >= length:
            long = max(3, length - 2)
        thickening = np.ones((1, 3) if upright else (3, 1), np.uint8)
        kernel = np.ones((long, 1) if upright else (1, long), np.uint8)
        growing = np.ones((9, 3) if upright else (3, 9), np.uint8)
        strips = [(0, limit)] if limit <= 2 * rim + 4 else [(0, rim), (limit - rim, limit)]
        for start, end in strips if rim > 0 else []:
            around = slice(max(0, start - 2), end + 2)
            part = np.ascontiguousarray(dark[:, around] if upright else dark[around])
            thick = cv2.dilate(part, thickening)
            along = cv2.reduce(thick, 0 if upright else 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
            if int(np.asarray(along).max()) < 255 * (long // 2):  # what runs on beyond the crop may be half as long
                continue
            rule = np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, kernel), np.uint8)
            own = slice(start - around.start, end - around.start)
            kept = np.zeros_like(rule)
            if upright:
                kept[:, own] = rule[:, own]
                found[:, around] |= np.asarray(cv2.dilate(kept, growing), np.uint8)
            else:
                kept[own] = rule[own]
                found[around] |= np.asarray(cv2.dilate(kept, growing), np.uint8)
    if not found.any():
        return view
    paper = int(percentile(flat, 80))
    light = flat.astype(np.int16)
    result = view.copy()
    result[found > 0] = paper if view.ndim == 2 else np.median(view[light >= paper], axis=0).astype(np.uint8)
    return result


def without_seals(part: Image) -> Image:
    """A coloured picture in grey, seals left out: its red channel, and what is red of it as bright as the paper.

    Black and blue writing is as dark in the red channel as ever; writing under a seal stays.
    """
    import cv2
    import numpy as np

    bright = np.ascontiguousarray(part[:, :, 2])
    red = red_mask(part)
    if not red.any():
        return bright
    paper = np.uint8(percentile(bright, 80))
    rim = cv2.dilate(red, np.ones((3, 3), np.uint8)) > 0
    return np.where(rim & (bright > 0.55 * paper), np.maximum(bright, paper), bright).astype(np.uint8)


def dark_mask(grey: Image) -> Image:
    """255 where a crop is inked: clearly darker than its paper, whose grey is found in the crop itself.

    Shadows and stains, which are broader than strokes, count as paper. A crop is asked about several times, so the mask
    is kept as long as the crop is; neither may be written to.
    """
    kept = _masks.get(id(grey))
    if kept is not None and kept[0]() is grey:
        return kept[1]
    mask, number = _dark_mask(grey), id(grey)
    _masks[number] = (weakref.ref(grey, lambda _: _masks.pop(number, None)), mask)
    return mask


def _dark_mask(grey: Image) -> Image:
    import cv2
    import numpy as np

    level_light = evenly_lit(grey)
    counts = counts_of(level_light)
    paper, darkest = counted(counts, 80), counted(counts, 1)
    level = min(paper - 35.0, paper - 0.35 * (paper - darkest))
    return np.asarray(cv2.threshold(level_light, math.ceil(level) - 1, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)


def evenly_lit(grey: Image) -> Image:
    """The crop as if its paper were equally light everywhere."""
    import cv2
    import numpy as np

    size = (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4))
    whole = grey[: max(1, 4 * size[1]), : max(1, 4 * size[0])]  # by whole pixels, which is much faster
    small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    kernel = np.ones((_BROAD, _BROAD), np.uint8)
    rim = _BROAD  # a stain that reaches in from beside goes on there
    wide = cv2.copyMakeBorder(small, rim, rim, rim, rim, cv2.BORDER_REPLICATE)
    closed = cv2.GaussianBlur(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, kernel), (5, 5), 0)
    paper = closed[rim:-rim, rim:-rim]
    lightest = percentile(np.asarray(paper, np.uint8), 80)
    if lightest - float(paper.min()) < 12:
        return grey
    full = cv2.resize(np.asarray(paper, np.uint8), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    share = grey.astype(np.float32) / np.maximum(np.asarray(full, np.float32), 40.0) * lightest
    return np.clip(share, 0, 255).astype(np.uint8)


def filled(view: Image, inset: float = 0.5, *, broken: bool = True) -> Ink:
    """The ink in a crop (grey or colour), ``inset`` millimetres of its rim left out.

    ``broken``: small pieces that lie together count as writing; not where a seal was taken out and has left its rests,
    which are pale and count for nothing.
    """
    import cv2
    import numpy as np

    cut = round(inset * DENSITY)
    if min(view.shape[:2]) > 3 * cut:
        view = view[cut : view.shape[0] - cut, cut : view.shape[1] - cut]
    flat = view if view.ndim == 2 else np.asarray(cv2.cvtColor(view, cv2.COLOR_BGR2GRAY), np.uint8)
    dark = dark_mask(flat)
    x, y, wide, high = cv2.boundingRect(dark)
    inked = dark[y : y + high, x : x + wide] if wide else dark[:1, :1]
    count, labels, stats, _ = blobs(inked)
    largest = spread = 0.0
    if count > 1:
        stats = np.asarray(stats).copy()
        stats[_folds(stats, flat.shape[1])] = 0
        sizes = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
        if not broken:
            strong = flat[y : y + high, x : x + wide] < _PALE * percentile(flat, 80)
            sizes[np.bincount(np.asarray(labels)[strong], minlength=count) == 0] = 0
        largest = float(sizes[1:].max()) / DENSITY
        if broken and largest < FILLED:
            spread = _spread(np.asarray(labels), stats)
    red = float((red_mask(view) > 0).mean()) if view.ndim == 3 else 0.0
    faint = broken and max(largest / FILLED, spread / _SPREAD) < 1 and crowded(np.ascontiguousarray(flat), DENSITY)
    return Ink(round(largest, 2), cv2.countNonZero(dark) / dark.size, red, round(spread, 2), faint)


def _folds(stats: Any, wide: int) -> Any:
    """Which pieces of ink are of a fold across a crop so many pixels wide: thin and flat, on one line, side to side."""
    import numpy as np

    left, upper, width, height, area = stats.T.astype(np.float64)
    thick = _THIN * DENSITY
    thin = (height <= _SLOPE * width + thick) & (area <= thick * width) & (width >= DENSITY)
    thin[0] = False
    longest = int(np.where(thin, width, 0).argmax())
    x, y = left + width / 2, upper + height / 2
    thin &= np.abs(y - y[longest]) <= _SLOPE * np.abs(x - x[longest]) + thick
    return thin & (width[longest] >= _MAIN * wide) & (width[thin].sum() >= _ACROSS * wide)


def _spread(labels: Any, stats: Any) -> float:
    """Millimetres: the longer side of the largest group of pieces of ink, grain left out, that lie close together."""
    import cv2
    import numpy as np

    kept = stats[:, cv2.CC_STAT_AREA] >= _GRAIN * DENSITY * DENSITY
    kept[0] = False
    if kept.sum() < 2:
        return 0.0
    mask = np.where(kept[labels], 255, 0).astype(np.uint8)
    reach = round(_NEAR * DENSITY) | 1
    joint = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    count, groups = cv2.connectedComponents(joint)
    owners = np.zeros(len(stats), np.intp)
    owners[labels[mask > 0]] = np.asarray(groups)[mask > 0]
    most = 0
    for group in range(1, count):
        parts = stats[(owners == group) & kept]
        if len(parts) > 1:
            ends = parts[:, :2] + parts[:, 2:4]
            most = max(most, int((ends.max(axis=0) - parts[:, :2].min(axis=0)).max()))
    return most / DENSITY


def red_mask(view: Image) -> Image:
    """255 where a coloured image is red as a seal is. Looked at by strips: most of a page has nothing like red."""
    import cv2
    import numpy as np

    found = np.zeros(view.shape[:2], np.uint8)
    for first in range(0, len(view), _STRIP):
        strip = slice(first, first + _STRIP)
        blue, green, red = cv2.split(view[strip])
        ahead = np.asarray(cv2.subtract(red, cv2.max(blue, green)))
        if ahead.max(initial=0) <= _AHEAD:
            continue
        plain = cv2.threshold(ahead, 40, 255, cv2.THRESH_BINARY)[1]
        least = np.maximum(cv2.convertScaleAbs(red, alpha=0.2), np.uint8(_AHEAD))  # of what light there is
        shaded = cv2.compare(ahead, least, cv2.CMP_GT)
        light = cv2.threshold(red, 50, 255, cv2.THRESH_BINARY)[1]
        found[strip] = cv2.bitwise_and(cv2.bitwise_or(plain, shaded), light)
    return found
