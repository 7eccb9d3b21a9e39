"""How much room the paragraphs of a Word document take, by arithmetic: styles, widths of characters, lines. Pure.

Chinese characters are as wide as they are high in every face that a form may be printed in, so what a line holds can
be counted; Latin letters are taken as wide as in the widest of the faces that may stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NS = {"w": W[1:-1]}
_NOT_FIRST = frozenset("，。、；：？！）》」』】〕”’…—％%,.;:?!)]}·")  #: None begins a line.
_NOT_LAST = frozenset("（《「『【〔“‘([{")  #: None ends a line.
_WORD = re.compile(r"[!-~]+|\t|.", re.DOTALL)
#: Where a program leaves a quarter of a character free: between a Chinese character and a Latin letter or digit.
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u3400-\u9fff])")
_NARROW = frozenset("il.,:;'|! ")

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Room:
    """What a paragraph says of its room, in twips."""

    line: int  #: Height of a line; 0 where it is not exact.
    before: int
    after: int
    size: int  #: Width of a Chinese character.
    left: int
    right: int
    align: str
    tabs: tuple[int, ...]

    def height(self, words: str, width: int) -> int:
        """The height of the paragraph with these words in a column."""
        return self.before + lines(words, (width - self.left - self.right) / self.size) * self.line + self.after


class Styles:
    """The paragraph styles of a document."""

    def __init__(self, data: bytes) -> None:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
        self._styles = {str(one.get(W + "styleId")): one for one in root.findall("w:style", _NS)}
        self._defaults = list(root.findall("w:docDefaults/*/*", _NS))
        normal = [
            key
            for key, one in self._styles.items()
            if one.get(W + "type") == "paragraph" and one.get(W + "default") in ("1", "true")
        ]
        self._normal = normal[0] if normal else ""
        self._known: dict[str, dict[str, dict[str, str]]] = {}

    def room(self, paragraph: Element) -> Room:
        """What the paragraph, its style and the styles that it is based on say."""
        own = paragraph.find("w:pPr", _NS)
        style = own.find("w:pStyle", _NS) if own is not None else None
        name = style.get(W + "val", "") if style is not None else self._normal
        said = {key: dict(values) for key, values in self._of(name).items()}
        if own is not None:
            _say(said, own)
        sizes = [int(said.get("sz", {}).get("val", "21"))]
        for one in paragraph.iterfind(".//w:r/w:rPr/w:sz", _NS):
            sizes.append(int(one.get(W + "val", "0")))
        spacing, indent = said.get("spacing", {}), said.get("ind", {})
        exact = spacing.get("lineRule") == "exact"
        return Room(
            line=int(spacing.get("line", "0")) if exact else 0,
            before=int(spacing.get("before", "0")),
            after=int(spacing.get("after", "0")),
            size=max(sizes) * 10,
            left=int(indent.get("left", indent.get("start", "0"))),
            right=int(indent.get("right", indent.get("end", "0"))),
            align=said.get("jc", {}).get("val", "left"),
            tabs=tuple(sorted(int(place) for place in said.get("tabs", {}).values())),
        )

    def _of(self, name: str) -> dict[str, dict[str, str]]:
        if name not in self._known:
            said: dict[str, dict[str, str]] = {}
            for one in self._defaults:
                _say(said, one)
            for style in reversed(list(self._line(name))):
                for part in ("pPr", "rPr"):
                    found = style.find(f"w:{part}", _NS)
                    if found is not None:
                        _say(said, found, runs=part == "rPr")
            self._known[name] = said
        return self._known[name]

    def _line(self, name: str) -> Iterator[Element]:
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            based = self._styles[name].find("w:basedOn", _NS)
            name = based.get(W + "val", "") if based is not None else ""


def _say(said: dict[str, dict[str, str]], properties: Element, *, runs: bool = False) -> None:
    for one in properties:
        name = etree.QName(one).localname
        if name == "tabs":
            stops = said.setdefault("tabs", {})
            for tab in one:
                stops[tab.get(W + "pos", "")] = tab.get(W + "pos", "0")
        elif name in (("sz",) if runs else ("spacing", "ind", "jc", "sz")):
            values: Mapping[str, str] = {etree.QName(key).localname: str(value) for key, value in one.attrib.items()}
            said.setdefault(name, {}).update(values)


def words_of(element: Element) -> str:
    """The words of a paragraph, with line breaks and tabs."""
    pieces = []
    for one in element.iter(W + "t", W + "br", W + "tab"):
        if one.tag == W + "t":
            pieces.append(one.text or "")
        elif (above := one.getparent()) is not None and above.tag == W + "r":  # a stop in w:tabs is none
            pieces.append("\n" if one.tag == W + "br" else "\t")
    return "".join(pieces)


def width(words: str) -> float:
    """The width of words on one line, in Chinese characters."""
    total = 0.25 * len(_BETWEEN.findall(words))
    for character in words:
        if character >= "\u2000" or character in "·×÷±°§":
            total += 1.0
        elif character in _NARROW:
            total += 0.4
        elif character.isupper() or character in "%@&":
            total += 0.9
        else:
            total += 0.65
    return total


def lines(words: str, room: float) -> int:
    """How many lines words take in a column of so many Chinese characters; an empty paragraph takes one."""
    return sum(_lines(line, max(1.0, room)) for line in words.split("\n"))


def _lines(words: str, room: float) -> int:
    count, used, last = 1, 0.0, ""
    for unit in _units(words):
        needed = width(unit)
        beside = width(last[-1:] + unit[0]) - width(last[-1:]) - width(unit[0]) if last else 0.0
        last = unit
        if used and used + beside + needed > room:
            count, used, beside = count + 1, 0.0, 0.0
        needed += beside
        while needed > room:
            count, needed = count + 1, needed - room
        used += needed
    return count


def _units(words: str) -> Iterator[str]:
    """The pieces of a text that no line end divides."""
    unit = ""
    for piece in _WORD.findall(words):
        if unit and piece[0] not in _NOT_FIRST and unit[-1] not in _NOT_LAST:
            yield unit
            unit = ""
        unit += piece
    if unit:
        yield unit
