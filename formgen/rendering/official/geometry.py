"""Indents and positions of official paper by the closed formulas of GB/T 9704-2012. Pure.

Lengths of lines are counted in 字 (the width of one Chinese character); a half-width character counts one half.
Positions on the paper are in millimetres from its upper edge, sizes of type and heights of lines in points.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

LINE = Decimal(28)  #: 字 in a line (5.2.3).
LINES = 22  #: Lines on a page (5.2.3).
PAPER = (Decimal(210), Decimal(297))  #: A4 (5.1).
TYPE_TOP, TYPE_BOTTOM = Decimal(37), Decimal(262)  #: Edges of the 版心 from the paper's upper edge (5.2.1).
TYPE_WIDTH = Decimal(156)
MARK_TOP = {"文件": Decimal(72), "纪要": Decimal(72), "命令": Decimal(57), "信函": Decimal(30)}
LETTER_RULE = Decimal(170)  #: The double lines of a 信函 (10.1).
LETTER_RULE_HIGH = 5.25  #: Points of one of them: 3 and 0.75, and 1.5 between.
SEVEN_EIGHTHS = 14.0  #: 7/8 of the height of a 3号 character, in points.

_BASELINE = 0.8  #: Word and LibreOffice put the baseline of an exact line at four fifths of its height (measured).
_INK_ASCENT = 0.84  #: The ink of a Chinese character above its baseline, in ems (measured).
_INK_DESCENT = 0.1
_POINTS = 72 / 25.4
SEAL = Decimal(8)  #: A seal of 42 mm and a little air, in 字: two of them never touch.
STAMP = Decimal(7)  #: A 签名章 of 38 mm, in 字.


def points(millimetres: Decimal | float) -> float:
    """Millimetres as points."""
    return float(millimetres) * _POINTS


def twips(millimetres: Decimal | float) -> int:
    """Millimetres as twentieths of a point."""
    return round(points(millimetres) * 20)


def length(text: str) -> Decimal:
    """The length of a line in 字: wide characters one, others one half, combining ones nothing."""
    return sum((_width(character) for character in text), Decimal(0))


def _width(character: str) -> Decimal:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return Decimal(0)
    if unicodedata.east_asian_width(character) in "WF" or character in "“”‘’…—〔〕·★×":
        return Decimal(1)
    return Decimal("0.5")


def ink_top(line: float, size: float) -> float:
    """How far the ink of a character lies under the top of its exact line, in points."""
    return _BASELINE * line - _INK_ASCENT * size


def ink_bottom(line: float, size: float) -> float:
    """How far the bottom of an exact line lies under the ink, in points."""
    return (1 - _BASELINE) * line - _INK_DESCENT * size


@dataclass(frozen=True, slots=True)
class Closing:
    """Right indents in 字 of 署名 and 成文日期."""

    signature: Decimal
    date: Decimal


def sealed(signature: Decimal, date: Decimal) -> Closing:
    """With a seal (7.3.5.1): the date four 字 in, the 署名 centred on it, never past the right edge."""
    return Closing(max(Decimal(0), 4 + (date - signature) / 2), Decimal(4))


def unsealed(signature: Decimal, date: Decimal) -> Closing:
    """Without a seal (7.3.5.2): 署名 two 字 in, the date begins two 字 to the right of it; a longer date two 字 in."""
    if date <= signature:
        return Closing(Decimal(2), signature - date)
    return Closing(4 + date - signature, Decimal(2))


def stamped(stamp: Decimal = STAMP) -> Closing:
    """With a 签名章 (7.3.5.3): stamp and date four 字 in; the 职务 ends two 字 to the left of the stamp."""
    return Closing(4 + stamp + 2, Decimal(4))


def joint_rows(names: Sequence[str], date: str) -> list[list[tuple[str, Decimal]]]:
    """Sealed joint signatures (7.3.5.1): rows of names, each with the place of its centre from the left, in 字.

    Names are in columns, wide enough for a seal each; the last name is centred over the date. Three in a row at most,
    fewer where names are long.
    """
    if not names:
        return []
    last = LINE - 4 - length(date) / 2
    longest = max(length(name) for name in names)
    pitch = max(SEAL, longest + 1)
    room = 1 + int((last - max(longest, SEAL) / 2) / pitch) if last > longest / 2 else 1
    columns = max(1, min(3, room, len(names)))
    rows = [list(names[start : start + columns]) for start in range(0, len(names), columns)]
    # A last row that is not full ends over the date too, for the last seal lies on name and date.
    return [[(name, last - pitch * (len(row) - 1 - index)) for index, name in enumerate(row)] for row in rows]


@dataclass(frozen=True, slots=True)
class SignerLine:
    """One line of 签发人: the names in it, and the places in 字 from the left where each begins."""

    names: tuple[str, ...]
    starts: tuple[Decimal, ...]
    label: Decimal | None  #: Where 「签发人：」 begins; None on wrapped lines.


def signer_lines(names: Sequence[str]) -> tuple[SignerLine, ...]:
    """签发人 (7.2.6): two names a line, ending one 字 from the right edge; wrapped names under the first name."""
    if not names:
        return ()
    wide = max(length(name) for name in names)
    pairs = [tuple(names[start : start + 2]) for start in range(0, len(names), 2)]
    columns = max(len(pair) for pair in pairs)
    block = wide * columns + (columns - 1)
    first = LINE - 1 - block
    if first < 4:  # long names: one a line, as far left as they need
        pairs = [(name,) for name in names]
        first = max(Decimal(4), LINE - 1 - wide)
    return tuple(
        SignerLine(
            pair,
            tuple(first + (wide + 1) * column for column in range(len(pair))),
            first - 4 if number == 0 else None,
        )
        for number, pair in enumerate(pairs)
    )


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """One line of 附件说明 (7.3.4): what stands before the name, where that begins, and where names align, in 字."""

    lead: str  #: ``附件：1.``, ``2.`` or ``附件：``
    start: Decimal
    align: Decimal
    name: str


def attachment_lines(names: Sequence[str]) -> tuple[AttachmentLine, ...]:
    """附件说明: two 字 in; Arabic digit and half-width dot if there are several; wraps under the first of the name."""
    if len(names) == 1:
        return (AttachmentLine("附件：", Decimal(2), Decimal(5), names[0]),)
    digits = len(str(len(names)))
    # a dot is a quarter or a half of a character wide, and a quarter may lie between digits and characters
    align = Decimal(5) + Decimal("0.5") * digits + Decimal("0.75")
    return tuple(
        AttachmentLine(f"附件：{n}." if n == 1 else f"{n}.", Decimal(2 if n == 1 else 5), align, name)
        for n, name in enumerate(names, start=1)
    )


def mark_size(longest: Decimal, largest: float, room: float) -> float:
    """Points of the 发文机关标志 so that its longest line fits ``room`` points; at least 18 (then it is broken)."""
    return max(18.0, min(largest, float(int(room / float(max(longest, Decimal(1))) * 2) / 2)))
