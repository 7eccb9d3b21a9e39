"""The ruled tables of a page of which nothing is known: cells with their spans, from the rules alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parsers.scan.rules import SCALE, Rules, short_rules_of
from parsers.scan.straightening import Segment, Straight, segments

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

_SHORT = 3.8  #: Millimetres: so short a rule is one between two others only.
_SURE = 7.0  #: Millimetres of a rule that may stand by itself.
_SAME = 1.1  #: Millimetres within which two stretches are the same rule.
_TOUCH = 1.6  #: Millimetres within which a rule meets another.
_REACHES = 0.5  #: The same for a short rule: the strokes of characters end before.
_THICK = 4  #: Pixels: half of the thickest rule, with some room.
_BESIDE = 1.1  #: Millimetres beside a rule that are white, unless something is written there.
_WHOLE, _BARE = 0.95, 0.1  #: The least share of a short rule that is inked, the most of what is beside it.
_BROKEN, _WHITE = 0.4, 0.2  #: The same for a longer one, which a copier may have broken; grain and rows of text fail.
_UNBROKEN = 0.97  #: A rule so well inked may have writing close beside it.
_STAR = 25.0  #: Millimetres: no stroke of a seal is longer.
_THREAD = 7  #: Pixels of a hairline that are no grain.
_LONG = 80.0  #: Millimetres: no row of characters is joined over so much.
_PAST = 3.0  #: Millimetres by which a rule goes on beyond a stripe that is none of its ends.
_BOW = 4.0  #: Millimetres by which a rule may leave its own middle.
_BEYOND = 5.0  #: Millimetres by which a stripe runs beyond the table at both ends.
_WALL = 0.55  #: Share of the side of a cell that is ruled.
_SMALLEST = (30.0, 8.0)  #: Millimetres of width and height: codes, marks and characters are smaller.
_MOST = 400  #: Rules of a table in one direction.


@dataclass(frozen=True, slots=True, eq=False)
class RuledCell:
    """A cell of a ruled table."""

    row: int  #: From 0.
    column: int
    rowspan: int
    colspan: int
    corners: Points  #: Four, clockwise from the upper left one, in pixels of the image as it came.
    area: tuple[float, float, float, float]  #: Left, upper, right, lower edge in millimetres of the straight view.

    @property
    def box(self) -> tuple[int, ...]:
        """The corners as ``Locator.box`` has them."""
        return tuple(round(float(value)) for value in self.corners.ravel())


@dataclass(frozen=True, slots=True, eq=False)
class RuledGrid:
    """A ruled table."""

    rows: int
    columns: int
    cells: tuple[RuledCell, ...]  #: In reading order.
    area: tuple[float, float, float, float]  #: As that of a cell.


def grids_of(straight: Straight) -> tuple[RuledGrid, ...]:
    """The tables of a page from top to bottom. A box by itself is none. Never raises for what the page shows."""
    import cv2
    import numpy as np

    rules = straight.rules
    levels = _drawn(rules, segments(rules.horizontal, upright=False, least=_SURE), upright=False)
    uprights = _drawn(rules, segments(rules.vertical, upright=True, least=_SURE), upright=True)
    short = short_rules_of(rules)
    levels += _between(rules, short.horizontal, uprights, levels, upright=False)
    uprights += _between(rules, short.vertical, levels, uprights, upright=True)
    levels, uprights = _attached(levels, uprights), _attached(uprights, levels)
    canvas = np.zeros(rules.ink.shape, np.uint8)
    level_mask, upright_mask = canvas.copy(), canvas.copy()
    for found, mask, upright in ((levels, level_mask, False), (uprights, upright_mask, True)):
        for segment in found:
            _draw(mask, segment, upright=upright)
    joint = cv2.dilate(level_mask | upright_mask, np.ones((9, 9), np.uint8))
    _, labels = cv2.connectedComponents(np.asarray(joint, np.uint8))
    groups: dict[int, tuple[list[Segment], list[Segment]]] = {}
    for found, upright in ((levels, False), (uprights, True)):
        for segment in found:
            x, y = (segment.place, segment.start) if upright else (segment.start, segment.place)
            row = min(labels.shape[0] - 1, max(0, round(y * SCALE)))
            column = min(labels.shape[1] - 1, max(0, round(x * SCALE)))
            groups.setdefault(int(labels[row, column]), ([], []))[int(upright)].append(segment)
    grids = [
        grid
        for label, (rows, columns) in groups.items()
        if label and (grid := _grid(straight, rows, columns, level_mask, upright_mask))
    ]
    return tuple(sorted(grids, key=lambda grid: (grid.area[1], grid.area[0])))


def _draw(mask: Image, segment: Segment, *, upright: bool) -> None:
    import cv2
    import numpy as np

    places = np.column_stack([segment.across, segment.along] if upright else [segment.along, segment.across])
    cv2.polylines(mask, [np.round(places * SCALE).astype(np.int32)], False, 255, thickness=3)


@dataclass(frozen=True, slots=True, eq=False)
class _Crossers:
    """Rules of one direction, to be asked which of them are near a place."""

    segments: list[Segment]
    places: Any
    starts: Any
    ends: Any

    def near(self, along: float, low: float, high: float) -> list[Segment]:
        """Those that reach past ``along`` and may lie, somewhere, between ``low`` and ``high``."""
        import numpy as np

        reach = (self.starts - _TOUCH <= along) & (along <= self.ends + _TOUCH)
        return [self.segments[i] for i in np.flatnonzero(reach & (self.places > low) & (self.places < high))]


def _crossers(found: list[Segment]) -> _Crossers:
    import numpy as np

    places = np.array([segment.place for segment in found])
    return _Crossers(found, places, np.array([one.start for one in found]), np.array([one.end for one in found]))


def _between(rules: Rules, mask: Image, others: list[Segment], known: list[Segment], *, upright: bool) -> list[Segment]:
    """Short rules that run from one rule of the other direction to the next, with white at both sides.

    The strokes of characters, in low rows, end before the rules or have other strokes beside them.
    """
    crossers = _crossers(others)
    own = _crossers(known)
    ink = _without_grain(rules.ink, upright=upright)
    found = []
    for segment in segments(mask, upright=upright, least=_SHORT):
        if not (
            _meets(segment, segment.start, crossers, _REACHES) and _meets(segment, segment.end, crossers, _REACHES)
        ):
            continue
        middle = (segment.start + segment.end) / 2
        if own.near(middle, segment.place - _SAME, segment.place + _SAME):
            continue
        run, sides = _inked(ink, segment, upright=upright)
        if run >= _WHOLE and sides <= _BARE:
            found.append(segment)
    return found


def _drawn(rules: Rules, found: list[Segment], *, upright: bool) -> list[Segment]:
    """The stretches that are rules: rows of characters and grain, which were joined to stretches, go."""
    ink = _without_grain(rules.ink, upright=upright)
    kept = []
    for segment in found:
        run, sides = _inked(ink, segment, upright=upright)
        if run >= _UNBROKEN or (run >= _BROKEN and (sides <= _WHITE or segment.length >= _LONG)):
            kept.append(segment)
    return kept


def _without_grain(ink: Image, *, upright: bool) -> Image:
    """The ink without single specks; hairlines in the direction of the rules stay."""
    import cv2
    import numpy as np

    along = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_THREAD, 1) if upright else (1, _THREAD), np.uint8))
    return np.asarray(cv2.medianBlur(ink, 3), np.uint8) | np.asarray(along, np.uint8)


def _inked(ink: Image, segment: Segment, *, upright: bool) -> tuple[float, float]:
    """The share of a stretch that is inked from end to end, and that of the ink beside it, on the darker side."""
    import numpy as np

    mask = ink.T if upright else ink
    first, last = round(segment.start * SCALE) + _THICK, round(segment.end * SCALE) - _THICK
    along = np.arange(first, max(last, first + 1))
    middle = np.round(np.interp(along / SCALE, segment.along, segment.across) * SCALE).astype(np.int64)
    reach = round(_BESIDE * SCALE)
    across = np.clip(middle[:, None] + np.arange(-reach, reach + 1), 0, mask.shape[0] - 1)
    inked = mask[across, np.clip(along, 0, mask.shape[1] - 1)[:, None]] > 0
    run = inked[:, reach - 2 : reach + 3].any(axis=1).mean()
    sides = max(inked[:, : reach - _THICK].mean(), inked[:, reach + _THICK + 1 :].mean())
    return float(run), float(sides)


def _meets(segment: Segment, end: float, others: _Crossers, within: float = _TOUCH) -> bool:
    """Whether a rule of the other direction is at one end of a rule."""
    import numpy as np

    place = float(segment.across[np.abs(segment.along - end).argmin()])
    return any(abs(_at(other, place) - end) <= within for other in others.near(place, end - _BOW, end + _BOW))


def _at(segment: Segment, along: float) -> float:
    import numpy as np

    return float(np.interp(along, segment.along, segment.across))


def _attached(found: list[Segment], others: list[Segment]) -> list[Segment]:
    """The rules that end at, or cross, rules of the other direction: underlines and dashes go, and stripes."""
    crossers = _crossers(others)
    kept = []
    for segment in found:
        ends = _meets(segment, segment.start, crossers) + _meets(segment, segment.end, crossers)
        crossing = crossers.near(segment.place, segment.start - _TOUCH, segment.end + _TOUCH)
        places = [other.place for other in crossing]
        if not places:
            continue
        first, last = min(places), max(places)
        if first - segment.start > _BEYOND and segment.end - last > _BEYOND:  # a stripe
            passing = any(min(segment.place - other.start, other.end - segment.place) > _PAST for other in crossing)
            if not passing and last - first > _SURE:  # it covers the rule at which the others end
                kept.append(_clipped(segment, first, last))
        elif ends == 2 or (len(places) >= 2 and not _loose(segment, first, last, found)):
            kept.append(segment)
    return kept


def _loose(segment: Segment, first: float, last: float, found: list[Segment]) -> bool:
    """Whether a short stroke hangs over at both ends, and no other stretch goes on with it: part of a seal's star."""
    if segment.length > _STAR or first - segment.start <= _TOUCH or segment.end - last <= _TOUCH:
        return False
    return not any(other is not segment and abs(other.place - segment.place) <= _SAME for other in found)


def _clipped(segment: Segment, start: float, end: float) -> Segment:
    import numpy as np

    along = np.concatenate([[start], segment.along[(segment.along > start) & (segment.along < end)], [end]])
    return Segment(along, np.interp(along, segment.along, segment.across))


def _clusters(found: list[Segment]) -> list[float]:
    """The places of rules, stretches of one rule taken together."""
    import numpy as np

    places: list[tuple[float, float]] = sorted((segment.place, max(segment.length, 0.1)) for segment in found)
    groups: list[list[tuple[float, float]]] = []
    for place, length in places:
        if groups:
            mean = np.average([p for p, _ in groups[-1]], weights=[n for _, n in groups[-1]])
            if place - mean <= _SAME:
                groups[-1].append((place, length))
                continue
        groups.append([(place, length)])
    return [float(np.average([p for p, _ in group], weights=[n for _, n in group])) for group in groups]


def _grid(
    straight: Straight, rows: list[Segment], columns: list[Segment], level_mask: Image, upright_mask: Image
) -> RuledGrid | None:
    import numpy as np

    ys, xs = _clusters(rows), _clusters(columns)
    if len(ys) < 2 or len(xs) < 2 or len(ys) > _MOST or len(xs) > _MOST or len(ys) + len(xs) < 5:
        return None
    if xs[-1] - xs[0] < _SMALLEST[0] or ys[-1] - ys[0] < _SMALLEST[1]:
        return None
    level = np.array([[_ruled(level_mask, y, xs[j], xs[j + 1]) for j in range(len(xs) - 1)] for y in ys])
    upright = np.array([[_ruled(upright_mask.T, x, ys[i], ys[i + 1]) for i in range(len(ys) - 1)] for x in xs])
    return lattice(straight, ys, xs, level, upright)


def lattice(straight: Straight, ys: list[float], xs: list[float], level: Any, upright: Any) -> RuledGrid | None:
    """The table with rules at these places (millimetres of the view); None where it has fewer than two cells.

    ``level``: for each y, between each x and the next, whether it is ruled there; ``upright``: the other way about.
    """
    spans = _spans(level, upright)
    if len(spans) < 2:
        return None
    spans, ys, xs = _compact(spans, ys, xs)
    cells = []
    for row, column, rowspan, colspan in spans:
        area = (xs[column], ys[row], xs[column + colspan], ys[row + rowspan])
        cells.append(RuledCell(row, column, rowspan, colspan, straight.corners(*area), area))
    return RuledGrid(len(ys) - 1, len(xs) - 1, tuple(cells), (xs[0], ys[0], xs[-1], ys[-1]))


def _ruled(mask: Any, place: float, start: float, end: float) -> bool:
    """Whether there is a rule at a place across, from one place along to another."""
    low, high = max(0, round((place - 0.9) * SCALE)), round((place + 0.9) * SCALE) + 1
    first, last = max(0, round((start + 0.4) * SCALE)), max(1, round((end - 0.4) * SCALE))
    part = mask[low:high, first : max(last, first + 1)]
    return bool(part.size and (part > 0).any(axis=0).mean() >= _WALL)


def _spans(level: Any, upright: Any) -> list[tuple[int, int, int, int]]:
    """The cells of the lattice after those without a rule between them are joined: row, column and spans."""
    import numpy as np

    rows, columns = level.shape[0] - 1, level.shape[1]
    label = np.full((rows, columns), -1)
    spans: list[tuple[int, int, int, int]] = []
    for row in range(rows):
        for column in range(columns):
            if label[row, column] >= 0:
                continue
            members, outside = _joined(row, column, level, upright)
            number = len(spans)
            for i, j in members:
                label[i, j] = number
            if outside:
                spans.append((-1, -1, 0, 0))
                continue
            top, left = min(i for i, _ in members), min(j for _, j in members)
            bottom, right = max(i for i, _ in members), max(j for _, j in members)
            if len(members) == (bottom - top + 1) * (right - left + 1):
                spans.append((top, left, bottom - top + 1, right - left + 1))
                continue
            spans.append((-1, -1, 0, 0))
            spans += _split(members)
    return sorted(span for span in spans if span[0] >= 0)


def _joined(row: int, column: int, level: Any, upright: Any) -> tuple[set[tuple[int, int]], bool]:
    """The lattice cells that no rule parts from this one, and whether they lie open to the outside."""
    rows, columns = level.shape[0] - 1, level.shape[1]
    members, outside = {(row, column)}, False
    waiting = [(row, column)]
    while waiting:
        i, j = waiting.pop()
        for ruled, other in (
            (level[i, j], (i - 1, j)),
            (level[i + 1, j], (i + 1, j)),
            (upright[j, i], (i, j - 1)),
            (upright[j + 1, i], (i, j + 1)),
        ):
            if ruled or other in members:
                continue
            if not (0 <= other[0] < rows and 0 <= other[1] < columns):
                outside = True
                continue
            members.add(other)
            waiting.append(other)
    return members, outside


def _split(members: set[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """A shape that is no rectangle in rectangles: runs of a row, equal runs below each other taken together."""
    runs: dict[tuple[int, int], list[int]] = {}
    for row in sorted({i for i, _ in members}):
        columns = sorted(j for i, j in members if i == row)
        start = columns[0]
        for here, following in zip(columns, [*columns[1:], -1], strict=True):
            if following != here + 1:
                runs.setdefault((start, here), []).append(row)
                start = following
    spans = []
    for (first, last), rows in runs.items():
        start = rows[0]
        for here, following in zip(rows, [*rows[1:], -1], strict=True):
            if following != here + 1:
                spans.append((start, first, here - start + 1, last - first + 1))
                start = following
    return spans


def _compact(
    spans: list[tuple[int, int, int, int]], ys: list[float], xs: list[float]
) -> tuple[list[tuple[int, int, int, int]], list[float], list[float]]:
    """The same without rows and columns at whose edge no cell begins or ends."""
    row_edges = sorted({edge for row, _, high, _ in spans for edge in (row, row + high)})
    column_edges = sorted({edge for _, column, _, wide in spans for edge in (column, column + wide)})
    at_row = {edge: index for index, edge in enumerate(row_edges)}
    at_column = {edge: index for index, edge in enumerate(column_edges)}
    kept = [
        (at_row[row], at_column[column], at_row[row + high] - at_row[row], at_column[column + wide] - at_column[column])
        for row, column, high, wide in spans
    ]
    return kept, [ys[edge] for edge in row_edges], [xs[edge] for edge in column_edges]
