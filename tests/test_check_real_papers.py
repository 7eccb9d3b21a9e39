"""``check`` on papers that others set correctly, each in its way: nothing is found, and faults still are."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import real_papers
import real_papers_more
from check_papers import changed, runs, says, shape
from fault_plants import DOCUMENT

from formgen.conformity.checking import judge
from formgen.libreoffice import convert_many

PAPERS = real_papers.PAPERS | real_papers_more.PAPERS
KINDS = {
    "signers_wrapped": "上行文", "signers_tabbed": "上行文", "signers_in_table": "上行文", "spaced_signer": "上行文",
    "report": "上行文", "letter": "信函", "reply_letter": "信函", "order": "命令", "minutes_issue": "纪要",
    "minutes_number": "纪要", "party_minutes": "纪要", "example_header": "无版头", "meeting": "无版头",
}  # fmt: skip
#: Papers whose mark, rules or 版记 stand where this test's plain XML puts them, not where the standard wants them.
ELSEWHERE = {"letter", "reply_letter", "boxed", "joint_table", "to_at_end", "unsealed", "signers_in_table"}


@lru_cache(maxsize=64)
def data(name: str) -> bytes:
    return PAPERS[name]().data()


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_is_found_on_a_correct_paper_of_another_hand(name: str) -> None:
    report = judge(data(name))

    assert report.findings == ()
    assert report.kind == KINDS.get(name, "文件")


@pytest.mark.libreoffice
def test_nothing_is_measured_on_a_correct_paper_of_another_hand(tmp_path: Path) -> None:
    sources = [tmp_path / f"{name}.docx" for name in PAPERS if name not in ELSEWHERE]
    for source in sources:
        source.write_bytes(data(source.stem))

    printed = convert_many(sources, "pdf", tmp_path)

    for source, pdf in zip(sources, printed, strict=True):
        assert judge(source.read_bytes(), pdf=pdf.read_bytes()).findings == (), source.stem


def elements(name: str) -> dict[str, str]:
    return dict(judge(data(name)).elements)


def test_signers_who_wrap_are_told_from_the_number_beside_them() -> None:
    for name, number in (("signers_wrapped", "禾政〔2024〕9号"), ("spaced_signer", "禾水〔2024〕18号")):
        found = elements(name)
        assert found["发文字号"].startswith(number)
        assert found["签发人"].startswith("签发人：")
        assert found["发文机关标志"].startswith("禾川县")


def test_minutes_may_have_a_number_without_a_code() -> None:
    assert elements("minutes_number")["发文字号"] == "〔2024〕7号"
    assert elements("notice_board")["发文字号"] == "2024年第3号"


def test_annex_words_in_cells_are_no_labels() -> None:
    labels = [text for element, text in judge(data("annexes")).elements if element == "附件"]

    assert labels == ["附件1", "附件2", "附件3"]


def test_a_red_word_over_a_paper_is_no_mark() -> None:
    assert "发文机关标志" not in elements("example_header")
    assert elements("example_header")["标题"] == "关于开展村级考核的通知"


def test_the_first_sentence_of_an_announcement_is_no_addressee() -> None:
    assert "主送机关" not in elements("announcement")


_LONG = "各乡镇各单位要高度重视"
SPOILED = (
    ("plain", says("禾政发", "〔2024〕", "[2024]"), "number-brackets"),
    ("plain", says("禾政发", "〕12", "〕第12"), "number-ordinal"),
    ("plain", runs("关于做好2024", "sz", val=36), "title-size"),
    ("plain", runs(_LONG, "rFonts", eastAsia="宋体"), "body-face"),
    ("plain", runs("一、提高", "rFonts", eastAsia="仿宋"), "level-1-face"),
    ("plain", shape(_LONG, "ind", firstLineChars=0, firstLine=0), "body-indent"),
    ("plain", says("2024年5月6日", "5月6日", "05月06日"), "date-padded"),
    ("plain", shape("2024年5月6日", "ind", rightChars=0, right=0), "date-place"),
    ("plain", says("各乡镇人民政府，县", "：", ":"), "to-colon"),
    ("plain", says("抄送", "。", ""), "imprint-stop"),
    ("plain", runs("抄送", "sz", val=32), "imprint-size"),
    ("signers_wrapped", runs("　禾政", "sz", val=28), "signer-size"),
    ("signers_wrapped", says("　禾政", "9号", "09号"), "number-padded"),
    ("spaced_signer", runs("签发人", "rFonts", eastAsia="黑体"), "signer-label-face"),
    ("minutes_number", runs("出席", "rFonts", eastAsia="仿宋"), "attend-label-face"),
    ("minutes_issue", says("出席", "：", ":"), "attend-colon"),
    ("letter", says("禾农函", "〔2024〕", "（2024）"), "number-brackets"),
    ("letter", shape("禾农函", "jc", val="left"), "letter-number"),
    ("order", says("第5号", "第5号", "5号"), "order-number"),
    ("decision", runs("附件", "rFonts", eastAsia="仿宋"), "annex-label-face"),
    ("annexes", says("3.情况", "登记表", "统计表"), "annex-title"),
    ("annexes", says("2.评分", "2.", "2、"), "notes-number"),
    ("joint", says("2024年9月1日", "9月", "09月"), "date-padded"),
    ("announcement", says("为预防", "，", ","), "half-width"),
    ("decision", says("附件：2023", "名单", "名单。"), "notes-stop"),
    ("unsealed", says("000012", "000012", "12"), "copy-number-digits"),
    ("unsealed", runs("秘密", "rFonts", eastAsia="仿宋"), "secrecy-face"),
    ("measure", says("（此件", "（此件公开发布）", "(此件公开发布)"), "remark-brackets"),
    ("boxed", runs("禾办发", "rFonts", eastAsia="黑体"), "number-face"),
    ("meeting", says("二、参会", "二、", "三、"), "level-sequence"),
)


@pytest.mark.parametrize(("name", "plant", "code"), SPOILED, ids=lambda one: one if isinstance(one, str) else "")
def test_a_fault_in_a_paper_of_another_hand_is_found(name: str, plant: object, code: str) -> None:
    assert callable(plant)
    spoiled = changed(data(name), DOCUMENT, plant)

    codes = {finding.code for finding in judge(spoiled).findings}

    assert code in codes
