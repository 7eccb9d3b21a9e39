"""Word documents: what stands in a line, what is hidden, and what stands beside the body."""

from __future__ import annotations

import io
import zipfile

import pytest
from ooxml_builder import cell, docx_bytes, package_bytes, par, row, run, table
from word_reading import codes, lines, only_cell, read

from formgen.model import IssueCode, Severity
from formgen.parsing import Limits
from parsers.grid import Paragraph
from parsers.word import decode

# --- text ------------------------------------------------------------------------------------------------------


def test_text_is_kept_verbatim():
    text = only_cell(par(" ８．５\u00a0", run("分\u200b ")) + par("") + par("甲")).text

    assert text == " ８．５\u00a0分\u200b \n\n甲"


def test_tabs_breaks_and_hyphens_in_a_run_are_seen():
    body = (
        "<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:cr/>"
        "<w:t>1</w:t><w:noBreakHyphen/><w:t>2</w:t><w:softHyphen/><w:t>3</w:t></w:r></w:p>"
    )

    assert lines(read(body)) == ["甲\t乙\n丙\n1-23"]


def test_a_tab_stop_is_not_a_tab():
    marks = '<w:tabs><w:tab w:val="left" w:pos="100"/></w:tabs>'

    assert only_cell(par("8", marks=marks)).text == "8"
    assert lines(read(par("8", marks=marks))) == ["8"]


def test_a_comment_of_the_xml_does_not_split_a_text():
    assert lines(read("<w:p><w:r><w:t>考<!-- x -->核<![CDATA[<表>]]></w:t></w:r></w:p>")) == ["考核<表>"]


def test_text_within_links_smart_tags_and_custom_xml_is_read():
    inner = (
        f'<w:hyperlink w:anchor="x">{run("一")}</w:hyperlink>'
        f'<w:smartTag w:element="x"><w:smartTagPr/>{run("二")}</w:smartTag>'
        f'<w:customXml w:element="x">{run("三")}</w:customXml><w:bdo w:val="ltr">{run("四")}</w:bdo>'
    )

    document = read(f'<w:customXml w:element="y">{par(inner)}</w:customXml>' + table(row(cell(par(inner)))))

    assert lines(document) == ["一二三四"]
    assert next(document.grids).cells[0].text == "一二三四"


def test_of_ruby_the_base_is_read():
    ruby = f"<w:ruby><w:rubyPr/><w:rt>{run('zhāng')}</w:rt><w:rubyBase>{run('张')}</w:rubyBase></w:ruby>"

    assert lines(read(par(f"<w:r>{ruby}</w:r>", "庄村"))) == ["张庄村"]


def test_a_fraction_keeps_its_stroke():
    formula = (
        "<m:oMath><m:f><m:fPr/><m:num><m:r><m:t>1</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f><m:r><m:t>分</m:t></m:r></m:oMath>"
    )

    assert only_cell(par(formula)).text == "1/2分"


@pytest.mark.parametrize(
    ("font", "code", "shown"),
    [
        ("Wingdings", "F0FE", "☑"),
        ("Wingdings", "FC", "✓"),
        ("Wingdings", "F0FB", "✗"),
        ("Wingdings", "F0A8", "☐"),
        ("Wingdings 2", "F052", "☑"),
        ("Wingdings 2", "0050", "✓"),
        ("Wingdings 2", "F0A3", "☐"),
        ("Symbol", "F0B4", "×"),
        ("宋体", "2605", "★"),
    ],
)
def test_symbols_of_symbol_fonts_become_characters(font: str, code: str, shown: str):
    document = read(par(f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'))

    assert lines(document) == [shown]
    assert document.issues == ()


def test_an_unknown_symbol_is_reported_at_its_cell():
    document = read(table(row("甲", cell(par('<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>')))))

    (issue,) = document.issues
    assert next(document.grids).cells[1].text == "\ufffd"
    assert (issue.code, issue.where.chinese) == (IssueCode.LOW_CONFIDENCE, "第1个表第1行第2列")


def test_text_set_in_a_symbol_font_is_not_taken_for_letters():
    fonts = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'

    assert only_cell(par(run("þ", fonts), run("\uf0a8", fonts), run("是", fonts), "þ")).text == "☑☐是þ"


# --- fields ----------------------------------------------------------------------------------------------------


def field(code: str, result: str | None, data: str = "") -> str:
    middle = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'{middle}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_a_field_shows_its_result_and_not_its_code():
    nested = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>'
        + field("MERGEFIELD x", "条件")
        + f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("结果")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )

    document = read(
        par(field("MERGEFIELD 姓名", "李四"))
        + par(f'<w:fldSimple w:instr="PAGE">{run("3")}</w:fldSimple>')
        + par(nested)
    )

    assert lines(document) == ["李四", "3", "结果"]


def test_legacy_form_fields_show_text_boxes_and_choices():
    checked = "<w:ffData><w:checkBox><w:sizeAuto/>{}</w:checkBox></w:ffData>"
    entries = "".join(f'<w:listEntry w:val="{word}"/>' for word in ("好", "一般", "差"))
    choices = f"<w:ffData><w:ddList>{{}}{entries}</w:ddList></w:ffData>"
    contents = [
        field("FORMTEXT", "8.5", "<w:ffData><w:textInput/></w:ffData>"),
        field("FORMCHECKBOX", None, checked.format('<w:default w:val="0"/><w:checked/>')),
        field("FORMCHECKBOX", None, checked.format('<w:default w:val="1"/>')),
        field("FORMCHECKBOX", None, checked.format('<w:default w:val="1"/><w:checked w:val="0"/>')),
        field("FORMDROPDOWN", None, choices.format('<w:result w:val="2"/>')),
        field("FORMDROPDOWN", "差", choices.format('<w:result w:val="2"/>')),
        field("FORMDROPDOWN", None, choices.format('<w:result w:val="0"/><w:default w:val="1"/>')),
    ]

    (grid,) = read(table(*(row(cell(par(content))) for content in contents))).grids

    assert [found.text for found in grid.cells] == ["8.5", "☑", "☑", "☐", "差", "差", "好"]


def test_a_number_drawn_by_a_field_code_is_reported():
    document = read(table(row(cell(par(field(r"eq \o\ac(○,8)", None))))))

    (issue,) = document.issues
    assert next(document.grids).cells[0].text == ""
    assert "○,8" in issue.message


def test_a_broken_field_does_not_swallow_the_next_cell():
    broken = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("甲")

    document = read(table(row(cell(par(broken)), "乙")) + par("丙"))

    assert [found.text for found in next(document.grids).cells] == ["", "乙"]
    assert lines(document) == ["丙"]
    assert "甲" in document.issues[0].message


# --- hidden text -----------------------------------------------------------------------------------------------


def test_hidden_text_does_not_count_and_is_reported():
    body = par(run("8"), run("密", "<w:vanish/>"), run("分", '<w:vanish w:val="0"/>'))

    document = read(table(row(cell(body))) + body)

    assert next(document.grids).cells[0].text == "8分"
    assert lines(document) == ["8分"]
    assert codes(document) == [IssueCode.HIDDEN_CONTENT] * 2
    assert "密" in document.issues[0].message


def test_what_is_crossed_out_does_not_count_and_is_reported():
    body = par(run("2", "<w:strike/>"), run("6"), run("分", '<w:strike w:val="0"/>'), run("九", "<w:dstrike/>"))

    document = read(table(row(cell(body))))

    (issue,) = document.issues
    assert next(document.grids).cells[0].text == "6分"
    assert (issue.code, issue.severity) == (IssueCode.UNEXPECTED_TEXT, Severity.WARNING)
    assert "“2九”" in issue.message


def test_a_raised_figure_is_not_a_figure_more():
    raised, lowered, level = (f'<w:vertAlign w:val="{how}"/>' for how in ("superscript", "subscript", "baseline"))

    assert only_cell(par(run("1"), run("2", raised))).text == "1^2"
    assert only_cell(par(run("1"), run("2", lowered))).text == "1_2"
    assert only_cell(par(run("1"), run("2", level))).text == "12"


def test_several_marks_of_one_run_hold_together_and_end_with_it():
    marks = '<w:strike/><w:color w:val="FFFFFF"/><w:vertAlign w:val="superscript"/>'

    document = read(table(row(cell(par(run("1", marks), "8", run("2", marks + "<w:vanish/>"), "分")))))

    assert next(document.grids).cells[0].text == "8分"
    assert [issue.code for issue in document.issues] == [IssueCode.HIDDEN_CONTENT]


def test_white_text_does_not_count_unless_it_stands_on_a_color():
    white, dark = '<w:color w:val="ffffff"/>', '<w:shd w:val="clear" w:color="auto" w:fill="1F4E79"/>'
    light = '<w:shd w:val="clear" w:color="auto" w:fill="auto"/>'

    document = read(
        table(
            row(
                cell(par(run("1", white), run("8"))),
                cell(par(run("得分", white)), dark),
                cell(par(run("9", white)), light),
                cell(par(run("备注", white), marks=dark)),
                cell(par(run("注", white + '<w:highlight w:val="black"/>'))),
                cell(par(run("黑", '<w:color w:val="000000"/>'))),
            )
        )
    )

    assert [found.text for found in next(document.grids).cells] == ["8", "得分", "", "备注", "注", "黑"]
    assert [str(issue.where) for issue in document.issues] == ["table 1, row 1, column 1", "table 1, row 1, column 3"]


def test_a_paragraph_mark_may_be_hidden_and_its_text_is_not():
    assert lines(read(par("8", marks="<w:rPr><w:vanish/></w:rPr>"))) == ["8"]


def test_text_hidden_by_its_style_does_not_count():
    styles = (
        '<w:style w:styleId="a9"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="b1"><w:basedOn w:val="a9"/></w:style><w:style w:styleId="c1"/>'
    )
    body = par(run("一", '<w:rStyle w:val="b1"/>'), run("二", '<w:rStyle w:val="c1"/>')) + par(
        run("三"), marks='<w:pStyle w:val="a9"/>'
    )

    document = read(table(row(cell(body))), styles=styles)

    assert next(document.grids).cells[0].text == "二\n"
    assert codes(document) == [IssueCode.HIDDEN_CONTENT]


# --- headers, notes, comments ----------------------------------------------------------------------------------


def test_headers_come_first_and_footers_and_notes_last():
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rIdheader1"/>'
        '<w:headerReference w:type="first" r:id="rIdheader2"/><w:headerReference w:type="even" r:id="rIdheader3"/>'
        '<w:footerReference w:type="default" r:id="rIdfooter1"/></w:sectPr>'
    )
    notes = (
        f'<w:footnote w:id="0" w:type="separator">{par("线")}</w:footnote><w:footnote w:id="1">{par("注")}</w:footnote>'
    )

    document = read(
        par("文", '<w:r><w:footnoteReference w:id="1"/></w:r>') + section,
        header1=par("眉"), header2=par("首页"), header3=par("偶数页"), footer1=table(row("脚")), footnotes=notes,
    )  # fmt: skip

    places = [(str(block.where) if isinstance(block, Paragraph) else block.part) for block in document.blocks]
    assert places == ["header, line 1", "paragraph 1", "footer, table 1", "footnote 1, line 1"]
    assert lines(document) == ["眉", "文", "注"]


def test_a_comment_is_told_with_its_cell():
    comments = f'<w:comment w:id="4" w:author="王五">{par("应为9分")}</w:comment>'
    commented = par("8", '<w:r><w:commentReference w:id="4"/></w:r>')

    document = read(table(row("得分", cell(commented))), comments=comments)

    (issue,) = document.issues
    assert (issue.code, issue.severity) == (IssueCode.UNEXPECTED_TEXT, Severity.INFO)
    assert "王五" in issue.message
    assert "应为9分" in issue.message
    assert str(issue.where) == "table 1, row 1, column 2"


# --- the file --------------------------------------------------------------------------------------------------


def test_a_strict_document_reads_as_a_transitional_one():
    data = docx_bytes(par("甲") + table(row(cell("8", '<w:gridSpan w:val="2"/>'))))
    strict = _rewritten(
        data,
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )

    assert decode(strict, Limits()).blocks == decode(data, Limits()).blocks
    assert strict != data


def test_elements_of_wps_are_passed_over():
    body = par("甲", '<wpsCustomData:x a="1"/>') + "<wpsCustomData:y><wpsCustomData:z/></wpsCustomData:y>" + par("乙")

    assert lines(read(body)) == ["甲", "乙"]


def test_utf_16_is_read_like_utf_8():
    data = docx_bytes(par("考核"))
    content = f'<?xml version="1.0" encoding="UTF-16"?>{_document(data).decode().split("?>", 1)[1]}'.encode("utf-16")

    assert lines(decode(_with_document(data, content), Limits())) == ["考核"]


def test_macros_are_said_and_nothing_else():
    document = read(par("甲"), word__vbaProject_bin=b"x")

    (issue,) = document.issues
    assert (document.kind, issue.code, issue.severity) == ("docm", IssueCode.MACRO, Severity.INFO)


def test_another_file_embedded_in_the_text_is_reported():
    document = read(par("甲") + '<w:altChunk r:id="rId9"/>')

    assert codes(document) == [IssueCode.UNEXPECTED_TEXT]
    assert document.issues[0].needs_person


def test_our_own_marks_are_handed_on_without_their_prefix():
    data = docx_bytes(
        par("甲"), properties={"formgen.form": "dayang-monthly", "formgen.village": "张庄&amp;村", "Other": "x"}
    )

    assert decode(data, Limits()).properties == {"form": "dayang-monthly", "village": "张庄&村"}


def test_an_empty_document_has_no_blocks():
    assert read("<w:p/><w:sectPr/>").blocks == ()


def _document(data: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")


def _with_document(data: bytes, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return package_bytes({name: archive.read(name) for name in archive.namelist()} | {"word/document.xml": content})


def _rewritten(data: bytes, old: bytes, new: bytes) -> bytes:
    return _with_document(data, _document(data).replace(old, new))
