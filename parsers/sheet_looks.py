"""Cells whose looks hide or change what they hold: crossed out, white on white, shown otherwise by their format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from formgen.model import Issue, IssueCode, Locator, Severity
from parsers.grid import Cell
from parsers.sheet_appearance import appearance, says, text_appearance

_MOST_ISSUES = 2_000  #: Of one sheet; what is beyond is said once.
_LONGEST = 400  #: Characters of a format code that is made sense of; Excel allows 255.


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks. The default is nothing that needs to be told."""

    struck: bool = False  #: Crossed out.
    unseen: bool = False  #: In the colour of its ground.
    filled: bool = False  #: Its ground is coloured: white words can be seen on it.
    code: str = ""  #: The number format; empty where it changes nothing.
    shown: str = ""  #: What is shown, where the file tells it; then ``code`` is empty.
    words: str = ""  #: Words in it that are crossed out.
    white: str = ""  #: Words in it that are white.


PLAIN = Look()


def look_doubts(part: str, cells: Mapping[str, Cell], looks: Mapping[str, Look]) -> Iterator[Issue]:
    """A warning for each cell (by ``E7``, with its look) that a reader of the sheet would not see as it was read."""
    count = 0
    for spot, look in looks.items():
        cell = cells.get(spot)
        found = _doubt(cell.text, look, number=cell.number) if cell and cell.text.strip() else None
        if not found:
            continue
        count += 1
        if count > _MOST_ISSUES:
            message = "还有很多单元格显示的内容与实际保存的不同，没有逐一列出，请核对整张表。"
            yield Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, Locator(part, spot))
            return
        yield Issue(found[0], Severity.WARNING, found[1], Locator(part, spot))


def _doubt(text: str, look: Look, *, number: bool) -> tuple[IssueCode, str] | None:
    """Why a cell may not be taken for what it holds."""
    brief = text if len(text) <= 40 else f"{text[:40]}…"
    if look.struck:
        return IssueCode.UNEXPECTED_TEXT, f"单元格里的“{brief}”已划去（删除线），仍按此读取，请核对。"
    if look.unseen:
        return IssueCode.HIDDEN_CONTENT, f"单元格里的“{brief}”与底色同色，看不见，仍按此读取，请核对。"
    if look.words.strip():
        return IssueCode.UNEXPECTED_TEXT, f"“{brief}”中的“{look.words[:40]}”已划去（删除线），仍一并读取，请核对。"
    if look.white.strip() and not look.filled:
        return IssueCode.HIDDEN_CONTENT, f"“{brief}”中的“{look.white[:40]}”是白字，看不见，仍一并读取，请核对。"
    shown = _shown(text, look, number=number)
    if shown is None:
        return None
    if not shown.strip():
        return IssueCode.HIDDEN_CONTENT, f"单元格的数字格式使内容不显示，实际保存的是“{brief}”，按此读取，请核对。"
    message = f"单元格显示为“{shown.strip()[:40]}”，实际保存的是“{brief}”，按保存的读取，请核对。"
    return IssueCode.LOW_CONFIDENCE, message


def _shown(text: str, look: Look, *, number: bool) -> str | None:
    """What is shown if that is not the value; None if it is, or if it is not to be told."""
    if look.shown:
        return None if says(look.shown, text) else look.shown
    if not look.code or len(look.code) > _LONGEST:
        return None
    if number or ("%" in look.code and _is_percentage(text)):
        shown = appearance(look.code, text)
        return None if says(shown, text) else shown
    shown = text_appearance(look.code, text)
    return None if text.strip() in shown else shown


def _is_percentage(text: str) -> bool:
    return text.endswith("%") and text[:-1].removeprefix("-").replace(".", "", 1).isdecimal()
