"""Lines of a cell that are only what the blank prints there: told by their shape, so that they need not be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parsers.scan import signatures
from parsers.scan.blobs import blobs

if TYPE_CHECKING:
    from parsers.scan.pages import Image
    from parsers.scan.recogniser import Text

_FEWEST = 3  #: Lines: fewer are read.
_INK = 0.92  #: Of the size of a printed character is the height of its ink.
_ALIKE = 0.15  #: By what share the lines of print may differ in height.
_FULL = 0.8  #: Of the widest line: a line of print that goes on on the next one is as wide.
_LEAST = 6  #: Characters of a label that is told by its shape.
_LEFT = 4.0  #: Millimetres from the edge of the box within which it begins.
_PRINT = (2.6, 4.8)  #: Millimetres: the height of the ink of print.
_ENDS = 1.0  #: Characters: the colon fills so little of its own, and nothing is printed on the rims.
_LENGTH = 0.05  #: By what share its length may differ.
_EM, _SPACE = 4.233, 0.953  #: Millimetres: how broad a character of 12 points and a blank are printed.
_RIMS = (0.1, 1.5)  #: Millimetres at the ends of a printed line, together, that are not inked.
_LOWEST, _PITCH, _HIGH = 2.9, 7.05, 3.9  #: Millimetres: ink of the last line above the edge, line to line, its height.
_BY = 0.4  #: Millimetres by which a line may lie elsewhere, or be lower or higher.
_RIGHT = (1.0, 2.0)  #: Millimetres from the right edge at which the last line ends.
_BESIDE = 0.55  #: Millimetres beside a character that its place may be off.
_INKED = (2.5, 7.5)  #: Square millimetres of ink in a printed character.
_DENSE, _MUCH_INKED = frozenset("盖章"), 8.8  #: Characters of many strokes, and the most ink in one of them.
_SIGNED = (9.0, 13.0)  #: Millimetres above the lower edge: the middle of a signature's stroke and its end are lower.
_BEYOND = 2.5  #: Millimetres beyond its room that a stroke may reach; what reaches further hangs together with print.
_BESIDE_ROOM = 0.6  #: Millimetres of the room at either end in which print may lie.
_APART = 1.2  #: Millimetres between a signature and what stands above it.
_GRAIN = 0.06  #: Square millimetres: a smaller piece of ink is grain.
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|.*(?:19|20)\d\d.*")  #: Or a year, without the rest of a date.
_SURE = 0.9  #: What is read there with less confidence is a scribble.
_LIKE = 75.0  #: How alike, in per cent, a line must be to what is printed in the box to be that.
_OFF = (1.5, 0.025)  #: Characters, and share of them, by which more or less print may be seen than there is.


def printed_only(strips: Sequence[Image], printed: str, density: float) -> int:
    """How many strips of a cell, from the first one, hold nothing but the words printed there; the last is never one.

    ``density``: pixels a millimetre. 0 where there is less or more ink than print, or where any line but the last is
    unlike the others: writing is higher than print, stands beside it, between it or below it.
    """
    if len(strips) < _FEWEST:
        return 0
    sizes = [_size(strip) for strip in strips]
    heights = sorted(height for _, height in sizes)
    widths = sorted(width for width, _ in sizes[:-1])
    height, width = heights[len(heights) // 2], widths[len(widths) // 2]
    if height < density or width < height:
        return 0
    if any(abs(other - height) > _ALIKE * height for _, other in sizes[:-1]) or heights[-1] > (1 + _ALIKE) * height:
        return 0
    if widths[0] < _FULL * widths[-1]:
        return 0
    in_line = round(width * _INK / height)
    size = width / (in_line - 0.1)  # nothing is printed on the rims of the first and the last
    seen = sum(width for width, _ in sizes) / size + 0.1 * len(sizes)
    there = sum(0.5 if character.isascii() else 1.0 for character in printed if not character.isspace())
    return len(strips) - 1 if abs(seen - there) <= _OFF[0] + _OFF[1] * there else 0


def continued(printed: str, last: str) -> str:
    """The printed words of a cell and what its last line, the only one that was read, has beyond them."""
    bare, whole = last.strip(), _letters(printed)
    for length in range(len(bare), 0, -1):
        if (own := _letters(bare[:length])) and whole.endswith(own):
            return printed + bare[length:]
    return "\n".join(filter(None, (printed, bare)))


def labelled(strips: Sequence[Image], printed: str, density: float) -> str:
    """The label that a box begins with (``县（区）组织部门意见：``), where the first strip is that label; else nothing.

    It is where it begins at the left edge and is as long for its height as the label is. ``density``: pixels a
    millimetre.
    """
    label = printed.split("\n")[0].strip()
    if not strips or len(label) < _LEAST or label[-1] not in "：:" or " " in label or "\u3000" in label:
        return ""
    left, width, height = _extent(strips[0])
    if left > _LEFT * density or not _PRINT[0] * density <= height <= _PRINT[1] * density:
        return ""
    size = sum(0.5 if character.isascii() else 1.0 for character in label) - _ENDS
    return label if abs(width * _INK / height / size - 1) <= _LENGTH else ""


def at_foot(dark: Any, above: float, printed: str, density: float) -> str:
    """The line (``盖章``, ``签名：年月日``) of those at the foot of a box that a strip is, without blanks; or none.

    It is where nothing is inked but what is printed: it lies at the height of that line, is as long and as high, its
    gaps are white and it has no more ink. ``dark``: where the strip is inked (bool), from its first row of ink to its
    last; ``above``: millimetres from its lower end to the lower edge of the box; ``printed``: the words of the box.
    """
    import numpy as np

    place = round((above - _LOWEST) / _PITCH)
    lines = [line.strip() for line in reversed(printed.split("\n"))]
    columns = np.flatnonzero(dark.any(axis=0))
    if not 0 <= place < len(lines) - (len(lines) > 2) or not lines[place] or not len(columns):
        return ""
    line, wide, high = lines[place], dark.shape[1], dark.shape[0] / density
    if abs(above - _LOWEST - place * _PITCH) > _BY or abs(high - _HIGH) > _BY:
        return ""
    length = sum(_advance(character) for character in line)
    if not _RIMS[0] <= length - (columns[-1] + 1 - columns[0]) / density <= _RIMS[1]:
        return ""
    right = (wide - 1 - columns[-1]) / density
    if place == 0 and not _RIGHT[0] <= right <= _RIGHT[1]:
        return ""
    area, characters = float(np.count_nonzero(dark)) / density**2, "".join(line.split())
    most = sum(_MUCH_INKED if character in _DENSE else _INKED[1] for character in characters)
    if not _INKED[0] * len(characters) <= area <= most:
        return ""
    first = columns[0] / density - 0.5 * _RIMS[0]
    for gap in re.finditer(r"[ \u3000]{2,}", line):
        start, end = (first + sum(map(_advance, line[:until])) for until in gap.span())
        if dark[:, round((start + _BESIDE) * density) : round((end - _BESIDE) * density)].any():
            return ""
    return "".join(line.split())


def unsigned(view: Image, printed: str, density: float) -> tuple[Image, Image | None]:
    """The picture of a box without what somebody wrote in the room for a signature, and that by itself, or None.

    A stroke that lies there with its middle, and hardly reaches out, is the signature's. Where it hangs together with
    what is printed beside, or with writing above, nothing is taken out.
    """
    import cv2
    import numpy as np

    from parsers.scan.ink import dark_mask
    from parsers.scan.levels import percentile

    room = signatures.room_of(printed)
    if room is None:
        return view, None
    high, wide = view.shape
    top = max(0, high - round(1.5 * _SIGNED[1] * density))
    dark = np.ascontiguousarray(dark_mask(view)[top:])
    _, labels, stats, centres = blobs(dark)
    x, y, breadth, height = (np.asarray(stats)[:, column] for column in range(4))
    left, right = wide - (room[0] - _BESIDE_ROOM) * density, wide - (room[1] + _BESIDE_ROOM) * density
    middle, level = np.asarray(centres)[:, 0], np.asarray(centres)[:, 1] + top
    own = (middle > left) & (middle < right) & (level > high - _SIGNED[0] * density)
    own[0] = False
    reach = _BEYOND * density
    out = (x < left - reach) | (x + breadth > right + reach) | (y + top < high - _SIGNED[1] * density)
    if not own.any() or (own & out).any():
        return view, None
    sizes = np.asarray(stats)[:, cv2.CC_STAT_AREA] >= _GRAIN * density * density
    others = sizes & ~own & (x < (x + breadth)[own].max()) & (x + breadth > x[own].min())
    if len(lines := printed.strip().split("\n")) > 1 and lines[-2].strip():
        others &= ~_on_line_above(high - top - y - height, high - top - y, density)
    others[0] = False
    if (others & (y + height > y[own].min() - _APART * density)).any():
        return view, None  # more of it, perhaps
    mine = np.asarray(own, np.uint8)[np.asarray(labels)]
    near = cv2.dilate(mine, np.ones((5, 5), np.uint8)) > 0
    paper = np.uint8(percentile(view, 80))
    rest = view.copy()
    rest[top:][near] = paper
    upper, lower = int(y[own].min()), int((y + height)[own].max())
    first, last = int(x[own].min()), int((x + breadth)[own].max())
    part = (slice(upper, lower), slice(first, last))
    return rest, np.where(near[part], view[top:][part], paper)


def _on_line_above(lower: Any, upper: Any, density: float) -> Any:
    """Whether pieces of ink are print of the last line but one: no ``盖章`` is a part of the name written below it.

    ``lower``, ``upper``: pixels above the lower edge of the box.
    """
    place = _LOWEST + _PITCH
    return (lower >= (place - _BY) * density) & (upper <= (place + _HIGH + _BY) * density)


def named(text: str, name: Text, confidence: float) -> tuple[str, float]:
    """The words of a box with the name behind ``签字：``, and how sure they are: a scribble is not read as words."""
    bare = "".join(name.text.split())
    if name.confidence < _SURE or not _NAME.fullmatch(bare):
        return text, confidence
    whole = re.sub(r"(签[名字章]*[:：])", lambda found: found[1] + bare, text, count=1)
    return whole, min(confidence, name.confidence)


def as_printed(line: str, printed: str) -> str:
    """A line of a box as it is printed there, if it was read so but for a slip; with anything more it stays as it is.

    ``printed``: the words of the box.
    """
    from rapidfuzz import fuzz

    bare = "".join(line.split()).strip("，。,.;；·、")
    for known in ("".join(one.split()) for one in printed.split("\n")):
        if len(known) < 2 or len(bare) > len(known) or re.search(r"\d", bare):
            continue
        if fuzz.ratio(bare, known.strip("，。,.;；·、")) >= _LIKE:
            return known
    return line


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _advance(character: str) -> float:
    return _SPACE if character == " " else _EM


def _extent(strip: Image) -> tuple[float, float, float]:
    """Where the ink of a line begins, its width and its height, in pixels."""
    import numpy as np

    from parsers.scan.ink import dark_mask
    from parsers.scan.pages import grey

    dark = dark_mask(grey(strip))
    rows = np.flatnonzero(np.count_nonzero(dark, axis=1) > 1)
    columns = np.flatnonzero(dark.any(axis=0))
    if not len(rows) or not len(columns):
        return 0.0, 0.0, 0.0
    return float(columns[0]), float(columns[-1] - columns[0] + 1), float(rows[-1] - rows[0] + 1)


def _size(strip: Image) -> tuple[float, float]:
    """Width and height of the ink of a line, in pixels."""
    _, width, height = _extent(strip)
    return width, height
