"""Writing on the rule between two cells, which neither of them holds: a figure 1 drawn exactly on the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from formgen.model import Form, Slot
from parsers.scan.fields import rule_of
from parsers.scan.levels import counted, counts_of
from parsers.scan.seen import SeenSlot

if TYPE_CHECKING:
    from parsers.scan.pages import Image
    from parsers.scan.snapping import Placed
    from parsers.scan.washing import Washed

DOUBT = "格线上有笔迹，看不出写在哪一格"  #: Why such a cell is doubtful.
_DENSITY = 8.0  #: Pixels a millimetre of the strip along a rule that is looked at.
_REACH = 2.0  #: Millimetres to either side of it.
_ENDS = 1.4  #: Millimetres of it at either end where other rules begin.
_ASTRAY = 0.8  #: Millimetres by which it may run beside its place.
_CONTRAST = 60  #: Grey steps by which ink is darker than the paper at least …
_INKED = 0.45  #: … and a share of what the darkest is.
_THICKER = 0.25  #: Millimetres by which ink on it makes it thicker than it is elsewhere …
_THICKEST = 0.5  #: … and at one place at least …
_LONG = 1.5  #: … over so many millimetres, or so far across it …
_SOLID = 0.7  #: … and so much of its length without gaps,
_GAP = 1.0  #: where it leaves the rule on one side and comes out on the other.
_LONGEST = 8.0  #: Millimetres: what goes on farther is no figure …
_PART = 0.85  #: … nor what takes so much of the rule,
_THIN = 25  #: of which as many per cent, at the least, show how thick it is elsewhere.
_BEYOND = 1.2  #: Millimetres: what reaches so far into a cell that holds something, …
_MORE = 0.4  #: … and by so much farther than into the blank one, is written there.


@dataclass(frozen=True, slots=True)
class Bulge:
    """Where a rule is thicker than elsewhere; millimetres."""

    length: float  #: Along it.
    inked: float  #: Of that length is thicker.
    inward: float  #: From its middle into the cell.
    outward: float
    usual: float  #: How thick the rule is elsewhere.
    rule: float  #: How long the part of it is that was looked at.

    @property
    def written(self) -> bool:
        """Whether it is as large as a stroke of a figure."""
        across = self.inward + self.outward
        if not self.usual + _THICKEST <= across + 1 / _DENSITY or self.length > min(_LONGEST, _PART * self.rule):
            return False
        return across >= _LONG or (self.length >= _LONG and self.inked >= _SOLID)


def doubted(sheet: Washed, placed: Sequence[Placed], slots: Sequence[SeenSlot], form: Form) -> list[SeenSlot]:
    """The slots of a page (``placed`` says where), those doubtful that are blank with writing on one of their rules.

    What reaches farther into a printed or filled cell beside belongs there. Cells of free words are left out, and those
    on which a seal lies.
    """
    found = list(slots)
    for place, (one, slot) in enumerate(zip(placed, slots, strict=True)):
        plain = one.slot.ruled and one.slot.tags and not (slot.filled or slot.red or one.slot.text)
        if plain and rule_of(form, one.slot.tags[0]).sort not in ("box", "text") and not sheet.reddened(one.corners):
            edges = ((edge, strip_of(sheet.page.image.pixels, one, edge)) for edge in range(4))
            if any(_writes(strip, one.slot, edge, slots) for edge, strip in edges if strip is not None):
                found[place] = replace(slot, doubt=DOUBT)
    return found


def _writes(strip: Image, slot: Slot, edge: int, slots: Sequence[SeenSlot]) -> bool:
    for bulge in bulges(strip):
        if bulge.written:
            far = bulge.outward >= _BEYOND and bulge.outward > bulge.inward + _MORE
            if not far or not _held(_beside(slot, edge), slots):
                return True
    return False


def _beside(slot: Slot, edge: int) -> tuple[float, float]:
    """A place a millimetre beyond an edge (0 the upper one, then clockwise), in millimetres of the form."""
    x, y = slot.x + slot.width / 2, slot.y + slot.height / 2
    return ((x, slot.y - 1), (slot.x + slot.width + 1, y), (x, slot.y + slot.height + 1), (slot.x - 1, y))[edge]


def _held(place: tuple[float, float], slots: Sequence[SeenSlot]) -> bool:
    """Whether a place lies in a cell in which something is printed or written."""
    for one in slots:
        slot = one.slot
        inside = slot.x <= place[0] <= slot.x + slot.width and slot.y <= place[1] <= slot.y + slot.height
        if slot.ruled and inside:
            return one.filled or bool(slot.text) or not slot.tags
    return False


def strip_of(pixels: Image, one: Placed, edge: int) -> Image | None:
    """The rule along an edge of a cell, level, the inside of the cell above it; None where the edge is too short."""
    import cv2
    import numpy as np

    start, end = one.corners[edge], one.corners[(edge + 1) % 4]
    inward = one.corners[(edge + 3) % 4] - start
    printed = one.slot.height if edge % 2 else one.slot.width
    long = printed - 2 * _ENDS
    if long < 2 * _LONG:
        return None
    step = (end - start) / printed / _DENSITY
    across = -inward / max(float(np.hypot(*inward)), 1e-6) * float(np.hypot(*step))
    size = (round(long * _DENSITY), round(2 * _REACH * _DENSITY) + 1)
    first = start + step * _ENDS * _DENSITY - across * (size[1] // 2)
    matrix = np.column_stack([step, across, first]).astype(np.float32)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(pixels, matrix, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def bulges(strip: Image) -> list[Bulge]:
    """Where the rule along the middle of a strip is thicker than it is elsewhere."""
    import numpy as np

    counts = counts_of(strip)
    paper, darkest = counted(counts, 80), counted(counts, 0.5)
    if paper - darkest < _CONTRAST:
        return []
    dark = strip < paper - _INKED * (paper - darkest)
    middle, astray = dark.shape[0] // 2, round(_ASTRAY * _DENSITY)
    near = np.arange(middle - astray, middle + astray + 1)
    near = near[np.argsort(np.abs(near - middle), kind="stable")]
    row = near[dark[near].argmax(axis=0)]
    on = dark[row, np.arange(dark.shape[1])]
    if not on.any():
        return []
    most, thicker = dark.sum(axis=0), _THICKER * _DENSITY
    if most.max() < np.percentile(most[on], _THIN) + thicker and on.mean() >= 0.5:
        return []
    up, down = _reach(dark, row, on, -1), _reach(dark, row, on, 1)
    thick = np.where(on, up + down + 1, 0)
    usual = int(np.percentile(thick[on], _THIN)) if on.mean() >= 0.5 else 2
    places = np.flatnonzero(thick >= usual + thicker)
    return [
        Bulge(
            (part[-1] + 1 - part[0]) / _DENSITY,
            len(part) / _DENSITY,
            float(up[part].max()) / _DENSITY,
            float(down[part].max()) / _DENSITY,
            usual / _DENSITY,
            dark.shape[1] / _DENSITY,
        )
        for part in _runs(places)
    ]


def _reach(dark: Any, row: Any, on: Any, sign: int) -> Any:
    """For each column by how many pixels the ink goes on from a row, up (-1) or down (1)."""
    import numpy as np

    high, columns = dark.shape[0], np.arange(dark.shape[1])
    reach, alive = np.zeros(dark.shape[1], int), on.copy()
    for step in range(1, high):
        at = row + sign * step
        alive &= (at >= 0) & (at < high) & dark[np.clip(at, 0, high - 1), columns]
        if not alive.any():
            break
        reach += alive
    return reach


def _runs(places: Any) -> Iterator[Any]:
    """Numbers in a row, small gaps left in."""
    import numpy as np

    if len(places):
        yield from np.split(places, np.flatnonzero(np.diff(places) > _GAP * _DENSITY + 1) + 1)
