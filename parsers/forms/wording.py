"""Printed wording made comparable: width, blanks, punctuation and serial numbers do not count. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from rapidfuzz import fuzz

from formgen.numerals import visible

T = TypeVar("T")

_LONGEST_KEPT = 600
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_SLACK = re.compile(r"(?!(?<=[0-9])[./:\-](?=[0-9]))(?!%)[\W_]")
_SERIAL = re.compile(
    r"^[\s\W_]*?(?:[(\[]\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*[)\]][、.,]?"
    r"|(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*(?:[、,:)]|\.(?![0-9]))|[0-9]{1,2}\s+(?=[^\d\s]))\s*"
)
_CIRCLED = re.compile("^\\s*[\u2460-\u2473\u2474-\u249b\u3220-\u3229\u2776-\u277f]\\s*")
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?%?")
_CLAUSE = re.compile(r"[，,。；;：:、！!？?（）()\n\t]+")

#: What is written where nothing is given. Compared after ``visible`` and NFKC.
NOTHING = frozenset(["/", "\\", "-", "–", "—", "―", "－", "_", "无", "∕", "╱", "n/a", "na", "nil", "空", "、"])


def _kept(function: Callable[[str], T]) -> Callable[[str], T]:
    """Keep the results for short texts: forms repeat the same words, and a long text would fill the memory."""
    cached = lru_cache(maxsize=4096)(function)

    @wraps(function)
    def kept(text: str) -> T:
        return cached(text) if len(text) <= _LONGEST_KEPT else function(text)

    return kept


@_kept
def key(text: str) -> str:
    """The text by which wording is compared: NFKC, lower case, without blanks and punctuation.

    A point, slash or hyphen between two digits stays, as does a per cent sign: ``1/3`` is not ``13``.
    """
    folded = "".join(unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).split())
    return _SLACK.sub("", folded).casefold()


@_kept
def wording(text: str) -> str:
    """The comparison key of a printed item or category, without its serial number."""
    return key(unnumbered(text)) or key(text)


def nfkc(text: str) -> str:
    """The text NFKC, without unseen characters."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def unnumbered(text: str) -> str:
    """The text without a serial number at its head, NFKC."""
    if _CIRCLED.match(text):
        return unicodedata.normalize("NFKC", _CIRCLED.sub("", text))
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).strip()
    return _SERIAL.sub("", folded, count=1)


def likeness(left: str, right: str) -> float:
    """How alike two keys are, 0 to 1."""
    return fuzz.ratio(left, right) / 100


@_kept
def figures(text: str) -> tuple[str, ...]:
    """The numbers that stand in a text, in order, without a serial number at its head and without trailing zeros."""
    found = _FIGURE.findall("".join(unnumbered(text).split()))
    return tuple(figure.rstrip("0").rstrip(".") if "." in figure else figure for figure in found)


@_kept
def clauses(text: str) -> tuple[str, ...]:
    """The keys of the clauses between punctuation marks, without a serial number at the head."""
    return tuple(filter(None, (key(part) for part in _CLAUSE.split(unnumbered(text)))))


def is_subsequence(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether ``part`` stands within ``whole`` in the same order, with gaps allowed."""
    rest = iter(whole)
    return all(element in rest for element in part)


def is_nothing(text: str) -> bool:
    """Whether only a mark for "nothing" stands there: ``/``, ``—``, ``无``. Blank text is not such a mark."""
    bare = unicodedata.normalize("NFKC", visible(text)).casefold().replace(" ", "")
    return bare in NOTHING or (len(bare) > 1 and set(bare) <= set("-–—―/\\_…."))


@_kept
def compact(text: str) -> tuple[str, tuple[int, ...]]:
    """A copy without blanks and unseen characters, NFKC character by character, and where each of its characters stood.

    Brackets and colons come out half-width, so that a label can be searched for however it was typed.
    """
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace() or _UNSEEN.match(character):
            continue
        for folded in unicodedata.normalize("NFKC", character):
            if not folded.isspace():
                characters.append(folded)
                places.append(place)
    return "".join(characters), tuple(places)


def without(text: str, printed: str) -> tuple[str, bool]:
    """What is left of a cell once the printed words are taken out, and whether they were found in full."""
    wanted = key(printed)
    if not wanted:
        return text.strip(), True
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for folded in key(character):
            characters.append(folded)
            places.append(place)
    plain = "".join(characters)
    wanted_loose = "".join(folded for character in printed for folded in key(character))
    start = plain.find(wanted_loose)
    if start < 0:
        return text.strip(), False
    first, last = places[start], places[start + len(wanted_loose) - 1]
    before, after = text[:first].strip(), text[last + 1 :].lstrip(" \t\r\n\u3000\u00a0。；;.，,）)”").rstrip()
    return "\n".join(filter(None, (before, after))), True


def excerpt(text: str, longest: int = 40) -> str:
    """The text in one line, cut to a length that fits into a message."""
    line = visible(text)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def names_one_line(text: str) -> str:
    """A name or label value in one line, without blanks between Chinese characters."""
    line = visible(text)
    return re.sub(r"(?<=[\u3400-\u9fff·〇])\s+(?=[\u3400-\u9fff·〇])", "", line)
