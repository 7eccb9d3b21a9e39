"""What the ink of a short line shows without a recogniser: its pieces, a decimal point, figures that touch.

Figures written close together mislead the recogniser (``14`` becomes ``H``, ``23.5`` becomes ``235``). Here a line is
taken apart at the white between its pieces and put together again with more room; a piece that is too broad for one
figure is also cut in two where there is least ink. How many pieces there are is evidence of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from parsers.scan.blobs import blobs

if TYPE_CHECKING:
    from parsers.scan.pages import Image

_LOW = 0.33  #: A decimal point is no higher than this share of the line …
_NARROW = 0.4  #: … no broader …
_DEEP = 0.5  #: … and begins below this share of the height.
_OVERLAP = 0.45  #: Pieces that lie over each other by this share of the narrower one are one figure.
_BESIDE = 0.6  #: … unless they share so much of the lower one's height, and neither reaches over the other.
_LEAST = 9  #: Pixels: a figure less high than this cannot be told from a speck.
_MANY = 14  #: A line of more pieces is words, and is left as it is.
BROAD = 0.62  #: A piece broader than this share of its height may be two figures that touch.


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Ink that hangs together, or lies over each other."""

    left: int
    upper: int
    right: int
    lower: int
    mask: NDArray[np.bool_]  #: Of the whole line.
    point: bool = False  #: Small and low: a decimal point, or a comma.

    @property
    def breadth(self) -> float:
        """Width to height."""
        return (self.right - self.left) / max(self.lower - self.upper, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A line and its pieces from left to right."""

    line: Image
    pieces: tuple[Piece, ...]
    upper: int
    lower: int

    @property
    def height(self) -> int:
        """Of the ink, in pixels."""
        return max(self.lower - self.upper, 1)

    @property
    def figures(self) -> int:
        """How many pieces are no points."""
        return sum(not piece.point for piece in self.pieces)

    @property
    def point(self) -> bool:
        """Whether a decimal point lies between two other pieces."""
        inner = self.pieces[1:-1]
        return any(piece.point for piece in inner)

    @property
    def short(self) -> bool:
        """Whether it may be a figure at all, so that taking it apart makes sense."""
        return 0 < len(self.pieces) <= _MANY


def fit(seen: Outline, figures: int, point: bool, touching: bool = False) -> float:
    """How well the pieces go with so many figures and a point: a probability but for a factor that is common to all.

    ``touching``: two of the figures look like one, which is all but impossible where as many pieces are seen.
    """
    bodies = [p for p in seen.pieces if not p.point and p.lower - p.upper > 0.4 * seen.height]
    stray = len(seen.pieces) - len(bodies) - seen.point
    broadest = max((piece.breadth for piece in bodies), default=0.0)
    missing = figures - len(bodies)
    if missing > 0:
        touch = 0.01 if broadest < 0.4 else 0.04 if broadest < 0.55 else 0.12 if broadest < 0.75 else 0.4
        share = touch if missing == 1 else touch * 0.1
    else:
        share = 0.85 if missing == 0 else 0.05 if missing == -1 else 0.005
        share *= 1.0 if broadest < 0.8 else 0.4 if broadest < 0.95 else 0.1 if broadest < 1.1 else 0.02
        if touching:
            share *= 0.01
    share *= 0.2 ** min(stray, 3)
    if seen.height < _LEAST:
        share *= 0.02
    if point:
        return share * (0.9 if seen.point else 0.15)
    return share * (0.05 if seen.point else 0.95)


def outline(line: Image, core: float = 1.0) -> Outline:
    """The pieces of a grey line, ink dark on white; ``core`` below 1: of its darkest ink only."""
    import cv2

    level, _ = cv2.threshold(line, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = (line <= level * core).astype(np.uint8)
    count, labels, figures, _ = blobs(ink)
    if count < 2:
        return Outline(line, (), 0, line.shape[0])
    least = max(3, figures[1:, cv2.CC_STAT_AREA].max() * 0.01)
    parts = [
        Piece(int(x), int(y), int(x + w), int(y + h), np.asarray(labels == number))
        for number, (x, y, w, h, area) in enumerate(figures[1:].tolist(), start=1)
        if area >= least
    ][: 4 * _MANY]
    upper, lower = min(part.upper for part in parts), max(part.lower for part in parts)
    points: list[Piece] = []
    bodies: list[Piece] = []
    for part in parts:
        (points if _is_point(part, upper, lower) else bodies).append(part)
    pieces = [*_grouped(bodies), *(Piece(p.left, p.upper, p.right, p.lower, p.mask, True) for p in points)]
    return Outline(line, tuple(sorted(pieces, key=lambda piece: piece.left + piece.right)), upper, lower)


def _is_point(part: Piece, upper: int, lower: int) -> bool:
    height = lower - upper
    small = part.lower - part.upper <= _LOW * height and part.right - part.left <= _NARROW * height
    return small and part.upper >= upper + _DEEP * height


def _grouped(parts: list[Piece]) -> list[Piece]:
    done: list[Piece] = []
    for part in sorted(parts, key=lambda part: part.left):
        while done:
            last = done[-1]
            narrower = min(last.right - last.left, part.right - part.left)
            if min(last.right, part.right) - max(last.left, part.left) <= _OVERLAP * narrower:
                break
            if _side_by_side(last, part):
                break
            part = _joined(done.pop(), part)
        done.append(part)
    return done


def _side_by_side(one: Piece, other: Piece) -> bool:
    """Whether two slanting figures stand beside each other: apart in every row, and in most rows both."""
    upper, lower = max(one.upper, other.upper), min(one.lower, other.lower)
    if lower - upper < _BESIDE * min(one.lower - one.upper, other.lower - other.upper) or lower <= upper:
        return False
    here, there = one.mask[upper:lower], other.mask[upper:lower]
    both = here.any(axis=1) & there.any(axis=1)
    if not both.any():
        return False
    last = here.shape[1] - 1 - here[both, ::-1].argmax(axis=1)
    return bool((last < there[both].argmax(axis=1)).all())


def _joined(one: Piece, other: Piece) -> Piece:
    return Piece(
        min(one.left, other.left),
        min(one.upper, other.upper),
        max(one.right, other.right),
        max(one.lower, other.lower),
        one.mask | other.mask,
    )


def spread(seen: Outline, gap: float = 0.2, at_point: float = 0.1) -> Image:
    """The line with at least so much white (share of its height) between its pieces."""
    import cv2

    if not seen.short:
        return seen.line
    everything = np.logical_or.reduce([piece.mask for piece in seen.pieces])
    strips: list[Any] = []
    kernel = np.ones((5, 5), np.uint8)
    for number, piece in enumerate(seen.pieces):
        around = cv2.dilate(piece.mask.astype(np.uint8), kernel) > 0
        own = around & ~(everything & ~piece.mask)
        left, right = max(0, piece.left - 2), piece.right + 2
        strips.append(np.where(own, seen.line, 255)[seen.upper : seen.lower, left:right])
        after = seen.pieces[number + 1] if number + 1 < len(seen.pieces) else None
        if after is not None:
            room = at_point if piece.point or after.point else gap
            strips.append(np.full((seen.height, max(1, round(room * seen.height))), 255, np.uint8))
    margin = round(0.25 * seen.height) + 2
    framed: Any = cv2.copyMakeBorder(
        np.hstack(strips).astype(np.uint8), margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=255
    )
    return np.asarray(framed, dtype=np.uint8)


def parted(seen: Outline) -> tuple[Outline, ...]:
    """The same line with its broadest piece cut in two, near its left end and further right; none if none is broad."""
    broad = [piece for piece in seen.pieces if not piece.point and piece.lower - piece.upper > 0.5 * seen.height]
    if not broad or not seen.short:
        return ()
    piece = max(broad, key=lambda piece: piece.breadth)
    if piece.breadth < BROAD:
        return ()
    found = []
    for start, end in ((0.14, 0.42), (0.42, 0.8)):
        left = _cut(seen.line, piece, start, end)
        halves = (_cropped(piece, left), _cropped(piece, ~left))
        if all(half.right > half.left for half in halves):
            parts = [part for other in seen.pieces for part in (halves if other is piece else (other,))]
            found.append(Outline(seen.line, tuple(parts), seen.upper, seen.lower))
    return tuple(found)


def _cut(line: Image, piece: Piece, start: float, end: float) -> NDArray[np.bool_]:
    """Where the left of two figures lies: left of the straight cut, upright or slanting, that meets least ink."""
    height, width = piece.lower - piece.upper, piece.right - piece.left
    weight = np.where(piece.mask, 255 - line.astype(np.float64), 0.0)[piece.upper : piece.lower]
    rows = np.arange(height)
    middle = (rows - height / 2)[:, None]
    starts = np.arange(piece.left + round(start * width), piece.left + round(end * width) + 1)
    best, chosen = np.inf, (float(starts[0]), 0.0)
    for slant in (-0.3, -0.15, 0.0, 0.1, 0.2, 0.35, 0.5):
        across = np.clip(np.round(starts[None, :] - slant * middle).astype(int), 0, line.shape[1] - 1)
        met = weight[rows[:, None], across].sum(axis=0) / 255
        place = int(met.argmin())
        if met[place] < best:
            best, chosen = float(met[place]), (float(starts[place]), slant)
    ys, xs = np.mgrid[0 : line.shape[0], 0 : line.shape[1]]
    edge = chosen[0] - chosen[1] * (ys - piece.upper - height / 2)
    return np.asarray(xs < edge)


def _cropped(piece: Piece, side: NDArray[np.bool_]) -> Piece:
    mask = piece.mask & side
    ys, xs = np.nonzero(mask)
    if not len(xs):
        return Piece(0, 0, 0, 0, mask)
    return Piece(int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1, mask)
