"""The blanks above or below a table: ``行政村：张庄村``, in paragraphs, in one line, or in cells. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from formgen.model import Form, Issue, IssueCode, Locator, Reading, Severity
from formgen.numerals import visible
from parsers.forms.choices import GRADES, choose
from parsers.forms.labels import Labelled, before_first, labelled, names_subject, vocabulary
from parsers.forms.lines import Line
from parsers.forms.printed import TITLE_ALIKE, title_likeness
from parsers.forms.wording import excerpt, is_nothing, key, names_one_line
from parsers.grid import Cell

_PERIOD_TAIL = re.compile(
    r"(?:^|[\s\u3000（(,，;；])[（(]?\s*(?:(?:19|20)\d\d|２０\S\S|二[〇零○]\S\S)\s*[年./-].*$", re.S
)
_SEALED = re.compile(r"\s*[（(]\s*(?:盖章|公章|签章|签字|签名|印章|章|盖公章|手印|按手印|签字盖章)\s*[)）]\s*$")
_PLACEHOLDER = re.compile(r"^[×xX＊*某]{2,}$|^[（(]?请?(?:填写|输入|选择|点击)\S*$")
_NAMES = {"village": "村名", "name": "姓名", "group": "组", "grade": "等次", "post": "职务", "team": "派出单位"}


@dataclass(slots=True)
class Header:
    """What stands in the lines around a table."""

    readings: dict[str, Reading] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    period_labelled: list[tuple[str, Locator]] = field(default_factory=list)
    written: list[tuple[str, Locator]] = field(default_factory=list)  #: Words without a label, and values.
    totals: list[tuple[str, Locator]] = field(default_factory=list)  #: A total written outside the table.
    leftovers: list[tuple[str, Locator, bool]] = field(default_factory=list)  #: Unlabelled words; in a table or not.


def has_blanks(line: Line) -> bool:
    """Whether a line holds a label such as 行政村 or 姓名: a form may begin here."""
    return any(names_subject(cell.text) for cell in line.own if cell.text.strip())


def names_period(line: Line, table: int) -> bool:
    """Whether a line without a label may name the period: above the table, in a page header or a text box."""
    return line.index < table or line.where.part.startswith(("header", "text box"))


def read_header(lines: Sequence[Line], form: Form, record: int, table: int) -> Header:
    """The blanks of a form among the lines around its table, which begins at line ``table``.

    Every blank gets a reading, None where it is blank.
    """
    header = Header()
    names = vocabulary(form)
    tagged = _tagged(lines, {blank.id for blank in form.blanks})
    taken: set[int] = set()  # cells that were read as the value of a label beside or above them
    for number, line in enumerate(lines):
        written = header.written if names_period(line, table) else []  # a month in a remark below is no period
        below = lines[number + 1] if number + 1 < len(lines) else None
        for place, cell in enumerate(line.own):
            if id(cell) in taken or not cell.text.strip():
                continue
            if title_likeness(cell.text, form.title) >= TITLE_ALIKE:
                header.written.insert(0, (cell.text, cell.where))
                continue  # a title with blanks between its characters may look like labels
            found = labelled(cell.text, names)
            if not found:
                header.leftovers.append((cell.text, cell.where, line.grid is not None))
                written.append((cell.text, cell.where))
                continue
            if rest := before_first(cell.text, found):
                header.leftovers.append((rest, cell.where, line.grid is not None))
                written.append((rest, cell.where))
            for entry in found:
                value, where = entry.value, cell.where
                if not value and entry is found[-1] and line.grid is not None:
                    neighbour = _neighbour(line, place, below, names)
                    if neighbour is not None:
                        taken.add(id(neighbour))
                        value, where = neighbour.text, neighbour.where
                _enter(header, form, entry, value, where, record, line.grid is not None, written)
    for blank in form.blanks:
        _weigh_tag(header, blank.id, tagged.get(blank.id), record)
        header.readings.setdefault(blank.id, Reading("", None, Locator()))
    return header


def _neighbour(line: Line, place: int, below: Line | None, names: Sequence[tuple[str, str]]) -> Cell | None:
    cell = line.own[place]
    right = line.own[place + 1] if place + 1 < len(line.own) else None
    if right is not None and not labelled(right.text, names):
        return right if right.text.strip() else None
    if below is None or below.grid is not line.grid or below.row != line.row + cell.rowspan:
        return None
    if not all(labelled(other.text, names) for other in line.own if other.text.strip()):
        return None
    for other in below.own:
        if other.column == cell.column and other.text.strip() and not labelled(other.text, names):
            return other
    return None


def _tagged(lines: Sequence[Line], ids: set[str]) -> dict[str, tuple[str, Locator]]:
    found: dict[str, tuple[str, Locator]] = {}
    for line in lines:
        if line.paragraph is not None:
            for tag, text in line.paragraph.tags:
                if tag in ids and text.strip():
                    found.setdefault(tag, (text, line.paragraph.where))
        for cell in line.own:
            for tag, text in cell.controls or tuple((tag, cell.text) for tag in cell.tags):
                if tag in ids and text.strip():
                    found.setdefault(tag, (text, cell.where))
    return found


def _weigh_tag(header: Header, field_id: str, tagged: tuple[str, Locator] | None, record: int) -> None:
    """A control of our own blank is believed where no label was found, and compared where one was."""
    if tagged is None:
        return
    text, where = tagged
    reading = header.readings.get(field_id)
    if reading is None or reading.value is None:
        value, issue = blank_value(field_id, text, where, record)
        header.readings[field_id] = Reading(text, value, where)
        header.issues.extend(issue)
    elif key(str(reading.value)) != key(text) and key(text) not in key(reading.text):
        message = (
            f"{_NAMES.get(field_id, field_id)}填写框内是“{excerpt(text)}”，表上显示“{excerpt(reading.text)}”，请核对"
        )
        header.issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, field_id, record))


def _enter(
    header: Header,
    form: Form,
    entry: Labelled,
    value: str,
    where: Locator,
    record: int,
    in_table: bool,
    written: list[tuple[str, Locator]],
) -> None:
    """Note what stands after a label; ``written`` takes the words that may name the period."""
    match entry.id:
        case "period":
            if value:
                header.period_labelled.append((f"{value}{_unit(entry.label)}", where))
        case "total":
            if value:
                header.totals.append((value, where))
        case "other" | "?":
            if value and not is_nothing(value):
                header.leftovers.append((f"{entry.label}：{value}", where, in_table and entry.id == "?"))
        case field_id:
            if tail := _PERIOD_TAIL.search(value):
                written.append((tail[0], where))
                value = value[: tail.start()]
            result, issues = blank_value(field_id, value, where, record)
            earlier = header.readings.get(field_id)
            if earlier is None or earlier.value is None:
                header.readings[field_id] = Reading(value, result, where, 0.6 if issues else 1.0)
                header.issues.extend(issues)
            elif result is not None and key(str(result)) != key(str(earlier.value)):
                message = f"{_NAMES.get(field_id, field_id)}写了两处：“{earlier.value}”和“{result}”，暂取前者"
                header.issues.append(
                    Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, field_id, record)
                )
            if value:
                written.append((value, where))


def _unit(label: str) -> str:
    bare = key(label)
    return next((f" {unit}" for unit in ("月份", "季度", "年度") if bare.endswith(unit)), "")


def blank_value(field_id: str, text: str, where: Locator, record: int) -> tuple[str | None, list[Issue]]:
    """The value of a blank, None where it is blank, and what is doubtful about it."""
    bare = _SEALED.sub("", visible(text).strip("_＿…，,；;。 ")).strip("_＿ ")
    if not bare or is_nothing(bare):
        return None, []
    label = _NAMES.get(field_id, field_id)

    def doubt(message: str, code: IssueCode = IssueCode.LOW_CONFIDENCE) -> list[Issue]:
        return [Issue(code, Severity.WARNING, message, where, field_id, record)]

    if _PLACEHOLDER.match(bare):
        return bare, doubt(f"{label}处写的是“{excerpt(bare)}”，像是没有填写")
    if field_id == "grade":
        return _grade(bare, label, doubt)
    if field_id not in ("village", "name"):
        return bare, []
    value = names_one_line(bare)
    chunks = bare.split(" ")
    if len(chunks) > 1 and not one_name(chunks, field_id):
        return value, doubt(f"{label}处写的是“{excerpt(bare)}”，中间有空格，可能是两项内容，请核对")
    if any(c in value for c in ":：,，;；/?？") or len(value) > 20:
        return value, doubt(f"{label}处写的是“{excerpt(value)}”，可能不止{label}，请核对")
    return value, []


def one_name(chunks: Sequence[str], field_id: str) -> bool:
    """Whether words with blanks between them are one name spread out: ``李  四``, ``欧阳 明``, not ``张三 李四``."""
    if all(len(chunk) == 1 for chunk in chunks):
        return True
    if field_id == "village":
        return list(chunks[1:]) == ["村"]
    return min(map(len, chunks)) == 1 and sum(map(len, chunks)) <= 4


def _grade(bare: str, label: str, doubt: object) -> tuple[str | None, list[Issue]]:
    assert callable(doubt)
    chosen, reason = choose(bare, GRADES)
    if chosen:
        return chosen, doubt(f"{label}：{reason}") if reason else []
    if reason:
        return None, doubt(f"{label}“{excerpt(bare)}”：{reason}")
    value = names_one_line(bare).replace(" ", "")
    if value in GRADES:
        return value, []
    message = f"{label}写的是“{excerpt(bare)}”，应为{'、'.join(GRADES)}之一"
    return value, doubt(message, IssueCode.UNEXPECTED_VALUE)


def subject_issues(form: Form, readings: Mapping[str, Reading], record: int) -> list[Issue]:
    """A missing-subject error for each part of the subject that the form needs and the paper lacks."""
    needed = {"person": ("village", "name"), "village": ("village",), "team": ("village", "team")}[form.subject]
    found = []
    for field_id in needed:
        reading = readings.get(field_id)
        if reading is None or reading.value is None:
            message = f"没有写明{_NAMES[field_id]}，不知道是谁的表"
            where = reading.where if reading else Locator()
            found.append(Issue(IssueCode.MISSING_SUBJECT, Severity.ERROR, message, where, field_id, record))
    return found
