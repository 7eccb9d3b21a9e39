"""Rosters: a row per person or village that is assessed, with post, series and base pay."""

from __future__ import annotations

import re
from collections.abc import Sequence

from formgen.model import Form, Issue, IssueCode, Locator, Reading, Record, Severity, Subject
from formgen.numerals import parse_number, visible
from formgen.parsing import Claim, Extraction, Hints
from parsers.forms.dating import about_itself, date_in, period_in
from parsers.forms.doubts import attached
from parsers.forms.header import blank_value
from parsers.forms.lines import Line, lines_of
from parsers.forms.listing import Listing, data_rows, find_listing, is_summing, odd_serial, role_in
from parsers.forms.register_form import holds_forms
from parsers.forms.repeats import repeated
from parsers.forms.summary_list import is_summary
from parsers.forms.vocabulary import BLANKS, FACTS, ROSTER
from parsers.forms.wording import excerpt, is_nothing, key, names_one_line
from parsers.grid import Cell, Document

_TITLE = re.compile(r"名册|花名册|名单|名录|人员表|一览表|登记册|工资|补贴标准|基本情况表")
_CARD_LABELS = frozenset(
    [
        "姓名",
        "性别",
        "出生年月",
        "政治面貌",
        "职务",
        "工作单位及职务",
        "派驻村名称",
        "驻村职务",
        "联系电话",
        "学历",
        "村",
        "行政村",
    ]
)
_PER = re.compile(r"\s*(?:/|每|元)\s*(?:人)?[/]?(?:月|人|年)\s*$")
VOCABULARY = {**{role: frozenset(key(name) for name in names) for role, names in BLANKS.items() if role != "grade"}}
for _role, _names in ROSTER.items():
    VOCABULARY[_role] = VOCABULARY.get(_role, frozenset()) | _names


class RosterParser:
    """Knows lists of who is assessed."""

    name = "roster"

    def identify(self, document: Document, forms: Sequence[Form]) -> tuple[Claim, ...]:
        """One claim if a table is headed by names and posts, series or pay, and by no indicators."""
        found = _rosters(document, forms)
        if not found:
            return ()
        heads = "、".join(_COLUMNS[role] for role in found[0].columns if role in _COLUMNS)
        titled = any(_TITLE.search(paragraph.text) for paragraph in document.paragraphs)
        score = min(1.0, 0.4 + 0.12 * len(found[0].columns) + (0.1 if titled else 0.0))
        return (Claim(self.name, "roster", round(score, 3), (f"列头有{heads}", f"共{len(found)}张表")),)

    def extract(self, document: Document, forms: Sequence[Form], hints: Hints) -> Extraction:
        """A record for each row; its period is the one from which the roster is in force, where it names one."""
        lines = lines_of(document)
        records: list[Record] = []
        issues: list[Issue] = []
        period = _in_force_from(document, hints)
        for listing in _rosters(document, forms):
            for line, places in data_rows(lines, listing):
                if _entry(line, places, listing):
                    record, said = _read_row(line, places, listing, len(records), period)
                    said += odd_serial(places, listing, len(records))
                    records.append(record)
                    issues.extend(said)
                elif not any(is_summing(cell.text) for cell in line.own):
                    message = f"名册中有一行没有姓名，没有读取：“{excerpt(line.text, 80)}”"
                    severity = Severity.WARNING if any(c.isnumeric() for c in line.text) else Severity.INFO
                    issues.append(Issue(IssueCode.UNEXPECTED_TEXT, severity, message, line.where))
            for column, head in listing.others.items():
                message = f"名册中的“{excerpt(head)}”一列没有读取"
                where = Locator(listing.grid.part, f"column {column + 1}")
                issues.append(Issue(IssueCode.UNEXPECTED_TEXT, Severity.INFO, message, where))
        return Extraction(tuple(records), (*issues, *repeated(records), *attached(document, records)))


_COLUMNS = {
    "village": "村",
    "name": "姓名",
    "group": "组",
    "post": "职务",
    "series": "序列",
    "base_pay": "基本工资",
    "team": "派出单位",
    "level": "选派级别",
    "since": "任职时间",
}


def _rosters(document: Document, forms: Sequence[Form]) -> list[Listing]:
    lines = lines_of(document)
    listings = list(find_listing(lines, VOCABULARY, 2))
    if not listings or holds_forms(document, lines, forms):
        return []
    found = []
    for listing in listings:
        known = set(listing.columns) & set(_COLUMNS)
        facts = {role for head in listing.others.values() if (role := role_in(head, FACTS)) is not None}
        if not known & {"name", "village"} or len(known) < 2 or "kind" in facts or {"mended", "level"} <= facts:
            continue
        if known <= {"name", "village", "group"} and len(known) < 3 and not _titled(document):
            continue
        rows = [(line, places) for line, places in data_rows(lines, listing) if _entry(line, places, listing)]
        if not rows or is_summary(listing.grid, lines, forms) or _is_card(rows[0][0], listing):
            continue
        found.append(listing)
    return found


def _titled(document: Document) -> bool:
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for grid in document.grids for cell in grid.cells[:3]]
    return any(_TITLE.search(text) and len(text) < 60 for text in texts)


def _is_card(line: Line, listing: Listing) -> bool:
    """Whether the row below the head is again labels: a form of boxes, not a list."""
    labels = sum(1 for cell in line.own if key(cell.text) in _CARD_LABELS)
    head = [cell for cell in listing.grid.cells if cell.row == listing.head[0] and not cell.text.strip()]
    return labels >= 2 or len(head) >= max(2, len(listing.columns))


def _entry(line: Line, places: dict[int, Cell], listing: Listing) -> bool:
    column = listing.columns.get("name", listing.columns.get("village"))
    cell = places.get(column) if column is not None else None
    lone = len({id(one) for one in places.values()}) < 2
    return cell is not None and bool(visible(cell.text)) and not is_summing(cell.text) and not lone


def _in_force_from(document: Document, hints: Hints) -> str | None:
    """The period that a title or the name of the file names: ``2024年1月花名册``; None if there is none."""
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for grid in document.grids for cell in grid.cells if cell.row == 0]
    texts = [text for text in texts if _TITLE.search(text) and len(text) < 60]
    for text in (*texts, *hints.names[:1]):
        for kind in ("month", "quarter", "year"):
            if found := period_in(about_itself(text), kind):
                return found
    return None


def _read_row(
    line: Line, places: dict[int, Cell], listing: Listing, number: int, period: str | None
) -> tuple[Record, list[Issue]]:
    readings: dict[str, Reading] = {}
    issues: list[Issue] = []
    for role in ("name", "village", "group", "post", "series", "base_pay", "team", "level", "since"):
        if role in ("level", "since") and role not in listing.columns:
            continue
        column = listing.columns.get(role)
        cell = places.get(column) if column is not None else None
        text = cell.text if cell is not None else ""
        where = cell.where if cell is not None else line.where
        if role == "base_pay":
            readings[role], said = read_money(text, where, role, number)
        elif role == "since":
            readings[role], said = _read_day(text, where, role, number)
        elif role in ("name", "village"):
            value, said = blank_value(role, text, where, number)
            readings[role] = Reading(text, value, where)
        else:
            bare = names_one_line(text)
            readings[role], said = Reading(text, None if not bare or is_nothing(bare) else bare, where), []
        issues.extend(said)
        if role in listing.repeated and text.strip():
            message = f"名册中有几列都像是“{_COLUMNS[role]}”，取第一列"
            issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, role, number))

    def text_of(role: str) -> str:
        value = readings[role].value
        return value if isinstance(value, str) else ""

    subject = Subject(text_of("village"), text_of("name"), text_of("group"), text_of("team"))
    if "name" in listing.columns and not subject.village:
        message = f"“{subject.name}”没有写明村名（合并的格拆开后，下面各行要补上村名）"
        where = readings["village"].where
        issues.append(Issue(IssueCode.MISSING_SUBJECT, Severity.ERROR, message, where, "village", number))
    return Record("roster", "", subject, period, readings), issues


def _read_day(text: str, where: Locator, field: str, record: int) -> tuple[Reading, list[Issue]]:
    """A whole date: ``2022年3月1日``, ``2022-03-01``; anything less is doubtful, for years are counted from it."""
    bare = visible(text)
    if not bare or is_nothing(bare):
        return Reading(text, None, where), []
    day = date_in(bare)
    if day is None:
        message = f"“{excerpt(text)}”不是完整的日期，应写作2022年3月1日"
        issue = Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, field, record)
        return Reading(text, None, where, 0.0), [issue]
    return Reading(text, day, where), []


def read_money(text: str, where: Locator, field: str, record: int) -> tuple[Reading, list[Issue]]:
    """An amount in yuan: ``1200``, ``1,200元``, ``1200元/月``."""
    bare = _PER.sub("", visible(text))
    if not bare or is_nothing(bare):
        return Reading(text, None, where), []
    number = parse_number(bare)
    if number is None or number.unit not in ("", "元") or number.value < 0:
        message = f"“{excerpt(text)}”不是一个金额"
        return Reading(text, None, where, 0.0), [
            Issue(IssueCode.NOT_A_NUMBER, Severity.ERROR, message, where, field, record)
        ]
    issues = []
    if number.doubt:
        message = f"“{excerpt(text)}”读作{number.value}：{number.doubt}"
        issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, field, record))
    return Reading(text, number.value, where), issues
