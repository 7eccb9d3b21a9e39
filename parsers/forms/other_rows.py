"""The lines of a sheet that hold no item: around the table, totals, rows that were added, other tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from formgen.model import Form, IssueCode, Locator, Severity
from parsers.forms.columns import Columns
from parsers.forms.conservation import is_signature
from parsers.forms.lines import Line
from parsers.forms.notes import Notes
from parsers.forms.printed import PrintedForm
from parsers.forms.rows import Matching
from parsers.forms.sections import title_of
from parsers.forms.tampering import category_issue, find_category
from parsers.forms.totals import is_subtotal, is_total
from parsers.forms.wording import excerpt

_LONGEST_TAIL = 40  #: Rows below the last item that may still belong to the sheet.
_LONGEST_APPENDIX = 8  #: Rows of a table below the sheet that may still be its header; a longer one is something else.


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of a total or sub-total, with the items above it."""

    line: Line
    since: tuple[str, ...]  #: Items since the last sub-total.
    above: tuple[str, ...]  #: All items above it.


@dataclass(slots=True)
class OtherRows:
    """The lines of a sheet that hold no item, sorted."""

    around: list[Line] = field(default_factory=list)  #: Title, blanks, signatures, remarks above and below.
    totals: list[TotalRow] = field(default_factory=list)


def sheet_name(lines: Sequence[Line]) -> str:
    """The name of the worksheet that lines stand in, empty in other files."""
    for line in lines:
        if line.grid is not None and line.grid.part.startswith("sheet "):
            return line.grid.part.removeprefix("sheet ")
    return ""


def sort_rows(
    lines: Sequence[Line],
    matching: Matching,
    columns: Mapping[int, Columns],
    form: PrintedForm,
    forms: Sequence[Form],
    notes: Notes,
) -> OtherRows:
    """Sort the lines without items; rows that were added and tables that are not read are noted."""
    found = OtherRows()
    since: list[str] = []
    above: list[str] = []
    heads = {index for known in columns.values() for index in known.heads}
    grids = {id(line.grid) for row in matching.rows.values() for line in row.lines}
    by_line = {line.index: item_id for item_id, row in matching.rows.items() for line in row.lines}
    first, last = min(matching.used, default=0), max(matching.used, default=0)
    home = sheet_name([line for row in matching.rows.values() for line in row.lines])
    strangers: dict[int, list[Line]] = {}
    for line in lines:
        if (item_id := by_line.get(line.index)) is not None and item_id not in above:
            since.append(item_id)
            above.append(item_id)
        if line.index in matching.used or line.index in heads or line.blank:
            continue
        if line.grid is not None and id(line.grid) in grids:
            if line.index > first and (is_total(line) or is_subtotal(line)):
                found.totals.append(TotalRow(line, tuple(since), tuple(above)))
                since = [] if is_subtotal(line) else since
            elif _is_category(line, form) or (first < line.index and (line.index < last or _is_scored(line, columns))):
                _note_stray(line, columns, form, forms, notes)
            elif line.index > last + _LONGEST_TAIL:
                strangers.setdefault(id(line.grid), []).append(line)
            else:
                found.around.append(line)
        elif line.grid is not None and (
            sheet_name([line]) != home or (line.index > last and line.grid.rows > _LONGEST_APPENDIX)
        ):
            strangers.setdefault(id(line.grid), []).append(line)
        elif not title_of([line], 0, forms):
            found.around.append(line)
        else:
            notes.spare(line.text, line.where, in_table=line.grid is not None)
    for group in strangers.values():
        text = " ".join(line.text for line in group[:8])
        message = f"这张表以外还有没有读取的表格（{len(group)}行）：“{excerpt(text, 80)}”"
        notes.say(IssueCode.UNEXPECTED_TEXT, Severity.WARNING, message, group[0].where)
    return found


def _is_category(line: Line, form: PrintedForm) -> bool:
    filled = [cell for cell in line.own if cell.text.strip()]
    wordy = [cell for cell in filled if len(cell.text.strip()) > 3]
    return bool(wordy) and all(find_category(cell.text, form) is not None for cell in wordy)


def _is_scored(line: Line, columns: Mapping[int, Columns]) -> bool:
    """Whether a row below the last item has a figure where scores stand, and is no line of signatures."""
    known = columns.get(id(line.grid))
    if known is None or is_signature(line.text):
        return False
    cells = [cell for cell in line.own if known.role_of(cell) == "score" and cell.colspan < 4]
    return any(character.isnumeric() for cell in cells for character in cell.text)


def _note_stray(
    line: Line, columns: Mapping[int, Columns], form: PrintedForm, forms: Sequence[Form], notes: Notes
) -> None:
    """A row among the items that is none: a category's own row, or one that somebody has added."""
    known = columns.get(id(line.grid))
    words = []
    for cell in line.own:
        category = find_category(cell.text, form) if cell.text.strip() else None
        if category is not None:
            notes.add(category_issue(form.form.item(category.items[0]), cell, form, notes.record))
        elif cell.text.strip() and not (known and known.role_of(cell) == "serial" and len(cell.text.strip()) <= 4):
            words.append(cell)
    if not words or title_of([line], 0, forms):
        return
    score = next((cell for cell in words if known and known.role_of(cell) == "score" and len(words) > 1), None)
    text = "，".join(cell.text.strip() for cell in words if cell is not score)
    stands = f"，得分处写着“{excerpt(score.text)}”" if score is not None else ""
    message = f"表上多出一行：“{excerpt(text, 80)}”{stands}；没有计入"
    notes.say(IssueCode.EXTRA_ROW, Severity.WARNING, message, line.where)


def note_columns(matching: Matching, columns: Mapping[int, Columns], notes: Notes) -> None:
    """Note the columns that the form does not have, each once with what it holds."""
    done: set[int] = set()
    for known in columns.values():
        if id(known) in done:
            continue
        done.add(id(known))
        texts = {place for grid, place in matching.text_columns.items() if columns.get(grid) is known}
        for extra in known.extra:
            if texts & extra.columns:
                message = f"列头“{excerpt(extra.head)}”不是表上印的；这一列按内容读取"
                notes.say(IssueCode.UNEXPECTED_TEXT, Severity.INFO, message, Locator(known.grid.part))
                continue
            said = [
                f"{item_id}：{excerpt(cell.text, 20)}"
                for item_id, row in matching.rows.items()
                for line in row.lines
                for cell in line.own
                if cell.column in extra.columns and cell.text.strip()
            ]
            code = IssueCode.UNEXPECTED_VALUE if extra.scores else IssueCode.UNEXPECTED_TEXT
            head = excerpt("".join(extra.head.split()))
            if said:
                message = f"表上多出一列“{head}”，没有读取：{'；'.join(said)[:300]}"
                notes.say(code, Severity.WARNING, message, Locator(known.grid.part))
            elif not extra.scores:
                notes.say(code, Severity.INFO, f"表上多出一列“{head}”，是空的", Locator(known.grid.part))
