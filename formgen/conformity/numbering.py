"""The numbers that Word sets before paragraphs by itself (automatic numbering)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from formgen.conformity.styles import Raw, W, child, number, paragraph_properties

if TYPE_CHECKING:
    from lxml.etree import _Element

_DIGITS = "〇一二三四五六七八九"
_LEVELS = 9


def chinese(value: int) -> str:
    """A number from 0 to 99 in Chinese; beyond that in digits."""
    if not 0 <= value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones or not tens else "")


def _in(form: str, value: int) -> str:
    if form in {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"}:
        return chinese(value)
    if form in {"lowerLetter", "upperLetter"} and 1 <= value <= 26:
        return chr((97 if form == "lowerLetter" else 65) + value - 1)
    if form in {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"} and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    return str(value)


class Numbering:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, root: _Element | None) -> None:
        self._abstract: dict[str, _Element] = {}
        self._of: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()
        if root is None:
            return
        for item in root.findall(f"{W}abstractNum"):
            self._abstract[item.get(f"{W}abstractNumId", "")] = item
        for item in root.findall(f"{W}num"):
            key = item.get(f"{W}numId", "")
            link = child(item, "abstractNumId")
            self._of[key] = link.get(f"{W}val", "") if link is not None else ""
            for over in item.findall(f"{W}lvlOverride"):
                start = child(over, "startOverride")
                if start is not None:
                    self._starts[key, number(over.get(f"{W}ilvl"))] = number(start.get(f"{W}val"), 1)

    def shape(self, key: str, level: int) -> Raw:
        """Paragraph properties that a level of a list sets."""
        return paragraph_properties(child(self._level(key, level), "pPr"))

    def label(self, key: str, level: int) -> str:
        """Count one paragraph on, and give the number that stands before it; "" if there is none."""
        found = self._level(key, level)
        if found is None:
            return ""
        counts = self._counts.setdefault(self._of[key], [None] * _LEVELS)
        if key not in self._begun:
            self._begun.add(key)
            for at in range(_LEVELS):
                if (key, at) in self._starts:
                    counts[at] = None
        last = counts[level]
        counts[level] = self._start(key, level) if last is None else last + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        text = child(found, "lvlText")
        form = child(found, "numFmt")
        if form is not None and form.get(f"{W}val") in {"bullet", "none"}:
            return ""

        def stands(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            held = counts[at] if counts[at] is not None else self._start(key, at)
            fmt = child(self._level(key, at), "numFmt")
            return _in(fmt.get(f"{W}val", "decimal") if fmt is not None else "decimal", held or 0)

        return re.sub(r"%([1-9])", stands, text.get(f"{W}val", "") if text is not None else "")

    def _level(self, key: str, level: int) -> _Element | None:
        abstract = self._abstract.get(self._of.get(key, ""))
        if abstract is None or not 0 <= level < _LEVELS:
            return None
        return next((lvl for lvl in abstract.findall(f"{W}lvl") if number(lvl.get(f"{W}ilvl")) == level), None)

    def _start(self, key: str, level: int) -> int:
        if (key, level) in self._starts:
            return self._starts[key, level]
        start = child(self._level(key, level), "start")
        return number(start.get(f"{W}val"), 1) if start is not None else 1
