"""Summary lists, a roster and a table of facts as Word and workbooks hold them."""

from __future__ import annotations

from tools.samples.dayang_people import leader
from tools.samples.maker import Maker
from tools.samples.paper import Box, Line, table
from tools.samples.sheets import list_table
from tools.samples.truth import PRINTED, Entry, Row, w
from tools.samples.word_python import word_python
from tools.samples.word_xml import word_xml
from tools.samples.workbooks import by_openpyxl, by_xlwt

FOLDER = "forms"
WPS = "hand-written OOXML (WPS)"


def lists(maker: Maker) -> None:
    """Make them all."""
    _summaries(maker)
    _lists(maker)


ITEMS = [item["id"] for item in PRINTED["dayang-monthly"]["items"]]


def _summaries(maker: Maker) -> None:
    items = PRINTED["dayang-monthly"]["items"]
    only = ("village", "name", "group", "grade", *ITEMS)
    people = [
        leader("张庄村", "张守田", "2 2 2 4 - 10 18 28 30 -", "称职", only=only),
        leader("张庄村", "李四", "2 2 2 4 - 8.5 18 28 30 3", "优秀", only=only),
        leader("王集村", "宋学文", "2 2 2 3 - 9 17 28 20 -", "称职", only=only, must=("total-mismatch",)),
        leader("陈湾村", "欧阳春兰", "2 2 2 4 - 10 - 28 30 -", "", only=only, i2_2=w("21", "21", "out-of-range")),
    ]
    totals = ("96", "97.5", "85", "99")
    heads: list[Box | str | None] = [Box(head, rows=2) for head in ("序号", "行政村", "姓名", "联系自然庄（组）")]
    seen: dict[str, int] = {}
    for item in items:
        seen[item["category"]] = seen.get(item["category"], 0) + 1
    heads += [Box(category, cols=count) for category, count in seen.items()]
    heads += [Box("合计", rows=2), Box("考评等次", rows=2)]
    rows: list[list[Box | str | None]] = [heads, [item["text"] for item in items]]
    for number, (fill, total) in enumerate(zip(people, totals, strict=True), 1):
        fill.total = Entry(total, total)
        said = fill.header
        scores = [Box(fill.scores[key].text, number=bool(fill.scores[key].text)) for key in ITEMS]
        rows.append(
            [
                Box(str(number), number=True),
                str(said["village"]),
                str(said["name"]),
                str(said["group"]),
                *scores,
                Box(total, number=True),
                str(said["grade"]),
            ]
        )
    title = "大杨镇乡村振兴小组长月度考核汇总表（2023年3月）"
    maker.add(
        f"{FOLDER}/大杨镇汇总表.xlsx",
        by_openpyxl([("汇总", [Line(title, title=True), table(rows)])]),
        "openpyxl",
        *people,
        shows="a summary list: a row per person, two rows of heads; a wrong total; a score above the maximum",
    )

    people = [
        leader("赵圩村", "赵凤琴", "2 2 2 4 - 10 18.5 28 30 6", "优秀", only=only),
        leader("赵圩村", "钱进宝", "2 1 2 4 - 10 16 22 30 -", "", only=only),
    ]
    heads = [Box(head, rows=2) for head in ("姓名", "行政村", "联系自然庄（组）", "考评等次")]
    heads += [Box(category, cols=count) for category, count in seen.items()]
    rows = [heads, [item["text"].split("、", 1)[1] for item in items]]
    for fill in people:
        written = [fill.said(fill.header, key).text for key in ("name", "village", "group", "grade")]
        rows.append([*written, *(fill.scores[key].text for key in ITEMS)])
    paper = [Line("大杨镇乡村振兴小组长月度考核汇总表", title=True), Line("时间：2023年3月"), table(rows)]
    maker.add(
        f"{FOLDER}/大杨镇汇总表（等次在前）.xls",
        by_xlwt([("汇总", paper)]),
        "xlwt",
        *people,
        shows="a summary list whose 考评等次 stands beside the heads of the categories",
    )

    only = ("village", "name", *ITEMS)
    people = [
        leader("李楼村", "李长河", "2 2 2 4 - 10 20 30 30 10", only=only),
        leader("李楼村", "马德胜", "2 2 2 4 - 10 18 - 30 -", only=only, i3_1=w("", None, "missing-score")),
        leader("刘桥村", "丁喆", "2 2 2 4 - - 16 28 30 -", only=only, i2_1=w("９．５", "9.5")),
    ]
    order = ["2.1", "2.2", "1.1", "1.2", "1.3", "1.4", "1.5", "3.1", "4.1", "5.1"]
    by_id = {item["id"]: item for item in items}
    rows = [[Box(head) for head in ("姓名", "行政村")] + [Box(by_id[key]["text"].split("、", 1)[1]) for key in order]]
    for place, fill in enumerate(people):
        scores = [Box(fill.scores[key].text) for key in order]
        village: list[Box | str | None] = [Box("李楼村", rows=2)] if place == 0 else ["刘桥村"] if place == 2 else []
        rows.append([str(fill.header["name"]), *village, *scores])
    title = "大杨镇乡村振兴小组长2023年3月考核得分汇总"
    maker.add(
        f"{FOLDER}/大杨镇得分汇总.docx",
        word_python([Line(title, title=True), table(rows)]),
        "python-docx",
        *people,
        shows="a summary list in Word: columns in another order, a village reaching over two rows, a blank score",
    )


def _lists(maker: Maker) -> None:
    rows, truth = [], []
    people = (
        ("孙有田", "柳林村", "一组", "村民小组长", "450元"),
        ("何　花", "柳林村", "二组", "村民小组长", "４５０"),
        ("司马青", "河口村", "北组", "村民小组长", ""),
    )
    for number, (name, village, group, post, pay) in enumerate(people, 1):
        reaching: list[Box | str] = [Box(village, rows=2)] if number == 1 else [village] if number == 3 else []
        rows.append([str(number), name, *reaching, group, post, pay])
        values: dict[str, Entry | str] = {
            "name": w(name, name.replace("　", "")),
            "village": village,
            "group": group,
            "post": post,
        }
        values["base_pay"] = w(pay, "450") if pay else w("", None)
        if not pay:
            values["base_pay"] = Entry(may=True)
        truth.append(Row("roster", values))
    heads = ("序号", "姓名", "所在村", "组别", "职务", "月补贴")
    maker.add(
        f"{FOLDER}/花名册.docx",
        word_xml([Line("村民小组长花名册", title=True), table(list_table(heads, rows))]),
        WPS,
        *truth,
        shows="a roster in Word: other words for its heads, 450元, full-width digits, a blank pay, a merged village",
    )

    facts = (
        ("2023年3月6日", "2023-03-06", "张庄村", "李四", "迟到", "", "1次", "1", "", "", "例会"),
        ("2023.3.15", "2023-03-15", "赵圩村", "钱进宝", "材料缺失", "", "２", "2", "否", "否", "明白卡"),
        ("2023/3/20", "2023-03-20", "刘桥村", "刘志强", "镇级以上反馈问题", "", "三", "3", "√", "是", "县级督查"),
    )
    rows, truth = [], []
    for written, date, village, name, kind, level, many, count, mended, yes, text in facts:
        rows.append([written, village, name, kind, level, many, mended, text])
        truth.append(
            Row(
                "facts",
                {
                    "date": w(written, date),
                    "village": village,
                    "name": name,
                    "kind": kind,
                    "level": level,
                    "count": w(many, count),
                    "mended": w(mended, yes or None),
                    "text": text,
                },
            )
        )
    heads = ("日期", "行政村", "姓名", "事项", "级别", "数量", "是否整改", "说明")
    maker.add(
        f"{FOLDER}/考核事项.docx",
        word_python([Line("考核事项登记表", title=True), table(list_table(heads, rows))]),
        "python-docx",
        *truth,
        shows="a table of facts in Word: three ways to write a day, three ways to write a number",
    )
