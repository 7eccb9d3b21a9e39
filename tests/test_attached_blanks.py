"""Forms bound with a notice: they are the blanks that come back later, not tables typed anew."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from official_paper import MEASURED, MEASURED_STRICT, converted, pages_of
from paper import NS, W, all_forms, controls, field_ids, part, text

from formgen.conformity.checking import judge
from formgen.errors import UsageError
from formgen.generate.notices import read_draft
from formgen.rendering.official.writer import write
from parsers.reading import read_file

NOTICES = Path(__file__).parent.parent / "samples" / "notices"
DAYANG = NOTICES / "大杨镇-印发管理办法的通知.md"
NINGXIA = NOTICES / "宁夏-印发暂行办法的通知.md"
FIVE = ("team-annual", "captain-annual", "member-annual", "register-quarterly", "opinion-annual")


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    read = {"dayang": read_draft(DAYANG).paper, "ningxia": read_draft(NINGXIA).paper}
    made = {name: write(paper, MEASURED) for name, paper in read.items()}
    return made | {f"{name} strict": write(paper, MEASURED_STRICT) for name, paper in read.items()}


def test_the_form_of_a_notice_has_the_fields_of_the_blank(papers: dict[str, bytes]) -> None:
    root = part(papers["dayang"])

    found = controls(root)

    _, form = all_forms()["dayang-monthly"]
    assert set(found) >= field_ids(form)


def test_five_forms_of_a_notice_have_numbers_of_their_own(papers: dict[str, bytes]) -> None:
    root = part(papers["ningxia"])

    numbers = [one.get(W + "val") for one in root.iterfind(".//w:sdt/w:sdtPr/w:id", NS)]
    used = {one.get(W + "val") for one in root.iter(W + "pStyle", W + "rStyle")}
    styles = [one.get(W + "styleId") for one in part(papers["ningxia"], "word/styles.xml").iter(W + "style")]
    names = [one.get(W + "val") for one in part(papers["ningxia"], "word/styles.xml").iterfind("w:style/w:name", NS)]

    assert len(numbers) == len(set(numbers)) > 50
    assert used <= set(styles)
    assert len(styles) == len(set(styles))
    assert len(names) == len(set(names))
    assert len(root.findall(".//w:tbl", NS)) == 5


def test_the_form_filled_in_on_the_notice_is_read_as_the_form(papers: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    path.write_bytes(papers["dayang"])
    forms = [form for _, form in all_forms().values()]

    reading = read_file(path, forms)

    assert [record.form for record in reading.records] == ["dayang-monthly"]


@pytest.mark.parametrize("name", ["ningxia", "ningxia strict"])
def test_check_finds_nothing_on_a_notice_with_its_forms(papers: dict[str, bytes], name: str) -> None:
    from formgen.conformity.model import PROFILES

    findings = judge(papers[name], PROFILES["strict" if "strict" in name else "compat"]).findings

    # the faces are those of this measurement, not the standard's
    assert [one.code for one in findings if not one.code.endswith("-face")] == []


@pytest.mark.libreoffice
def test_each_form_takes_one_side_with_label_in_line_1(papers: dict[str, bytes], tmp_path: Path) -> None:
    made = converted({name.replace(" ", "-"): papers[name] for name in ("ningxia", "ningxia strict")}, tmp_path)

    for name, path in made.items():
        sheets = pages_of(path)[-5:]
        for number, (sheet, form) in enumerate(zip(sheets, FIVE, strict=True), start=1):
            label = sheet.find(f"附件{number}")[0]
            title = all_forms()[f"ningxia-{form}"][1].title[:8]
            assert abs(label["top"] - (39.7 if "strict" not in name else 37.3)) < 1.5
            assert label["top"] < sheet.find(title)[0]["top"] < label["top"] + 26
            assert max(one["bottom"] for one in sheet.chars if one["top"] < 260) < 263


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("# 附件：甲\n\n@表格 没有\n", "底稿引用的表格“没有”不存在；有："),
        ("# 附件：甲\n\n说明。\n\n@表格 dayang-monthly\n", "不能再写别的"),
        ("# 附件：甲\n\n@表格\n", "附表写作“@表格 dayang-monthly”"),
        ("正文。\n\n@表格 dayang-monthly\n", "附表写作"),
    ],
)
def test_a_wrong_reference_to_a_form_is_said(body: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "稿.md"
    path.write_text(f"标题：关于考核的通知\n机关：石桥镇人民政府\n\n正文。\n\n{body}", encoding="utf-8")

    with pytest.raises(UsageError, match=said):
        read_draft(path)


def test_a_form_is_attached_with_the_words_that_its_template_prints(papers: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    path.write_bytes(papers["ningxia"])
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None

    words = text(part(papers["ningxia"]))

    assert "县（区）扶贫部门意见：" in words
    assert "{{" not in words
