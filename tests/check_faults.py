"""The planted faults: one per element of the clauses. Each is planted in a paper that conforms.

A fault is (name, paper, part, plant, codes that may be said for it, clause). The first code must be said; any other
code in the set is the same fault seen from another side (a label that is wrong is no longer the label that is listed).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from check_papers import (
    blank_before,
    both,
    dropped,
    element,
    face,
    find,
    in_section,
    put,
    runs,
    says,
    shape,
    without,
)
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT, SETTINGS, ODD, EVEN = "word/document.xml", "word/settings.xml", "word/footer1.xml", "word/footer2.xml"


@dataclass(frozen=True)
class Fault:
    name: str
    paper: str
    part: str
    plant: Callable[[etree._Element], None]
    codes: tuple[str, ...]
    clause: str


def _border(**attributes: object) -> Callable[[etree._Element], None]:
    def plant(root: etree._Element) -> None:
        bottom = next(root.iter(f"{W}pBdr")).find(f"{W}bottom")
        assert bottom is not None
        for key, value in attributes.items():
            bottom.set(f"{W}{key}", str(value))

    return plant


def _imprint_line(index: int, **attributes: object) -> Callable[[etree._Element], None]:
    """Change a line of the 版记 (0 first, 1 middle, 2 last); ``val="nil"`` takes it away."""

    def plant(root: etree._Element) -> None:
        lines = [line for owner in root.iter(f"{W}pBdr") for line in owner if line.get(f"{W}color") == "000000"]
        for key, value in attributes.items():
            lines[index].set(f"{W}{key}", str(value))

    return plant


def _swapped(first: str, second: str) -> Callable[[etree._Element], None]:
    def plant(root: etree._Element) -> None:
        find(root, first).addprevious(find(root, second))

    return plant


def _no_break(words: str) -> Callable[[etree._Element], None]:
    def plant(root: etree._Element) -> None:
        properties = find(root, words).find(f"{W}pPr")
        assert properties is not None
        found = properties.find(f"{W}pageBreakBefore")
        assert found is not None
        properties.remove(found)

    return plant


def _split(words: str, *rows: str) -> Callable[[etree._Element], None]:
    """Break a title into the rows given."""

    def plant(root: etree._Element) -> None:
        paragraph = find(root, words)
        parts = list(paragraph.iter(f"{W}t"))
        run = parts[0].getparent()
        assert run is not None
        parts[0].text = rows[0]
        for part in parts[1:]:
            part.text = ""
        for row in rows[1:]:
            run.append(element("br"))
            text = element("t")
            text.text = row
            run.append(text)

    return plant


def _lead(words: str, name: str, value: object) -> Callable[[etree._Element], None]:
    """Change only the first run of a paragraph: the heading of a text that runs on."""

    def plant(root: etree._Element) -> None:
        first = next(find(root, words).iter(f"{W}rPr"))
        if name == "face":
            fonts = first.find(f"{W}rFonts")
            assert fonts is not None
            fonts.set(f"{W}eastAsia", str(value))
        else:
            first.append(element(name, **({} if value is None else {"val": value})))

    return plant


def _annex_title(tag: str, **attributes: object) -> Callable[[etree._Element], None]:
    """Change the title of 附件1, which stands after its label."""

    def plant(root: etree._Element) -> None:
        title = find(root, "附件1").getnext()
        assert title is not None
        put(title, tag, "pPr", **attributes)

    return plant


def _add_third(root: etree._Element) -> None:
    """A third name in 附件说明."""
    second = find(root, "2.青禾")
    third = deepcopy(second)
    second.addnext(third)
    for part, words in zip(third.iter(f"{W}t"), ("3.", "青禾镇小组长合同"), strict=False):
        part.text = words


def _no_book_marks(root: etree._Element) -> None:
    for part in root.iter(f"{W}t"):
        part.text = (part.text or "").replace("《", "").replace("》", "")


def _only_number(root: etree._Element) -> None:
    """No 签发人 beside the number."""
    paragraph = find(root, "青政〔")
    for run in list(paragraph.iter(f"{W}r")):
        if "青政" not in "".join(part.text or "" for part in run.iter(f"{W}t")):
            paragraph.remove(run)


def _columns(root: etree._Element) -> None:
    for section in root.iter(f"{W}sectPr"):
        section.append(element("cols", num=2))


def _no_tab(root: etree._Element) -> None:
    """The number of a 信函 where the line begins."""
    number = find(root, "青政函〔")
    for tab in [one for run in number.iter(f"{W}r") for one in run.iter(f"{W}tab")]:
        tab.getparent().remove(tab)  # type: ignore[union-attr]


def _all_runs(tag: str, **attributes: object) -> Callable[[etree._Element], None]:
    def plant(root: etree._Element) -> None:
        for run in root.iter(f"{W}r"):
            put(run, tag, "rPr", **attributes)

    return plant


def _footer(tag: str, **attributes: object) -> Callable[[etree._Element], None]:
    return lambda root: put(next(root.iter(f"{W}p")), tag, "pPr", **attributes)


def _no_dashes(root: etree._Element) -> None:
    for part in root.iter(f"{W}t"):
        part.text = (part.text or "").replace("—", "")


def _add_issued(root: etree._Element) -> None:
    """印发机关 and date below 抄送."""
    copies = find(root, "抄送")
    issued = deepcopy(copies)
    copies.addnext(issued)
    put(issued, "ind", "pPr", left=280, hanging=0)
    parts = list(issued.iter(f"{W}t"))
    parts[0].text = "青禾镇党政办公室　2023年5月6日印发"
    for part in parts[1:]:
        part.text = ""


_NUMBER = ("number-size", "number-left")
_PLACES = ("date-place", "signature-place")
_T = "关于做好乡村振兴小组长月度考核工作的通知"
_SEALED_BODY = "为加强乡村振兴小组长"


def _f(name: str, paper: str, plant: Callable[[etree._Element], None], code: str, clause: str, part: str = DOCUMENT,
       also: tuple[str, ...] = ()) -> Fault:  # fmt: skip
    return Fault(name, paper, part, plant, (code, *also), clause)


FAULTS = (
    # 3, 5, 6.3: the sheet
    _f(
        "letter paper",
        "notice",
        in_section("pgSz", w=12240, h=15840),
        "paper-size",
        "5.1",
        also=("line-pitch", "line-characters"),
    ),
    _f("top margin", "notice", in_section("pgMar", top=1440), "margin-top", "5.2.1", also=("line-pitch",)),
    _f("bottom margin", "notice", in_section("pgMar", bottom=1440), "margin-bottom", "5.2.1", also=("line-pitch",)),
    _f("left margin", "notice", in_section("pgMar", left=1800), "margin-left", "5.2.1", also=("line-characters",)),
    _f("right margin", "notice", in_section("pgMar", right=1800), "margin-right", "5.2.1", also=("line-characters",)),
    _f("pitch of 25 points", "notice", shape("为加强", "spacing", line=500, lineRule="exact"), "line-pitch", "5.2.3"),
    _f("one and a half lines", "notice", shape("为加强", "spacing", line=360, lineRule="auto"), "line-pitch", "5.2.3"),
    _f("wide letter spacing", "notice", runs("为加强", "spacing", val=40), "line-characters", "5.2.3"),
    _f("space between paragraphs", "notice", shape("各村要把", "spacing", after=240), "paragraph-space", "3.2"),
    _f("blue body", "notice", runs("为加强", "color", val="0000FF"), "body-colour", "5.2.4"),
    _f("blue title", "notice", runs(_T, "color", val="0070C0"), "title-colour", "5.2.4"),
    _f("no mirrored margins", "notice", dropped("mirrorMargins"), "mirror-margins", "6.3", SETTINGS),
    # 7.2: 版头
    _f("copy number of 3 digits", "notice", says("000123", "000123", "123"), "copy-number-digits", "7.2.1"),
    _f("copy number in 小四", "notice", runs("000123", "sz", val=24), "copy-number-size", "7.2.1"),
    _f("copy number at the right", "notice", shape("000123", "jc", val="right"), "copy-number-place", "7.2.1"),
    _f("copy number in line 2", "notice", blank_before("000123"), "copy-number-line", "7.2.1"),
    _f("secrecy in 宋体", "notice", face("机密", "宋体"), "secrecy-face", "7.2.2"),
    _f("secrecy in 四号", "notice", runs("机密", "sz", val=28), "secrecy-size", "7.2.2"),
    _f("secrecy period in Chinese", "notice", says("机密", "1年", "一年"), "secrecy-period", "7.2.2"),
    _f("urgency in 仿宋", "notice", face("特急", "仿宋_GB2312"), "urgency-face", "7.2.3"),
    _f("urgency indented", "notice", shape("特急", "ind", firstLine=640), "urgency-place", "7.2.3"),
    _f("urgency above secrecy", "notice", _swapped("机密", "特急"), "corner-order", "7.2.3"),
    _f("black mark", "notice", runs("青禾镇人民政府文件", "color", val="000000"), "mark-colour", "7.2.4"),
    _f("mark in 黑体", "notice", face("青禾镇人民政府文件", "黑体"), "mark-face", "7.2.4"),
    _f("mark at the left", "notice", shape("青禾镇人民政府文件", "jc", val="left"), "mark-centre", "7.2.4"),
    _f("small mark", "notice", runs("青禾镇人民政府文件", "sz", val=32), "mark-size", "7.2.4"),
    _f("number in square brackets", "notice", says("青政〔", "〔2023〕", "[2023]"), "number-brackets", "7.2.5"),
    _f("number in lenticular brackets", "notice", says("青政〔", "〔2023〕", "【2023】"), "number-brackets", "7.2.5"),
    _f("number with 第", "notice", says("青政〔", "〕12", "〕第12"), "number-ordinal", "7.2.5"),
    _f("padded number", "notice", says("青政〔", "〕12", "〕012"), "number-padded", "7.2.5"),
    _f("year of two digits", "notice", says("青政〔", "2023", "23"), "number-year", "7.2.5"),
    _f("blank in the number", "notice", says("青政〔", "〕12号", "〕 12号"), "number-space", "7.2.5"),
    _f("number in 黑体", "notice", face("青政〔", "黑体"), "number-face", "7.2.5"),
    _f("number in 小四", "notice", runs("青政〔", "sz", val=24), "number-size", "7.2.5"),
    _f("number at the right", "notice", shape("青政〔", "jc", val="right"), "number-centre", "7.2.5"),
    _f("number close to the mark", "notice", shape("青政〔", "spacing", before=0), "number-gap", "7.2.5"),
    _f("upward number not one 字 in", "request", shape("青政〔", "ind", left=0, firstLine=0), "number-left", "7.2.5"),
    _f("no 签发人 on a 请示", "request", _only_number, "signer-missing", "7.2.6", also=("number-centre",)),
    _f("签发人 with a half colon", "request", says("青政〔", "签发人：", "签发人:"), "signer-colon", "7.2.6"),
    _f("签发人 on a 通知", "request", says("关于增拨", "请示", "通知"), "signer-downward", "7.2.6"),
    _f("签发人's name in 仿宋", "request", face("青政〔", "仿宋_GB2312"), "signer-name-face", "7.2.6"),
    _f("no red rule", "notice", dropped("pBdr"), "rule-missing", "7.2.7", also=("imprint-lines",)),
    _f("red rule narrow", "notice", shape("青政〔", "ind", left=1600, right=1600), "rule-width", "7.2.7"),
    _f("red rule of 3 mm", "notice", _border(sz=72), "rule-thickness", "7.2.7"),
    _f("red rule touching the number", "notice", _border(space=0), "rule-distance", "7.2.7"),
    # 7.3.1, 7.3.2
    _f("title in 三号", "notice", runs(_T, "sz", val=32), "title-size", "7.3.1"),
    _f("title in 黑体", "notice", face(_T, "黑体"), "title-face", "7.3.1"),
    _f("title at the left", "notice", shape(_T, "jc", val="left"), "title-centre", "7.3.1"),
    _f("bold title", "notice", runs(_T, "b"), "title-bold", "7.3.1"),
    _f("title one line below the rule", "notice", shape(_T, "spacing", before=579), "title-gap", "7.3.1"),
    _f(
        "title broken within 的",
        "notice",
        _split(_T, "关于做好乡村振兴小组长月度考核工作", "的通知"),
        "title-break",
        "7.3.1",
    ),
    _f(
        "title like an hourglass",
        "notice",
        _split(_T, "关于做好乡村振兴小组长", "月度考核", "工作情况报送的有关通知"),
        "title-shape",
        "7.3.1",
    ),
    _f("title without a kind", "notice", says(_T, "的通知", "安排"), "title-kind", "7.3.1"),
    _f(
        "title with a full stop",
        "notice",
        says(_T, "通知", "通知，"),
        "title-stop",
        "7.3.1",
        also=("title-kind", "title-break"),
    ),
    _f("issued measure without 书名号", "sealed", _no_book_marks, "title-book-marks", "7.3.1"),
    _f("half colon after 主送", "notice", says("各村民委员会", "：", ":"), "to-colon", "7.3.2"),
    _f("主送 indented", "notice", shape("各村民委员会", "ind", firstLine=640), "to-flush", "7.3.2"),
    _f("主送 right below the title", "notice", shape("各村民委员会", "spacing", before=0), "to-gap", "7.3.2"),
    _f("主送 in 黑体", "notice", face("各村民委员会", "黑体"), "to-face", "5.2.2"),
    _f("主送 in 四号", "notice", runs("各村民委员会", "sz", val=28), "to-size", "5.2.2"),
    _f("no 主送", "notice", without("各村民委员会"), "to-missing", "7.3.2"),
    # 7.3.3
    _f("body in 四号", "notice", runs("为加强", "sz", val=28), "body-size", "7.3.3"),
    _f("body in 宋体", "notice", face("为加强", "宋体"), "body-face", "7.3.3"),
    _f("bold body", "notice", runs("为加强", "b"), "body-bold", "7.3.3"),
    _f("body not indented", "notice", shape("为加强", "ind", firstLine=0, firstLineChars=0), "body-indent", "7.3.3"),
    _f(
        "wrapped lines indented",
        "notice",
        shape("为加强", "ind", left=630, firstLine=0, firstLineChars=0),
        "body-wrap",
        "7.3.3",
    ),
    _f("body short at the right", "notice", shape("为加强", "ind", right=640), "body-right", "7.3.3"),
    _f("body centred", "notice", shape("为加强", "jc", val="center"), "body-align", "7.3.3"),
    _f("level 1 in 仿宋", "notice", face("一、总体", "仿宋_GB2312"), "level-1-face", "7.3.3"),
    _f("level 2 in 黑体", "notice", _lead("（一）明确", "face", "黑体"), "level-2-face", "7.3.3"),
    _f("level 3 in 黑体", "notice", _lead("1.走访", "face", "黑体"), "level-3-face", "7.3.3"),
    _f("level 3 bold", "notice", _lead("1.走访", "b", None), "level-3-bold", "7.3.3"),
    _f("level 4 in 楷体", "notice", _lead("（1）每月", "face", "楷体_GB2312"), "level-4-face", "7.3.3"),
    _f("level 1 with a dot", "notice", says("一、总体", "一、", "一."), "level-label", "7.3.3"),
    _f("level 2 in half brackets", "notice", says("（一）明确", "（一）", "(一)"), "level-label", "7.3.3"),
    _f("level 2 with a stop", "notice", says("（一）明确", "（一）", "（一）、"), "level-label", "7.3.3"),
    _f("level 3 with 、", "notice", says("1.走访", "1.", "1、"), "level-label", "7.3.3"),
    _f("level 1 skipped", "notice", says("二、工作", "二、", "三、"), "level-sequence", "7.3.3"),
    _f("level 2 skipped", "notice", says("（二）按月", "（二）", "（三）"), "level-sequence", "7.3.3"),
    _f(
        "level 2 jumped over",
        "notice",
        says("（一）明确", "（一）", ""),
        "level-jump",
        "7.3.3",
        also=("level-sequence", "body-face"),
    ),
    # 7.3.4
    _f("附件 with a half colon", "notice", says("附件：", "附件：", "附件:"), "notes-colon", "7.3.4"),
    _f("附 for 附件", "notice", says("附件：", "附件：", "附："), "notes-label", "7.3.4"),
    _f(
        "附件说明 flush left",
        "notice",
        shape("附件：", "ind", left=0, hanging=0, firstLine=0),
        "notes-indent",
        "7.3.4",
        also=("notes-align",),
    ),
    _f("附件说明 right below the text", "notice", shape("附件：", "spacing", before=0), "notes-gap", "7.3.4"),
    _f("stop after an attachment's name", "notice", says("附件：", "考核办法", "考核办法；"), "notes-stop", "7.3.4"),
    _f("attachments numbered with 、", "notice", says("附件：", "1.", "1、"), "notes-number", "7.3.4"),
    _f("附件说明 in 宋体", "notice", face("附件：", "宋体"), "notes-face", "7.3.4"),
    _f(
        "附件说明 in 四号",
        "notice",
        runs("附件：", "sz", val=28),
        "notes-size",
        "7.3.4",
        also=("notes-align", "notes-indent"),
    ),
    _f(
        "second name not below the first", "notice", shape("2.青禾", "ind", left=640, hanging=0), "notes-align", "7.3.4"
    ),
    # 7.3.5, 7.3.6
    _f("unsealed date under the 署名", "notice", shape("2023年3月3日", "ind", right=630), "date-place", "7.3.5.2"),
    _f("unsealed 署名 at the edge", "notice", shape("青禾镇人民政府", "ind", right=0), "signature-place", "7.3.5.2"),
    _f(
        "unsealed 署名 right below the text",
        "notice",
        shape("青禾镇人民政府", "spacing", before=0),
        "signature-gap",
        "7.3.5.2",
    ),
    _f("sealed date two 字 in", "sealed", shape("2023年2月3日", "ind", right=800), "date-place", "7.3.5.1"),
    _f("sealed 署名 off the date", "sealed", shape("青禾镇人民政府", "ind", right=1800), "signature-place", "7.3.5.1"),
    _f("签名章 date at the edge", "order", shape("2023年5月6日", "ind", right=0), "date-place", "7.3.5.3"),
    _f("签名章 date too near", "order", shape("2023年5月6日", "spacing", before=0), "date-gap", "7.3.5.3"),
    _f(
        "padded date",
        "notice",
        says("2023年3月3日", "3月3日", "03月03日"),
        "date-padded",
        "7.3.5.4",
        also=("date-place", "signature-place"),
    ),
    _f(
        "date in Chinese",
        "notice",
        says("2023年3月3日", "2023年3月3日", "二〇二三年三月三日"),
        "date-digits",
        "7.3.5.4",
        also=("date-place", "signature-place"),
    ),
    _f(
        "date with dots",
        "notice",
        says("2023年3月3日", "2023年3月3日", "2023.3.3"),
        "date-form",
        "7.3.5.4",
        also=("date-place", "signature-place"),
    ),
    _f("date in 宋体", "notice", face("2023年3月3日", "宋体"), "date-face", "5.2.2"),
    _f(
        "署名 in 小四",
        "notice",
        runs("青禾镇人民政府", "sz", val=24),
        "signature-size",
        "5.2.2",
        also=("signature-place", "date-place"),
    ),
    _f(
        "附注 flush left",
        "notice",
        shape("（联系人", "ind", firstLine=0, firstLineChars=0, left=0),
        "remark-indent",
        "7.3.6",
    ),
    _f(
        "附注 in half brackets",
        "notice",
        both(says("（联系人", "（", "("), says("(联系人", "）", ")")),
        "remark-brackets",
        "7.3.6",
    ),
    # 7.3.7
    _f("附件 label in 仿宋", "notice", face("附件1", "仿宋_GB2312"), "annex-label-face", "7.3.7"),
    _f("附件 label in 四号", "notice", runs("附件1", "sz", val=28), "annex-label-size", "7.3.7"),
    _f("附件 label centred", "notice", shape("附件1", "jc", val="center"), "annex-label-place", "7.3.7"),
    _f("附件 label with a colon", "notice", says("附件1", "附件1", "附件1："), "annex-label-colon", "7.3.7"),
    _f("附件 on the same side", "notice", _no_break("附件2"), "annex-page", "7.3.7"),
    _f("附件 title in line 2", "notice", _annex_title("spacing", before=0), "annex-title-gap", "7.3.7"),
    _f("附件 title at the left", "notice", _annex_title("jc", val="left"), "annex-title-centre", "7.3.7"),
    _f("附件 named otherwise", "notice", says("2.青禾", "名册", "花名册"), "annex-title", "7.3.7"),
    _f("附件 numbered otherwise", "notice", says("附件2", "附件2", "附件3"), "annex-number", "7.3.7"),
    _f(
        "附件 not listed",
        "notice",
        both(without("附件："), without("2.青禾")),
        "annex-unlisted",
        "7.3.4",
        also=("signature-gap",),
    ),
    _f("附件 listed but not there", "notice", _add_third, "annex-count", "7.3.7"),
    # 7.4, 7.5
    _f("first line of the 版记 thin", "notice", _imprint_line(0, sz=2), "imprint-thick", "7.4.1"),
    _f("last line of the 版记 missing", "notice", _imprint_line(2, val="nil"), "imprint-lines", "7.4.1"),
    _f("middle line of the 版记 thick", "notice", _imprint_line(1, sz=12), "imprint-thin", "7.4.1"),
    _f("middle line of the 版记 missing", "notice", _imprint_line(1, val="nil"), "imprint-middle", "7.4.3"),
    _f("red lines in the 版记", "notice", _imprint_line(0, color="FF0000"), "imprint-colour", "5.2.4"),
    _f("抄送 with a half colon", "notice", says("抄送", "抄送：", "抄送:"), "imprint-label", "7.4.2"),
    _f("抄送 without a full stop", "notice", says("抄送", "局。", "局"), "imprint-stop", "7.4.2"),
    _f("抄送 in 三号", "notice", runs("抄送", "sz", val=32), "imprint-size", "7.4.2"),
    _f("抄送 in 宋体", "notice", face("抄送", "宋体"), "imprint-face", "7.4.2"),
    _f("抄送 flush left", "notice", shape("抄送", "ind", left=840, hanging=840), "imprint-inset", "7.4.2"),
    _f("印发 in 三号", "notice", runs("青禾镇党政办公室", "sz", val=32), "issued-size", "7.4.3"),
    _f("印发 in 黑体", "notice", face("青禾镇党政办公室", "黑体"), "issued-face", "7.4.3"),
    _f("padded 印发 date", "notice", says("青禾镇党政办公室", "3月5日", "03月05日"), "issued-padded", "7.4.3"),
    _f(
        "page number in 三号",
        "notice",
        _all_runs("sz", val=32),
        "page-number-size",
        "7.5",
        ODD,
        also=("page-number-inset",),
    ),
    _f(
        "page number in Times",
        "notice",
        _all_runs("rFonts", ascii="Times New Roman", hAnsi="Times New Roman"),
        "page-number-face",
        "7.5",
        ODD,
    ),
    _f("page number without dashes", "notice", _no_dashes, "page-number-dashes", "7.5", ODD),
    _f("odd page number in the middle", "notice", _footer("jc", val="center"), "page-number-place", "7.5", ODD),
    _f("page number at the edge", "notice", _footer("ind", right=0), "page-number-inset", "7.5", ODD),
    _f("even page number at the right", "notice", _footer("jc", val="right"), "page-number-place", "7.5", EVEN),
    _f("same footer on both sides", "notice", dropped("evenAndOddHeaders"), "page-number-sides", "7.5", SETTINGS),
    _f("no page numbers", "notice", dropped("footerReference"), "page-number-missing", "7.5"),
    # 9
    _f("half-width comma", "notice", says("为加强", "队伍管理，", "队伍管理,"), "half-width", "9（GB/T 15834）"),
    _f("half-width brackets", "notice", says("为加强", "有关事项", "有关(重要)事项"), "half-width", "9（GB/T 15834）"),
    _f("straight quotes", "notice", says("为加强", "有关事项", '"有关"事项'), "straight-quotes", "9（GB/T 15834）"),
    _f("wide digits", "notice", says("为加强", "有关事项", "１２项"), "wide-digits", "9（GB/T 15835）"),
    _f(
        "padded date in the text",
        "notice",
        says("为加强", "为加强", "自2023年03月起，为加强"),
        "text-date-padded",
        "9（GB/T 15835）",
    ),
    _f(
        "cited number in square brackets",
        "notice",
        says("为加强", "为加强", "根据县政[2023]5号，为加强"),
        "cited-number",
        "7.2.5",
    ),
    _f(
        "unfinished 现将《》",
        "notice",
        says("为加强", "现将有关事项通知如下，", "现将《管理办法》。"),
        "unfinished",
        "9（GB/T 15834）",
    ),
    _f("blank between characters", "notice", says("为加强", "为加强", "为加 强"), "inner-space", "9（GB/T 15834）"),
    # 10
    _f(
        "信函 with 印发机关",
        "letter",
        _add_issued,
        "letter-imprint",
        "10.1",
        also=("issued-size", "issued-face", "imprint-inset"),
    ),
    _f(
        "信函 with a page number on p. 1",
        "letter",
        dropped("titlePg"),
        "letter-page-number",
        "10.1",
        also=("mark-missing", "rule-missing"),
    ),
    _f("信函 title close to the number", "letter", shape("关于商请", "spacing", before=0), "letter-title-gap", "10.1"),
    _f("令 number without 第", "order", says("第3号", "第3号", "3号"), "order-number", "10.2"),
    _f("令 number at the left", "order", shape("第3号", "jc", val="left"), "order-number-centre", "10.2"),
    _f("令 number close to the mark", "order", shape("第3号", "spacing", before=0), "order-number-gap", "10.2"),
    _f("令 text close to the number", "order", shape("为加强", "spacing", before=0), "order-body-gap", "10.2"),
    _f("出席 in 仿宋", "minutes", face("出席", "仿宋_GB2312"), "attend-label-face", "10.3"),
    _f("出席 names in 黑体", "minutes", face("出席", "黑体"), "attend-face", "10.3"),
    _f("出席 with a half colon", "minutes", says("出席", "：", ":"), "attend-colon", "10.3"),
    _f("出席 flush left", "minutes", shape("出席", "ind", left=0, hanging=0, firstLine=0), "attend-indent", "10.3"),
    # further elements
    _f("two columns", "notice", _columns, "columns", "5.2.3"),
    _f("secrecy with an open star", "notice", says("机密", "★", "☆"), "secrecy-star", "7.2.2"),
    _f("no mark", "notice", without("青禾镇人民政府文件"), "mark-missing", "7.2.4"),
    _f("no number", "notice", without("青政〔"), "number-missing", "7.2.5", also=("rule-missing", "title-gap")),
    _f("red number", "notice", runs("青政〔", "color", val="FF0000"), "number-colour", "5.2.4"),
    _f("签发人 in 楷体", "request", face("青政〔", "楷体_GB2312"), "signer-label-face", "7.2.6", also=("number-face",)),
    _f(
        "签发人 in 四号",
        "request",
        runs("青政〔", "sz", val=28),
        "signer-size",
        "7.2.6",
        also=("number-size", "number-left"),
    ),
    _f("black rule", "notice", _border(color="000000"), "rule-missing", "7.2.7"),
    _f("no title", "notice", without(_T), "title-missing", "7.3.1"),
    _f("red 主送", "notice", runs("各村民委员会", "color", val="FF0000"), "to-colour", "5.2.4"),
    _f("bold 主送", "notice", runs("各村民委员会", "b"), "to-bold", "5.2.2"),
    _f("level 1 without its number", "notice", says("二、工作", "二、", ""), "level-missing", "7.3.3"),
    _f(
        "long attachment wrapped to the edge",
        "notice",
        both(
            says("2.青禾", "名册", "名册及其填写说明和逐月考核情况登记表样式目录汇编"),
            shape("2.青禾", "ind", left=0, hanging=0, firstLine=1600),
        ),
        "notes-wrap",
        "7.3.4",
        also=("annex-title",),
    ),
    _f("no date", "sealed", without("2023年2月3日"), "date-missing", "7.3.5.4"),
    _f("no 署名", "notice", without("青禾镇人民政府"), "signature-missing", "7.3.5", also=("date-place",)),
    _f(
        "date in 四号",
        "notice",
        runs("2023年3月3日", "sz", val=28),
        "date-size",
        "5.2.2",
        also=("date-place", "signature-place"),
    ),
    _f("署名 in 黑体", "notice", face("青禾镇人民政府", "黑体"), "signature-face", "5.2.2"),
    _f("blue 署名", "notice", runs("青禾镇人民政府", "color", val="0000FF"), "signature-colour", "5.2.4"),
    _f("附注 in 楷体", "notice", face("（联系人", "楷体_GB2312"), "remark-face", "5.2.2"),
    _f("附注 in 小四", "notice", runs("（联系人", "sz", val=24), "remark-size", "5.2.2", also=("remark-indent",)),
    _f("附件一 in Chinese", "notice", says("附件1", "附件1", "附件一"), "annex-label-number", "7.3.7"),
    _f("附件 title in 三号", "notice", runs("青禾镇小组长考核办法", "sz", val=32), "annex-title-size", "7.3.7"),
    _f("附件 title in 楷体", "notice", face("青禾镇小组长考核办法", "楷体_GB2312"), "annex-title-face", "7.3.7"),
    _f("no number on even pages", "notice", dropped("instrText"), "page-number-even", "7.5", EVEN),
    _f("信函 with 文件 in its mark", "letter", says("青禾镇人民政府", "政府", "政府文件"), "letter-mark", "10.1"),
    _f("信函 number at the left", "letter", _no_tab, "letter-number", "10.1"),
    _f("令 without a signature", "order", without("县长"), "order-signature", "10.2", also=("signature-missing",)),
    _f("出席 in 四号", "minutes", runs("出席", "sz", val=28), "attend-size", "10.3", also=("attend-indent",)),
    _f("出席 right below the text", "minutes", shape("出席", "spacing", before=0), "attend-gap", "10.3"),
)
