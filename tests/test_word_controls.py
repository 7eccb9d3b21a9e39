"""Word documents: content controls, text boxes and embedded things."""

from __future__ import annotations

import pytest
from ooxml_builder import cell, control, par, row, run, table
from word_reading import codes, lines, only_cell, read

from formgen.errors import UnreadableInputError
from formgen.model import IssueCode
from parsers.grid import Paragraph

CHECK_BOX = '<w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox>'
PLACEHOLDER = "<w:showingPlcHdr/>"


# --- content controls ------------------------------------------------------------------------------------------


def test_a_control_in_a_line_gives_its_tag_and_words():
    document = read(par("行政村：", control(run("张庄村"), "village"), "  姓名：", control(run("李四"), "name")))

    (paragraph,) = document.paragraphs
    assert paragraph.text == "行政村：张庄村  姓名：李四"
    assert paragraph.tags == (("village", "张庄村"), ("name", "李四"))


def test_a_cell_names_each_of_its_controls():
    found = only_cell(par(control(run("8"), "2.1"), "分；") + control(par(run("迟到")) + par("一次"), "2.1.remark"))

    assert found.text == "8分；\n迟到\n一次"
    assert found.tags == ("2.1", "2.1.remark")
    assert found.controls == (("2.1", "8"), ("2.1.remark", "迟到\n一次"))


def test_placeholder_text_is_blank():
    found = only_cell(par(control(run("单击此处填写"), "2.1", PLACEHOLDER)))

    assert (found.text, found.faint, found.tags, found.controls) == ("", True, ("2.1",), (("2.1", ""),))


def test_a_filled_control_is_not_faint():
    found = only_cell(par(control(run("0"), "2.1", '<w:showingPlcHdr w:val="0"/>')))

    assert (found.text, found.faint) == ("0", False)


def test_placeholder_that_looks_like_a_mark_is_reported():
    document = read(table(row(cell(par(control(run("８分"), "2.1", PLACEHOLDER))))))

    assert codes(document) == [IssueCode.HIDDEN_CONTENT]
    assert next(document.grids).cells[0].text == ""


def test_check_box_controls_show_their_state():
    found = only_cell(
        par(control(run("☒"), "yes", CHECK_BOX.format(1)), "是", control(run("☐"), "no", CHECK_BOX.format(0)), "否")
    )

    assert found.text == "☑是☐否"
    assert found.controls == (("yes", "☑"), ("no", "☐"))


def test_controls_around_cells_rows_tables_and_paragraphs_are_transparent():
    rows = row("甲", control(cell("乙"), "2.1")) + control(row("丙", "丁"), "rows")
    body = control(table(rows), "whole") + control(par("一"), "note") + control(par("二") + par("三"), "long")

    document = read(body)

    (grid,) = document.grids
    assert [(found.row, found.column, found.text, found.tags) for found in grid.cells] == [
        (0, 0, "甲", ()), (0, 1, "乙", ("2.1",)), (1, 0, "丙", ()), (1, 1, "丁", ()),
    ]  # fmt: skip
    assert grid.cells[1].controls == (("2.1", "乙"),)
    assert [(paragraph.text, paragraph.tags) for paragraph in document.paragraphs] == [
        ("一", (("note", "一"),)), ("二", (("long", "二"),)), ("三", (("long", "三"),)),
    ]  # fmt: skip


def test_an_empty_control_around_a_cell_is_faint():
    (grid,) = read(table(row("得分", control(cell("填写得分"), "2.1", PLACEHOLDER)))).grids

    found = grid.cells[1]
    assert (found.text, found.faint, found.controls) == ("", True, (("2.1", ""),))


def test_a_control_within_a_control_gives_both_tags():
    found = only_cell(par(control(run("张") + control(run("庄"), "inner"), "outer")))

    assert found.text == "张庄"
    assert sorted(found.controls) == [("inner", "庄"), ("outer", "张庄")]


# --- drawings --------------------------------------------------------------------------------------------------


def text_box(text: str, drawn: bool = True) -> str:
    content = f"<w:txbxContent>{par(text)}</w:txbxContent>"
    if drawn:
        shape = f"<wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp>"
        return f"<w:drawing><a:graphic><a:graphicData>{shape}</a:graphicData></a:graphic></w:drawing>"
    return f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"


def alternatives(choice: str, fallback: str, requires: str = "wps") -> str:
    return (
        f'<mc:AlternateContent><mc:Choice Requires="{requires}">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


def test_a_text_box_is_read_once_after_its_block():
    box = f"<w:r>{alternatives(text_box('盒中'), text_box('盒中', drawn=False))}</w:r>"

    document = read(par("前", box) + table(row(cell(par("8", box)))) + par("后"))

    assert [block.text if isinstance(block, Paragraph) else "表" for block in document.blocks] == [
        "前", "盒中", "表", "盒中", "后",
    ]  # fmt: skip
    assert [str(paragraph.where) for paragraph in document.paragraphs] == [
        "paragraph 1", "text box 1, line 1", "text box 2, line 1", "paragraph 2",
    ]  # fmt: skip
    assert next(document.grids).cells[0].text == "8"


def test_of_alternatives_that_we_do_not_understand_the_fallback_is_read():
    body = par(f"<w:r>{alternatives(text_box('新'), text_box('旧', drawn=False), requires='wpsCustomData')}</w:r>")

    assert lines(read(body)) == ["旧"]


def test_alternatives_in_a_line_and_between_blocks_are_read_once():
    body = alternatives(par("段"), par("段")) + table(row(cell(par(alternatives(run("8"), run("9"))))))

    document = read(body)

    assert lines(document) == ["段"]
    assert next(document.grids).cells[0].text == "8"


def test_a_table_in_a_text_box_has_a_place_of_its_own():
    box = text_box("x").replace(par("x"), table(row("内")) + par("尾"))

    document = read(par(f"<w:r>{box}</w:r>") + table(row("外")))

    assert [grid.part for grid in document.grids] == ["text box 1, table 1", "table 1"]


def test_an_embedded_object_is_reported():
    body = table(row(cell(par('<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'))))

    document = read(body + par("甲"))

    (issue,) = document.issues
    assert issue.code is IssueCode.UNSUPPORTED
    assert "Excel.Sheet.12" in issue.message


def test_a_document_of_pictures_only_is_set_aside():
    with pytest.raises(UnreadableInputError) as caught:
        read(par("<w:r><w:drawing><wp:inline/></w:drawing></w:r>"))

    assert caught.value.code == "unsupported"
