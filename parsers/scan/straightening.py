"""A page without marks made straight: turned by its rules, freed of perspective by its frame, of curl by long rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from parsers.scan.frames import seen_frame, skew
from parsers.scan.geometry import Bend, Bends, flat, moved
from parsers.scan.rules import SCALE, Rules, rules_of
from parsers.scan.snapping import straight_view

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import Image, Points

_LONG_SIDE = 297.0  #: Millimetres of the longer side of a page whose scale nothing tells.
_MARK = 9.0  #: Millimetres: the side of a mark on our blanks.
_LONG = 35.0  #: Millimetres from which a rule tells how the paper is bent.
_BENT = 0.35  #: Millimetres of bending that are worth a second look.
_DOWN = (1, 3, 4, 6, 7, 8, 10)  #: The terms of a bend that make a level rule go up and down.
_ACROSS = (2, 3, 5, 6, 7, 9, 11)


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A stretch of rule in a straight view, in millimetres: its middle line."""

    along: Any  #: Places along the rule, ascending.
    across: Any  #: Where the rule is there.

    @property
    def place(self) -> float:
        """Where it is across its direction."""
        import numpy as np

        return float(np.median(self.across))

    @property
    def start(self) -> float:
        """Where it begins."""
        return float(self.along[0])

    @property
    def end(self) -> float:
        """Where it ends."""
        return float(self.along[-1])

    @property
    def length(self) -> float:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, eq=False)
class Straight:
    """A page made straight, ``SCALE`` pixels a millimetre."""

    page: SeenPage
    image: Image
    rules: Rules
    matrix: Any  #: From millimetres of the bent page to pixels of ``page.grey``.
    bends: tuple[Bend, ...]  #: From millimetres of the view to those of the bent page: the last one first.

    def original(self, places: Points) -> Points:
        """Millimetres of the straight view as pixels of the image as it came."""
        return self.page.original(moved(self.matrix, Bends(self.bends)(places)))

    def corners(self, left: float, upper: float, right: float, lower: float) -> Points:
        """The corners of a part of the straight view on the image as it came, clockwise from the upper left one."""
        import numpy as np

        return self.original(np.array([[left, upper], [right, upper], [right, lower], [left, lower]], np.float64))

    def box(self, left: float, upper: float, right: float, lower: float) -> tuple[int, ...]:
        """The same as ``Locator.box`` has them."""
        return tuple(round(float(value)) for value in self.corners(left, upper, right, lower).ravel())


def straightened(page: SeenPage) -> Straight:
    """Make a page straight that may have neither marks nor tables, seals left out; never raises."""
    page = _without_seals(page)
    density = _density(page)
    best: Straight | None = None
    for matrix, width, height in _views(page.grey, density):
        base = flat(width, height)
        view = straight_view(page.grey, matrix, width, height)
        found = Straight(page, view, rules_of(view), matrix, (base,))
        if best is None or _amount(found) > 1.05 * _amount(best):
            best = found
    assert best is not None
    for _ in range(2):
        bend = _bend_of(rules_of(best.image, askew=True), best.bends[0])
        if bend is None:
            break
        bends = (*best.bends, bend)
        view = straight_view(page.grey, best.matrix, bend.width, bend.height, Bends(bends))
        unbent = Straight(page, view, rules_of(view), best.matrix, bends)
        if _amount(unbent) <= _amount(best):
            break
        best = unbent
    return best


def _without_seals(page: SeenPage) -> SeenPage:
    """The page as its red channel shows it: a seal neither makes rules nor hides words."""
    import numpy as np

    from parsers.scan.ink import without_seals

    if page.image.pixels.ndim == 2:
        return page
    return replace(page, grey=np.ascontiguousarray(np.rot90(without_seals(page.image.pixels), page.quarters)))


def segments(mask: Image, *, upright: bool, least: float) -> list[Segment]:
    """The stretches of rule in a mask that are at least so many millimetres long."""
    import cv2
    import numpy as np

    flat_mask = np.ascontiguousarray(mask.T) if upright else mask
    joint = cv2.morphologyEx(flat_mask, cv2.MORPH_CLOSE, np.ones((3, round(2.5 * SCALE)), np.uint8))
    even = joint.shape[1] // 2 * 2
    half = np.maximum(np.asarray(joint, np.uint8)[:, 0:even:2], np.asarray(joint, np.uint8)[:, 1:even:2])
    count, labels, stats, _ = cv2.connectedComponentsWithStats(half, connectivity=8)
    found = []
    for number in range(1, count):
        x, y, wide, high = (int(value) for value in np.asarray(stats)[number, :4])
        if 2 * wide < least * SCALE:
            continue
        part = np.asarray(labels)[y : y + high, x : x + wide] == number
        columns = np.arange(0, wide, 8)
        some = part[:, columns]
        amount = some.sum(axis=0)
        used = (amount > 0) & (amount < 2.5 * SCALE)
        if used.sum() < 2:
            continue
        rows = (some * np.arange(high)[:, None]).sum(axis=0)[used] / amount[used]
        along = (2 * (x + columns[used]) + 0.5) / SCALE
        along[0], along[-1] = 2 * x / SCALE, (2 * (x + wide) - 1) / SCALE
        found.append(Segment(along, (y + rows) / SCALE))
    return found


def _density(page: SeenPage) -> float:
    """Pixels a millimetre."""
    if page.marks:
        sides = sorted(mark.side for mark in page.marks)
        return float(sides[len(sides) // 2]) / _MARK
    longer = max(page.grey.shape)
    by_file = page.image.dpi / 25.4
    if by_file and 200 <= longer / by_file <= 450:
        return float(by_file)
    return float(longer / _LONG_SIDE)


def _views(grey: Image, density: float) -> list[tuple[Any, float, float]]:
    """Ways to look at the page: matrices from millimetres to pixels, and the size of the view in millimetres."""
    import cv2
    import numpy as np

    height, width = grey.shape
    falling = skew(grey)
    angle = np.radians(falling)
    if abs(angle) > np.radians(30):
        angle = 0.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * density
    matrix = np.eye(3)
    matrix[:2, :2] = turn
    middle = np.array([width, height]) / 2
    matrix[:2, 2] = middle - turn @ (middle / density)
    views = [_framed(matrix, width, height)]
    frame = seen_frame(grey, falling)
    if frame is not None:
        four = moved(np.linalg.inv(matrix), frame)
        sides = np.roll(four, -1, axis=0) - four
        lengths = np.linalg.norm(sides, axis=1)
        lean = [abs(sides[0][1]), abs(sides[1][0]), abs(sides[2][1]), abs(sides[3][0])]
        if max(lean) > 0.6 and lengths.min() > 30:
            wide, high = (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2
            left, top = four[:, 0].mean() - wide / 2, four[:, 1].mean() - high / 2
            target = np.array(
                [[left, top], [left + wide, top], [left + wide, top + high], [left, top + high]], np.float32
            )
            projected = np.asarray(cv2.getPerspectiveTransform(target, frame.astype(np.float32)), np.float64)
            views.append(_framed(projected, width, height))
    return views


def as_it_lies(page: SeenPage) -> tuple[Any, float, float]:
    """The matrix from millimetres to pixels of a page that is left as it is, and its size in millimetres."""
    import numpy as np

    density = _density(page)
    return _framed(np.diag([density, density, 1.0]), page.grey.shape[1], page.grey.shape[0])


def _framed(matrix: Any, width: int, height: int) -> tuple[Any, float, float]:
    """The view so shifted that the whole page is on it, and its size."""
    import numpy as np

    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    seen = moved(np.linalg.inv(matrix), corners)
    low = np.clip(seen.min(axis=0), -150, 150)
    size = np.clip(seen.max(axis=0) - low, 20, 460)
    shift = np.eye(3)
    shift[:2, 2] = low
    return np.asarray(matrix) @ shift, float(size[0]), float(size[1])


def _amount(straight: Straight) -> float:
    """How much the rules gather in few rows and columns of pixels: the straighter, the more."""
    import cv2
    import numpy as np

    rules = straight.rules
    rows = cv2.reduce(rules.horizontal, 1, cv2.REDUCE_SUM, dtype=cv2.CV_64F)
    columns = cv2.reduce(rules.vertical, 0, cv2.REDUCE_SUM, dtype=cv2.CV_64F)
    return float((np.asarray(rows) ** 2).sum() + (np.asarray(columns) ** 2).sum())


def _bend_of(rules: Rules, base: Bend) -> Bend | None:
    """How the long rules of the page are bent; None where they are straight."""
    import numpy as np

    across = _curve(segments(rules.vertical, upright=True, least=_LONG), base, _ACROSS, upright=True)
    down = _curve(segments(rules.horizontal, upright=False, least=_LONG), base, _DOWN, upright=False)
    bend = Bend(base.width, base.height, across, down)
    grid = np.stack(np.meshgrid(np.linspace(0, base.width, 6), np.linspace(0, base.height, 6)), axis=-1).reshape(-1, 2)
    most = np.abs(bend(grid) - grid).max()
    return bend if _BENT < most < 25 else None


def _curve(found: Sequence[Segment], base: Bend, terms: tuple[int, ...], *, upright: bool) -> Any:
    import numpy as np

    full = np.zeros(len(base.down))
    total = sum(len(segment.along) for segment in found)
    if len(found) < 2 or total < 20:
        return full
    rows, values, owner = [], [], []
    for number, segment in enumerate(found):
        along, place = segment.along, np.full(len(segment.along), segment.place)
        rows.append(base.terms(np.column_stack([place, along] if upright else [along, place]))[:, list(terms)])
        values.append(segment.across)
        owner.append(np.full(len(along), number))
    stack, value, group = np.concatenate(rows), np.concatenate(values), np.concatenate(owner)
    weight = np.ones(len(value))
    solution = np.zeros(len(terms))
    stiff = np.eye(len(terms)) * 0.01 * total
    for _ in range(5):
        mass = np.bincount(group, weight)
        centre = np.stack(
            [np.bincount(group, weight * stack[:, term]) / np.maximum(mass, 1e-9) for term in range(len(terms))], axis=1
        )
        middle = np.bincount(group, weight * value) / np.maximum(mass, 1e-9)
        some, rest = stack - centre[group], value - middle[group]
        left = some.T @ (some * weight[:, None]) + stiff
        solution = np.linalg.solve(left, some.T @ (weight * rest))
        weight = 1.0 / (1.0 + ((rest - some @ solution) / 0.5) ** 2) ** 2
    full[list(terms)] = solution
    return full
