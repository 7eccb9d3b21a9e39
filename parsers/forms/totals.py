"""The total and the sub-totals that a clerk has added up, checked against the scores. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from formgen.model import Form, Issue, IssueCode, Locator, Reading, Severity
from formgen.numerals import Number, parse_number, visible
from parsers.forms.columns import Columns
from parsers.forms.lines import Line
from parsers.forms.printed import PrintedCategory, PrintedForm, category_key
from parsers.forms.scores import points_text
from parsers.forms.wording import excerpt, is_nothing, key, likeness
from parsers.grid import Cell

_TOTAL = re.compile(
    r"(?:总分|合计|总计|总得分|共计|合计总分|总评|综合得分|最终得分|最后得分|考核得分|考核总分|考评得分|考评总分|合计得分|得分合计|实得总分|总分合计)(?:分|得分|分数)?(?=$|[0-9])"
)
_SUBTOTAL = re.compile(r"小计|分项合计|本项合计|本项小计")


def is_total(line: Line) -> bool:
    """Whether a row is the total: 合计, 总分 …"""
    return any(_TOTAL.match(_label(cell.text)) for cell in line.own if cell.text.strip() and len(cell.text) < 40)


def is_subtotal(line: Line) -> bool:
    """Whether a row is a category's sub-total: 小计, or 合计 behind a category's name."""
    return any(_SUBTOTAL.search(key(cell.text)) for cell in line.own if cell.text.strip() and len(cell.text) < 40)


def _label(text: str) -> str:
    return re.sub(r"[（(][^（）()]*[）)]", "", "".join(text.split())).strip("：:")


def written_number(line: Line, columns: Columns | None) -> tuple[Cell | None, str]:
    """The cell of a total row that holds its figure, and the words of it that are the figure."""
    scores = columns.roles.get("score", frozenset()) if columns else frozenset()
    points = columns.roles.get("points", frozenset()) if columns else frozenset()
    label = next((c for c in line.own if _TOTAL.match(_label(c.text)) or _SUBTOTAL.search(key(c.text))), None)
    for cell in line.own:
        if cell is not label and frozenset(range(cell.column, cell.column + cell.colspan)) & scores:
            return cell, cell.text
    if label is not None:
        inline = re.split(r"[:：]", label.text, maxsplit=1)
        if len(inline) == 2 and inline[1].strip():
            return label, inline[1]
        if match := re.search(r"(?<=[分计\s])\s*([0-9０-９.．]+\s*分?)\s*$", label.text):
            return label, match[1]
    for cell in line.own:
        covered = frozenset(range(cell.column, cell.column + cell.colspan))
        if cell is not label and not covered & points and parse_number(cell.text) is not None:
            return cell, cell.text
    return label, ""


def _figure(cell: Cell | None, text: str, field: str, record: int) -> tuple[Reading, Number | None, list[Issue]]:
    where = cell.where if cell else Locator()
    number = parse_number(text)
    issues: list[Issue] = []
    if cell is not None and cell.formula_without_value:
        message = "合计格是公式，文件里没有存它的结果"
        issues.append(Issue(IssueCode.FORMULA_WITHOUT_VALUE, Severity.WARNING, message, where, field, record))
        number = None
    elif number is None and visible(text) and not is_nothing(text):
        message = f"合计写的是“{excerpt(text)}”，不是一个数"
        issues.append(Issue(IssueCode.NOT_A_NUMBER, Severity.WARNING, message, where, field, record))
    elif number is not None and (number.doubt or number.unit not in ("", "分")):
        message = f"合计“{excerpt(text)}”读作{points_text(number.value)}，请核对"
        issues.append(Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, where, field, record))
    value = number.value if number else None
    return Reading(text, value, where), number, issues


def _sum(form: Form, ids: Sequence[str], readings: Mapping[str, Reading]) -> tuple[Decimal, list[str]]:
    """The sum of the scores, deductions taken off, and the ids of the items that are missing."""
    total, missing = Decimal(0), []
    for item in form.items:
        if item.id not in ids or item.money_only:
            continue
        reading = readings.get(item.id)
        value = reading.value if reading else None
        if isinstance(value, Decimal):
            total += -value if item.deduction else value
        elif item.required or (reading is not None and visible(reading.text) and not is_nothing(reading.text)):
            missing.append(item.id)
    return total, missing


def check_total(
    cell: Cell | None,
    text: str,
    field: str,
    ids: Sequence[str],
    form: Form,
    readings: Mapping[str, Reading],
    record: int,
) -> tuple[Reading, list[Issue]]:
    """The reading of a written total of the items ``ids``, and whether it is right."""
    reading, number, issues = _figure(cell, text, field, record)
    if number is None:
        return reading, issues
    computed, missing = _sum(form, ids, readings)
    if missing:
        message = (
            f"写的合计是{points_text(number.value)}，但有{len(missing)}项得分不明（{'、'.join(missing)}），无法核对"
        )
        issues.append(Issue(IssueCode.TOTAL_MISMATCH, Severity.INFO, message, reading.where, field, record))
    elif number.value != computed:
        base = [item.id for item in form.items if item.id in ids and item.required]
        plain, _ = _sum(form, base, readings)
        extra = "（与不计加分、扣分的和相同）" if plain == number.value else ""
        message = f"写的合计是{points_text(number.value)}，各项得分相加是{points_text(computed)}{extra}"
        issues.append(Issue(IssueCode.TOTAL_MISMATCH, Severity.ERROR, message, reading.where, field, record))
    return reading, issues


def subtotal_category(line: Line, form: PrintedForm, before: Sequence[str]) -> PrintedCategory | None:
    """The category of a sub-total: by its name in the row, else the one whose items stand just before it."""
    for cell in line.cells:
        plain = category_key(_SUBTOTAL.sub("", cell.text))
        for category in form.categories:
            if plain and likeness(plain, category.key) >= 0.85:
                return category
    found = {category.number: category for category in form.categories for item in before if item in category.items}
    return next(iter(found.values())) if len(found) == 1 else None
