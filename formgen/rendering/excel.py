"""Excel templates: ``{{ … }}`` in cells is filled in, the row that speaks of ``row`` is repeated for each of ``rows``.

In a book of several sheets each has its own rows: ``tables`` of the context, in order. A further sheet whose table is
empty is left out; sheets beyond the tables stay as they are.

A template is an ordinary workbook that a clerk can open and change. A cell that holds one tag and nothing else keeps
the kind of its value (a number stays a number); any text from outside is written as text, never as a formula.
In a form, ``{{ row.score }}``, ``{{ row.remark }}``, ``{{ blank.ID }}`` and ``{{ box.ID }}`` are answer cells: they
get a defined name by which the reader knows them again, a validation, and are the only ones that are not locked.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formgen.errors import TemplateError
from formgen.rendering.sheet_answers import Watch, answer_name, make_answers

__all__ = ["answer_name", "render", "render_form"]

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_SINGLE = re.compile(r"^\s*\{\{\s*([^{}]+?)\s*\}\}\s*$")
_OF_ROW = re.compile(r"\{[{%][^{}]*\brow\b")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MERGED_DOWN = ("row.category", "row.no", "row.village")
_ANSWERS = re.compile(r"^(?:row\.(score|remark)|(?:blank|box)\.([a-z_]+))$")
_BOX = re.compile(r"\{\{\s*(box\.[a-z_]+)\s*\}\}")
_LINE_POINTS = 15.0  # height of one line of 11 pt text
_EPOCH = "2000-01-01T00:00:00Z"

Written = Callable[["Cell", str, Mapping[str, Any]], None]


def render(template: Path, context: Mapping[str, Any]) -> bytes:
    """The workbook of a list (results, pay sheet) as .xlsx bytes. Raises TemplateError with cell and fault."""
    return saved(_render(template, context, lambda cell, expression, row: None))


def render_form(template: Path, context: Mapping[str, Any]) -> bytes:
    """The workbook of a form, blank or filled, as .xlsx bytes. ``context`` as made by ``context.form_context``.

    Raises TemplateError that names the template, the cell and the fault.
    """
    return saved(form_book(template, form_variables(context)))


def form_variables(context: Mapping[str, Any]) -> dict[str, Any]:
    """What a form's template may print, from ``context.form_context``."""
    blanks = {blank["id"]: blank["value"] for blank in context["header"]}
    rows = [
        {**row, "remark": "\n".join(filter(None, (row["remark_printed"], row["remark"])))} for row in context["rows"]
    ]
    return {**context, "blank": blanks, "rows": rows}


def form_book(template: Path, variables: Mapping[str, Any], watch: Watch | None = None) -> Workbook:
    """The workbook of a form; ``watch`` follows how its cells are filled. Raises TemplateError."""
    answers: list[tuple[Cell, str, Mapping[str, Any]]] = []

    def remember(cell: Cell, expression: str, row: Mapping[str, Any]) -> None:
        if match := _ANSWERS.match(expression):
            part, blank = match.groups()
            field_id = blank or (row["id"] if part == "score" else f"{row['id']}.remark")
            answers.append((cell, field_id, row))

    return _render(template, variables, remember, lambda sheet: make_answers(sheet, answers, watch), watch)


def _render(
    template: Path,
    context: Mapping[str, Any],
    written: Written,
    finish: Callable[[Worksheet], None] = lambda sheet: None,
    watch: Watch | None = None,
) -> Workbook:
    import openpyxl

    from formgen.rendering.bounds import refuse_bomb, refuse_wide

    try:
        refuse_bomb(template.read_bytes())
        book = openpyxl.load_workbook(template)
        refuse_wide(book)
        if not book.worksheets:
            raise ValueError("没有工作表")
    except TemplateError:
        raise
    except Exception as fault:  # whatever openpyxl makes of a workbook that is none
        raise TemplateError(f"模板“{template.name}”不是可用的 .xlsx 文件（{fault}）。请换回原来的模板。") from fault
    tables: Sequence[Sequence[Mapping[str, Any]]] = context.get("tables") or (context.get("rows", ()),)
    for number, (sheet, rows) in enumerate(zip(list(book.worksheets), tables, strict=False)):
        if number and not rows:
            book.remove(sheet)  # a further table with nothing in it is not printed
        else:
            _fill(sheet, {**context, "rows": rows}, template.name, written, watch)
    finish(book.worksheets[0])
    for sheet in book.worksheets[: len(tables)]:
        sheet.print_area = sheet.dimensions
    _mark(book, context, watch)
    if watch:
        watch.finished(book)
    return book


# --- filling ---------------------------------------------------------------------------------------------------


def environment() -> SandboxedEnvironment:
    """The language of a cell: Jinja, sandboxed and strict."""
    from jinja2 import StrictUndefined

    from formgen.rendering.bounds import MOST_TURNS, BoundedEnvironment, bound

    made = BoundedEnvironment(undefined=StrictUndefined, autoescape=False)
    bound(made, purse=MOST_TURNS * 4)
    return made


def _fill(
    sheet: Worksheet, context: Mapping[str, Any], name: str, written: Written, watch: Watch | None = None
) -> None:
    language = watch.environment if watch else environment()
    tagged = {
        cell.coordinate: cell.value
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and "{" in cell.value
    }
    repeated = sorted({sheet[place].row for place, text in tagged.items() if _OF_ROW.search(text)})
    if len(repeated) > 1:
        raise TemplateError(
            f"模板“{name}”：第 {repeated[0]} 行和第 {repeated[1]} 行都写了 row；只能有一行是逐条重复的行。"
        )
    rows: Sequence[Mapping[str, Any]] = context.get("rows", ())
    if repeated:
        _repeat(sheet, repeated[0], len(rows))
    for number, row in enumerate(rows):
        for cell in sheet[repeated[0] + number] if repeated else ():
            _write(cell, {**context, "row": row}, language, name, written, row, watch)
    first, last = (repeated[0], repeated[0] + len(rows) - 1) if repeated else (1, 0)
    for line in sheet.iter_rows():
        for cell in line:
            if not first <= (cell.row or 0) <= last:
                _write(cell, context, language, name, written, {}, watch)
    if repeated:
        _merge(sheet, first, rows, {cell: tagged[cell] for cell in tagged if sheet[cell].row == first})
        _set_heights(sheet, first, len(rows), watch)


def _write(
    cell: Any,
    variables: Mapping[str, Any],
    environment: SandboxedEnvironment,
    name: str,
    written: Written,
    row: Mapping[str, Any],
    watch: Watch | None = None,
) -> None:
    from jinja2 import TemplateError as JinjaError
    from jinja2 import Undefined

    text = cell.value
    if not isinstance(text, str) or "{" not in text:
        return
    try:
        if match := _SINGLE.match(text):
            value = environment.compile_expression(match[1], undefined_to_none=False)(**variables)
            if isinstance(value, Undefined):
                str(value)  # an undefined name speaks up here
            expression = match[1]
        else:
            value = environment.from_string(text).render(**variables)
            box = _BOX.search(text)  # a box that is printed with its line for the signature
            expression = box[1] if box else ""
    except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as fault:
        raise TemplateError(
            f"模板“{name}”单元格 {cell.coordinate} 的“{text.strip()}”填不出来：{fault}。"
            "请对照 docs/templates.md 改正，或换回原来的模板。"
        ) from fault
    if watch is None or not watch.takes(cell, value):
        _set(cell, value)
    written(cell, expression, row)


def _set(cell: Any, value: Any) -> None:
    """Put a value into a cell: a number as a number, anything else as text that is never a formula."""
    if value is None or value == "":
        cell.value = None
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        cell.value = value
    else:
        cell.value = legal(str(value))
        cell.data_type = "s"
        if str(value)[:1] in "=+-@":
            cell.quotePrefix = True


def legal(text: str) -> str:
    """The text with what a sheet cannot hold shown as U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


def _repeat(sheet: Worksheet, row: int, count: int) -> None:
    """Make ``count`` copies of a row in place, moving what stands below; with none, the row is emptied."""
    from openpyxl.cell.cell import MergedCell

    moved = count - 1
    if moved <= 0:
        for column in range(1, sheet.max_column + 1) if moved < 0 else ():
            if not isinstance(cell := sheet.cell(row, column), MergedCell):
                cell.value = None
        return
    ranges = [str(merged) for merged in sheet.merged_cells.ranges]
    heights = {number: dimension.height for number, dimension in sheet.row_dimensions.items()}
    for text in ranges:
        sheet.unmerge_cells(text)
    for line in range(sheet.max_row, row, -1):
        for column in range(1, sheet.max_column + 1):
            _copy(sheet.cell(line, column), sheet.cell(line + moved, column), clear=True)
        if heights.get(line) is not None:
            sheet.row_dimensions[line + moved].height = heights[line]
    for number in range(1, count):
        for column in range(1, sheet.max_column + 1):
            _copy(sheet.cell(row, column), sheet.cell(row + number, column), clear=False)
        sheet.row_dimensions[row + number].height = heights.get(row)
    from openpyxl.worksheet.cell_range import CellRange

    for text in ranges:
        merged = CellRange(text)
        if merged.min_row > row:
            merged.shift(row_shift=moved)
        copies = range(count) if merged.min_row == row else (0,)
        for number in copies:
            place = CellRange(merged.coord)
            place.shift(row_shift=number)
            sheet.merge_cells(place.coord)


def _copy(source: Any, target: Any, *, clear: bool) -> None:
    target.value = source.value
    target._style = copy(source._style)
    if clear:
        source.value = None


def _merge(sheet: Worksheet, first: int, rows: Sequence[Mapping[str, Any]], tags: Mapping[str, str]) -> None:
    """Merge category cells down over their items, and wording with standard where an item has one cell for both."""
    for place, text in tags.items():
        match = _SINGLE.match(text)
        column = sheet[place].column
        if match and match[1] in _MERGED_DOWN:
            for number, row in enumerate(rows):
                if row.get("first") and row.get("span", 1) > 1:
                    last = first + number + row["span"] - 1
                    sheet.merge_cells(start_row=first + number, end_row=last, start_column=column, end_column=column)
        if "row.text" in text:
            for number, row in enumerate(rows):
                if row.get("wide"):
                    _join(sheet, first + number, column)


def _join(sheet: Worksheet, line: int, column: int) -> None:
    """One cell of the place that begins in a column and the place to the right of it, merged ones or not."""
    last = column
    for _ in range(2):
        area = next((one for one in sheet.merged_cells.ranges if (one.min_row, one.min_col) == (line, last)), None)
        if area is not None:
            sheet.unmerge_cells(str(area))
        last = (area.max_col if area is not None else last) + 1
    sheet.merge_cells(start_row=line, end_row=line, start_column=column, end_column=last - 1)


def _set_heights(sheet: Worksheet, first: int, count: int, watch: Watch | None = None) -> None:
    """Give each repeated row the height that its longest text needs; an office program would not do it for merges."""
    from openpyxl.utils import get_column_letter

    widths = {
        column: (sheet.column_dimensions[get_column_letter(column)].width or 8.43) - 1.5
        for column in range(1, sheet.max_column + 1)
    }
    merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    for line in range(first, first + count):
        needed = 1.0
        for cell in sheet[line]:
            area = merged.get((cell.row, cell.column))
            width = (
                sum(widths[column] for column in range(area.min_col, area.max_col + 1))
                if area
                else widths[cell.column or 1]
            )
            rows = area.max_row - area.min_row + 1 if area else 1
            if watch:
                watch.room(cell, width, rows)
            if cell.value is not None:
                needed = max(needed, lines_needed(str(cell.value), width) / rows)
        floor = sheet.row_dimensions[line].height or 0
        if watch:
            watch.row(line, needed, floor)
        sheet.row_dimensions[line].height = height(needed, floor)


def lines_needed(text: str, width: float) -> float:
    """How many lines a text takes in a cell so many characters wide."""
    return sum(-(-sum(2 if ord(c) > 0x2E7F else 1.1 for c in part) // max(width, 2)) or 1 for part in text.split("\n"))


def height(needed: float, floor: float) -> float:
    """The height in points of a row that needs so many lines."""
    return min(max(needed * _LINE_POINTS + 4, floor), 400)


# --- marks, bytes -------------------------------------------------------------------------------------


def _mark(book: Workbook, context: Mapping[str, Any], watch: Watch | None = None) -> None:
    """Write form, edition, period and subject into the workbook, so that a returned file can file itself."""
    from openpyxl.packaging.custom import StringProperty

    marks: Any = book.custom_doc_props  # type: ignore[attr-defined]  # the stubs do not know it
    for key, text in context.get("properties", {}).items():
        marks.append(StringProperty(name=f"formgen.{key}", value=watch.written(text) if watch else legal(str(text))))


def saved(book: Workbook) -> bytes:
    """The workbook's bytes, the same for the same content whenever it is made."""
    import zipfile
    from datetime import datetime

    book.properties.created = book.properties.modified = datetime(2000, 1, 1)
    book.properties.creator = book.properties.lastModifiedBy = "formgen"
    raw = io.BytesIO()
    book.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in package.namelist():
            data = package.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + _EPOCH.encode(), data)
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(info, data)
    return out.getvalue()
