"""Returned score sheets of village-cadre, tongshi, damao and ningxia."""

from __future__ import annotations

from tools.samples.maker import Maker
from tools.samples.paper import Line, Table, table
from tools.samples.pdf_files import by_reportlab
from tools.samples.sheets import header_lines, heading, score_rows, score_sheet
from tools.samples.truth import PRINTED, Entry, Fill, marks, w
from tools.samples.word_python import word_python
from tools.samples.word_xml import checkbox, form_checkbox, paragraph, run, symbol, word_xml
from tools.samples.workbooks import by_openpyxl, by_xlsxwriter, by_xlwt

FOLDER = "forms"
WPS = "hand-written OOXML (WPS)"


def score_forms(maker: Maker) -> None:
    """Make them all."""
    _village_cadre(maker)
    _tongshi(maker)
    _damao(maker)
    _teams(maker)
    _captains(maker)
    _members(maker)


def _numbers(fill: Fill) -> Fill:
    for entry in fill.scores.values():
        entry.number = entry.text == entry.value
    return fill


def _village_cadre(maker: Maker) -> None:
    form = "village-cadre-quarterly"
    fill = Fill(
        form,
        "2020-Q2",
        {"village": "青山村", "name": "周大海", "post": "党支部书记", "grade": "合格"},
        marks(form, "28 37 8.5 9 10 4 - 2 - -"),
        {"6.1": "县级验收好评", "6.3": "个人获表彰"},
    )
    tiers = {"6.1": "10/7/4/2", "6.2": "20/15/10/5", "6.3": "10/7/4/2", "7.1": "10/7/4/2"}
    maker.add(
        f"{FOLDER}/村干部-周大海.docx",
        word_python(score_sheet(fill, subtitle="（2020年第二季度）", points=tiers)),
        "python-docx",
        fill,
        shows="a plain form of village-cadre with bonus",
    )

    fill = Fill(
        form,
        "2020-Q3",
        {"village": "青山村", "name": "吴小梅", "post": "村委会主任", "grade": ""},
        marks(
            form,
            "30 39 9 10 9.5 - - - - -",
            i6_1=w("6", "6", "out-of-range", "unexpected-value"),
            i7_1=w("-4", "4", may=True),
            i7_2=w("扣10分", "10", may=True),
        ),
        {"7.1": "县通报"},
    )
    paper = score_sheet(_numbers(fill), subtitle="2020年三季度", header="cells")
    maker.add(
        f"{FOLDER}/村干部-吴小梅.xlsx",
        by_xlsxwriter([("三季度", paper)]),
        "XlsxWriter",
        fill,
        shows="points that are no tier of the regulation; a deduction written as -4 and as 扣10分",
    )

    fill = Fill(
        form,
        "2020-Q2",
        {"village": "河湾村", "name": "郑伟", "post": "党支部副书记", "grade": "合格"},
        marks(form, "25 34 7 8.5 9 - - - 2 -"),
        {"7.1": "镇通报1次"},
        may=("unexpected-text", "unexpected-value"),
    )
    rows = score_rows(fill)
    for row, own in zip(rows, ("自评分", "30", "40", "10", "10", "10", "4", "", "2", "", ""), strict=True):
        row.insert(-2, own)
    paper = [*heading(fill, subtitle="（2020年4-6月，第二季度）"), *header_lines(fill), table(rows)]
    maker.add(
        f"{FOLDER}/村干部-郑伟.docx",
        word_xml(paper),
        WPS,
        fill,
        shows="a column 自评分 put in before 得分",
    )


def _tongshi(maker: Maker) -> None:
    form = "tongshi-annual"
    fill = Fill(
        form,
        "2023",
        {"village": "石坳村"},
        marks(form, "18.9 8.75 4.6 9 10 7 5 2 5 3 - -"),
        {
            "1.1": "一级规则1条、二级规则2条",
            "1.2": "二季度平均准确率77.5%",
            "1.3": "错误数据4条",
            "2.1": "缺资料1项",
            "2.3": "台账缺1份",
            "3.2": "通报1次",
        },
    )
    maker.add(
        f"{FOLDER}/石坳村目标管理考核.docx",
        word_xml(score_sheet(fill)),
        WPS,
        fill,
        shows="a village; the year only in the title; 扣分情况 filled in",
    )

    fill = Fill(
        form,
        "2023",
        {"village": "大塘村"},
        marks(form, "20 10 5 10 7 10 5 5 3 5 10 5"),
        {"2.2": "对象不满意1名"},
        must=("total-mismatch",),
    )
    paper = score_sheet(fill, subtitle="（2023年度）", total="93", total_label="合  计", widths=(3, 8, 12, 4, 4, 8))
    maker.add(
        f"{FOLDER}/大塘村.pdf", by_reportlab(paper), "reportlab", fill, shows="a wrong total (93 for 95) in a .pdf"
    )


def _ticked(word: str, how: str) -> Entry:
    """好 / 一般 / 差 with a box before each, in one of the ways in which boxes are made."""
    words = ("好", "一般", "差")
    if how == "plain":
        text = " ".join(("☑" if word == one else "□") + one for one in words)
        return w(text, word)
    if how == "tick":
        return w(" ".join(one + ("√" if word == one else "□") for one in words), word, may=True)
    box = {
        "control": lambda on: checkbox(on),
        "field": lambda on: form_checkbox(on),
        "symbol": lambda on: symbol("0052" if on else "00A3"),
    }[how]
    inner = "".join(box(word == one) + run(one + " ") for one in words)
    text = " ".join(("☑" if word == one else "☐") + one for one in words)
    return w(text, word, xml=paragraph(inner=inner))


def _damao(maker: Maker) -> None:
    form = "damao-annual"
    ways = [
        "control",
        "control",
        "field",
        "field",
        "symbol",
        "symbol",
        "",
        "plain",
        "plain",
        "tick",
        "",
        "control",
        "field",
    ]
    words = ["好", "一般", "好", "差", "好", "一般", "", "好", "一般", "好", "", "好", "好"]
    items = [item["id"] for item in PRINTED[form]["items"]]
    scores = {key: _ticked(word, how) for key, word, how in zip(items, words, ways, strict=True) if how}
    scores["2.1"] = w("☑好 ☑一般 □差", None, "*")
    scores["3.4"] = w("□好 □一般 □差", None, "missing-score")
    fill = Fill(
        form,
        "2022",
        {"village": "东坡村", "group": "第三村民小组", "name": "符国强", "grade": "称职"},
        scores,
        {"1.4": "账目未按时公开"},
    )
    maker.add(
        f"{FOLDER}/大茂-符国强.docx",
        word_xml(score_sheet(fill, subtitle="（2022年度）")),
        WPS,
        fill,
        shows="boxes ticked as content controls, form fields, symbols and plain characters; two ticked, none ticked",
    )

    scores = {key: w(word, word) for key, word in zip(items, ["好"] * 11 + ["一般", "好"], strict=True)}
    scores["1.2"] = w("较好", "较好", "unexpected-value", "not-a-number")
    scores["4.1"] = w(" 一 般 ", "一般")
    fill = Fill(form, "2022", {"village": "东坡村", "group": "第五村民小组", "name": "陈玉花", "grade": ""}, scores)
    paper = score_sheet(fill, subtitle="2022年度", header="cells", merged=False, repeat=True)
    maker.add(
        f"{FOLDER}/大茂-陈玉花.xlsx",
        by_openpyxl([("评价表", paper)]),
        "openpyxl",
        fill,
        shows="words for points; one that is not in the list; the category in every row",
    )


def _teams(maker: Maker) -> None:
    form = "ningxia-team-annual"
    fill = Fill(
        form, "2015", {"village": "沙沟村", "team": "县农牧局"}, marks(form, "4 5 10 5 27 14.5 5 9.5 9 3 12.35")
    )
    footer = (PRINTED[form]["footnote"],)
    source = word_xml(score_sheet(fill, subtitle="（2015年度）", header="lines", footer=footer))
    maker.office(
        f"{FOLDER}/沙沟村工作队.docx", source, "docx", "docx", fill, shows="a team; the bonus without a cap; re-saved"
    )

    fill = Fill(
        form,
        "2016",
        {"village": "黑城村", "team": "市教育局"},
        marks(form, "4 6 10 5 30 - 5 10 10 - -", i2_3=w("16", "16", "tampered-wording", "out-of-range")),
        must=("tampered-wording",),
    )
    paper = score_sheet(_numbers(fill), subtitle="2016年度", header="cells", points={"2.3": "15分"}, footer=footer)
    maker.add(
        f"{FOLDER}/黑城村工作队.xlsx",
        by_openpyxl([("附件1", paper)]),
        "openpyxl",
        fill,
        shows="a printed maximum lowered (20 to 15) with a score between the two",
    )


def _captains(maker: Maker) -> None:
    form = "ningxia-captain-annual"
    fill = _numbers(Fill(form, "2015", {"village": "沙沟村", "name": "马成林"}, marks(form, "68 4.8 5 4 5 9.2 2 - -")))
    paper = score_sheet(fill, subtitle="（2015年度）", header="cells", total="98", total_label="合计得分")
    paper_table = paper[-1]
    assert isinstance(paper_table, Table)
    maker.add(
        f"{FOLDER}/第一书记-马成林.et",
        by_xlwt([("附件2", paper)]),
        "xlwt",
        fill,
        kind="xls",
        shows="a WPS sheet: the kind of an old workbook; a right total",
    )

    fill = Fill(
        form,
        "2015",
        {"village": "黑城村", "name": "海明"},
        marks(form, "70 - 5 5 5 10 - 5 -", i2_1=w("4．8", "4.8"), i7_1=w("2+2", "4", may=True)),
    )
    order = ("考评内容", "考评指标", "评分标准", "赋分", "得分")
    paper = score_sheet(fill, subtitle="（二〇一五年度）", header="line", columns=order, merged=False)
    maker.add(
        f"{FOLDER}/第一书记-海明.docx",
        word_xml(paper),
        WPS,
        fill,
        shows="columns in another order; a full-width point; a sum written out",
    )


def _members(maker: Maker) -> None:
    form = "ningxia-member-annual"
    people = [
        Fill(form, "2015", {"village": "沙沟村", "name": "杨春"}, marks(form, "69 10 5 5 9 - 2 -")),
        Fill(form, "2015", {"village": "沙沟村", "name": "马玉兰"}, marks(form, "65 8.6 5 4.5 8 2 - 3")),
        Fill(
            form,
            "2015",
            {"village": "沙沟村", "name": ""},
            marks(form, "70 10 5 5 10 - - -"),
            must=("missing-subject",),
        ),
    ]
    people[2].may = ("missing-subject",)
    people[2].header["name"] = Entry(may=True)
    paper = []
    for fill in people:
        sheet = score_sheet(fill, subtitle="（2015年度）")
        assert isinstance(sheet[0], Line)
        sheet[0].page_break = bool(paper)
        paper += sheet
    maker.add(
        f"{FOLDER}/沙沟村队员.docx",
        word_xml(paper),
        WPS,
        *people,
        shows="three people in one document, one without a name",
    )

    fill = Fill(form, "2016", {"village": "黑城村", "name": "罗志军"}, marks(form, "66 9.4 5 5 9 - - -"))
    source = by_openpyxl(
        [
            (
                "附件3",
                score_sheet(
                    _numbers(fill), subtitle="2016年度", header="lines", total="94.4", total_formula="=SUM(E5:E12)"
                ),
            )
        ]
    )
    maker.office(
        f"{FOLDER}/队员-罗志军.xls", source, "xlsx", "xls", fill, shows="an old workbook with a computed total"
    )
