"""Workbooks that are made to cost much, to reach out or to slip something in; each ends as it must, alone."""

from __future__ import annotations

import io

import openpyxl
import pytest
from dropping import Cases, Thrown, honest_workbook
from packages import book, links, strings, styles
from sheets import compound, saved

cases = Cases()
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.fixture(scope="module")
def thrown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Thrown]:
    return cases.throw(tmp_path_factory.mktemp("excel"))


@pytest.mark.parametrize("what", cases)
def test_it_ends_as_it_must_and_its_neighbour_is_read(what: str, thrown: dict[str, Thrown]) -> None:
    cases.check(what, thrown)


def rows(count: int, cell: str = "<v>1</v>", about: str = "") -> str:
    return "".join(f'<row r="{row}"><c r="A{row}"{about}>{cell}</c></row>' for row in range(1, count + 1))


# --- extent ----------------------------------------------------------------------------------------------------


@cases.add("称满.xlsx", "not-a-form")
def a_sheet_that_says_it_is_1048576_by_16384_and_is_not() -> bytes:
    return book(ONE, '<dimension ref="A1:XFD1048576"/>')


@cases.add("远.xlsx", "too-large", "1,048,576 行，上限 20,000 行")
def a_single_cell_in_the_last_row_and_column() -> bytes:
    return book('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


@cases.add("宽.xlsx", "too-large", "2,000 行 × 16,384 列")
def a_single_cell_in_the_last_column() -> bytes:
    return book(ONE + '<row r="2000"><c r="XFD2000"><v>1</v></c></row>')


@cases.add("外格.xlsx", "too-large", "9,999,999 行")
def a_cell_beyond_what_a_sheet_can_have() -> bytes:
    return book('<row r="9999999"><c r="ZZZ9999999"><v>1</v></c></row>')


@cases.add("远名.xlsx", "too-large", "上限 20,000 行")
def a_named_answer_in_the_last_row_and_column() -> bytes:
    name = '<definedName name="fg_1_1">考核表!$XFD$1048576</definedName>'
    return book(ONE, names=f"<definedNames>{name}</definedNames>")


@cases.add("远式.xlsx", "too-large", "上限 20,000 行")
def a_formula_without_a_value_in_the_last_row_and_column() -> bytes:
    return book(ONE + '<row r="1048576"><c r="XFD1048576"><f>A1</f></c></row>')


@cases.add("满.xlsx", "too-large", "上限 20,000 行")
def a_sheet_that_is_full_of_cells() -> bytes:
    line = "".join(f'<c r="{letter}%d"><v>1</v></c>' for letter in "ABCDEFGHIJ")
    return book("".join(f'<row r="{row}">{line % ((row,) * 10)}</row>' for row in range(1, 60_000)))


@cases.add("零行.xlsx", "unreadable", "第 0 行")
def a_cell_in_row_zero() -> bytes:
    return book('<row r="0"><c r="A0"><v>1</v></c></row>')


# --- merges, columns, formulas ---------------------------------------------------------------------------------


@cases.add("合并.xlsx", "not-a-form")
def a_hundred_thousand_merges_over_the_whole_sheet() -> bytes:
    merge = '<mergeCell ref="A1:XFD1048576"/>'
    last = '<row r="9"><c r="Z9"><v>1</v></c></row>'
    return book(ONE + last, after=f"<mergeCells>{merge * 100_000}</mergeCells>")


@cases.add("叠并.xlsx", "not-a-form")
def thousands_of_merges_that_overlap() -> bytes:
    merges = "".join(f'<mergeCell ref="A{row}:Z9000"/>' for row in range(1, 9000))
    return book(ONE + '<row r="9000"><c r="Z9000"><v>1</v></c></row>', after=f"<mergeCells>{merges}</mergeCells>")


@cases.add("列.xlsx", "too-large", "列的定义相互重叠")
def columns_that_are_hidden_a_hundred_thousand_times() -> bytes:
    column = '<col min="1" max="16383" hidden="1"/>'
    return book(ONE, f"<cols>{column * 100_000}</cols>")


@cases.add("共式.xlsx", "not-a-form")
def a_formula_that_is_shared_by_the_whole_sheet() -> bytes:
    first = '<row r="1"><c r="A1"><f t="shared" ref="A1:XFD1048576" si="0">B1+1</f></c></row>'
    return book(first + "".join(f'<row r="{r}"><c r="A{r}"><f t="shared" si="0"/></c></row>' for r in range(2, 5000)))


@cases.add("数组.xlsx", "not-a-form")
def an_array_formula_over_everything() -> bytes:
    return book('<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">ROW(1:1048576)</f><v>1</v></c></row>')


# --- floods ----------------------------------------------------------------------------------------------------


@cases.add("共串.xlsx", "too-large", "标记多得不像话")
def five_million_shared_strings_that_no_cell_shows() -> bytes:
    return book(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', parts={"xl/sharedStrings.xml": strings("<si>" * 5_000_000)}
    )


@cases.add("长串.xlsx", "too-large", "上限 100,000 个字")
def one_shared_string_of_nine_million_characters_in_every_cell() -> bytes:
    words = strings(f"<si><t>{'甲' * 9_000_000}</t></si>")
    return book(rows(20_000, "<v>0</v>", ' t="s"'), parts={"xl/sharedStrings.xml": words})


@cases.add("多串.xlsx", "too-large", "全文有")
def one_long_shared_string_in_thousands_of_cells() -> bytes:
    words = strings(f"<si><t>{'甲' * 90_000}</t></si>")
    return book(rows(9_000, "<v>0</v>", ' t="s"'), parts={"xl/sharedStrings.xml": words})


@cases.add("样式.xlsx", "too-large", "样式多得不像话")
def a_million_styles() -> bytes:
    return book(ONE, parts={"xl/styles.xml": styles('<xf numFmtId="9" fontId="0"/>' * 1_000_001)})


@cases.add("样式未闭.xlsx", "too-large", "样式多得不像话")
def millions_of_styles_that_never_close() -> bytes:
    return book(ONE, parts={"xl/styles.xml": styles("<xf " * 8_000_000)})


@cases.add("格式.xlsx", "low-confidence", "按保存的读取")
def number_formats_that_divide_by_a_thousand_again_and_again() -> bytes:
    codes = f'<numFmts><numFmt numFmtId="200" formatCode="{"0," * 190}"/></numFmts>'
    return book(rows(3_000, "<v>8e300</v>", ' s="0"'), parts={"xl/styles.xml": styles('<xf numFmtId="200"/>', codes)})


@cases.add("同表.xlsx", "unreadable", "是同一个部件")
def nine_thousand_sheets_that_are_one_large_part() -> bytes:
    sheets = "".join(f'<sheet name="s{number}" sheetId="{number}" r:id="rId1"/>' for number in range(9000))
    return book(rows(15_000), sheets=sheets)


@cases.add("名.xlsx", "too-large", "命名的单元格有")
def a_hundred_thousand_names_of_one_cell() -> bytes:
    names = "".join(f'<definedName name="fg_1_{number}">考核表!$A$1</definedName>' for number in range(100_000))
    return book(ONE, names=f"<definedNames>{names}</definedNames>")


@cases.add("页眉.xlsx", "not-a-form")
def a_million_headers() -> bytes:
    return book(ONE, after=f"<headerFooter>{'<oddHeader>&amp;L甲</oddHeader>' * 1_000_000}</headerFooter>")


@cases.add("批注.xlsx", "too-large", "批注超过")
def a_flood_of_comments() -> bytes:
    comment = '<comment ref="A1"><text><t>甲</t></text></comment>'
    return book(
        ONE,
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": links(("r1", "comments", "../comments1.xml")),
            "xl/comments1.xml": f"<comments><commentList>{comment * 100_000}</commentList></comments>",
        },
    )


@cases.add("框.xlsx", "too-large", "文本框和图片")
def a_flood_of_text_boxes() -> bytes:
    return book(
        ONE,
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": links(("r1", "drawing", "../drawings/drawing1.xml")),
            "xl/drawings/drawing1.xml": f"<x>{'<anchor><p><t>甲</t></p></anchor>' * 200_000}</x>",
        },
    )


@cases.add("空格.xlsx", "not-a-form")
def a_million_cells_with_a_style_and_nothing_else() -> bytes:
    return book('<row r="1">' + '<c r="A1" s="1"/>' * 1_000_000 + "</row>")


@cases.add("隐行.xlsx", "not-a-form")
def rows_that_are_hidden_to_the_end_of_the_sheet() -> bytes:
    return book(ONE + "".join(f'<row r="{row}" hidden="1"/>' for row in range(2, 200_000)))


@cases.add("大数.xlsx", "not-a-form")
def numbers_beyond_all_numbers() -> bytes:
    found = {"A1": "1e999", "B1": "-1e-999", "C1": "9" * 99_999, "D1": "NaN"}
    return book('<row r="1">' + "".join(f'<c r="{spot}"><v>{v}</v></c>' for spot, v in found.items()) + "</row>")


@cases.add("大数式.xlsx", "not-a-form")
def a_number_beyond_all_numbers_under_a_format() -> bytes:
    return book(
        '<row r="1"><c r="A1" s="0"><v>1e999</v></c></row>', parts={"xl/styles.xml": styles('<xf numFmtId="2"/>')}
    )


# --- markup ----------------------------------------------------------------------------------------------------

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@cases.add("笑.xlsx", "unreadable", "文档类型声明")
def entities_in_a_sheet() -> bytes:
    return book(parts={"xl/worksheets/sheet1.xml": f"{DOCTYPE}<worksheet><sheetData/></worksheet>"})


@cases.add("串笑.xlsx", "unreadable", "文档类型声明")
def entities_in_the_shared_strings() -> bytes:
    return book(ONE, parts={"xl/sharedStrings.xml": f"{DOCTYPE}<sst><si><t>&b;</t></si></sst>"})


@cases.add("未闭行.xlsx", "too-large", "标记多得不像话")
def cells_that_never_close() -> bytes:
    return book('<c r="A1" ' * 4_100_000)


@cases.add("未闭名.xlsx", "not-a-form")
def names_that_never_close() -> bytes:
    return book(ONE, names='<definedNames><definedName name="fg_' * 500_000)


# --- what it brings along --------------------------------------------------------------------------------------


@cases.add("动态.xlsx", "taken")
def cells_that_start_programs_by_dde_or_fetch_pages() -> bytes:
    """A right return; beside it, and in its remarks, formulas that nobody has computed."""
    made = openpyxl.load_workbook(io.BytesIO(honest_workbook("孙一")))
    sheet = made.active
    assert sheet is not None
    (remark,) = (name for key, name in sheet.defined_names.items() if key == "fg_1_1_remark")
    sheet[remark.attr_text.split("!")[1].replace("$", "")] = "=cmd|'/k calc'!A0"
    sheet["N30"], sheet["N31"] = '=WEBSERVICE("http://127.0.0.1:9/")', '=DDE("cmd";"/k calc";"A1")'
    return saved(made)


@cases.add("外联.xlsx", "unsupported", "没有去更新")
def values_from_workbooks_elsewhere() -> bytes:
    link = '<externalReferences><externalReference r:id="rId9"/></externalReferences>'
    return book(
        ONE,
        names=link,
        parts={
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": links(
                ("rId1", "externalLinkPath", "http://127.0.0.1:9/x.xlsx", "External")
            ),
        },
    )


@cases.add("宏.xlsm", "macro", "宏没有运行")
def macros_that_want_to_run_when_it_is_opened() -> bytes:
    vba = compound({"VBA": b'Sub Workbook_Open()\r\nShell "calc"\r\nEnd Sub'})
    return book(ONE, parts={"xl/vbaProject.bin": vba})


@cases.add("嵌.xlsx", "not-a-form")
def an_embedded_program_and_a_connection() -> bytes:
    return book(
        ONE,
        parts={
            "xl/embeddings/oleObject1.bin": b"MZ" + bytes(9000),
            "xl/connections.xml": '<connections><connection id="1" type="4"><webPr url="http://127.0.0.1:9/"/>'
            "</connection></connections>",
        },
    )


@cases.add("密.xlsx", "encrypted", "打开密码")
def a_workbook_with_a_password() -> bytes:
    return compound(
        {"EncryptionInfo": b"\x04\x00\x04\x00\x40\x00\x00\x00<encryption/>", "EncryptedPackage": bytes(9000)}
    )


def test_formulas_of_a_sender_are_neither_run_nor_kept_as_formulas(thrown: dict[str, Thrown]) -> None:
    found = thrown[cells_that_start_programs_by_dde_or_fetch_pages.__name__]

    (record,) = found.records
    texts = [reading.text for reading in record.record.readings.values()]
    assert record.subject.name == "孙一"
    assert not any("cmd" in text or "WEBSERVICE" in text for text in texts)


def test_the_made_files_are_what_excel_opens() -> None:
    """The builder makes real workbooks: a file that nobody could open would show nothing."""
    sheet = openpyxl.load_workbook(io.BytesIO(book(ONE))).active

    assert sheet is not None
    assert sheet["A1"].value == 1
