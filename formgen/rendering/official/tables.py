"""Tables of an official paper: a consistent grid, heads repeated, rows not divided by a page."""

from __future__ import annotations

from formgen.rendering.official.elements import Cell, Table
from formgen.rendering.official.markup import Element, indent, node, paragraph, runs, spacing
from formgen.rendering.official.profile import Profile

_SIGNED = ("签名", "签字", "盖章", "年  月  日")
_SHORT_ROW = 38.0  #: Points of a row of labels and answers, with its lines.
_SHORT = 8  #: Characters of a cell that is set in the middle.


def table(content: Table, width: int, room: float, profile: Profile, *, closes: bool = False) -> list[Element]:
    """The table, ``width`` twips across, and the thin paragraph that must follow it.

    ``room``: points of the page that a register may fill. ``closes``: it is the end of the text, and its last rows stay
    on the side of the 署名 (7.3.5.5).
    """
    total = sum(content.widths)
    widths = [width * part // total for part in content.widths]
    widths[-1] += width - sum(widths)
    tall = _tall_heights(content.rows, room) if content.tall else {}
    rows = []
    for index, row in enumerate(content.rows):
        below = content.rows[index + 1] if index + 1 < len(content.rows) else ()
        height = tall.get(index, _SHORT_ROW if content.tall else 28.0 if content.large else 24.0)
        head = index < content.heads
        keep = closes and not head and index >= len(content.rows) - 2
        rows.append(_row(row, below, widths, height, head=head, keep=keep, content=content, profile=profile))
    edges = [
        node(side, val="single", sz=8 if not side.startswith("inside") else 4, space=0, color="000000")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    margins = [
        node(side, w=size, type="dxa") for side, size in (("top", 28), ("left", 57), ("bottom", 28), ("right", 57))
    ]
    made = node(
        "tbl",
        node(
            "tblPr",
            node("tblW", w=width, type="dxa"),
            node("jc", val="center"),
            node("tblBorders", *edges),
            node("tblLayout", type="fixed"),
            node("tblCellMar", *margins),
        ),
        node("tblGrid", *(node("gridCol", w=one) for one in widths)),
        *rows,
    )
    return [made, paragraph("Spacer", (), spacing(line=6), *([node("keepNext")] if closes else []))]


def _is_tall(row: tuple[Cell, ...]) -> bool:
    return any(cell.span > 1 and any(mark in cell.words for mark in _SIGNED) for cell in row)


def _tall_heights(rows: tuple[tuple[Cell, ...], ...], room: float) -> dict[int, float]:
    """The rows of words share what is left of the page; the first, for the report on the work, gets half of it."""
    least = {
        index: 18.0 * max(cell.words.count("\n") + 1 for cell in row) + 6
        for index, row in enumerate(rows)
        if _is_tall(row)
    }
    if not least:
        return {}
    left = max(0.0, room - _SHORT_ROW * (len(rows) - len(least)) - sum(least.values()))
    first, others = min(least), len(least) - 1
    share = min(left / 2 / others, 60.0) if others else 0.0
    return {index: high + (left - share * others if index == first else share) for index, high in least.items()}


def _row(
    row: tuple[Cell, ...],
    below: tuple[Cell, ...],
    widths: list[int],
    height: float,
    *,
    head: bool,
    keep: bool,
    content: Table,
    profile: Profile,
) -> Element:
    properties = node("trPr", node("cantSplit"), node("trHeight", val=round(height * 20), hRule="atLeast"))
    if head:
        properties.append(node("tblHeader"))
    cells, column = [], 0
    for index, cell in enumerate(row):
        own = node("tcPr", node("tcW", w=sum(widths[column : column + cell.span]), type="dxa"))
        if cell.span > 1:
            own.append(node("gridSpan", val=cell.span))
        if cell.joined:
            own.append(node("vMerge"))
        elif index < len(below) and below[index].joined:
            own.append(node("vMerge", val="restart"))
        signed = content.tall and cell.span > 1 and any(mark in cell.words for mark in _SIGNED)
        own.append(node("vAlign", val="bottom" if signed else "center"))
        label = content.tall and index % 2 == 0 and not signed
        made = _lines(
            cell, head or (label and bool(cell.words)), head, signed, "Large" if content.large else "", profile
        )
        if keep:
            for one in made:
                one[0].insert(1, node("keepNext"))
        cells.append(node("tc", own, *made))
        column += cell.span
    return node("tr", properties, *cells)


def _lines(cell: Cell, centred: bool, head: bool, signed: bool, size: str, profile: Profile) -> list[Element]:
    lines = [""] if cell.joined else cell.words.split("\n")
    made = []
    for line in lines:
        if head:
            style, role = f"TableHead{size}", "黑体"
        elif signed and not line.endswith("："):
            style, role = "TableSigned", "仿宋"
        elif centred or (len(line) <= _SHORT and not signed):
            style, role = f"TableCentred{size}", "仿宋"
        else:
            style, role = f"TableText{size}", "仿宋"
        # blanks to write on stay at the right edge without wrapping into another line
        own = [indent(right=120)] if style == "TableSigned" else []
        made.append(paragraph(style, runs(line, profile.faces[role], profile), *own))
    return made
