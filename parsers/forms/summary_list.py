"""Summary lists: a row per person or village, a column per indicator; each row comes back as a record of its form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from formgen.model import Form, Issue, IssueCode, Item, Locator, Reading, Record, Severity, Subject
from formgen.numerals import visible
from formgen.parsing import Claim, Extraction, Hints
from parsers.forms.choices import choose
from parsers.forms.conservation import unexpected
from parsers.forms.dating import settle
from parsers.forms.doubts import attached
from parsers.forms.header import Header, blank_value, read_header, subject_issues
from parsers.forms.indicator_columns import Indicators, altered_points, is_head, read_heads
from parsers.forms.lines import Line, lines_of
from parsers.forms.listing import is_summing
from parsers.forms.printed import PrintedForm, printed_forms
from parsers.forms.repeats import repeated
from parsers.forms.scores import read_score
from parsers.forms.sections import sections, title_of
from parsers.forms.totals import check_total
from parsers.forms.wording import excerpt, is_nothing, key
from parsers.grid import Cell, Document, Grid

_SAME = 0.05
_LIST_TITLE = re.compile(r"汇总|一览|统计表|排名|排序|台账|得分表|成绩表")


class SummaryListParser:
    """Knows lists with a column for each indicator of a form."""

    name = "summary-list"

    def identify(self, document: Document, forms: Sequence[Form]) -> tuple[Claim, ...]:
        """One claim for each form whose indicators head a table."""
        claims = []
        for found, score, _ in _lists(document, lines_of(document), forms):
            noun = "村" if found.form.form.subject == "village" else "人" if "name" in found.columns else "队"
            evidence = (
                f"列头中有《{found.form.form.title}》{len(found.form.items)}项指标中的{len(found.items)}项",
                f"每行一个{noun}",
            )
            claims.append(Claim(self.name, found.form.form.id, score, evidence))
        return tuple(claims)

    def extract(self, document: Document, forms: Sequence[Form], hints: Hints) -> Extraction:
        """A record for each row, with its issues."""
        lines = lines_of(document)
        records: list[Record] = []
        issues: list[Issue] = []
        for found, _, rivals in _lists(document, lines, forms):
            if rivals:
                names = "、".join(f"《{one.form.title}》" for one in (found.form, *rivals))
                message = f"这张汇总表的列头与{names}都相符，分不出是哪一种，没有读取；请写明标题"
                issues.append(Issue(IssueCode.AMBIGUOUS_FORM, Severity.ERROR, message, Locator(found.grid.part)))
                continue
            _read_list(found, lines, forms, hints, document.properties, records, issues)
        return Extraction(tuple(records), (*issues, *repeated(records), *attached(document, records)))


def _lists(
    document: Document, lines: Sequence[Line], forms: Sequence[Form]
) -> list[tuple[Indicators, float, list[PrintedForm]]]:
    if not any(grid.columns >= 4 for grid in document.grids) or sections(document, lines, forms):
        return []  # a list beside filled sheets is said to be unread by the parser of the sheets
    result = []
    for grid in document.grids:
        rows = [line for line in lines if line.grid is grid]
        if not rows or grid.columns < 4:
            continue
        before = [line for line in lines if line.index < rows[0].index + 4][-8:]
        titles = {seen[0].id for place in range(len(before)) if (seen := title_of(before, place, forms))}
        ranked: list[tuple[float, Indicators]] = []
        for form in printed_forms(tuple(forms)):
            found = read_heads(rows, form)
            subject = {"person": "name", "village": "village", "team": "team"}[form.form.subject]
            if found is None or (subject not in found.columns and "name" not in found.columns):
                continue
            titled = form.form.id in titles or any(_names(form, line.text) for line in before)
            if found.coverage >= 0.5 and (titled or not found.numbered):
                ranked.append((round(0.75 * found.coverage + (0.25 if titled else 0.0), 3), found))
        if not ranked:
            continue
        ranked.sort(key=lambda entry: -entry[0])
        score, best = ranked[0]
        rivals = [found.form for other, found in ranked[1:] if other > score - _SAME]
        result.append((best, score, rivals))
    return result


def _names(form: PrintedForm, text: str) -> bool:
    """Whether a line names the form as a list: its title with 汇总表 or 一览表 in the place of 评价表."""
    plain = key(text)
    if not 6 <= len(plain) <= 60 or not any(word in plain for word in ("汇总", "一览", "统计", "登记", "名册", "台账")):
        return False
    core = form.title
    for word in ("月度考核评价表", "考核评分表", "考核评价表", "考评参考标准年度", "评分表", "评价表"):
        core = core.removesuffix(word)
    return len(core) >= 4 and core in plain


def _read_list(
    found: Indicators,
    lines: Sequence[Line],
    forms: Sequence[Form],
    hints: Hints,
    marks: Mapping[str, str],
    records: list[Record],
    issues: list[Issue],
) -> None:
    form = found.form.form
    rows = [line for line in lines if line.grid is found.grid]
    body = [line for line in rows if line.row > found.bottom and not line.blank]
    above = [line for line in lines if line.index < rows[0].index and _near(line, rows[0], lines)]
    above += [line for line in rows if line.row < _head_top(found) and not line.blank]
    people = [line for line in body if _is_entry(line, found)]
    below = [line for line in body if line not in people]
    below += [line for line in lines if line.index > rows[-1].index and line.grid is None]
    first = len(records)
    blanks = [line for line in above if not title_of([line], 0, forms)]
    header = read_header(blanks, form, first, rows[0].index + found.bottom)
    for line in above:
        if title_of([line], 0, forms):
            header.written.insert(0, (line.text, line.where))
    for line in people:
        number = len(records)
        record, said = _read_row(line, found, header, hints, marks, number)
        records.append(record)
        issues.extend(said)
    for text, where, in_table in header.leftovers:
        if not _LIST_TITLE.search(text) or len(text) > 60:
            _report(unexpected(text, where, form, None, in_table=in_table), issues)
    for cell in (cell for line in rows if _head_top(found) <= line.row < found.bottom for cell in line.own):
        if not is_head(cell, found):
            _report(unexpected(cell.text, cell.where, form, None, in_table=True), issues)
    for line in below:
        text = line.text
        if line.grid is not None and any(is_summing(cell.text) for cell in line.own):
            message = f"汇总行没有读取：“{excerpt(text, 80)}”"
            issues.append(Issue(IssueCode.UNEXPECTED_TEXT, Severity.INFO, message, line.where))
        else:
            _report(unexpected(text, line.where, form, None, in_table=line.grid is not None), issues)
    for column, head in found.others.items():
        said_here = [cell.text for line in people for cell in line.own if cell.column == column and cell.text.strip()]
        message = f"表上多出一列“{excerpt(head)}”，没有读取" + (f"：{'；'.join(said_here)[:200]}" if said_here else "")
        severity = Severity.WARNING if said_here else Severity.INFO
        issues.append(Issue(IssueCode.UNEXPECTED_TEXT, severity, message, Locator(found.grid.part)))


def _report(issue: Issue | None, issues: list[Issue]) -> None:
    if issue is not None:
        issues.append(issue)


def _near(line: Line, first: Line, lines: Sequence[Line]) -> bool:
    """Whether a line above a table belongs to it: no other table stands between them."""
    return line.grid is None and all(other.grid is None for other in lines[line.index : first.index])


def _head_top(found: Indicators) -> int:
    """The first row of the head; a row of categories above the items belongs to it."""
    return min([found.top, *(cell.row for cell in found.heads.values())])


def _cell(line: Line, column: int | None) -> Cell | None:
    if column is None:
        return None
    return next((cell for cell in line.cells if cell.column <= column < cell.column + cell.colspan), None)


def _is_entry(line: Line, found: Indicators) -> bool:
    """Whether a row is somebody's: it has a name, or scores and is no sum."""
    subject = [_cell(line, found.columns.get(role)) for role in ("name", "village", "team")]
    if any(cell is not None and is_summing(cell.text) for cell in [*subject, *line.own[:2]]):
        return False
    scores = [_cell(line, column) for column in found.items.values()]
    scored = sum(1 for cell in scores if cell is not None and cell.row == line.row and cell.text.strip())
    distinct = {id(cell) for cell in scores if cell is not None}
    wanted = subject[0] if found.form.form.subject == "person" else subject[1] or subject[2]
    named = wanted is not None and bool(wanted.text.strip()) and len(distinct) > 1
    return named or (scored >= 2 and len(distinct) > 1)


def _read_row(
    line: Line, found: Indicators, header: Header, hints: Hints, marks: Mapping[str, str], record: int
) -> tuple[Record, list[Issue]]:
    form = found.form.form
    readings: dict[str, Reading] = {}
    issues: list[Issue] = []
    for blank in form.blanks:
        cell = _cell(line, found.columns.get(blank.id))
        if cell is not None and cell.text.strip():
            value, said = blank_value(blank.id, cell.text, cell.where, record)
            readings[blank.id] = Reading(cell.text, value, cell.where)
            issues.extend(said)
        else:
            readings[blank.id] = header.readings.get(blank.id) or Reading("", None, line.where)
            issues.extend(replace(issue, record=record) for issue in header.issues if issue.field == blank.id)
    for item in form.items:
        readings[item.id], said = _read_item(item, line, found, record)
        issues.extend(said)
        if found.form.has_remarks:
            readings[f"{item.id}.remark"] = Reading("", None, line.where)
    if (cell := _cell(line, found.columns.get("remark"))) is not None:
        readings["remark"] = Reading(cell.text, visible(cell.text) or None, cell.where)
    if (cell := _cell(line, found.columns.get("total"))) is not None and form.base_points is not None:
        ids = [item.id for item in form.items]
        readings["total"], said = check_total(cell, cell.text, "total", ids, form, readings, record)
        issues.extend(said)
    labelled = list(header.period_labelled)
    if (cell := _cell(line, found.columns.get("period"))) is not None and cell.text.strip():
        labelled.insert(0, (cell.text, cell.where))
    sheet = found.grid.part.removeprefix("sheet ")
    written = [*header.written, (sheet, Locator())]
    period, said = settle(written, labelled[:1], marks.get("period"), form.period, hints, record)
    issues.extend(said)
    issues.extend(subject_issues(form, readings, record))

    def text_of(field_id: str) -> str:
        reading = readings.get(field_id)
        return reading.value if reading and isinstance(reading.value, str) else ""

    subject = Subject(text_of("village"), text_of("name"), text_of("group"), text_of("team"))
    return Record(form.id, form.scheme, subject, period, readings), issues


def _read_item(item: Item, line: Line, found: Indicators, record: int) -> tuple[Reading, list[Issue]]:
    issues: list[Issue] = []
    cell = _cell(line, found.items.get(item.id))
    label = excerpt(item.text, 24)

    def say(code: IssueCode, severity: Severity, message: str) -> None:
        issues.append(Issue(code, severity, f"{label}：{message}", cell.where if cell else line.where, item.id, record))

    if item.id not in found.items:
        severity = Severity.ERROR if item.required else Severity.INFO
        if not item.money_only:
            say(IssueCode.MISSING_ROW, severity, "汇总表上没有这一列")
        return Reading("", None, line.where, 0.0), issues
    if item.id in found.doubts:
        head = found.heads[item.id].text
        say(IssueCode.TAMPERED_WORDING, Severity.WARNING, f"{found.doubts[item.id]}：“{excerpt(head, 60)}”")
    if altered_points(found.heads[item.id], item.id, found.form):
        say(
            IssueCode.TAMPERED_WORDING,
            Severity.WARNING,
            f"列头的分值与规定不同：“{excerpt(found.heads[item.id].text, 60)}”",
        )
    if cell is None:
        say(IssueCode.MISSING_SCORE, Severity.ERROR, "这一行没有这一格")
        return Reading("", None, line.where, 0.0), issues
    if cell.formula_without_value:
        say(IssueCode.FORMULA_WITHOUT_VALUE, Severity.ERROR, "这一格是公式，文件里没有存它的结果")
        return Reading(cell.text, None, cell.where, 0.0), issues
    shared = cell.rowspan > 1 or (cell.colspan > 1 and sum(cell is _cell(line, c) for c in found.items.values()) > 1)
    if shared and cell.text.strip():
        say(IssueCode.MISPLACED_VALUE, Severity.ERROR, f"“{excerpt(cell.text)}”写在合并的格里，分不清是谁的、哪一项的")
        return Reading(cell.text, None, cell.where, 0.0), issues
    if found.form.form.judgements:
        return _judged(cell, found.form.form, say), issues
    score = read_score(cell.text, item)
    if score.blank:
        if item.required:
            say(IssueCode.MISSING_SCORE, Severity.ERROR, "没有得分")
        return Reading(cell.text, None, cell.where), issues
    for code, severity, message in score.doubts:
        say(code, severity, message)
    return Reading(cell.text, score.value, cell.where, score.confidence), issues


def _judged(cell: Cell, form: Form, say: object) -> Reading:
    assert callable(say)
    if not visible(cell.text) or is_nothing(cell.text):
        say(IssueCode.MISSING_SCORE, Severity.ERROR, "没有评价")
        return Reading(cell.text, None, cell.where)
    chosen, reason = choose(cell.text, form.judgements)
    if chosen is None:
        message = reason or f"评价写的是“{excerpt(cell.text)}”，应为{'、'.join(form.judgements)}之一"
        say(IssueCode.UNEXPECTED_VALUE, Severity.WARNING, message)
        return Reading(cell.text, None if reason else visible(cell.text), cell.where, 0.5)
    if reason:
        say(IssueCode.LOW_CONFIDENCE, Severity.WARNING, reason)
    return Reading(cell.text, chosen, cell.where)


def is_summary(grid: Grid, lines: Sequence[Line], forms: Sequence[Form]) -> bool:
    """Whether a table's head names the indicators of a form: then it is no roster."""
    rows = [line for line in lines if line.grid is grid]
    if not rows:
        return False
    found = [read_heads(rows, form) for form in printed_forms(tuple(forms))]
    return any(one is not None and one.coverage >= 0.5 and not one.numbered for one in found)
