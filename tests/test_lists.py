"""Summary lists, rosters and facts tables: a row each, and none taken for another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from grids import NO_HINTS, Entry, codes, document, form, forms, item_rows, values

from formgen.parsing import Extraction
from parsers import PARSERS
from parsers.grid import Document

DAYANG, TONGSHI = form("dayang-monthly"), form("tongshi-annual")
TITLE = "大杨镇乡村振兴小组长月度考核汇总表（2023年3月）"
SCORES = ["2", "2", "2", "4", "", "10", "20", "30", "30", "5"]
IDS = [item.id for item in DAYANG.items]
NUMBERS = [str(number) for number in range(1, 11)]
SHORT = [
    "户数人数了解情况",
    "小组长工作职责",
    "监测户类型",
    "到户帮扶措施",
    "参加会议",
    "上门走访",
    "日常工作起到有效协助",
    "明白卡",
    "享受政策",
    "助残济困",
]


def claims(paper: Document) -> list[tuple[str, str]]:
    return [(claim.parser, claim.form) for parser in PARSERS for claim in parser.identify(paper, forms())]


def read(paper: Document) -> Extraction:
    (parser,) = [one for one in PARSERS if one.identify(paper, forms())]
    return parser.extract(paper, forms(), NO_HINTS)


def summary(heads: list[str], *people: list[Entry], title: str = TITLE) -> Document:
    return document(title, [["序号", "行政村", "姓名", *heads, "合计", "考评等次", "备注"], *people])


PERSON: list[Entry] = ["1", "张庄村", "李四", *SCORES, "105", "优秀", ""]


# --- summary lists ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heads", [[item.text for item in DAYANG.items], SHORT, NUMBERS, IDS], ids=["wording", "short", "numbers", "ids"]
)
def test_indicators_are_known_by_their_heads(heads: list[str]) -> None:
    extraction = read(summary(heads, PERSON))

    record = extraction.records[0]
    assert extraction.issues == ()
    assert (record.form, str(record.subject), record.period) == ("dayang-monthly", "张庄村/李四", "2023-03")
    assert [values(record)[item_id] for item_id in IDS] == [score or None for score in SCORES]
    assert record.readings["total"].value == Decimal(105)
    assert record.readings["grade"].value == "优秀"


def test_heads_in_two_rows_are_read_with_their_categories() -> None:
    top: list[Entry] = [
        "序号",
        "行政村",
        "姓名",
        ("业务能力（10分）", 1, 5),
        None,
        None,
        None,
        None,
        ("工作落实（30分）", 1, 2),
        None,
    ]
    top += ["基础信息（30分）", "政策落实（30分）", "加分项", "合计"]
    below: list[Entry] = ["", "", "", "1", "2", "3", "4", "5", "6", "7", "", "", "", ""]

    extraction = read(document(TITLE, [top, below, PERSON[:14]]))

    assert extraction.issues == ()
    assert [values(extraction.records[0])[item_id] for item_id in IDS] == [score or None for score in SCORES]


def test_numbers_alone_do_not_name_a_form() -> None:
    assert claims(summary(NUMBERS, PERSON, title="汇总表")) == []


def test_each_row_is_a_record_and_each_doubt_names_it() -> None:
    other = ["2", "张庄村", "王五", "2", "2", "2", "4", "", "扣2", "20", "", "31", "/", "", "", ""]

    extraction = read(summary(SHORT, PERSON, other))

    assert [record.subject.name for record in extraction.records] == ["李四", "王五"]
    assert {(issue.field, issue.code.value, issue.record) for issue in extraction.issues} == {
        ("2.1", "low-confidence", 1),
        ("3.1", "missing-score", 1),
        ("4.1", "out-of-range", 1),
    }


def test_a_wrong_total_and_a_sum_row_are_told_apart() -> None:
    wrong = [*PERSON[:13], "100", "优秀", ""]

    extraction = read(summary(SHORT, wrong, ["", "", "合计", *SCORES, "100", "", ""]))

    assert len(extraction.records) == 1
    assert codes(extraction, "total") == ["total-mismatch"]
    assert "unexpected-text" in codes(extraction)


def test_a_column_that_is_missing_is_said_for_each_person() -> None:
    heads = [head for head in SHORT if head != "上门走访"]
    person = [*PERSON[:8], *PERSON[9:]]

    extraction = read(summary(heads, person))

    assert extraction.records[0].readings["2.1"].value is None
    assert codes(extraction, "2.1") == ["missing-row"]


def test_a_head_with_another_maximum_is_tampered_with() -> None:
    heads = [item.text for item in DAYANG.items]
    heads[5] += "（15分）"

    assert codes(read(summary(heads, PERSON)), "2.1") == ["tampered-wording"]


def test_a_village_over_several_rows_belongs_to_each() -> None:
    first: list[Entry] = ["1", ("张庄村", 2, 1), *PERSON[2:]]
    second: list[Entry] = ["2", None, "王五", *SCORES, "105", "", ""]

    extraction = read(summary(SHORT, first, second))

    assert [str(record.subject) for record in extraction.records] == ["张庄村/李四", "张庄村/王五"]


def test_a_score_over_several_people_is_nobodys() -> None:
    first: list[Entry] = [*PERSON[:8], ("10", 2, 1), *PERSON[9:]]
    second: list[Entry] = ["2", "张庄村", "王五", "2", "2", "2", "4", "", None, "20", "30", "30", "5", "", "", ""]

    extraction = read(summary(SHORT, first, second))

    assert codes(extraction, "2.1") == ["misplaced-value", "misplaced-value"]


def test_the_village_may_stand_above_the_list() -> None:
    rows: list[list[Entry]] = [["序号", "姓名", *SHORT, "合计"], ["1", "李四", *SCORES, "105"]]

    extraction = read(document(TITLE, "行政村：张庄村", rows))

    assert str(extraction.records[0].subject) == "张庄村/李四"
    assert extraction.issues == ()


def test_a_list_of_villages_is_read() -> None:
    rows: list[list[Entry]] = [
        ["序号", "村", *[item.text for item in TONGSHI.items]],
        ["1", "张庄村", *["5"] * 9, "3", "", "5"],
    ]

    extraction = read(document("童市镇2023年度村级目标管理考核汇总表", rows))

    assert (str(extraction.records[0].subject), extraction.records[0].period) == ("张庄村", "2023")
    assert extraction.issues == ()


# --- rosters ---------------------------------------------------------------------------------------------------

ROSTER: list[list[Entry]] = [
    ["序号", "行政村", "姓名", "自然庄", "职务", "序列", "月补贴标准（元）"],
    ["1", "张庄村", "李四", "东庄", "小组长", "村民小组长", "1200"],
    ["2", "张庄村", "王 五", "西庄", "小组长", "村民小组长", "1,200元/月"],
]


def test_a_roster_is_read() -> None:
    extraction = read(document("乡村振兴小组长花名册", ROSTER))

    first, second = extraction.records
    assert (first.form, first.scheme, str(first.subject)) == ("roster", "", "张庄村/李四")
    assert (second.subject.name, second.readings["base_pay"].value) == ("王五", Decimal(1200))
    assert first.readings["series"].value == "村民小组长"
    assert extraction.issues == ()


def test_a_roster_is_claimed_as_nothing_else() -> None:
    assert claims(document(ROSTER)) == [("roster", "roster")]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ((2, "", "王五"), "village", "missing-subject"),
        ((6, "一千二百左右", None), "base_pay", "not-a-number"),
        ((6, "08", None), "base_pay", "low-confidence"),
        ((2, "张三 王五", None), "name", "low-confidence"),
    ],
)
def test_what_is_doubtful_in_a_roster_is_said(change: tuple[int, str, str | None], field: str, code: str) -> None:
    place, text, _ = change
    row = list(ROSTER[2])
    row[1 if field == "village" else place] = text

    extraction = read(document("花名册", [*ROSTER[:2], row]))

    assert codes(extraction, field) == [code]


def test_a_missing_base_pay_is_blank_and_not_zero() -> None:
    extraction = read(document("花名册", [*ROSTER[:2], [*ROSTER[2][:6], ""]]))

    assert extraction.records[1].readings["base_pay"].value is None


def test_the_same_person_twice_in_a_roster_is_said() -> None:
    assert "duplicate" in codes(read(document("花名册", [*ROSTER, ROSTER[1]])))


def test_columns_of_a_roster_that_are_not_read_are_named() -> None:
    extraction = read(
        document("花名册", [[*row, "联系电话" if not number else "139"] for number, row in enumerate(ROSTER)])
    )

    assert codes(extraction) == ["unexpected-text"]
    assert "联系电话" in extraction.issues[0].message


# --- facts -----------------------------------------------------------------------------------------------------

FACTS: list[list[Entry]] = [
    ["日期", "村", "姓名", "事项", "级别", "数量", "是否整改", "说明"],
    ["2023年3月5日", "张庄村", "李四", "迟到", "", "2次", "是", "例会"],
    ["2023-03-06 00:00:00", "张庄村", "王五", "通报表扬", "县级", "", "否", ""],
]


def test_facts_are_read() -> None:
    extraction = read(document("考核事项台账", FACTS))

    first, second = (values(record) for record in extraction.records)
    assert first == {
        "date": "2023-03-05",
        "village": "张庄村",
        "name": "李四",
        "kind": "迟到",
        "level": None,
        "count": "2",
        "mended": "是",
        "text": "例会",
    }
    assert (second["date"], second["level"], second["count"], second["mended"]) == ("2023-03-06", "县级", None, "否")
    assert extraction.issues == ()


def test_a_facts_table_is_claimed_as_nothing_else() -> None:
    assert claims(document(FACTS)) == [("facts-table", "facts")]


@pytest.mark.parametrize(
    ("column", "text", "field", "code"),
    [
        (0, "3月5日", "date", "low-confidence"),
        (0, "44990", "date", "low-confidence"),
        (5, "若干", "count", "not-a-number"),
        (5, "-1", "count", "low-confidence"),
        (6, "部分整改", "mended", "unexpected-value"),
    ],
)
def test_what_is_doubtful_in_a_facts_table_is_said(column: int, text: str, field: str, code: str) -> None:
    row = list(FACTS[1])
    row[column] = text

    assert codes(read(document([FACTS[0], row])), field) == [code]


def test_a_row_without_a_subject_is_said() -> None:
    row = ["2023年3月5日", "", "", "迟到", "", "1", "", ""]

    assert codes(read(document([FACTS[0], row])), "village") == ["missing-subject"]


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2023-Q1", "2023-Q1"),
        ("2023年第一季度", "2023-Q1"),
        ("2023年3月", "2023-03"),
        ("2023年度", "2023"),
        ("2023年1-3月", "2023-Q1"),
        ("第一季度", None),
        ("2023年1-2月", None),
    ],
)
def test_a_period_in_the_column_of_dates_counts_as_the_period(written: str, period: str | None) -> None:
    head = ["日期", "村", "姓名", "事项", "级别", "数量", "是否整改", "说明"]

    found = read(document([head, [written, "张庄村", "", "务工数据准确率", "", "95", "", ""]]))

    (record,) = found.records
    assert (record.period, record.readings["date"].value) == (period, None)
    assert ("low-confidence" in codes(found, "date")) == (period is None)


def test_a_period_column_dates_the_fact() -> None:
    rows: list[list[Entry]] = [[*FACTS[0], "考核月份"], [*FACTS[1], "2023年4月"]]

    assert read(document(rows)).records[0].period == "2023-04"


@pytest.mark.parametrize(("written", "period"), [("2023", "2023"), ("2023年度", "2023"), ("23", None), ("20233", None)])
def test_a_year_alone_in_the_column_of_periods_is_the_year(written: str, period: str | None) -> None:
    rows: list[list[Entry]] = [[*FACTS[0], "考核时段"], [*FACTS[1], written]]

    found = read(document(rows))

    assert found.records[0].period == period
    assert ("low-confidence" in codes(found, "period")) == (period is None)


# --- none for another ------------------------------------------------------------------------------------------


def test_a_list_beside_a_filled_sheet_does_not_make_the_file_ambiguous() -> None:
    sheet = item_rows(DAYANG, dict(zip(IDS, SCORES, strict=True)))
    paper = document(
        DAYANG.title,
        "2023年3月",
        "行政村：张庄村 姓名：李四",
        sheet,
        "评审组",
        [["姓名", "职务", "村"], ["赵六", "主任", "张庄村"]],
    )

    assert claims(paper) == [("score-sheet", "dayang-monthly")]


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "李四", "性别", "男"], ["村", "张庄村", "职务", "主任"]],
        [["序号", "品名", "数量"], ["1", "纸", "2"]],
        [["姓名", "村"], ["", ""]],
        [["日期", "事项"], ["2023年3月5日", "开会"]],
    ],
)
def test_other_tables_are_nobodys(rows: list[list[Entry]]) -> None:
    assert claims(document(rows)) == []


def test_a_roster_tells_the_level_and_the_day_of_appointment() -> None:
    table = [
        ["派驻村", "姓名", "派出单位", "选派级别", "派驻时间"],
        ["沙沟村", "杨春", "县农牧局", "县级", "2014年3月1日"],
        ["沙沟村", "马玉兰", "县农牧局", "县级", "2014年"],
    ]
    (parser,) = [one for one in PARSERS if one.name == "roster"]

    extraction = parser.extract(document(table), forms(), NO_HINTS)

    first, second = extraction.records
    assert (first.readings["level"].value, first.readings["since"].value) == ("县级", date(2014, 3, 1))
    assert second.readings["since"].value is None
    assert [(issue.field, issue.record) for issue in extraction.issues if issue.needs_person] == [("since", 1)]


def test_a_facts_table_tells_what_concerns_a_team() -> None:
    table = [
        ["日期", "村", "姓名", "派出单位", "事项", "数量"],
        ["2016-05-03", "沙沟村", "", "县农牧局", "工作队缺岗", "2"],
    ]
    (parser,) = [one for one in PARSERS if one.name == "facts-table"]

    (record,) = parser.extract(document(table), forms(), NO_HINTS).records

    assert (record.subject.village, record.subject.name, record.subject.team) == ("沙沟村", "", "县农牧局")
