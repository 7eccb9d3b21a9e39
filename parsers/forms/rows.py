"""Match the rows of a table to the items of a form by wording: best pairs first, each row and item once. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parsers.forms.columns import Columns
from parsers.forms.lines import Line
from parsers.forms.printed import PrintedForm, PrintedItem
from parsers.forms.sections import ALIKE
from parsers.forms.wording import likeness, wording
from parsers.grid import Cell

_MOST_ROWS = 300
_MARGIN = 40
_SHORT = 12  #: Characters: in a longer item two changed words leave it alike enough.
_REWORDED = 0.5  #: As much of a short item must be left for its row to be known by its place.
_NOT_WORDING = frozenset({"score", "remark", "points", "serial"})


@dataclass(frozen=True, slots=True)
class ItemRow:
    """The row, or rows, of one item."""

    item: PrintedItem
    lines: tuple[Line, ...]
    cells: tuple[Cell, ...]  #: The cells with the wording.
    alike: float  #: 1.0: the printed wording.
    shared: bool = False  #: Other items stand in the same cell.
    by_tag: bool = False  #: Known by the mark of our own blank only.


@dataclass(slots=True)
class Matching:
    """All rows of a section, sorted."""

    rows: dict[str, ItemRow] = field(default_factory=dict)  #: By item id.
    duplicates: dict[str, list[ItemRow]] = field(default_factory=dict)
    text_columns: dict[int, int] = field(default_factory=dict)  #: Grid identity → column of the wording.

    @property
    def used(self) -> frozenset[int]:
        """Indices of the lines that hold items or their duplicates."""
        rows = [*self.rows.values(), *(row for group in self.duplicates.values() for row in group)]
        return frozenset(line.index for row in rows for line in row.lines)


def alike(cell: Cell, item: PrintedItem) -> float:
    """How surely a cell holds an item's wording, 0 to 1."""
    plain = wording(cell.text)
    if not plain:
        return 0.0
    if plain in (item.text, item.whole):
        return 1.0
    if len(item.text) >= 6 and plain.startswith(item.text):
        return 0.97
    return max(likeness(plain, item.text), likeness(plain, item.whole))


def _wordy(line: Line, form: PrintedForm, columns: Mapping[int, Columns]) -> list[Cell]:
    """The cells of a row that may hold wording; printed wording counts wherever it stands."""
    known = columns.get(id(line.grid))
    cells = [cell for cell in line.own if cell.text.strip()]
    if known is None:
        return cells
    return [cell for cell in cells if known.role_of(cell) not in _NOT_WORDING or wording(cell.text) in form.by_key]


def match_rows(lines: Sequence[Line], form: PrintedForm, columns: Mapping[int, Columns]) -> Matching:
    """The rows of the items among table lines, with duplicates; ``columns`` as far as they are known."""
    heads = {index for known in columns.values() for index in known.heads}
    body = _near(form, [line for line in lines if line.grid is not None and line.index not in heads])
    pairs = _pairs(body, form, columns)
    matching = Matching(text_columns=_text_columns(pairs))
    taken: set[int] = set()
    weighed = []
    for value, line, cell, item in pairs:
        usual = matching.text_columns.get(id(line.grid))
        covered = usual is not None and cell.column <= usual < cell.column + cell.colspan
        weighed.append((value if covered else value * 0.85, line, cell, item, value))
    weighed.sort(key=lambda pair: (-pair[0], pair[1].index, pair[3].item.id))
    for value, line, cell, item, raw in weighed:
        if value < ALIKE or line.index in taken or item.item.id in matching.rows:
            continue
        if raw < 1 and _undecided(value, line, item, weighed, matching):
            continue
        matching.rows[item.item.id] = ItemRow(item, (line,), (cell,), raw)
        taken.add(line.index)
    _join_split_rows(body, form, columns, matching, taken)
    _find_shared(body, form, columns, matching)
    for value, line, cell, item, raw in weighed:
        if value >= 0.9 and line.index not in taken and item.item.id in matching.rows:
            matching.duplicates.setdefault(item.item.id, []).append(ItemRow(item, (line,), (cell,), raw))
            taken.add(line.index)
    _pair_leftovers(body, form, columns, matching, taken)
    return matching


def _pair_leftovers(
    body: Sequence[Line], form: PrintedForm, columns: Mapping[int, Columns], matching: Matching, taken: set[int]
) -> None:
    """A short item that was reworded: the one row left over where the one item that its category lacks should stand.

    The row must have a score and share words with the item; the wording is then said to be altered.
    """
    found = []
    for place, item in enumerate(form.items):
        if item.item.id in matching.rows or len(item.text) > _SHORT:
            continue
        if sum(other.number == item.number and other.item.id not in matching.rows for other in form.items) > 1:
            continue
        before = matching.rows.get(form.items[place - 1].item.id) if place else None
        after = matching.rows.get(form.items[place + 1].item.id) if place + 1 < len(form.items) else None
        if (place and before is None) or (place + 1 < len(form.items) and after is None):
            continue
        first = before.lines[-1].index + 1 if before else -1
        last = after.lines[0].index - 1 if after else first
        rows = [line for line in body if first <= line.index <= last and line.index not in taken and not line.blank]
        if len(rows) == 1 and (cell := _reworded(rows[0], item, form, columns, matching)) is not None:
            found.append(ItemRow(item, (rows[0],), (cell,), alike(cell, item)))
    for row in found:
        matching.rows[row.item.item.id] = row


def _reworded(
    line: Line, item: PrintedItem, form: PrintedForm, columns: Mapping[int, Columns], matching: Matching
) -> Cell | None:
    """The cell of a left-over row that may hold an item in other words; None if the row is likely something else."""
    known, usual = columns.get(id(line.grid)), matching.text_columns.get(id(line.grid))
    if known is None or usual is None:
        return None
    marked = {tag for cell in line.own for tag in cell.tags} & {other.item.id for other in form.items}
    scored = any(known.role_of(cell) == "score" and cell.text.strip() for cell in line.own)
    if not scored or not marked <= {item.item.id}:
        return None
    cell = next((cell for cell in line.own if cell.column <= usual < cell.column + cell.colspan), None)
    return cell if cell is not None and alike(cell, item) >= _REWORDED else None


def _near(form: PrintedForm, body: list[Line]) -> list[Line]:
    """The rows near those with printed wording: in a long worksheet the others are not compared one by one."""
    if len(body) <= _MOST_ROWS:
        return body
    exact = [line.index for line in body if any(wording(cell.text) in form.by_key for cell in line.own)]
    if not exact:
        return body[:_MOST_ROWS]
    return [line for line in body if exact[0] - _MARGIN <= line.index <= exact[-1] + _MARGIN][: 4 * _MOST_ROWS]


def _pairs(
    body: Sequence[Line], form: PrintedForm, columns: Mapping[int, Columns]
) -> list[tuple[float, Line, Cell, PrintedItem]]:
    pairs: list[tuple[float, Line, Cell, PrintedItem]] = []
    for line in body:
        for cell in _wordy(line, form, columns):
            plain = wording(cell.text)
            if plain in form.by_key:
                pairs.extend((1.0, line, cell, form.printed(item_id)) for item_id in form.by_key[plain])
            elif len(plain) >= 3:
                for item in form.items:
                    value = alike(cell, item)
                    if value >= ALIKE:
                        pairs.append((value, line, cell, item))
    return pairs


def _text_columns(pairs: Sequence[tuple[float, Line, Cell, PrintedItem]]) -> dict[int, int]:
    counts: dict[int, Counter[int]] = {}
    for value, line, cell, _ in pairs:
        if value >= 0.9:
            last = cell.column + cell.colspan - 1
            counts.setdefault(id(line.grid), Counter())[last if cell.colspan > 1 else cell.column] += 1
    return {grid: counter.most_common(1)[0][0] for grid, counter in counts.items()}


def _undecided(
    value: float,
    line: Line,
    item: PrintedItem,
    pairs: Sequence[tuple[float, Line, Cell, PrintedItem, float]],
    matching: Matching,
) -> bool:
    """Whether an inexact row is nearly as much like another item that has no row yet."""
    return any(
        other.item.id != item.item.id and other.item.id not in matching.rows and value - rival < 0.05
        for rival, rival_line, _, other, _ in pairs
        if rival_line is line
    )


def _join_split_rows(
    body: Sequence[Line], form: PrintedForm, columns: Mapping[int, Columns], matching: Matching, taken: set[int]
) -> None:
    """An item whose wording runs over two or three rows."""
    for item in form.items:
        row = matching.rows.get(item.item.id)
        if row is not None and row.alike >= 0.97:
            continue
        own = set() if row is None else {line.index for line in row.lines}
        best: tuple[float, tuple[Line, ...], tuple[Cell, ...]] | None = None
        for place in range(len(body) - 1):
            for span in (2, 3):
                window = body[place : place + span]
                if len(window) < span or any(line.index in taken - own for line in window):
                    continue
                for cells in _same_column(window, form, columns):
                    joined = wording(cells[0].text) + "".join(wording(cell.text) for cell in cells[1:])
                    value = max(likeness(joined, item.text), likeness(joined, item.whole))
                    if value >= 0.95 and (best is None or value > best[0]):
                        best = (value, tuple(window), cells)
        if best is not None and (row is None or best[0] > row.alike):
            matching.rows[item.item.id] = ItemRow(item, best[1], best[2], best[0])
            taken |= {line.index for line in best[1]}


def _same_column(window: Sequence[Line], form: PrintedForm, columns: Mapping[int, Columns]) -> list[tuple[Cell, ...]]:
    found = []
    for first in _wordy(window[0], form, columns):
        cells = [first]
        for line in window[1:]:
            cells.extend(cell for cell in _wordy(line, form, columns) if cell.column == first.column)
        if len(cells) == len(window):
            found.append(tuple(cells))
    return found


def _find_shared(body: Sequence[Line], form: PrintedForm, columns: Mapping[int, Columns], matching: Matching) -> None:
    """Items that stand together in one cell: no score can be told apart there."""
    for item in form.items:
        if item.item.id in matching.rows or len(item.text) < 4:
            continue
        for line in body:
            for cell in _wordy(line, form, columns):
                usual = matching.text_columns.get(id(line.grid), cell.column)
                plain = "".join(map(wording, cell.text.split("\n")))
                others = [o for o in form.items if o is not item and len(o.text) >= 4 and o.text in plain]
                inside = cell.column <= usual < cell.column + cell.colspan
                if inside and item.text in plain and others and len(plain) > len(item.text) + 3:
                    matching.rows[item.item.id] = ItemRow(item, (line,), (cell,), 1.0, shared=True)
                    for other in others:
                        if (row := matching.rows.get(other.item.id)) and cell in row.cells:
                            matching.rows[other.item.id] = ItemRow(other, (line,), (cell,), 1.0, shared=True)
