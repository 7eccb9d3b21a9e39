"""Files whose name lies about their kind, and the oddities of older formats; each ends as it must, alone."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt
from dropping import Cases, Thrown, honest
from packages import book, links, parts_of, zipped
from sheets import compound, saved

from formgen.errors import ProgramFailedError
from parsers.ole import CompoundFile

cases = Cases()
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def converter(source: Path, to: str, folder: Path) -> Path:
    """Stands in for LibreOffice: it gives back what a hostile file may make of it."""
    data = source.read_bytes()
    if b"bomb" in data:
        folder.mkdir()
        made = folder / f"x.{to}"
        made.write_bytes(bytes(60_000_000))
        return made
    if b"other" in data:
        folder.mkdir()
        made = folder / f"x.{to}"
        made.write_bytes(b"%PDF-1.4")
        return made
    raise ProgramFailedError("LibreOffice 在规定时间内没有完成转换，已放弃。请用 Word 或 WPS 打开，另存后再试")


@pytest.fixture(scope="module")
def thrown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Thrown]:
    return cases.throw(tmp_path_factory.mktemp("legacy"), convert=converter)


@pytest.mark.parametrize("what", cases)
def test_it_ends_as_it_must_and_its_neighbour_is_read(what: str, thrown: dict[str, Thrown]) -> None:
    cases.check(what, thrown)


# --- names that lie --------------------------------------------------------------------------------------------


@cases.add("郑一.pdf", "mislabelled", "内容其实是Word 文档")
def a_word_file_that_is_called_pdf() -> bytes:
    return honest("郑一")


@cases.add("图.docx", "mislabelled", "内容其实是图片")
def a_picture_that_is_called_docx() -> bytes:
    return b"GIF89a" + bytes(100)


@cases.add("程序.docx", "unsupported", "不认识的文件格式")
def a_program_that_is_called_docx() -> bytes:
    return b"MZ\x90\0" + bytes(5000)


@cases.add("网页.docx", "mislabelled", "内容其实是网页")
def a_page_that_is_called_docx() -> bytes:
    return b"<html><script>while(1);</script><img src='http://127.0.0.1:9/x.png'></html>"


@cases.add("包.docx", "mislabelled", "内容其实是压缩包")
def a_zip_that_is_called_docx() -> bytes:
    return zipped({"x.txt": "x"})


@cases.add("两面.pdf", "unreadable", "打不开")
def a_pdf_with_a_zip_behind_it_is_a_pdf() -> bytes:
    return b"%PDF-1.4\n" + honest("郑二")


@cases.add("两面.docx", "mislabelled", "PDF")
def a_word_file_with_a_pdf_before_it_is_a_pdf() -> bytes:
    return b"x%PDF-1.4\n" + honest("郑三")


@cases.add("空.docx", "empty-file", "0 字节")
def an_empty_file() -> bytes:
    return b""


@cases.add("链.url", "unsupported", "纯文本")
def a_link_to_a_page() -> bytes:
    return b"[InternetShortcut]\r\nURL=http://127.0.0.1:9/\r\n"


@cases.add("链.lnk", "unsupported", "不认识的文件格式")
def a_link_to_a_program() -> bytes:
    return b"L\0\0\0\x01\x14\x02\0" + bytes(500)


# --- .xls ------------------------------------------------------------------------------------------------------


def xls(change: Callable[[bytes], bytes] = lambda data: data) -> bytes:
    made = xlwt.Workbook()
    made.add_sheet("考核表").write(0, 0, "村名")
    return change(saved(made))


@cases.add("远.xls", "too-large", "上限 20,000 行")
def a_cell_in_the_last_row_of_an_xls() -> bytes:
    made = xlwt.Workbook()
    made.add_sheet("考核表").write(65_535, 255, "x")
    return saved(made)


@cases.add("密.xls", "encrypted", "打开密码")
def an_xls_with_a_password() -> bytes:
    records = struct.pack("<HHHHHH", 0x809, 4, 0x600, 5, 0x2F, 2) + bytes(2)
    return compound({"Workbook": records + bytes(4096)})


@cases.add("断.xls", "unreadable", "不完整或已损坏")
def an_xls_that_is_cut_off() -> bytes:
    return xls(lambda data: data[: len(data) // 2])


@cases.add("环.xls", "unreadable", "不完整或已损坏")
def an_xls_whose_sectors_are_a_ring() -> bytes:
    data = bytearray(xls())
    (table,) = struct.unpack_from("<I", data, 76)
    start = (table + 1) * 512
    data[start : start + 512] = struct.pack("<128I", *[0] * 128)
    data[48:52] = struct.pack("<I", 5_000_000)
    return bytes(data)


@cases.add("宏.xls", "macro", "宏没有运行")
def macros_in_an_xls() -> bytes:
    content = CompoundFile(xls()).stream("Workbook", 10**6)
    return compound({"Workbook": content, "_VBA_PROJECT_CUR": b"x", "_VBA_PROJECT": b"Sub Auto_Open()"})


# --- .ods, .xlsb -----------------------------------------------------------------------------------------------


def ods(rows: str, manifest: str = "<m/>") -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='表'>{rows}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": ODS, "content.xml": content, "META-INF/manifest.xml": manifest})


@cases.add("重.ods", "too-large", "上限 20,000 行")
def a_row_that_is_repeated_a_million_times() -> bytes:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    return ods(f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>')


@cases.add("格.ods", "too-large", "上限 1,000,000 格")
def thousands_of_rows_that_are_full_to_the_last_column() -> bytes:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    return ods(f"<table:table-row>{cell}</table:table-row>" * 10_000)


@cases.add("隐.ods", "too-large", "上限 20,000 行")
def rows_that_are_hidden_again_and_again() -> bytes:
    row = (
        '<table:table-row table:visibility="collapse" table:number-rows-repeated="1000">'
        '<table:table-cell office:value-type="string"/></table:table-row>'
    )
    return ods(row * 50_000)


@cases.add("笑.ods", "unreadable", "文档类型声明")
def entities_in_an_ods() -> bytes:
    doctype = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return zipped({"mimetype": ODS, "content.xml": f"{doctype}<x>&a;</x>", "META-INF/manifest.xml": "<m/>"})


@cases.add("密.ods", "encrypted", "打开密码")
def an_ods_with_a_password() -> bytes:
    return ods("", '<m xmlns="m"><encryption-data/></m>')


@cases.add("坏.xlsb", "unreadable", "")
def a_binary_workbook_of_nonsense() -> bytes:
    held = parts_of(book())
    kinds = held["[Content_Types].xml"].replace(
        b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"vnd.ms-excel.sheet.binary.macroEnabled.main",
    )
    root = links(("rId1", "officeDocument", "xl/workbook.bin"))
    return zipped(
        {"[Content_Types].xml": kinds, "_rels/.rels": root, "xl/workbook.bin": b"\x9c\x01\xff\xff\xff\x7f" * 5000}
    )


# --- what is converted -----------------------------------------------------------------------------------------


@cases.add("密.doc", "encrypted", "打开密码")
def a_doc_with_a_password() -> bytes:
    return compound({"WordDocument": b"\xec\xa5" + bytes(9) + b"\x01" + bytes(500)})


@cases.add("弹.doc", "too-large", "转换后过大")
def a_doc_that_is_a_bomb_once_it_is_converted() -> bytes:
    return compound({"WordDocument": bytes(100) + b"bomb"})


@cases.add("变.doc", "unreadable", "没有把它转换成 .docx")
def a_doc_that_becomes_something_else() -> bytes:
    return compound({"WordDocument": bytes(100) + b"other"})


@cases.add("慢.wps", "unreadable", "没有完成转换")
def a_wps_that_the_converter_gives_up() -> bytes:
    return compound({"WordDocument": bytes(100)})


@cases.add("宏.rtf", "unreadable", "没有完成转换")
def an_rtf_with_an_object_and_a_field() -> bytes:
    return rb"{\rtf1{\object\objautlink\objupdate{\*\objdata 0105}}{\field{\*\fldinst DDEAUTO c:\\x cmd}}}"


@cases.add("深.rtf", "unreadable", "没有完成转换")
def an_rtf_nested_a_million_deep() -> bytes:
    return rb"{\rtf1" + b"{" * 1_000_000


@cases.add("单.mht", "unsupported", "mht")
def a_page_in_one_file() -> bytes:
    return b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>"


@cases.add("旧.xml", "unreadable", "没有完成转换")
def an_old_xml_document_with_entities() -> bytes:
    doctype = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return (
        b'<?xml version="1.0"?>' + doctype + b'<w xmlns="http://schemas.microsoft.com/office/word/2003/wordml">&a;</w>'
    )


def test_what_lies_about_its_kind_is_read_as_what_it_is(thrown: dict[str, Thrown]) -> None:
    (record,) = thrown[a_word_file_that_is_called_pdf.__name__].records

    assert record.subject.name == "郑一"
