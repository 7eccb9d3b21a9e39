"""Runs whose marks change what they say: hidden, white on white, crossed out, raised, or set in a symbol font."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from parsers import word_names
from parsers.word_names import VAL, is_on
from parsers.word_symbols import is_symbol_font

if TYPE_CHECKING:
    from lxml import etree

    from parsers.word_inline import Handler
    from parsers.word_walk import Walker

_SYMBOL_FONTS = re.compile(rb"W(?:ing|eb)dings")
_WHITE = "FFFFFF"
_UNSHADED = ("", "AUTO", _WHITE)
#: What is written before text that is set higher or lower: a raised 2 behind 1 must never read as 12.
_RAISED = {"superscript": "^", "subscript": "_"}


def is_styled(content: bytes) -> bool:
    """Whether a look at the markup shows raised text or symbol fonts; the walk itself notices all other marks of runs.

    WPS writes ``w:vertAlign`` for every run, so that meeting each in the walk would cost more than this look.
    """
    if b"\0" in content[:4] or b"script" in content:  # UTF-16, or superscript and subscript
        return True
    fonts = (match.start() - 1 for match in _SYMBOL_FONTS.finditer(content))
    return any(content.endswith((b"ascii=", b"ascii ="), 0, start) for start in fonts)


class RunTraits(NamedTuple):
    """What the marks of a run say of its text."""

    hidden: bool  #: Hidden, or white on white.
    font: str  #: The symbol font that it is set in, if it is one.
    struck: bool  #: Crossed out.
    raised: str  #: What stands for its being raised or lowered.


def run_traits(run: etree._Element, hidden_styles: frozenset[str], hidden: bool) -> RunTraits:
    """Read the marks of a run; ``hidden`` says whether its paragraph is."""
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


def _see_to(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    """A mark of a run, or of something else: walk what is left of the run in the state that its marks ask for."""
    marks = element.getparent()
    run = marks.getparent() if marks is not None else None
    if run is None or run.tag != word_names.RUN or run is walker.run:
        return
    walker.run = run
    traits = run_traits(run, walker.traits.hidden_styles, walker.hidden_paragraph)
    outer = walker.font, walker.raised
    change = traits.hidden - walker.hidden_paragraph
    walker.hidden += change
    walker.struck += traits.struck
    walker.font, walker.raised = traits.font, traits.raised
    inner = [part for part in run.iter() if not walker.matched or part.tag in walker.matched]
    walker.take(stream, len(inner) - 1 - inner.index(element))
    walker.hidden -= change
    walker.struck -= traits.struck
    walker.font, walker.raised = outer
    walker.update()


def _switch(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    if is_on(element) or walker.hidden_paragraph:
        _see_to(walker, element, stream)


def _color(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    if element.get(VAL, "").upper() == _WHITE:
        _see_to(walker, element, stream)


def _raised(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    if element.get(VAL) in _RAISED:
        _see_to(walker, element, stream)


def _fonts(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    if is_symbol_font(element.get(word_names.ASCII)):
        _see_to(walker, element, stream)


def _style(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    style = element.get(VAL, "")
    walker.styles.add(style)
    if style in walker.traits.hidden_styles:
        _see_to(walker, element, stream)


def _paragraph_style(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    style = element.get(VAL, "")
    walker.styles.add(style)
    if style in walker.traits.hidden_styles and not walker.hidden_paragraph:
        owner = element.getparent()
        if owner is not None and (paragraph := owner.getparent()) is not None and paragraph.tag == word_names.PARAGRAPH:
            walker.hidden_paragraph = True
            walker.hidden += 1
            walker.update()


#: By element name.
HANDLERS: dict[str, Handler] = {
    word_names.VANISH: _switch,
    word_names.STRIKE: _switch,
    word_names.DOUBLE_STRIKE: _switch,
    word_names.COLOR: _color,
    word_names.RUN_STYLE: _style,
    word_names.PARAGRAPH_STYLE: _paragraph_style,
}
#: More of them, for documents where it is worth the cost: nearly every run has these marks.
STYLED_HANDLERS: dict[str, Handler] = {word_names.RAISED: _raised, word_names.RUN_FONTS: _fonts}
