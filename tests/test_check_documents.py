"""``check`` on documents that others made: recognised as far as they go, never a traceback; hostile ones refused."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import docx
import pytest
from check_papers import NOTICE, PAPERS, changed, element, find, put, runs, written
from docx.shared import Pt
from lxml import etree

from formgen.conformity.checking import judge
from formgen.conformity.document import cut
from formgen.conformity.elements import heading
from formgen.conformity.faces import family, is_rare
from formgen.conformity.measures import width
from formgen.conformity.numbering import chinese
from formgen.conformity.reading import read
from formgen.conformity.recognition import recognise
from formgen.errors import EncryptedInputError, UnreadableInputError
from formgen.rendering.official import profile as official
from formgen.rendering.official.writer import write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ROOT = Path(__file__).resolve().parents[1]


def _foreign(*lines: str) -> bytes:
    """What a clerk types into an empty document of python-docx: its default template, nothing set."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


MESSY = _foreign(
    "青禾镇人民政府文件",
    "青政[2023] 04号  签发人:王田",
    "关于印发管理办法的通知",
    "各村民委员会:",
    "为加强管理,现将《管理办法》。",
    "一、总则",
    "三、附则",
    "附:1、管理办法。",
    "青禾镇人民政府",
    "2023年02月03日",
    "附件1：",
    "管理细则",
)


def test_a_messy_foreign_document_gets_its_findings() -> None:
    report = judge(MESSY)

    codes = {finding.code for finding in report.findings}
    wanted = {
        "paper-size", "margin-left", "number-brackets", "number-padded", "number-space", "signer-downward",
        "signer-colon", "title-face", "title-size", "title-centre", "to-colon", "body-face", "body-size",
        "body-indent", "half-width", "unfinished", "level-sequence", "notes-label", "notes-colon", "notes-stop",
        "date-padded", "annex-label-colon", "annex-page", "annex-title", "page-number-missing",
    }  # fmt: skip
    assert wanted <= codes


def test_the_elements_of_a_foreign_document_are_recognised_by_their_words() -> None:
    elements = dict(judge(MESSY).elements)

    assert elements["发文字号"].startswith("青政[2023] 04号")
    assert elements["标题"] == "关于印发管理办法的通知"
    assert elements["主送机关"] == "各村民委员会:"
    assert elements["成文日期"] == "2023年02月03日"
    assert elements["发文机关署名"] == "青禾镇人民政府"
    assert elements["附件"] == "附件1："


def test_every_finding_names_clause_place_found_and_wanted() -> None:
    for finding in judge(MESSY).findings:
        assert finding.clause[0].isdigit()
        assert finding.message
        assert finding.found
        assert finding.wanted
        assert str(finding.place)


@pytest.mark.parametrize("name", PAPERS)
def test_all_elements_of_our_own_papers_are_recognised(name: str) -> None:
    paper = PAPERS[name]

    report = judge(written(name))

    elements = dict(report.elements)
    assert report.kind == {"request": "上行文"}.get(name, paper.kind)
    assert ("发文字号" in elements) is bool(paper.number)
    assert ("成文日期" in elements) is bool(paper.date)
    assert ("抄送机关" in elements) is bool(paper.copies)
    assert ("主送机关" in elements) is bool(paper.to)
    assert "".join(elements.get("标题", "").split()) == paper.title


def test_a_theme_face_wins_over_the_name_beside_it() -> None:
    """Word lets the theme attribute win, so a paragraph named 仿宋 may print in another face."""
    plant = runs("为加强", "rFonts", eastAsiaTheme="minorEastAsia")

    findings = judge(changed(written("notice"), "word/document.xml", plant)).findings

    assert "body-face" in {finding.code for finding in findings}


def test_a_rare_character_may_stand_in_another_face() -> None:
    def plant(root: etree._Element) -> None:
        paragraph = find(root, "为加强")
        run = element("r")
        put(run, "rFonts", "rPr", eastAsia="SimSun-ExtB")
        text = element("t")
        text.text = "㛃"
        run.append(text)
        paragraph.append(run)

    findings = judge(changed(written("notice"), "word/document.xml", plant)).findings

    assert findings == ()


def test_a_style_decides_where_nothing_is_set_directly() -> None:
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    normal.font.name = "Arial"
    normal.element.rPr.rFonts.set(f"{W}eastAsia", "仿宋")
    normal.element.rPr.rFonts.attrib.pop(f"{W}eastAsiaTheme", None)
    document.add_paragraph("　　各村要按月考核。")
    out = io.BytesIO()
    document.save(out)

    paragraph = read(out.getvalue()).paragraphs[0]

    assert paragraph.runs[0].face.east == "仿宋"
    assert paragraph.size == 16


def test_a_number_set_by_word_counts_as_written() -> None:
    document = docx.Document()
    for words in ("走访", "登记"):
        document.add_paragraph(words, style="List Number")
    out = io.BytesIO()
    document.save(out)

    texts = [paragraph.text for paragraph in read(out.getvalue()).paragraphs]

    assert texts == ["1.走访", "2.登记"]


def test_deleted_words_are_not_read_and_inserted_ones_are() -> None:
    def plant(root: etree._Element) -> None:
        paragraph = find(root, "各村民委员会")
        gone, new = element("del"), element("ins")
        for owner, tag, words in ((gone, "delText", "旧"), (new, "t", "新")):
            run, text = element("r"), element(tag)
            text.text = words
            run.append(text)
            owner.append(run)
            paragraph.insert(1, owner)

    report = judge(changed(written("notice"), "word/document.xml", plant))

    assert dict(report.elements)["主送机关"].startswith("新各村")
    assert any("修订" in sentence for sentence in report.unchecked)


def test_a_local_profile_is_what_counts() -> None:
    local = official.COMPAT
    data = write(NOTICE, local)
    from formgen.conformity.model import STRICT

    findings = judge(data, STRICT).findings

    assert {"margin-top", "margin-bottom"} <= {finding.code for finding in findings}


@pytest.mark.parametrize("path", sorted((ROOT / "templates" / "docx").glob("*.docx")), ids=lambda path: path.stem)
def test_a_template_is_judged_without_a_fault(path: Path) -> None:
    report = judge(path.read_bytes())

    assert report.findings


def test_no_damage_to_the_xml_ends_in_a_traceback() -> None:
    chance = random.Random(9704)
    values = ("", "abc", "-1", "1e400", "1e999999999", "NaN", "Infinity", "99999999999999999999", "１２")
    for _ in range(120):
        name = chance.choice(list(PAPERS))

        def plant(root: etree._Element) -> None:
            for one in chance.choices(list(root.iter()), k=12):
                if one.attrib:
                    one.set(chance.choice(list(one.attrib)), chance.choice(values))
                elif one.getparent() is not None and chance.random() < 0.5:
                    one.getparent().remove(one)  # type: ignore[union-attr]

        part = chance.choice(("word/document.xml", "word/styles.xml", "word/settings.xml", "word/footer1.xml"))
        data = changed(written(name), part, plant)

        try:
            judge(data)
        except UnreadableInputError as fault:
            assert "另存" in str(fault)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", UnreadableInputError),
        (b"PK\x03\x04 broken", UnreadableInputError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, EncryptedInputError),
        (written("notice")[:2000], UnreadableInputError),
    ],
    ids=["empty", "broken", "encrypted", "cut"],
)
def test_what_is_no_docx_is_refused(data: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        judge(data)


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = _zip(**{"word__document.xml": b"<w/>" + b" " * (60 * 1024 * 1024)})

    with pytest.raises(UnreadableInputError, match="过大"):
        judge(data)


def test_entities_are_not_resolved() -> None:
    xml = (
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>&b;&f;</w:t></w:r></w:p></w:body></w:document>"
    )

    document = read(_zip(**{"word__document.xml": xml}))

    assert all("aaaa" not in one.raw and "root" not in one.raw for one in document.paragraphs)


def test_many_attachments_are_judged_in_bounded_time() -> None:
    document = docx.Document()
    for _ in range(1500):
        document.add_paragraph("附件1")
        document.add_paragraph("")
    out = io.BytesIO()
    document.save(out)

    report = judge(out.getvalue())

    assert len(report.findings) < 5000


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("仿宋_GB2312", "仿宋"),
        ("FangSong", "仿宋"),
        ("方正小标宋_GBK", "小标宋"),
        ("FZXiaoBiaoSong-B05S", "小标宋"),
        ("华文楷体", "楷体"),
        ("微软雅黑", "雅黑"),
        ("SimHei", "黑体"),
        ("NSimSun", "宋体"),
        ("Calibri", ""),
        ("华文中宋", "中宋"),
    ],
)
def test_faces_are_told_by_their_names(name: str, wanted: str) -> None:
    assert family(name) == wanted


def test_small_measures() -> None:
    assert width("2023年2月3日") == 6
    assert width("大杨镇人民政府") == 7
    assert [chinese(n) for n in (1, 10, 11, 20, 34)] == ["一", "十", "十一", "二十", "三十四"]
    assert is_rare("㛃")
    assert not is_rare("李")


def test_a_heading_that_runs_on_is_cut_at_its_sentence() -> None:
    paragraph = next(one for one in read(written("notice")).paragraphs if one.text.startswith("（一）明确"))

    found = heading(paragraph)

    assert found is not None
    assert (found.level, found.number, found.lead) == (2, "一", "（一）明确职责。")
    assert cut(paragraph, 0, 3).raw == "（一）"


def test_recognition_of_an_empty_document_finds_nothing() -> None:
    elements = recognise(read(_foreign()))

    assert elements.words() == ()
    assert elements.kind == "无版头"


def test_a_red_remark_above_a_paper_is_no_mark() -> None:
    def plant(root: etree._Element) -> None:
        for run in find(root, "000123").iter(f"{W}r"):
            put(run, "color", "rPr", val="FF0000")
            put(run, "sz", "rPr", val=24)
            next(run.iter(f"{W}t")).text = "示例：不作为公文使用"

    report = judge(changed(written("notice"), "word/document.xml", plant))

    assert dict(report.elements)["发文机关标志"] == "青禾镇人民政府文件"


def test_every_code_that_is_planted_stands_in_the_table_of_clauses() -> None:
    from check_faults import FAULTS

    table = (ROOT / "docs" / "clauses-checked.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].split()[0]: line for line in table.splitlines() if line.startswith("| ")}

    for fault in FAULTS:
        row = rows[fault.clause.split("（")[0]]
        assert f"`{fault.codes[0]}`" in row, (fault.clause, fault.codes[0])
