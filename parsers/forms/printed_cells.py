"""The printed cells of an item's row, compared with the form; words besides are reported. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formgen.model import Item
from parsers.forms.item_cells import ItemCells
from parsers.forms.notes import Notes
from parsers.forms.printed import PrintedForm
from parsers.forms.rows import ItemRow
from parsers.forms.tampering import category_issue, find_category, points_issue, standard_issue, wording_issue
from parsers.forms.wording import key, wording
from parsers.grid import Cell

_NUMERALS = frozenset("0123456789.一二三四五六七八九十")


def check_printed(
    row: ItemRow, cells: ItemCells, form: PrintedForm, shared: Mapping[int, Sequence[Item]], notes: Notes
) -> None:
    """Note what has been altered in a row, and what stands there besides. ``shared``: cell identity → its items."""
    item, first = row.item.item, row.lines[0].row
    notes.add(wording_issue(row, notes.record))
    for cell in cells.standards:
        items = shared.get(id(cell), [item])
        if items[0] is item and cell.row == first:
            issue, known = standard_issue(items, cell, notes.record)
            notes.add(issue)
            if not known:
                notes.spare(cell.text, cell.where, in_table=True, field=item.id)
    for cell in cells.points:
        items = shared.get(id(cell), [item])
        if items[0] is item:
            notes.add(points_issue(items, cell, notes.record))
    for cell in cells.categories:
        if cell.row == first and cell.text.strip():
            _check_category(item, cell, cell.column < row.cells[0].column, form, notes)
    if row.shared:
        _check_shared(row, form, notes)
    own = {line.row for line in row.lines}
    for cell in (*cells.others, *cells.serials):
        if cell.row in own and cell.text.strip() and not _is_serial(cell, cells):
            _check_category(item, cell, False, form, notes)


def _check_shared(row: ItemRow, form: PrintedForm, notes: Notes) -> None:
    """Report the lines of a cell that holds several items and that are none of them; said once, of its first item."""
    for cell in row.cells:
        joined = "".join(map(wording, cell.text.split("\n")))
        items = [item for item in form.items if item.text in joined]
        if items and items[0].text != row.item.text:
            continue
        for line in cell.text.split("\n"):
            rest = wording(line)
            for item in items:
                rest = rest.replace(item.whole, "").replace(item.text, "")
            if rest and not any(rest in item.whole for item in items):
                notes.spare(line, cell.where, in_table=True, field=row.item.item.id)


def _check_category(item: Item, cell: Cell, in_place: bool, form: PrintedForm, notes: Notes) -> None:
    """``in_place``: the cell stands where a category is printed, so other words there are an alteration."""
    if in_place or find_category(cell.text, form) is not None:
        notes.add(category_issue(item, cell, form, notes.record))
    else:
        notes.spare(cell.text, cell.where, in_table=True, field=item.id)


def _is_serial(cell: Cell, cells: ItemCells) -> bool:
    bare = key(cell.text)
    return len(bare) <= 4 and cell in cells.serials and set(bare) <= _NUMERALS
