"""Lines of a cell that are only what the blank prints there: told by their shape, so that they need not be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.scan.pages import Image

_FEWEST = 3  #: Lines: fewer are read.
_INK = 0.92  #: Of the size of a printed character is the height of its ink.
_ALIKE = 0.15  #: By what share the lines of print may differ in height.
_FULL = 0.8  #: Of the widest line: a line of print that goes on on the next one is as wide.
_LEAST = 6  #: Characters of a label that is told by its shape.
_LEFT = 4.0  #: Millimetres from the edge of the box within which it begins.
_PRINT = (2.6, 4.8)  #: Millimetres: the height of the ink of print.
_ENDS = 1.0  #: Characters: the colon fills so little of its own, and nothing is printed on the rims.
_LENGTH = 0.05  #: By what share its length may differ.
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
