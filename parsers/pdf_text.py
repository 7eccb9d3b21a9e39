"""The characters of a page to lines of text: reading order, spaces where words stand apart, none within Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CHINESE_GAP = 1.0  #: Gap, in heights of the type, from which words count as set apart.
_LATIN_GAP = 0.25  #: The same between two letters or digits.
_SAME_PLACE = 1.0  #: Points: the same letter drawn again this near is bold type made by drawing twice.
FULL_LINE = 8.0  #: Points beside one letter that may be free at the end of a line that is full.


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character on a page; points from the upper left corner."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre: x, y."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class TextLine:
    """Characters that stand beside each other."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    overprinted: bool = False  #: Different characters stand in one place: clipped words of a neighbour, or a trick.

    @property
    def height(self) -> float:
        """Of the type."""
        return self.bottom - self.top


def text_lines(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """The lines that the characters form, from top to bottom; without blank ones."""
    rows: list[list[Glyph]] = []
    middle = height = 0.0
    for glyph in sorted(glyphs, key=lambda item: (item.middle[1], item.x0)):
        y = glyph.middle[1]
        size = glyph.bottom - glyph.top
        if rows and y - middle <= 0.5 * max(height, size) * 0.9:
            rows[-1].append(glyph)
            height = max(height, size)
        else:
            rows.append([glyph])
            middle, height = y, size
    return [line for row in rows if (line := _line(row)).text]


def _line(row: list[Glyph]) -> TextLine:
    row.sort(key=lambda item: item.x0)
    text = ""
    last: Glyph | None = None
    overprinted = False
    for glyph in row:
        if last is not None:
            if glyph.text == last.text and abs(glyph.x0 - last.x0) < _SAME_PLACE and not glyph.text.isspace():
                continue
            overprinted = overprinted or _overlap(last, glyph)
            if _apart(last, glyph):
                text += " "
        text += glyph.text
        last = glyph
    visible = [glyph for glyph in row if not glyph.text.isspace()] or row
    return TextLine(
        text.strip(),
        min(glyph.x0 for glyph in visible),
        max(glyph.x1 for glyph in visible),
        min(glyph.top for glyph in visible),
        max(glyph.bottom for glyph in visible),
        overprinted,
    )


def _overlap(left: Glyph, right: Glyph) -> bool:
    """Whether two neighbours stand for the most part in one place."""
    if left.text.isspace() or right.text.isspace():
        return False
    shared = min(left.x1, right.x1) - max(left.x0, right.x0)
    return shared > 0.6 * min(left.x1 - left.x0, right.x1 - right.x0) > 0


def _apart(left: Glyph, right: Glyph) -> bool:
    """Whether a space is to be read between two characters that have none."""
    if left.text.isspace() or right.text.isspace():
        return False
    size = max(left.bottom - left.top, right.bottom - right.top)
    latin = left.text[-1:].isascii() and right.text[:1].isascii()
    words = latin and left.text[-1:].isalnum() and right.text[:1].isalnum()
    return right.x0 - left.x1 > size * (_LATIN_GAP if words else _CHINESE_GAP)


def joined(lines: Sequence[TextLine], right: float) -> str:
    """The text of a cell whose right edge is at ``right``.

    A line that is full and runs on in Chinese is one with the next; else lines stay apart: ``8`` over ``5`` is not 85.
    """
    text = ""
    for number, line in enumerate(lines):
        if number:
            text += "" if runs_on(lines[number - 1], line, right, FULL_LINE) else "\n"
        text += line.text
    return text


def joined_lines(lines: Sequence[TextLine], right: float) -> list[TextLine]:
    """The lines of a page, those that were only broken at the right margin put together again."""
    result: list[TextLine] = []
    last: TextLine | None = None
    for line in lines:
        near = last is not None and line.top - last.bottom <= last.height and abs(line.height - last.height) < 2
        if result and last is not None and near and runs_on(last, line, right, FULL_LINE / 2):
            whole = result[-1]
            left, top = min(whole.x0, line.x0), whole.top
            text = whole.text + line.text
            result[-1] = TextLine(text, left, max(whole.x1, line.x1), top, line.bottom, whole.overprinted)
        else:
            result.append(line)
        last = line
    return result


def runs_on(line: TextLine, following: TextLine, right: float, margin: float) -> bool:
    """Whether a line is full up to ``right`` and goes on in the next one, with Chinese on either side of the break."""
    full = right - line.x1 < line.height + margin
    return full and (_is_chinese(line.text[-1]) or _is_chinese(following.text[0]))


def _is_chinese(character: str) -> bool:
    return (
        "\u2e80" <= character <= "\u9fff"
        or character in "，。；：、！？（）《》“”‘’…—"
        or "\uf900" <= character <= "\ufaff"
    )
