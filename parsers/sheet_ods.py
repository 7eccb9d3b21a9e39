"""What calamine does not tell of a .ods: merges, errors, percentages, names, hidden rows, comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from formgen.parsing import Limits
from parsers import ooxml
from parsers.sheet_appearance import says
from parsers.sheet_looks import PLAIN, Look
from parsers.sheet_notes import (
    BookNotes,
    Place,
    SheetNotes,
    check_extent,
    note_comment,
    percent_places,
    percentage,
    place_of,
    spot_of,
    tag_of,
)

if TYPE_CHECKING:
    from lxml import etree

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _TEXT, _META = (_OASIS % name for name in ("table", "office", "text", "meta"))
_STYLE, _FO = _OASIS % "style", _OASIS % "xsl-fo-compatible"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ERROR = re.compile(r"^(?:#[A-Z/0!?]+[!?]?|#N/A|Err:\d+)$")
_MONTH = re.compile(r"^\D{0,4}\d{4}\D{1,3}\d{1,2}\D{0,3}$")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


def read_book(data: bytes, limits: Limits) -> BookNotes:
    """The notes of a .ods. Raises UnreadableInputError, EncryptedInputError."""
    package = ooxml.open_package(data, limits)
    root = ooxml.xml(package.read("content.xml"))
    notes = BookNotes(pictures=any(name.startswith("Pictures/") for name in package.names))
    if meta := package.find("meta.xml"):
        marks = ooxml.xml(package.read(meta)).iter(f"{_META}user-defined")
        named = {mark.get(f"{_META}name") or "": "".join(map(str, mark.itertext())) for mark in marks}
        start = ooxml.OWN_PREFIX
        notes.properties = {name.removeprefix(start): text for name, text in named.items() if name.startswith(start)}
    looks = _looks(root)
    for table in root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        name = table.get(f"{_TABLE}name") or ""
        notes.sheets[name] = _read_sheet(name, table, limits, looks)
    for named_range in root.iter(f"{_TABLE}named-range"):
        tag = tag_of(named_range.get(f"{_TABLE}name") or "")
        sheet, _, reference = (named_range.get(f"{_TABLE}cell-range-address") or "").split(":")[0].rpartition(".")
        found = notes.sheets.get(sheet.lstrip("$").strip("'").replace("''", "'"))
        where = place_of(reference)
        if tag and found and where:
            found.tags[where] = (*found.tags.get(where, ()), tag)
    return notes


def _count(element: etree._Element, name: str, most: int) -> int:
    text = element.get(f"{_TABLE}{name}") or "1"
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 10 else 1


def _words(element: etree._Element) -> str:
    return "\n".join("".join(map(str, line.itertext())) for line in element.iterchildren(f"{_TEXT}p"))


def _looks(root: etree._Element) -> dict[str, Look]:
    """The styles of cells, by their names, that are crossed out or white on no ground."""
    looks: dict[str, Look] = {}
    for style in root.iterfind(f"{_OFFICE}automatic-styles/{_STYLE}style"):
        words, ground = style.find(f"{_STYLE}text-properties"), style.find(f"{_STYLE}table-cell-properties")
        back = "transparent" if ground is None else ground.get(f"{_FO}background-color") or "transparent"
        if words is not None:
            line = words.get(f"{_STYLE}text-line-through-style") or "none"
            kind = words.get(f"{_STYLE}text-line-through-type") or "none"
            white = (words.get(f"{_FO}color") or "").lower() == "#ffffff"
            look = Look(line != "none" or kind != "none", white and back.lower() in ("transparent", "#ffffff"))
            if look != PLAIN:
                looks[style.get(f"{_STYLE}name") or ""] = look
    return looks


def _columns(table: etree._Element) -> list[str]:
    """The style that cells of each column have if they name none."""
    found: list[str] = []
    for item in table.iter(f"{_TABLE}table-column"):
        times = min(_count(item, "number-columns-repeated", _MOST_COLUMNS), _MOST_COLUMNS - len(found))
        found += [item.get(f"{_TABLE}default-cell-style-name") or ""] * times
    return found


def _read_sheet(name: str, table: etree._Element, limits: Limits, looks: Mapping[str, Look]) -> SheetNotes:
    notes = SheetNotes(merges=[])
    defaults = _columns(table) if looks else []
    rows = columns = row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        repeated = _count(line, "number-rows-repeated", _MOST_ROWS)
        column, used = 0, False
        for cell in line.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            times = _count(cell, "number-columns-repeated", _MOST_COLUMNS)
            if len(cell) or cell.get(f"{_OFFICE}value-type") or cell.get(f"{_TABLE}formula"):
                used = True
                columns = max(columns, column + times)
                check_extent(name, max(rows, row + repeated), columns, limits)
                for number in range(min(times, _MOST_COLUMNS - column)):
                    place = row, column + number
                    _read_cell(cell, place, notes)
                    default = defaults[place[1]] if place[1] < len(defaults) else ""
                    _note_look(cell, place, notes, looks.get(cell.get(f"{_TABLE}style-name") or default, PLAIN))
            down, along = (_count(cell, f"number-{kind}-spanned", _MOST_ROWS) for kind in ("rows", "columns"))
            if (down > 1 or along > 1) and notes.merges is not None:
                notes.merges.append(((row, column), (row + down - 1, column + along - 1)))
            column += times
        if used:
            rows = row + repeated
            if line.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                notes.hidden_rows.update(range(row, min(rows, row + limits.rows)))
        row += repeated
    check_extent(name, rows, columns, limits)
    column = 0
    for item in table.iter(f"{_TABLE}table-column"):
        times = _count(item, "number-columns-repeated", _MOST_COLUMNS)
        if item.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            notes.hidden_columns.update(range(column, min(column + times, _MOST_COLUMNS)))
        column += times
    for shapes in table.iterchildren(f"{_TABLE}shapes"):
        for shape in shapes:
            if words := "\n".join("".join(map(str, text.itertext())) for text in shape.iter(f"{_TEXT}p")).strip():
                notes.paragraphs.append(("", words))
    return notes


def _note_look(cell: etree._Element, place: Place, notes: SheetNotes, look: Look) -> None:
    """Note a cell that is hard to see, or a number whose printed words are not its value."""
    kind = cell.get(f"{_OFFICE}value-type")
    printed = cell.find(f"{_TEXT}p") is not None  # else whatever opens it works out what to show
    if printed and kind in ("float", "percentage") and place not in notes.texts:
        shown = _words(cell)
        value = cell.get(f"{_OFFICE}value") or ""
        if kind == "percentage":
            value = percentage(value, 0)
        if not says(shown, value):
            look = replace(look, shown=shown or " ")
    if look is not PLAIN:
        notes.looks[spot_of(place)] = look


def _read_cell(cell: etree._Element, place: Place, notes: SheetNotes) -> None:
    kind = cell.get(f"{_OFFICE}value-type") or ""
    shown = _words(cell)
    if cell.get(f"{_CALC}value-type") == "error" or (cell.get(f"{_TABLE}formula") and _ERROR.match(shown)):
        notes.texts[place] = shown or "#ERROR!"
    elif cell.get(f"{_TABLE}formula") and not kind:
        notes.unsaved.add(place)
    elif kind == "percentage":
        notes.percents[place] = percent_places(re.sub(r"\d", "0", shown))
    elif kind == "date" and _MONTH.match(shown.strip()):
        notes.months.add(place)
    for comment in cell.iterchildren(f"{_OFFICE}annotation"):
        note_comment(notes, _words(comment).strip(), spot_of(place))
