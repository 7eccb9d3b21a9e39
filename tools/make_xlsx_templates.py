"""Writes templates/xlsx/*.xlsx anew: the starting point from which a clerk goes on in Excel or WPS."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parent.parent
THIN = Side(style="thin", color="000000")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
TITLE = Font(name="方正小标宋简体", size=18)
HEAD = Font(name="黑体", size=11)
BODY = Font(name="仿宋_GB2312", size=11)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center")

#: Printed head → (tag of the repeated row, column width in characters, alignment).
COLUMNS = {
    "序号": ("{{ row.no }}", 6, CENTRE),
    "考核指标": ("{{ row.category }}", 14, CENTRE),
    "考核内容": ("{{ row.category }}", 18, CENTRE),
    "考评内容": ("{{ row.category }}", 18, CENTRE),
    "考核项目": ("{{ row.category }}", 18, CENTRE),
    "具体内容": ("{{ row.text }}{{ row.note }}", 36, LEFT),
    "考核要点": ("{{ row.text }}{{ row.note }}", 40, LEFT),
    "考评指标": ("{{ row.text }}{{ row.note }}", 28, LEFT),
    "评分标准": ("{{ row.standard }}", 44, LEFT),
    "分值": ("{{ row.points_text }}", 10, CENTRE),
    "赋分": ("{{ row.points_text }}", 9, CENTRE),
    "得分": ("{{ row.score }}", 9, CENTRE),
    "评价": ("{{ row.score }}", 10, CENTRE),
    "备注": ("{{ row.remark }}", 30, LEFT),
    "扣分情况": ("{{ row.remark }}", 30, LEFT),
}
#: tongshi prints 考核项目 | 考核内容: there 考核内容 is the wording of the item.
TONGSHI = {"考核内容": ("{{ row.text }}{{ row.note }}", 36, LEFT)}


def put(sheet: Worksheet, area: str, value: object, font: Font, alignment: Alignment, border: Border | None) -> None:
    """Write a cell or a merged area with its looks."""
    if ":" in area:
        sheet.merge_cells(area)
    for row in sheet[area] if ":" in area else ((sheet[area],),):
        for cell in row:
            cell.font, cell.alignment = font, alignment
            if border:
                cell.border = border
    sheet[area.split(":")[0]].value = value


def page(sheet: Worksheet, columns: int, *, landscape: bool, single: bool) -> None:
    """A4, fit to width (``single``: onto one page), centred, page numbers below."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(single)
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.6
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    for column in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(column)].width = (
            sheet.column_dimensions[get_column_letter(column)].width or 10
        )


def score_sheet(form: dict[str, object]) -> Workbook:
    """The template of a score sheet, its columns in the order that the form prints."""
    book = Workbook()
    sheet = book.active
    sheet.title = "评分表"
    known = COLUMNS | (TONGSHI if form["id"] == "tongshi-annual" else {})
    heads = list(form["columns"])
    last = get_column_letter(len(heads))
    for index, head in enumerate(heads, 1):
        sheet.column_dimensions[get_column_letter(index)].width = known[head][1]
    put(sheet, f"A1:{last}1", "{{ title }}", TITLE, CENTRE, None)
    sheet.row_dimensions[1].height = 34
    put(sheet, f"A2:{last}2", "{{ subtitle }}", BODY, CENTRE, None)
    row = 3
    blanks = [*form.get("header", []), *form.get("extra_header", [])]
    places = [("A:B", "C:C"), ("D:D", f"E:{last}")] if heads[0] == "序号" else [("A:A", "B:B"), ("C:C", f"D:{last}")]
    for index, blank in enumerate(blanks):
        label, answer = places[index % 2]
        here = row + index // 2
        put(sheet, _area(label, here), blank["label"] + "：", BODY, RIGHT, None)
        line = Border(bottom=THIN)
        put(sheet, _area(answer, here), f"{{{{ blank.{blank['id']} }}}}", BODY, LEFT, line)
        sheet.row_dimensions[here].height = 24
    row += (len(blanks) + 1) // 2
    for index, head in enumerate(heads, 1):
        put(sheet, f"{get_column_letter(index)}{row}", head, HEAD, CENTRE, BOX)
        tag, _, alignment = known[head]
        put(sheet, f"{get_column_letter(index)}{row + 1}", tag, BODY, alignment, BOX)
    sheet.row_dimensions[row].height = 26
    sheet.row_dimensions[row + 1].height = 30
    put(sheet, f"A{row + 2}:{last}{row + 2}", "{{ footnote }}", BODY, LEFT, None)
    put(sheet, f"A{row + 3}:{last}{row + 3}", "{{ draft }}", HEAD, LEFT, None)
    sheet.print_title_rows = f"{row}:{row}"
    page(sheet, len(heads), landscape=sum(known[head][1] for head in heads) > 100, single=True)
    return book


def _area(columns: str, row: int) -> str:
    first, last = columns.split(":")
    return f"{first}{row}" if first == last else f"{first}{row}:{last}{row}"


def register(form: dict[str, object]) -> Workbook:
    """The template of 附件4 or 附件5: labelled boxes, six columns wide."""
    book = Workbook()
    sheet = book.active
    sheet.title = "登记表"
    for column, width in zip("ABCDEF", (11, 17, 11, 17, 13, 21), strict=True):
        sheet.column_dimensions[column].width = width
    put(sheet, "A1:F1", "{{ title }}", TITLE, CENTRE, None)
    sheet.row_dimensions[1].height = 52
    put(sheet, "A2:F2", "{{ subtitle }}", BODY, CENTRE, None)
    labels = {field["id"]: field["label"] for field in form["fields"]}
    small = [
        [("A3", "name"), ("C3", "sex"), ("E3", "birth")],
        [("A4", "political_status"), ("C4:D4", "employer_post")],
        [("A5", "village"), ("C5:D5", "resident_post")],
    ]
    for line in small:
        for place, field in line:
            row = place[1]
            answer = {"A": f"B{row}", "C": f"D{row}" if ":" not in place else f"E{row}:F{row}", "E": f"F{row}"}[
                place[0]
            ]
            put(sheet, place, labels[field], HEAD, CENTRE, BOX)
            put(sheet, answer, f"{{{{ box.{field} }}}}", BODY, CENTRE, BOX)
            sheet.row_dimensions[int(row)].height = 32
    row = 6
    reviews = ("organization_review", "poverty_office_review")
    for field in form["fields"][7:]:
        if field["id"] in reviews:
            continue
        put(sheet, f"A{row}", labels[field["id"]], HEAD, CENTRE, BOX)
        closing = _closing(field)
        put(sheet, f"B{row}:F{row}", f"{{{{ box.{field['id']} }}}}\n\n{closing}", BODY, TOP, BOX)
        sheet.row_dimensions[row].height = 250 if field["id"] == "summary" else 78
        row += 1
    head, _, first = labels[reviews[0]].partition(" / ")
    second = labels[reviews[1]].partition(" / ")[2]
    put(sheet, f"A{row}", head, HEAD, CENTRE, BOX)
    closing = "　　　　　　　盖章\n　　　　　　　年  月  日"
    put(sheet, f"B{row}:C{row}", f"{first}：\n{{{{ box.{reviews[0]} }}}}\n\n{closing}", BODY, TOP, BOX)
    put(sheet, f"D{row}:F{row}", f"{second}：\n{{{{ box.{reviews[1]} }}}}\n\n{closing}", BODY, TOP, BOX)
    sheet.row_dimensions[row].height = 96
    put(sheet, f"A{row + 1}:F{row + 1}", "{{ draft }}", HEAD, LEFT, None)
    page(sheet, 6, landscape=False, single=True)
    return book


def _closing(field: dict[str, object]) -> str:
    if field["id"] == "summary":
        return "签名：　　　　　　　　　　　　　　　　　年  月  日"
    if field["id"] == "self_opinion":
        return "被考核人签字：　　　　　　　　　　　　　年  月  日"
    return "　　　　　　　　　　　　　　　　盖章\n负责人签字：　　　　　　　　　　　　　　年  月  日"


def listing(title: str, columns: list[tuple[str, str | None, float, Alignment]], *, sums: dict[int, str]) -> Workbook:
    """The template of a list: title, organ and period, heads, one repeated row, sums."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    last = get_column_letter(len(columns))
    put(sheet, f"A1:{last}1", "{{ title }}", TITLE, CENTRE, None)
    sheet.row_dimensions[1].height = 36
    put(sheet, f"A2:{last}2", "{{ organ }}　　{{ period_text }}　　{{ draft }}", BODY, LEFT, None)
    for index, (head, tag, width, alignment) in enumerate(columns, 1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = width
        put(sheet, f"{letter}3", head, HEAD, CENTRE, BOX)
        put(sheet, f"{letter}4", tag, BODY, alignment, BOX)
        if sums:
            put(sheet, f"{letter}5", sums.get(index, "合计" if index == 1 else None), HEAD, CENTRE, BOX)
            if index in sums:
                sheet[f"{letter}5"].number_format = "0.00"
                sheet[f"{letter}4"].number_format = "0.00"
    sheet.row_dimensions[3].height = 28
    sheet.row_dimensions[4].height = 26
    sheet.print_title_rows = "3:3"
    page(sheet, len(columns), landscape=sum(width for _, _, width, _ in columns) > 100, single=False)
    return book


def results() -> Workbook:
    """The template of the table of results."""
    return listing(
        "考核结果",
        [
            ("序号", "{{ row.no }}", 7, CENTRE),
            ("村", "{{ row.village }}", 18, CENTRE),
            ("姓名", "{{ row.name }}{{ row.team }}", 18, CENTRE),
            ("得分", "{{ row.score }}", 12, CENTRE),
            ("等次", "{{ row.grade }}", 12, CENTRE),
            ("备注", "{{ row.note }}", 18, CENTRE),
        ],
        sums={},
    )


def paysheet() -> Workbook:
    """The template of the pay sheet: every sum of money withheld with its steps and articles."""
    return listing(
        "补贴发放表",
        [
            ("序号", "{{ row.no }}", 6, CENTRE),
            ("村", "{{ row.village }}", 12, CENTRE),
            ("姓名", "{{ row.name }}", 11, CENTRE),
            ("自然庄（组）", "{{ row.group }}", 13, CENTRE),
            ("补贴标准（元）", "{{ row.base_pay }}", 13, CENTRE),
            ("等次", "{{ row.grade }}", 9, CENTRE),
            (
                "增减明细及依据",
                "{% for line in row.lines %}{% if not loop.first %}；{% endif %}"
                "{{ line.label }}：{{ line.steps }}（{{ line.article }}）{% endfor %}",
                48,
                LEFT,
            ),
            ("增减合计（元）", "{{ row.withheld }}", 13, CENTRE),
            ("实发（元）", "{{ row.pay }}", 12, CENTRE),
            ("签领", None, 12, CENTRE),
            ("备注", "{{ row.note }}", 12, CENTRE),
        ],
        sums={5: "{{ sums.base_pay }}", 8: "{{ sums.withheld }}", 9: "{{ sums.pay }}"},
    )


def save(book: Workbook, path: Path) -> None:
    """Write the workbook, the same bytes each time."""
    book.properties.creator = book.properties.lastModifiedBy = "formgen"
    book.properties.created = book.properties.modified = datetime(2000, 1, 1)
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as package, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in package.namelist():
            data = package.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:\w+[^>]*>)\d[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(info, data)


def main() -> None:
    """Write all templates."""
    target = ROOT / "templates" / "xlsx"
    for path in sorted((ROOT / "formgen" / "schemes").glob("*/scheme.toml")):
        for form in tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["form"]:
            save(score_sheet(form) if "items" in form else register(form), target / f"{form['id']}.xlsx")
    save(results(), target / "results.xlsx")
    save(paysheet(), target / "paysheet.xlsx")


if __name__ == "__main__":
    main()
