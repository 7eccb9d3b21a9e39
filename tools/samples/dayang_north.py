"""What came back from 张庄村, 李楼村 and 王集村 in March 2023."""

from __future__ import annotations

import openpyxl

from tools.samples.dayang_people import MONTH, leader
from tools.samples.maker import Maker
from tools.samples.sheets import score_sheet
from tools.samples.truth import Fill, w
from tools.samples.word_python import word_python
from tools.samples.word_xml import (
    word_xml,
)
from tools.samples.workbooks import by_openpyxl, by_xlsxwriter, by_xlwt


def north(maker: Maker, inbox: str) -> None:
    """The returned forms of the three villages."""
    _zhangzhuang(maker, inbox)
    _lilou(maker, inbox)
    _wangji(maker, inbox)


def _zhangzhuang(maker: Maker, inbox: str) -> None:
    fill = leader("张庄村", "张守田", "2 2 2 4 - 10 18 28 30 -", remarks={"2.2": "协助信息采集12户"})
    clean = word_python(score_sheet(fill, subtitle=MONTH))
    maker.add(f"{inbox}/张庄村-张守田.docx", clean, "python-docx", fill, shows="a plain form")
    maker.add(f"{inbox}/张庄村-张守田 (1).docx", clean, "python-docx", fill, shows="the same file, sent twice")

    fill = leader(
        "张庄村",
        "李四",
        "- 2 2 4 - - - - - 3",
        "称职",
        i1_1=w("２", "2"),
        i2_1=w("８．５分", "8.5"),
        i2_2=w("18分", "18"),
        i3_1=w("二十八", "28"),
        i4_1=w("30 分", "30"),
        written={"name": w("李　四", "李四")},
    )
    maker.add(
        f"{inbox}/张庄村-李四.docx",
        word_xml(score_sheet(fill, subtitle=MONTH)),
        "hand-written OOXML (WPS)",
        fill,
        shows="full-width digits, 分 behind the figure, Chinese numerals, a space within the name, cut runs",
    )

    fill = leader(
        "张庄村",
        "周广银",
        "2 2 1.5 4 - - - - 30 -",
        i2_1=w("扣2分", "8", may=True),
        i2_2=w("十八点五", "18.5"),
        i3_1=w("满分", "30"),
    )
    source = word_python(
        score_sheet(fill, title="大杨镇乡村振兴小组长月度考核评价表（二〇二三年三月）", header="lines")
    )
    maker.office(
        f"{inbox}/张庄村 周广银 3月.docx",
        source,
        "docx",
        "docx",
        fill,
        shows="扣2分, 满分, 十八点五; the period in Chinese numerals; re-saved",
    )

    fill = leader("张庄村", "张立国", "2 2 2 3.5 - 9 16 27 30 5", remarks={"1.5": "无迟到早退"})
    maker.add(
        f"{inbox}/张立国.docm",
        word_xml(score_sheet(fill, subtitle="2023年3月份"), macro=True),
        "hand-written OOXML (WPS)",
        fill,
        issues=("macro",),
        shows="a file with macros",
    )

    fill = leader("张庄村", "孙秀英", "2 1 2 4 - - 17 28 30 -", i2_1=w("１０", "10"))
    source = word_xml(score_sheet(fill, subtitle=MONTH, header="cells"))
    maker.office(
        f"{inbox}/孙秀英考核表.doc",
        source,
        "docx",
        "doc",
        fill,
        program="libreoffice",
        shows="an old Word file; the blanks above the table are cells of it",
    )


def _lilou(maker: Maker, inbox: str) -> None:
    fill = leader("李楼村", "李长河", "2 2 2 4 - 10 20 30 30 10", "优秀")
    source = word_xml(score_sheet(fill, subtitle=MONTH))
    maker.office(
        f"{inbox}/李楼村 李长河.wps",
        source,
        "docx",
        "doc",
        fill,
        program="libreoffice",
        shows="a WPS file: the kind of an old Word file",
    )

    fill = leader(
        "李楼村", "李玉梅", "2 2 2 4 - 9.5 17 - 30 -", i3_1=w("", None, "formula-without-value", formula="=30-2")
    )
    for key, entry in fill.scores.items():
        entry.number = key != "3.1"
    paper = score_sheet(
        fill,
        title="大杨镇乡村振兴小组长月度考核评价表（2023年3月）",
        header="cells",
        total="",
        total_formula="=SUM(E5:E14)",
    )
    fill.may = ("formula-without-value",)
    maker.add(
        f"{inbox}/李楼村-李玉梅.xlsx",
        by_openpyxl([("考核表", paper)]),
        "openpyxl",
        fill,
        shows="formulas whose values were never saved, one of them a score",
    )

    fill = leader(
        "李楼村", "马德胜", "2 2 2 4 - 10 18 26 30 -", remarks={"1.5": "3月6日缺席1次"}, may=("period-assumed",)
    )
    for entry in fill.scores.values():
        entry.number = True
    paper = score_sheet(fill, total="94", total_formula="=SUM(E4:E13)")
    maker.add(
        f"{inbox}/李楼村-马德胜2023年3月.xlsx",
        by_xlsxwriter([("Sheet1", paper)]),
        "XlsxWriter",
        fill,
        shows="a right total by formula; the period only in the file's name",
    )

    fill = leader(
        "李楼村", "郑家旺", "- 2 2 4 - 8 16 25 30 -", period=None, must=("missing-period",), i1_1=w("2分", "2")
    )
    paper = score_sheet(fill, header="cells", total="89", total_label="总分")
    maker.add(
        f"{inbox}/郑家旺.xls",
        by_xlwt([("考核", paper)]),
        "xlwt",
        fill,
        shows="no period anywhere; a right total in text",
    )

    fill = leader("李楼村", "李冬生", "2 2 1 4 - 10 19.5 28 30 2", "称职")
    for entry in fill.scores.values():
        entry.number = True
    source = by_openpyxl([("3月", score_sheet(fill, subtitle=MONTH, total="98.5", total_formula="=SUM(E5:E14)"))])
    maker.office(f"{inbox}/李楼村-李冬生.ods", source, "xlsx", "ods", fill, shows="an OpenDocument sheet")


def _wangji(maker: Maker, inbox: str) -> None:
    people = [
        leader("王集村", "王建国", "2 2 2 4 - 10 18 30 30 -", "称职"),
        leader("王集村", "王二妮", "2 1 2 4 - 10 16 27 30 -", remarks={"1.5": "早退2次"}),
        leader("王集村", "宋学文", "2 2 2 3 - 9 17 28 20 -", remarks={"4.1": "教育补贴1户未落实"}),
    ]
    book = []
    for fill in people:
        for entry in fill.scores.values():
            entry.number = True
        name = fill.said(fill.header, "name").text
        book.append((name, score_sheet(fill, subtitle=MONTH, header="cells")))
    empty = Fill("dayang-monthly", None, {})
    book.append(("模板", score_sheet(empty, header="cells")))

    def hide(workbook: openpyxl.Workbook) -> None:
        workbook["模板"].sheet_state = "hidden"

    maker.add(
        f"{inbox}/王集村（3人）.xlsx",
        by_openpyxl(book, prepare=hide),
        "openpyxl",
        *people,
        issues=("hidden-content",),
        shows="a sheet for each person, and a hidden sheet with an empty form",
    )

    order = ("序号", "考核指标", "具体内容", "得分", "评分标准", "备注")
    fill = leader(
        "王集村",
        "王芳",
        "2 2 1 4 - 10 17 27 30 -",
        must=("total-mismatch",),
        written={"name": w("王 芳", "王芳")},
    )
    paper = score_sheet(fill, subtitle=MONTH, columns=order, total="95", header="cells")
    maker.add(
        f"{inbox}/王集村-王芳.docx",
        word_python(paper),
        "python-docx",
        fill,
        shows="得分 in another column; a wrong total (95 for 93); a space within the name",
    )

    fill = leader("王集村", "何有才", "2 2 2 4 - 10 17 29 30 -")
    source = word_python(score_sheet(fill, subtitle=MONTH), font="Noto Sans CJK SC")
    maker.office(
        f"{inbox}/何有才.pdf", source, "docx", "pdf", fill, shows="a .pdf saved from Word; the table goes over pages"
    )
