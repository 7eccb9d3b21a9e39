"""An Excel form prepared once and filled many times: the sheet with holes in its cells and in the heights of its rows.

openpyxl fills the template once with a context of holes (``holes``); the sheet that it writes is cut at the cells whose
values come from the context. For each further context those cells are written anew, as a text or as a number, and the
rest of the book is copied, compressed as it is. Before a plate is used it has filled a probe of awkward texts, and
openpyxl has read from it what it reads from its own book. What cannot be followed goes through openpyxl.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formgen.errors import TemplateError
from formgen.rendering import excel
from formgen.rendering.holes import (
    CLOSES,
    OPENS,
    Guard,
    Hole,
    Trace,
    UntraceableError,
    flattened,
    watched,
    watched_tests,
    with_holes,
)
from formgen.rendering.packing import Member, member, packed
from formgen.rendering.prepared import probe, rebuilt
from formgen.rendering.sheet_answers import NUMBER
from formgen.rendering.sheet_reading import same_book

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook

_SENTINEL = re.compile(f"{OPENS}(\\d+){CLOSES}")
_CELL = re.compile(r'<c r="([A-Z]+\d+)" s="\d+" t="n"></c>')
_ROW = re.compile(r'(<row r="(\d+)"[^>]* ht=")[^"]*(")')
_CUSTOM = "docProps/custom.xml"
_AWKWARD = ("=cmd|'/C calc'!A0", "甲&<b>\"乙'\n丙\x01 ", "", "12.50", "-3", "长" * 60, " @x", "{{ 7*7 }}")
_MOST_PLATES = 24

Piece = str | Hole


@dataclass(slots=True)
class _Filled:
    """A cell whose value comes from the context."""

    pieces: list[Piece]
    row: int
    numeric: bool = False
    style: int = 0
    quoted: int = 0  #: The same style for a text that begins like a formula.
    width: float = 0.0  #: In characters; 0 where the height of the row does not follow from it.
    rows: int = 1

    def text(self, leaves: Sequence[str]) -> str:
        """The text of the cell."""
        return "".join(one if isinstance(one, str) else one._made(leaves[one._leaf()]) for one in self.pieces)


@dataclass(slots=True)
class _Watch:
    """Follows the filling of one book with holes."""

    trace: Trace
    environment: Any
    cells: dict[str, _Filled] = field(default_factory=dict)
    lines: dict[int, tuple[float, float]] = field(default_factory=dict)

    def takes(self, cell: Cell, value: object) -> bool:
        pieces: list[Piece]
        if isinstance(value, Hole):
            pieces = [value]
        elif isinstance(value, str) and OPENS in value:
            cut = _SENTINEL.split(value)
            pieces = [self.trace.printed[int(one)] if place % 2 else one for place, one in enumerate(cut)]
        else:
            return False
        cell.value = None
        self.cells[cell.coordinate] = _Filled([one for one in pieces if isinstance(one, Hole) or one], cell.row)
        return True

    def room(self, cell: Any, width: float, rows: int) -> None:
        if isinstance(cell, _merged_cell()):
            self.cells.pop(cell.coordinate, None)  # what merging covers is gone
        elif filled := self.cells.get(cell.coordinate):
            filled.width, filled.rows = width, rows

    def row(self, line: int, needed: float, floor: float) -> None:
        self.lines[line] = (needed, floor)

    def number(self, cell: Cell) -> None:
        if filled := self.cells.get(cell.coordinate):
            filled.numeric = True

    def written(self, value: object) -> str:
        if not isinstance(value, Hole):
            return excel.legal(str(value))
        return value._changed("legal", excel.legal)._printed()

    def finished(self, book: Workbook) -> None:
        """Note the style of each cell, and the one that it would have for a text like a formula."""
        sheet = book.worksheets[0]
        for place, filled in self.cells.items():
            cell: Any = sheet[place]
            plain = cell._style
            filled.style = cell.style_id
            cell._style = copy(plain)
            cell.quotePrefix = True
            filled.quoted = cell.style_id
            cell._style = plain


def _merged_cell() -> Any:
    from openpyxl.cell.cell import MergedCell

    return MergedCell


def _environment() -> Any:
    watching = excel.environment().overlay(finalize=_printed)
    watching.filters = watched(watching.filters)
    watching.tests = watched_tests(watching.tests)
    return watching


def _printed(value: Any) -> Any:
    return value._printed() if isinstance(value, Hole) else value


@lru_cache(maxsize=8192)
def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


@lru_cache(maxsize=8192)
def _inline(text: str) -> str:
    """A text as an inline string, as openpyxl writes it."""
    legal = excel.legal(text)
    space = ' xml:space="preserve"' if legal != legal.strip() or "\n" in legal else ""
    return f't="inlineStr"><is><t{space}>{_escaped(legal)}</t></is></c>'


@lru_cache(maxsize=8192)
def _lines(text: str, width: float) -> float:
    return excel.lines_needed(excel.legal(text), width)


class SheetPlate:
    """A workbook with holes."""

    def __init__(self, members: Mapping[str, bytes], watch: _Watch) -> None:
        self.guards: list[Guard] = watch.trace.guards
        self._watch = watch
        self._members: list[tuple[str, Member | None]] = []
        for name, data in members.items():
            if name == "xl/worksheets/sheet1.xml":
                self._members.append((name, None))
                self._cut(data.decode())
            elif OPENS.encode() in _unescaped(data):
                if name != _CUSTOM:
                    raise UntraceableError(f"a hole in {name}")
                self._members.append((name, None))
                self._custom = _SENTINEL.split(_unescaped(data).decode())
            else:
                self._members.append((name, member(name, data)))

    def _cut(self, xml: str) -> None:
        watch = self._watch
        pieces: list[str] = []
        self._heights: list[tuple[int, int]] = []
        self._cells: list[tuple[int, str, _Filled]] = []
        at = 0
        found = [*_CELL.finditer(xml), *_ROW.finditer(xml)]
        for match in sorted(found, key=lambda one: one.start()):
            if match.re is _CELL:
                if (filled := watch.cells.get(match[1])) is None:
                    continue
                pieces += [xml[at : match.start()], ""]
                self._cells.append((len(pieces) - 1, match[1], filled))
                at = match.end()
            elif int(match[2]) in watch.lines:
                pieces += [xml[at : match.end(1)], ""]
                self._heights.append((len(pieces) - 1, int(match[2])))
                at = match.start(3)
        if len(self._cells) != len(watch.cells) or len(self._heights) != len(watch.lines):
            raise UntraceableError("a cell is not where it should be")
        self._pieces = [*pieces, xml[at:]]

    def takes(self, leaves: Sequence[str]) -> bool:
        """Whether these texts take the same way through the template."""
        return all(question(leaves[index]) == answer for index, question, answer in self.guards)

    def filled(self, leaves: Sequence[str]) -> bytes:
        """The workbook with these texts."""
        made = {"xl/worksheets/sheet1.xml": self._sheet}
        return packed(
            one or member(name, made.get(name, self._properties)(leaves).encode()) for name, one in self._members
        )

    def _sheet(self, leaves: Sequence[str]) -> str:
        pieces = self._pieces.copy()
        needed = {line: lines for line, (lines, _) in self._watch.lines.items()}
        for place, coordinate, filled in self._cells:
            text = filled.text(leaves)
            if not text:
                pieces[place] = f'<c r="{coordinate}" s="{filled.style}" t="n"></c>'
                continue
            style = filled.quoted if text[0] in "=+-@" else filled.style
            number = filled.numeric and NUMBER.fullmatch(text)
            value = f't="n"><v>{text}</v></c>' if number else _inline(text)
            pieces[place] = f'<c r="{coordinate}" s="{style}" {value}'
            if filled.width and filled.row in needed:
                needed[filled.row] = max(needed[filled.row], _lines(text, filled.width) / filled.rows)
        for place, line in self._heights:
            pieces[place] = f"{excel.height(needed[line], self._watch.lines[line][1]):.16g}"
        return "".join(pieces)

    def _properties(self, leaves: Sequence[str]) -> str:
        pieces = self._custom.copy()
        for place in range(1, len(pieces), 2):
            hole = self._watch.trace.printed[int(pieces[place])]
            pieces[place] = _escaped(hole._made(leaves[hole._leaf()]))
        return "".join(pieces)


def _unescaped(data: bytes) -> bytes:
    """The part with its sentinels as characters: openpyxl writes ASCII with references."""
    for sign in (OPENS, CLOSES):
        data = data.replace(f"&#{ord(sign)};".encode(), sign.encode())
    return data


class PreparedSheet:
    """An Excel template that is prepared once; ``render_form`` gives what ``excel.render_form`` gives."""

    def __init__(self, template: Path) -> None:
        self.quick = self.slow = 0  #: How many books went which way.
        self.reason = ""  #: Why the last one went through openpyxl.
        self._template = template
        self._plates: dict[object, list[SheetPlate]] = {}
        self._made = 0

    def render_form(self, context: Mapping[str, Any]) -> bytes:
        """The workbook of a form, blank or filled. Raises TemplateError."""
        found = self._plate(context)
        if found is None:
            self.slow += 1
            return excel.render_form(self._template, context)
        self.quick += 1
        plate, leaves = found
        return plate.filled(leaves)

    def _plate(self, context: Mapping[str, Any]) -> tuple[SheetPlate, list[str]] | None:
        variables = excel.form_variables(context)
        try:
            shape, leaves = flattened(variables)
        except UntraceableError as reason:
            self.reason = str(reason)
            return None
        plates = self._plates.setdefault(shape, [])
        for plate in plates:
            if plate.takes(leaves):
                return plate, leaves
        if self._made >= _MOST_PLATES:
            self.reason = "the books have too little in common"
            return None
        self._made += 1
        try:
            plates.append(self._proved(variables, leaves))
        except (UntraceableError, TemplateError, TypeError, ValueError, AttributeError) as reason:
            self.reason = str(reason)
            return None
        return plates[-1], leaves

    def _proved(self, variables: Mapping[str, Any], leaves: Sequence[str]) -> SheetPlate:
        """A plate from which openpyxl reads what it reads from its own book. Raises UntraceableError."""
        trace = Trace(leaves)
        watch = _Watch(trace, _environment())
        data = excel.saved(excel.form_book(self._template, with_holes(variables, trace), watch))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            plate = SheetPlate({name: archive.read(name) for name in archive.namelist()}, watch)
        texts = probe(leaves, plate.guards, _AWKWARD)
        own = excel.saved(excel.form_book(self._template, rebuilt(variables, texts)))
        if not plate.takes(texts) or not same_book(plate.filled(texts), own):
            raise UntraceableError("the plate does not give what openpyxl gives")
        return plate


@lru_cache(maxsize=32)
def _prepared(template: Path, _data: bytes) -> PreparedSheet:
    return PreparedSheet(template)


def prepared_sheet(template: Path) -> PreparedSheet:
    """The template, prepared; the same one again as long as its file does not change. Raises TemplateError."""
    try:
        return _prepared(template, template.read_bytes())
    except OSError as error:
        raise TemplateError(f"模板“{template}”无法打开：{error.strerror or error}") from error
