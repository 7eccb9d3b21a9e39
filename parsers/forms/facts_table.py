"""Facts tables: a row per thing that happened and counts by the regulation: who, what, when, how many."""

from __future__ import annotations

import re
from collections.abc import Sequence

from formgen.model import Form, Issue, IssueCode, Locator, Reading, Record, Severity, Subject, Value
from formgen.numerals import parse_number, visible
from formgen.parsing import Claim, Extraction, Hints
from parsers.forms.dating import date_in, period_in
from parsers.forms.doubts import attached
from parsers.forms.header import blank_value
from parsers.forms.lines import Line, lines_of
from parsers.forms.listing import Listing, data_rows, find_listing, is_summing, odd_serial
from parsers.forms.register_form import holds_forms
from parsers.forms.vocabulary import BLANKS, FACTS
from parsers.forms.wording import excerpt, is_nothing, key, names_one_line
from parsers.grid import Cell, Document

_YES = frozenset(
    ["是", "已", "已整改", "整改", "已改", "√", "✓", "✔", "y", "yes", "按期整改", "已按期整改", "整改到位", "已完成"]
)
_NO = frozenset(["否", "未", "未整改", "没有", "×", "✗", "x", "n", "no", "没整改", "未按期整改", "未改"])
_STRETCH = re.compile(r"[-—–~～至到]\s*[0-9０-９]{1,2}\s*月(?:份)?\s*$")  #: ``2023年1-3月`` is no 3 January.
_NOT_A_PERIOD = re.compile(r"[^0-9０-９年月份第季度\-—–~～至到./Qq\s〇零○一二三四五六七八九十]")
_NAMES = {
    "date": "日期",
    "village": "村",
    "name": "姓名",
    "group": "组",
    "team": "派出单位",
    "kind": "事项",
    "level": "级别",
    "count": "数量",
    "mended": "是否整改",
    "text": "说明",
    "period": "考核时段",
}
_SUBJECTS = {
    role: frozenset(key(name) for name in names)
    for role, names in BLANKS.items()
    if role in ("village", "name", "group", "team")
}
VOCABULARY = {**_SUBJECTS, **FACTS}


class FactsTableParser:
    """Knows tables of incidents, notices, leaves and tiers reached."""

    name = "facts-table"

    def identify(self, document: Document, forms: Sequence[Form]) -> tuple[Claim, ...]:
        """One claim if a table is headed by 事项 and a name or village, with a date or a number beside it."""
        found = _tables(document, forms)
        if not found:
            return ()
        heads = "、".join(_NAMES[role] for role in found[0].columns if role in _NAMES)
        score = min(1.0, 0.4 + 0.1 * len(found[0].columns))
        return (Claim(self.name, "facts", round(score, 3), (f"列头有{heads}", f"共{len(found)}张表")),)

    def extract(self, document: Document, forms: Sequence[Form], hints: Hints) -> Extraction:
        """A record for each row."""
        lines = lines_of(document)
        records: list[Record] = []
        issues: list[Issue] = []
        for listing in _tables(document, forms):
            for line, places in data_rows(lines, listing):
                if any(is_summing(cell.text) for cell in line.own):
                    continue
                kind = places.get(listing.columns["kind"])
                lone = len({id(cell) for cell in places.values()}) < 2
                if lone or kind is None or not visible(kind.text):
                    message = f"这一行没有写事项，没有读取：“{excerpt(line.text, 80)}”"
                    issues.append(Issue(IssueCode.UNEXPECTED_TEXT, Severity.WARNING, message, line.where))
                    continue
                record, said = _read_row(line, places, listing, len(records))
                said += odd_serial(places, listing, len(records))
                records.append(record)
                issues.extend(said)
            for column, head in listing.others.items():
                message = f"台账中的“{excerpt(head)}”一列没有读取"
                where = Locator(listing.grid.part, f"column {column + 1}")
                issues.append(Issue(IssueCode.UNEXPECTED_TEXT, Severity.INFO, message, where))
        return Extraction(tuple(records), (*issues, *attached(document, records)))


def _tables(document: Document, forms: Sequence[Form]) -> list[Listing]:
    lines = lines_of(document)
    listings = list(find_listing(lines, VOCABULARY, 3))
    if not listings or holds_forms(document, lines, forms):
        return []
    found = []
    for listing in listings:
        roles = set(listing.columns)
        if "kind" in roles and roles & {"name", "village"} and roles & {"date", "count", "level", "mended", "period"}:
            found.append(listing)
    return found


def _read_row(line: Line, places: dict[int, Cell], listing: Listing, number: int) -> tuple[Record, list[Issue]]:
    readings: dict[str, Reading] = {}
    issues: list[Issue] = []
    for role in ("date", "village", "name", "group", "team", "kind", "level", "count", "mended", "text", "period"):
        column = listing.columns.get(role)
        if column is None and role in ("group", "team", "period"):
            continue
        cell = places.get(column) if column is not None else None
        text = cell.text if cell is not None else ""
        where = cell.where if cell is not None else line.where
        value, said = _value(role, text, where, number)
        if cell is not None and cell.formula_without_value:
            message = f"{_NAMES[role]}是公式，文件里没有存它的结果"
            said = [Issue(IssueCode.FORMULA_WITHOUT_VALUE, Severity.ERROR, message, where, role, number)]
        readings[role] = Reading(text, value, where, 0.5 if said else 1.0)
        issues.extend(said)

    dated = readings["date"]
    named = _period_alone(dated.text)  # the column of dates may name a month, quarter or year
    if named is not None and ("period" not in readings or readings["period"].value is None):
        readings["period"] = Reading(dated.text, named, dated.where)
        readings["date"] = Reading(dated.text, None, dated.where)
        issues = [one for one in issues if one.field != "date"]

    def text_of(role: str) -> str:
        value = readings[role].value if role in readings else None
        return value if isinstance(value, str) else ""

    subject = Subject(text_of("village"), text_of("name"), text_of("group"), text_of("team"))
    if not subject.key:
        message = "没有写明村名和姓名，不知道是谁的事"
        issues.append(Issue(IssueCode.MISSING_SUBJECT, Severity.ERROR, message, line.where, "village", number))
    return Record("facts", "", subject, text_of("period") or None, readings), issues


def _period_alone(text: str) -> str | None:
    """The period that a text is, and nothing else: ``2023-Q1``, ``2023年第一季度``, ``2023年3月``; else None."""
    bare = visible(text)
    stretch = _STRETCH.search(bare) is not None
    if (date_in(bare) is not None and not stretch) or _NOT_A_PERIOD.search(bare):
        return None
    return period_in(bare.upper(), "quarter") or period_in(bare, "month") or period_in(bare, "year")


def _value(role: str, text: str, where: Locator, record: int) -> tuple[Value, list[Issue]]:
    bare = visible(text)
    if not bare or (is_nothing(bare) and role not in ("text",)):
        return None, []

    def doubt(code: IssueCode, message: str, severity: Severity = Severity.WARNING) -> list[Issue]:
        return [Issue(code, severity, message, where, role, record)]

    match role:
        case "date":
            found = date_in(bare) if not _STRETCH.search(bare) else None
            extra = re.sub(r"[0-9０-９年月日号./\-:\s〇零○一二三四五六七八九十]", "", bare)
            if found is None or extra:
                return found, doubt(IssueCode.LOW_CONFIDENCE, f"日期“{excerpt(text)}”看不准，应写作2023年3月5日")
            return found, []
        case "count":
            return _count(text, doubt)
        case "mended":
            plain = bare.casefold().replace(" ", "")
            if plain in _YES or plain in _NO:
                return "是" if plain in _YES else "否", []
            return bare, doubt(IssueCode.UNEXPECTED_VALUE, f"是否整改写的是“{excerpt(text)}”，应为是或否")
        case "period":
            found_period = period_in(bare, "quarter") or period_in(bare, "month") or period_in(bare, "year")
            if found_period is None and re.fullmatch(r"20[0-9]{2}", bare):
                found_period = bare
            if found_period is None:
                right = "应写作2023年3月、2023年第一季度或2023年度"
                return None, doubt(IssueCode.LOW_CONFIDENCE, f"考核时段“{excerpt(text)}”看不准，{right}")
            return found_period, []
        case "village" | "name":
            return blank_value(role, text, where, record)
        case _:
            return names_one_line(text) if role != "text" else text.strip(), []


def _count(text: str, doubt: object) -> tuple[Value, list[Issue]]:
    assert callable(doubt)
    number = parse_number(text)
    if number is None:
        return None, doubt(IssueCode.NOT_A_NUMBER, f"数量“{excerpt(text)}”不是一个数", Severity.ERROR)
    if number.doubt or number.value < 0:
        return number.value, doubt(IssueCode.LOW_CONFIDENCE, f"数量“{excerpt(text)}”读作{number.value}，请核对")
    return number.value, []
