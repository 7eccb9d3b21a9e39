"""The Word file of an official paper: real styles, all faces named, one grid, the same bytes every time."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from lxml import etree
from official_paper import DRAFTS, MEASURED, MEASURED_STRICT, written

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KINDS = [name for name in DRAFTS if name != "full"]


def parts(data: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith("xml")}


@pytest.mark.parametrize("kind", KINDS)
def test_every_run_names_all_its_faces_and_no_theme(kind: str) -> None:
    for root in parts(written(DRAFTS[kind])).values():
        for run in root.iter(W + "r"):
            if run.find(W + "t") is None and run.find(W + "instrText") is None:
                continue
            fonts = run.find(f"{W}rPr/{W}rFonts")
            assert fonts is not None
            assert all(fonts.get(W + side) for side in ("ascii", "hAnsi", "eastAsia", "cs"))
            assert fonts.get(W + "hAnsi") == fonts.get(W + "eastAsia")
            assert not any("Theme" in name for name in fonts.attrib)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_draft_gives_the_same_bytes(kind: str) -> None:
    assert written(DRAFTS[kind]) == written(DRAFTS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_every_style_is_declared_and_word_can_open_it(kind: str) -> None:
    data = written(DRAFTS[kind])

    document = Document(io.BytesIO(data))

    declared = {style.style_id for style in document.styles}
    used = {style.get(W + "val") for style in parts(data)["word/document.xml"].iter(W + "pStyle")}
    assert used <= declared
    assert "Title" in document.styles or kind == "order"
    assert document.styles["Heading 1"].element.find(f"{W}aliases").get(W + "val") == "一级标题"


@pytest.mark.parametrize("kind", KINDS)
def test_properties_of_paragraphs_stand_in_the_order_of_the_schema(kind: str) -> None:
    order = ["pStyle", "keepNext", "pageBreakBefore", "pBdr", "tabs", "spacing", "ind", "jc", "sectPr"]

    for root in parts(written(DRAFTS[kind])).values():
        for properties in root.iter(W + "pPr"):
            names = [name for child in properties if (name := etree.QName(child).localname) in order]
            assert names == sorted(names, key=order.index)


def test_each_row_of_a_table_covers_the_grid() -> None:
    root = parts(written(DRAFTS["down"]))["word/document.xml"]

    for table in root.iter(W + "tbl"):
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        assert columns
        for row in table.iter(W + "tr"):
            spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.iter(W + "tc")]
            assert sum(1 if span is None else int(span.get(W + "val", "0")) for span in spans) == columns


@pytest.mark.parametrize(
    ("profile", "margins", "pitch"),
    [(MEASURED, ("2098", "1984", "1587", "1474"), "579"), (MEASURED_STRICT, ("1960", "1847", "1587", "1474"), "592")],
)
def test_each_profile_has_its_page(profile: object, margins: tuple[str, ...], pitch: str) -> None:
    found = parts(written(DRAFTS["up"], profile))  # type: ignore[arg-type]

    page = next(found["word/document.xml"].iter(W + "pgMar"))
    assert tuple(page.get(W + side) for side in ("top", "bottom", "left", "right")) == margins
    assert next(found["word/document.xml"].iter(W + "docGrid")).get(W + "linePitch") == pitch
    settings = found["word/settings.xml"]
    assert settings.find(W + "mirrorMargins") is not None
    assert settings.find(W + "evenAndOddHeaders") is not None


def test_preprinted_paper_gets_no_red() -> None:
    root = parts(written(DRAFTS["down"], preprinted=True))["word/document.xml"]

    text = "".join(root.itertext())
    assert "石桥镇人民政府文件" not in text
    assert "石政〔2023〕4号" in text
    assert not any(
        side.get(W + "val") == "single"
        for border in root.iter(W + "pBdr")
        for side in border
        if side.get(W + "color") != "000000"
    )


def test_control_characters_and_markup_are_shown_not_lost() -> None:
    root = parts(written("标题：甲&乙<b>\n\n正\x07文{{ 7*7 }}\n"))["word/document.xml"]

    text = "".join(root.itertext())
    assert "甲&乙<b>" in text
    assert "正\ufffd文{{ 7*7 }}" in text


def test_no_numbers_of_pages_on_the_back_that_bears_the_imprint_alone() -> None:
    found = parts(written(DRAFTS["down"], place="overleaf"))

    last = found["word/document.xml"].findall(f".//{W}sectPr")[-1]
    relations = {one.get("Id"): one.get("Target") for one in _relations(written(DRAFTS["down"], place="overleaf"))}
    key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    feet = [found[f"word/{relations[one.get(key)]}"] for one in last.findall(f"{W}footerReference")]
    assert feet
    assert not any(list(foot.iter(W + "instrText")) for foot in feet)


def _relations(data: bytes) -> list[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return list(etree.fromstring(archive.read("word/_rels/document.xml.rels")))
