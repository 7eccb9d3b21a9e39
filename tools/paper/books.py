"""The workbooks that list many subjects: results, pay sheets, the table that is made public each month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from paper.cells import BODY, BOX, CENTRE, HEAD, LEFT, TITLE, page, put

MONEY = "0.00"


@dataclass(frozen=True)
class Column:
    """A column of a list."""

    head: str
    tag: str | None
    width: float
    alignment: Alignment = CENTRE
    sum: str = ""  #: Tag of its cell in the row of sums.
    number: str = ""  #: Number format.


def fill(sheet: Worksheet, columns: Sequence[Column], *, below: Sequence[str] = (), single: bool = False) -> None:
    """Title, organ and period, heads, one repeated row, the sums if any column has one, and lines below."""
    last = get_column_letter(len(columns))
    put(sheet, f"A1:{last}1", "{{ title }}", TITLE, CENTRE, None)
    sheet.row_dimensions[1].height = 36
    put(sheet, f"A2:{last}2", "{{ organ }}　　{{ period_text }}　　{{ draft }}", BODY, LEFT, None)
    summed = any(column.sum for column in columns)
    for index, column in enumerate(columns, 1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = column.width
        put(sheet, f"{letter}3", column.head, HEAD, CENTRE, BOX)
        put(sheet, f"{letter}4", column.tag, BODY, column.alignment, BOX)
        if summed:
            put(sheet, f"{letter}5", column.sum or ("合计" if index == 1 else None), HEAD, CENTRE, BOX)
        if column.number:
            sheet[f"{letter}4"].number_format = sheet[f"{letter}5"].number_format = column.number
    sheet.row_dimensions[3].height = 36
    sheet.row_dimensions[4].height = 26
    for row, words in enumerate(below, 6 if summed else 5):
        put(sheet, f"A{row}:{last}{row}", words, BODY, LEFT, None)
        sheet.row_dimensions[row].height = 26
    if summed:
        sheet.row_dimensions[5].height = 26
    sheet.print_title_rows = "3:3"
    page(sheet, len(columns), landscape=sum(column.width for column in columns) > 100, single=single)


def book(title: str, columns: Sequence[Column], *, below: Sequence[str] = ()) -> Workbook:
    """A workbook of one list."""
    made = Workbook()
    made.active.title = title
    fill(made.active, columns, below=below)
    return made


def results() -> Workbook:
    """The table of results, and what follows for whom on a sheet of its own."""
    made = book(
        "考核结果",
        [
            Column("序号", "{{ row.no }}", 7),
            Column("村", "{{ row.village }}", 18),
            Column("姓名（派出单位）", "{{ row.name }}{{ row.team }}", 18),
            Column("得分", "{{ row.score }}", 11),
            Column("等次", "{{ row.grade }}", 11),
            Column("补贴增减（元）", "{{ row.money }}", 14),
            Column("备注", "{{ row.note }}", 14),
        ],
    )
    fill(
        made.create_sheet("考核结果运用"),
        [
            Column("序号", "{{ row.no }}", 7),
            Column("村", "{{ row.village }}", 18),
            Column("姓名（派出单位）", "{{ row.name }}{{ row.team }}", 18),
            Column("考核结果运用", "{{ row.label }}", 30, LEFT),
            Column("依据", "{{ row.article }}", 14),
            Column("备注", "{{ row.note }}", 12),
        ],
    )
    return made


_CHANGES = (
    "{% for line in row.lines %}{% if not loop.first %}；{% endif %}"
    "{{ line.label }}：{{ line.steps }}（{{ line.article }}）{% endfor %}"
)
_WHO = [Column("序号", "{{ row.no }}", 6), Column("村", "{{ row.village }}", 12), Column("姓名", "{{ row.name }}", 11)]
_SIGNED = [Column("签领", None, 12), Column("备注", "{{ row.note }}", 14)]
_BELOW = (
    "本表实发合计（大写）：{{ in_words }}",
    "审批：　　　　　　　　　　审核：　　　　　　　　　　制表：　　　　　　　　　　年　月　日",
)


def _yuan(head: str, field: str, width: float = 12) -> Column:
    return Column(f"{head}\n（元）", f"{{{{ row.{field} }}}}", width, CENTRE, f"{{{{ sums.{field} }}}}", MONEY)


def paysheet() -> Workbook:
    """The pay sheet: every sum of money withheld with its steps and articles."""
    return book(
        "补贴发放表",
        [
            *_WHO,
            Column("自然庄（组）", "{{ row.group }}", 13),
            _yuan("补贴标准", "base_pay"),
            Column("等次", "{{ row.grade }}", 9),
            Column("增减明细及依据", _CHANGES, 48, LEFT),
            _yuan("增减合计", "withheld"),
            _yuan("实发", "pay"),
            *_SIGNED,
        ],
        below=_BELOW,
    )


def paysheet_split() -> Workbook:
    """The pay sheet where the pay is split: the basic part is paid by the month, the performance part by result."""
    return book(
        "补贴发放表",
        [
            *_WHO,
            Column("职务", "{{ row.post }}", 12),
            _yuan("补贴标准", "base_pay"),
            _yuan("基础补贴", "basic"),
            _yuan("绩效补贴", "performance"),
            Column("等次", "{{ row.grade }}", 8),
            Column("增减明细及依据", _CHANGES, 38, LEFT),
            _yuan("增减合计", "withheld"),
            _yuan("绩效实发", "performance_due"),
            _yuan("全季实发", "pay"),
            *_SIGNED,
        ],
        below=("基础补贴按月发放；本表发放绩效补贴；全季实发＝基础补贴＋绩效实发。", *_BELOW),
    )


def paysheet_month() -> Workbook:
    """The sheet of the basic part of a quarter's pay, which is paid by the month."""
    return book(
        "基础补贴发放表",
        [
            *_WHO,
            Column("职务", "{{ row.post }}", 12),
            _yuan("全季补贴标准", "base_pay", 14),
            _yuan("全季基础补贴", "basic", 14),
            Column("计算及依据", "{{ row.steps }}（{{ row.article }}）", 44, LEFT),
            _yuan("本月实发", "pay"),
            *_SIGNED,
        ],
        below=("基础补贴按月发放，季末月结清；绩效补贴按季度考核结果发放，另表造册。", *_BELOW),
    )


def paysheet_days() -> Workbook:
    """The sheet of the allowance for each day present."""
    return book(
        "伙食补助费发放表",
        [
            *_WHO,
            Column("派出单位", "{{ row.team }}", 18),
            Column("等次", "{{ row.grade }}", 9),
            Column("发放天数", "{{ row.days }}", 10, CENTRE, "{{ sums.days }}"),
            Column("计算及依据", _CHANGES, 44, LEFT),
            _yuan("实发", "pay"),
            *_SIGNED,
        ],
        below=_BELOW,
    )


def public_table() -> Workbook:
    """The running totals and ranks of the months of a year, and what was lost and why on a sheet of its own."""
    months = [Column(f"{n}月", f"{{{{ row.months[{n - 1}] }}}}", 8.5) for n in range(1, 13)]
    made = book(
        "累计得分",
        [
            Column("名次", "{{ row.rank }}", 6),
            Column("村", "{{ row.village }}", 16),
            *months,
            Column("累计得分", "{{ row.total }}", 10),
            Column("增减", "{{ row.change }}", 8),
            Column("备注", "{{ row.note }}", 14),
        ],
        below=("{% for words in paragraphs %}{{ words }}{% endfor %}",),
    )
    made.active.row_dimensions[5].height = 48
    fill(
        made.create_sheet("增减分明细"),
        [
            Column("村", "{{ row.village }}", 16),
            Column("考核内容", "{{ row.item }}", 34, LEFT),
            Column("增减分", "{{ row.points }}", 9),
            Column("计算", "{{ row.steps }}", 52, LEFT),
            Column("依据", "{{ row.article }}", 22),
        ],
    )
    return made


LISTS: Mapping[str, Callable[[], Workbook]] = {
    "results": results,
    "paysheet": paysheet,
    "paysheet-split": paysheet_split,
    "paysheet-month": paysheet_month,
    "paysheet-days": paysheet_days,
    "public-table": public_table,
}
