"""The planted faults of clauses 3 to 7.3.3: the sheet, 版头, title, 主送机关, text with its levels."""

from __future__ import annotations

from check_papers import blank_before, dropped, face, in_section, runs, says, shape, without
from fault_plants import SETTINGS, TITLE, border, fault, lead, no_book_marks, only_number, split, swapped

FAULTS = (
    # 3, 5, 6.3: the sheet
    fault(
        "letter paper",
        "notice",
        in_section("pgSz", w=12240, h=15840),
        "paper-size",
        "5.1",
        also=("line-pitch", "line-characters"),
    ),
    fault("top margin", "notice", in_section("pgMar", top=1440), "margin-top", "5.2.1", also=("line-pitch",)),
    fault("bottom margin", "notice", in_section("pgMar", bottom=1440), "margin-bottom", "5.2.1", also=("line-pitch",)),
    fault("left margin", "notice", in_section("pgMar", left=1800), "margin-left", "5.2.1", also=("line-characters",)),
    fault(
        "right margin", "notice", in_section("pgMar", right=1800), "margin-right", "5.2.1", also=("line-characters",)
    ),
    fault(
        "pitch of 25 points", "notice", shape("为加强", "spacing", line=500, lineRule="exact"), "line-pitch", "5.2.3"
    ),
    fault(
        "one and a half lines", "notice", shape("为加强", "spacing", line=360, lineRule="auto"), "line-pitch", "5.2.3"
    ),
    fault("wide letter spacing", "notice", runs("为加强", "spacing", val=40), "line-characters", "5.2.3"),
    fault("space between paragraphs", "notice", shape("各村要把", "spacing", after=240), "paragraph-space", "3.2"),
    fault("blue body", "notice", runs("为加强", "color", val="0000FF"), "body-colour", "5.2.4"),
    fault("blue title", "notice", runs(TITLE, "color", val="0070C0"), "title-colour", "5.2.4"),
    fault("no mirrored margins", "notice", dropped("mirrorMargins"), "mirror-margins", "6.3", SETTINGS),
    # 7.2: 版头
    fault("copy number of 3 digits", "notice", says("000123", "000123", "123"), "copy-number-digits", "7.2.1"),
    fault("copy number in 小四", "notice", runs("000123", "sz", val=24), "copy-number-size", "7.2.1"),
    fault("copy number at the right", "notice", shape("000123", "jc", val="right"), "copy-number-place", "7.2.1"),
    fault("copy number in line 2", "notice", blank_before("000123"), "copy-number-line", "7.2.1"),
    fault("secrecy in 宋体", "notice", face("机密", "宋体"), "secrecy-face", "7.2.2"),
    fault("secrecy in 四号", "notice", runs("机密", "sz", val=28), "secrecy-size", "7.2.2"),
    fault("secrecy period in Chinese", "notice", says("机密", "1年", "一年"), "secrecy-period", "7.2.2"),
    fault("urgency in 仿宋", "notice", face("特急", "仿宋_GB2312"), "urgency-face", "7.2.3"),
    fault("urgency indented", "notice", shape("特急", "ind", firstLine=640), "urgency-place", "7.2.3"),
    fault("urgency above secrecy", "notice", swapped("机密", "特急"), "corner-order", "7.2.3"),
    fault("black mark", "notice", runs("青禾镇人民政府文件", "color", val="000000"), "mark-colour", "7.2.4"),
    fault("mark in 黑体", "notice", face("青禾镇人民政府文件", "黑体"), "mark-face", "7.2.4"),
    fault("mark at the left", "notice", shape("青禾镇人民政府文件", "jc", val="left"), "mark-centre", "7.2.4"),
    fault("small mark", "notice", runs("青禾镇人民政府文件", "sz", val=32), "mark-size", "7.2.4"),
    fault("number in square brackets", "notice", says("青政〔", "〔2023〕", "[2023]"), "number-brackets", "7.2.5"),
    fault(
        "number in lenticular brackets", "notice", says("青政〔", "〔2023〕", "【2023】"), "number-brackets", "7.2.5"
    ),
    fault("number with 第", "notice", says("青政〔", "〕12", "〕第12"), "number-ordinal", "7.2.5"),
    fault("padded number", "notice", says("青政〔", "〕12", "〕012"), "number-padded", "7.2.5"),
    fault("year of two digits", "notice", says("青政〔", "2023", "23"), "number-year", "7.2.5"),
    fault("blank in the number", "notice", says("青政〔", "〕12号", "〕 12号"), "number-space", "7.2.5"),
    fault("number in 黑体", "notice", face("青政〔", "黑体"), "number-face", "7.2.5"),
    fault("number in 小四", "notice", runs("青政〔", "sz", val=24), "number-size", "7.2.5"),
    fault("number at the right", "notice", shape("青政〔", "jc", val="right"), "number-centre", "7.2.5"),
    fault("number close to the mark", "notice", shape("青政〔", "spacing", before=0), "number-gap", "7.2.5"),
    fault(
        "upward number not one 字 in", "request", shape("青政〔", "ind", left=0, firstLine=0), "number-left", "7.2.5"
    ),
    fault("no 签发人 on a 请示", "request", only_number, "signer-missing", "7.2.6", also=("number-centre",)),
    fault("签发人 with a half colon", "request", says("青政〔", "签发人：", "签发人:"), "signer-colon", "7.2.6"),
    fault("签发人 on a 通知", "request", says("关于增拨", "请示", "通知"), "signer-downward", "7.2.6"),
    fault("签发人's name in 仿宋", "request", face("青政〔", "仿宋_GB2312"), "signer-name-face", "7.2.6"),
    fault("no red rule", "notice", dropped("pBdr"), "rule-missing", "7.2.7", also=("imprint-lines",)),
    fault("red rule narrow", "notice", shape("青政〔", "ind", left=1600, right=1600), "rule-width", "7.2.7"),
    fault("red rule of 3 mm", "notice", border(sz=72), "rule-thickness", "7.2.7"),
    fault("red rule touching the number", "notice", border(space=0), "rule-distance", "7.2.7"),
    # 7.3.1, 7.3.2
    fault("title in 三号", "notice", runs(TITLE, "sz", val=32), "title-size", "7.3.1"),
    fault("title in 黑体", "notice", face(TITLE, "黑体"), "title-face", "7.3.1"),
    fault("title at the left", "notice", shape(TITLE, "jc", val="left"), "title-centre", "7.3.1"),
    fault("bold title", "notice", runs(TITLE, "b"), "title-bold", "7.3.1"),
    fault("title one line below the rule", "notice", shape(TITLE, "spacing", before=579), "title-gap", "7.3.1"),
    fault(
        "title broken within 的",
        "notice",
        split(TITLE, "关于做好乡村振兴小组长月度考核工作", "的通知"),
        "title-break",
        "7.3.1",
    ),
    fault(
        "title like an hourglass",
        "notice",
        split(TITLE, "关于做好乡村振兴小组长", "月度考核", "工作情况报送的有关通知"),
        "title-shape",
        "7.3.1",
    ),
    fault("title without a kind", "notice", says(TITLE, "的通知", "安排"), "title-kind", "7.3.1"),
    fault(
        "title with a full stop",
        "notice",
        says(TITLE, "通知", "通知，"),
        "title-stop",
        "7.3.1",
        also=("title-kind", "title-break"),
    ),
    fault("issued measure without 书名号", "sealed", no_book_marks, "title-book-marks", "7.3.1"),
    fault("half colon after 主送", "notice", says("各村民委员会", "：", ":"), "to-colon", "7.3.2"),
    fault("主送 indented", "notice", shape("各村民委员会", "ind", firstLine=640), "to-flush", "7.3.2"),
    fault("主送 right below the title", "notice", shape("各村民委员会", "spacing", before=0), "to-gap", "7.3.2"),
    fault("主送 in 黑体", "notice", face("各村民委员会", "黑体"), "to-face", "5.2.2"),
    fault("主送 in 四号", "notice", runs("各村民委员会", "sz", val=28), "to-size", "5.2.2"),
    fault("no 主送", "notice", without("各村民委员会"), "to-missing", "7.3.2"),
    # 7.3.3
    fault("body in 四号", "notice", runs("为加强", "sz", val=28), "body-size", "7.3.3"),
    fault("body in 宋体", "notice", face("为加强", "宋体"), "body-face", "7.3.3"),
    fault("bold body", "notice", runs("为加强", "b"), "body-bold", "7.3.3"),
    fault("body not indented", "notice", shape("为加强", "ind", firstLine=0, firstLineChars=0), "body-indent", "7.3.3"),
    fault(
        "wrapped lines indented",
        "notice",
        shape("为加强", "ind", left=630, firstLine=0, firstLineChars=0),
        "body-wrap",
        "7.3.3",
    ),
    fault("body short at the right", "notice", shape("为加强", "ind", right=640), "body-right", "7.3.3"),
    fault("body centred", "notice", shape("为加强", "jc", val="center"), "body-align", "7.3.3"),
    fault("level 1 in 仿宋", "notice", face("一、总体", "仿宋_GB2312"), "level-1-face", "7.3.3"),
    fault("level 2 in 黑体", "notice", lead("（一）明确", "face", "黑体"), "level-2-face", "7.3.3"),
    fault("level 3 in 黑体", "notice", lead("1.走访", "face", "黑体"), "level-3-face", "7.3.3"),
    fault("level 3 bold", "notice", lead("1.走访", "b", None), "level-3-bold", "7.3.3"),
    fault("level 4 in 楷体", "notice", lead("（1）每月", "face", "楷体_GB2312"), "level-4-face", "7.3.3"),
    fault("level 1 with a dot", "notice", says("一、总体", "一、", "一."), "level-label", "7.3.3"),
    fault("level 2 in half brackets", "notice", says("（一）明确", "（一）", "(一)"), "level-label", "7.3.3"),
    fault("level 2 with a stop", "notice", says("（一）明确", "（一）", "（一）、"), "level-label", "7.3.3"),
    fault("level 3 with 、", "notice", says("1.走访", "1.", "1、"), "level-label", "7.3.3"),
    fault("level 1 skipped", "notice", says("二、工作", "二、", "三、"), "level-sequence", "7.3.3"),
    fault("level 2 skipped", "notice", says("（二）按月", "（二）", "（三）"), "level-sequence", "7.3.3"),
    fault(
        "level 2 jumped over",
        "notice",
        says("（一）明确", "（一）", ""),
        "level-jump",
        "7.3.3",
        also=("level-sequence", "body-face"),
    ),
)
