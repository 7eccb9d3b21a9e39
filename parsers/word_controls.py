"""Content controls: the boxes of a form that Word and WPS fill, each with a tag; among them lists and check boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from parsers import word_names
from parsers.word_names import VAL, is_on

if TYPE_CHECKING:
    from lxml import etree

    from parsers.word_walk import Walker


class ControlTraits(NamedTuple):
    """What the marks of a content control say."""

    tag: str
    placeholder: bool  #: It shows its placeholder: nobody has filled it.
    checked: bool | None  #: State of a check box; None for any other control.
    holds: str  #: Name of the first of paragraph, table, row, cell that it holds directly; else ``""``.


def control_traits(element: etree._Element) -> ControlTraits:
    """Read the marks of a content control."""
    tag, placeholder, checked, holds = "", False, None, ""
    for child in element:
        if child.tag == word_names.CONTROL_MARKS:
            for mark in child:
                if mark.tag == word_names.TAG:
                    tag = mark.get(VAL, "")
                elif mark.tag == word_names.PLACEHOLDER:
                    placeholder = is_on(mark)
                elif mark.tag == word_names.CHECK_BOX_CONTROL:
                    state = mark.find(word_names.CHECKED_CONTROL)
                    checked = state is not None and state.get(word_names.W14_VAL, "1") in ("1", "true", "on")
        elif child.tag == word_names.CONTROL_CONTENT:
            holds = _held(child)
    return ControlTraits(tag, placeholder, checked, holds)


def _held(content: etree._Element) -> str:
    for child in content:
        if child.tag in (word_names.PARAGRAPH, word_names.TABLE, word_names.ROW, word_names.CELL):
            return child.tag
        if child.tag in (word_names.CONTROL, word_names.CONTROL_CONTENT, word_names.CUSTOM_XML):
            inner = child if child.tag != word_names.CONTROL else child.find(word_names.CONTROL_CONTENT)
            if inner is not None and (held := _held(inner)):
                return held
    return ""


def control(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    """A content control in a line, or around paragraphs, cells or rows.

    The tag of a control around a cell goes to the cell. A control around rows or tables names no single answer, so its
    tag is not handed on.
    """
    traits = control_traits(element)
    count = walker.size(element) - 1
    outer = walker.placeholder
    walker.placeholder += traits.placeholder
    if traits.holds in (word_names.CELL, word_names.ROW):
        around = walker.around
        if traits.tag and traits.holds == word_names.CELL:
            walker.around = (*around, traits.tag)
        walker.take(stream, count)
        walker.around, walker.placeholder = around, outer
        walker.update()
        return
    passage, start = walker.passage, len(walker.pieces)
    old = passage.rare.old if walker.tracked else []
    old_start = len(old)
    walker.take(stream, count)
    walker.placeholder = outer
    walker.update()
    if start and traits.holds == word_names.PARAGRAPH and walker.pieces[start : start + 1] == ["\n"]:
        start += 1  # the line break before the control is not its own
        old_start += 1
    text = "".join(walker.pieces[start:])
    unchanged = not walker.tracked or "".join(old[old_start:]) == text
    if traits.checked is not None and unchanged and len(text.strip()) <= 1:
        del walker.pieces[start:], old[old_start:]
        text = "☑" if traits.checked else "☐"
        walker.put(text)
    if traits.placeholder:
        passage.rare.empty_control = True
    if traits.tag and not walker.deleted:
        passage.rare.controls.append((traits.tag, text))
