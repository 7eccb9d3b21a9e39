"""Score sheets of 大杨镇 with faults that a reader passes over easily: each was once read wrong without a word."""

from __future__ import annotations

from tools.samples.dayang_people import MONTH, leader
from tools.samples.maker import Maker
from tools.samples.paper import Box, Line, Table
from tools.samples.sheets import score_sheet
from tools.samples.truth import w
from tools.samples.word_xml import paragraph, run, word_xml
from tools.samples.workbooks import by_hand_xlsb, by_openpyxl

FOLDER = "forms"
RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
WHITE = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'


def hard_sheets(maker: Maker) -> None:
    """Make them all."""
    _shared_score(maker)
    _sealed(maker)
    _other_months(maker)
    _raised(maker)


def _shared_score(maker: Maker) -> None:
    fill = leader(
        "张庄村",
        "周广银",
        "2 2 2 4 - - - 28 30 -",
        i2_1=w("9", None, "misplaced-value"),
        i2_2=w("9", None, "misplaced-value"),
    )
    paper = score_sheet(fill, subtitle=MONTH)
    sheet = paper[-1]
    assert isinstance(sheet, Table)
    shared = sheet.grid[6][4]
    assert isinstance(shared, Box)
    shared.rows = 2
    sheet.grid[7][4] = None
    source = by_openpyxl([("考核表", paper)])
    shows = "one figure in a cell that reaches over two items"
    maker.office(f"{FOLDER}/合并得分.ods", source, "xlsx", "ods", fill, shows=shows)
    maker.add(f"{FOLDER}/合并得分.xlsb", by_hand_xlsb([("考核表", paper)]), "hand-written BIFF12", fill, shows=shows)


def _sealed(maker: Maker) -> None:
    fill = leader("李楼村", "马德胜", "2 2 2 4 - 10 18 26 30 -", "称职", i5_1=w("○", None, may=True))
    paper = score_sheet(fill, subtitle=MONTH)
    paper[2] = Line(
        "行政村：李楼村（盖章）  乡村振兴小组长（姓名）：马德胜 （签字）  联系自然庄（组）：马庄  "
        "考评等次：□优秀 ☑称职 □不称职"
    )
    maker.add(
        f"{FOLDER}/签字盖章.docx",
        word_xml(paper),
        "hand-written OOXML (WPS)",
        fill,
        shows="（盖章） and （签字） behind the names; the grade ticked among three; a circle for a score",
    )


def _other_months(maker: Maker) -> None:
    fill = leader("王集村", "王芳", "2 2 1 4 - 10 17 27 30 -", period=None, must=("missing-period",))
    fill.may = ("unexpected-text",)
    paper = [
        *score_sheet(fill),
        Line("上月（2023年2月）得分：95"),
        Line("注：请于2023年4月5日前报镇乡村振兴办公室。"),
    ]
    maker.add(
        f"{FOLDER}/他处的月份.docx",
        word_xml(paper),
        "hand-written OOXML (WPS)",
        fill,
        shows="a month and a day in remarks below the table; the form itself names no month",
    )


def _raised(maker: Maker) -> None:
    fill = leader(
        "赵圩村",
        "吴家华",
        "2 2 2 4 - 10 - - 30 -",
        i2_2=w("1", "1", may=True, xml=paragraph(inner=run("1") + run("2", RAISED))),
        i3_1=w("8", "8", may=True, xml=paragraph(inner=run("1", WHITE) + run("8"))),
    )
    fill.may = ("hidden-content", "unexpected-text")
    maker.add(
        f"{FOLDER}/上标与白字.docx",
        word_xml(score_sheet(fill, subtitle=MONTH)),
        "hand-written OOXML (WPS)",
        fill,
        shows="a raised 2 behind a score of 1; a white 1 before a score of 8",
    )
