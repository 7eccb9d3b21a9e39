"""The rules of a worn copy: a copier has left dashes of them, which stand in long rows and free of all writing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from parsers.scan.geometry import flat
from parsers.scan.rules import SCALE, Rules, ink_mask
from parsers.scan.snapping import straight_view
from parsers.scan.straightening import as_it_lies
from parsers.scan.tables import RuledGrid, lattice
from parsers.scan.washing import without_stripes

if TYPE_CHECKING:
    from parsers.scan.pages import Image
    from parsers.scan.straightening import Straight

_THIN = 0.6  #: Millimetres: a dash is not thicker.
_DASH = 0.9  #: Millimetres: nor is it shorter.
_AROUND = 3.0  #: Millimetres about a dash …
_FREE = 0.03  #: … in which no more than this share is other ink.
_STEEPEST = 6.0  #: Degrees of skew that are looked for.
_ROW = 0.5  #: Millimetres: dashes of one rule are so near to one line.
_FEW = 30  #: Dashes that no table is made of.
_LEAST = 6.0  #: Millimetres of dashes in a rule at least.
_APART = (1.5, 4.0)  #: Millimetres: two level rules, or two upright ones, are farther apart.
_CROSSED = 0.4  #: So much of the dashes of a rule may go across it, of characters it is more; and besides …
_CROSSING = 0.6  #: … so many millimetres for each rule of the other direction.
_BIN = 8.0  #: Millimetres: of such stretches of a rule …
_EVEN = 0.2  #: … this share has a dash at least.
_LONG = 40.0  #: Millimetres: a rule is not shorter …
_LONG_SHARE = 0.3  #: … nor than this share of the table.
_NEAR = 1.5  #: Millimetres from a rule across within which no character stands …
_BY = 0.35  #: … and dashes do, in this share of what chance would have there.
_SHORT = 12.0  #: Millimetres of a cell's side without a dash that may be chance.
_LEAN = 0.7  #: Millimetres by which a dash may lie beside its rule, which is not quite level.
_CHANCE = 2.5  #: So many dashes of a rule would be on the side of a cell: that none is left may be chance if fewer.
_EDGE = 8.0  #: Millimetres from which the outermost rule may be lost.
_MOST = 60  #: Rules in one direction.


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A row of dashes: pixels of the view, turned so that it is level."""

    place: int
    start: int
    end: int


def dashed(straight: Straight) -> tuple[Straight, RuledGrid] | None:
    """The same page, turned so that its dashes are level, and the table that they were; None where they make none.

    Each side of a cell is ruled where a dash of it is left. How the page was made straight before is
    left aside: there were no rules to do it by.
    """
    import numpy as np

    page = replace(straight.page, grey=without_stripes(straight.page.grey))
    plain, width, height = as_it_lies(page)
    pieces = _pieces(ink_mask(straight_view(page.grey, plain, width, height)))
    if len(pieces[0]) + len(pieces[1]) < _FEW:
        return None
    turn = np.radians(_skew(*pieces))
    middle = np.array([width, height]) / 2
    matrix = np.eye(3)
    matrix[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    matrix[:2, 2] = middle - matrix[:2, :2] @ middle
    whole = np.asarray(plain) @ matrix
    level = straight_view(page.grey, whole, width, height)
    ink = ink_mask(level)
    view = replace(straight, page=page, image=level, matrix=whole, bends=(flat(width, height),))
    grid = _grid(view, ink)
    return (replace(view, rules=Rules(ink, np.zeros_like(ink), np.zeros_like(ink))), grid) if grid else None


def _pieces(ink: Image) -> tuple[Any, Any]:
    """The middles of the level dashes and of the upright ones, in millimetres: (n, 2) each."""
    import cv2
    import numpy as np

    _, _, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high = np.asarray(stats)[1:, 2] / SCALE, np.asarray(stats)[1:, 3] / SCALE
    places = np.asarray(middles)[1:] / SCALE
    level = (high <= 1.2 * _THIN) & (wide >= _DASH) & (wide >= 2 * high)
    upright = (wide <= 1.2 * _THIN) & (high >= _DASH) & (high >= 2 * wide)
    return places[level], places[upright]


def _skew(level: Any, upright: Any) -> float:
    """By how many degrees the dashes fall to the right: so turned they stand in the fewest rows and columns."""
    import numpy as np

    def gathered(angle: float) -> float:
        turn = np.radians(angle)
        amount = 0.0
        for places, axis in ((level, 1), (upright, 0)):
            if len(places):
                other = places[:, 1 - axis] * (np.sin(turn) if axis else -np.sin(turn))
                line = places[:, axis] * np.cos(turn) - other
                for offset in (0.0, 0.5):
                    bins = np.floor(line / _ROW + offset).astype(int)
                    amount += float((np.bincount(bins - bins.min()).astype(float) ** 2).sum())
        return amount

    coarse = max(np.arange(-_STEEPEST, _STEEPEST + 0.1, 0.2), key=gathered)
    return float(max(np.arange(coarse - 0.2, coarse + 0.21, 0.04), key=gathered))


def _grid(view: Straight, ink: Image) -> RuledGrid | None:
    """The table whose dashes are left; None where rows of dashes make none."""
    import numpy as np

    turned = np.ascontiguousarray(ink.T)
    level_dashes = _dashes(ink)
    levels = _lines(ink, level_dashes, [])
    if len(levels) < 3:
        return None
    bare = ink.copy()  # the rules that are known crowd no dash of those across them
    for line in levels:
        bare[max(0, line.place - 3) : line.place + 4, line.start : line.end] = 0
    upright_dashes = _dashes(np.ascontiguousarray(bare.T))
    uprights = _lines(turned, upright_dashes, [line.place for line in levels])
    if len(uprights) < 2:
        return None
    levels = _reached(levels, uprights)
    rows = _with_ends([line.place for line in levels], [(line.start, line.end) for line in uprights])
    columns = _with_ends([line.place for line in uprights], [(line.start, line.end) for line in levels])
    strokes = _thin_strokes(ink)
    level = [_ruled(y, columns, strokes, ink, outer=y in (rows[0], rows[-1]), level=True) for y in rows]
    strokes = _thin_strokes(turned)
    upright = [_ruled(x, rows, strokes, turned, outer=x in (columns[0], columns[-1]), level=False) for x in columns]
    ys, xs = [y / SCALE for y in rows], [x / SCALE for x in columns]
    return lattice(view, ys, xs, np.array(level), np.array(upright))


def _reached(levels: list[_Line], uprights: list[_Line]) -> list[_Line]:
    """The level rules that the upright ones come near to: others are rows of characters beside the table."""
    import numpy as np

    room = _BIN * SCALE
    first = float(np.quantile([line.start for line in uprights], 0.2)) - room
    last = float(np.quantile([line.end for line in uprights], 0.8)) + room
    return [line for line in levels if first <= line.place <= last] or levels


def _thin_strokes(ink: Image) -> Image:
    """The level strokes that are thin."""
    import cv2
    import numpy as np

    run = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, round(_DASH * SCALE)), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(run, np.uint8), connectivity=8)
    thin = np.asarray(stats)[:, 3] <= _THIN * SCALE
    thin[0] = False
    return np.where(thin[np.asarray(labels)], 255, 0).astype(np.uint8)


def _dashes(ink: Image) -> Image:
    """The level strokes that are thin and stand free."""
    import cv2
    import numpy as np

    kept = _thin_strokes(ink)
    other = cv2.subtract(ink, np.asarray(cv2.dilate(kept, np.ones((5, 5), np.uint8)), np.uint8))
    side = round(_AROUND * SCALE)
    crowded = np.asarray(cv2.blur(other, (side, side)), np.uint8)
    return np.where((kept > 0) & (crowded < _FREE * 255), 255, 0).astype(np.uint8)


def _lines(ink: Image, dashes: Image, across: list[int]) -> list[_Line]:
    """The rows of dashes that are rules, in order: long and even, with little going across them.

    ``across``: where the rules of the other direction are, from which these are known: near to them, too, there are
    dashes, and no characters.
    """
    import numpy as np

    half = max(1, round(_ROW * SCALE / 2))
    reach = across[-1] - across[0] if across else 0
    same, apart = round(_APART[0] * SCALE), round(_APART[bool(across)] * SCALE)
    near = np.zeros(ink.shape[1], bool)
    for place in across:
        near[max(0, place - round(_NEAR * SCALE)) : place + round(_NEAR * SCALE)] = True
    amount = np.convolve((dashes > 0).sum(axis=1), np.ones(2 * half + 1), "same") / SCALE
    found: list[_Line] = []
    for _ in range(_MOST):
        if amount.max(initial=0.0) < _LEAST:
            break
        place = int(amount.argmax())
        along = np.flatnonzero((dashes[max(0, place - half) : place + half + 1] > 0).any(axis=0))
        amount[max(0, place - same) : place + same + 1] = 0
        first, last = int(along[0]), int(along[-1])
        bins = np.unique((along - first) // round(_BIN * SCALE))
        even = len(bins) * _BIN * SCALE / max(last - first, reach * _LONG_SHARE)
        if last - first < max(_LONG * SCALE, _LONG_SHARE * reach) or even < _EVEN:
            continue
        if _crossed(ink, place, first, last) > _CROSSED * len(along) + _CROSSING * SCALE * len(across):
            continue
        if across and near[along].mean() < _BY * near[first : last + 1].mean():
            continue
        amount[max(0, place - apart) : place + apart + 1] = 0
        found.append(_Line(place, first, last))
    return sorted(found, key=lambda line: line.place)


def _crossed(ink: Image, place: int, first: int, last: int) -> int:
    """Over how many pixels of a row something goes across it: words do, and rules of the other direction hardly."""

    def inked(low: float, high: float) -> Any:
        rows = ink[max(0, place + round(low * SCALE)) : max(1, place + round(high * SCALE) + 1), first:last]
        return (rows > 0).any(axis=0)

    return int((inked(-0.3, 0.3) & (inked(-1.2, -0.6) | inked(0.6, 1.2))).sum())


def _with_ends(places: list[int], crossing: list[tuple[int, int]]) -> list[int]:
    """The places of the rules of one direction, with the outermost ones where all that is left of them is that the
    others begin or end there."""
    import numpy as np

    first = float(np.quantile([start for start, _ in crossing], 0.2))  # a rule that is worn begins later
    last = float(np.quantile([end for _, end in crossing], 0.8))
    found = list(places)
    if found[0] - first > _EDGE * SCALE:
        found.insert(0, round(first))
    if last - found[-1] > _EDGE * SCALE:
        found.append(round(last))
    if abs(found[0] - first) <= _APART[1] * SCALE:
        found[0] = min(found[0], round(first))
    if abs(found[-1] - last) <= _APART[1] * SCALE:
        found[-1] = max(found[-1], round(last))
    return found


def _ruled(place: int, along: list[int], strokes: Image, ink: Image, *, outer: bool, level: bool) -> list[bool]:
    """Whether the sides of cells at a place are ruled, from one crossing rule to the next: those with a dash; those
    without where chance may have left none, and no words stand across. An upright rule goes on unless words do."""
    import numpy as np

    half = max(1, round(_ROW * SCALE / 2)) + 1
    low, high = max(0, place - half), place + half + 1
    inset = round(0.8 * SCALE)
    reach = round(_LEAN * SCALE)
    inked = np.asarray((strokes[max(0, place - reach) : place + reach + 1] > 0).any(axis=0), np.int8)
    begun = np.diff(inked, prepend=0) > 0
    sides = list(pairwise(along))
    ruled = [bool(inked[start:end].any()) for start, end in sides]
    length = sum(end - start for (start, end), one in zip(sides, ruled, strict=True) if one)
    often = int(begun[along[0] : along[-1]].sum()) / max(length, 1)
    for number, (start, end) in enumerate(sides):
        chance = often * (end - start) < _CHANCE or end - start < _SHORT * SCALE or not level
        if not ruled[number] and chance:
            ruled[number] = not bool((ink[low:high, start + inset : end - inset] > 0).any())
    return [one or outer for one in ruled]
