"""Printed boxes to be ticked: what a picture shows of them, as a text that the parsers of the forms understand.

A box is a closed square of like height and breadth that stands free. Whether words beside it make it a choice is known
only when they have been read: 口 looks the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parsers.forms.choices import GRADES
from parsers.scan.lines import inked, placed_lines

if TYPE_CHECKING:
    from formgen.model import Form
    from parsers.scan.pages import Image
    from parsers.scan.recogniser import Text
    from parsers.scan.seen import Box

_SIDE = (2.3, 6.2)  #: Millimetres: the sides of boxes.
_RUN = 1.6  #: Millimetres of straight stroke without a break, from which the sides of a box are made.
_SQUARE = 1.25  #: The longer side by the shorter one, and the largest box of a cell by the middle one.
_DRAWN = 0.9  #: Share of each side that must be drawn.
_FREE = 0.22  #: Of the side: within so much above and below there is nothing but what crosses the box.
_BEYOND = 1.2  #: Of the side: so far beside a box a stroke through it belongs to the tick.
_OUTLINE = 0.3  #: Millimetres at least that the outline takes of the inside.
_LINE = 0.4  #: Share of a side up to which a row of pixels is part of the outline.
_NOTHING = 0.02  #: Share of the inside that is ink in an empty box at most …
_TICK = 0.05  #: … in a ticked one at least …
_LONG = 0.45  #: … and over how much of its side the ink reaches.
_UNCLEAR = 0.4  #: The confidence of a reading that hangs on a little ink.
_APART = 0.5  #: Of the side: a wider gap beside a box is a blank.
CLEAR = 0.99  #: The confidence of boxes that are clearly empty or ticked.
_WORDS = ("是", "否", "有", "无", "男", "女")


@dataclass(frozen=True, slots=True)
class Choice:
    """A cell with boxes, in reading order."""

    parts: tuple[str | int | Image, ...]
    """``□``, ``☑``, a blank or a line break; the pictures of the words between; the numbers of lines without boxes."""
    confidence: float  #: That each box is what it is said to be.

    @property
    def words(self) -> list[Image]:
        """The pictures of words."""
        return [part for part in self.parts if not isinstance(part, str | int)]

    def text(self, lines: Sequence[str], said: Sequence[str], known: frozenset[str]) -> str | None:
        """The text of the cell, None where no box stands beside a known word.

        ``lines``: what was read on all its lines; ``said``: on the pictures.
        """
        left = iter(said)
        parts = [
            part if isinstance(part, str) else lines[part].strip() if isinstance(part, int) else next(left).strip()
            for part in self.parts
        ]
        words = [word for word in said if word.strip()]
        bare = [part.strip("（）()：:；;，,、。. ") for part in words]
        ends = [part for part in bare for word in known if len(word) > 1 and part.endswith(word)]
        if words and not ends and not known & set(bare):
            return None
        return "".join(parts).strip()


@dataclass(frozen=True, slots=True)
class _Square:
    """A box: pixels of the view, its right and lower edges outside."""

    left: int
    upper: int
    right: int
    lower: int
    share: float  #: Of its inside that is ink.
    reach: float  #: Of its side, over which that ink reaches.

    @property
    def side(self) -> int:
        return max(self.right - self.left, self.lower - self.upper)

    @property
    def empty(self) -> bool:
        return self.share < _NOTHING

    @property
    def unclear(self) -> bool:
        return not self.empty and (self.share < _TICK or self.reach < _LONG)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is ticked on a page."""

    boxes: Mapping[Box, tuple[str, float]]  #: The cells with boxes: their texts and confidences.
    words: frozenset[str]  #: Those to choose from.


def chosen(choices: Mapping[Box, tuple[int, int, Choice]], texts: Sequence[Text], known: frozenset[str]) -> Marks:
    """The cells with boxes beside known words. ``choices``: by cell where its lines begin among the ``texts``, and
    where the words beside its boxes do."""
    found: dict[Box, tuple[str, float]] = {}
    for box, (first, words, choice) in choices.items():
        lines, said = texts[first:words], texts[words : words + len(choice.words)]
        text = choice.text([one.text for one in lines], [one.text for one in said], known)
        if text is not None:
            found[box] = text, min([choice.confidence, *(one.confidence for one in said)])
    return Marks(found, known)


def known_words(forms: Iterable[Form]) -> frozenset[str]:
    """The words that are chosen on forms."""
    return frozenset((*GRADES, *_WORDS, *(word for form in forms for word in form.judgements)))


def choice_of(view: Image, density: float) -> Choice | None:
    """The boxes of a cell (``density`` pixels a millimetre) and the words beside them; None where there are none."""
    import numpy as np

    squares = _squares(view, density)
    if not squares:
        return None
    wiped = _wiped(view, squares, density)
    parts: list[str | int | Image] = []
    for line, (top, strip) in enumerate(placed_lines(view, density)):
        here = [one for one in squares if top <= (one.upper + one.lower) / 2 < top + strip.shape[0]]
        ends = [0, *(edge for one in here for edge in (one.left, one.right)), view.shape[1]]
        parts += ["\n"] if parts else []
        if not here:
            parts.append(line)
            continue
        bare, side = wiped[top : top + strip.shape[0]], here[0].side
        dark = inked(bare, density)
        for number, (start, end) in enumerate(zip(ends[::2], ends[1::2], strict=True)):
            columns = np.flatnonzero(dark[:, start:end].any(axis=0)) + start
            if len(columns) and columns[-1] - columns[0] >= 0.5 * density:
                room = round(0.6 * density)
                first, last = max(0, int(columns[0]) - room), int(columns[-1]) + room
                piece = np.ascontiguousarray(bare[:, first:last])
                before = number > 0 and columns[0] - start > _APART * side
                after = number < len(here) and end - columns[-1] > _APART * side
                parts += [*([" "] if before else []), piece, *([" "] if after else [])]
            if number < len(here):
                parts.append("□" if here[number].empty else "☑")
    if sum(isinstance(part, str) and part in "□☑" for part in parts) < len(squares):
        return None
    return Choice(tuple(parts), _UNCLEAR if any(one.unclear for one in squares) else CLEAR)


def without_boxes(view: Image, density: float) -> Image:
    """A cell without its boxes and what crosses them."""
    return _wiped(view, _squares(view, density), density)


def _squares(view: Image, density: float) -> list[_Square]:
    """The boxes of a cell, from left to right; one of another size than most is none."""
    import cv2
    import numpy as np

    from parsers.scan.levels import percentile
    from parsers.scan.pages import grey

    plain = grey(view)
    if min(plain.shape) < _SIDE[0] * density:
        return []
    run = round(_RUN * density)
    rough = np.asarray(cv2.threshold(plain, percentile(plain, 80) - 30, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    upright = cv2.morphologyEx(
        cv2.dilate(rough, np.ones((1, 3), np.uint8)), cv2.MORPH_OPEN, np.ones((run, 1), np.uint8)
    )
    if not cv2.countNonZero(upright):
        return []
    level = cv2.morphologyEx(cv2.dilate(rough, np.ones((3, 1), np.uint8)), cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    if not cv2.countNonZero(level):
        return []
    frames = np.asarray(cv2.bitwise_and(cv2.bitwise_or(upright, level), rough), np.uint8)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(frames, connectivity=8)
    least, most = _SIDE[0] * density, _SIDE[1] * density
    found: list[_Square] = []
    dark: Any = None
    for number, (x, y, wide, high, _) in enumerate(np.asarray(stats)[1:].tolist(), 1):
        if min(wide, high) < least or max(wide, high) > 2 * most:
            continue
        here = (slice(y, y + high), slice(x, x + wide))
        own = np.asarray(pieces)[here] == number
        left, right = _ends((own & (np.asarray(upright)[here] > 0)).sum(axis=0))
        upper, lower = _ends((own & (np.asarray(level)[here] > 0)).sum(axis=1))
        x, y, wide, high = x + left, y + upper, right - left, lower - upper
        if not (least <= min(wide, high) and max(wide, high) <= min(most, _SQUARE * min(wide, high))):
            continue
        if dark is None:
            dark = inked(view, density)
            labels = np.asarray(cv2.connectedComponents(dark.astype(np.uint8), connectivity=8)[1])
        square = _square(dark, labels, (x, y, wide, high), density)
        if square is not None:
            found.append(square)
    if not found:
        return []
    middle = float(np.median([one.side for one in found]))
    alike = [one for one in found if 1 / _SQUARE <= one.side / middle <= _SQUARE]
    return sorted(alike, key=lambda one: one.left)


def _ends(counts: Any) -> tuple[int, int]:
    """Where the first of the long runs begins and the last one ends."""
    import numpy as np

    long = np.flatnonzero(counts >= max(1, 0.7 * counts.max(initial=0)))
    return (int(long[0]), int(long[-1]) + 1) if len(long) else (0, 0)


def _square(dark: Any, labels: Any, frame: tuple[int, int, int, int], density: float) -> _Square | None:
    """The box within a frame, None where it is no closed square or does not stand free."""
    import numpy as np

    x, y, wide, high = frame
    part = dark[y : y + high, x : x + wide]
    rim = max(2, round(0.12 * min(wide, high)), round(_OUTLINE * density))
    sides = (part[:rim].any(axis=0), part[-rim:].any(axis=0), part[:, :rim].any(axis=1), part[:, -rim:].any(axis=1))
    if min(float(side[1:-1].mean()) for side in sides) < _DRAWN:
        return None
    own = np.unique(labels[y : y + high, x : x + wide])
    free = round(_FREE * max(wide, high))
    for band in (slice(max(0, y - free), y), slice(y + high, y + high + free)):
        strange = labels[band, x : x + wide]
        if bool((~np.isin(strange, own) & (strange > 0)).any()):
            return None
    rim += round(_OUTLINE * density / 2)
    upper, lower, left, right = (
        int(np.flatnonzero(np.append(True, lines.mean(axis=1) > _LINE)).max()) + round(_OUTLINE * density / 2)
        for lines in (part[:rim], part[::-1][:rim], part.T[:rim], part.T[::-1][:rim])
    )
    inside = part[upper : high - lower, left : wide - right]
    if min(inside.shape) < 0.8 * density:
        return None
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    reach = max(int(np.ptp(rows)), int(np.ptp(columns))) / max(inside.shape) if len(rows) else 0.0
    return _Square(x, y, x + wide, y + high, float(inside.mean()), reach)


def _wiped(view: Image, squares: Sequence[_Square], density: float) -> Image:
    """The view, the boxes and the strokes through them as white as the paper."""
    import cv2
    import numpy as np

    from parsers.scan.levels import percentile
    from parsers.scan.pages import grey

    if not squares:
        return view
    plain = grey(view)
    labels = np.asarray(cv2.connectedComponents(inked(view, density).astype(np.uint8), connectivity=8)[1])
    gone = np.zeros(plain.shape, np.uint8)
    for one in squares:
        beyond = round(_BEYOND * one.side)
        rows = slice(max(0, one.upper - beyond), one.lower + beyond)
        columns = slice(max(0, one.left - beyond), one.right + beyond)
        own = np.unique(labels[one.upper : one.lower, one.left : one.right])
        gone[rows, columns] |= np.isin(labels[rows, columns], own[own > 0]).astype(np.uint8)
        gone[one.upper : one.lower, one.left : one.right] = 1
    wide = np.asarray(cv2.dilate(gone, np.ones((5, 5), np.uint8)))
    return np.where(wide > 0, np.uint8(percentile(plain, 80)), plain).astype(np.uint8)
