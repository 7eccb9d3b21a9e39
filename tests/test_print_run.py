"""Many forms as one document: a section for each, pages numbered from 1, and a PDF for each cut from the whole."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from paper import NS, PERIODS, W, all_forms, part, text
from test_generate_commands import dayang, run  # noqa: F401 - a fixture
from word_templates import by_docxtpl, names, template

from formgen.errors import TemplateError, UsageError
from formgen.model import Subject
from formgen.rendering.context import blank_ids, form_context
from formgen.rendering.cutting import cut, first_pages, with_blank_sides
from formgen.rendering.pdf import run_to_pdf, to_pdf
from formgen.rendering.portions import portions
from formgen.rendering.prepared import Prepared
from formgen.rendering.print_run import print_run
from formgen.rendering.word import Deferred
from formgen.resources import find_template
from formgen.workspace import Workspace

PEOPLE = ("李四", "王五", "赵<六>")


def contexts(form_id: str) -> list[dict[str, Any]]:
    scheme, form = all_forms()[form_id]
    values = {one.id: Decimal(1) for one in form.items}
    return [
        form_context(form, Subject("张庄村", name), PERIODS[form.period], values if name != "王五" else {}, scheme)
        for name in PEOPLE
    ]


def ready(form_id: str) -> Prepared:
    path = find_template(f"docx/{form_id}.docx")
    return Prepared(path.read_bytes(), path.name)


@pytest.mark.parametrize("form_id", all_forms())
def test_each_person_has_a_section_numbered_from_1(form_id: str) -> None:
    made = part(print_run(ready(form_id), contexts(form_id)))

    sections = made.findall(".//w:sectPr", NS)
    assert len(sections) == len(PEOPLE)
    for section in sections:
        assert section.find("w:type", NS).get(W + "val") == "nextPage"
        assert section.find("w:pgNumType", NS).get(W + "start") == "1"
        assert section.find("w:pgMar", NS) is not None
    assert sections[-1].getparent() is made[0]
    wanted = PEOPLE if "name" in blank_ids(all_forms()[form_id][1]) else ()
    assert all(name in text(made) for name in wanted)


@pytest.mark.parametrize("form_id", all_forms())
def test_each_section_says_what_the_paper_alone_says(form_id: str) -> None:
    alone = [text(part(ready(form_id).render(one))) for one in contexts(form_id)]

    made = text(part(print_run(ready(form_id), contexts(form_id))))

    assert "".join(made.split()) == "".join("".join(alone).split())


def test_for_duplex_each_section_begins_on_an_odd_side() -> None:
    made = part(print_run(ready("dayang-monthly"), contexts("dayang-monthly"), duplex=True))

    assert [one.get(W + "val") for one in made.findall(".//w:sectPr/w:type", NS)] == ["oddPage"] * 3


@pytest.mark.parametrize("duplex", [True, False])
def test_margins_change_sides_where_both_are_printed(duplex: bool) -> None:
    made = print_run(ready("dayang-monthly"), contexts("dayang-monthly"), duplex=duplex)

    settings = [etree.QName(one).localname for one in part(made, "word/settings.xml")]
    assert ("mirrorMargins" in settings) == duplex
    assert settings.index("zoom") == 0


def test_a_foot_does_not_count_the_pages_of_others() -> None:
    made = print_run(ready("dayang-monthly"), contexts("dayang-monthly"))

    (foot,) = [name for name in names(made) if name.startswith("word/footer")]
    assert text(part(made, foot)) == "第 1 页"
    assert "NUMPAGES" not in etree.tostring(part(made, foot), encoding="unicode")


def test_a_count_written_otherwise_becomes_that_of_the_section() -> None:
    import docx
    from docx.oxml import parse_xml

    document = docx.Document()
    document.add_paragraph("{{ name }}")
    field = f'<w:fldSimple xmlns:w="{W[1:-1]}" w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    document.sections[0].footer.paragraphs[0]._p.append(parse_xml(field))
    held = io.BytesIO()
    document.save(held)

    made = print_run(Prepared(held.getvalue(), "脚.docx"), [{"name": "甲"}, {"name": "乙"}])

    foot = next(name for name in names(made) if name.startswith("word/footer"))
    assert [one.get(W + "instr") for one in part(made, foot).iter(W + "fldSimple")] == [" SECTIONPAGES "]


def test_controls_have_numbers_of_their_own() -> None:
    made = part(print_run(ready("dayang-monthly"), contexts("dayang-monthly")))

    numbers = [one.get(W + "val") for one in made.iterfind(".//w:sdtPr/w:id", NS)]
    assert len(numbers) > 60
    assert len(set(numbers)) == len(numbers)


def test_a_draft_keeps_its_own_header() -> None:
    three = contexts("dayang-monthly")
    three[1]["draft"] = "草稿：有未核实的数据"

    made = print_run(ready("dayang-monthly"), three)

    headers = sorted(name for name in names(made) if name.startswith("word/header"))
    assert [text(part(made, name)) for name in headers] == ["草稿：有未核实的数据", ""]
    ids = {one.get("Id"): one.get("Target") for one in part(made, "word/_rels/document.xml.rels")}
    key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    used = [ids[one.get(key)] for one in part(made).iterfind(".//w:headerReference", NS)]
    assert used == ["header1.xml", "header1-2.xml", "header1.xml"]
    assert "/word/header1-2.xml" in [one.get("PartName") for one in part(made, "[Content_Types].xml")]


def test_the_run_carries_only_what_all_have_in_common() -> None:
    made = part(print_run(ready("dayang-monthly"), contexts("dayang-monthly")), "docProps/custom.xml")

    assert [one.get("name") for one in made] == ["formgen.form", "formgen.scheme", "formgen.period", "formgen.village"]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []

    print_run(
        ready("tongshi-annual"), contexts("tongshi-annual"), progress=lambda done, total, _: told.append((done, total))
    )

    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_paper_that_ends_in_a_table_can_be_run() -> None:
    data = template([["{{ name }}", "乙"]])

    made = part(print_run(Prepared(data, "表.docx"), [{"name": "甲"}, {"name": "丙"}]))

    assert [len(made.findall(".//w:tbl", NS)), len(made.findall(".//w:sectPr", NS))] == [2, 2]


def test_nobody_and_pictures_of_ones_own_are_refused() -> None:
    from docxtpl import InlineImage
    from PIL import Image

    def picture(document: Any) -> object:
        drawn = io.BytesIO()
        Image.new("RGB", (2, 2)).save(drawn, "PNG")
        drawn.seek(0)
        return InlineImage(document, drawn)

    mixed = [{"value": "无"}, {"value": Deferred(picture)}]

    with pytest.raises(TemplateError, match="没有要合印"):
        print_run(ready("dayang-monthly"), [])
    with pytest.raises(TemplateError, match="逐份生成"):
        print_run(Prepared(template("{{ value }}"), "图.docx"), mixed)
    assert by_docxtpl(template("{{ value }}"), mixed[1])


@pytest.mark.libreoffice
def test_papers_of_several_pages_are_cut_apart_and_numbered_from_1(tmp_path: Path) -> None:
    import pdfplumber

    three = contexts("tongshi-annual")
    for number, one in enumerate(three):
        for row in one["rows"]:
            row["remark"] = "走访记录缺2户，已当场说明并改正。" * (5 if number != 1 else 0)
    (tmp_path / "合印.docx").write_bytes(print_run(ready("tongshi-annual"), three, duplex=True))

    (made,) = to_pdf([tmp_path / "合印.docx"], tmp_path / "pdf")

    data = made.read_bytes()
    begins = first_pages(data, 3)
    lengths = []
    for one in cut(data, begins):
        with pdfplumber.open(io.BytesIO(one)) as document:
            feet = [(page.extract_text() or "").replace(" ", "").split("\n")[-1] for page in document.pages]
        lengths.append(len(feet))
        assert feet == [f"第{number}页" for number in range(1, len(feet) + 1)]
    assert lengths[0] >= 3
    assert lengths[0] == lengths[2] > lengths[1]
    assert [0, begins[1] - begins[0] >= lengths[0], begins[2] > begins[1]] == [0, True, True]
    assert all(begin % 2 == 0 for begin in first_pages(with_blank_sides(data, begins), 3))


@pytest.mark.libreoffice
def test_the_pdf_is_cut_where_each_paper_begins(tmp_path: Path) -> None:
    import pdfplumber

    (tmp_path / "合印.docx").write_bytes(print_run(ready("tongshi-annual"), contexts("tongshi-annual"), duplex=True))

    (made,) = to_pdf([tmp_path / "合印.docx"], tmp_path / "pdf")

    data = made.read_bytes()
    begins = first_pages(data, 3)
    assert begins == [0, 1, 2]
    assert first_pages(with_blank_sides(data, begins), 3) == [0, 2, 4]
    pages = []
    for one in cut(with_blank_sides(data, begins), [0, 2, 4]):
        with pdfplumber.open(io.BytesIO(one)) as document:
            pages.append([(page.extract_text() or "").replace(" ", "") for page in document.pages])
    assert [len([page for page in one if page]) for one in pages] == [1, 1, 1]


@pytest.mark.libreoffice
@pytest.mark.parametrize("duplex", [False, True])
def test_a_long_run_is_converted_in_portions_with_the_same_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, duplex: bool
) -> None:
    import pdfplumber

    five = (contexts("dayang-monthly") * 2)[:5]
    run_of = tmp_path / "合印.docx"
    run_of.write_bytes(print_run(ready("dayang-monthly"), five, duplex=duplex))
    monkeypatch.setattr(portions, "__defaults__", (2,))

    whole, *each = run_to_pdf(run_of, [[f"{number}"] for number in range(5)], duplex=duplex, cut=True)

    monkeypatch.setattr(portions, "__defaults__", (40,))
    once, *_ = run_to_pdf(run_of, [[f"{number}"] for number in range(5)], duplex=duplex)
    texts = []
    for path in (whole, once):
        with pdfplumber.open(path) as document:
            texts.append([page.extract_text() for page in document.pages])
    assert texts[0] == texts[1]
    assert len(each) == 5


def test_a_portion_holds_only_what_it_refers_to() -> None:
    data = print_run(ready("dayang-monthly"), contexts("dayang-monthly"))

    parts = portions(data, 2)

    assert [count for _, count in parts] == [2, 1]
    for content, count in parts:
        assert len(part(content).findall(".//w:sectPr", NS)) == count
    assert portions(data) == [(data, 3)]


def test_generate_runs_all_forms_into_one(dayang: Workspace) -> None:  # noqa: F811
    assert run(dayang, "blank", "-p", "2023-05", "--print-run", "--duplex") == 0
    assert run(dayang, "table", "-p", "2023-03", "--print-run") == 0

    (blanks,) = dayang.outbox.glob("2023-05/空白表/*.docx")
    (tables,) = dayang.outbox.glob("2023-03/评分表/*.docx")
    assert blanks.name == "合印-空白表-2023-05-3份.docx"
    assert len(part(tables).findall(".//w:sectPr", NS)) == 3


@pytest.mark.parametrize("words", [("--duplex",), ("--cut",), ("--print-run", "--kind", "xlsx")])
def test_a_run_that_cannot_be_is_said(dayang: Workspace, words: tuple[str, ...]) -> None:  # noqa: F811
    with pytest.raises(UsageError, match="--print-run"):
        run(dayang, "blank", "-p", "2023-05", *words)


@pytest.mark.libreoffice
def test_generate_cuts_a_pdf_for_each(dayang: Workspace) -> None:  # noqa: F811
    assert run(dayang, "blank", "-p", "2023-05", "--print-run", "--cut") == 0

    made = sorted(path.name for path in dayang.outbox.glob("2023-05/空白表/*.pdf"))
    assert len(made) == 4
    assert sum(name.startswith("张庄村-李四-") for name in made) == 1
