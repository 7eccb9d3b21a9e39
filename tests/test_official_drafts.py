"""Drafts: what a head may say, what a body becomes, and what is refused in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
from official_paper import DRAFTS, written

from formgen.errors import ConfigurationError, MissingProgramError, UsageError
from formgen.generate import notices
from formgen.generate.notices import read_draft
from formgen.rendering.official import drafts, faces, profile
from formgen.rendering.official.elements import Table, Text
from formgen.rendering.official.proofread import corrected, proofread
from formgen.rendering.press import Output

NOTICES = sorted((Path(__file__).parent.parent / "samples" / "notices").glob("*.md"))
HEAD = "标题：关于考核的通知\n机关：石桥镇人民政府\n主送：各村\n日期：2023-02-03\n"


def codes(text: str) -> list[str]:
    draft = drafts.read(text)
    return [finding.code for finding in proofread(draft.paper, draft.listed)]


def test_a_head_is_read() -> None:
    paper = drafts.read(DRAFTS["down"]).paper

    assert paper.copy_number == "000012"
    assert paper.date == "2023年2月3日"
    assert paper.mark == ("石桥镇人民政府文件",)
    assert [piece.label for piece in paper.pieces] == ["附件1", "附件2"]
    assert paper.pieces[1].wide
    assert isinstance(paper.pieces[1].blocks[0], Table)


def test_markdown_and_plain_text_say_the_same() -> None:
    plain = drafts.read(HEAD + "\n一、对象\n\n全镇。\n").paper
    fenced = drafts.read("---\n" + HEAD + "---\n# 不是标题\n\n## 一、对象\n\n全镇。\n").paper

    assert plain.blocks == (Text("一、对象", 1, 4), Text("全镇。"))
    assert fenced.blocks[1:] == plain.blocks


def test_a_title_may_be_the_first_heading() -> None:
    assert drafts.read("# 关于考核的通知\n\n正文。\n").paper.title == "关于考核的通知"


@pytest.mark.parametrize(
    ("line", "level", "lead"),
    [
        ("一、考核对象", 1, 6),
        ("三、所有考评内容与绩效挂钩。本方案执行。", 1, 0),
        ("（一）坚持党领导的原则。村民小组长的选配。", 2, 12),
        ("(一)坚持实事求是、客观公正;", 2, 0),
        ("1.平时考核。", 3, 0),
        ("2023年以来，", 0, 0),
        ("（1）走访。", 4, 0),
        ("第一条  为进一步加强管理，", 1, 3),
    ],
)
def test_levels_of_headings_are_known_by_their_numbers(line: str, level: int, lead: int) -> None:
    block = drafts.read(HEAD + f"\n{line}\n").paper.blocks[0]

    assert isinstance(block, Text)
    assert (block.level, block.lead) == (level, lead)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有标题"),
        ("机关：石桥镇人民政府\n\n正文。\n", "没有标题"),
        ("标题：甲\n落款单位：乙\n\n正文\n", "不认识“落款单位”"),
        ("标题：甲\n主送：甲\n主送：乙\n\n正文\n", "写了两次"),
        ("标题：甲\n种类：便条\n\n正文\n", "种类“便条”写得不对"),
        ("标题：甲\n落款：手印\n\n正文\n", "落款“手印”写得不对"),
        ("标题：甲\n正文没有空行就来了\n", "空一行"),
        ("标题：甲\n文号：石政〔2023〕4号\n\n正文\n", "没有机关"),
        ("标题：甲\n\n@引用 没有\n", "写得不对"),
        ("标题：甲\n\n# 附件：\n\n正文\n", "没有名称"),
    ],
)
def test_a_faulty_draft_is_refused_in_plain_words(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        drafts.read(text)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("@引用 没有这个#标题", "不存在"),
        ("@引用 dayang-2023#没有", "没有“没有”这一处"),
        ("@引用 ../../etc#x", "写得不对"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(reference: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "底稿.md"
    path.write_text(f"标题：甲\n\n{reference}\n", encoding="utf-8")

    with pytest.raises(UsageError, match=words):
        read_draft(path)


def test_what_is_no_text_is_refused_and_old_encodings_are_read(tmp_path: Path) -> None:
    binary, old = tmp_path / "图.md", tmp_path / "旧.txt"
    binary.write_bytes(b"\x89PNG\r\n\0\0\xff\xfe")
    old.write_bytes("标题：关于考核的通知\n\n正文。\n".encode("gb18030"))

    with pytest.raises(UsageError, match="不是文本"):
        read_draft(binary)
    assert read_draft(old).paper.title == "关于考核的通知"


def test_odd_values_stay_plain_text() -> None:
    odd = (
        "标题：甲&乙<b>{{ 7*7 }}\n机关：" + "石" * 60 + "\n文号：石政〔2023〕4号\n日期：2023-02-03\n\n=cmd|\x07 正文\n"
    )

    data = written(odd)

    assert data[:2] == b"PK"


def test_the_five_notices_are_read_with_their_own_wording() -> None:
    papers = [read_draft(path).paper for path in NOTICES]

    assert len(papers) == 5
    words = {
        path.name: "".join(block.words for block in paper.blocks if isinstance(block, Text))
        for path, paper in zip(NOTICES, papers, strict=True)
    }
    assert words["大杨镇-印发管理办法的通知.md"].endswith("（意见征集稿）》。")
    assert "已经镇委同意，现印发给你们" in words["大茂镇-印发实施方案的通知.md"]
    assert [len(paper.attachments) for paper in papers if paper.organs == ("大杨镇人民政府",)] == [2]
    ningxia = next(paper for paper in papers if "驻村工作队" in paper.title)
    assert [piece.label for piece in ningxia.pieces] == ["", "附件1", "附件2", "附件3", "附件4", "附件5"]
    assert not ningxia.attachments  # they are attachments of the measure, not of the notice


def test_registers_have_the_cells_of_the_regulation(tmp_path: Path) -> None:
    path = tmp_path / "登记表.md"
    quoted = "# 附件：甲\n\n@引用 ningxia-2015#附件4..附件5\n\n# 附件：乙\n\n@引用 ningxia-2015#附件5\n"
    path.write_text(HEAD + "\n正文。\n\n" + quoted, encoding="utf-8")

    forms = [block for piece in read_draft(path).paper.pieces for block in piece.blocks if isinstance(block, Table)]

    assert [len(row) for row in forms[0].rows] == [6, 4, 4, 2, 2, 2, 2, 3]
    assert [len(row) for row in forms[1].rows] == [6, 4, 4, 2, 2, 2, 2, 2, 3]
    assert {sum(cell.span for cell in row) for form in forms for row in form.rows} == {6}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("文号：石政[2023]4号", "number-brackets"),
        ("文号：石政〔2023〕 4号", "number-blank"),
        ("文号：石政〔2023〕第4号", "number-ordinal"),
        ("文号：石政〔2023〕04号", "number-padded"),
        ("文号：石政〔23〕4号", "number-year"),
        ("印发日期：2023年02月03日", "date-padded"),
        ("签发人：张三丰", "signer-downward"),
        ("附件：甲", "attachment-differs"),
        ("附件：1.乙\n  2.丙", "attachment-count"),
    ],
)
def test_proofreading_finds_the_fault_in_the_head(change: str, code: str) -> None:
    assert code in codes(f"{HEAD}{change}\n\n正文。\n\n# 附件：乙\n\n正文。\n")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("现将《石桥镇考核办法》。", "unfinished"),
        ("为做好工作,现通知如下。", "half-width"),
        ("考核(试行)办法。", "half-width"),
        ("自2023年03月01日起。", "date-padded"),
        ("扣 1 0 分。", "number-spaced"),
        ("根据石政[2023]4号文件。", "number-brackets"),
        ("一、甲\n\n三、乙", "heading-skipped"),
        ("## 工作要求", "heading-number"),
        ("一、甲\n\n（1）乙", "level-skipped"),
        ("1、甲。", "heading-mark"),
    ],
)
def test_proofreading_finds_the_fault_in_the_body(body: str, code: str) -> None:
    assert code in codes(f"{HEAD}\n{body}\n")


@pytest.mark.parametrize(
    ("number", "found"), [("第5期", []), ("第12号", []), ("（第3次）", []), ("石政[2023]5号", ["number-brackets"])]
)
def test_the_number_of_an_issue_of_minutes_is_no_fault(number: str, found: list[str]) -> None:
    assert [
        one for one in codes(f"{HEAD}种类：纪要\n文号：{number}\n\n会议决定按月公示。\n") if one.startswith("number-")
    ] == found


def test_proofreading_finds_nothing_in_a_sound_draft() -> None:
    assert codes(DRAFTS["down"]) == []
    assert codes(HEAD + "\n一、甲\n\n（一）乙。丙。\n\n1.丁。\n\n2.戊。\n\n（1）己。\n\n二、庚\n") == []


def test_two_names_of_one_organ_are_found() -> None:
    path = next(path for path in NOTICES if path.name.startswith("大茂"))

    assert "organ-differs" in [finding.code for finding in proofread(read_draft(path).paper)]


def test_only_what_is_certain_is_corrected_and_only_if_asked() -> None:
    paper = drafts.read(f"{HEAD}文号：石政[2023] 第04号\n\n自2023年03月01日起,执行(试行)。得分3,000.\n").paper

    right = corrected(paper)

    assert paper.number == "石政[2023] 第04号"
    assert right.number == "石政〔2023〕4号"
    assert right.blocks[0] == Text("自2023年3月1日起，执行（试行）。得分3,000.")


def test_a_local_profile_changes_what_it_names(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    text = '沿用 = "strict"\n行距 = 28\n页码 = "居中"\n[字体]\n仿宋 = "方正仿宋_GBK"\n'
    (tmp_path / "profiles" / "县里.toml").write_text(text, encoding="utf-8")

    local = profile.find("县里", tmp_path)

    assert (local.pitch, local.top, local.page_numbers) == (28, 34.58, "centre")
    assert local.faces["仿宋"] == "方正仿宋_GBK"
    assert local.faces["黑体"] == profile.COMPAT.faces["黑体"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("行高 = 28", "不认识“行高”"),
        ('行距 = "28"', "行距 = 28.95"),
        ("行距 = 280", "18 到 40"),
        ('页码 = "左"', "外侧"),
        ('红色 = "红"', "六位十六进制"),
        ('[字体]\n隶书 = "隶书"', "隶书"),
        ("行距 = ", "TOML"),
    ],
)
def test_a_faulty_profile_is_refused_in_plain_words(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "本地.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=words):
        profile.find("本地", tmp_path)


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(UsageError, match="compat、strict"):
        profile.find("没有")


def test_missing_faces_are_named_with_what_stands_in() -> None:
    found = faces.survey(here=["仿宋", "Noto Sans CJK SC"])

    words = [faces.words(face) for face in found if not face.exact]
    assert "由“仿宋”代替" in words[1]
    assert "会用“Noto Sans CJK SC”显示" in words[2]
    assert "会由别的字体代替" in words[0]


def test_require_fonts_refuses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(faces, "installed_families", lambda: frozenset({"仿宋"}))
    path = tmp_path / "底稿.md"
    path.write_text(HEAD + "\n正文。\n", encoding="utf-8")

    with pytest.raises(MissingProgramError, match="小标宋"):
        notices.notice(path, Output(tmp_path), profile.COMPAT, require_fonts=True)
    assert not list(tmp_path.glob("*.docx"))


@pytest.mark.parametrize(("name", "face"), [("李四", "仿宋_GB2312"), ("朱镕基", "仿宋"), ("𠮷野", faces.RAREST)])
def test_a_rare_character_gets_a_face_that_holds_it(name: str, face: str) -> None:
    cut = faces.runs(name, "仿宋_GB2312")

    assert "".join(words for words, _ in cut) == name
    assert face in [own for _, own in cut]
