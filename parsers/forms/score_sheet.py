"""Score sheets: a row per item, with its points or judgement; rows are known by wording, never by position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formgen.model import Form, Issue, IssueCode, Item, Locator, Reading, Record, Severity, Subject
from formgen.parsing import Claim, Extraction, Hints
from parsers.forms.columns import Columns, columns_without_head, find_columns
from parsers.forms.conservation import unexpected
from parsers.forms.dating import settle
from parsers.forms.doubts import attached
from parsers.forms.header import Header, read_header, subject_issues
from parsers.forms.item_cells import ItemCells, cells_of, remark_reading, score_reading
from parsers.forms.lines import Line, lines_of
from parsers.forms.printed import PrintedForm
from parsers.forms.rows import ItemRow, Matching, match_rows
from parsers.forms.sections import sections, title_of
from parsers.forms.tampering import category_issue, find_category, points_issue, standard_issue, wording_issue
from parsers.forms.totals import check_total, is_subtotal, is_total, subtotal_category, written_number
from parsers.forms.wording import excerpt, is_nothing, key
from parsers.grid import Cell, Document, Grid


class ScoreSheetParser:
    """Knows the seven score sheets: a title, a head row, a row per item; several in one file, too."""

    name = "score-sheet"

    def identify(self, document: Document, forms: Sequence[Form]) -> tuple[Claim, ...]:
        """One claim for each form that is found, with the surest sheet's score."""
        claims: dict[str, Claim] = {}
        for section in sections(document, lines_of(document), forms):
            form = section.form.form
            if form.id not in claims or claims[form.id].score < section.score:
                claims[form.id] = Claim(self.name, form.id, section.score, section.evidence)
        return tuple(claims.values())

    def extract(self, document: Document, forms: Sequence[Form], hints: Hints) -> Extraction:
        """A record for each sheet in the document, with its issues."""
        lines = lines_of(document)
        records: list[Record] = []
        issues: list[Issue] = []
        found = sections(document, lines, forms)
        for section in found:
            marked = document.properties.get("form")
            rivals = [section.form, *section.rivals]
            if section.rivals and not any(one.form.id == marked for one in rivals):
                names = "、".join(f"《{one.form.title}》" for one in rivals)
                message = f"这张表像是{names}中的一种，分不出是哪一种，没有读取；请写明标题"
                issues.append(Issue(IssueCode.AMBIGUOUS_FORM, Severity.ERROR, message, section.lines[0].where))
                continue
            form = next((one for one in rivals if one.form.id == marked), section.form)
            marks = document.properties if len(found) == 1 else {}
            record, said = _Sheet(section.lines, form, forms, len(records), marks).read(hints)
            issues.extend(_repeated(record, records))
            records.append(record)
            issues.extend(said)
        return Extraction(tuple(records), (*issues, *attached(document, records)))


def _repeated(record: Record, earlier: Sequence[Record]) -> list[Issue]:
    if not record.subject.key:
        return []
    for number, other in enumerate(earlier):
        if (other.form, other.subject.key, other.period) == (record.form, record.subject.key, record.period):
            message = f"同一文件里“{record.subject}”的表有两份（第{number + 1}份和第{len(earlier) + 1}份）"
            return [Issue(IssueCode.DUPLICATE, Severity.WARNING, message, record=len(earlier))]
    return []


class _Sheet:
    """One sheet while it is being read."""

    def __init__(
        self,
        lines: Sequence[Line],
        form: PrintedForm,
        forms: Sequence[Form],
        record: int,
        marks: Mapping[str, str],
    ) -> None:
        self.lines = lines
        self.form = form
        self.forms = forms
        self.record = record
        self.marks = marks
        self.readings: dict[str, Reading] = {}
        self.issues: list[Issue] = []
        self.columns: dict[int, Columns] = {}
        self.cells: dict[str, ItemCells] = {}

    def say(self, code: IssueCode, severity: Severity, message: str, where: Locator, field: str | None = None) -> None:
        """Note an issue of this record."""
        self.issues.append(Issue(code, severity, message, where, field, self.record))

    def spare(self, text: str, where: Locator, *, in_table: bool, field: str | None = None) -> None:
        """Report words that belong nowhere, unless the form prints them."""
        if issue := unexpected(text, where, self.form.form, self.record, in_table=in_table, field=field):
            self.issues.append(issue)

    def read(self, hints: Hints) -> tuple[Record, list[Issue]]:
        """The record and its issues, in the order of the form."""
        form = self.form.form
        matching = self._match()
        self._columns_without_head(matching)
        self._items(matching)
        first = min((index for index in matching.used), default=self.lines[0].index)
        last = max((index for index in matching.used), default=first)
        around, totals = self._rest(matching, first, last)
        header = self._header(around)
        readings = {**header.readings, **self.readings}
        self.readings = readings
        self._totals(totals, header, matching)
        written = [*header.written, *((_sheet_name(self.lines), Locator()),)]
        period, said = settle(
            [entry for entry in written if entry[0]],
            header.period_labelled,
            self.marks.get("period"),
            form.period,
            hints,
            self.record,
        )
        subject = self._subject(readings)
        self.issues.extend(said)
        self.issues.extend(subject_issues(form, readings, self.record))
        return Record(form.id, form.scheme, subject, period, readings), self.issues

    def _subject(self, readings: Mapping[str, Reading]) -> Subject:
        def value(field_id: str) -> str:
            reading = readings.get(field_id)
            return reading.value if reading and isinstance(reading.value, str) else ""

        return Subject(value("village"), value("name"), value("group"), value("team"))

    def _match(self) -> Matching:
        table = [line for line in self.lines if line.grid is not None]
        rough = match_rows(table, self.form, {})
        self.columns = find_columns(table, self.form, rough.used)
        self._inherit_columns(table)
        matching = match_rows(table, self.form, self.columns)
        by_tag = {item.item.id: item for item in self.form.items if item.item.id not in matching.rows}
        for line in table:
            for cell in line.own:
                for tag in cell.tags:
                    if tag in by_tag and line.index not in matching.used:
                        words = tuple(c for c in line.own if c is not cell and c.text.strip()) or (cell,)
                        usual = matching.text_columns.get(id(line.grid), -1)
                        text = max(
                            words, key=lambda one: (one.column <= usual < one.column + one.colspan, len(one.text))
                        )
                        matching.rows[tag] = ItemRow(by_tag.pop(tag), (line,), (text,), 0.0, by_tag=True)
        return matching

    def _inherit_columns(self, table: Sequence[Line]) -> None:
        """A table continued on the next page has the columns of the one before it."""
        known: Columns | None = None
        for line in table:
            assert line.grid is not None
            if id(line.grid) in self.columns:
                known = self.columns[id(line.grid)]
            elif known is not None and known.grid.columns == line.grid.columns:
                self.columns[id(line.grid)] = known

    def _columns_without_head(self, matching: Matching) -> None:
        for row in matching.rows.values():
            line = row.lines[0]
            if id(line.grid) in self.columns:
                continue
            column = matching.text_columns.get(id(line.grid), row.cells[0].column)
            if (found := columns_without_head(line, self.form, column)) is not None:
                self.columns[id(line.grid)] = found

    def _cells(self, row: ItemRow, matching: Matching) -> ItemCells:
        grid = id(row.lines[0].grid)
        return cells_of(row, self.columns.get(grid), matching.text_columns.get(grid))

    def _items(self, matching: Matching) -> None:
        shared: dict[int, list[Item]] = {}
        cells = {item_id: self._cells(row, matching) for item_id, row in matching.rows.items()}
        self.cells = cells
        for item in self.form.form.items:
            if item.id in cells:
                found_here = cells[item.id]
                for cell in (*found_here.scores, *found_here.remarks, *found_here.points, *found_here.standards):
                    shared.setdefault(id(cell), []).append(item)
        remark_seen: set[int] = set()
        for item in self.form.form.items:
            if (row := matching.rows.get(item.id)) is None:
                self._missing(item, matching)
                continue
            found = cells[item.id]
            reading, said = score_reading(row, found, self.form.form, shared, self.record)
            copies = matching.duplicates.get(item.id, [])
            if copies:
                reading = self._duplicate(item, reading, row, copies, matching)
            self.readings[item.id] = reading
            self.issues.extend(said)
            if self.form.has_remarks:
                sharing = max((shared.get(id(cell), [item]) for cell in found.remarks), key=len, default=[item])
                again = [cell for cell in found.remarks if id(cell) in remark_seen and cell.text.strip()]
                kept = found
                if again:
                    kept = ItemCells()
                remark, said = remark_reading(row, kept, sharing, self.record)
                self.readings[f"{item.id}.remark"] = remark
                self.issues.extend(said)
                remark_seen.update(id(cell) for cell in found.remarks)
            else:
                for cell in found.remarks:
                    if cell.row == row.lines[0].row:
                        self.spare(cell.text, cell.where, in_table=True, field=item.id)
            self._printed(item, row, found, shared)

    def _missing(self, item: Item, matching: Matching) -> None:
        where = next(iter(matching.rows.values())).cells[0].where if matching.rows else Locator()
        where = Locator(where.part, "", where.submission)
        severity = Severity.ERROR if item.required else Severity.WARNING
        self.say(IssueCode.MISSING_ROW, severity, f"表上找不到“{excerpt(item.text)}”这一行", where, item.id)
        self.readings[item.id] = Reading("", None, where, 0.0)
        if self.form.has_remarks:
            self.readings[f"{item.id}.remark"] = Reading("", None, where, 0.0)

    def _duplicate(
        self, item: Item, reading: Reading, row: ItemRow, copies: Sequence[ItemRow], matching: Matching
    ) -> Reading:
        """An item that stands twice: one value only if the rows agree or all but one are blank."""
        readings = [reading]
        for copy in copies:
            cells = self._cells(copy, matching)
            other, _ = score_reading(copy, cells, self.form.form, {}, self.record)
            readings.append(other)
            for cell in cells.remarks:
                if key(cell.text) != key(item.remark):
                    self.spare(cell.text, cell.where, in_table=True, field=f"{item.id}.remark")
        values = {one.value for one in readings if one.value is not None}
        places = "、".join(one.lines[0].where.chinese for one in (row, *copies))
        if len(values) > 1:
            said = "、".join(excerpt(one.text) or "（空白）" for one in readings)
            message = f"“{excerpt(item.text)}”有{len(readings)}行（{places}），得分不同：{said}；不知以哪行为准"
            self.say(IssueCode.DUPLICATE_ROW, Severity.ERROR, message, copies[0].cells[0].where, item.id)
            return Reading(" / ".join(one.text for one in readings), None, reading.where, 0.0)
        message = f"“{excerpt(item.text)}”有{len(readings)}行（{places}）"
        self.say(IssueCode.DUPLICATE_ROW, Severity.WARNING, message, copies[0].cells[0].where, item.id)
        return next((one for one in readings if one.value is not None), reading)

    def _printed(self, item: Item, row: ItemRow, cells: ItemCells, shared: Mapping[int, Sequence[Item]]) -> None:
        """Compare the printed words of a row; report what stands in cells that the form does not have."""
        if issue := wording_issue(row, self.record):
            self.issues.append(issue)
        for cell in cells.standards:
            if cell.row != row.lines[0].row and cell.row in {line.row for line in row.lines}:
                continue
            items = shared.get(id(cell), [item])
            first = items[0] is item and cell.row == row.lines[0].row
            issue, known = standard_issue(items, cell, self.record) if first else (None, True)
            if issue:
                self.issues.append(issue)
            if not known:
                self.spare(cell.text, cell.where, in_table=True, field=item.id)
        for cell in cells.points:
            items = shared.get(id(cell), [item])
            if items[0] is item and (issue := points_issue(items, cell, self.record)):
                self.issues.append(issue)
        for cell in cells.categories:
            if cell.row != row.lines[0].row or not cell.text.strip():
                continue
            if find_category(cell.text, self.form) or cell.column < row.cells[0].column:
                if issue := category_issue(item, cell, self.form, self.record):
                    self.issues.append(issue)
            else:
                self.spare(cell.text, cell.where, in_table=True, field=item.id)
        own = {line.row for line in row.lines}
        for cell in (*cells.others, *cells.serials):
            if cell.row in own and cell.text.strip() and not _is_serial(cell, cells):
                if issue := (
                    category_issue(item, cell, self.form, self.record) if find_category(cell.text, self.form) else None
                ):
                    self.issues.append(issue)
                elif not find_category(cell.text, self.form):
                    self.spare(cell.text, cell.where, in_table=True, field=item.id)

    def _rest(self, matching: Matching, first: int, last: int) -> tuple[list[Line], list[tuple[Line, list[str]]]]:
        """Sort the lines without items: those around the table, and the totals; report the others."""
        around: list[Line] = []
        totals: list[tuple[Line, list[str]]] = []
        before: list[str] = []
        heads = {index for known in self.columns.values() for index in known.heads}
        grids = {id(line.grid) for row in matching.rows.values() for line in row.lines}
        by_line = {line.index: item_id for item_id, row in matching.rows.items() for line in row.lines}
        home = _sheet_name(self.lines)
        strangers: dict[int, list[Line]] = {}
        for line in self.lines:
            if line.index in by_line:
                before.append(by_line[line.index])
            if line.index in matching.used or line.index in heads or line.blank:
                continue
            if line.grid is not None and id(line.grid) in grids:
                if line.index > first and (is_total(line) or is_subtotal(line)):
                    totals.append((line, before))
                    before = [] if is_subtotal(line) else before
                elif first < line.index and (line.index < last or self._scored(line)):
                    self._stray(line)
                else:
                    around.append(line)
            elif line.grid is not None and (
                (home and _sheet_name([line]) != home) or (line.index > last and line.grid.rows > 8)
            ):
                strangers.setdefault(id(line.grid), []).append(line)
            elif not title_of([line], 0, self.forms):
                around.append(line)
        for group in strangers.values():
            text = " ".join(line.text for line in group)
            message = f"这张表后还有没有读取的内容（{len(group)}行）：“{excerpt(text, 80)}”"
            self.say(IssueCode.UNEXPECTED_TEXT, Severity.WARNING, message, group[0].where)
        self._extra_columns(matching)
        return around, totals

    def _scored(self, line: Line) -> bool:
        known = self.columns.get(id(line.grid))
        cells = [cell for cell in line.own if known and known.role_of(cell) == "score" and cell.colspan < 4]
        return any(cell.text.strip() and any(c.isnumeric() for c in cell.text) for cell in cells)

    def _stray(self, line: Line) -> None:
        """A row among the items that is none: a category's own row, or one that somebody has added."""
        filled = [cell for cell in line.own if cell.text.strip()]
        known = self.columns.get(id(line.grid))
        words = []
        for cell in filled:
            category = find_category(cell.text, self.form)
            if category is not None:
                item = self.form.form.item(category.items[0])
                if issue := category_issue(item, cell, self.form, self.record):
                    self.issues.append(issue)
            elif not (known and known.role_of(cell) == "serial" and len(cell.text.strip()) <= 4):
                words.append(cell)
        if not words or title_of([line], 0, self.forms):
            return
        score = next((cell for cell in words if known and known.role_of(cell) == "score"), None)
        text = "，".join(cell.text.strip() for cell in words if cell is not score)
        stands = f"，得分处写着“{excerpt(score.text)}”" if score is not None else ""
        message = f"表上多出一行：“{excerpt(text, 80)}”{stands}；没有计入"
        self.say(IssueCode.EXTRA_ROW, Severity.WARNING, message, line.where)

    def _extra_columns(self, matching: Matching) -> None:
        done: set[int] = set()
        for known in self.columns.values():
            if id(known) in done:
                continue
            done.add(id(known))
            texts = {place for grid, place in matching.text_columns.items() if self.columns.get(grid) is known}
            for extra in known.extra:
                if texts & extra.columns:
                    continue
                said = []
                for item_id, row in matching.rows.items():
                    for line in row.lines:
                        for cell in line.own:
                            if cell.column in extra.columns and cell.text.strip():
                                said.append(f"{item_id}：{excerpt(cell.text, 20)}")
                code = IssueCode.UNEXPECTED_VALUE if extra.scores else IssueCode.UNEXPECTED_TEXT
                head = excerpt("".join(extra.head.split()))
                if said:
                    message = f"表上多出一列“{head}”，没有读取：{'；'.join(said)[:300]}"
                    self.say(code, Severity.WARNING, message, Locator(known.grid.part))
                elif not extra.scores:
                    message = f"表上多出一列“{head}”，是空的"
                    self.say(code, Severity.INFO, message, Locator(known.grid.part))

    def _header(self, around: Sequence[Line]) -> Header:
        header = read_header(around, self.form.form, self.record)
        self.issues.extend(header.issues)
        for text, where, in_table in header.leftovers:
            self.spare(text, where, in_table=in_table)
        for line in self.lines:
            if line.grid is None and title_of([line], 0, self.forms):
                header.written.insert(0, (line.text, line.where))
        for blank in self.form.form.blanks:
            mark, reading = self.marks.get(blank.id), header.readings[blank.id]
            if mark and isinstance(reading.value, str) and key(mark) != key(reading.value):
                message = f"空白表是发给“{mark}”的，表上写的是“{excerpt(reading.value)}”，请核对"
                self.say(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, reading.where, blank.id)
        return header

    def _totals(self, totals: Sequence[tuple[Line, list[str]]], header: Header, matching: Matching) -> None:
        form = self.form.form
        every = [item.id for item in form.items]
        found: list[tuple[Reading, list[Issue]]] = []
        for line, before in totals:
            cell, text = written_number(line, self.columns.get(id(line.grid)))
            if is_subtotal(line):
                category = subtotal_category(line, self.form, before)
                if category is None:
                    self.spare(f"{line.text} ", line.where, in_table=True)
                    continue
                field = f"category.{category.number}"
                reading, said = check_total(cell, text, field, category.items, form, self.readings, self.record)
                self.readings[field] = reading
                self.issues.extend(said)
            else:
                found.append(check_total(cell, text, "total", every, form, self.readings, self.record))
            self._beside(line, cell)
        for text, where in header.totals:
            found.append(check_total(Cell(0, 0, text, where), text, "total", every, form, self.readings, self.record))
        written = [entry for entry in found if entry[0].text.strip()] or found[:1]
        for number, (reading, said) in enumerate(written):
            if number == 0:
                self.readings["total"] = reading
                self.issues.extend(said)
            elif reading.value != written[0][0].value:
                message = f"合计写了两处：“{excerpt(written[0][0].text)}”和“{excerpt(reading.text)}”"
                self.say(IssueCode.TOTAL_MISMATCH, Severity.WARNING, message, reading.where, "total")

    def _beside(self, line: Line, figure: Cell | None) -> None:
        """Other words in a total row: the printed points are checked, the rest is reported."""
        known = self.columns.get(id(line.grid))
        for cell in line.own:
            if cell is figure or not cell.text.strip() or is_nothing(cell.text):
                continue
            if known and known.role_of(cell) in ("points", "standard"):
                continue
            if not (is_total(line) or is_subtotal(line)) or cell.column > min(c.column for c in line.own) + 1:
                self.spare(cell.text, cell.where, in_table=True)


def _is_serial(cell: Cell, cells: ItemCells) -> bool:
    bare = key(cell.text)
    return len(bare) <= 4 and cell in cells.serials and all(c in "0123456789.一二三四五六七八九十" for c in bare)


def _sheet_name(lines: Sequence[Line]) -> str:
    for line in lines:
        if isinstance(line.grid, Grid) and line.grid.part.startswith("sheet "):
            return line.grid.part[6:]
    return ""
