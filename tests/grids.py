"""Build documents as a decoder would give them, without a file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from formgen.model import Form, Issue, Locator, Record
from formgen.parsing import Extraction, Hints
from parsers.forms.printed import printed_forms
from parsers.grid import Cell, Document, Grid, Paragraph

SCHEMES = Path(__file__).parent.parent / "formgen" / "schemes"

Entry = str | tuple[str, int, int] | Cell | None  #: Text; (text, rowspan, colspan); a cell; None where covered.


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """All forms of the built-in schemes."""
    found: list[Form] = []
    adapter = TypeAdapter(Form)
    for path in sorted(SCHEMES.glob("*/scheme.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found.extend(adapter.validate_python(entry) for entry in table["form"])
    return tuple(found)


def form(form_id: str) -> Form:
    """The form with this id."""
    return next(one for one in forms() if one.id == form_id)


def grid(rows: Sequence[Sequence[Entry]], part: str = "table 1") -> Grid:
    """A table from rows of entries; a row may be shorter than the others."""
    cells: list[Cell] = []
    width = 0
    for row, entries in enumerate(rows):
        for column, entry in enumerate(entries):
            width = max(width, column + 1)
            if entry is None:
                continue
            where = Locator(part, f"row {row + 1}, column {column + 1}")
            if isinstance(entry, Cell):
                cells.append(replace(entry, row=row, column=column, where=where))
            elif isinstance(entry, tuple):
                cells.append(Cell(row, column, entry[0], where, entry[1], entry[2]))
                width = max(width, column + entry[2])
            else:
                cells.append(Cell(row, column, entry, where))
    return Grid(part, len(rows), width, tuple(cells))


def document(*blocks: str | Sequence[Sequence[Entry]] | Grid | Paragraph, **properties: str) -> Document:
    """A document of paragraphs (strings) and tables (rows of entries)."""
    built: list[Paragraph | Grid] = []
    tables = paragraphs = 0
    for block in blocks:
        if isinstance(block, str):
            paragraphs += 1
            built.append(Paragraph(block, Locator(f"paragraph {paragraphs}")))
        elif isinstance(block, (Grid, Paragraph)):
            built.append(block)
        else:
            tables += 1
            built.append(grid(block, f"table {tables}"))
    return Document("docx", tuple(built), properties=properties)


def item_rows(
    sheet: Form,
    values: Mapping[str, str],
    *,
    merged: bool = True,
    swap: Mapping[str, str] | None = None,
) -> list[list[Entry]]:
    """The head row and the item rows of a sheet, with ``values`` by field id; ``swap`` changes printed words."""
    printed = printed_forms((sheet,))[0]
    rows: list[list[Entry]] = [list(sheet.columns)]
    swap = swap or {}
    for category in printed.categories:
        for number, item_id in enumerate(category.items):
            item = sheet.item(item_id)
            row: list[Entry] = []
            for role in printed.roles:
                first = number == 0
                span = len(category.items)
                entry: Entry = ""
                match role:
                    case "serial":
                        entry = (
                            (str(category.number), span, 1)
                            if first and merged
                            else None
                            if merged
                            else str(category.number)
                        )
                    case "category":
                        text = swap.get(f"category.{category.number}", category.text)
                        entry = (text, span, 1) if first and merged else None if merged else text
                    case "text":
                        entry = swap.get(item_id, item.text + item.note)
                    case "points":
                        printed_points = str(item.points) if item.points is not None else item.points_text
                        entry = swap.get(f"{item_id}.points", printed_points)
                    case "standard":
                        entry = swap.get(f"{item_id}.standard", item.standard)
                    case "score":
                        entry = values.get(item_id, "")
                    case "remark":
                        entry = item.remark + values.get(f"{item_id}.remark", "")
                row.append(entry)
            rows.append(row)
    return rows


DAYANG = {
    "1.1": "2",
    "1.2": "1.5",
    "1.3": "2",
    "1.4": "4",
    "2.1": "9",
    "2.2": "18",
    "3.1": "28",
    "4.1": "30",
    "5.1": "6",
}
DAYANG_HEADER = "行政村：张庄村      乡村振兴小组长（姓名）：李四     联系自然庄（组）：东庄     考评等次：优秀"


def dayang(changes: Mapping[str, str] | None = None, *, header: str = DAYANG_HEADER, **options: object) -> Document:
    """A filled monthly sheet of 大杨镇, with some cells changed."""
    sheet = form("dayang-monthly")
    rows = item_rows(sheet, {**DAYANG, **(changes or {})}, **options)  # type: ignore[arg-type]
    return document(sheet.title, "（2023年3月）", header, rows)


def values(record: Record) -> dict[str, str | None]:
    """The values of a record as the reading contract prints them."""
    return {name: None if reading.value is None else str(reading.value) for name, reading in record.readings.items()}


def codes(extraction: Extraction | Sequence[Issue], field: str | None = None) -> list[str]:
    """The issue codes, of one field or of all."""
    issues = extraction.issues if isinstance(extraction, Extraction) else extraction
    return [issue.code.value for issue in issues if field is None or issue.field == field]


NO_HINTS = Hints()
