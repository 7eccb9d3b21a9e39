"""Find the labelled boxes of a register form, and the cells that belong to each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from formgen.model import Form, FormField
from parsers.forms.lines import Line
from parsers.forms.wording import compact, key, likeness
from parsers.grid import Cell, Grid

_VARIANTS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "被考核人", "被考核人姓名"),
    "sex": ("性别",),
    "birth": ("出生年月", "出生年月日", "出生日期", "出生时间"),
    "political_status": ("政治面貌", "政治面目"),
    "employer_post": (
        "工作单位及职务",
        "工作单位和职务",
        "工作单位职务",
        "单位及职务",
        "工作单位与职务",
        "原单位及职务",
    ),
    "village": ("派驻村名称", "派驻村", "派驻村名", "驻村名称", "驻村村名", "所驻村", "派驻行政村"),
    "resident_post": ("驻村职务", "驻村担任职务", "驻村所任职务"),
    "branch_opinion": ("村党支部意见", "村党组织意见", "党支部意见", "村支部意见", "村党总支意见"),
    "township_opinion": ("乡镇党委意见", "镇党委意见", "乡党委意见", "乡镇意见", "乡镇党委政府意见"),
    "sender_opinion": ("派出单位意见", "选派单位意见", "派出单位党组织意见"),
    "self_opinion": ("被考核人意见", "本人意见", "被考核人本人意见"),
    "organization_review": ("县区组织部门意见", "县组织部门意见", "区组织部门意见", "组织部门意见", "县委组织部意见"),
    "poverty_office_review": ("县区扶贫部门意见", "县扶贫部门意见", "区扶贫部门意见", "扶贫部门意见", "县扶贫办意见"),
}
_SUMMARY = {
    "quarter": ("季度工作开展情况", "本季度工作开展情况", "季度工作情况", "季度工作总结", "工作开展情况"),
    "year": ("年度工作总结", "本年度工作总结", "年度工作情况", "工作总结", "年度总结", "年度工作开展情况"),
}


@dataclass(frozen=True, slots=True)
class Label:
    """A cell that is, or begins with, the label of a box."""

    field: FormField | None  #: None for a heading over several boxes, such as 审核部门意见.
    cell: Cell
    rest: str  #: What stands behind the label in its own cell.
    alike: float  #: 1.0: a known wording.
    printed: str  #: The printed label.


@dataclass(frozen=True, slots=True)
class Box:
    """A field with the text that stands in its box."""

    label: Label
    text: str
    cells: tuple[Cell, ...]  #: The cells that the text stands in.
    below: bool = False  #: The cell to the right is blank; the text stands below the label.


@lru_cache(maxsize=16)
def label_keys(form: Form) -> dict[str, tuple[FormField | None, str]]:
    """Key → (field, printed label) for every wording of the labels of a form."""
    found: dict[str, tuple[FormField | None, str]] = {}
    for one in form.fields:
        heading, _, label = one.label.rpartition(" / ")
        if heading:
            found[key(heading)] = (None, heading)
        variants = _SUMMARY.get(form.period, ()) if one.id == "summary" else _VARIANTS.get(one.id, ())
        for name in (label, *variants):
            found.setdefault(key(name), (one, label))
    return found


def find_label(cell: Cell, form: Form) -> Label | None:
    """The label in a cell: filling it, or standing at its head before a colon or a line break."""
    plain = key(cell.text)
    if not plain:
        return None
    names = label_keys(form)
    if plain in names:
        field, printed = names[plain]
        return Label(field, cell, "", 1.0, printed)
    if found := _inline(cell, names):
        return found
    if not 3 <= len(plain) <= 14:
        return None
    best = max(names, key=lambda name: likeness(plain, name))
    alike = likeness(plain, best)
    if alike < 0.75 or len(best) < 4:
        return None
    field, printed = names[best]
    return Label(field, cell, "", alike, printed)


def _inline(cell: Cell, names: dict[str, tuple[FormField | None, str]]) -> Label | None:
    plain = key(cell.text)
    candidates = [name for name in names if plain.startswith(name)]
    if not candidates:
        return None
    text, places = compact(cell.text)
    for name in sorted(candidates, key=len, reverse=True):
        consumed, place = "", 0
        while place < len(text) and len(consumed) < len(name):
            consumed += key(text[place])
            place += 1
        if consumed != name:
            continue
        while place < len(text) and text[place] in ")]":
            place += 1
        after = cell.text[places[place - 1] + 1 :]
        if re.match(r"[ \u3000\t]*(?:[:：︰∶]|\r?\n)", after) and names[name][0] is not None:
            field, printed = names[name]
            return Label(field, cell, re.sub(r"^[\s:：︰∶]+", "", after), 1.0, printed)
    return None


def find_labels(lines: Sequence[Line], form: Form) -> list[Label]:
    """The labels among table rows, each field once (the surest, then the first), and the headings."""
    found: list[Label] = []
    for line in lines:
        if line.grid is not None:
            found.extend(label for cell in line.own if (label := find_label(cell, form)) is not None)
    found.extend(_stacked(lines, form, found))
    best: dict[str, Label] = {}
    for label in found:
        if label.field is not None:
            earlier = best.get(label.field.id)
            if earlier is None or label.alike > earlier.alike:
                best[label.field.id] = label
    return [label for label in found if label.field is None or best[label.field.id] is label]


def _stacked(lines: Sequence[Line], form: Form, known: Sequence[Label]) -> list[Label]:
    """Labels whose characters stand in a cell each, one below the other."""
    names = label_keys(form)
    done = {label.field.id for label in known if label.field is not None}
    columns: dict[tuple[int, int], list[Cell]] = {}
    for line in lines:
        for cell in line.own if line.grid is not None else ():
            if 0 < len(key(cell.text)) <= 3:
                columns.setdefault((id(line.grid), cell.column), []).append(cell)
    found = []
    for cells in columns.values():
        for start in range(len(cells)):
            for stop in range(start + 2, min(start + 9, len(cells) + 1)):
                joined = "".join(key(cell.text) for cell in cells[start:stop])
                if joined in names and (field := names[joined][0]) is not None and field.id not in done:
                    first, last = cells[start], cells[stop - 1]
                    tall = Cell(
                        first.row, first.column, joined, first.where, last.row + last.rowspan - first.row, first.colspan
                    )
                    found.append(Label(field, tall, "", 1.0, names[joined][1]))
    return found


def boxes(lines: Sequence[Line], labels: Sequence[Label], grid: Grid, *, joiner: str = "\n") -> list[Box]:
    """The box of each label within one table: the cells to its right down to the next label, else the cell below."""
    here = [label for label in labels if label.cell.where.part == grid.part]
    rows = {line.row for line in lines if line.grid is grid}
    parts = {id(label.cell) for label in here}
    characters = _label_places(here)
    found = []
    for label in here:
        if label.field is None:
            continue
        cells: list[Cell] = []
        top, left = label.cell.row, label.cell.column + label.cell.colspan
        wide = label.field.signed or label.field.sealed
        bottom = _bottom(label, here, grid, max(rows) + 1) if wide else top + label.cell.rowspan
        right = min(
            (other.cell.column for other in here if other.cell.column >= left and _meets(other.cell, top, bottom)),
            default=grid.columns,
        )
        beside = False
        for cell in grid.cells:
            inside = top <= cell.row < bottom and left <= cell.column < right
            beside = beside or inside
            if inside and id(cell) not in parts and (cell.row, cell.column) not in characters and cell.text.strip():
                cells.append(cell)
        under = not cells and not label.rest and not wide
        if under:
            cells = _below(label, here, grid, characters)
        text = joiner.join(filter(None, [label.rest, *(cell.text for cell in cells)]))
        found.append(Box(label, text, tuple(cells), below=bool(under and cells and beside)))
    return found


def _label_places(labels: Iterable[Label]) -> set[tuple[int, int]]:
    places: set[tuple[int, int]] = set()
    for label in labels:
        places |= {(row, label.cell.column) for row in range(label.cell.row, label.cell.row + label.cell.rowspan)}
    return places


def _meets(cell: Cell, top: int, bottom: int) -> bool:
    return cell.row < bottom and cell.row + cell.rowspan > top


def _bottom(label: Label, labels: Sequence[Label], grid: Grid, end: int) -> int:
    """The row where a box ends: at the next label below it, or at other words in its column."""
    least = label.cell.row + label.cell.rowspan
    below = [other.cell.row for other in labels if other.cell.row >= least and other is not label]
    column = label.cell.column
    below += [cell.row for cell in grid.cells if cell.row >= least and cell.column == column and cell.text.strip()]
    return min(below, default=end)


def _below(label: Label, labels: Sequence[Label], grid: Grid, places: set[tuple[int, int]]) -> list[Cell]:
    """The cell under a label, where answers stand below their labels: its neighbours are labels or blank too."""
    taken = {id(other.cell) for other in labels}
    row = label.cell.row + label.cell.rowspan
    first = min((cell.column for cell in grid.cells if cell.row == row and cell.text.strip()), default=0)
    if (row, first) in places or any(other.cell.row == row and other.cell.column == first for other in labels):
        return []  # that row has labels of its own
    return [
        cell
        for cell in grid.cells
        if cell.row == row and cell.column == label.cell.column and id(cell) not in taken and cell.text.strip()
    ][:1]
