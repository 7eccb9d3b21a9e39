"""Forms, results and pay sheets in Excel: what stands in the cells, and what a sender cannot do with them."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from formgen.errors import TemplateError
from formgen.model import Subject, Value
from formgen.rendering import excel
from formgen.rendering.context import form_context
from formgen.resources import find_template
from formgen.scheme.loading import load_schemes

SCHEMES = {form.id: (scheme, form) for scheme in load_schemes() for form in scheme.form}
LISI = Subject("张庄村", "李四", "东庄")
PERIODS = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}


def made(form_id: str, values: dict[str, Value] | None = None, subject: Subject = LISI) -> Any:
    """The workbook of a form, opened again with openpyxl."""
    scheme, form = SCHEMES[form_id]
    context = form_context(form, subject, PERIODS[form.period], values or {}, scheme)
    return openpyxl.load_workbook(io.BytesIO(excel.render_form(find_template(f"xlsx/{form_id}.xlsx"), context)))


def answer(book: Any, field_id: str) -> Any:
    """The cell that a defined name of the first sheet points at."""
    sheet = book.worksheets[0]
    return sheet[sheet.defined_names[excel.answer_name(field_id)].attr_text.split("!")[1].replace("$", "")]


@pytest.mark.parametrize("form_id", SCHEMES)
def test_every_field_of_a_form_has_a_named_unlocked_cell(form_id: str) -> None:
    _, form = SCHEMES[form_id]

    book = made(form_id)

    fields = [blank.id for blank in form.blanks] + [item.id for item in form.items] + [box.id for box in form.fields]
    assert all(not answer(book, field).protection.locked for field in fields)
    assert book.worksheets[0].protection.sheet


@pytest.mark.parametrize("form_id", SCHEMES)
def test_a_blank_form_prints_every_wording_and_no_score(form_id: str) -> None:
    _, form = SCHEMES[form_id]

    book = made(form_id)

    printed = "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value)
    assert all(item.text in printed and item.standard in printed for item in form.items)
    assert all(answer(book, item.id).value is None for item in form.items)
    assert "{{" not in printed
    assert "{%" not in printed


def test_a_score_is_a_number_and_a_remark_follows_the_printed_one() -> None:
    book = made("dayang-monthly", {"2.1": Decimal("8.5"), "1.5.remark": "3月2日迟到一次"})

    assert answer(book, "2.1").value == 8.5
    assert answer(book, "1.5.remark").value.endswith("无故缺席每次核减50元。\n3月2日迟到一次")


def test_scores_are_validated_up_to_the_printed_maximum() -> None:
    book = made("dayang-monthly")

    rules = {
        str(rule.sqref): (rule.formula1, rule.formula2) for rule in book.worksheets[0].data_validations.dataValidation
    }
    assert rules[answer(book, "2.2").coordinate] == ("0", "20")
    assert answer(book, "1.5").coordinate not in rules


def test_judgements_are_chosen_from_a_list() -> None:
    book = made("damao-annual")

    rules = {str(rule.sqref): rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation}
    assert rules[answer(book, "1.1").coordinate] == '"好,一般,差"'


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1+1", "-2", "@SUM(A1)", "{{ 7*7 }}", "{% raw %}", "甲&乙<丙>"])
def test_a_senders_text_is_text(text: str) -> None:
    book = made("dayang-monthly", subject=Subject("张庄村", text))

    cell = answer(book, "name")
    assert cell.value == text
    assert cell.data_type == "s"


def test_control_characters_stay_visible_as_replacements() -> None:
    book = made("dayang-monthly", subject=Subject("张庄村", "李\x07四"))

    assert answer(book, "name").value == "李\ufffd四"


def test_the_workbook_says_what_it_is() -> None:
    book = made("dayang-monthly")

    marks = {mark.name: mark.value for mark in book.custom_doc_props.props}
    assert marks == {
        "formgen.form": "dayang-monthly",
        "formgen.scheme": "dayang-2023",
        "formgen.period": "2023-03",
        "formgen.village": "张庄村",
        "formgen.name": "李四",
        "formgen.group": "东庄",
    }


def test_the_same_form_gives_the_same_bytes() -> None:
    scheme, form = SCHEMES["tongshi-annual"]
    context = form_context(form, Subject("张庄村"), "2023", {}, scheme)
    template = find_template("xlsx/tongshi-annual.xlsx")

    assert excel.render_form(template, context) == excel.render_form(template, context)


def test_categories_are_merged_over_their_items() -> None:
    sheet = made("dayang-monthly").worksheets[0]

    merged = {str(area) for area in sheet.merged_cells.ranges}
    first = answer(made("dayang-monthly"), "1.1").row
    assert f"B{first}:B{first + 4}" in merged
    assert f"A{first}:A{first + 4}" in merged
    assert f"C{first + 9}:F{first + 9}" in merged  # 10、 has one cell for wording and standard


def changed_template(folder: Path, cell: str, text: str) -> Path:
    """A copy of the dayang template with one cell changed."""
    book = openpyxl.load_workbook(find_template("xlsx/dayang-monthly.xlsx"))
    book.worksheets[0][cell].value = text
    path = folder / "dayang-monthly.xlsx"
    book.save(path)
    return path


def rendered(template: Path) -> bytes:
    scheme, form = SCHEMES["dayang-monthly"]
    return excel.render_form(template, form_context(form, Subject("张庄村", "李四"), "2023-03", {}, scheme))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("A1", "{{ titel }}"),
        ("A1", "{{ title"),
        ("A1", "{{ ''.__class__.__mro__ }}"),
        ("C5", "{{ row.nonsense }}"),
        ("A1", "{{ title / 0 }}"),
        ("A1", "x {{ titel }} y"),
    ],
)
def test_a_wrong_template_is_named_with_its_cell(tmp_path: Path, cell: str, text: str) -> None:
    template = changed_template(tmp_path, cell, text)

    with pytest.raises(TemplateError, match=f"dayang-monthly.xlsx”单元格 {cell} 的"):
        rendered(template)


def test_a_template_with_two_repeated_rows_is_refused(tmp_path: Path) -> None:
    template = changed_template(tmp_path, "A7", "{{ row.text }}")

    with pytest.raises(TemplateError, match="只能有一行"):
        rendered(template)


def test_a_file_that_is_no_workbook_is_named(tmp_path: Path) -> None:
    template = tmp_path / "dayang-monthly.xlsx"
    template.write_bytes(b"not a workbook")

    with pytest.raises(TemplateError, match=r"dayang-monthly\.xlsx"):
        rendered(template)


def test_a_pay_sheet_adds_up_and_says_why() -> None:
    line = {"label": "无故迟到", "amount": Decimal(40), "steps": "2 × 20 = 40", "article": "附件2"}
    rows = [
        {
            "no": 1,
            "village": "张庄村",
            "name": "李四",
            "group": "东庄",
            "base_pay": Decimal(300),
            "grade": "称职",
            "lines": [line],
            "withheld": Decimal(40),
            "pay": Decimal(260),
            "note": "",
        },
        {
            "no": 2,
            "village": "张庄村",
            "name": "=王五",
            "group": "",
            "base_pay": None,
            "grade": "",
            "lines": [],
            "withheld": None,
            "pay": None,
            "note": "未核实",
        },
    ]
    context = {
        "title": "表",
        "organ": "",
        "period_text": "2023年3月",
        "draft": "",
        "rows": rows,
        "properties": {},
        "sums": {"base_pay": Decimal(300), "withheld": Decimal(40), "pay": Decimal(260)},
        "in_words": "贰佰陆拾元整",
    }

    sheet = openpyxl.load_workbook(io.BytesIO(excel.render(find_template("xlsx/paysheet.xlsx"), context))).worksheets[0]

    table = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=6)]
    assert table[0][:9] == [1, "张庄村", "李四", "东庄", 300, "称职", "无故迟到：2 × 20 = 40（附件2）", 40, 260]
    assert table[1][:9] == [2, "张庄村", "=王五", None, None, None, None, None, None]
    assert table[2][0] == "合计"
    assert (table[2][4], table[2][7], table[2][8]) == (300, 40, 260)


def test_a_list_without_rows_prints_none() -> None:
    context = {"title": "表", "organ": "", "period_text": "", "draft": "", "rows": [], "properties": {}}

    sheet = openpyxl.load_workbook(io.BytesIO(excel.render(find_template("xlsx/results.xlsx"), context))).worksheets[0]

    assert all(cell.value is None for cell in sheet[4])


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_what_stands_below_a_list_stays_below_it_however_long(count: int) -> None:
    row = dict.fromkeys(("no", "village", "name", "group", "base_pay", "grade", "withheld", "pay", "note"), "x")
    context = {
        "title": "表",
        "organ": "",
        "period_text": "",
        "draft": "草稿",
        "rows": [{**row, "lines": []}] * count,
        "properties": {},
        "sums": {"base_pay": Decimal(1), "withheld": Decimal(2), "pay": Decimal(3)},
        "in_words": "叁元整",
    }

    sheet = openpyxl.load_workbook(io.BytesIO(excel.render(find_template("xlsx/paysheet.xlsx"), context))).worksheets[0]

    first = [row[0].value for row in sheet.iter_rows(min_row=4) if row[0].value]
    assert first[:count] == ["x"] * count
    assert first[count : count + 2] == ["合计", "本表实发合计（大写）：叁元整"]
    assert "草稿" in sheet["A2"].value


def test_a_further_sheet_is_printed_only_where_it_has_rows() -> None:
    row = dict.fromkeys(("no", "village", "name", "team", "score", "grade", "money", "note"), "x")
    due = {**dict.fromkeys(("no", "village", "name", "team", "note"), "y"), "label": "撤换", "article": "四、3"}
    context = {"title": "表", "organ": "", "period_text": "", "draft": "", "properties": {}}
    template = find_template("xlsx/results.xlsx")

    both = openpyxl.load_workbook(io.BytesIO(excel.render(template, {**context, "tables": [[row], [due, due]]})))
    alone = openpyxl.load_workbook(io.BytesIO(excel.render(template, {**context, "tables": [[row], []]})))

    assert [sheet.title for sheet in both.worksheets] == ["考核结果", "考核结果运用"]
    assert [row[3].value for row in both.worksheets[1].iter_rows(min_row=4)] == ["撤换", "撤换"]
    assert [sheet.title for sheet in alone.worksheets] == ["考核结果"]


def test_a_clerks_own_sheet_stays_in_the_book(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(find_template("xlsx/dayang-monthly.xlsx"))
    book.create_sheet("说明")["A1"] = "填写说明"
    path = tmp_path / "dayang-monthly.xlsx"
    book.save(path)

    made = openpyxl.load_workbook(io.BytesIO(rendered(path)))

    assert made["说明"]["A1"].value == "填写说明"


def test_the_four_blanks_of_the_month_stand_in_one_line_above_the_table() -> None:
    book = made("dayang-monthly", {"village": "张庄村"})

    blanks = [answer(book, field) for field in ("village", "name", "group", "grade")]

    assert {cell.row for cell in blanks} == {3}
    assert [cell.column for cell in blanks] == sorted({cell.column for cell in blanks})
    assert answer(book, "1.1").row == blanks[0].row + 2


@pytest.mark.parametrize("form_id", SCHEMES)
def test_what_is_printed_is_the_whole_form(form_id: str) -> None:
    sheet = made(form_id).worksheets[0]

    assert sheet.print_area.replace("$", "").endswith(sheet.dimensions)
    assert (sheet.page_setup.fitToWidth, sheet.sheet_properties.pageSetUpPr.fitToPage) == (1, True)
    assert sheet.protection.sheet
