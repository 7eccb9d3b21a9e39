"""Word files that are made to cost much, to reach out or to slip something in; each ends as it must, alone."""

from __future__ import annotations

import pytest
from dropping import Cases, Thrown, honest
from ooxml_builder import cell, docx_bytes, element, par, row, run, table
from packages import links, parts_of, word, zipped
from sheets import compound

cases = Cases()
TOO_DEEP = "层层嵌套"
DOCTYPE = "文档类型声明"


@pytest.fixture(scope="module")
def thrown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Thrown]:
    return cases.throw(tmp_path_factory.mktemp("word"))


@pytest.mark.parametrize("what", cases)
def test_it_ends_as_it_must_and_its_neighbour_is_read(what: str, thrown: dict[str, Thrown]) -> None:
    cases.check(what, thrown)


def form(name: str, old: str = "", new: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    """An honest return with something put into its text, and other parts."""
    held = parts_of(honest(name))
    main = held["word/document.xml"].decode()
    assert old in main
    return zipped({**held, "word/document.xml": main.replace(old, new, 1) if old else main, **(more or {})})


def field(code: str, result: str) -> str:
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"<w:p>{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{middle}{run(result)}{end}</w:p>"


# --- markup ----------------------------------------------------------------------------------------------------


def laughs(count: int = 9) -> str:
    """Entities that are ten of the one before, and so on."""
    more = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(count))
    return f'<!DOCTYPE x [<!ENTITY a "哈哈">{more}]>'


@cases.add("笑.docx", "unreadable", DOCTYPE)
def entities_that_grow_to_billions() -> bytes:
    return word(par("&j;"), laughs())


@cases.add("外.docx", "unreadable", DOCTYPE)
def an_entity_that_is_a_file_of_the_machine() -> bytes:
    return word(par("&a;"), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')


@cases.add("参.docx", "unreadable", DOCTYPE)
def a_parameter_entity_from_the_network() -> bytes:
    return word(par("甲"), '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd">%a;]>')


@cases.add("样.docx", "unreadable", DOCTYPE)
def entities_in_a_header_beside_the_text() -> bytes:
    header = element("hdr", par("&j;")).replace("?>", "?>" + laughs(), 1)
    section = '<w:sectPr><w:headerReference r:id="r1" w:type="default"/></w:sectPr>'
    rels = links(("r1", "header", "header1.xml"))
    return word(par("甲") + section, parts={"word/header1.xml": header, "word/_rels/document.xml.rels": rels})


@cases.add("深.docx", "too-large", TOO_DEEP)
def markup_a_hundred_thousand_levels_deep() -> bytes:
    return word("<w:x>" * 100_000 + "</w:x>" * 100_000)


@cases.add("长.docx", "too-large", "长得不像话")
def one_text_of_fifteen_million_characters() -> bytes:
    return word(par("甲" * 15_000_000))


@cases.add("长段.docx", "too-large", "上限 100,000 个字")
def one_paragraph_of_many_texts_that_are_long_together() -> bytes:
    return word(par(*[run("甲" * 1000)] * 150))


@cases.add("段.docx", "too-large", "标记多得不像话")
def five_million_empty_paragraphs() -> bytes:
    return word("<w:p/>" * 5_000_000)


@cases.add("块.docx", "too-large", "段落和表格超过上限")
def more_paragraphs_than_anybody_writes() -> bytes:
    return word(par("甲") * 50_001)


@cases.add("属性.docx", "not-a-form")
def a_paragraph_with_a_hundred_thousand_attributes() -> bytes:
    return word("<w:p " + " ".join(f'a{number}="1"' for number in range(100_000)) + "/>")


@cases.add("未闭.docx", "unreadable", "XML 有误")
def two_million_properties_that_never_close() -> bytes:
    return word(par("甲"), parts={"docProps/custom.xml": "<Properties>" + "<property " * 2_000_000 + "formgen."})


@cases.add("链.docx", "too-large", "链接多得不像话")
def a_million_links_of_the_package() -> bytes:
    return word(par("甲"), parts={"_rels/.rels": links().replace("</", "<Relationship/>" * 1_000_000 + "</", 1)})


@cases.add("眉.docx", "not-a-form")
def nine_thousand_sections_that_share_one_large_header() -> bytes:
    rels = links(*((f"r{number}", "header", "header1.xml") for number in range(9_000)))
    body = "".join(
        f'<w:p><w:pPr><w:sectPr><w:headerReference w:type="default" r:id="r{number}"/></w:sectPr></w:pPr></w:p>'
        for number in range(9_000)
    )
    header = element("hdr", par("x" * 1000) * 3000)
    return word(body, parts={"word/_rels/document.xml.rels": rels, "word/header1.xml": header})


@cases.add("注.docx", "not-a-form")
def nine_thousand_links_to_the_same_footnotes() -> bytes:
    rels = links(*((f"r{number}", "footnotes", "footnotes.xml") for number in range(9_000)))
    notes = element("footnotes", f'<w:footnote w:id="1">{par("x" * 1000) * 3000}</w:footnote>')
    body = par("甲", '<w:r><w:footnoteReference w:id="1"/></w:r>')
    return word(body, parts={"word/_rels/document.xml.rels": rels, "word/footnotes.xml": notes})


@cases.add("样式.docx", "not-a-form")
def styles_that_are_based_on_each_other_in_a_ring() -> bytes:
    ring = "".join(
        f'<w:style w:styleId="zz{number}"><w:basedOn w:val="zz{(number + 1) % 9}"/><w:rPr/></w:style>'
        for number in range(9)
    )
    return docx_bytes(par("甲", marks='<w:pStyle w:val="zz1"/>'), styles=ring + "<!--vanish-->")


# --- tables ----------------------------------------------------------------------------------------------------


@cases.add("行.docx", "too-large", "上限 20,000 行")
def a_table_of_200_000_rows() -> bytes:
    return word("<w:tbl>" + row("") * 200_000 + "</w:tbl>")


def nested(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth


@cases.add("套五百.docx", "too-large", TOO_DEEP)
def tables_nested_500_deep() -> bytes:
    return word(nested(500))


@cases.add("套六十.docx", "too-large", "表格嵌套超过 20 层")
def tables_nested_60_deep() -> bytes:
    return word(nested(60))


@cases.add("跨.docx", "taken")
def a_cell_that_spans_a_billion_columns() -> bytes:
    """The form's own table is read; the one behind it is cut to what Word allows."""
    wide = table(row(cell("甲", '<w:gridSpan w:val="1000000000"/>'), marks='<w:gridAfter w:val="999999999"/>'))
    return form("钱一", "<w:sectPr", f"{wide.replace('甲', '')}<w:p/><w:sectPr")


@cases.add("跨列.docx", "too-large", "列数超过上限")
def cells_that_span_a_billion_columns_each() -> bytes:
    return word(table(row(*[cell("甲", '<w:gridSpan w:val="1000000000"/>')] * 9)))


@cases.add("格.docx", "too-large", "列数超过上限")
def a_row_of_a_hundred_thousand_cells() -> bytes:
    return word(table(row(*["甲"] * 100_000)))


@cases.add("并.docx", "not-a-form")
def one_cell_merged_down_over_twenty_thousand_rows() -> bytes:
    return word(table(*[row(cell("", "<w:vMerge/>"), "甲")] * 19_999))


# --- controls, changes, boxes, notes ---------------------------------------------------------------------------


@cases.add("控件.docx", "too-large", "嵌套过深")
def content_controls_nested_60_deep_around_rows() -> bytes:
    return word(table(row("甲") + "<w:sdt><w:sdtContent>" * 60 + row("乙") + "</w:sdtContent></w:sdt>" * 60))


@cases.add("替.docx", "too-large", "嵌套过深")
def alternatives_within_alternatives() -> bytes:
    inner = "<mc:AlternateContent><mc:Choice Requires='wps'>" * 60 + run("甲") * 1000
    return word(f"<w:p>{inner}{'</mc:Choice></mc:AlternateContent>' * 60}</w:p>")


@cases.add("框.docx", "too-large", "文本框嵌套")
def text_boxes_within_text_boxes() -> bytes:
    opens, closes = "<w:r><w:pict><v:textbox><w:txbxContent><w:p>", "</w:p></w:txbxContent></v:textbox></w:pict></w:r>"
    return word(f"<w:p>{opens * 30}{closes * 30}</w:p>")


@cases.add("修订.docx", "tracked-change", "共 9000 处")
def nine_thousand_tracked_changes_are_summed_up() -> bytes:
    change = f'<w:ins w:author="x">{run("甲")}</w:ins><w:del><w:r><w:delText>乙</w:delText></w:r></w:del>'
    return word(par(change) * 9_000)


@cases.add("批注.docx", "unexpected-text", "共 50000 处")
def fifty_thousand_comments_are_summed_up() -> bytes:
    comment = '<w:comment w:id="1" w:author="x"><w:p><w:r><w:t>y</w:t></w:r></w:p></w:comment>'
    return docx_bytes(par("甲", '<w:r><w:commentReference w:id="1"/></w:r>'), comments=comment * 50_000)


@cases.add("域.docx", "not-a-form")
def a_hundred_thousand_fields_that_begin_and_never_end() -> bytes:
    return word("<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 100_000 + "</w:p>")


# --- what it brings along: never run, never fetched, no hindrance ------------------------------------------------

REMOTE = "http://127.0.0.1:9"


@cases.add("模板.docx", "taken")
def a_template_from_the_network_is_attached() -> bytes:
    rels = links(("r1", "attachedTemplate", f"{REMOTE}/x.dotm", "External"))
    return form("钱二", more={"word/_rels/settings.xml.rels": rels})


@cases.add("动态.docx", "unexpected-text", "")
def a_field_that_starts_a_program_by_dde() -> bytes:
    """Its code is not shown and not run; what it shows is words that the form does not have."""
    return form("钱三", "<w:sectPr", field(r'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"', "更新") + "<w:sectPr")


@cases.add("引.docx", "taken")
def fields_that_fetch_texts_and_pictures() -> bytes:
    fetching = [f'INCLUDETEXT "{REMOTE}/x.docx"', f'INCLUDEPICTURE "{REMOTE}/x.png" \\d', 'LINK Excel.Sheet.8 "x" "y"']
    return form("钱四", "<w:sectPr", "".join(field(code, "") for code in fetching) + "<w:sectPr")


@cases.add("嵌.docx", "unsupported", "有嵌入的对象（Package）")
def an_embedded_program_is_named_and_not_opened() -> bytes:
    office = 'xmlns:o="urn:schemas-microsoft-com:office:office"'
    shape = f'<w:object><o:OLEObject {office} Type="Embed" ProgID="Package" r:id="r99"/></w:object>'
    return form(
        "钱五", "<w:sectPr", f"<w:p><w:r>{shape}</w:r></w:p><w:sectPr", {"word/embeddings/x.bin": b"MZ" + bytes(9000)}
    )


@cases.add("另.docx", "unexpected-text", "嵌入了另一份文件")
def a_file_within_the_file_is_named_and_not_read() -> bytes:
    return form("钱六", "<w:sectPr", '<w:altChunk r:id="r98"/><w:sectPr', {"word/chunk.html": "<html>excel</html>"})


@cases.add("宏.docm", "macro", "宏不会运行")
def macros_that_want_to_run_when_it_is_opened() -> bytes:
    vba = compound({"VBA": b'Sub AutoOpen()\r\nShell "calc"\r\nEnd Sub', "_VBA_PROJECT": b"\xcc\x61"})
    return form("钱七", more={"word/vbaProject.bin": vba})


# --- passwords and broken shells -------------------------------------------------------------------------------


@cases.add("密.docx", "encrypted", "打开密码")
def a_document_with_a_password() -> bytes:
    info = b'\x04\x00\x04\x00\x40\x00\x00\x00<encryption><keyData saltSize="16" cipherAlgorithm="AES"/></encryption>'
    return compound({"EncryptionInfo": info, "EncryptedPackage": bytes(9000)})


@cases.add("零.docx", "unreadable", "XML 有误")
def zeros_in_the_text() -> bytes:
    return word("\0" * 1000)


def test_what_an_honest_form_brings_along_hinders_no_reading(thrown: dict[str, Thrown]) -> None:
    for what in (
        a_template_from_the_network_is_attached,
        a_field_that_starts_a_program_by_dde,
        fields_that_fetch_texts_and_pictures,
        an_embedded_program_is_named_and_not_opened,
        macros_that_want_to_run_when_it_is_opened,
    ):
        (record,) = thrown[what.__name__].records
        assert (record.subject.name[0], len(record.record.readings) > 8) == ("钱", True), what.__name__


def test_the_code_of_a_field_is_not_taken_for_words_of_the_form(thrown: dict[str, Thrown]) -> None:
    found = thrown[a_field_that_starts_a_program_by_dde.__name__]

    assert "cmd.exe" not in found.words
    assert not any("cmd.exe" in reading.text for one in found.records for reading in one.record.readings.values())
