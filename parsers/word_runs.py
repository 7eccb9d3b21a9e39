"""Runs whose marks change what they say: hidden, white on white, crossed out, raised, or set in a symbol font."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from parsers import word_names
from parsers.word_names import VAL, is_on
from parsers.word_symbols import is_symbol_font

if TYPE_CHECKING:
    from lxml import etree

    from parsers.word_inline import Handler
    from parsers.word_walk import Walker

_WHITE = "FFFFFF"
_UNSHADED = ("", "AUTO", _WHITE)
#: What is written before text that is set higher or lower: a raised 2 behind 1 must never read as 12.
_RAISED = {"superscript": "^", "subscript": "_"}


class RunTraits(NamedTuple):
    """What the marks of a run say of its text."""

    hidden: bool  #: Hidden, or white on white.
    font: str  #: The symbol font that it is set in, if it is one.
    struck: bool  #: Crossed out.
    raised: str  #: What stands for its being raised or lowered.


def run_traits(run: etree._Element, hidden_styles: frozenset[str], hidden: bool) -> RunTraits:
    """Read the marks of a run; ``hidden`` is what the style of its paragraph says."""
    font = raised = ""
    struck = white = shaded = False
    explicit: bool | None = None
    marks = run.find(word_names.RUN_MARKS)
    for mark in marks if marks is not None else ():
        tag, value = mark.tag, mark.get(VAL, "")
        if tag == word_names.VANISH:
            explicit = is_on(mark)
        elif tag == word_names.RUN_STYLE:
            hidden = hidden or value in hidden_styles
        elif tag == word_names.RUN_FONTS:
            name = mark.get(word_names.ASCII, "")
            font = name if is_symbol_font(name) else ""
        elif tag in (word_names.STRIKE, word_names.DOUBLE_STRIKE):
            struck = struck or is_on(mark)
        elif tag == word_names.RAISED:
            raised = _RAISED.get(value, "")
        elif tag == word_names.COLOR:
            white = value.upper() == _WHITE
        elif tag == word_names.HIGHLIGHT:
            shaded = shaded or value not in ("", "none", "white")
        elif tag == word_names.SHADING:
            shaded = shaded or _is_shaded(mark)
    hidden = hidden if explicit is None else explicit
    return RunTraits(hidden or (white and not shaded and not _stands_on_color(run)), font, struck, raised)


def _is_shaded(mark: etree._Element | None) -> bool:
    return mark is not None and (
        mark.get(word_names.FILL, "").upper() not in _UNSHADED or mark.get(VAL, "clear") not in ("clear", "nil")
    )


def _stands_on_color(run: etree._Element) -> bool:
    """Whether the paragraph or the cell around a run is shaded, so that white text can be seen."""
    for around in run.iterancestors(word_names.PARAGRAPH, word_names.CELL):
        marks = around.find(word_names.PARAGRAPH_MARKS if around.tag == word_names.PARAGRAPH else word_names.CELL_MARKS)
        if marks is not None and _is_shaded(marks.find(word_names.SHADING)):
            return True
        if around.tag == word_names.CELL:
            return False
    return False


def run_of(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    """A run, in a document where runs have such marks."""
    traits = run_traits(element, walker.traits.hidden_styles, walker.hidden_paragraph)
    if not any(traits):
        return
    outer = walker.font, walker.raised
    walker.hidden += traits.hidden
    walker.struck += traits.struck
    walker.font, walker.raised = traits.font, traits.raised
    walker.take(stream, walker.size(element) - 1)
    walker.hidden -= traits.hidden
    walker.struck -= traits.struck
    walker.font, walker.raised = outer
    walker.update()


def _switch(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    walker.dressed = walker.dressed or is_on(element)


def _color(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    walker.dressed = walker.dressed or element.get(VAL, "").upper() == _WHITE


def _style(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    walker.styles.add(element.get(VAL, ""))


#: By element name; they only note that runs must be looked at, which another walk then does with ``run_of``.
HANDLERS: dict[str, Handler] = {
    word_names.VANISH: _switch,
    word_names.STRIKE: _switch,
    word_names.DOUBLE_STRIKE: _switch,
    word_names.COLOR: _color,
    word_names.RUN_STYLE: _style,
    word_names.PARAGRAPH_STYLE: _style,
}
