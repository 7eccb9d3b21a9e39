"""The columns of a summary list: which item each head names, in full, shortened, or by number. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parsers.forms.lines import Line
from parsers.forms.listing import role_in
from parsers.forms.printed import PrintedCategory, PrintedForm, category_key
from parsers.forms.tampering import find_category
from parsers.forms.vocabulary import BLANKS, HEADS, TOTAL_LABELS
from parsers.forms.wording import figures, key, likeness, wording
from parsers.grid import Cell, Grid

SUBJECT_HEADS: dict[str, frozenset[str]] = {
    **{role: frozenset(key(name) for name in names) for role, names in BLANKS.items()},
    "serial": HEADS["serial"],
    "total": TOTAL_LABELS | {"得分", "总成绩", "总得分", "得分合计"},
    "remark": frozenset(["备注", "说明", "备考", "情况说明"]),
    "period": frozenset("考核月份 月份 考核时段 考核时间 季度 年度 考核季度 考核年度 考核时期".split()),  # noqa: SIM905
}
_NUMBER = re.compile(r"(?:指标|项目|第|项|考核指标)?([0-9]{1,2})(?:项|号)?")
_ID = re.compile(r"([0-9]{1,2})[.．-]([0-9]{1,2})")
_POINTS = re.compile(r"[（(]\s*(?:满分)?\s*[0-9.]+\s*分?\s*[）)]\s*$")
_HIGHEST_HEAD = 8


@dataclass(frozen=True, slots=True)
class Indicators:
    """A summary list's head, as one form reads it."""

    form: PrintedForm
    grid: Grid
    top: int  #: First row of the head.
    bottom: int  #: Last row of the head.
    items: Mapping[str, int]  #: Item id → column.
    heads: Mapping[str, Cell]  #: Item id → the cell of its head.
    doubts: Mapping[str, str]  #: Item id → why its column is doubtful.
    columns: Mapping[str, int]  #: ``name village group grade total remark period`` → column.
    others: Mapping[int, str]  #: Columns that are not known.
    numbered: bool  #: Only numbers stand in the head: the title must tell the form.

    @property
    def coverage(self) -> float:
        """The share of the form's items that have a column."""
        return len(self.items) / len(self.form.items)


def _stacks(rows: Sequence[Line], columns: int) -> list[list[Cell]]:
    stacks: list[list[Cell]] = [[] for _ in range(columns)]
    for line in rows:
        for cell in line.cells:
            for column in range(cell.column, min(cell.column + cell.colspan, columns)):
                if cell.text.strip() and cell not in stacks[column]:
                    stacks[column].append(cell)
    return stacks


def _by_words(text: str, form: PrintedForm) -> tuple[str | None, str]:
    plain = wording(_POINTS.sub("", text.strip()))
    if plain in form.by_key and len(form.by_key[plain]) == 1:
        return form.by_key[plain][0], ""
    if len(plain) < 2 or plain.isdecimal():
        return None, ""
    inside = [item.item.id for item in form.items if len(plain) >= 3 and plain in item.whole]
    if len(inside) == 1:
        return inside[0], ""
    near = sorted(((likeness(plain, item.text), item.item.id) for item in form.items), reverse=True)
    if near[0][0] >= 0.72 and (len(near) == 1 or near[0][0] - near[1][0] >= 0.1):
        return near[0][1], "列头与指标的印制文字不同"
    return None, ""


def _by_number(text: str, category: PrintedCategory | None, form: PrintedForm) -> str | None:
    bare = key(text)
    if match := _ID.fullmatch(bare.replace("-", ".")):
        wanted = f"{int(match[1])}.{int(match[2])}"
        return wanted if any(item.item.id == wanted for item in form.items) else None
    match = _NUMBER.fullmatch(bare)
    if not match:
        return None
    number = int(match[1])
    ids = [item.item.id for item in form.items if category is None or item.item.id in category.items]
    printed = [i for i in ids if re.match(rf"\s*{number}\s*[、.．)）]", form.printed(i).item.text)]
    if len(printed) == 1:
        return printed[0]
    if category is not None:
        return ids[number - 1] if 0 < number <= len(ids) else None
    any_printed = any(re.match(r"\s*\d", item.item.text) for item in form.items)
    return ids[number - 1] if not any_printed and 0 < number <= len(ids) else None


def read_heads(rows: Sequence[Line], form: PrintedForm) -> Indicators | None:
    """What one form makes of a table's first rows; None where fewer than three of its items have a column."""
    best: Indicators | None = None
    grid = rows[0].grid
    assert grid is not None
    for bottom in range(min(_HIGHEST_HEAD, len(rows))):
        for top in range(max(0, bottom - 2), bottom + 1):
            found = _read_block(rows[top : bottom + 1], form, grid)
            better = best is None or (len(found.items), len(found.columns)) > (len(best.items), len(best.columns))
            if len(found.items) >= 3 and better:
                best = found
    return best


def _read_block(block: Sequence[Line], form: PrintedForm, grid: Grid) -> Indicators:
    items: dict[str, int] = {}
    heads: dict[str, Cell] = {}
    doubts: dict[str, str] = {}
    columns: dict[str, int] = {}
    others: dict[int, str] = {}
    numbers = 0
    for column, stack in enumerate(_stacks(block, grid.columns)):
        if not stack:
            continue
        last = stack[-1]
        covered = last.column != column  # a merged head counts for its first column only
        role = role_in(last.text, SUBJECT_HEADS)
        category = next((found for cell in stack[:-1] if (found := find_category(cell.text, form))), None)
        item_id, doubt = _by_words(last.text, form)
        if item_id is not None and category is not None and item_id not in category.items:
            doubt = "列头不在它的类别之下"
        if item_id is None and role is None:
            item_id = _by_number(last.text, category, form)
            numbers += item_id is not None
        if item_id is None and role is None and (own := _lone_item(last.text, form)) is not None:
            item_id = own
        if item_id is not None and (role is None or len(key(last.text)) > 3):
            if covered:
                continue
            if item_id in items:
                doubts[item_id] = "有两列都像是这一项"
                continue
            items[item_id], heads[item_id] = column, last
            if doubt:
                doubts[item_id] = doubt
        elif role is not None and role not in columns:
            columns[role] = column
        elif not covered:
            others[column] = last.text
    return Indicators(
        form=form,
        grid=grid,
        top=_top(block, form),
        bottom=block[-1].row,
        items=items,
        heads=heads,
        doubts=doubts,
        columns=columns,
        others=others,
        numbered=bool(items) and numbers == len(items),
    )


def is_head(cell: Cell, found: Indicators) -> bool:
    """Whether a cell of the head is one of an item, a category or a column that is known, or is said to be unread."""
    own = cell in found.heads.values() or cell.text in found.others.values()
    return own or role_in(cell.text, SUBJECT_HEADS) is not None or find_category(cell.text, found.form) is not None


def _top(block: Sequence[Line], form: PrintedForm) -> int:
    """The first row of a head: of the rows above the items, those that hold two heads or categories."""
    for line in block:
        known = [c for c in line.own if role_in(c.text, SUBJECT_HEADS) is not None or find_category(c.text, form)]
        if len(known) >= 2:
            return line.row
    return block[-1].row


def _lone_item(text: str, form: PrintedForm) -> str | None:
    """The only item of a category that a head names."""
    category = find_category(text, form)
    if (
        category is None
        or len(category.items) != 1
        or max(likeness(category_key(text), name) for name in category.names) < 0.9
    ):
        return None
    return category.items[0]


def altered_points(head: Cell, item_id: str, form: PrintedForm) -> bool:
    """Whether a head prints a maximum that is not the item's."""
    item = form.printed(item_id).item
    found = figures(match[0]) if (match := _POINTS.search(head.text.strip())) else ()
    return bool(found) and item.points is not None and found != (format(item.points.normalize(), "f"),)
