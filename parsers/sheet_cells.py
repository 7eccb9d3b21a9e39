"""The cells of a .xlsx sheet: what each one shows, from the markup of its part.

Markup as office programs write it is scanned; only what is written in any other way is parsed, at five times the cost.
Both give the same cells (tests/test_excel_cells.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from formgen.parsing import Limits
from parsers import ooxml
from parsers.sheet_looks import PLAIN, Look
from parsers.sheet_notes import (
    Formats,
    Place,
    SheetCells,
    SheetNotes,
    check_extent,
    column_letters,
    column_number,
    percentage,
    place_of,
)
from parsers.sheet_styles import Runs, hinted, runs_of
from parsers.sheet_values import duration, moment, shown, written_moment, written_number

if TYPE_CHECKING:
    from lxml import etree

#: A cell as it is written: letters, row, attributes, opening tags, content, other elements than one with content.
_Cell = tuple[str, str, str, str, str, str]

#: A cell as office programs write it; of any other one only its beginning, and so without letters.
_CELL = re.compile(
    r'<c(?: r="([A-Z]{1,3})(\d{1,7})"([^<>/]*)'
    r'(?:>(<v>|<is><t>|<is><t xml:space="preserve">)([^<]*)</(?:v|t></is)></c>|/>|></c>'
    r"|>((?:<f(?: [^<>]*?)?(?:/>|>[^<]*</f>))?"
    r'(?:<v(?: xml:space="preserve")?>[^<]*</v>|<v ?/>|<is><t ?/></is>)?)</c>)|)'
)
_KEPT = '<is><t xml:space="preserve">'
_VALUE = re.compile(r"<v[^>/]*>([^<]*)</v>")
_TYPE = re.compile(r' t="(\w*)"')
_STYLE = re.compile(r' s="(\d+)"')
_STRING = re.compile(r'<si>(?:<t( xml:space="preserve")?>([^<]*)</t>|<t ?/>)</si>')
_ENCODING = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["'](?!utf-8["']|us-ascii["'])""", re.IGNORECASE)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PARTED = "\ue5e5"  #: Between texts; of the private area. Where it stands in a file, markup is parsed.
_BLANK = " \t\r\n"
_LONG = 2_000_000  #: Characters of a sheet whose cells are looked at one by one, and not all listed at first.
_MOST_DIGITS = 7  #: Of the number of a row.
_MOST_TEXT = 4_000_000  #: Characters that are unescaped at once; libxml2 takes 10 million.
_HIDES_ZEROS = re.compile(rb"""showZeros=["'](?:0|false)["']""")
_KEEPS_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the cells of all sheets of a workbook refer to."""

    strings: Mapping[str, str]  #: The shared strings by their number.
    formats: Formats
    stale: bool  #: The producer asks for all formulas to be computed on opening: a saved 0 is not vouched for.
    from_1904: bool  #: Days are counted from 1904.
    looks: Mapping[str, Look] = field(default_factory=dict)  #: Styles that may hide or change what is seen.
    marked: Mapping[str, Runs] = field(default_factory=dict)  #: Shared strings with words that are crossed out.


def scannable(data: bytes) -> str | None:
    """The text of a part (as ``ooxml.markup`` gives it) if nothing in it forbids to scan it for elements."""
    if _ENCODING.match(data):
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if ("!" in text and "<!" in text) or _PARTED in text else text  # one letter is sought much faster


def read_strings(data: bytes) -> Mapping[str, str]:
    """The shared strings of a workbook by their number, of formatted ones all runs but the phonetic ones above them.

    Raises UnreadableInputError.
    """
    text = scannable(data)
    if text is not None and text.rstrip().endswith("</sst>"):
        found = _STRING.findall(text)
        if len(found) == text.count("<si>") + text.count("<si/>") == text.count("</si>"):
            return _numbered(_unescaped([words if kept else words.strip(_BLANK) for kept, words in found]))
    return _numbered([_unmarked(_words(item)) for item in ooxml.xml(data).iterchildren("{*}si")])


def _numbered(strings: Sequence[str]) -> Mapping[str, str]:
    return dict(zip(map(str, range(len(strings))), strings, strict=True))


def read_cells(name: str, data: bytes, text: str | None, setting: Setting, notes: SheetNotes, limits: Limits) -> None:
    """Note the cells of a sheet: what they show, and where results of formulas are missing.

    ``text`` is that of ``data`` if it may be scanned. Raises UnreadableInputError (``unreadable``, ``too-large``).
    """
    cells = root = None
    if text is not None and (found := _scanned(text, limits, name)) is not None:
        cells = _read(found, setting, notes, escaped=True)
    if cells is None:
        root = ooxml.xml(data)
        cells = _read(_walked(root), setting, notes, escaped=False)
    notes.cells = cells
    rich = hinted(data)
    if setting.looks or setting.marked or rich:
        again = _scanned(text, limits, name) if text is not None and root is None and not rich else None
        _note_looks(_walked(root := ooxml.xml(data)) if again is None else again, setting, notes)
        if rich and root is not None:
            _note_runs(root, notes)
    if cells and _HIDES_ZEROS.search(data, 0, 4096):
        for spot in cells.numbers:
            if cells.texts[spot] == "0":
                notes.looks[spot] = replace(notes.looks.get(spot, PLAIN), code=";;;")
    places = [*notes.unsaved, *([cells.last] if cells and cells.last else ())]
    if places:
        check_extent(name, max(row for row, _ in places) + 1, max(column for _, column in places) + 1, limits)


def _note_looks(found: Iterable[_Cell], setting: Setting, notes: SheetNotes) -> None:
    """Note the cells whose style or shared string may hide or change what they hold."""
    looks, marked = setting.looks, setting.marked
    for letters, row, about, _, content, rest in found:
        kind, style = _about(about)
        look = looks.get(style or "0", PLAIN)
        if kind == "s" and marked:
            value = _VALUE.search(rest) if rest else None
            if runs := marked.get(value[1] if value else content):
                look = replace(look, words=runs[0], white=runs[1])
        if look is not PLAIN:
            notes.looks[letters + row] = look


def _note_runs(root: etree._Element, notes: SheetNotes) -> None:
    """Note the cells that have crossed out or white words in a string of their own."""
    for place, cell in zip(_walked(root), root.iterfind("{*}sheetData/{*}row/{*}c"), strict=True):
        item = cell.find("{*}is")
        runs = runs_of(item) if item is not None else ("", "")
        if any(map(str.strip, runs)):
            spot = place[0] + place[1]
            notes.looks[spot] = replace(notes.looks.get(spot, PLAIN), words=runs[0], white=runs[1])


def _scanned(text: str, limits: Limits, name: str) -> Iterable[_Cell] | None:
    """The cells in markup as office programs write it; None if it is written in any other way."""
    start, end = text.find("<sheetData"), text.rfind("</sheetData>")
    if start < 0 or end < start or not text.rstrip().endswith("</worksheet>"):
        return None
    if end - start > _LONG:
        return _one_by_one(text, start, end, limits, name)
    found: list[_Cell] = _CELL.findall(text, start, end)
    return found


def _one_by_one(text: str, start: int, end: int, limits: Limits, name: str) -> Iterator[_Cell]:
    for match in _CELL.finditer(text, start, end):
        letters, row, about, opening, content, rest = match.groups("")
        if (opening or rest) and int(row) > limits.rows:
            check_extent(name, int(row), 1, limits)
        yield letters, row, about, opening, content, rest


def _walked(root: etree._Element) -> Iterator[_Cell]:
    """The cells in any markup. One that does not say where it stands follows the last."""
    space = space_of(root)
    row = -1
    for line in root.iterfind(f"{space}sheetData/{space}row"):
        row = _row_number(line.get("r"), row + 2) - 1
        column = -1
        for cell in line.iterchildren(f"{space}c"):
            row, column = place_of(cell.get("r") or "") or (row, column + 1)
            value, words = cell.find(f"{space}v"), cell.find(f"{space}is")
            opening = "" if value is None else "<v>"
            content = "" if value is None else "".join(map(str, value.itertext()))
            if words is not None:
                opening, content = _KEPT, _words(words)
            about = f' t="{cell.get("t") or ""}" s="{cell.get("s") or ""}"'
            rest = ""
            if cell.find(f"{space}f") is not None:
                rest = "<f>"
            elif opening == "<v>" and not content:
                opening, rest = "", "<v/>"
            yield column_letters(column), str(row + 1), about, opening, content, rest


def _row_number(written: str | None, following: int) -> int:
    """The number that a row says it has; the ``following`` one where it says nothing. Raises UnreadableInputError."""
    number = (written or "").strip()
    if not number:
        return following
    if not number.isascii() or not number.isdecimal() or len(number) > _MOST_DIGITS or int(number) == 0:
        raise ooxml.damaged(f"行号“{number[:20]}”有误")
    return int(number)


def space_of(root: etree._Element) -> str:
    """The namespace of an element, as ``{…}``."""
    tag = str(root.tag)
    return tag[: tag.index("}") + 1] if "}" in tag else ""


def _words(item: etree._Element) -> str:
    """The text of a string: its own, or that of its runs."""
    space = space_of(item)
    words = ""
    for part in item:
        text = part if part.tag == f"{space}t" else part.find(f"{space}t") if part.tag == f"{space}r" else None
        if text is not None:
            own = "".join(map(str, text.itertext()))
            words += own if text.get(_KEEPS_SPACE) == "preserve" else own.strip(_BLANK)
    return words


def _read(found: Iterable[_Cell], setting: Setting, notes: SheetNotes, *, escaped: bool) -> SheetCells | None:
    """The cells that show something; formulas whose result is not in the file are noted apart.

    None if there is a cell that cannot be scanned.
    """
    texts: dict[str, str] = {}
    numbers: set[str] = set()
    spots: list[str] = []
    words: list[str] = []
    rows: set[str] = set()
    columns: set[str] = set()
    strings, formats, stale = setting.strings, setting.formats, setting.stale
    special = formats.special
    for letters, row, about, opening, content, rest in found:
        if opening == "<v>" or (rest and rest[:3] != "<is"):
            spot = letters + row
            kind, style = _about(about)
            if rest:
                if value := _VALUE.search(rest):
                    content = value[1]
                if rest[1] == "f" and _unsaved(kind, content, stale):
                    notes.unsaved.add(_place(letters, row))
                    continue
        elif opening or rest:
            spots.append(letters + row)
            words.append(content.strip(_BLANK) if opening == "<is><t>" else content)
            rows.add(row)
            columns.add(letters)
            continue
        elif letters:
            continue
        else:
            return None
        if kind == "s":
            if not content:
                continue
            texts[spot] = strings[content] if content in strings else _missing(content)
        elif kind == "n":
            if not content:
                continue
            text, number = _formatted(content, style, setting) if style in special else written_number(content)
            if number:
                numbers.add(spot)
            elif text is content:
                spots.append(spot)
                words.append(text)
            texts[spot] = text
        elif kind == "str" or (kind == "inlineStr" and content):
            spots.append(spot)
            words.append(content)
        elif kind == "b" and content:
            texts[spot] = "FALSE" if content == "0" else "TRUE"
        elif kind == "e":
            texts[spot] = content or "#ERROR!"
        elif kind == "d":
            texts[spot] = _iso(content, style in formats.months)
        elif content:
            raise ooxml.damaged(f"单元格 {spot} 的类型“{kind[:20]}”不认识")
        else:
            continue
        rows.add(row)
        columns.add(letters)
    texts.update(zip(spots, _unescaped(words) if escaped else map(_unmarked, words), strict=True))
    if not rows:
        return SheetCells(texts, numbers, None, None)
    lines = [int(row) - 1 for row in rows]
    across = [column_number(letters) for letters in columns]
    if min(lines) < 0:
        raise ooxml.damaged("有单元格在第 0 行")
    return SheetCells(texts, numbers, (min(lines), min(across)), (max(lines), max(across)))


@lru_cache(maxsize=1024)
def _about(attributes: str) -> tuple[str, str]:
    """The type and the style of a cell."""
    kind, style = _TYPE.search(attributes), _STYLE.search(attributes)
    return (kind[1] if kind else "") or "n", style[1] if style else ""


def _place(letters: str, row: str) -> Place:
    if row.strip("0") == "":
        raise ooxml.damaged("有单元格在第 0 行")
    return int(row) - 1, column_number(letters)


def _unsaved(kind: str, value: str, stale: bool) -> bool:
    """Whether the result of a formula is not in the file. An empty text is a result; a 0 of a program that did not
    compute (XlsxWriter writes one beside every formula, and asks for a full calculation) is none."""
    if not value.strip():
        return kind != "str"
    return stale and kind == "n" and value.strip() in ("0", "0.0")


def _missing(index: str) -> str:
    raise ooxml.damaged(f"没有第 {index[:20]} 个共享字符串")


def _formatted(written: str, style: str, setting: Setting) -> tuple[str, bool]:
    """What a number shows whose style makes it look like something else, and whether that is still a number."""
    text, number = written_number(written)
    if not number:
        return written, False
    formats, value = setting.formats, float(written)
    if style in formats.percent:
        return percentage(repr(value), formats.percent[style]), False
    found = duration(value) if style in formats.durations else moment(value, from_1904=setting.from_1904)
    if found is None:
        return text, True
    if style in formats.months and isinstance(found, date):
        return f"{found.year}-{found.month:02}", False
    return shown(found), False


def _iso(written: str, month: bool) -> str:
    found = written_moment(written)
    if month and isinstance(found, date):
        return f"{found.year}-{found.month:02}"
    return shown(found) if found is not None else written


def _unescaped(words: list[str]) -> list[str]:
    """Texts with references (``&#22823;``, ``&amp;``) and escapes (``_x000D_``) put into the characters they are.

    Raises UnreadableInputError for references that XML does not know.
    """
    joined = _PARTED.join(words)
    if "&" in joined:
        from lxml import etree

        if len(joined) > _MOST_TEXT and len(words) > 1:
            middle = len(words) // 2
            return _unescaped(words[:middle]) + _unescaped(words[middle:])
        try:
            root = etree.fromstring(f"<a>{joined}</a>", ooxml.xml_parser())
        except etree.XMLSyntaxError:
            raise ooxml.damaged("单元格中的字符引用有误") from None
        joined = str(root.text or "")
        parted = joined.split(_PARTED) if words else []
        if len(root) or len(parted) != len(words):
            raise ooxml.damaged("单元格中的字符引用有误")
        words = parted
    return [_unmarked(text) for text in words] if "_x" in joined else words


def _unmarked(text: str) -> str:
    """A text with its ``_x000D_`` escapes put into the characters they are."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
