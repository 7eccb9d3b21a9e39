"""The answer cells of our own form on a page, before they are read: blank, filled, struck out, signed, sealed, red."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from parsers.scan import ink, red_pens, remnants, signatures, signs, stamped
from parsers.scan.levels import percentile
from parsers.scan.seals import Seals, seals_of
from parsers.scan.seen import SeenSlot
from parsers.scan.washing import washed

if TYPE_CHECKING:
    from parsers.scan.fields import FieldRule
    from parsers.scan.page import SeenPage
    from parsers.scan.pages import Image, Points
    from parsers.scan.snapping import Placed, Placement

_INSET = -0.25  #: Millimetres that are cut off the rim of a cell.
_LINE = 6.0  #: Millimetres: a longer stroke along the foot of a blank is the line that is printed there.
_LOW = 0.7  #: Of the height of a blank: the line runs below, a strike-out above.
_RIM = 0.8  #: Millimetres from the upper edge within which the rule of a table may run.
_WITHIN = 0.6  #: Millimetres from the edges of a cell within which its rules run.
_SPECK = 0.3  #: Millimetres: the least ink that may be what a copier has left of a figure.
_FAR = 1e6  #: Pixels: no corner of a sheet lies so far off.
_CLEAN = 30.0  #: Grey steps: paper varies by as much, ink is darker by more.


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """What is seen in a cell without reading it."""

    slot: SeenSlot
    view: Image | None = None  #: Its picture, grey, ``ink.DENSITY`` pixels a millimetre; None where it is blank.
    crossing: float = 0.0  #: How probable it is that something in it is crossed out; of figures only.


class Cells:
    """The cells of one page. Seals and writing in red are looked for once, where a cell asks for them."""

    def __init__(self, page: SeenPage, placement: Placement) -> None:
        self.sheet = washed(page)
        self._page = page
        self._density = _pixels_a_millimetre(placement)
        self._placement = placement

    @cached_property
    def _seals(self) -> Seals:
        return seals_of(self.sheet, self._density, self._paper)

    @cached_property
    def _pen(self) -> red_pens.Pen | None:
        frame = self.sheet.red_frame
        if frame is None:
            return None
        return red_pens.red_pen(self._page.image.pixels, self._density, self._paper, frame)

    @cached_property
    def _paper(self) -> Points | None:
        return paper_of(self._placement)

    @cached_property
    def _through_green(self) -> SeenPage:
        return red_pens.through_green(self._page)

    def seen(self, found: Placed, rule: FieldRule, room: float | None) -> Cell:
        """One cell. ``room``: millimetres that a blank outside the tables may be written on."""
        slot, printed = SeenSlot(found.slot, found.box), bool(found.slot.text)
        red = self._pen is not None and red_pens.inked_red(self._pen, found.corners, found.slot.width)
        if not red and not printed and not rule.sealed and _bare(self.sheet.page.image.pixels, found):
            return Cell(slot)
        view = _cut(self.sheet.page, found, room)
        only_red = red and red_pens.alone(self._pen, self.sheet.red, found.corners, found.slot.width)
        if only_red and (rule.sort in ("box", "text") or not ink.filled(view).filled):
            view = _cut(self._through_green, found, room)
        reddened = self.sheet.reddened(found.corners)
        filled, doubt, speck = printed, "", False
        if not printed:
            written = ink.filled(view, broken=not reddened)
            filled = written.filled and not self._stamped(found, rule, view, written)
            broken = rule.sort == "text" and written.broken
            doubt = remnants.DOUBT if written.faint else remnants.BROKEN if broken else ""
            speck = not filled and written.largest >= _SPECK
        slot = replace(slot, filled=filled, red=red, doubt=doubt, speck=speck)
        if rule.sealed:
            slot = replace(slot, sealed=self._seals.on(found.corners, written=only_red))
        if rule.signed:
            rests = reddened and not only_red
            signed = signatures.signed(self._page, found, view, -_INSET, red=rests, seen=self._seals)
            slot = replace(slot, signed=signed)
        if not filled:
            return Cell(slot)
        words = rule.sort in ("choice", "name")
        slot = replace(slot, struck=words and signs.struck_out(view, ink.DENSITY, words=True))
        return Cell(slot, view, signs.crossing(view, ink.DENSITY) if rule.figure else 0.0)

    def _stamped(self, found: Placed, rule: FieldRule, view: Image, written: ink.Ink) -> bool:
        """Whether all that is in a cell for remarks of a grey page is a seal."""
        if self.sheet.red is not None or rule.sort != "text" or not found.slot.ruled:
            return False
        pale = stamped.is_pale(view)
        if not pale and (written.largest < ink.FILLED or not stamped.crosses(view)):
            return False
        return not ink.filled(stamped.beside(view, found, self._seals, -_INSET, words=pale), broken=pale).filled


def _cut(page: SeenPage, found: Placed, width: float | None) -> Image:
    """The picture of an answer: within its rules, or with some room where there are none."""
    import numpy as np

    if found.slot.ruled:
        return ink.crop(page, found, _INSET)
    if width is not None and width > found.slot.width:
        share = width / found.slot.width
        corners = found.corners.copy()
        corners[1] = corners[0] + (corners[1] - corners[0]) * share
        corners[2] = corners[3] + (corners[2] - corners[3]) * share
        found = replace(found, slot=replace(found.slot, width=width), corners=np.asarray(corners))
    return _without_line(ink.crop(page, found, 0.0), ink.DENSITY)


def _without_line(view: Image, density: float) -> Image:
    """The picture of a blank without the line that people write on, which runs below the writing."""
    import cv2
    import numpy as np

    dark = cv2.dilate(ink.dark_mask(view), np.ones((3, 1), np.uint8))
    line = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, round(_LINE * density)), np.uint8)))
    line[round(_RIM * density) : round(_LOW * line.shape[0])] = 0
    grown = cv2.dilate(line, np.ones((3, 9), np.uint8))
    result = view.copy()
    result[np.asarray(grown) > 0] = int(percentile(view, 80))
    return result


def _bare(pixels: Image, found: Placed) -> bool:
    """Whether a cell is so clean that nothing can be written there: no pixel is much darker than its paper.

    Looked at without straightening it, within its rules; False wherever that does not decide it.
    """
    if not found.slot.ruled or min(found.slot.width, found.slot.height) < 3 * _WITHIN:
        return False
    unit = found.corners[1] - found.corners[0]
    rim = _WITHIN * float((unit**2).sum()) ** 0.5 / found.slot.width
    x, y = sorted(found.corners[:, 0]), sorted(found.corners[:, 1])
    left, right, upper, lower = x[1] + rim, x[2] - rim, y[1] + rim, y[2] - rim
    if (right - left) < 0.8 * (x[3] - x[0]) - 2 * rim or (lower - upper) < 0.8 * (y[3] - y[0]) - 2 * rim:
        return False  # too far from level
    part = pixels[max(0, int(upper)) : int(lower) + 1, max(0, int(left)) : int(right) + 1]
    return bool(part.size) and int(part.min()) > percentile(part, 80) - _CLEAN


def paper_of(placement: Placement) -> Points | None:
    """The corners of the sheet in pixels of the page, by where its cells lie; None where they do not tell."""
    import cv2
    import numpy as np

    layout = placement.layout
    if len(placement.placed) < 4:
        return None
    slots = [(s.x, s.y, s.width, s.height) for s in (one.slot for one in placement.placed)]
    printed = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in slots]
    seen = np.concatenate([one.corners for one in placement.placed])
    matrix, _ = cv2.findHomography(np.array(printed, np.float64).reshape(-1, 2), seen, 0)
    if np.size(matrix) != 9:
        return None
    edges = np.array([[(0, 0), (layout.width, 0), (layout.width, layout.height), (0, layout.height)]], np.float64)
    corners = np.asarray(cv2.perspectiveTransform(edges, matrix)[0])
    return corners if np.abs(corners).max() < _FAR else None


def _pixels_a_millimetre(placement: Placement) -> float:
    import numpy as np

    found = [one for one in placement.placed if one.slot.ruled and one.slot.width > 1][:20]
    lengths = [float(np.linalg.norm(one.corners[1] - one.corners[0])) / one.slot.width for one in found]
    return float(np.median(lengths)) if lengths else 0.0
