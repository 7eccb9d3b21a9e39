"""The Word templates as a clerk opens them, and the paper that they print."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper import NS, W, all_forms, controls, field_ids, part, parts, rendered, text

from formgen.model import Subject
from formgen.rendering.context import form_context
from formgen.rendering.pdf import to_pdf
from formgen.rendering.word import render
from formgen.resources import find_template

FORMS = (
    "dayang-monthly",
    "village-cadre-quarterly",
    "tongshi-annual",
    "damao-annual",
    "ningxia-team-annual",
    "ningxia-captain-annual",
    "ningxia-member-annual",
    "ningxia-register-quarterly",
    "ningxia-opinion-annual",
)
WIDE = ("personal-archive", "public-table")  #: On their side.
TEMPLATES = (*FORMS, *WIDE)
SHEETS = FORMS[:7]
TYPE_AREA = 8844


def template(name: str) -> Path:
    return find_template(f"docx/{name}.docx")


def test_every_form_of_every_regulation_has_a_template() -> None:
    assert set(FORMS) == set(all_forms())


# --- the template ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_face_is_named_four_times_and_by_no_theme(name: str) -> None:
    faces = [face for root in parts(template(name), "word/") for face in root.iter(W + "rFonts")]

    assert faces
    for face in faces:
        assert {"ascii", "hAnsi", "eastAsia", "cs"} <= {key.removeprefix(W) for key in face.attrib}
        assert face.get(W + "hAnsi") == face.get(W + "eastAsia")
        assert not [key for key in face.attrib if key.endswith("Theme")]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_margins_are_37_35_28_26_millimetres(name: str) -> None:
    margins = part(template(name)).find(".//w:pgMar", NS)

    assert margins is not None
    sides = ("right", "left", "top", "bottom") if name in WIDE else ("top", "bottom", "left", "right")
    assert [margins.get(W + side) for side in sides] == ["2098", "1984", "1588", "1474"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_faces_that_may_be_missing_have_others_named(name: str) -> None:
    fonts = part(template(name), "word/fontTable.xml")

    named = {font.get(W + "name"): font.find("w:altName", NS) for font in fonts}

    assert named["仿宋_GB2312"].get(W + "val").startswith("仿宋,")
    assert "华文中宋" in named["方正小标宋简体"].get(W + "val")


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_paragraph_has_a_style_with_a_chinese_name(name: str) -> None:
    styles = {
        style.get(W + "styleId"): style.find("w:name", NS).get(W + "val")
        for style in part(template(name), "word/styles.xml").iter(W + "style")
    }

    for paragraph in part(template(name)).iter(W + "p"):
        used = paragraph.find("w:pPr/w:pStyle", NS)
        assert used is not None
        assert not styles[used.get(W + "val")].isascii()


@pytest.mark.parametrize("name", WIDE)
def test_the_numbers_of_pages_are_in_song_of_size_4(name: str) -> None:
    styles = part(template(name), "word/styles.xml")

    own = styles.find(".//w:style[@w:styleId='PageNumberLine']/w:rPr", NS)

    assert {value for key, value in own.find("w:rFonts", NS).attrib.items() if "hint" not in key} == {"宋体"}
    assert own.find("w:sz", NS).get(W + "val") == "28"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_names_no_machine_and_no_time(name: str) -> None:
    raw = template(name).read_bytes()

    words = b"".join(text(root).encode() for root in parts(template(name), "docProps/")) + raw

    assert b"/home" not in words
    assert b"/work" not in words
    assert b"dcterms:created" not in words


# --- the printed table -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_each_row_covers_the_grid_and_the_type_area(name: str) -> None:
    table = part(rendered(name)).find(".//w:tbl", NS)
    widths = [int(column.get(W + "w")) for column in table.findall("w:tblGrid/w:gridCol", NS)]

    rows = table.findall("w:tr", NS)

    assert sum(widths) == TYPE_AREA
    assert table.find("w:tblPr/w:tblLayout", NS).get(W + "type") == "fixed"
    for row in rows:
        spans = [int(s.get(W + "val")) for s in row.findall("w:tc/w:tcPr/w:gridSpan", NS)]
        cells = row.findall("w:tc", NS)
        assert len(cells) - len(spans) + sum(spans) == len(widths)
        assert sum(int(c.find("w:tcPr/w:tcW", NS).get(W + "w")) for c in cells) == TYPE_AREA
        assert row.find("w:trPr/w:cantSplit", NS) is not None
        assert all(cell.findall("w:p", NS) for cell in cells)


@pytest.mark.parametrize("name", SHEETS)
def test_the_head_row_is_repeated_and_has_the_regulations_columns(name: str) -> None:
    rows = part(rendered(name)).findall(".//w:tr", NS)

    heads = [text(cell) for cell in rows[0].findall("w:tc", NS)]

    assert heads == list(all_forms()[name][1].columns)
    assert rows[0].find("w:trPr/w:tblHeader", NS) is not None
    assert [row.find("w:trPr/w:tblHeader", NS) for row in rows[1:]] == [None] * (len(rows) - 1)


@pytest.mark.parametrize("name", SHEETS)
def test_category_cells_are_merged_over_their_items(name: str) -> None:
    form = all_forms()[name][1]
    merged_columns = 2 if form.columns[0] == "序号" else 1
    sizes: dict[str, int] = {}
    for item in form.items:
        sizes[item.id.split(".")[0]] = sizes.get(item.id.split(".")[0], 0) + 1
    expected = [kind for size in sizes.values() for kind in _merge_of(size)]

    rows = part(rendered(name)).findall(".//w:tr", NS)[1:]

    for column in range(merged_columns):
        cells = [row.findall("w:tc", NS)[column] for row in rows]
        merges = [cell.find("w:tcPr/w:vMerge", NS) for cell in cells]
        assert [m.get(W + "val") if m is not None else "" for m in merges] == expected
        assert [bool(text(cell)) for cell in cells] == [kind != "continue" for kind in expected]


def _merge_of(size: int) -> list[str]:
    return [""] if size == 1 else ["restart"] + ["continue"] * (size - 1)


def test_dayang_item_10_has_five_cells_and_the_others_six() -> None:
    rows = part(rendered("dayang-monthly")).findall(".//w:tr", NS)

    counts = [len(row.findall("w:tc", NS)) for row in rows]

    assert counts == [6] * 10 + [5]


@pytest.mark.parametrize("name", FORMS)
def test_each_answer_is_one_control_with_the_field_id_as_tag(name: str) -> None:
    root = part(rendered(name))

    found = controls(root)

    form = all_forms()[name][1]
    total = {"total"} if form.base_points is not None else set()  # the regulation prints none; we add it below
    assert set(found) == field_ids(form) | total
    ids = [element.get(W + "val") for element in root.iterfind(".//w:sdtPr/w:id", NS)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", FORMS)
def test_a_blank_shows_placeholders_and_no_words(name: str) -> None:
    found = controls(part(rendered(name)))

    for control in found.values():
        assert control.find("w:sdtPr/w:showingPlcHdr", NS) is not None
        assert control.find("w:sdtPr/w:alias", NS).get(W + "val")
        assert text(control).strip() == ""
        assert text(control) != ""


@pytest.mark.parametrize("name", FORMS)
def test_controls_are_of_the_kind_that_libreoffice_keeps(name: str) -> None:
    for control in controls(part(rendered(name))).values():
        parent = control.getparent()
        assert parent is not None
        assert parent.tag == W + "p"
        assert control.find("w:sdtPr/w:text", NS) is None


@pytest.mark.parametrize("name", FORMS)
def test_all_printed_wording_is_there(name: str) -> None:
    form = all_forms()[name][1]
    root = part(rendered(name))

    printed = "".join(text(root).split())

    for item in form.items:
        for words in (item.category, item.text, item.note, item.standard, item.remark):
            assert "".join(words.split()) in printed
    for label in (*(b.label for b in form.blanks), *(f.label.split(" / ")[0] for f in form.fields)):
        assert label in printed
    assert form.footnote in printed
    assert form.title in printed
    assert "{" not in printed
    assert not any(mark in printed for mark in "\ufdd0\ufdd1\ufdd2\ufdd3")


@pytest.mark.parametrize(("name", "signatures", "seals"), [(FORMS[7], 2, 4), (FORMS[8], 3, 5)])
def test_registers_have_the_signature_and_seal_lines_of_the_regulation(name: str, signatures: int, seals: int) -> None:
    words = text(part(rendered(name)))

    assert words.count("负责人签字：                       年  月  日") == signatures
    assert words.count("签名：              年  月  日") == 1
    assert words.count("被考核人签字：                     年  月  日") == 1
    assert words.count("盖章") == seals
    assert words.count("年  月  日") == signatures + 4


@pytest.mark.parametrize("name", [FORMS[7], FORMS[8]])
def test_the_summary_label_runs_downwards(name: str) -> None:
    cells = part(rendered(name)).findall(".//w:tc", NS)

    vertical = [cell for cell in cells if cell.find("w:tcPr/w:textDirection", NS) is not None]

    assert [text(cell) for cell in vertical] == [all_forms()[name][1].fields[7].label]


def test_the_period_is_written_in_chinese_and_left_open_without_one() -> None:
    scheme, form = all_forms()["ningxia-register-quarterly"]
    with_period = rendered(form.id)

    without = render(template(form.id), form_context(form, Subject(), None, {}, scheme))

    assert "（2023年第一季度）" in text(part(with_period))
    assert "（　　　　季度）" in text(part(without))


@pytest.mark.libreoffice
def test_each_blank_fits_its_pages(tmp_path: Path) -> None:
    import pdfplumber

    sources = []
    for name in FORMS:
        (tmp_path / f"{name}.docx").write_bytes(rendered(name))
        sources.append(tmp_path / f"{name}.docx")

    made = to_pdf(sources, tmp_path / "pdf")

    pages = {}
    for path in made:
        with pdfplumber.open(path) as document:
            pages[path.stem] = len(document.pages)
    assert pages == {name: 2 if name == "dayang-monthly" else 1 for name in FORMS}
