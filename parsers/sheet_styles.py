"""The styles and the runs of a .xlsx that hide or change what is seen; looked for only where markup hints at one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from parsers import ooxml
from parsers.sheet_appearance import BUILTIN_CODES
from parsers.sheet_looks import PLAIN, Look
from parsers.sheet_notes import builtin_format_kind, format_kind

if TYPE_CHECKING:
    from lxml import etree

_HINT = re.compile(
    rb"""strike|theme=["']0["']|indexed=["'](?:1|9)["']|FFFFFF["']|ffffff["']|["']solid["']|<(?:\w+:)?numFmt\s"""
    rb"""|numFmtId\s*=\s*["'](?:[1-9]|1[0-3]|3[7-9]|4[0-4]|48)["']"""
)
_RUN_HINT = re.compile(rb"""strike|theme=["']0["']|indexed=["'](?:1|9)["']|FFFFFF["']|ffffff["']""")
_PLAIN_CODES = frozenset(("", "general", "@", "g/通用格式"))
_WHITE = "white"
_T = TypeVar("_T")

Runs = tuple[str, str]  #: Words of a string that are crossed out, and words of it that are white.


@lru_cache(maxsize=32)  # all copies of one blank have the same styles
def looks_of(data: bytes) -> Mapping[str, Look]:
    """The styles of ``styles.xml``, by their index as it is written, that may hide or change what is seen.

    Raises UnreadableInputError.
    """
    if not _HINT.search(data, 0, data.rfind(b"cellXfs>")):  # behind it are palettes, full of white
        return {}
    root = ooxml.xml(data)
    codes = {item.get("numFmtId") or "": item.get("formatCode") or "" for item in root.iter("{*}numFmt")}
    fonts_found = [_font(font) for font in root.iterfind("{*}fonts/{*}font")]
    grounds = [_ground(fill) for fill in root.iterfind("{*}fills/{*}fill")]
    looks: dict[str, Look] = {}
    for index, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        struck, color = _at(fonts_found, style.get("fontId")) or (False, "")
        ground = _at(grounds, style.get("fillId")) or ""
        unseen = color == _WHITE if not ground else color == ground
        filled = ground not in ("", _WHITE)
        look = Look(struck, unseen, filled, code_of(style.get("numFmtId") or "0", codes))
        if look != PLAIN:
            looks[str(index)] = look
    return looks


def code_of(number: str, codes: Mapping[str, str]) -> str:
    """The code of a number format if it may hide or change a number that is shown by it; else nothing."""
    known = int(number) if number.isdecimal() and len(number) < 9 else 0
    code = codes.get(number, "") or BUILTIN_CODES.get(known, "")
    kind = format_kind(code) if code else builtin_format_kind(known)
    return "" if kind not in ("", "percent") or code.lower() in _PLAIN_CODES else code


def _at(found: Sequence[_T], index: str | None) -> _T | None:
    number = int(index) if index and index.isdecimal() and len(index) < 9 else 0
    return found[number] if number < len(found) else None


def _font(font: etree._Element) -> tuple[bool, str]:
    """Whether a font (or the marks of a run) is crossed out, and its colour."""
    struck = any((mark.get("val") or "1") not in ("0", "false") for mark in font.iterchildren("{*}strike"))
    return struck, _color(next(font.iterchildren("{*}color"), None))


def _ground(fill: etree._Element) -> str:
    """The colour of a ground: nothing where there is none, ``?`` where it cannot be told."""
    pattern = next(fill.iterchildren("{*}patternFill"), None)
    if pattern is None:
        return "?" if len(fill) else ""
    kind = pattern.get("patternType") or "none"
    if kind != "solid":
        return "" if kind == "none" else "?"
    return _color(next(pattern.iterchildren("{*}fgColor"), None)) or "?"


def _color(mark: etree._Element | None) -> str:
    """A colour as it may be compared; nothing where none is said."""
    if mark is None:
        return ""
    rgb, theme, indexed = (mark.get("rgb") or "").upper()[-6:], mark.get("theme"), mark.get("indexed")
    tint = (mark.get("tint") or "0").strip("0.")
    if rgb == "FFFFFF" or indexed in ("1", "9") or (theme == "0" and not tint):
        return _WHITE
    if rgb:
        return rgb
    return f"theme {theme} {tint}" if theme else f"indexed {indexed}" if indexed else ""


def hinted(data: bytes) -> bool:
    """Whether the runs of a string in this markup may be crossed out or white."""
    return b"rPr" in data and _RUN_HINT.search(data) is not None


def runs_of(item: etree._Element) -> Runs:
    """The words of a string (or of a cell's own) that are crossed out, and those that are white."""
    struck = white = ""
    for run in item.iterchildren("{*}r"):
        marks = next(run.iterchildren("{*}rPr"), None)
        if marks is None:
            continue
        is_struck, color = _font(marks)
        words = "".join(str(words) for part in run.iterchildren("{*}t") for words in part.itertext())
        struck += words if is_struck else ""
        white += words if color == _WHITE and not is_struck else ""
    return struck, white


def marked_strings(data: bytes) -> Mapping[str, Runs]:
    """The shared strings, by their number, that have words crossed out or white. Raises UnreadableInputError."""
    if not hinted(data):
        return {}
    found = enumerate(map(runs_of, ooxml.xml(data).iterchildren("{*}si")))
    return {str(number): runs for number, runs in found if any(map(str.strip, runs))}
