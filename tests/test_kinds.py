"""What a file is, told by its content."""

from __future__ import annotations

import struct

import pytest
from sheets import compound, xlsx, zipped

from parsers.kinds import mislabelled, sniff
from parsers.ole import CompoundFile

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>'
    '<Override PartName="/word/document.xml" ContentType="application/{}.main+xml"/></Types>'
)


def package(kind: str) -> bytes:
    return zipped({"[Content_Types].xml": TYPES.format(kind)})


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("empty", b""),
        ("pdf", b"%PDF-1.7\n"),
        ("pdf", b"\n\n%PDF-1.4\n"),
        ("image", b"\xff\xd8\xff\xe0"),
        ("image", b"\x89PNG\r\n\x1a\n"),
        ("image", b"II*\x00"),
        ("image", b"GIF89a"),
        ("image", b"BM\x36\x00\x00\x00\x00\x00\x00\x00"),
        ("image", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        ("image", b"\x00\x00\x00\x18ftypheic"),
        ("rar", b"Rar!\x1a\x07\x01\x00"),
        ("7z", b"7z\xbc\xaf\x27\x1c\x00\x04"),
        ("rtf", b"{\\rtf1\\ansi"),
        ("text", "行政村：张庄村\r\n".encode()),
        ("text", "行政村：张庄村\r\n".encode("gb18030")),
        ("text", b"\xff\xfe" + "行政村".encode("utf-16-le")),
        ("text", b"BM is how this text begins"),
        ("unknown", b"\x00\x01\x02\x03"),
        ("mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related"),
    ],
)
def test_the_first_bytes_tell_the_kind(kind: str, data: bytes) -> None:
    assert sniff(data, "表.docx") == kind


@pytest.mark.parametrize(
    ("kind", "declared"),
    [
        ("docx", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("docm", "vnd.ms-word.document.macroEnabled"),
        ("docx", "vnd.openxmlformats-officedocument.wordprocessingml.template"),
        ("xlsx", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("xlsm", "vnd.ms-excel.sheet.macroEnabled"),
        ("pptx", "vnd.openxmlformats-officedocument.presentationml.presentation"),
    ],
)
def test_an_office_package_is_what_its_main_part_is(kind: str, declared: str) -> None:
    data = package(declared)

    assert sniff(data, "x.zip") == kind


def test_a_workbook_pasted_into_a_letter_does_not_make_it_a_workbook() -> None:
    data = package("vnd.openxmlformats-officedocument.wordprocessingml.document")

    assert sniff(data, "x") == "docx"


def test_open_document_is_known_by_its_mimetype() -> None:
    sheet = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"})
    text = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"})

    assert (sniff(sheet, "x"), sniff(text, "x")) == ("ods", "odt")


def test_open_document_with_a_password_is_encrypted() -> None:
    data = zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<m><manifest:encryption-data/></m>",
        }
    )

    assert sniff(data, "x.ods") == "encrypted"


def test_a_plain_zip_and_an_ofd_are_told_apart() -> None:
    assert sniff(zipped({"张庄.docx": b"x"}), "x.zip") == "zip"
    assert sniff(zipped({"OFD.xml": b"<x/>"}), "x.ofd") == "ofd"


def test_a_zip_that_was_cut_off_is_damaged() -> None:
    whole = xlsx({"A1": "序号"})

    assert sniff(whole[: len(whole) // 2], "x.xlsx") == "damaged"


@pytest.mark.parametrize(
    ("kind", "stream", "name"),
    [
        ("doc", "WordDocument", "x.doc"),
        ("wps", "WordDocument", "x.wps"),
        ("doc", "WordDocument", "x.docx"),
        ("xls", "Workbook", "x.xls"),
        ("xls", "Book", "x.xls"),
        ("et", "Workbook", "x.ET"),
        ("encrypted", "EncryptedPackage", "x.xlsx"),
        ("ppt", "PowerPoint Document", "x.ppt"),
        ("unknown", "Contents", "x.wps"),
    ],
)
def test_a_compound_file_is_known_by_its_streams(kind: str, stream: str, name: str) -> None:
    data = compound({stream: b""})

    assert sniff(data, name) == kind


def test_a_doc_with_a_password_is_encrypted() -> None:
    head = struct.pack("<HHHHHH", 0xA5EC, 0x00C1, 0, 0x0804, 0, 0x0100)

    assert sniff(compound({"WordDocument": head}), "x.doc") == "encrypted"


def test_an_xls_with_a_password_is_encrypted() -> None:
    records = struct.pack("<HH16s", 0x0809, 16, b"\0" * 16) + struct.pack("<HH6s", 0x2F, 6, b"\1\0\1\0\1\0")

    assert sniff(compound({"Workbook": records}), "x.xls") == "encrypted"


def test_a_compound_file_that_was_cut_off_is_damaged() -> None:
    assert sniff(compound({"WordDocument": b""})[:700], "x.doc") == "damaged"


def test_a_compound_file_whose_table_goes_in_circles_ends() -> None:
    data = bytearray(compound({"WordDocument": b""}))
    data[512 + 4 * 1 : 512 + 4 * 2] = struct.pack("<I", 1)  # the stream's first sector follows itself

    assert len(CompoundFile(bytes(data)).stream("WordDocument", 10_000_000)) == 4096


def test_short_streams_lie_in_the_mini_stream() -> None:
    import xlwt
    from sheets import saved

    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "序号")
    file = CompoundFile(saved(book))

    assert file.stream("Workbook", 8)[:2] == b"\x09\x08"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("html", "<html><body><table></table></body></html>"),
        ("html", '\ufeff  <!DOCTYPE html PUBLIC "-//W3C//DTD">'),
        ("html", '<meta http-equiv="Content-Type"><table border=1>'),
        (
            "html",
            '<html xmlns:x="urn:schemas-microsoft-com:office:spreadsheet">',
        ),
        ("xml-word", '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>'),
        ("xml-excel", '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
        ("text", '<?xml version="1.0"?><settings/>'),
    ],
)
def test_what_is_written_in_markup_is_known_by_its_marks(kind: str, text: str) -> None:
    assert sniff(text.encode(), "x.xls") == kind


def test_an_html_table_with_the_name_of_a_workbook_is_mislabelled() -> None:
    assert mislabelled("html", "汇总.xls")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("xls", "x.XLS"), ("et", "x.et"), ("docx", "x.wps"), ("docm", "x.docx"), ("pdf", "x.PDF"), ("docx", "没有后缀")],
)
def test_a_name_that_says_what_it_is_or_nothing_is_no_lie(kind: str, name: str) -> None:
    assert not mislabelled(kind, name)


def test_a_file_without_content_is_empty_and_no_lie() -> None:
    assert not mislabelled("empty", "x.docx")
