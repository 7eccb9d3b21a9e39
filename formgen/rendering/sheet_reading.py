"""Whether two workbooks are the same to whoever opens them: values, styles, merges, names, validations, protection."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LOOKS = ("font", "fill", "border", "alignment", "number_format", "protection", "quotePrefix")


def same_book(one: bytes, other: bytes) -> bool:
    """Whether openpyxl reads the same from both."""
    return list(facts(one)) == list(facts(other))


def facts(data: bytes) -> Iterator[tuple[Any, ...]]:
    """All that a workbook says, in a fixed order."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    yield ("sheets", book.sheetnames)
    yield ("names", sorted((name, value.attr_text) for name, value in book.defined_names.items()))
    marks: Any = book.custom_doc_props  # type: ignore[attr-defined]  # the stubs do not know it
    yield ("properties", [(mark.name, mark.value) for mark in marks.props])
    for sheet in book.worksheets:
        yield from _sheet(sheet)


def _sheet(sheet: Worksheet) -> Iterator[tuple[Any, ...]]:
    yield ("size", sheet.title, sheet.dimensions)
    yield ("names", sorted((name, value.attr_text) for name, value in sheet.defined_names.items()))
    yield ("merges", sorted(str(area) for area in sheet.merged_cells.ranges))
    yield ("validations", sorted(repr(rule) for rule in sheet.data_validations.dataValidation))
    yield ("protection", repr(sheet.protection))
    yield ("print", sheet.print_area, sheet.print_title_rows, repr(sheet.page_setup), repr(sheet.page_margins))
    yield ("widths", sorted((name, column.width) for name, column in sheet.column_dimensions.items()))
    yield ("heights", sorted((number, row.height) for number, row in sheet.row_dimensions.items()))
    seen: dict[int, tuple[Any, ...]] = {}
    for row in sheet.iter_rows():
        for cell in row:
            style: Any = cell
            number = style.style_id
            if number not in seen:
                seen[number] = tuple(repr(getattr(style, name)) for name in _LOOKS)
            yield (cell.coordinate, cell.value, cell.data_type, seen[number])
