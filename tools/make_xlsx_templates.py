"""Writes templates/xlsx/*.xlsx anew: the starting point from which a clerk goes on in Excel or WPS."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Border
from openpyxl.utils import get_column_letter
from paper.books import LISTS
from paper.cells import BODY, BOX, CENTRE, HEAD, LEFT, RIGHT, THIN, TITLE, TOP, page, put, save

ROOT = Path(__file__).resolve().parent.parent
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
    "分值": ("{{ row.points_text }}", 16, CENTRE),
    "赋分": ("{{ row.points_text }}", 9, CENTRE),
    "得分": ("{{ row.score }}", 9, CENTRE),
    "评价": ("{{ row.score }}", 10, CENTRE),
    "备注": ("{{ row.remark }}", 30, LEFT),
    "扣分情况": ("{{ row.remark }}", 30, LEFT),
}
#: tongshi prints 考核项目 | 考核内容: there 考核内容 is the wording of the item.
TONGSHI = {"考核内容": ("{{ row.text }}{{ row.note }}", 36, LEFT)}
#: Forms whose four blanks stand in one line above the table: printed columns that are several columns of the sheet,
#: so that labels and answers find their room, and where each label and its answer stand.
ONE_LINE = {
    "dayang-monthly": (
        {"具体内容": (13, 24), "评分标准": (24, 20), "备注": (8, 11, 13)},
        (("A:B", "C:C"), ("D:D", "E:E"), ("F:F", "G:H"), ("I:I", "J:J")),
    )
}


def score_sheet(form: dict[str, object]) -> Workbook:
    """The template of a score sheet, its columns in the order that the form prints."""
    book = Workbook()
    sheet = book.active
    sheet.title = "评分表"
    known = COLUMNS | (TONGSHI if form["id"] == "tongshi-annual" else {})
    heads = list(form["columns"])
    split, one_line = ONE_LINE.get(form["id"], ({}, ()))
    areas: list[str] = []  #: Columns of the sheet that each printed column takes.
    count = 0
    for head in heads:
        widths = split.get(head, (known[head][1],))
        areas.append(f"{get_column_letter(count + 1)}:{get_column_letter(count + len(widths))}")
        for width in widths:
            count += 1
            sheet.column_dimensions[get_column_letter(count)].width = width
    last = get_column_letter(count)
    put(sheet, f"A1:{last}1", "{{ title }}", TITLE, CENTRE, None)
    sheet.row_dimensions[1].height = 34
    put(sheet, f"A2:{last}2", "{{ subtitle }}", BODY, CENTRE, None)
    row = 3
    blanks = [*form.get("header", []), *form.get("extra_header", [])]
    places = (
        one_line or [("A:B", "C:C"), ("D:D", f"E:{last}")]
        if heads[0] == "序号"
        else [("A:A", "B:B"), ("C:C", f"D:{last}")]
    )
    for index, blank in enumerate(blanks):
        label, answer = places[index % len(places)]
        here = row + index // len(places)
        put(sheet, _area(label, here), blank["label"] + "：", BODY, RIGHT, None)
        line = Border(bottom=THIN)
        put(sheet, _area(answer, here), f"{{{{ blank.{blank['id']} }}}}", BODY, LEFT, line)
        sheet.row_dimensions[here].height = 24
    row += -(-len(blanks) // len(places))
    for columns, head in zip(areas, heads, strict=True):
        put(sheet, _area(columns, row), head, HEAD, CENTRE, BOX)
        tag, _, alignment = known[head]
        put(sheet, _area(columns, row + 1), tag, BODY, alignment, BOX)
    sheet.row_dimensions[row].height = 26
    sheet.row_dimensions[row + 1].height = 30
    put(sheet, f"A{row + 2}:{last}{row + 2}", "{{ footnote }}", BODY, LEFT, None)
    put(sheet, f"A{row + 3}:{last}{row + 3}", "{{ draft }}", HEAD, LEFT, None)
    sheet.print_title_rows = f"{row}:{row}"
    page(sheet, count, landscape=sum(known[head][1] for head in heads) > 100, single=True)
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


def main() -> None:
    """Write all templates."""
    target = ROOT / "templates" / "xlsx"
    for path in sorted((ROOT / "formgen" / "schemes").glob("*/scheme.toml")):
        for form in tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["form"]:
            save(score_sheet(form) if "items" in form else register(form), target / f"{form['id']}.xlsx")
    for name, made in LISTS.items():
        save(made(), target / f"{name}.xlsx")


if __name__ == "__main__":
    main()
