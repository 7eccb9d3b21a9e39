"""The characters of a page to lines of text: reading order, spaces where words stand apart, none within Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CHINESE_GAP = 1.0  #: Gap, in heights of the type, from which words count as set apart.
_LATIN_GAP = 0.25  #: The same between two letters or digits.
_SAME_PLACE = 1.0  #: Points: the same letter drawn again this near is bold type made by drawing twice.
_FULL_LINE = 8.0  #: Points beside one letter that may be free at the end of a line that is full.


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
    for glyph in row:
        if last is not None:
            if glyph.text == last.text and abs(glyph.x0 - last.x0) < _SAME_PLACE and not glyph.text.isspace():
                continue
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
    )


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
            before = lines[number - 1]
            room = right - before.x1
            full = room < before.bottom - before.top + _FULL_LINE
            text += "" if full and _is_chinese(before.text[-1]) and _is_chinese(line.text[0]) else "\n"
        text += line.text
    return text


def _is_chinese(character: str) -> bool:
    return (
        "\u2e80" <= character <= "\u9fff"
        or character in "，。；：、！？（）《》“”‘’…—"
        or "\uf900" <= character <= "\ufaff"
    )
