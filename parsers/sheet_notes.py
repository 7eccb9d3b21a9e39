"""What is noted of a sheet beside its values, whatever the file format: one shape for .xlsx, .xls, .xlsb and .ods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from formgen.errors import UnreadableInputError
from formgen.model import Issue, IssueCode, Severity
from formgen.parsing import Limits
from parsers.sheet_looks import Look

Place = tuple[int, int]  #: (row, column) in the sheet, from 0.

MOST_CELLS = 1_000_000  #: Cells in the used range of a sheet, blank ones too.

MOST_COLUMNS = 16_384  #: No program writes more; a damaged number may say 65,535.
_MOST_COLUMN_MARKS = 1_000_000
_MOST_COMMENTS = 20_000

_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?[A-Z]{1,3}\$?\d{1,7})?$")
_FIELD = re.compile(r"^(\d+)_(\d+)(?:_(.+))?$")
_NAME_PREFIX = "fg_"
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3}|[A-Za-z&])')
_PAGE_WORDS = re.compile(r"^(?:page|of|[第页共/\\\-－—·.,，\s])*$", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]")
_DATE = re.compile(r"[dmhys]")

#: Built-in formats (ECMA-376 18.8.30; 27–58 as in Chinese editions): percentages, dates, months without a day.
_PERCENT_IDS = frozenset((9, 10))
_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
_DURATION_ID = 46
_MONTH_IDS = frozenset((17, 27, 36, 50, 52, 55, 57))


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The cells of a sheet that show something."""

    texts: Mapping[str, str]  #: By ``E7``.
    numbers: Set[str]  #: Those of them that are numbers and look like it.
    first: Place | None  #: First row and first column in which there is one.
    last: Place | None


@dataclass(slots=True)
class SheetNotes:
    """What is known of one sheet beside its values; filled in while its parts are looked at."""

    cells: SheetCells | None = None  #: None: calamine must tell.
    visible: bool = True  #: Not looked at where calamine must tell.
    texts: dict[Place, str] = field(default_factory=dict)  #: What is shown, where the value is not what is shown.
    unsaved: set[Place] = field(default_factory=set)  #: Formulas whose result was not saved.
    percents: dict[Place, int] = field(default_factory=dict)  #: Numbers shown as percentages, with decimal places.
    months: set[Place] = field(default_factory=set)  #: Dates that are shown without their day.
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    tags: dict[Place, tuple[str, ...]] = field(default_factory=dict)
    end: Place | None = None  #: Last cell as declared, styled blank ones too. Not to be trusted.
    merges: list[tuple[Place, Place]] | None = None  #: None: calamine knows them.
    paragraphs: list[tuple[str, str]] = field(default_factory=list)  #: (spot, text) of headers, footers, text boxes.
    looks: dict[str, Look] = field(default_factory=dict)  #: By ``E7``: cells that may hide or change what they hold.
    issues: list[tuple[Issue, str]] = field(default_factory=list)  #: Issues still without a place, and their spot.
    column_marks: int = 0  #: Columns that were said to be hidden, those that are said again counted again.

    def hide_columns(self, first: int, last: int) -> None:
        """Note hidden columns, counted from 0. Raises UnreadableInputError where their ranges overlap without end."""
        self.column_marks += max(0, last - first + 1)
        if self.column_marks > _MOST_COLUMN_MARKS:
            raise UnreadableInputError("表格里列的定义相互重叠，多得不像话，没有读取。", "too-large")
        self.hidden_columns.update(range(first, last + 1))


@dataclass(slots=True)
class BookNotes:
    """What is known of a workbook beside the values of its sheets."""

    sheets: dict[str, SheetNotes] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    properties: Mapping[str, str] = field(default_factory=dict)
    pictures: bool = False  #: There are pictures in it.
    complete: bool = False  #: The cells are among the notes; else calamine must tell.


@dataclass(frozen=True, slots=True)
class Formats:
    """The cell styles, by their index as it is written, whose cells show something else than their value."""

    percent: Mapping[str, int] = field(default_factory=dict)  #: With the number of decimal places shown.
    months: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()  #: Dates and times of day; the months are among them.
    durations: frozenset[str] = frozenset()

    @property
    def special(self) -> frozenset[str]:
        """All of them."""
        return self.dates.union(self.durations, self.percent)


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """``A`` is 0, ``AA`` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """0 is ``A``, 26 is ``AA``."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def place_of(reference: str) -> Place | None:
    """The upper left cell of ``$E$4`` or ``E4:F5``; None if it is neither."""
    match = _REFERENCE.match(reference)
    return (int(match[2]) - 1, column_number(match[1])) if match and int(match[2]) else None


def spot_of(place: Place) -> str:
    """``E7`` for row 6, column 4 counted from 0."""
    return f"{column_letters(place[1])}{place[0] + 1}"


@lru_cache(maxsize=4096)
def tag_of(name: str) -> str | None:
    """The field id that a defined name stands for: ``fg_2_1_remark`` is ``2.1.remark``; None for other names."""
    if not name.startswith(_NAME_PREFIX):
        return None
    rest = name.removeprefix(_NAME_PREFIX)
    match = _FIELD.match(rest)
    return ".".join(filter(None, match.groups())) if match else rest


def format_kind(code: str) -> str:
    """``percent``, ``duration``, ``month`` (a date without its day), ``date`` (or time) or ``""`` for a format code."""
    words = _LITERAL.sub("", code.split(";")[0]).lower()
    bare = _BRACKETS.sub("", words)
    if "%" in bare:
        return "percent"
    if _DURATION.search(words):
        return "duration"
    if "y" in bare and "m" in bare and "d" not in bare and "h" not in bare:
        return "month"
    return "date" if _DATE.search(bare) else ""


def builtin_format_kind(number: int) -> str:
    """The same for the number of a built-in format."""
    if number in _PERCENT_IDS:
        return "percent"
    if number in _MONTH_IDS:
        return "month"
    return "duration" if number == _DURATION_ID else "date" if number in _DATE_IDS else ""


def note_format(notes: SheetNotes, formats: Formats, style: str, place: Place) -> None:
    """Note a number whose style makes it look like something else."""
    if style in formats.percent:
        notes.percents[place] = formats.percent[style]
    elif style in formats.months:
        notes.months.add(place)


def note_look(notes: SheetNotes, looks: Mapping[str, Look], style: str, place: Place) -> None:
    """Note a cell whose style may hide or change what it holds."""
    if look := looks.get(style):
        notes.looks[spot_of(place)] = look


def formats_of(styles: Iterable[int], codes: Mapping[int, str]) -> Formats:
    """The formats of a workbook from the format number of each style, and the codes of its own formats."""
    percent: dict[str, int] = {}
    found: dict[str, set[str]] = {"month": set(), "date": set(), "duration": set()}
    for index, number in enumerate(styles):
        code = codes.get(number, "")
        kind = format_kind(code) if code else builtin_format_kind(number)
        if kind == "percent":
            percent[str(index)] = percent_places(code or ("0.00%" if number == 10 else "0%"))
        elif kind:
            found[kind].add(str(index))
    months = frozenset(found["month"])
    return Formats(percent, months, months.union(found["date"]), frozenset(found["duration"]))


def note_header(notes: SheetNotes, text: str, *, top: bool) -> None:
    """Note the words of a header (``top``) or footer, as it is written in the file, with its codes."""
    notes.paragraphs += (("header" if top else "footer", words) for words in _header_words(text))


@lru_cache(maxsize=64)
def _header_words(text: str) -> tuple[str, ...]:
    """The words of the three sections of a header or footer, page numbers left out."""
    numbered = re.search(r"&[PN]", text) is not None
    sections = (
        _HEADER_CODE.sub(lambda match: "&" if match[0] == "&&" else "", section).strip()
        for section in re.split(r"&[LCR]", text)
    )
    return tuple(words for words in sections if words and not (numbered and _PAGE_WORDS.match(words)))


def note_comment(notes: SheetNotes, words: str, spot: str) -> None:
    """Note a comment on a cell."""
    if words:
        if len(notes.issues) >= _MOST_COMMENTS:
            raise UnreadableInputError(f"一张工作表的批注超过 {_MOST_COMMENTS:,} 条，没有读取。", "too-large")
        message = f"单元格有批注，未作为填写内容读取：{words[:200]}"
        notes.issues.append((Issue(IssueCode.UNEXPECTED_TEXT, Severity.INFO, message), spot))


def percent_places(code: str) -> int:
    """Decimal places that a percentage format shows."""
    match = re.search(r"\.([0#?]+)", _BRACKETS.sub("", _LITERAL.sub("", code.split(";")[0])))
    return min(len(match[1]), 30) if match else 0


def percentage(value: str, places: int) -> str:
    """``0.885`` as it is shown: ``88.5%``. Places beyond those of the format are kept: the value is what counts."""
    try:
        shown = Decimal(value) * 100
    except InvalidOperation:
        return value
    plain = f"{shown:.12f}".rstrip("0").rstrip(".")
    return (f"{shown:.{places}f}" if len(plain.partition(".")[2]) < places else plain) + "%"


def check_extent(name: str, rows: int, columns: int, limits: Limits) -> None:
    """Raise UnreadableInputError (``too-large``) for a sheet whose used range is beyond the limits."""
    if rows > limits.rows:
        detail = f"工作表“{name}”有 {rows:,} 行，上限 {limits.rows:,} 行"
    elif columns > MOST_COLUMNS:
        detail = f"工作表“{name}”有 {columns:,} 列，上限 {MOST_COLUMNS:,} 列"
    elif rows * columns > MOST_CELLS:
        detail = f"工作表“{name}”有 {rows:,} 行 × {columns:,} 列，上限 {MOST_CELLS:,} 格"
    else:
        return
    raise UnreadableInputError(f"表格过大，没有读取：{detail}。若有误填在远处的单元格，请删除后另存再发。", "too-large")
