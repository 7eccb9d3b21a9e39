"""One score sheet, from its lines to its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formgen.model import Form, Issue, IssueCode, Item, Locator, Reading, Record, Severity, Subject
from formgen.parsing import Hints
from parsers.forms.columns import Columns, columns_without_head, find_columns
from parsers.forms.dating import settle
from parsers.forms.header import Header, read_header, subject_issues
from parsers.forms.item_cells import ItemCells, cells_of, remark_reading, score_reading
from parsers.forms.lines import Line
from parsers.forms.notes import Notes
from parsers.forms.other_rows import TotalRow, note_columns, sheet_name, sort_rows
from parsers.forms.own_marks import fill_subject
from parsers.forms.printed import PrintedForm, PrintedItem
from parsers.forms.printed_cells import check_printed
from parsers.forms.rows import ItemRow, Matching, match_rows
from parsers.forms.sections import title_of
from parsers.forms.totals import check_total, is_subtotal, is_total, subtotal_category, written_number
from parsers.forms.wording import excerpt, is_nothing, key
from parsers.grid import Cell

_PRINTED_SUM = frozenset("0123456789.分满合计总共")  #: What is printed in the row of the total: ``满分100分``.


def read_sheet(
    lines: Sequence[Line],
    form: PrintedForm,
    forms: Sequence[Form],
    record: int,
    marks: Mapping[str, str],
    hints: Hints,
) -> tuple[Record, list[Issue]]:
    """The record of a section and its issues, in the order of the form.

    ``record``: its index within the file; ``marks``: what our own blank carries unseen (period, village, name …).
    """
    notes = Notes(form.form, record)
    matching, columns = _match(lines, form)
    cells = {
        item_id: cells_of(row, columns.get(id(row.lines[0].grid)), matching.text_columns.get(id(row.lines[0].grid)))
        for item_id, row in matching.rows.items()
    }
    readings = _read_items(form, matching, columns, cells, notes)
    others = sort_rows(lines, matching, columns, form, forms, notes)
    note_columns(matching, columns, notes)
    table = min(matching.used, default=lines[0].index)
    header = _read_header(lines, others.around, form.form, forms, marks, table, notes)
    readings = {**header.readings, **readings}
    _read_totals(others.totals, header, form, columns, readings, len(matching.rows), notes)
    written = [entry for entry in [*header.written, (sheet_name(lines), Locator())] if entry[0]]
    period, said = settle(written, header.period_labelled, marks.get("period"), form.form.period, hints, record)
    notes.issues.extend(said)
    notes.issues.extend(subject_issues(form.form, readings, record))
    subject = Subject(*(_words(readings, field_id) for field_id in ("village", "name", "group", "team")))
    return Record(form.form.id, form.form.scheme, subject, period, readings), notes.issues


def _words(readings: Mapping[str, Reading], field_id: str) -> str:
    reading = readings.get(field_id)
    return reading.value if reading and isinstance(reading.value, str) else ""


def _match(lines: Sequence[Line], form: PrintedForm) -> tuple[Matching, dict[int, Columns]]:
    """The rows of the items and the columns of their tables."""
    table = [line for line in lines if line.grid is not None]
    rough = match_rows(table, form, {})
    columns = find_columns(table, form, rough.used)
    known: Columns | None = None
    for line in table:  # a table continued on the next page has the columns of the one before it
        assert line.grid is not None
        if id(line.grid) in columns:
            known = columns[id(line.grid)]
        elif known is not None and known.grid.columns == line.grid.columns:
            columns[id(line.grid)] = known
    matching = match_rows(table, form, columns)
    _match_by_tags(table, form, matching)
    for row in matching.rows.values():
        line = row.lines[0]
        if id(line.grid) not in columns:
            column = matching.text_columns.get(id(line.grid), row.cells[0].column)
            if (found := columns_without_head(line, form, column)) is not None:
                columns[id(line.grid)] = found
    return matching, columns


def _match_by_tags(table: Sequence[Line], form: PrintedForm, matching: Matching) -> None:
    """Items whose wording is gone, but whose score cell our own blank has marked."""
    missing: dict[str, PrintedItem] = {item.item.id: item for item in form.items if item.item.id not in matching.rows}
    for line in table:
        for cell in line.own:
            for tag in cell.tags:
                if tag in missing and line.index not in matching.used:
                    words = [other for other in line.own if other is not cell and other.text.strip()] or [cell]
                    usual = matching.text_columns.get(id(line.grid), -1)
                    placed = [other for other in words if other.column <= usual < other.column + other.colspan]
                    text = max(placed or words, key=lambda other: len(other.text))
                    matching.rows[tag] = ItemRow(missing.pop(tag), (line,), (text,), 0.0, by_tag=True)


def _read_items(
    form: PrintedForm,
    matching: Matching,
    columns: Mapping[int, Columns],
    cells: Mapping[str, ItemCells],
    notes: Notes,
) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    shared: dict[int, list[Item]] = {}
    for item in form.form.items:
        if (found := cells.get(item.id)) is not None:
            for cell in (*found.scores, *found.remarks, *found.points, *found.standards):
                shared.setdefault(id(cell), []).append(item)
    remarks_seen: set[int] = set()
    for item in form.form.items:
        if (row := matching.rows.get(item.id)) is None:
            _miss(item, form, matching, readings, notes)
            continue
        found = cells[item.id]
        reading, said = score_reading(row, found, form.form, shared, notes.record)
        if copies := matching.duplicates.get(item.id):
            reading = _read_copies(reading, row, copies, form.form, matching, columns, notes)
        readings[item.id] = reading
        notes.issues.extend(said)
        if form.has_remarks:
            sharing = max((shared.get(id(cell), [item]) for cell in found.remarks), key=len, default=[item])
            repeated = any(id(cell) in remarks_seen and cell.text.strip() for cell in found.remarks)
            taken = any(reading.where == cell.where for cell in found.remarks)  # said already: misplaced-value
            doubted = not taken and (bool(said) or reading.value is None)
            remark, said = remark_reading(
                row, ItemCells() if repeated else found, sharing, notes.record, doubted=doubted
            )
            readings[f"{item.id}.remark"] = remark
            notes.issues.extend(said)
            remarks_seen.update(id(cell) for cell in found.remarks)
        else:
            for cell in found.remarks:
                if cell.row == row.lines[0].row:
                    notes.spare(cell.text, cell.where, in_table=True, field=item.id)
        check_printed(row, found, form, shared, notes)
    return readings


def _miss(item: Item, form: PrintedForm, matching: Matching, readings: dict[str, Reading], notes: Notes) -> None:
    part = next((row.cells[0].where.part for row in matching.rows.values()), "")
    severity = Severity.ERROR if item.required else Severity.WARNING
    message = f"表上找不到“{excerpt(item.text)}”这一行"
    notes.say(IssueCode.MISSING_ROW, severity, message, Locator(part), item.id)
    readings[item.id] = Reading("", None, Locator(part), 0.0)
    if form.has_remarks:
        readings[f"{item.id}.remark"] = Reading("", None, Locator(part), 0.0)


def _read_copies(
    reading: Reading,
    row: ItemRow,
    copies: Sequence[ItemRow],
    form: Form,
    matching: Matching,
    columns: Mapping[int, Columns],
    notes: Notes,
) -> Reading:
    """An item that stands twice: it has a value only if the rows agree, or all but one are blank."""
    item = row.item.item
    found = [reading]
    for copy in copies:
        grid = id(copy.lines[0].grid)
        cells = cells_of(copy, columns.get(grid), matching.text_columns.get(grid))
        found.append(score_reading(copy, cells, form, {}, notes.record)[0])
        for cell in cells.remarks:
            if key(cell.text) != key(item.remark):
                notes.spare(cell.text, cell.where, in_table=True, field=f"{item.id}.remark")
    places = "、".join(one.lines[0].where.chinese for one in (row, *copies))
    message = f"“{excerpt(item.text)}”有{len(found)}行（{places}）"
    where = copies[0].cells[0].where
    if len({one.value for one in found if one.value is not None}) > 1:
        said = "、".join(excerpt(one.text) or "（空白）" for one in found)
        message += f"，得分不同：{said}；不知以哪行为准"
        notes.say(IssueCode.DUPLICATE_ROW, Severity.ERROR, message, where, item.id)
        return Reading(" / ".join(one.text for one in found), None, reading.where, 0.0)
    notes.say(IssueCode.DUPLICATE_ROW, Severity.WARNING, message, where, item.id)
    return next((one for one in found if one.value is not None), reading)


def _read_header(
    lines: Sequence[Line],
    around: Sequence[Line],
    form: Form,
    forms: Sequence[Form],
    marks: Mapping[str, str],
    table: int,
    notes: Notes,
) -> Header:
    header = read_header(around, form, notes.record, table)
    notes.issues.extend(header.issues)
    for text, where, in_table in header.leftovers:
        notes.spare(text, where, in_table=in_table)
    for line in lines:
        if line.grid is None and title_of([line], 0, forms):
            header.written.insert(0, (line.text, line.where))
    for issue in fill_subject(header.readings, [blank.id for blank in form.blanks], marks, notes.record):
        notes.add(issue)
    return header


def _read_totals(
    rows: Sequence[TotalRow],
    header: Header,
    form: PrintedForm,
    columns: Mapping[int, Columns],
    readings: dict[str, Reading],
    matched: int,
    notes: Notes,
) -> None:
    """The totals that somebody wrote; one above some of the ``matched`` items is the sum of those above it."""
    every = [item.id for item in form.form.items]
    found: list[tuple[Reading, list[Issue]]] = []
    for row in rows:
        known = columns.get(id(row.line.grid))
        cell, text = written_number(row.line, known)
        if is_subtotal(row.line):
            category = subtotal_category(row.line, form, row.since)
            if category is None:
                notes.spare(f"{row.line.text} ", row.line.where, in_table=True)
                continue
            field = f"category.{category.number}"
            readings[field], said = check_total(cell, text, field, category.items, form.form, readings, notes.record)
            notes.issues.extend(said)
        else:
            partial = [item_id for item_id in every if item_id in row.above] if len(row.above) < matched else every
            found.append(check_total(cell, text, "total", partial, form.form, readings, notes.record))
        _note_beside(row.line, cell, known, notes)
    for text, where in header.totals:
        found.append(check_total(Cell(0, 0, text, where), text, "total", every, form.form, readings, notes.record))
    written = [entry for entry in found if entry[0].text.strip()] or found[:1]
    for number, (reading, said) in enumerate(written):
        if number == 0:
            readings["total"] = reading
            notes.issues.extend(said)
        elif reading.value != written[0][0].value:
            message = f"合计写了两处：“{excerpt(written[0][0].text)}”和“{excerpt(reading.text)}”"
            notes.say(IssueCode.TOTAL_MISMATCH, Severity.WARNING, message, reading.where, "total")


def _note_beside(line: Line, figure: Cell | None, columns: Columns | None, notes: Notes) -> None:
    """Report the words in a total row that are neither its name, its figure nor the printed points."""
    first = min((cell.column for cell in line.own), default=0)
    for cell in line.own:
        if cell is figure or not cell.text.strip() or is_nothing(cell.text):
            continue
        if (
            columns is not None
            and columns.role_of(cell) in ("points", "standard")
            and set(key(cell.text)) <= _PRINTED_SUM
        ):
            continue
        if not (is_total(line) or is_subtotal(line)) or cell.column > first + 1:
            notes.spare(cell.text, cell.where, in_table=True)
