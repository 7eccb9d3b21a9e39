"""Values made safe for a Word template, and the filters that a template may use on them. Pure.

A value can only ever become text. It is escaped once, braces and line ends are written as character references (so
that no later step takes them for template language), and characters that XML cannot hold become U+FFFD, visibly.

What a template cannot say in its own language — this cell goes with the one above it — it says with a filter, which
puts a mark into the cell. ``merging`` acts on the marks after rendering and takes them away again. The marks are
Unicode noncharacters, which a value cannot bring in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil

from markupsafe import Markup, escape

from formgen.rendering.context import text_of
from formgen.rendering.holes import OPENS, Hole, UntraceableError

BELOW = "\ufdd0"  #: The cell begins a block of cells merged downwards.
ABOVE = "\ufdd1"  #: The cell belongs to the cell above it.
RIGHT = "\ufdd2"  #: The cell takes in the cell to the right of it.
DROPPED = "\ufdd3"  #: The column is not printed.

_UNFIT = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_REFERENCES = str.maketrans({"\n": "&#10;", "\t": "&#9;", "{": "&#123;", "}": "&#125;"})


def plain(text: str) -> str:
    """The text without what XML or our marks cannot hold; line ends as ``\\n``."""
    return _UNFIT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def encoded(value: object) -> Markup:
    """Any value as the XML of a text. What is XML already (docxtpl's rich text, pictures) is left as it is."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, Hole):
        return Markup(value._printed())  # noqa: S704 - a sentinel
    if type(value).__module__.startswith("docxtpl."):
        return Markup(value.__html__() if hasattr(value, "__html__") else str(value))  # noqa: S704 - XML by its nature
    text = value if isinstance(value, str) else text_of(value)  # type: ignore[arg-type]
    return Markup(str(escape(plain(text))).translate(_REFERENCES))  # noqa: S704 - escaped just here


def _change(value: object, name: str, change: Callable[[str], str]) -> object:
    """The text changed, now or when it is known; it is escaped when it is printed."""
    if isinstance(value, Hole):
        return value._changed(name, change)
    if isinstance(value, Markup):
        if OPENS in value:
            raise UntraceableError(f"{name} of something printed")
        return Markup(change(value))  # noqa: S704 - it was XML before
    return change(value if isinstance(value, str) else text_of(value))  # type: ignore[arg-type]


def _mark(mark: str, value: object) -> Markup:
    return Markup(mark) + encoded(value)  # noqa: S704 - a constant of this module


def merge_down(value: object, first: bool, span: int = 2) -> Markup:
    """``{{ row.category|merge_down(row.first, row.span) }}``: one cell for a block of rows."""
    if not first:
        return _mark(ABOVE, "")
    return _mark(BELOW, value) if span > 1 else encoded(value)


def merge_right(value: object, wide: bool = True) -> Markup:
    """``{{ row.text|merge_right(row.wide) }}``: one cell with the next, which must then be empty."""
    return _mark(RIGHT, value) if wide else encoded(value)


def only_if(value: object, printed: object) -> Markup:
    """``{{ "得分"|only_if(has_score) }}`` in a head cell: without it the column is not printed."""
    return encoded(value) if printed else _mark(DROPPED, "")


def blank(value: object, width: int = 2) -> object:
    """``{{ box.name|blank(6) }}``: the value, or a blank of six characters to write on."""
    return _change(value, f"blank({width})", lambda text: text if text.strip() else "\u3000" * width)


def break_after(value: object, words: str) -> object:
    """``{{ title|break_after("第一书记") }}``: a new line after these words, if more follows."""
    words = str(words)

    def change(text: str) -> str:
        head, found, tail = text.partition(words)
        return f"{head}{found}\n{tail}" if found and tail else text

    return _change(value, f"break_after({words!r})", change)


def break_before(value: object, words: str) -> object:
    """``{{ row.category|break_before("（") }}``: a new line before these words, if anything stands before them."""
    words = str(words)

    def change(text: str) -> str:
        head, found, tail = text.partition(words)
        return f"{head}\n{found}{tail}" if found and head else text

    return _change(value, f"break_before({words!r})", change)


def lines_left(value: object, width: int, lines: int) -> range:
    """``{%p for line in box.summary|lines_left(30, 12) %}``: the lines of a box that its text leaves empty."""

    def left(text: str) -> int:
        used = sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))
        return max(0, lines - used)

    if isinstance(value, Hole):
        return range(value._asked(f"lines_left({width},{lines})", left))
    return range(left(str(value)))


FILTERS: dict[str, Callable[..., object]] = {
    "merge_down": merge_down,
    "merge_right": merge_right,
    "only_if": only_if,
    "blank": blank,
    "break_after": break_after,
    "break_before": break_before,
    "lines_left": lines_left,
}
