"""A known form laid on a seen page: by its marks first, then drawn to the rules that are seen, piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from formgen.model import PageLayout, Slot
from parsers.scan.expected import Expected, expected_of
from parsers.scan.frames import frame_homographies
from parsers.scan.geometry import Bend, Bends, fitted, flat, homographies, moved
from parsers.scan.rules import SCALE, Rules, broken_rules_of, rules_of

if TYPE_CHECKING:
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import Image, Points

_CLOSE = 0.6  #: Millimetres: a rule so near to where it is expected is that rule.
_GOOD = 0.95  #: Share of the expected rules seen from which no other way is tried.
_STAGES = ((0, 3.0), (1, 2.5), (2, 2.5), (3, 2.0), (3, 1.2), (4, 1.0))  #: Degree of the bend, millimetres of search.
_LATE = 3  #: The stage at which a form begins whose rules are seen already where its marks lead to expect them.
_ABOUT = 8.0  #: Millimetres about the tables of a form in which its rules are sought.
_FEW = 150  #: Places on rules that are enough for the first, coarse steps.
_BROKEN = 0.8  #: Share below which rules are sought that a copier broke into dashes.
_POOR = 0.9  #: Share below which the page is searched for shifts and curls.
_STEEP = 0.02  #: Slope of a rule from which the page is straightened anew.
_ANCHORING = 12  #: Places on rules that a mark weighs as much as.
_MOST_BENT = 7.0  #: Millimetres; paper that is bent further is not to be told from another form.
_GUESSED = 14.0  #: The same where a mark is missing, so that its corner is a guess, but all rules and words agree:
_SURE = (0.95, 0.60, 0.98)  #: agreement, explained and print agreement.
_LEAST = (0.85, 0.50, 0.6)  #: Agreement, explained and print agreement from which places are relied on.
_LEAST_MARKED = (0.45, 0.50, 0.92)  #: The same where four marks agree: a worn copy of the very form …
_LEAST_WORN = (0.33, 0.55, 0.98)  #: … and where its paper lies flat besides: most rules may be lost, but not the words.
_WORDED = (0.50, 0.95)  #: Explained and print agreement of a form that is known by its words alone.
_FLAT = 1.5  #: Millimetres; another form is bent further to fit the rules.


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Where a slot of the form stands on the page."""

    slot: Slot
    corners: Points
    """Four, clockwise from the upper left one as printed, in pixels of ``SeenPage.image``: the image as it came."""
    residual: float  #: Millimetres between its edges and the rules seen there; 0 outside tables.
    seen: bool  #: At least three of its four rules are seen where they are expected; never outside tables.

    @property
    def box(self) -> tuple[int, ...]:
        """The corners as ``Locator.box`` has them."""
        return tuple(round(float(value)) for value in self.corners.ravel())


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """A form on a page."""

    layout: PageLayout
    placed: tuple[Placed, ...]  #: One per slot of the layout, in its order.
    agreement: float  #: Share of the expected rules that are seen within 0.6 mm, 0 to 1.
    explained: float  #: Share of the rules seen in the area of the table that the form expects.
    print_agreement: float  #: Correlation of the ink in printed cells with the text expected there; 1 if it has few.
    marks: int  #: How many marks were used.
    bend: float  #: Millimetres: how far, at most, the rules lie from where the marks (or the frame) led to expect them.
    quarters: int  #: Quarter turns counter-clockwise that make the image as it came upright.

    @property
    def consistent(self) -> bool:
        """Whether the places may be relied on; otherwise a person must look at the page."""
        figures = (self.agreement, self.explained, self.print_agreement)
        sure = 0 < self.marks < 4 and all(figure >= least for figure, least in zip(figures, _SURE, strict=True))
        if self.bend > (_GUESSED if sure else _MOST_BENT):
            return False
        bounds: tuple[tuple[float, ...], ...] = (_LEAST, _LEAST_MARKED) if self.marks >= 4 else (_LEAST,)
        if self.marks >= 4 and self.bend <= _FLAT and self.print_agreement < 1.0:  # 1.0: there is no print to go by
            bounds = (*bounds, _LEAST_WORN)
        return any(all(figure >= least for figure, least in zip(figures, bound, strict=True)) for bound in bounds)

    @property
    def likely(self) -> bool:
        """Whether it is the form, though where its cells are cannot be relied on: the words stand where they must."""
        worn = self.marks >= 4 and self.bend <= _FLAT
        return self.consistent or (worn and self.explained >= _WORDED[0] and self.print_agreement >= _WORDED[1])

    @property
    def score(self) -> float:
        """How well the form fits, for a choice among forms."""
        return (self.agreement + self.explained + max(0.0, self.print_agreement)) / 3


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    matrix: Any  #: From millimetres of the page as bent to pixels of the turned page.
    base: Bend  #: From millimetres of the straight view to those of the page as bent.
    rules: Rules
    solid: Rules  #: Without rules that are made up of dashes.
    bend: Bend
    seen: float  #: Share of the expected rules that are seen.
    marks: int

    def on_page(self, places: Points) -> Points:
        """Millimetres of the straight view as pixels of the turned page."""
        return moved(self.matrix, self.base(places))


def place(page: SeenPage, layout: PageLayout) -> Placement:
    """Where every slot of a form stands on a page. Never raises for what the page shows: see ``consistent``."""
    expected = expected_of(layout)
    best: _Fit | None = None
    for matrix, marks in _ways(page, layout, expected):
        fit = _fitted(page, layout, expected, matrix, marks)
        if best is None or _rank(fit, expected) > _rank(best, expected):
            best = fit
        if best.marks and best.seen >= _GOOD:
            break
    if best is None:
        return _nowhere(page, expected)
    return _placement(page, layout, expected, best)


def best_layouts(page: SeenPage, layouts: Iterable[PageLayout]) -> tuple[Placement, ...]:
    """The forms on a page whose code cannot be read, the likeliest first."""
    return tuple(sorted((place(page, layout) for layout in layouts), key=lambda item: -item.score))


def _rank(fit: _Fit, expected: Expected) -> float:
    return fit.seen + expected.printed_agreement(fit.rules, fit.bend) + (0.2 if fit.marks >= 4 else 0.0)


def _ways(page: SeenPage, layout: PageLayout, expected: Expected) -> Iterable[tuple[Any, int]]:
    known = {number for number, _, _ in layout.marks}
    count = sum(mark.id in known for mark in page.marks)
    ways = homographies(layout, page.marks)
    for matrix in ways:
        yield matrix, count if len(ways) == 1 else min(count - 1, 3)
    if ways and len(ways) == 1 and count >= 4:
        return  # they are surer than any frame
    for matrix in frame_homographies(page.grey, expected.frame, page.sure):
        yield matrix, 0


def straight_view(grey: Image, matrix: Any, width: float, height: float, bend: Bend | Bends | None = None) -> Image:
    """The page as if printed: ``SCALE`` pixels a millimetre. ``matrix``: from millimetres to pixels of ``grey``.

    ``bend``: how the paper is bent besides, in millimetres.
    """
    import cv2
    import numpy as np

    corner = np.array([[0, 0], [width, 0], [0, height]], np.float64)
    seen = moved(matrix, corner)
    density = max(np.linalg.norm(seen[1] - seen[0]) / width, np.linalg.norm(seen[2] - seen[0]) / height)
    source, shrink = grey, 1.0
    if density > 1.7 * SCALE:
        shrink = float(1.25 * SCALE / density)
        source = np.asarray(cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    half = (shrink - 1) / 2
    to_source = np.array([[shrink, 0, half], [0, shrink, half], [0, 0, 1]]) @ np.asarray(matrix)
    to_source = to_source @ np.diag([1 / SCALE, 1 / SCALE, 1])
    size = (round(width * SCALE), round(height * SCALE))
    if bend is not None:
        return _unbent(source, to_source, size, bend)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = cv2.warpPerspective(source, to_source, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(view, np.uint8)


def _unbent(source: Image, to_source: Any, size: tuple[int, int], bend: Bend | Bends) -> Image:
    import cv2
    import numpy as np

    step = 24
    columns, rows = size[0] // step + 2, size[1] // step + 2
    x, y = np.meshgrid(np.arange(columns) * step, np.arange(rows) * step)
    places = bend(np.column_stack([x.ravel(), y.ravel()]) / SCALE) * SCALE
    coarse = moved(to_source, places).reshape(rows, columns, 2).astype(np.float32)
    shift = np.array([[1, 0, (1 - step) / 2], [0, 1, (1 - step) / 2]])
    wide = (columns * step, rows * step)
    fine = cv2.warpAffine(
        cv2.resize(coarse, wide, interpolation=cv2.INTER_LINEAR), shift, size, borderMode=cv2.BORDER_REPLICATE
    )
    fine = np.asarray(fine, np.float32)
    view = cv2.remap(source, fine[:, :, 0], fine[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(view, np.uint8)


def _fitted(page: SeenPage, layout: PageLayout, expected: Expected, matrix: Any, marks: int) -> _Fit:
    import numpy as np

    anchors = np.array([[x, y] for _, x, y in layout.marks] if marks >= 4 else np.zeros((0, 2)), np.float64)
    base = flat(layout.width, layout.height)
    rules = _rules_about(page.grey, matrix, expected) if marks >= 4 else None
    view: Image | None = None
    if rules is None:
        view = straight_view(page.grey, matrix, layout.width, layout.height)
        rules = rules_of(view)
    bend, seen = _settled(rules, expected, base, anchors)
    if seen < _GOOD:
        if view is None:
            view = straight_view(page.grey, matrix, layout.width, layout.height)
        loose = rules_of(view, askew=True)
        starts = [bend, *(expected.likely_bends(loose, base) if seen < _POOR else ())]
        settled = [_settled(loose, expected, start, anchors) for start in starts]
        settled = [one for one in settled if marks < 4 or expected.moved_by(one[0]) <= _MOST_BENT] or [(bend, seen)]
        known, share = max(settled, key=lambda item: item[1])
        if known.steepest > _STEEP or share > seen + 0.02:
            straight = rules_of(straight_view(page.grey, matrix, layout.width, layout.height, known))
            rest, again = _settled(straight, expected, flat(layout.width, layout.height), anchors)
            if again > seen:
                base, rules, bend, seen = known, straight, rest, again
    if seen < _BROKEN:
        dashed = broken_rules_of(rules)
        rest, again = _settled(dashed, expected, flat(layout.width, layout.height), anchors)
        if again > seen + 0.1 and (marks < 4 or expected.moved_by(rest) <= _MOST_BENT):
            return _Fit(matrix, base, dashed, rules, rest, again, marks)
    return _Fit(matrix, base, rules, rules, bend, seen, marks)


def _rules_about(grey: Image, matrix: Any, expected: Expected) -> Rules:
    """The rules of the straight page, sought about the tables alone, which takes less time."""
    import numpy as np

    width, height = expected.layout.width, expected.layout.height
    frame = np.array(expected.frame) * SCALE
    low = np.floor(np.maximum(frame[:2] - _ABOUT * SCALE, 0))
    high = np.round(np.minimum(frame[2:] + _ABOUT * SCALE, np.array([width, height]) * SCALE))
    shift = np.eye(3)
    shift[:2, 2] = low / SCALE
    view = straight_view(grey, np.asarray(matrix) @ shift, *((high - low) / SCALE).tolist())
    return replace(rules_of(view), corner=(int(low[0]), int(low[1])))


def _settled(rules: Rules, expected: Expected, bend: Bend, anchors: Points) -> tuple[Bend, float]:
    """The bend drawn to the rules seen, in steps, and the share of the expected rules that it meets."""
    import numpy as np

    shares = [0.0]
    fixed = np.repeat(anchors, _ANCHORING, axis=0)
    curved = bool(np.any(bend.across[3:]) or np.any(bend.down[3:]))
    near = not curved and len(anchors) >= 4 and _share_near(rules, expected, bend) >= _GOOD
    for degree, reach in _STAGES[_LATE if near else 0 :]:
        if curved and degree < 3:
            continue
        parts, hits, total = [], 0, 0
        for upright, places in ((True, expected.upright), (False, expected.level)):
            if degree < 3:
                places = places[:: max(1, len(places) // _FEW)]
            now = bend(places)
            offset = rules.offsets(now, reach, upright=upright)
            axis = 0 if upright else 1
            known = ~np.isnan(offset)
            values = np.concatenate([(now[:, axis] - places[:, axis] + offset)[known], np.zeros(len(fixed))])
            terms = bend.terms(np.concatenate([places[known], fixed]))
            hits += int((np.abs(offset[known]) <= _CLOSE).sum())
            total += len(places)
            old = bend.across if upright else bend.down
            parts.append(fitted(terms, values, degree, max(0.35, reach / 3)) if known.sum() >= 12 else old)
        bend = Bend(bend.width, bend.height, parts[0], parts[1])
        shares.append(hits / max(total, 1))
    return bend, shares[-1]


def _share_near(rules: Rules, expected: Expected, bend: Bend) -> float:
    """The share of some places on rules where one is seen close by."""
    import numpy as np

    hits = total = 0
    for upright, places in ((True, expected.upright), (False, expected.level)):
        some = bend(places[:: max(1, len(places) // _FEW)])
        offset = rules.offsets(some, _CLOSE, upright=upright)
        hits += int(np.count_nonzero(~np.isnan(offset)))
        total += len(some)
    return hits / max(total, 1)


def _placement(page: SeenPage, layout: PageLayout, expected: Expected, fit: _Fit) -> Placement:
    import numpy as np

    corners = _snapped(layout.slots, expected, fit)
    residuals, seen, agreement = _checked(layout.slots, corners, fit.rules)
    on_page = fit.on_page(corners.reshape(-1, 2))
    original = page.original(on_page).reshape(-1, 4, 2)
    placed = tuple(
        Placed(slot, four, float(residual), bool(known))
        for slot, four, residual, known in zip(layout.slots, original, residuals, seen, strict=True)
    )
    sides = page.original(fit.on_page(np.array([[0, 0], [layout.width, 0]], np.float64)))
    along = sides[1] - sides[0]
    quarters = round(float(np.degrees(np.arctan2(along[1], along[0]))) / 90) % 4
    explained = expected.explained(fit.solid, corners)
    printed = expected.printed_agreement(fit.rules, fit.bend)
    ruled = np.array([slot.ruled for slot in layout.slots], bool)
    unbent = expected.corners.reshape(-1, 4, 2)
    bent = np.abs(fit.base(corners.reshape(-1, 2)).reshape(-1, 4, 2) - unbent)[ruled].max() if ruled.any() else 0.0
    return Placement(layout, placed, agreement, explained, printed, fit.marks, float(bent), quarters)


def _nowhere(page: SeenPage, expected: Expected) -> Placement:
    """Nothing on the page looks like the form: the slots stand where an unmoved page would have them."""
    import numpy as np

    layout, (height, width) = expected.layout, page.grey.shape
    four = page.original(expected.corners * np.array([width / layout.width, height / layout.height]))
    placed = [Placed(*one, 99.0, False) for one in zip(layout.slots, four.reshape(-1, 4, 2), strict=True)]
    return Placement(layout, tuple(placed), 0.0, 0.0, 0.0, 0, 0.0, page.quarters)


def _snapped(slots: Sequence[Slot], expected: Expected, fit: _Fit) -> Any:
    """The corners of the slots in millimetres of the straight view, (n, 4, 2)."""
    import numpy as np

    corners = fit.bend(expected.corners)
    ruled = np.repeat([slot.ruled for slot in slots], 4)
    reach = 1.6 if fit.rules is fit.solid else 0.6
    for axis, places in ((0, expected.upright), (1, expected.level)):
        offset = fit.rules.offsets(fit.bend(places), reach, upright=axis == 0)
        pull = expected.pulls[axis]
        known = ~np.isnan(offset[pull.places])
        corner, weight, values = pull.corners[known], pull.weights[known], offset[pull.places[known]]
        move = _weighted(corner, weight, values, len(corners))
        doubt = weight * np.exp(-(((values - move[corner]) / 0.4) ** 2))
        corners[:, axis] += np.where(ruled, _weighted(corner, doubt, values, len(corners)), 0.0)
    return corners.reshape(-1, 4, 2)


def _weighted(owners: Any, weights: Any, values: Any, count: int) -> Any:
    """The mean of the values of each owner, of whom there are so many; 0 without weight."""
    import numpy as np

    total = np.bincount(owners, weights, count)
    return np.where(total > 1e-3, np.bincount(owners, weights * values, count) / np.maximum(total, 1e-9), 0.0)


def _checked(slots: Sequence[Slot], corners: Any, rules: Rules) -> tuple[Any, Any, float]:
    """For each slot how far off its rules are, and whether they are seen; and the share of all edges that are."""
    import numpy as np

    shares = np.array([0.2, 0.35, 0.5, 0.65, 0.8])
    ruled = np.array([slot.ruled for slot in slots], bool)
    count = len(slots)
    off = np.full((count, 4, len(shares)), np.nan)
    for edge in range(4):
        start, end = corners[:, edge], corners[:, (edge + 1) % 4]
        points = start[:, None, :] + (end - start)[:, None, :] * shares[None, :, None]
        found = rules.offsets(points.reshape(-1, 2), 1.5, upright=edge % 2 == 1)
        off[:, edge] = np.abs(found).reshape(count, -1)
    met = (off <= _CLOSE).mean(axis=2) >= 0.6
    residual = np.where(np.isnan(off), 1.5, off)
    middle = np.sort(np.median(residual, axis=2), axis=1)[:, 2]  # three of the four edges are at least as near
    seen = (met.sum(axis=1) >= 3) & ruled
    agreement = float(met[ruled].mean()) if ruled.any() else 0.0
    return np.where(ruled, middle, 0.0), seen, agreement
