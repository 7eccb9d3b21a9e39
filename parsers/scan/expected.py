"""What a form leads one to expect on its page: rules where they are printed, ink where there is text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formgen.model import PageLayout, Slot
from parsers.scan.geometry import Bend
from parsers.scan.rules import SCALE, Rules

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

_STEP = 4.0  #: Millimetres between places along a rule.
_CLEAR = 0.9  #: Millimetres that they keep from its ends, where other rules cross.
_NEAR = 9.0  #: Millimetres along a rule within which what is seen decides where it is.
_SAME = 0.4  #: Millimetres between places on one rule at the most, across it.
_COARSE = 4  #: Pixels of the masks that are one pixel of the coarse search.


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """How much the places on rules say of where the corners of slots are, across the rules: pairs of the two."""

    corners: Any  #: Numbers of corners, four a slot …
    places: Any  #: … and of places on rules.
    weights: Any  #: 1 where the place is at the corner, ever less along the rule.


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Places of the printed page, in millimetres."""

    layout: PageLayout
    level: Points  #: On horizontal rules.
    upright: Points  #: On vertical rules.
    frame: tuple[float, float, float, float]  #: Left, upper, right and lower edge of all tables together.
    corners: Points  #: Of the slots, clockwise from the upper left one, four for each.
    pulls: tuple[Pull, Pull]  #: Of the upright rules on them and of the level ones.

    def moved_by(self, bend: Bend) -> float:
        """How far, at most, a bend moves the rules: millimetres."""
        import numpy as np

        places = np.concatenate([self.level, self.upright])
        return float(np.abs(bend(places) - places).max()) if len(places) else 0.0

    def likely_bends(self, rules: Rules, flat: Bend) -> list[Bend]:
        """Bends from which the rules can be found although the page is shifted, scaled or curled."""
        import numpy as np

        best: list[Any] = []
        for mask, places, axis in ((rules.vertical, self.upright, 0), (rules.horizontal, self.level, 1)):
            best.append(_searched(mask, places, flat, axis))
        return [
            Bend(flat.width, flat.height, np.asarray(across), np.asarray(down))
            for across in best[0]
            for down in best[1]
        ]

    def explained(self, rules: Rules, corners: Any) -> float:
        """The share of the rules seen about the tables that edges of slots account for; ``corners`` as placed."""
        import cv2
        import numpy as np

        ruled = np.array([slot.ruled for slot in self.layout.slots], bool)
        if not ruled.any():
            return 0.0
        scale = SCALE / _COARSE
        seen, met = 0.0, 0.0
        fours = np.asarray(corners)[ruled] * scale
        start, within = _coarse_start(rules)
        end = start + np.array(rules.ink[within].shape[::-1]) // _COARSE
        low = np.clip(fours.min(axis=(0, 1)) - 3 * scale, start, end).astype(int)
        (x0, y0), (x1, y1) = low - start, np.clip(fours.max(axis=(0, 1)) + 3 * scale, start, end).astype(int) - start
        if x1 <= x0 or y1 <= y0:
            return 0.0
        for mask, edges in ((rules.horizontal, (0, 2)), (rules.vertical, (1, 3))):
            part = _coarse(mask[within][y0 * _COARSE : y1 * _COARSE, x0 * _COARSE : x1 * _COARSE])
            known = np.zeros(part.shape, np.uint8)
            for edge in edges:
                lines = np.round(np.stack([fours[:, edge], fours[:, (edge + 1) % 4]], axis=1)) - low
                cv2.polylines(known, list(lines.astype(np.int32)), False, 1, thickness=max(3, round(1.6 * scale)))
            seen += float(part.sum())
            met += float(part[known > 0].sum())
        return met / seen if seen else 0.0

    def printed_agreement(self, rules: Rules, bend: Bend) -> float:
        """How well the amount of ink in printed cells goes with the length of the text printed there, -1 to 1."""
        import cv2
        import numpy as np

        printed = [slot for slot in self.layout.slots if slot.ruled and slot.text.strip()]
        lengths = np.array([len("".join(slot.text.split())) for slot in printed], np.float64)
        if len(printed) < 6 or lengths.std() < 1:
            return 1.0
        middles = np.array([[slot.x + slot.width / 2, slot.y + slot.height / 2] for slot in printed])
        half = np.array([[max(0.5, slot.width / 2 - 0.9), max(0.5, slot.height / 2 - 0.9)] for slot in printed])
        where = bend(middles)
        start, within = _coarse_start(rules)
        small = _coarse(rules.ink[within])
        solid = np.asarray(cv2.threshold(small, 80, 0, cv2.THRESH_TOZERO)[1], np.uint8)  # grain of the sensor is no ink
        total = np.asarray(cv2.integral(solid), np.float64)
        scale = SCALE / _COARSE
        height, width = small.shape
        limit = np.array([width, height])
        low = np.clip(np.round((where - half) * scale) - start, 0, limit).astype(int)
        high = np.clip(np.round((where + half) * scale) - start, 0, limit).astype(int)
        amount = (
            total[high[:, 1], high[:, 0]]
            - total[low[:, 1], high[:, 0]]
            - total[high[:, 1], low[:, 0]]
            + total[low[:, 1], low[:, 0]]
        )
        amount = np.sqrt(np.maximum(amount, 0))
        if amount.std() < 1e-6:
            return 0.0
        expected = np.sqrt(lengths)
        slope, level = np.polyfit(expected, amount, 1)
        off = np.abs(amount - slope * expected - level)
        usual = off <= np.quantile(off, 0.85)  # a seal or a stain lies over the others
        return float(np.corrcoef(expected[usual], amount[usual])[0, 1])


_KEPT: dict[int, Expected] = {}  #: By the identity of the layout, which is kept with it.
_MOST_KEPT = 200


def expected_of(layout: PageLayout) -> Expected:
    """What is expected of a layout; its slots may share rules. That of the layouts that came last is kept."""
    kept = _KEPT.get(id(layout))
    if kept is None or kept.layout is not layout:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        kept = _KEPT[id(layout)] = _worked_out(layout)
    return kept


def _worked_out(layout: PageLayout) -> Expected:
    import numpy as np

    level: dict[tuple[int, int], tuple[float, float]] = {}
    upright: dict[tuple[int, int], tuple[float, float]] = {}
    ruled = [slot for slot in layout.slots if slot.ruled]
    for slot in ruled:
        for y in (slot.y, slot.y + slot.height):
            for x in _along(slot.x, slot.width):
                level.setdefault((round(x / _STEP), round(y * 3)), (x, y))
        for x in (slot.x, slot.x + slot.width):
            for y in _along(slot.y, slot.height):
                upright.setdefault((round(x * 3), round(y / _STEP)), (x, y))
    on_level = np.array(list(level.values()), np.float64).reshape(-1, 2)
    on_upright = np.array(list(upright.values()), np.float64).reshape(-1, 2)
    corners = np.array([_quad(slot) for slot in layout.slots], np.float64).reshape(-1, 2)
    pulls = _pull(corners, on_upright, 0), _pull(corners, on_level, 1)
    return Expected(layout, on_level, on_upright, _frame(ruled), corners, pulls)


def _quad(slot: Slot) -> Any:
    """The corners of a slot, (4, 2), clockwise from the upper left one."""
    import numpy as np

    right, lower = slot.x + slot.width, slot.y + slot.height
    return np.array([[slot.x, slot.y], [right, slot.y], [right, lower], [slot.x, lower]], np.float64)


def _pull(corners: Points, places: Points, axis: int) -> Pull:
    """``axis``: 0 of upright rules, which say where a corner is in x."""
    import numpy as np

    away = np.abs(corners[:, None] - places[None])
    which, by = np.nonzero((away[:, :, axis] < _SAME) & (away[:, :, 1 - axis] <= 2 * _NEAR))
    return Pull(which, by, np.exp(-((away[which, by, 1 - axis] / (_NEAR / 2)) ** 2)))


def _frame(slots: list[Slot]) -> tuple[float, float, float, float]:
    if not slots:
        return (0.0, 0.0, 0.0, 0.0)
    return (
        min(slot.x for slot in slots),
        min(slot.y for slot in slots),
        max(slot.x + slot.width for slot in slots),
        max(slot.y + slot.height for slot in slots),
    )


def _along(start: float, length: float) -> list[float]:
    """Places along a rule, none near its ends."""
    if length <= 2 * _CLEAR:
        return [start + length / 2]
    count = max(1, round((length - 2 * _CLEAR) / _STEP))
    step = (length - 2 * _CLEAR) / count
    return [start + _CLEAR + step * (index + 0.5) for index in range(count)]


def _coarse_start(rules: Rules) -> tuple[Any, tuple[slice, slice]]:
    """The first pixel of a coarse view of the page that the masks hold as a whole, and the part of them from there."""
    import numpy as np

    corner = np.array(rules.corner)
    start = -(-corner // _COARSE)
    left, upper = (start * _COARSE - corner).tolist()
    return start, (slice(upper, None), slice(left, None))


def _coarse(mask: Image) -> Image:
    """A mask with a pixel for each ``_COARSE`` by ``_COARSE``, their mean: twice by two, which is faster than once."""
    import cv2
    import numpy as np

    height, width = (size // _COARSE * _COARSE for size in mask.shape)
    small = mask[:height, :width] & np.uint8(_COARSE**2)  # so many of 255 that no mean is rounded
    for _ in range(2):
        small = np.asarray(cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.convertScaleAbs(small, alpha=255 / _COARSE**2), np.uint8)


def _searched(mask: Image, places: Points, flat: Bend, axis: int) -> list[Any]:
    """Coefficients of likely displacements along one axis, the best two: shift, scale, slope and curl tried out."""
    import cv2
    import numpy as np

    scale = SCALE / _COARSE
    small = np.minimum(_coarse(mask).astype(np.float32) / 60, 1.0)
    reach = 5
    size = (reach, 1) if axis == 0 else (1, reach)
    blurred = np.asarray(cv2.blur(cv2.dilate(small, np.ones(size[::-1], np.uint8)), size), np.float64)
    height, width = blurred.shape
    if not len(places):
        return [flat.across * 0]
    some = places[:: max(1, len(places) // 350)]
    terms = flat.terms(some)
    x = np.clip(np.round(some[:, 0] * scale).astype(int), 0, width - 1)
    y = np.clip(np.round(some[:, 1] * scale).astype(int), 0, height - 1)

    def scores(coefficients: Any) -> Any:
        move = np.round((some[:, axis] + coefficients @ terms.T) * scale).astype(int)
        move = np.clip(move, 0, (width if axis == 0 else height) - 1)
        return (blurred[y, move] if axis == 0 else blurred[move, x]).mean(axis=1)

    tried = _starts(terms.shape[1])
    values = scores(tried)
    order = np.argsort(-values)
    best = tried[order[0]]
    other = (tried[index] for index in order[:60] if np.abs(terms @ (tried[index] - best)).max() > 3)
    return [_climbed(scores, start) for start in (best, next(other, best))]


def _starts(count: int) -> Any:
    """Displacements to try along an axis: every shift with a curl, a stretch or a slope."""
    import numpy as np

    tried = []
    for shift in np.arange(-10, 10.1, 1.0):
        for bow in (-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0):
            for index in (4, 5) if bow else (4,):
                start = np.zeros(count)
                start[index], start[0] = bow, shift - bow / 2
                tried.append(start)
        for stretch in (-6.0, -4.0, -2.0, 2.0, 4.0, 6.0):
            for index in (1, 2):
                start = np.zeros(count)
                start[0], start[index] = shift, stretch
                tried.append(start)
    return np.array(tried)


def _climbed(scores: Any, start: Any) -> Any:
    """A better one near by."""
    import numpy as np

    best, value = np.array(start), float(scores(start[None])[0])
    steps = np.zeros((12, len(best)))
    for index in range(6):
        steps[2 * index, index], steps[2 * index + 1, index] = 1, -1
    for step in (1.0, 0.5):
        for _ in range(6):
            around = best + step * steps
            values = scores(around)
            if values.max() <= value:
                break
            best, value = around[values.argmax()], float(values.max())
    return best
