"""Score sheets: rows are known by their wording, whatever was done to the table."""

from __future__ import annotations

import pytest
from grids import DAYANG, DAYANG_HEADER, Entry, codes, dayang, document, form, forms, item_rows, values
from score_sheets import PARSER, SHEET, SHEETS, cell, filled, full, one, paper, read, rows

from formgen.model import Form, Locator
from parsers.grid import Document, Paragraph

# --- the seven forms ---------------------------------------


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "un-merged"])
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.id)
def test_a_form_as_printed_is_read_without_a_word(sheet: Form, merged: bool) -> None:
    extraction = read(document(*filled(sheet, merged=merged), sheet.footnote or "附件2"))

    record = extraction.records[0]
    assert extraction.issues == ()
    assert record.form == sheet.id
    assert record.period == {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}[sheet.period]
    assert {item_id: values(record)[item_id] or "" for item_id in full(sheet)} == full(sheet)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.id)
def test_a_form_without_its_title_is_still_known(sheet: Form) -> None:
    paper = document(*filled(sheet, title=False))

    assert [claim.form for claim in PARSER.identify(paper, forms())] == [sheet.id]
    assert len(read(paper).records) == 1


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.id)
def test_nothing_filled_in_is_missing_everywhere(sheet: Form) -> None:
    extraction = read(document(sheet.title, item_rows(sheet, {})))

    for item in sheet.items:
        assert codes(extraction, item.id) == (["missing-score"] if item.required else [])
        assert extraction.records[0].readings[item.id].value is None


def test_a_claim_says_why() -> None:
    (claim,) = PARSER.identify(dayang(), forms())

    assert claim.score == 1.0
    assert any("10项指标中找到10项" in words for words in claim.evidence)


@pytest.mark.parametrize(
    "paper",
    [
        document(),
        document("请假条", [["姓名", "李四", "事由", "开会"]]),
        document(SHEET.title, "第一条 为加强管理"),
        document("工资表", [["序号", "姓名", "得分", "备注"], ["1", "李四", "90", ""], ["2", "王五", "80", ""]]),
    ],
)
def test_other_paper_is_not_claimed(paper: Document) -> None:
    assert PARSER.identify(paper, forms()) == ()


def test_rows_that_two_forms_share_name_neither() -> None:
    shared = ("考评指标", "群众满意度评价", "理论文章", "意见建议", "领导批示")
    sheet = form("ningxia-captain-annual")
    table = [[row[0], row[1], row[4]] for row in item_rows(sheet, full(sheet), merged=False) if row[1] in shared]

    extraction = read(document("派驻村：张庄村 姓名：李四", table))

    assert extraction.records == ()
    assert codes(extraction) == ["ambiguous-form"]


# --- what people do to the table ---------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        " ".join(SHEET.title),
        "王集镇乡村振兴小组长月度考核评价表",
        SHEET.title + "（2023年3月）",
        f"附件2 {SHEET.title}",
    ],
)
def test_a_title_is_known_however_it_is_spaced(title: str) -> None:
    assert one(paper(rows(), title=title)).issues == ()


def test_columns_may_stand_in_any_order() -> None:
    table = [[row[place] for place in (4, 0, 2, 1, 5, 3)] for row in rows(merged=False)]

    assert one(paper(table)).issues == ()


def test_heads_may_be_respaced_and_carry_a_unit() -> None:
    head: list[Entry] = ["序 号", "考    核\n指    标", "具 体 内 容", "评分\n标准", "得　分（分）", "备    注"]

    assert one(paper([head, *rows()[1:]])).issues == ()


def test_a_table_may_go_on_after_a_page_with_or_without_its_head() -> None:
    table = rows(merged=False)

    assert one(paper(table[:6], [table[0], *table[6:]])).issues == ()
    assert one(paper(table[:6], table[6:])).issues == ()


def test_a_two_row_head_names_the_score_column() -> None:
    top: list[Entry] = [
        ("序号", 2, 1),
        ("考核指标", 2, 1),
        ("具体内容", 2, 1),
        ("评分标准", 2, 1),
        ("得分", 1, 2),
        None,
        ("备注", 2, 1),
    ]
    below: list[Entry] = [None, None, None, None, "自评", "镇评", None]
    table = [[*row[:4], "1", *row[4:]] for row in rows()[1:]]

    extraction = one(paper([top, below, *table]))

    assert codes(extraction, "2.1") == ["low-confidence"]
    assert "unexpected-value" in codes(extraction)


def test_a_second_score_column_is_reported_and_not_read() -> None:
    table = [[*row[:4], "自评得分" if number == 0 else "1", *row[4:]] for number, row in enumerate(rows())]

    extraction = one(paper(table))

    assert codes(extraction) == ["unexpected-value"]


def test_scores_under_another_name_are_doubted_where_two_could_be_meant() -> None:
    table = [
        [*row[:4], "自评分" if not number else "1", "考核得分" if not number else row[4], row[5]]
        for number, row in enumerate(rows())
    ]

    extraction = one(paper(table))

    assert all(codes(extraction, item_id) == ["low-confidence"] for item_id in DAYANG)


def test_without_a_head_the_score_is_read_by_place_and_doubted() -> None:
    extraction = one(paper(rows()[1:]))

    assert all(codes(extraction, item_id) == ["low-confidence"] for item_id in DAYANG)


def test_a_row_without_its_leading_cells_is_read_and_doubted() -> None:
    table = rows(merged=False)
    table[3] = table[3][2:]

    extraction = one(paper(table))

    assert codes(extraction) == ["low-confidence"]
    assert codes(extraction, "1.3") == ["low-confidence"]


def test_an_inserted_row_is_reported_with_its_score() -> None:
    table = rows(merged=False)
    table.insert(4, ["一", "业务能力（10分）", "11、另行安排的工作", "", "5", ""])

    extraction = one(paper(table))

    assert codes(extraction) == ["extra-row"]
    assert "另行安排的工作" in extraction.issues[0].message
    assert "5" in extraction.issues[0].message


def test_a_deleted_row_is_said_on_its_field() -> None:
    table = rows(merged=False)
    del table[6]

    assert codes(one(paper(table), f2_1=None), "2.1") == ["missing-row"]


def test_a_row_that_stands_twice_with_one_value_keeps_it() -> None:
    table = rows(merged=False)
    table.insert(7, table[6])

    assert codes(one(paper(table)), "2.1") == ["duplicate-row"]


def test_a_row_that_stands_twice_with_two_values_has_none() -> None:
    table = rows(merged=False)
    table.insert(7, [*table[6][:4], "5", ""])

    assert codes(one(paper(table), f2_1=None), "2.1") == ["duplicate-row"]


def test_rows_may_be_renumbered_and_exchanged() -> None:
    table = rows(merged=False)
    table[2], table[9] = table[9], table[2]
    swap = {
        item.id: f"（{number}）" + item.text.partition("、")[2] + item.note
        for number, item in enumerate(SHEET.items, 21)
    }

    assert one(paper(table)).issues == ()
    assert one(paper(rows(swap=swap))).issues == ()


def test_an_item_over_two_rows_is_one_item() -> None:
    table = rows(merged=False)
    text = SHEET.item("2.1").text
    table[6][2] = text[:18]
    table.insert(7, ["", "", text[18:], "", "", ""])

    assert one(paper(table)).issues == ()


def test_a_score_cell_over_several_items_is_nobodys() -> None:
    table = rows()
    table[1][4] = ("9.5", 4, 1)
    for row in table[2:5]:
        row[4] = None

    extraction = one(paper(table), f1_1=None, f1_2=None, f1_3=None, f1_4=None)

    assert [codes(extraction, f"1.{number}") for number in range(1, 5)] == [["misplaced-value"]] * 4


def test_two_items_in_one_cell_have_no_score_of_their_own() -> None:
    table = rows(merged=False)
    table[1][2] = f"{SHEET.item('1.1').text}\n{SHEET.item('1.2').text}"
    del table[2]

    extraction = one(paper(table), f1_1=None, f1_2=None)

    assert "misplaced-value" in codes(extraction, "1.1")
    assert "misplaced-value" in codes(extraction, "1.2")


def test_a_score_in_the_remarks_is_taken_and_said() -> None:
    extraction = one(dayang({"2.1": "", "2.1.remark": "9分"}))

    assert codes(extraction, "2.1") == ["misplaced-value"]
    assert values(extraction.records[0])["2.1.remark"] == "9分"


def test_a_figure_within_a_remark_is_no_score() -> None:
    assert codes(one(dayang({"2.1": "", "2.1.remark": "本月走访9户"}), f2_1=None), "2.1") == ["missing-score"]


@pytest.mark.parametrize("head", ["得分情况", "得分（满分100）", "实际得分", "考评得分", "打分"])
def test_a_score_column_may_have_a_longer_name(head: str) -> None:
    assert one(paper([[head if entry == "得分" else entry for entry in rows()[0]], *rows()[1:]])).issues == ()


def test_a_cell_too_many_in_a_row_is_said_on_score_and_remark() -> None:
    table = rows(merged=False)
    table[6] = [*table[6][:3], "", *table[6][3:5]]

    extraction = read(paper(table))

    assert codes(extraction, "2.1") == ["not-a-number"]
    assert codes(extraction, "2.1.remark") == ["low-confidence"]


def test_labels_may_stand_above_their_answers() -> None:
    blanks: list[list[Entry]] = [["行政村", "姓名", "联系自然庄（组）", "考评等次"], ["张庄村", "李四", "东庄", "优秀"]]

    assert one(document(SHEET.title, "2023年3月", blanks, rows())).issues == ()


def test_a_figure_in_a_column_without_a_name_is_said_on_its_item() -> None:
    table = [[*row, "7" if number == 6 else ""] for number, row in enumerate(rows())]

    assert codes(one(paper(table)), "2.1") == ["unexpected-text"]


# --- marks, formulas, several in one file ---------------------------------------


def test_a_formula_without_its_value_is_neither_blank_nor_zero() -> None:
    table = rows()
    table[6][4] = cell("", formula_without_value=True)

    assert codes(one(paper(table), f2_1=None), "2.1") == ["formula-without-value"]


def test_a_row_known_by_its_mark_alone_has_been_reworded() -> None:
    table = rows(swap={"2.1": "本月工作情况"})
    table[6][4] = cell("9", tags=("2.1",))

    assert codes(one(paper(table)), "2.1") == ["tampered-wording"]


def test_wording_comes_before_the_mark_of_a_cell() -> None:
    table = rows()
    table[6][4] = cell("9", tags=("2.2",))

    assert codes(one(paper(table)), "2.1") == ["low-confidence"]


def test_a_control_of_our_blank_names_its_field_without_a_label() -> None:
    where = Locator("paragraph 9")
    line = Paragraph(
        "张庄村 李四 东庄 优秀", where, (("village", "张庄村"), ("name", "李四"), ("group", "东庄"), ("grade", "优秀"))
    )

    extraction = read(document(SHEET.title, "2023年3月", line, rows()))

    assert values(extraction.records[0])["name"] == "李四"


def test_a_blank_made_out_to_another_is_said() -> None:
    marked = document(SHEET.title, "2023年3月", DAYANG_HEADER, rows(), form=SHEET.id, name="王五", period="2023-04")

    extraction = one(marked)

    assert codes(extraction, "name") == ["low-confidence"]
    assert "period-mismatch" in codes(extraction)


def test_each_person_of_a_file_has_a_record() -> None:
    second = DAYANG_HEADER.replace("李四", "王五")

    titled = read(
        document(SHEET.title, "2023年3月", DAYANG_HEADER, rows(), SHEET.title, "2023年3月", second, rows({"2.1": "7"}))
    )
    untitled = read(document("2023年3月", DAYANG_HEADER, rows(), "2023年3月", second, rows({"2.1": "扣3分"})))

    assert [record.subject.name for record in titled.records] == ["李四", "王五"]
    assert values(titled.records[1])["2.1"] == "7"
    assert [record.subject.name for record in untitled.records] == ["李四", "王五"]
    assert [issue.record for issue in untitled.issues if issue.field == "2.1"] == [1]


def test_people_below_each_other_in_one_sheet_are_told_apart() -> None:
    def block(name: str, score: str) -> list[list[Entry]]:
        head: list[list[Entry]] = [
            [(SHEET.title, 1, 6)],
            ["行政村：张庄村", f"姓名：{name}", "联系自然庄（组）：东庄", "2023年3月", "", ""],
        ]
        return [*head, *rows({"2.1": score})]

    extraction = read(document([*block("李四", "9"), *block("王五", "7")]))

    assert [(record.subject.name, values(record)["2.1"]) for record in extraction.records] == [
        ("李四", "9"),
        ("王五", "7"),
    ]


def test_different_forms_in_one_file_are_told_apart() -> None:
    blocks = [
        block
        for name in ("ningxia-member-annual", "ningxia-captain-annual")
        for block in filled(form(name), title=False)
    ]

    extraction = read(document(*blocks))

    assert [record.form for record in extraction.records] == ["ningxia-member-annual", "ningxia-captain-annual"]


def test_the_same_person_twice_in_a_file_is_said() -> None:
    extraction = read(document(*filled(SHEET), *filled(SHEET)))

    assert [(issue.code.value, issue.record) for issue in extraction.issues] == [("duplicate", 1)]


@pytest.mark.parametrize("words", ["2023年13月", "2023年十三月", "2023年二十三月", "2023年0月", "2023年第五季度"])
def test_a_period_that_no_calendar_has_is_quoted(words: str) -> None:
    extraction = read(paper(rows(), period=f"（{words}）"))

    assert extraction.records[0].period is None
    (issue,) = [issue for issue in extraction.issues if issue.code == "missing-period"]
    assert (f"“{words}”" in issue.message, str(issue.where)) == (True, "paragraph 2")


def test_an_impossible_period_beside_a_possible_one_is_reported() -> None:
    extraction = read(paper(rows(), "（2023年13月）"))

    assert extraction.records[0].period == "2023-03"
    assert codes(extraction) == ["unexpected-text"]


@pytest.mark.parametrize("words", ["2023年12月", "2023年十二月份", "2023年 10 月"])
def test_the_last_months_of_a_year_are_possible(words: str) -> None:
    assert read(paper(rows(), period=f"（{words}）")).issues == ()
