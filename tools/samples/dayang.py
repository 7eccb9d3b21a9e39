"""The demo office 大杨镇 in March 2023: its roster, its facts and what came back from its villages."""

from __future__ import annotations

from tools.samples.compound import encrypted_office
from tools.samples.dayang_north import north
from tools.samples.dayang_people import POSTS, STAFF, leader
from tools.samples.dayang_south import south
from tools.samples.maker import Maker
from tools.samples.paper import Box, Line, table
from tools.samples.pdf_files import by_reportlab
from tools.samples.scans import scans
from tools.samples.sheets import list_table, score_sheet
from tools.samples.truth import Row
from tools.samples.word_python import word_python
from tools.samples.workbooks import by_openpyxl, by_xlsxwriter

FOLDER = "dayang-2023-03"

#: 日期 行政村 姓名 事项 级别 数量 是否整改 说明
FACTS = (
    ("2023-03-06", "张庄村", "李四", "会议无故迟到", "", "1", "", "镇例会迟到10分钟"),
    ("2023-03-06", "李楼村", "马德胜", "会议无故缺席", "", "1", "", "未请假"),
    ("2023-03-13", "王集村", "王二妮", "会议无故早退", "", "2", "", "两次早退"),
    ("2023-03-15", "赵圩村", "钱进宝", "包内材料缺失", "", "2", "", "明白卡缺2户"),
    ("2023-03-15", "赵圩村", "赵大勇", "信息错误、内容缺失", "", "3", "是", "3日内已改"),
    ("2023-03-16", "陈湾村", "陈小满", "信息错误", "", "2", "否", "逾期未改"),
    ("2023-03-20", "刘桥村", "刘志强", "镇级以上反馈问题", "", "1", "否", "县级督查"),
    ("2023-03-21", "王集村", "宋学文", "政策应落实未落实", "", "1", "", "教育补贴1户"),
    ("2023-03-22", "陈湾村", "王建国", "迟到", "", "1", "", ""),
    ("2023-03-27", "李楼村", "郑家旺", "缺席", "", "2", "", ""),
)


def office(maker: Maker) -> None:
    """Make everything of the office."""
    _roster(maker)
    _facts(maker)
    north(maker, f"{FOLDER}/收件箱")
    south(maker, f"{FOLDER}/收件箱")
    scans(maker, f"{FOLDER}/收件箱")
    _set_aside(maker, f"{FOLDER}/收件箱")


def _roster(maker: Maker) -> None:
    heads = ("序号", "行政村", "姓名", "联系自然庄（组）", "职务", "月补贴标准（元）")
    rows, truth = [], []
    for number, (village, name, group, pay) in enumerate(STAFF, 1):
        rows.append([Box(str(number), number=True), village, name, group, POSTS, Box(pay, number=True)])
        values = {"village": village, "name": name, "group": group, "post": POSTS, "base_pay": pay}
        truth.append(Row("roster", values))
    paper = [Line("大杨镇乡村振兴小组长花名册（2023年3月）", title=True), table(list_table(heads, rows))]
    maker.add(f"{FOLDER}/花名册.xlsx", by_openpyxl([("花名册", paper)]), "openpyxl", *truth, shows="a roster")


def _facts(maker: Maker) -> None:
    heads = ("日期", "行政村", "姓名", "事项", "级别", "数量", "是否整改", "说明")
    keys = ("date", "village", "name", "kind", "level", "count", "mended", "text")
    rows, truth = [], []
    for fact in FACTS:
        rows.append(
            [
                Box(text, number=key == "count", date=key == "date" and int(text[-2:]) > 13)
                for key, text in zip(keys, fact, strict=True)
            ]
        )
        truth.append(Row("facts", dict(zip(keys, fact, strict=True))))
    paper = [Line("大杨镇2023年3月考核事项登记表", title=True), table(list_table(heads, rows))]
    maker.add(
        f"{FOLDER}/考核事项.xlsx", by_xlsxwriter([("考核事项", paper)]), "XlsxWriter", *truth, shows="a table of facts"
    )


def _set_aside(maker: Maker, inbox: str) -> None:
    """What lies in the folder and is no form that can be read."""
    maker.add(
        f"{inbox}/赵圩村（加密）.docx",
        encrypted_office(),
        "hand-written OLE",
        kind="encrypted",
        issues=("encrypted",),
        shows="a Word file under a password",
    )
    locked = by_reportlab(
        score_sheet(leader("李楼村", "李长河", "2 2 2 4 - 10 18 28 30 -")), password="不知道".encode().hex()
    )
    maker.add(
        f"{inbox}/李楼村-李长河（加密）.pdf",
        locked,
        "reportlab",
        issues=("encrypted",),
        shows="a .pdf under a password",
    )
    maker.add(f"{inbox}/新建文档.docx", b"", "-", kind="empty", issues=("empty-file",), shows="an empty file")
    notice = [
        Line("会议通知", title=True),
        Line("各行政村："),
        Line(
            "　　定于2023年4月3日上午9时在镇政府三楼会议室召开乡村振兴小组长月度考核工作会议，请各村专干准时参加，"
            "并带齐月度考核评价表。"
        ),
        table([["时间", "地点", "参会人员"], ["4月3日9时", "镇政府三楼会议室", "各村乡村振兴专干"]]),
        Line("大杨镇乡村振兴办公室"),
        Line("2023年3月31日"),
    ]
    maker.add(
        f"{inbox}/会议通知.docx",
        word_python(notice),
        "python-docx",
        issues=("not-a-form",),
        shows="a document that is no form, though it speaks of one",
    )
    whole = word_python(score_sheet(leader("陈湾村", "陈玉柱", "2 2 2 4 - 10 18 28 30 -")))
    maker.add(
        f"{inbox}/陈湾村（传输中断）.docx",
        whole[: len(whole) // 2],
        "python-docx",
        issues=("unreadable",),
        kind="damaged",
        shows="a file cut off in transfer",
    )
