"""What came back from 赵圩村, 陈湾村 and 刘桥村 in March 2023."""

from __future__ import annotations

from tools.samples.dayang_people import MONTH, NOT_A_SCORE, leader
from tools.samples.maker import Maker
from tools.samples.paper import Box, Line, Table, table
from tools.samples.pdf_files import by_reportlab
from tools.samples.sheets import header_line, heading, score_rows, score_sheet
from tools.samples.truth import w
from tools.samples.word_python import word_python
from tools.samples.word_xml import (
    control,
    deleted,
    form_choice,
    form_text,
    hidden,
    inserted,
    paragraph,
    paragraphs,
    run,
    struck,
    table_xml,
    text_box,
    word_xml,
)
from tools.samples.workbooks import by_hand_xlsb, by_xlsxwriter, with_macro


def south(maker: Maker, inbox: str) -> None:
    """The returned forms of the three villages."""
    _zhaowei(maker, inbox)
    _chenwan(maker, inbox)
    _liuqiao(maker, inbox)


def _zhaowei(maker: Maker, inbox: str) -> None:
    fill = leader("赵圩村", "赵凤琴", "2 2 2 4 - 10 18.5 28 30 6", remarks={"5.1": "调解邻里纠纷"})
    paper = score_sheet(fill, subtitle=MONTH, widths=(3, 6, 12, 16, 4, 12))
    maker.add(f"{inbox}/赵圩村-赵凤琴.pdf", by_reportlab(paper), "reportlab", fill, shows="a .pdf made by a program")

    people = [
        leader("赵圩村", "赵大勇", "2 2 2 4 - 10 18 26 30 -", remarks={"3.1": "信息错误3处，已改"}),
        leader("赵圩村", "钱进宝", "2 1 2 4 - 10 16 22 30 -", remarks={"3.1": "明白卡缺2户"}),
    ]
    first, second = (score_sheet(fill, subtitle=MONTH) for fill in people)
    assert isinstance(second[0], Line)
    second[0].page_break = True
    maker.add(
        f"{inbox}/赵圩村.docx",
        word_python([*first, *second]),
        "python-docx",
        *people,
        shows="two people in one document",
    )

    fill = leader(
        "赵圩村",
        "吴家华",
        "2 2 2 4 - - - - 30 -",
        i2_1=w("10", "10", may=True, xml=paragraph(inner=run("10") + hidden("5"))),
        i2_2=w("18", "18", may=True, xml=paragraph(inner=deleted("15") + inserted("18"))),
        i3_1=w("6", "6", may=True, xml=paragraph(inner=struck("2") + run("6"))),
    )
    maker.add(
        f"{inbox}/赵圩村-吴家华.docx",
        word_xml(score_sheet(fill, subtitle=MONTH)),
        "hand-written OOXML (WPS)",
        fill,
        issues=("tracked-change",),
        may=("hidden-content", "unexpected-text"),
        shows="tracked changes (15 → 18), a figure crossed out (2, then 6), hidden text behind a figure",
    )

    fill = leader(
        "赵圩村",
        "赵新民",
        "2 2 2 4 - - - - - -",
        i2_1=w("9", "9", xml=paragraph(inner=control(run("9")))),
        i2_2=w("", None, "missing-score", xml=paragraph(inner=control(run("单击此处输入文字。"), placeholder=True))),
        i3_1=w("28", "28", xml=paragraph(inner=form_text("28"))),
        i4_1=w("30", "30", may=True, xml=paragraph(inner=form_choice(("10", "20", "30"), 2))),
        written={"grade": ""},
    )
    paper = score_sheet(fill, subtitle=MONTH, header="none")
    paper.insert(2, Line(xml=text_box(header_line(fill).text)))
    maker.add(
        f"{inbox}/赵圩村-赵新民.docx",
        word_xml(paper),
        "hand-written OOXML (WPS)",
        fill,
        shows="the blanks in a text box; content controls, one with its placeholder; form fields, one a drop-down list",
    )


def _chenwan(maker: Maker, inbox: str) -> None:
    fill = leader("陈湾村", "陈玉柱", "2 2 2 4 - 10 18 28 30 5", must=("missing-row", "extra-row"))
    items = [item for item in fill.printed["items"] if item["id"] != "1.5"]
    wording = {item["id"]: (item["text"] + item.get("note", "")).split("、", 1)[1] for item in items}
    numbers = {item["id"]: str(place) for place, item in enumerate(items, 1)}
    paper = score_sheet(
        fill,
        subtitle=MONTH,
        drop=("1.5",),
        wording=wording,
        numbers=numbers,
        extra={"4.1": ["六", "其他工作", "完成镇村交办的其他工作。", "酌情评分。（5分）", "4", ""]},
    )
    maker.add(
        f"{inbox}/陈湾村-陈玉柱.docx",
        word_python(paper),
        "python-docx",
        fill,
        shows="the row 参加会议情况 left out, a row 其他工作 put in, the numbers before the wording gone",
    )

    fill = leader(
        "陈湾村",
        "王建国",
        "- 2 2 4 - 10 - - 30 -",
        i1_1=w("3", "3", "out-of-range"),
        i2_2=w("２１", "21", "out-of-range"),
        i3_1=w("-5", "-5", "out-of-range"),
    )
    paper = score_sheet(
        fill,
        subtitle="2023 年 3 月",
        merged=False,
        heads={"得分": "得  分", "备注": "备    注", "序号": "序 号"},
        labels={
            "village": "行 政 村",
            "name": "乡村振兴小组长 (姓名)",
            "group": "联系自然庄(组)",
            "grade": "考评 等次",
        },
        colon=":",
    )
    maker.add(
        f"{inbox}/陈湾村-王建国.docx",
        word_python(paper),
        "python-docx",
        fill,
        shows="merged cells taken apart, labels respaced, half-width punctuation; scores out of range",
    )

    fill = leader(
        "陈湾村",
        "陈小满",
        "- - - 4 - - - - - -",
        i1_1=w("/", None, *NOT_A_SCORE),
        i1_2=w("—", None, *NOT_A_SCORE),
        i1_3=w("无", None, *NOT_A_SCORE),
        i1_5=w("2", "2", "unexpected-value"),
        i2_1=w("", "9", "misplaced-value", "missing-score"),
        i2_2=w("较好", None, "not-a-number"),
        i3_1=w("30/30", "30", may=True),
        i4_1=w("", None, "missing-score"),
        i5_1=w("无", None, may=True),
        remarks={"2.1": w("9分", "9分", may=True)},
    )
    maker.add(
        f"{inbox}/陈湾村-陈小满.docx",
        word_xml(score_sheet(fill, subtitle=MONTH)),
        "hand-written OOXML (WPS)",
        fill,
        shows="/, —, 无 and words for scores; a score in 备注; a score where none belongs; blanks",
    )

    fill = leader(
        "陈湾村",
        "欧阳春兰",
        "2 2 2 4 - 10 - - 30 -",
        i2_2=w("24", "24", "tampered-wording", "out-of-range"),
        i3_1=w("28", "28", "tampered-wording", "missing-row", "extra-row"),
        must=("tampered-wording",),
        may=("missing-row", "extra-row"),
    )
    paper = score_sheet(
        fill,
        subtitle=MONTH,
        categories={"工作落实（30分）": "工作落实（35分）"},
        standards={
            "2.2": "由所在行政村乡村振兴专干评分，原则上评为满分的人数不应超过本村乡村振兴小组长总数的1/3。（25分）"
        },
        wording={"3.1": "8、户下帮扶明白卡是否上墙。"},
    )
    maker.add(
        f"{inbox}/陈湾村-欧阳春兰.docx",
        word_python(paper),
        "python-docx",
        fill,
        shows="a printed maximum raised from 20 to 25 with a score above the true one; a wording altered",
    )

    fill = leader(
        "陈湾村",
        "高翔",
        "2 2 2 4 - 10 - 28 - -",
        i2_2=w("17", "17", formula="=20-3"),
        i4_1=w(
            "#REF!",
            None,
            "not-a-number",
            "missing-score",
            "unreadable",
            "formula-without-value",
            "low-confidence",
            formula="=Z99",
        ),
    )
    paper = score_sheet(fill, subtitle=MONTH, header="cells")
    maker.add(
        f"{inbox}/陈湾村-高翔.xlsm",
        with_macro(by_xlsxwriter([("考核表", paper)])),
        "XlsxWriter",
        fill,
        issues=("macro",),
        shows="a workbook with macros; a formula with its value, a formula in error",
    )


def _liuqiao(maker: Maker, inbox: str) -> None:
    fill = leader("刘桥村", "刘志强", "2 1.5 2 4 - 10 18 25 30 -", "称职")
    for key in ("1.1", "1.2", "1.3", "1.4", "1.5"):
        fill.scores[key].may = True
    fill.may = ("misplaced-value", "missing-row", "tampered-wording", "duplicate-row", "extra-row")
    rows = score_rows(fill)
    group = fill.printed["items"][:5]
    heaped = [
        "一",
        group[0]["category"],
        "\n".join(item["text"] + item.get("note", "") for item in group),
        "\n".join(item.get("standard", "") for item in group[:4]),
        "2\n1.5\n2\n4",
        group[4]["remark"],
    ]
    paper = [*heading(fill, subtitle=MONTH), header_line(fill, gap=""), table([rows[0], heaped, *rows[6:]])]
    maker.add(
        f"{inbox}/刘桥村-刘志强.docx",
        word_xml(paper),
        "hand-written OOXML (WPS)",
        fill,
        shows="five items and their scores heaped into one row; the blanks run together in one line",
    )

    fill = leader(
        "刘桥村",
        "刘爱华",
        "2 2 2 4 - - - - 30 -",
        i2_1=w("1\u200b0", "10"),
        i2_2=w("\u00a018\u00a0", "18"),
        i3_1=w("\u200b28\ufeff", "28"),
        written={"name": w("刘\u200b爱\u00a0华", "刘爱华")},
    )
    inner = table_xml(table(score_rows(fill, short=True)), short_rows=True)
    outside = Table([[Box("", xml=paragraphs(header_line(fill).text) + inner)]])
    maker.add(
        f"{inbox}/刘桥村-刘爱华.docx",
        word_xml([*heading(fill, subtitle=MONTH), outside]),
        "hand-written OOXML (WPS)",
        fill,
        shows="zero-width and non-breaking spaces; the form in a table within a table, with short rows",
    )

    fill = leader("刘桥村", "冯守信", "2 2 2 4 - 10 17 28 30 -")
    for entry in fill.scores.values():
        entry.number = True
    maker.add(
        f"{inbox}/刘桥村-冯守信.docx",
        by_xlsxwriter([("Sheet1", score_sheet(fill, subtitle=MONTH))]),
        "XlsxWriter",
        fill,
        kind="xlsx",
        issues=("mislabelled",),
        shows="a workbook named .docx",
    )

    order = ("4.1", "3.1", "2.2", "2.1", "1.5", "1.4", "1.3", "1.2", "1.1", "5.1")
    fill = leader("刘桥村", "丁喆", "2 2 2 4 - 10 14 28 30 -")
    maker.add(
        f"{inbox}/刘桥村-丁喆.docx",
        word_python(score_sheet(fill, subtitle=MONTH, header="lines", order=order)),
        "python-docx",
        fill,
        shows="a first return; the rows in another order; a rare character in the name",
    )
    fill = leader("刘桥村", "丁喆", "2 2 2 4 - 10 16 28 30 -", remarks={"2.2": "更正：原评14分有误"})
    fill.scores["2.2"].number = True
    maker.add(
        f"{inbox}/刘桥村-丁喆（更正）.xlsb",
        by_hand_xlsb([("考核表", score_sheet(fill, subtitle=MONTH))]),
        "hand-written BIFF12",
        fill,
        shows="a second return of the same person, as a binary workbook",
    )
