"""Content controls: the boxes of a form that Word and WPS fill, each with a tag; among them lists and check boxes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from parsers import word_names
from parsers.word_names import VAL, is_on

if TYPE_CHECKING:
    from lxml import etree

    from parsers.word_walk import Walker

_HELD = frozenset({word_names.PARAGRAPH, word_names.TABLE, word_names.ROW, word_names.CELL})

_MARKS = frozenset({word_names.TAG, word_names.PLACEHOLDER, word_names.CHECKED_CONTROL})


class Survey(NamedTuple):
    """What a content control is, and what it holds."""

    tag: str
    placeholder: bool  #: It shows its placeholder: nobody has filled it.
    checked: bool | None  #: State of a check box; None for any other control.
    holds: str  #: Name of the first paragraph, table, row or cell that it holds; ``""`` if it stands in a line.
    within: int  #: How many elements of the stream stand in it.
    texts: list[str] | None  #: Its words, if it holds nothing else that matters.


def survey(walker: Walker, element: etree._Element) -> Survey:
    """Look through a content control once."""
    matched, handled = walker.matched, walker.handled
    tag, placeholder, holds = "", False, ""
    checked: bool | None = None
    texts: list[str] = []
    count = 0
    simple = marks = True  # marks: we have not come to a control within this one, whose marks are not ours
    for inner in element.iter():
        name = inner.tag
        if not matched or name in matched:
            count += 1
            if name == word_names.TEXT:
                texts.append(inner.text or "")
                continue
            if name == word_names.RUN_STYLE and not walker.traits.hidden_styles:
                walker.styles.add(inner.get(VAL, ""))
                continue
            if name in handled or name in _HELD:
                simple = simple and count == 1
            elif name not in _MARKS:
                continue
        elif name not in _MARKS:
            continue
        if name in _HELD:
            holds = holds or name
        elif name == word_names.CONTROL:
            marks = marks and count == 1
        elif marks:
            if name == word_names.TAG:
                tag = inner.get(VAL, "")
            elif name == word_names.PLACEHOLDER:
                placeholder = is_on(inner)
            elif name == word_names.CHECKED_CONTROL:
                checked = inner.get(word_names.W14_VAL, "1") in ("1", "true", "on")
    return Survey(tag, placeholder, checked, holds, count - 1, texts if simple else None)


def control(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    """A content control in a line or around paragraphs, cells or rows.

    The tag of a control around a cell goes to the cell. A control around rows or tables names no single answer, so its
    tag is not handed on.
    """
    found = survey(walker, element)
    tag, placeholder, checked, holds, count, texts = found
    if texts is not None and walker.plain and checked is None:
        text = "".join(texts)
        if placeholder:
            notes = walker.passage.rare
            notes.faint.append(text)
            notes.empty_control = True
            text = ""
        else:
            walker.passage.append(text)
        if tag:
            walker.passage.rare.controls.append((tag, text))
        for _ in islice(stream, count):
            pass
    elif holds in (word_names.CELL, word_names.ROW):
        outer = walker.placeholder, walker.around
        walker.placeholder += placeholder
        if tag and holds == word_names.CELL:
            walker.around = (*walker.around, tag)
        walker.take(stream, count)
        walker.placeholder, walker.around = outer
        walker.update()
    else:
        _walk_within(walker, found, stream)


def _walk_within(walker: Walker, found: Survey, stream: Iterator[Any]) -> None:
    """A control within a passage that holds more than words."""
    passage = walker.passage
    start, begun, changed = len(passage), not walker.fresh, walker.tracking
    walker.placeholder += found.placeholder
    walker.take(stream, found.within)
    walker.placeholder -= found.placeholder
    walker.update()
    if begun and found.holds == word_names.PARAGRAPH and passage[start : start + 1] == ["\n"]:
        start += 1  # the line break before the control is not its own
    text = "".join(passage[start:])
    if found.checked is not None and len(text.strip()) <= 1 and walker.tracking == changed:
        text = "☑" if found.checked else "☐"
        passage[start:] = [text]
    if found.placeholder:
        passage.rare.empty_control = True
    if found.tag and not walker.deleted:
        passage.rare.controls.append((found.tag, text))
