"""Merged cells and dropped columns, written into a rendered table from the marks that the template's filters left.

docxtpl's own ``{% vm %}`` fails for a block within a block, so a template lists flat rows and the merges are made here.
Afterwards each row covers every column of ``w:tblGrid`` exactly once, and the widths of its cells add up to the grid's.
"""

from __future__ import annotations

import re

from lxml import etree

from formgen.errors import TemplateError
from formgen.rendering.marks import ABOVE, BELOW, DROPPED, RIGHT

_NS = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: What must stand before ``w:vMerge`` in ``w:tcPr`` (CT_TcPr is a sequence).
_BEFORE_MERGE = ("cnfStyle", "tcW", "gridSpan", "hMerge")

_MARKS = re.compile(f"[{BELOW}{ABOVE}{RIGHT}{DROPPED}]")

Element = etree._Element


def merge(body: Element) -> None:
    """Act on the marks in all tables below ``body`` and take them away. Raises TemplateError where they contradict."""
    for table in body.iter(_W + "tbl"):
        if not _marked(table):
            continue  # nothing of ours: a table stays as docxtpl has made it
        rows = table.findall("w:tr", _NS)
        dropped = {start for row in rows for start, _, cell in _cells(row) if _take(cell, DROPPED)}
        for column in sorted(dropped, reverse=True):
            _drop(table, rows, column)
        for row in rows:
            _merge_right(row)
        open_blocks: set[tuple[int, int]] = set()
        for row in rows:
            open_blocks = _merge_down(row, open_blocks)
        _set_widths(table, rows)


def _marked(table: Element) -> bool:
    return any(_MARKS.search(text.text or "") for text in table.iter(_W + "t"))


def _cells(row: Element) -> list[tuple[int, int, Element]]:
    """The cells of a row with their first grid column and how many they cover."""
    cells = []
    before = row.find("w:trPr/w:gridBefore", _NS)
    start = int(before.get(_W + "val", "0")) if before is not None else 0
    for cell in row.iterchildren(_W + "tc"):
        cells.append((start, _span(cell), cell))
        start += _span(cell)
    return cells


def _span(cell: Element) -> int:
    span = cell.find("w:tcPr/w:gridSpan", _NS)
    return int(span.get(_W + "val", "1")) if span is not None else 1


def _take(cell: Element, mark: str) -> bool:
    """Whether the cell carries the mark; takes it away."""
    found = False
    for text in cell.iter(_W + "t"):
        if text.text and mark in text.text:
            text.text = text.text.replace(mark, "")
            found = True
    return found


def _properties(cell: Element) -> Element:
    properties = cell.find("w:tcPr", _NS)
    if properties is None:
        properties = etree.Element(_W + "tcPr")
        cell.insert(0, properties)
    return properties


def _set(cell: Element, name: str, value: str) -> None:
    """Set a property of a cell, in the place that the schema gives it."""
    properties = _properties(cell)
    element = properties.find(f"w:{name}", _NS)
    if element is None:
        element = etree.Element(_W + name)
        before = _BEFORE_MERGE[: _BEFORE_MERGE.index(name)] if name in _BEFORE_MERGE else _BEFORE_MERGE
        place = sum(1 for child in properties if etree.QName(child).localname in before)
        properties.insert(place, element)
    element.set(_W + "val", value)


def _empty(cell: Element) -> None:
    """Leave one empty paragraph in the cell, with the first one's properties."""
    first = cell.find(".//w:p", _NS)
    paragraph = etree.Element(_W + "p")
    if first is not None and (properties := first.find("w:pPr", _NS)) is not None:
        paragraph.append(properties)
    for child in list(cell):
        if child.tag != _W + "tcPr":
            cell.remove(child)
    cell.append(paragraph)


def _text(cell: Element) -> str:
    return "".join(text.text or "" for text in cell.iter(_W + "t"))


def _merge_right(row: Element) -> None:
    cells = _cells(row)
    index = 0
    while index < len(cells):
        _, _, cell = cells[index]
        if _take(cell, RIGHT):
            if index + 1 == len(cells) or _text(cells[index + 1][2]).strip():
                raise TemplateError(f"merge_right：单元格“{_text(cell)[:20]}”右边没有可以合并的空单元格")
            _, span, neighbour = cells.pop(index + 1)
            _set(cell, "gridSpan", str(_span(cell) + span))
            holder = neighbour.getparent()
            if holder is not None:
                holder.remove(neighbour)
        index += 1


def _merge_down(row: Element, open_blocks: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Merge the marked cells of a row; gives back the blocks that the next row may continue."""
    going_on = set()
    for start, span, cell in _cells(row):
        begins, belongs = _take(cell, BELOW), _take(cell, ABOVE)
        if begins:
            _set(cell, "vMerge", "restart")
        elif belongs:
            if (start, span) not in open_blocks:
                raise TemplateError("merge_down：要并入上一行的单元格，上一行没有同宽的合并单元格")
            _empty(cell)
            _set(cell, "vMerge", "continue")
        if begins or belongs:
            going_on.add((start, span))
    return going_on


def _drop(table: Element, rows: list[Element], column: int) -> None:
    """Take a grid column out of the table; the widest other column gets its width."""
    grid = table.findall("w:tblGrid/w:gridCol", _NS)
    widths = [int(col.get(_W + "w", "0")) for col in grid]
    for row in rows:
        for start, span, cell in _cells(row):
            if start <= column < start + span:
                holder = cell.getparent()
                if span > 1:
                    _set(cell, "gridSpan", str(span - 1))
                elif holder is not None:
                    holder.remove(cell)
    widest = max((i for i in range(len(grid)) if i != column), key=widths.__getitem__)
    grid[widest].set(_W + "w", str(widths[widest] + widths[column]))
    holder = grid[column].getparent()
    if holder is not None:
        holder.remove(grid[column])


def _set_widths(table: Element, rows: list[Element]) -> None:
    """Give each cell the width of the grid columns that it covers, and check that a row covers all of them."""
    widths = [int(col.get(_W + "w", "0")) for col in table.findall("w:tblGrid/w:gridCol", _NS)]
    for row in rows:
        end = 0
        for start, span, cell in _cells(row):
            end = start + span
            width = cell.find("w:tcPr/w:tcW", _NS)
            if width is not None:
                width.set(_W + "w", str(sum(widths[start:end])))
                width.set(_W + "type", "dxa")
        after = row.find("w:trPr/w:gridAfter", _NS)
        end += int(after.get(_W + "val", "0")) if after is not None else 0
        if end != len(widths):
            raise TemplateError(f"表格有{len(widths)}列，其中一行的单元格合起来是{end}列")
