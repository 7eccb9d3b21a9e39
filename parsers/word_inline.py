"""What stands in a line of a Word document beside text: breaks, symbols, fields, drawings, formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from formgen.model import IssueCode
from parsers import word_names
from parsers.word_names import VAL, is_on
from parsers.word_passage import excerpt
from parsers.word_symbols import symbol

if TYPE_CHECKING:
    from lxml import etree

    from parsers.word_walk import Walker

Handler = Callable[["Walker", "etree._Element", "Iterator[Any]"], None]

#: Fields whose result is drawn from their code: nothing else in the file says what they show.
_DRAWN_FIELDS = ("EQ", "SYMBOL")


@dataclass(slots=True)
class Field:
    """A complex field that has begun and not ended."""

    in_code: bool = True  #: What stands here is not shown.
    own: bool = False  #: A check box or list whose state we have read from its data.
    code: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  #: Text that stood in the code.


# --- handlers --------------------------------------------------------------------------------------------------


def _put(text: str) -> Handler:
    def put(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
        walker.put(text)

    return put


def _tab(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    parent = element.getparent()
    if parent is not None and parent.tag == word_names.RUN:  # else it is a tab stop
        walker.put("\t")


def _symbol(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    font = element.get(word_names.FONT, "")
    try:
        code = int(element.get(word_names.CHAR, ""), 16)
    except ValueError:
        code = -1
    outer, walker.font = walker.font, ""
    walker.put(symbol(font, code))
    walker.font = outer


def _ruby(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    """Of a text with its pronunciation above, the text."""
    for child in element:
        count = walker.size(child)
        if child.tag == word_names.RUBY_BASE:
            walker.take(stream, count)
        else:
            for _ in range(count):
                next(stream, None)


def _drawing(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    """Text boxes in a drawing wait; a picture is only noted."""
    walker.drop(element, stream)
    if walker.absent:
        return
    boxes = len(walker.boxes)
    _find_boxes(walker, element)
    if len(walker.boxes) == boxes:
        walker.pictures = True


def _find_boxes(walker: Walker, element: etree._Element) -> None:
    for child in element:
        tag = child.tag
        if tag in (word_names.TEXT_BOX, word_names.DRAWN_PARAGRAPH, word_names.VML_TEXT):
            walker.boxes.append(child)
        elif tag == word_names.ALTERNATIVES:
            if (shown := word_names.branch(child)) is not None:
                _find_boxes(walker, shown)
        elif tag == word_names.OLE_OBJECT:
            walker.doubt(
                IssueCode.UNSUPPORTED, f"有嵌入的对象（{excerpt(child.get('ProgID') or '类型不明')}），其内容没有读取。"
            )
        else:
            _find_boxes(walker, child)


def _formula(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    walker.drop(element, stream)
    walker.put(math_text(element))


def math_text(element: etree._Element) -> str:
    """A formula in one line. A fraction keeps its stroke: 1 over 2 must never read as 12."""
    tag = element.tag
    if tag == word_names.MATH_TEXT:
        return element.text or ""
    parts = [text for child in element if (text := math_text(child))]
    if tag == word_names.FRACTION:
        return "/".join(parts)
    if tag == word_names.SUPERSCRIPT:
        return "^".join(parts)
    if tag == word_names.SUBSCRIPT:
        return "_".join(parts)
    return ("√" if tag == word_names.RADICAL else "") + "".join(parts)


def _other_file(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    walker.doubt(IssueCode.UNEXPECTED_TEXT, "文件中嵌入了另一份文件，其内容没有读取。")


# --- fields ----------------------------------------------------------------------------------------------------


def _field_mark(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    """Beginning, middle or end of a complex field: its code is not shown, its result is."""
    kind = element.get(word_names.FIELD_CHAR_TYPE)
    if kind == "begin":
        data = element.find(word_names.FORM_DATA)
        state = "" if data is None else form_state(data)
        if state:
            walker.put(state)
        walker.fields.append(Field(own=bool(state)))
        walker.code += 1
    elif walker.fields:
        current = walker.fields[-1]
        if kind == "separate" and current.in_code and not current.own:
            current.in_code = False
            walker.code -= 1
        elif kind == "end":
            walker.fields.pop()
            if current.in_code:
                walker.code -= 1
                code = "".join(current.code).strip()
                if code.upper().startswith(_DRAWN_FIELDS):
                    walker.doubt(IssueCode.LOW_CONFIDENCE, f"有用域代码画出的字符（{excerpt(code)}），读不出，请核对。")
    walker.update()


def _field_code(walker: Walker, element: etree._Element, stream: Iterator[Any]) -> None:
    if walker.fields and len(walker.fields[-1].code) < 100:
        walker.fields[-1].code.append(element.text or "")


def form_state(data: etree._Element) -> str:
    """What a legacy check box or list shows, ``""`` for a text field, whose result stands in the text."""
    for control in data:
        if control.tag == word_names.FORM_CHECK_BOX:
            marks = {mark.tag: mark for mark in control}
            state = marks.get(word_names.CHECKED, marks.get(word_names.DEFAULT))
            return "☑" if is_on(state) else "☐"
        if control.tag == word_names.FORM_LIST:
            entries = [mark.get(VAL, "") for mark in control if mark.tag == word_names.LIST_ENTRY]
            choices = {mark.tag: mark.get(VAL, "") for mark in control}
            value = choices.get(word_names.RESULT, choices.get(word_names.DEFAULT, "0"))
            chosen = int(value) if value.isdecimal() else 0
            return entries[chosen] if chosen < len(entries) else ""
    return ""


def abandon_fields(walker: Walker) -> None:
    """At a new paragraph: a code that has not ended is broken and must not swallow what follows."""
    if not walker.code:
        return
    if lost := "".join(text for broken in walker.fields if not broken.own for text in broken.lost).strip():
        walker.doubt(IssueCode.UNEXPECTED_TEXT, f"域代码没有结束，其中的文字“{excerpt(lost)}”没有读取。")
    walker.fields.clear()
    walker.code = 0
    walker.update()


#: By element name; ``parsers.word_walk`` adds those for tables, controls and tracked changes.
HANDLERS: dict[str, Handler] = {
    word_names.TAB: _tab,
    word_names.POSITION_TAB: _put("\t"),
    word_names.BREAK: _put("\n"),
    word_names.RETURN: _put("\n"),
    word_names.NO_BREAK_HYPHEN: _put("-"),
    word_names.SYMBOL: _symbol,
    word_names.RUBY: _ruby,
    word_names.DRAWING: _drawing,
    word_names.PICTURE: _drawing,
    word_names.OBJECT: _drawing,
    word_names.FORMULA: _formula,
    word_names.FIELD_CHAR: _field_mark,
    word_names.FIELD_CODE: _field_code,
    word_names.ALT_CHUNK: _other_file,
    word_names.SUB_DOCUMENT: _other_file,
}
