"""A tick that stands alone in a cell below a word to choose: its shape tells, the recogniser reads anything in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from parsers.scan.lines import inked

if TYPE_CHECKING:
    from parsers.grid import Cell
    from parsers.scan.pages import Image

MARKS = ("√", "○", "×")  #: What a lone mark is read as.
_LEAST = 2.0  #: Millimetres: a smaller mark is no tick.


def in_tick_columns(cells: Sequence[Cell], known: frozenset[str]) -> list[Cell]:
    """The cells below heads that are words to choose from, two of them at least side by side."""
    heads: dict[int, list[Cell]] = {}
    for cell in cells:
        if "".join(cell.text.split()) in known and cell.colspan == 1:
            heads.setdefault(cell.row, []).append(cell)
    row = min((row for row, found in heads.items() if len(found) > 1), default=None)
    if row is None:
        return []
    columns = {cell.column for cell in heads[row]}
    return [cell for cell in cells if cell.row > row and cell.column in columns and cell.colspan == 1]


def lone_mark(view: Image, density: float) -> str:
    """``√``, ``○`` or ``×`` where a picture shows nothing but that, else nothing."""
    import cv2
    import numpy as np

    dark = inked(view, density).astype(np.uint8)
    joint = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joint, connectivity=8)
    large = [number for number in range(1, len(stats)) if max(stats[number][2:4]) >= 0.8 * density]
    if len(large) != 1:
        return ""
    x, y, wide, high, area = np.asarray(stats)[large[0]].tolist()
    if max(wide, high) < _LEAST * density or not 0.35 < wide / high < 3.5 or area > 0.5 * wide * high:
        return ""
    part = np.asarray(labels)[y : y + high, x : x + wide] == large[0]
    shapes: tuple[tuple[str, Callable[[Any], bool]], ...] = (("√", _is_check), ("○", _is_ring), ("×", _is_cross))
    return next((mark for mark, fits in shapes if fits(part)), "")


def _is_check(part: Any) -> bool:
    """A short stroke down and a long one up: one stroke in each column, lowest in the left half."""
    import numpy as np

    high, wide = part.shape
    runs = (np.diff(np.pad(part, ((1, 0), (0, 0))).astype(np.int8), axis=0) == 1).sum(axis=0)
    if float((runs == 1).mean()) < 0.85:
        return False
    rows = np.arange(high)[:, None]
    middle = (part * rows).sum(axis=0) / np.maximum(part.sum(axis=0), 1) / high
    low = int(middle.argmax())
    steps = np.diff(middle[low:])
    return bool(
        0.08 * wide < low < 0.6 * wide
        and middle[-1] < 0.25
        and middle[low] > 0.7
        and middle[low] - middle[:low].min() > 0.12
        and middle[:low].min() > middle[-1] - 0.05
        and float((steps <= 0.02).mean()) > 0.9
    )


def _is_ring(part: Any) -> bool:
    """A closed line about nothing."""
    import cv2
    import numpy as np

    high, wide = part.shape
    framed = np.pad(part, 1).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(1 - framed, connectivity=4)
    holes = [int(area) for area in np.asarray(stats)[2:count, cv2.CC_STAT_AREA]]
    return 0.65 < wide / high < 1.5 and sum(holes) > 0.28 * wide * high and max(holes) > 0.97 * sum(holes)


def _is_cross(part: Any) -> bool:
    """Two strokes from corner to corner."""
    import cv2
    import numpy as np

    if not 0.6 < part.shape[1] / part.shape[0] < 1.6:
        return False
    small = np.asarray(cv2.resize(part.astype(np.float32), (15, 15), interpolation=cv2.INTER_AREA)) > 0.15
    places = np.arange(15)
    near = np.abs(places[:, None] - places) <= 2
    ways = [float((small & way).any(axis=1).mean()) for way in (near, near[:, ::-1])]
    aside = small & ~near & ~near[:, ::-1]
    return min(ways) > 0.9 and float(aside.sum()) < 0.12 * float(small.sum())
