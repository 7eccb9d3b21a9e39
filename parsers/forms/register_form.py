"""Register and opinion forms (附件4, 附件5): labelled boxes, with opinions that are signed, sealed and dated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from formgen.model import Form, FormField, Issue, IssueCode, Locator, Reading, Record, Severity, Subject
from formgen.numerals import visible
from formgen.parsing import Claim, Extraction, Hints
from parsers.forms.boxes import Box, Label, boxes, find_labels, label_keys
from parsers.forms.conservation import beyond_title, unexpected
from parsers.forms.dating import composed, date_in, period_in, settle
from parsers.forms.doubts import attached
from parsers.forms.header import names_period, one_name, subject_issues
from parsers.forms.labels import labelled
from parsers.forms.lines import Line, lines_of
from parsers.forms.opinions import Opinion, ends_with_date, read_grade, read_opinion
from parsers.forms.own_marks import fill_subject, form_doubts
from parsers.forms.repeats import repeated
from parsers.forms.sections import sections, title_of
from parsers.forms.wording import compact, excerpt, is_nothing, key, names_one_line
from parsers.grid import Document

_PERIOD_LINE = re.compile(
    r"[（(]?[\d〇零○一二三四五六七八九十年第度考核时间:：\s_＿…~～至到-]{0,16}(?:季度|年度)[）)]?"
)
_LEAST_SHARE = 0.55


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The lines of one form, with its labels."""

    form: Form
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    score: float
    title: float


class RegisterFormParser:
    """Knows forms of labelled boxes, whatever the table looks like."""

    name = "register-form"

    def identify(self, document: Document, forms: Sequence[Form]) -> tuple[Claim, ...]:
        """One claim for each register form that is found."""
        claims: dict[str, Claim] = {}
        for sheet in _sheets(document, forms):
            fields = {label.field.id for label in sheet.labels if label.field is not None}
            seen = f"标题与《{sheet.form.title}》相符" if sheet.title else f"未见标题《{sheet.form.title}》"
            evidence = (seen, f"在{len(sheet.form.fields)}个栏目中找到{len(fields)}个")
            claim = Claim(self.name, sheet.form.id, round(sheet.score, 3), evidence)
            if sheet.form.id not in claims or claims[sheet.form.id].score < claim.score:
                claims[sheet.form.id] = claim
        return tuple(claims.values())

    def extract(self, document: Document, forms: Sequence[Form], hints: Hints) -> Extraction:
        """A record for each form in the document, with its issues."""
        records: list[Record] = []
        issues: list[Issue] = []
        sheets = _sheets(document, forms)
        for sheet in sheets:
            marks = document.properties if len(sheets) == 1 else {}
            record, said = _read(sheet, forms, len(records), marks, hints, document.kind)
            records.append(record)
            issues.extend(said)
            issues.extend(form_doubts(sheet.form, sheet.lines, forms, marks, len(records) - 1))
        return Extraction(tuple(records), (*issues, *repeated(records), *attached(document, records)))


def holds_forms(document: Document, lines: Sequence[Line], forms: Sequence[Form]) -> bool:
    """Whether score sheets or register forms stand in a document: its lists then are no file of their own."""
    return bool(sections(document, lines, forms)) or bool(_sheets(document, forms))


def _sheets(document: Document, forms: Sequence[Form]) -> list[_Sheet]:
    candidates = [form for form in forms if form.fields]
    if not candidates:
        return []
    lines = lines_of(document)
    known = {name for form in candidates for name in label_keys(form)}
    if sum(key(cell.text) in known for line in lines if line.grid is not None for cell in line.own[:8]) < 3:
        return []
    titles = [line.index for line in lines if title_of(lines, line.index, forms)]
    found = []
    ranges = _ranges(lines, titles, candidates)
    marked = document.properties.get("form") if len(ranges) == 1 else None
    for start, end in ranges:
        if (sheet := _judge(lines[start:end], candidates, forms, marked)) is not None:
            found.append(sheet)
    return found


def _ranges(lines: Sequence[Line], titles: Sequence[int], forms: Sequence[Form]) -> list[tuple[int, int]]:
    """Cut the document where a title stands, or where a name label comes again in another row."""
    starts = {0}
    seen = -1
    label_rows: list[int] = []
    for line in lines:
        if line.grid is None:
            continue
        for cell in line.own:
            if key(cell.text) == "姓名" or re.match(r"姓\s*名\s*[:：]", cell.text.strip()):
                label_rows.append(line.index)
                break
    for row in label_rows:
        if seen >= 0:
            between = [place for place in titles if seen < place <= row]
            starts.add(between[0] if between else row)
        seen = row
    for place in titles:
        if label_rows and place > label_rows[0] and not any(s >= place for s in starts):
            starts.add(place)
    ordered = sorted(starts)
    return list(zip(ordered, [*ordered[1:], len(lines)], strict=True))


def _judge(
    lines: Sequence[Line], candidates: Sequence[Form], forms: Sequence[Form], marked: str | None
) -> _Sheet | None:
    """The form that fits best; the mark of our own blank weighs as much as a title."""
    best: _Sheet | None = None
    titles = [found for place in range(len(lines)) if (found := title_of(lines, place, forms))]
    for form in candidates:
        labels = find_labels(lines, form)
        fields = {label.field.id: label.field for label in labels if label.field is not None}
        title = max((alike for one, alike, _ in titles if one.id == form.id), default=0.0)
        boxes_found = sum(1 for field in fields.values() if field.signed or field.sealed)
        share = len(fields) / len(form.fields)
        own = any(label.field is not None and label.field.id == "summary" and label.alike == 1 for label in labels)
        score = 0.65 * share + 0.25 * max(title, 1.0 if form.id == marked else 0.0) + (0.1 if own else 0.0)
        enough = share >= _LEAST_SHARE or (title >= 0.8 and share >= 0.3)
        if enough and boxes_found >= 2 and (best is None or score > best.score):
            best = _Sheet(form, tuple(lines), tuple(labels), score, title)
    return best


def _read(
    sheet: _Sheet, forms: Sequence[Form], record: int, marks: Mapping[str, str], hints: Hints, kind: str
) -> tuple[Record, list[Issue]]:
    form = sheet.form
    joiner = "" if kind == "pdf" else "\n"
    found: dict[str, Box] = {}
    for grid in {id(line.grid): line.grid for line in sheet.lines if line.grid is not None}.values():
        for one in boxes([line for line in sheet.lines if line.grid is grid], sheet.labels, grid):
            if one.label.field is not None:
                found[one.label.field.id] = one
    readings: dict[str, Reading] = {}
    issues: list[Issue] = []
    for field in form.fields:
        if (box := found.get(field.id)) is None:
            message = f"表上找不到“{field.label}”一栏"
            issues.append(Issue(IssueCode.MISSING_ROW, Severity.WARNING, message, Locator(), field.id, record))
            readings[field.id] = Reading("", None, Locator(), 0.0)
            continue
        if box.label.alike < 1:
            message = f"栏目名与印制的不同：印制“{box.label.printed}”，现为“{excerpt(box.label.cell.text)}”"
            where = box.label.cell.where
            issues.append(Issue(IssueCode.TAMPERED_WORDING, Severity.WARNING, message, where, field.id, record))
        if field.signed or field.sealed:
            _read_box(field, box, readings, issues, record, joiner)
        else:
            _read_blank(field, box, readings, issues, record)
    _read_award(readings, issues, record)
    around = _around(sheet, found, forms, record, issues)
    period, said = _period(form, around, readings, marks, hints, record)
    issues.extend(said)
    issues.extend(fill_subject(readings, ("village", "name"), marks, record))
    issues.extend(subject_issues(form, readings, record))

    def text_of(field_id: str) -> str:
        reading = readings.get(field_id)
        return reading.value if reading and isinstance(reading.value, str) else ""

    subject = Subject(text_of("village"), text_of("name"), "", "")
    return Record(form.id, form.scheme, subject, period, readings), issues


def _read_blank(field: FormField, box: Box, readings: dict[str, Reading], issues: list[Issue], record: int) -> None:
    where = box.cells[0].where if box.cells else box.label.cell.where
    bare = visible(box.text).strip("_＿ ")

    def doubt(message: str) -> None:
        issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, field.id, record))

    value: str | None = bare
    if not bare or (is_nothing(bare) and bare != "无"):
        value = None
    elif field.id in ("name", "village", "sex"):
        value = names_one_line(bare)
        chunks = bare.split(" ")
        if len(chunks) > 1 and not one_name(chunks, field.id):
            doubt(f"{field.label}写的是“{excerpt(bare)}”，中间有空格，可能是两项内容，请核对")
        elif any(mark in value for mark in ":：,，;；?？"):
            doubt(f"{field.label}写的是“{excerpt(bare)}”，可能不止{field.label}，请核对")
    else:
        value = names_one_line(box.text.strip("_＿ \n")) if "\n" in box.text else bare
    if box.below:
        message = f"{field.label}的格空着，下面一格写着“{excerpt(bare)}”，暂作{field.label}"
        issues.append(Issue(IssueCode.MISPLACED_VALUE, Severity.WARNING, message, where, field.id, record))
    if len(box.cells) > 1:
        doubt(f"{field.label}一栏有{len(box.cells)}格写了字，合读作“{excerpt(bare)}”，请核对")
    readings[field.id] = Reading(box.text, value, where)


def _read_box(
    field: FormField, box: Box, readings: dict[str, Reading], issues: list[Issue], record: int, joiner: str
) -> None:
    where = box.cells[0].where if box.cells else box.label.cell.where
    opinion: Opinion = read_opinion(box.text, signed_by_hand=field.signed)
    text = opinion.text
    if not joiner:
        text = re.sub(r"(?<=[\u3000-\u9fff，。；])\n(?=[\u3400-\u9fff，。；])", "", text)
    blank = not visible(text) or (is_nothing(text) and visible(text) != "无")
    readings[field.id] = Reading(box.text, None if blank else text, where)
    if opinion.doubt:
        message = f"{field.label}：{opinion.doubt}，已并入意见，请核对"
        issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, field.id, record))
    if field.signed:
        readings[f"{field.id}.signature"] = Reading(opinion.signature, opinion.signature or None, where)
        if len(opinion.signature) > 8 or any(c.isnumeric() and c.isascii() for c in opinion.signature):
            message = f"{field.label}的签字处写着“{excerpt(opinion.signature)}”，请核对"
            name = f"{field.id}.signature"
            issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, name, record))
    name = f"{field.id}.date"
    readings[name] = Reading(opinion.date_text, opinion.on, where)
    if not opinion.date_text and ends_with_date(opinion.text):
        lacking = "没有签字一行" if field.signed else "不在“盖章”之后"
        message = f"{field.label}的末尾写着日期，但{lacking}：“{excerpt(opinion.text[-24:])}”，没有取作日期"
        issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, field.id, record))
        issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, name, record))
    if opinion.date_text and opinion.on is None:
        message = f"{field.label}的日期“{excerpt(opinion.date_text)}”不完整或不存在"
        issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, name, record))


def _read_award(readings: dict[str, Reading], issues: list[Issue], record: int) -> None:
    """The grade stands in the township's opinion: neither form has a blank for it."""
    opinion = readings.get("township_opinion")
    if opinion is None:
        return
    text = opinion.value if isinstance(opinion.value, str) else ""
    grade, doubt = read_grade(text)
    readings["grade"] = Reading(text, grade, opinion.where, 0.9 if grade else 1.0)
    if grade and not doubt:
        county = readings.get("organization_review")
        other, _ = read_grade(county.value if county and isinstance(county.value, str) else "")
        if other and other != grade:
            doubt = f"乡镇写“{grade}”，县（区）组织部门写“{other}”"
    if doubt:
        message = f"乡镇党委意见中的等次看不准：{doubt}"
        issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, opinion.where, "grade", record))


def _around(
    sheet: _Sheet, found: Mapping[str, Box], forms: Sequence[Form], record: int, issues: list[Issue]
) -> list[tuple[str, Locator]]:
    """The lines and cells that are no box: kept for the period, and reported unless the form prints them."""
    used = {id(cell) for box in found.values() for cell in box.cells}
    labels = {(label.cell.where, label.cell.column) for label in sheet.labels}
    tall = {
        (label.cell.where.part, row, label.cell.column)
        for label in sheet.labels
        for row in range(label.cell.row, label.cell.row + label.cell.rowspan)
    }
    around: list[tuple[str, Locator]] = []
    places = {label.cell.where for label in sheet.labels}
    table = min((line.index for line in sheet.lines if any(cell.where in places for cell in line.own)), default=0)
    names = tuple(
        (compact(name)[0], "period") for name in ("考核时间", "考核季度", "考核年度", "季度", "年度", "考核时段")
    )
    for line in sheet.lines:
        for cell in line.own:
            if not cell.text.strip() or id(cell) in used or (cell.where, cell.column) in labels:
                continue
            if (cell.where.part, cell.row, cell.column) in tall:
                continue
            if names_period(line, table):
                around.append((cell.text, cell.where))
            if (title_of([line], 0, forms) and not beyond_title(cell.text, sheet.form)) or any(
                entry.id == "period" for entry in labelled(cell.text, names)
            ):
                continue
            if _PERIOD_LINE.fullmatch(cell.text.strip()):
                continue
            issue = unexpected(cell.text, cell.where, sheet.form, record, in_table=line.grid is not None)
            if issue:
                issues.append(issue)
    return around


def _period(
    form: Form,
    around: Sequence[tuple[str, Locator]],
    readings: Mapping[str, Reading],
    marks: Mapping[str, str],
    hints: Hints,
    record: int,
) -> tuple[str | None, list[Issue]]:
    """The period from the lines above the table; a quarter without a year takes it from the dates, and says so."""
    texts = [text for text, _ in around]
    if form.period == "quarter" and not any(period_in(text, "quarter") for text in texts):
        years = {
            str(when.year)
            for name, reading in readings.items()
            if name.endswith(".date") and (when := date_in(str(reading.value or ""))) is not None
        }
        if len(years) == 1 and not composed(texts, "quarter"):
            guess = composed([*texts, f"{next(iter(years))}年"], "quarter")
            if guess is not None and marks.get("period") in (None, guess) and hints.period in (None, guess):
                message = f"表上只写了季度，年份按签字日期取{guess[:4]}年，请核对"
                return guess, [Issue(IssueCode.PERIOD_ASSUMED, Severity.WARNING, message, record=record)]
    return settle(around, (), marks.get("period"), form.period, hints, record)
