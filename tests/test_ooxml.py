"""Packages: what is refused before anything is unpacked, and what is read of the rest."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from ooxml_builder import docx_bytes, element, package_bytes, par

from formgen.errors import EncryptedInputError, UnreadableInputError
from formgen.parsing import Limits
from parsers import ooxml
from parsers.word import decode


def refused(data: bytes, limits: Limits | None = None) -> UnreadableInputError:
    with pytest.raises(UnreadableInputError) as caught:
        decode(data, limits or Limits())
    assert any("\u4e00" <= char <= "\u9fff" for char in str(caught.value))  # a clerk reads it
    return caught.value


def zipped(*parts: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # of two parts with one name
        for name, content in parts:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"hello", "unreadable"),
        (b"PK\x05\x06" + b"\0" * 18, "unreadable"),
        (docx_bytes(par("甲"))[:-40], "unreadable"),
        (package_bytes({"xl/workbook.xml": "<x/>"}), "unreadable"),
        (package_bytes({"word/document.xml": "<w:document"}), "unreadable"),
        (package_bytes({"word/document.xml": element("document", "")}), "unreadable"),
        (package_bytes({"word/document.xml": "<html><body/></html>"}), "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported"),
    ],
)
def test_what_is_no_word_document_is_refused_by_name(data: bytes, code: str):
    assert refused(data).code == code


def test_an_encrypted_document_is_told_from_a_legacy_one():
    shell = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")

    assert isinstance(refused(shell), EncryptedInputError)


def test_a_part_with_a_password_is_encrypted():
    data = bytearray(docx_bytes(par("甲")))
    directory = data.find(b"PK\x01\x02")
    data[directory + 8] |= 1

    assert isinstance(refused(bytes(data)), EncryptedInputError)


def test_a_damaged_part_is_noticed():
    data = zipped(
        ("word/document.xml", element("document", f"<w:body>{par('甲')}</w:body>").encode()), method=zipfile.ZIP_STORED
    )

    assert "校验" in str(refused(data.replace("甲".encode(), "乙".encode())))


def test_a_part_that_grows_beyond_its_word_is_stopped():
    data = bytearray(zipped(("word/document.xml", b"<x>" + b" " * 5_000_000)))
    directory = data.find(b"PK\x01\x02")
    struct.pack_into("<L", data, directory + 24, 100)

    assert refused(bytes(data)).code == "unreadable"


def test_a_bomb_is_not_unpacked():
    limits = Limits(unpacked_bytes=1_000_000)

    assert refused(zipped(("word/document.xml", b" " * 1_000_001)), limits).code == "too-large"
    assert refused(zipped(("word/document.xml", b" " * 60_000_000))).code == "too-large"


def test_a_file_beyond_the_limit_is_refused():
    assert refused(docx_bytes(par("甲")), Limits(file_bytes=100)).code == "too-large"


def test_a_flood_of_parts_is_refused():
    assert refused(zipped(*((f"x/{number}", b"") for number in range(10_001)))).code == "too-large"


@pytest.mark.parametrize("name", ["../word/x.xml", "/etc/x", "C:x.xml", "word/..\\x.xml"])
def test_paths_that_lead_out_are_refused(name: str):
    assert "路径" in str(refused(zipped((name, b""), ("word/document.xml", b"<x/>"))))


def test_two_parts_of_one_name_are_refused_and_two_pictures_are_not():
    document = element("document", f"<w:body>{par('甲')}</w:body>").encode()
    pictures = zipped(("word/document.xml", document), ("word/media/1.png", b"x"), ("word/media/1.png", b"y"))

    assert "同名" in str(refused(zipped(("word/document.xml", document), ("word/Document.xml", document))))
    assert [block.text for block in decode(pictures, Limits()).blocks] == ["甲"]


def test_the_main_part_is_where_the_package_says():
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="/word/document2.xml"/></Relationships>'
    )
    real, decoy = (element("document", f"<w:body>{par(word)}</w:body>") for word in ("真", "假"))

    data = package_bytes({"_rels/.rels": links, "word/document.xml": decoy, "word/document2.xml": real})

    assert [block.text for block in decode(data, Limits()).blocks] == ["真"]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a "9">]>',
        "<!-- -->" + " " * 2000 + '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
    ],
)
def test_a_document_type_is_refused(prolog: str):
    document = element("document", f"<w:body>{par('甲')}</w:body>").replace("?>", "?>" + prolog, 1)

    assert "文档类型" in str(refused(package_bytes({"word/document.xml": document})))


def test_a_document_type_in_utf_16_is_refused_and_nothing_is_fetched(tmp_path: Path):
    subset = tmp_path / "subset.dtd"
    subset.write_text('<!ENTITY a "9">')
    document = element("document", f"<w:body>{par('甲')}</w:body>").replace('"UTF-8"', '"UTF-16"')
    document = document.replace("?>", f'?><!DOCTYPE x SYSTEM "{subset.as_uri()}">', 1).replace("甲", "&a;")

    fault = str(refused(package_bytes({"word/document.xml": document.encode("utf-16")})))

    assert "文档类型" in fault or "XML" in fault


def test_the_xml_parser_does_not_load_an_external_subset(tmp_path: Path):
    subset = tmp_path / "subset.dtd"
    subset.write_text('<!ATTLIST x y CDATA "loaded">')

    root = etree.fromstring(f'<!DOCTYPE x SYSTEM "{subset.as_uri()}"><x/>'.encode(), ooxml.xml_parser())

    assert root.attrib == {}


def test_an_entity_that_nobody_declared_is_refused():
    assert (
        refused(package_bytes({"word/document.xml": element("document", "<w:body>&x;</w:body>")})).code == "unreadable"
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_plain_directory_reads_as_zipfile_reads_it(method: int):
    data = zipped(*((f"word/part{number}.xml", bytes(number) * 50) for number in range(30)), method=method)

    package = ooxml.open_package(data, Limits())

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert package.names == tuple(archive.namelist())
        assert all(package.read(name) == archive.read(name) for name in package.names)


def test_a_directory_that_is_not_plain_is_read_too():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        with archive.open(zipfile.ZipInfo("word/document.xml"), "w", force_zip64=True) as part:
            part.write(element("document", f"<w:body>{par('甲')}</w:body>").encode())
        archive.writestr("word/图.png", b"x")
        archive.comment = b"returned"
    data = b"#!/bin/sh\n" + buffer.getvalue()

    assert [block.text for block in decode(data, Limits()).blocks] == ["甲"]
    assert "word/图.png" in ooxml.open_package(data, Limits())


def test_part_names_do_not_tell_capitals_from_small_letters():
    package = ooxml.open_package(package_bytes({"Word/Document.XML": "甲"}), Limits())

    assert package.find("word/document.xml") == "Word/Document.XML"
    assert package.read("word/document.xml").decode() == "甲"
    assert package.find("word/other.xml") is None


def test_relationships_say_what_a_part_fetches_from_outside():
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="x/attachedTemplate" Target="http://example.com/x.dotm" TargetMode="External"/>'
        '<Relationship Id="b" Type="x/hyperlink" Target="http://example.com/" TargetMode="External"/>'
        '<Relationship Id="c" Type="x/image" Target="../media/1.png"/></Relationships>'
    )
    package = ooxml.open_package(package_bytes({"word/_rels/settings.xml.rels": links}), Limits())

    found = {link.id: link for link in ooxml.relationships(package, "word/settings.xml")}
    assert found["c"].target == "media/1.png"
    assert {name: link.external for name, link in found.items()} == {"a": True, "b": True, "c": False}


def test_the_type_of_a_part_is_its_own_or_that_of_its_extension():
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" ContentType="main"/></Types>'
    )
    package = ooxml.open_package(package_bytes({"[Content_Types].xml": types}), Limits())

    assert ooxml.content_type(package, "word/document.xml") == "main"
    assert ooxml.content_type(package, "word/styles.xml") == "application/xml"
    assert ooxml.content_type(package, "word/1.png") == ""
