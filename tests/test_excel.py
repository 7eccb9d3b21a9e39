"""Workbooks to grids: what is shown is read, what is not there is not read as nothing."""

from __future__ import annotations

import io
import re
import struct
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import LIMITS, cell_at, decoded, grid_of, patched, saved, xlsx

from formgen.errors import EncryptedInputError, UnreadableInputError
from formgen.model import IssueCode, Severity
from formgen.parsing import Limits
from parsers import excel
from parsers.grid import Cell, Grid, Paragraph
from parsers.sheet_notes import column_letters, column_number, percentage, tag_of
from parsers.sheet_values import plain_number

SHEET = "xl/worksheets/sheet1.xml"


def codes(document):
    return [issue.code for issue in document.issues]


# --- values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8, "8"),
        (8.0, "8"),
        (8.5, "8.5"),
        (0.1 + 0.2, "0.3"),
        (-2.5, "-2.5"),
        (0, "0"),
        (1e-7, "0.0000001"),
        (1e20, "1" + "0" * 20),
    ],
)
def test_a_number_is_read_in_plain_decimal_form(value, text):
    cell = cell_at(grid_of(xlsx({"A1": value})), "A1")

    assert (cell.text, cell.number) == (text, True)


@given(st.decimals(min_value=-1000, max_value=1000, places=2))
@settings(max_examples=200, deadline=None)
def test_a_score_with_two_places_comes_back_as_it_was(value):
    assert Decimal(plain_number(float(value))) == value


def test_digits_typed_as_text_are_text():
    cell = cell_at(grid_of(xlsx({"A1": "8.5"})), "A1")

    assert (cell.text, cell.number) == ("8.5", False)


def test_spaces_and_line_breaks_are_kept():
    grid = grid_of(xlsx({"A1": "  张 三\n李四　 "}))

    assert cell_at(grid, "A1").text == "  张 三\n李四　 "


def test_a_date_is_no_number():
    def format_as_date(book):
        book.active["A1"].number_format = 'm"月"d"日"'
        book.active["A2"].number_format = "yyyy-mm-dd hh:mm:ss"

    grid = grid_of(xlsx({"A1": date(2023, 8, 5), "A2": datetime(2023, 8, 5, 12, 30)}, format_as_date))

    assert [(cell.text, cell.number) for cell in grid.cells] == [("2023-08-05", False), ("2023-08-05 12:30:00", False)]


def test_a_score_that_excel_took_for_a_date_does_not_come_back_as_a_score():
    def format_as_date(book):
        book.active["A1"].number_format = 'm"月"d"日"'

    cell = cell_at(grid_of(xlsx({"A1": 8.5}, format_as_date)), "A1")

    assert cell.text == "1900-01-08 12:00:00"
    assert not cell.number


@pytest.mark.parametrize("code", ['yyyy"年"m"月"', "yyyy-mm", "[$-804]yyyy/mm"])
def test_a_month_is_read_without_the_day_that_it_does_not_show(code):
    def format_as_month(book):
        book.active["A1"].number_format = code

    grid = grid_of(xlsx({"A1": date(2023, 3, 1), "A2": "x"}, format_as_month))

    assert cell_at(grid, "A1").text == "2023-03"


def test_times_and_durations_are_text():
    def format_them(book):
        book.active["A1"].number_format = "h:mm"
        book.active["A2"].number_format = "[h]:mm"

    grid = grid_of(xlsx({"A1": time(12, 30), "A2": timedelta(hours=36)}, format_them))

    assert [cell.text for cell in grid.cells] == ["12:30:00", "36:00:00"]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [(0.885, "0.0%", "88.5%"), (0.9, "0%", "90%"), (0.8853, "0%", "88.53%"), (1, "0.00%", "100.00%")],
)
def test_a_percentage_is_read_as_it_is_shown(value, code, text):
    def format_as_percentage(book):
        book.active["A1"].number_format = code

    cell = cell_at(grid_of(xlsx({"A1": value}, format_as_percentage)), "A1")

    assert (cell.text, cell.number) == (text, False)


def test_a_unit_in_the_format_does_not_change_the_number():
    def format_with_unit(book):
        book.active["A1"].number_format = '0.0"分"'

    cell = cell_at(grid_of(xlsx({"A1": 8.5}, format_with_unit)), "A1")

    assert (cell.text, cell.number) == ("8.5", True)


def test_truth_values_are_words():
    assert [cell.text for cell in grid_of(xlsx({"A1": True, "B1": False})).cells] == ["TRUE", "FALSE"]


# --- formulas --------------------------------------------------------------------------------------------------


def test_a_formula_without_a_saved_value_is_not_blank():
    cell = cell_at(grid_of(xlsx({"A1": "合计", "B1": "=SUM(C1:C9)"})), "B1")

    assert (cell.text, cell.formula_without_value) == ("", True)


def test_a_formula_with_a_saved_value_is_its_value():
    data = patched(
        xlsx({"A1": "=1+1"}), SHEET, lambda xml: xml.replace(b"<v></v>", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>")
    )

    cell = cell_at(grid_of(data), "A1")

    assert (cell.text, cell.number, cell.formula_without_value) == ("2", True, False)


def xlsxwriter_formula(value):
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("表")
        sheet.write(0, 0, 5)
        sheet.write_formula(0, 1, "=A1+1", None, value)
    return cell_at(grid_of(file.getvalue()), "B1")


def test_the_zero_that_xlsxwriter_saves_beside_a_formula_is_no_result():
    cell = xlsxwriter_formula(0)

    assert (cell.text, cell.formula_without_value) == ("", True)


def test_a_result_that_xlsxwriter_was_given_is_one():
    cell = xlsxwriter_formula(6)

    assert (cell.text, cell.formula_without_value) == ("6", False)


def test_a_formula_whose_result_is_an_empty_text_has_a_result():
    data = patched(
        xlsx({"A1": "x", "B1": '=""'}),
        SHEET,
        lambda xml: re.sub(rb'<c r="B1"[^>]*><f>(.*?)</f>.*?</c>', rb'<c r="B1" t="str"><f>\1</f><v></v></c>', xml),
    )

    grid = grid_of(data)

    assert not any(cell.formula_without_value for cell in grid.cells)


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#NAME?"])
def test_an_error_is_read_as_it_is_shown(error):
    cell = cell_at(grid_of(xlsx({"A1": error})), "A1")

    assert (cell.text, cell.number) == (error, False)


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'"', b"'"),
        lambda xml: xml.replace(b'="', b' = "'),
        lambda xml: re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x="),
    ],
    ids=["single quotes", "spaces", "prefix"],
)
def test_markup_may_be_written_in_other_ways(change):
    def format_as_percentage(book):
        book.active["C1"].number_format = "0%"

    data = xlsx({"A1": 8.5, "B1": "=1+1", "C1": 0.5, "D1": "#REF!"}, format_as_percentage)

    cells = grid_of(patched(data, SHEET, change)).cells

    assert [(cell.text, cell.formula_without_value) for cell in cells] == [
        ("8.5", False),
        ("", True),
        ("50%", False),
        ("#REF!", False),
    ]


# --- the grid --------------------------------------------------------------------------------------------------


def test_places_are_those_of_the_sheet_and_coordinates_those_of_the_used_range():
    grid = grid_of(xlsx({"C5": "序号", "D6": 8}))

    cell = cell_at(grid, "D6")

    assert (grid.part, grid.rows, grid.columns) == ("sheet 考核表", 2, 2)
    assert (cell.row, cell.column, str(cell.where)) == (1, 1, "sheet 考核表, D6")


def test_a_merged_cell_stands_once_with_its_spans():
    grid = grid_of(
        xlsx({"A1": "标题", "A2": "一", "B2": "二", "A3": "三"}, lambda book: book.active.merge_cells("A1:B1"))
    )

    assert [(cell.where.spot, cell.rowspan, cell.colspan) for cell in grid.cells if cell.row == 0] == [("A1", 1, 2)]
    assert grid.matrix()[0][1] is grid.matrix()[0][0]


def test_words_under_a_merged_cell_are_reported():
    def merge(book):
        book.active.merged_cells.add("A1:A2")

    document = decoded(xlsx({"A1": "业务能力", "A2": "盖住的字", "B1": "x"}, merge))

    (issue,) = document.issues
    assert (issue.code, issue.where.spot) == (IssueCode.HIDDEN_CONTENT, "A2")


def test_a_blank_answer_cell_beside_the_table_has_a_place():
    def border(book):
        from openpyxl.styles import Border, Side

        book.active["B1"].border = Border(left=Side("thin"))

    cell = cell_at(grid_of(xlsx({"A1": "姓名"}, border)), "B1")

    assert cell.text == ""


def test_every_slot_of_a_cell_is_set():
    (cell,) = grid_of(xlsx({"A1": "x"})).cells

    assert cell == Cell(0, 0, "x", cell.where)
    assert type(cell) is Cell
    assert isinstance(hash(cell), int)


def test_sheets_follow_each_other_and_empty_ones_leave_no_grid():
    def more(book):
        book.create_sheet("空")
        book.create_sheet("李四")["A1"] = "序号"

    document = decoded(xlsx({"A1": "序号"}, more, sheet="张三"))

    assert [grid.part for grid in document.grids] == ["sheet 张三", "sheet 李四"]
    assert document.pages == (0, 1, 1)


# --- what is beside or under the cells -------------------------------------------------------------------------


def test_a_hidden_sheet_is_reported_and_not_read():
    def hide(book):
        page = book.create_sheet("底稿")
        page["A1"] = "旧分数"
        page.sheet_state = "hidden"

    document = decoded(xlsx({"A1": "序号"}, hide))

    assert [grid.part for grid in document.grids] == ["sheet 考核表"]
    assert [(issue.code, issue.severity) for issue in document.issues] == [(IssueCode.HIDDEN_CONTENT, Severity.WARNING)]


@pytest.mark.parametrize(("name", "words"), [("_formgen_lists", "好"), ("空表", None)])
def test_our_own_lists_and_empty_sheets_may_hide(name, words):
    def hide(book):
        page = book.create_sheet(name)
        page["A1"] = words
        page.sheet_state = "veryHidden"

    assert decoded(xlsx({"A1": "序号"}, hide)).issues == ()


def test_hidden_rows_and_columns_are_read_and_reported():
    def hide(book):
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["B"].hidden = True

    document = decoded(xlsx({"A1": "序号", "A2": "1", "B1": "自评", "C3": "x"}, hide))

    assert {issue.where.spot for issue in document.issues} == {"row 2", "B"}
    assert set(codes(document)) == {IssueCode.HIDDEN_CONTENT}
    assert cell_at(next(document.grids), "A2").text == "1"


def test_hidden_rows_without_words_are_nobodys_business():
    def hide(book):
        book.active.row_dimensions[2].hidden = True

    assert decoded(xlsx({"A1": "序号", "A3": "x"}, hide)).issues == ()


def test_a_comment_is_reported_with_its_place():
    def comment(book):
        from openpyxl.comments import Comment

        book.active["B2"].comment = Comment("应为9分", "王")

    document = decoded(xlsx({"A1": "序号", "B2": 8}, comment))

    (issue,) = document.issues
    assert (issue.severity, issue.where.spot) == (Severity.INFO, "B2")
    assert "应为9分" in issue.message


def test_a_text_box_is_a_paragraph():
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("表")
        sheet.write(0, 0, "序号")
        sheet.insert_textbox(4, 2, "情况属实。\n张三")

    (paragraph,) = decoded(file.getvalue()).paragraphs

    assert paragraph.text == "情况属实。\n张三"
    assert str(paragraph.where) == "sheet 表, C5"


def test_the_header_of_the_page_is_a_paragraph_and_page_numbers_are_not():
    def header(book):
        book.active.oddHeader.left.text = "大杨镇"
        book.active.oddHeader.left.size = 12
        book.active.oddFooter.center.text = "第 &P 页 共 &N 页"

    document = decoded(xlsx({"A1": "序号"}, header))

    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == ["大杨镇"]
    assert isinstance(document.blocks[-1], Grid)


def test_links_to_other_workbooks_are_said():
    link = b'<externalReferences><externalReference xmlns:r="http://x" r:id="rId9"/></externalReferences></workbook>'
    data = patched(xlsx({"A1": 1}), "xl/workbook.xml", lambda xml: xml.replace(b"</workbook>", link))

    (issue,) = decoded(data).issues

    assert issue.severity is Severity.INFO


def test_macros_are_said():
    with_macros = patched(xlsx({"A1": 1}), "x", lambda xml: xml)
    import zipfile

    file = io.BytesIO(with_macros)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")

    (issue,) = decoded(file.getvalue(), "xlsm").issues

    assert (issue.code, issue.severity) == (IssueCode.MACRO, Severity.INFO)


def test_only_pictures_is_unsupported():
    import zipfile

    file = io.BytesIO(xlsx({}))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/media/image1.png", b"x")

    with pytest.raises(UnreadableInputError) as raised:
        decoded(file.getvalue())

    assert raised.value.code == "unsupported"


# --- our own marks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("fg_2_1", "2.1"),
        ("fg_2_10", "2.10"),
        ("fg_2_1_remark", "2.1.remark"),
        ("fg_village", "village"),
        ("fg_political_status", "political_status"),
        ("打印区域", None),
    ],
)
def test_a_defined_name_is_a_field_id(name, tag):
    assert tag_of(name) == tag


def named(book, sheet, name, reference, scoped=True):
    from openpyxl.workbook.defined_name import DefinedName

    quoted = sheet.replace("'", "''")
    holder = book[sheet] if scoped else book
    holder.defined_names[name] = DefinedName(name, attr_text=f"'{quoted}'!{reference}")


@pytest.mark.parametrize("scoped", [True, False])
def test_named_cells_carry_their_tags(scoped):
    data = xlsx({"A1": "得分"}, lambda book: named(book, "考核表", "fg_1_2", "$A$2", scoped))

    cell = cell_at(grid_of(data), "A2")

    assert (cell.text, cell.tags) == ("", ("1.2",))


def test_the_same_name_may_stand_in_several_sheets():
    def name_them(book):
        book.create_sheet("村 '甲' & 乙")["A1"] = 2
        for sheet in book.sheetnames:
            named(book, sheet, "fg_1_1", "$A$1")

    grids = list(decoded(xlsx({"A1": 1}, name_them)).grids)

    assert [cell_at(grid, "A1").tags for grid in grids] == [("1.1",), ("1.1",)]


def test_properties_of_the_document_are_read():
    from openpyxl.packaging.custom import StringProperty

    data = xlsx(
        {"A1": 1},
        lambda book: book.custom_doc_props.append(StringProperty(name="formgen.form", value="dayang-monthly")),
    )

    assert decoded(data).properties == {"form": "dayang-monthly"}


# --- hostile and broken ----------------------------------------------------------------------------------------


def test_a_declared_size_costs_nothing():
    data = patched(
        xlsx({"A1": "序号"}),
        SHEET,
        lambda xml: re.sub(rb'dimension ref="[^"]*"', b'dimension ref="A1:XFD1048576"', xml),
    )

    grid = grid_of(data)

    assert (grid.rows, cell_at(grid, "A1").text) == (1, "序号")
    assert grid.columns < 20


@pytest.mark.parametrize("cell", ["A1048576", "A20001"])
def test_a_cell_far_below_is_too_large(cell):
    with pytest.raises(UnreadableInputError) as raised:
        decoded(xlsx({"A1": "序号", cell: "误填"}))

    assert raised.value.code == "too-large"


@pytest.mark.parametrize("reference", [b'r="XFD1048576" ', b""])
def test_a_far_corner_is_refused_before_memory_is_taken_for_it(reference):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'.replace(
        b'r="XFD1048576"', reference.strip()
    )
    data = patched(xlsx({"A1": 1}), SHEET, lambda xml: xml.replace(b"</sheetData>", far))

    with pytest.raises(UnreadableInputError) as raised:
        decoded(data)

    assert raised.value.code == "too-large"


def test_blank_cells_with_borders_far_below_do_not_count():
    far = b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>'
    data = patched(xlsx({"A1": 1}), SHEET, lambda xml: xml.replace(b"</sheetData>", far))

    assert grid_of(data).rows == 1


def test_the_limit_of_rows_is_that_of_the_argument():
    data = xlsx({f"A{row}": row for row in range(1, 12)})

    with pytest.raises(UnreadableInputError) as raised:
        excel.decode(data, Limits(rows=10), "xlsx")

    assert raised.value.code == "too-large"


def test_entities_are_not_expanded():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'
    data = patched(xlsx({"A1": 1}), SHEET, lambda xml: xml.replace(b"<worksheet", bomb, 1))

    with pytest.raises(UnreadableInputError):
        decoded(data)


def test_a_zip_bomb_is_too_large():
    data = patched(
        xlsx({"A1": 1}), SHEET, lambda xml: xml.replace(b"</worksheet>", b" " * 20_000_000 + b"</worksheet>")
    )
    assert len(data) < 100_000

    with pytest.raises(UnreadableInputError) as raised:
        excel.decode(data, Limits(unpacked_bytes=10_000_000), "xlsx")

    assert raised.value.code == "too-large"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_unreadable(share):
    data = xlsx({"A1": "序号"})

    with pytest.raises(UnreadableInputError) as raised:
        decoded(data[: int(len(data) * share)])

    assert raised.value.code == "unreadable"


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_broken_markup_is_unreadable(part):
    data = patched(xlsx({"A1": "序号", "B1": "=1"}), part, lambda xml: xml[: len(xml) // 2])

    with pytest.raises(UnreadableInputError):
        decoded(data)


def test_thousands_of_overlapping_merges_end():
    merges = b"".join(b'<mergeCell ref="A%d:Z2000"/>' % row for row in range(1, 2000))
    data = patched(
        xlsx({"A1": 1, "Z2000": 2}),
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>"),
    )

    assert grid_of(data).rows == 2000


@given(st.binary(min_size=1, max_size=60), st.integers(0, 5000))
@settings(max_examples=60, deadline=None)
def test_damage_anywhere_never_escapes_as_another_error(noise, at):
    data = bytearray(xlsx({"A1": "序号", "B2": 8, "C3": "=1"}))
    at %= len(data)
    data[at : at + len(noise)] = noise

    try:
        excel.decode(bytes(data), LIMITS, "xlsx")
    except UnreadableInputError as fault:
        assert str(fault)


# --- the other formats -----------------------------------------------------------------------------------------


def xls(change):
    import xlwt

    book = xlwt.Workbook()
    change(book.add_sheet("考核"), xlwt)
    return saved(book)


def test_xls_errors_percentages_and_formulas_without_value_are_seen():
    def fill(sheet, xlwt):
        sheet.write(0, 0, 8.5)
        sheet.write(0, 1, xlwt.Formula("1+1"))
        sheet.write(0, 2, 0.885, xlwt.easyxf(num_format_str="0.0%"))
        sheet.row(0).set_cell_error(3, "#REF!")
        sheet.write_merge(1, 1, 0, 3, "合并")

    grid = grid_of(xls(fill), "xls")

    assert [cell.text for cell in grid.cells] == ["8.5", "", "88.5%", "#REF!", "合并"]
    assert cell_at(grid, "B1").formula_without_value
    assert cell_at(grid, "A2").colspan == 4


def test_xls_hidden_rows_are_reported():
    def fill(sheet, _):
        sheet.write(0, 0, "序号")
        sheet.write(1, 0, "藏起来的")
        sheet.row(1).hidden = True

    document = decoded(xls(fill), "xls")

    assert [(issue.code, issue.where.spot) for issue in document.issues] == [(IssueCode.HIDDEN_CONTENT, "row 2")]


def test_xls_too_many_rows_are_too_large():
    def fill(sheet, _):
        sheet.write(0, 0, "序号")
        sheet.write(30_000, 0, "误填")

    with pytest.raises(UnreadableInputError) as raised:
        decoded(xls(fill), "xls")

    assert raised.value.code == "too-large"


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="考核">{}</table:table>'
    '<table:named-expressions><table:named-range table:name="fg_2_1" table:cell-range-address="$考核.$A$1"/>'
    "</table:named-expressions></office:spreadsheet></office:body></office:document-content>"
)


def ods(rows):
    from sheets import zipped

    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": ODS.format(rows),
            "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        }
    )


def test_ods_merges_errors_names_and_percentages_are_seen():
    data = ods(
        '<table:table-row><table:table-cell office:value-type="float" office:value="8.5"><text:p>8.5</text:p>'
        '</table:table-cell><table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
        '<table:table-cell office:value-type="percentage" office:value="0.885"><text:p>88.5%</text:p>'
        '</table:table-cell></table:table-row><table:table-row><table:table-cell table:number-columns-spanned="3" '
        'table:number-rows-spanned="1" office:value-type="string"><text:p>合并</text:p></table:table-cell>'
        '<table:covered-table-cell table:number-columns-repeated="2"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )

    grid = grid_of(data, "ods")

    assert [cell.text for cell in grid.cells] == ["8.5", "#DIV/0!", "88.5%", "合并"]
    assert cell_at(grid, "A1").tags == ("2.1",)
    assert cell_at(grid, "A2").colspan == 3


def test_ods_rows_repeated_without_end_are_too_large():
    data = ods(
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" '
        'office:value="1" table:number-columns-repeated="16384"><text:p>1</text:p></table:table-cell></table:table-row>'
    )

    with pytest.raises(UnreadableInputError) as raised:
        decoded(data, "ods")

    assert raised.value.code == "too-large"


def test_xlsb_records_tell_of_merges_errors_and_hidden_rows():
    from parsers.sheet_biff12 import _read_sheet
    from parsers.sheet_notes import Formats

    def record(kind, content):
        head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return head + bytes([len(content)]) + content

    row = record(0, struct.pack("<IIHBB", 6, 0, 300, 0, 0x10) + bytes(5))
    error = record(3, struct.pack("<IIB", 4, 0, 0x17))
    percentage_cell = record(5, struct.pack("<IId", 5, 1, 0.5))
    merge = record(176, struct.pack("<4I", 0, 0, 0, 5))

    notes = _read_sheet("表", row + error + percentage_cell + merge, Formats({"1": 0}), LIMITS)

    assert notes.texts == {(6, 4): "#REF!"}
    assert notes.percents == {(6, 5): 0}
    assert notes.hidden_rows == {6}
    assert notes.merges == [((0, 0), (0, 5))]


def test_a_workbook_with_a_password_is_encrypted():
    from sheets import compound

    with pytest.raises(EncryptedInputError):
        decoded(compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}))


# --- small things ----------------------------------------------------------------------------------------------


@given(st.integers(0, 16383))
def test_letters_and_numbers_of_columns_are_each_others_inverse(number):
    assert column_number(column_letters(number)) == number


def test_a_percentage_of_what_is_no_number_stays_as_it_is():
    assert percentage("x", 1) == "x"
