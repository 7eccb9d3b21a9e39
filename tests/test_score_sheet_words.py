"""Score sheets: printed words, totals, judgements."""

from __future__ import annotations

import pytest
from grids import Entry, codes, document, form, item_rows, values
from score_sheets import SHEET, filled, full, one, paper, read, rows

from formgen.parsing import Extraction

# --- printed words ---------------------------------------


@pytest.mark.parametrize(
    ("swap", "field"),
    [
        ({"2.1": "6、月度内是否开展上门走访、政策宣传、信息采集等工作。"}, "2.1"),
        ({"2.1.standard": SHEET.item("2.1").standard.replace("（10分）", "（15分）")}, "2.1"),
        ({"4.1.standard": SHEET.item("4.1").standard.replace("不应享受", "应享受")}, "4.1"),
        ({"category.4": "政策落实（40分）"}, "4.1"),
        ({"3.1": SHEET.item("3.1").text + "（20分）"}, "3.1"),
    ],
)
def test_altered_wording_is_said_on_the_item(swap: dict[str, str], field: str) -> None:
    extraction = one(paper(rows(swap=swap)))

    assert codes(extraction, field) == ["tampered-wording"]
    assert extraction.issues[0].needs_person


@pytest.mark.parametrize(
    "swap",
    [
        {"2.1": SHEET.item("2.1").text.replace("、", "，").replace("。", "")},
        {"3.1": SHEET.item("3.1").text + "（30分）"},
        {"1.4": SHEET.item("1.4").text},
        {"2.1.standard": "", "3.1.standard": "（30分）", "1.1.standard": "2分"},
        {"category.1": "业务能力 (10分)", "category.2": "工作落实", "category.5": "加分项:群众满意度（10分）"},
    ],
)
def test_width_and_punctuation_are_no_alteration(swap: dict[str, str]) -> None:
    assert one(paper(rows(swap=swap))).issues == ()


def test_words_left_out_of_a_note_are_for_the_record_only() -> None:
    swap = {"1.4": SHEET.item("1.4").text + "（如特色种养殖奖补等）", "4.1.standard": "应落实未落实到位的，每例扣10分"}

    extraction = one(paper(rows(swap={"1.4": swap["1.4"]})))

    assert codes(extraction) == ["tampered-wording"]
    assert not extraction.issues[0].needs_person


@pytest.mark.parametrize(
    ("points", "told"), [("35", True), ("40分", False), ("４０", False), ("40.0", False), ("", False)]
)
def test_an_altered_maximum_is_said(points: str, told: bool) -> None:
    sheet = form("village-cadre-quarterly")
    blocks = filled(sheet)
    blocks[-1] = item_rows(sheet, full(sheet), swap={"2.1.points": points})

    said = [issue for issue in read(document(*blocks)).issues if issue.field == "2.1" and issue.needs_person]

    assert bool(said) is told


@pytest.mark.parametrize("points", ["10/7/4/2", "10、7、4、2", "2—10", "10"])
def test_tiers_may_be_printed_in_several_ways(points: str) -> None:
    sheet = form("village-cadre-quarterly")
    blocks = filled(sheet)
    blocks[-1] = item_rows(sheet, full(sheet), swap={"6.1.points": points})

    assert read(document(*blocks)).issues == ()


# --- totals ---------------------------------------


@pytest.mark.parametrize(
    "last",
    [
        ["合计", "", "", "", "100.5", ""],
        [("总    分", 1, 4), None, None, None, "100.5分", ""],
        [("合计：100.5分", 1, 6)],
    ],
)
def test_a_right_total_is_read(last: list[Entry]) -> None:
    extraction = one(paper([*rows(), last]))

    assert extraction.issues == ()
    assert values(extraction.records[0])["total"] == "100.5"


@pytest.mark.parametrize("last", [["合计", "", "", "", "99", ""], ["", "总计", "", "", "99", ""]])
def test_a_wrong_total_is_said(last: list[Entry]) -> None:
    assert codes(one(paper([*rows(), last])), "total") == ["total-mismatch"]


def test_a_total_of_missing_scores_cannot_be_checked_and_that_is_said() -> None:
    extraction = one(paper([*rows({"2.1": ""}), ["合计", "", "", "", "91.5", ""]]), f2_1=None)

    said = next(issue for issue in extraction.issues if issue.field == "total")
    assert "2.1" in said.message
    assert not said.needs_person


def test_a_total_below_the_table_is_read() -> None:
    assert values(one(paper(rows(), "合计：100.5分")).records[0])["total"] == "100.5"


def test_a_total_above_the_bonus_is_the_sum_of_what_stands_above_it() -> None:
    table = rows(merged=False)
    table.insert(10, ["合计", "", "", "", "94.5", ""])

    assert one(paper(table)).issues == ()


def test_a_subtotal_is_checked_against_its_category() -> None:
    table = rows(merged=False)
    table.insert(6, ["", "小计", "", "", "9", ""])

    extraction = one(paper(table))

    assert codes(extraction, "category.1") == ["total-mismatch"]
    assert values(extraction.records[0])["category.1"] == "9"


def test_deductions_are_taken_off_the_total() -> None:
    sheet = form("village-cadre-quarterly")
    scores = {**full(sheet), "6.1": "", "6.2": "", "6.3": "", "7.1": "扣10", "7.2": "-5"}

    extraction = read(document(*filled(sheet, scores=scores), "合计：85"))

    assert extraction.issues == ()
    assert values(extraction.records[0])["7.2"] == "5"


# --- judgements ---------------------------------------


def damao(scores: dict[str, str]) -> Extraction:
    sheet = form("damao-annual")
    return read(document(*filled(sheet, scores={**full(sheet), **scores})))


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("一般", "一般", None),
        (" 一 般 ", "一般", None),
        ("□好 ☑一般 □差", "一般", None),
        ("好☐一般☐差☑", "差", None),
        ("好√ 一般 差", "好", "low-confidence"),
        ("☑好 ☑一般 □差", None, "misplaced-value"),
        ("□好 □一般 □差", None, "missing-score"),
        ("较好", "较好", "unexpected-value"),
        ("√", "√", "unexpected-value"),
        ("", None, "missing-score"),
        ("/", None, "missing-score"),
    ],
)
def test_a_judgement_is_one_of_the_words_of_the_form(text: str, value: str | None, code: str | None) -> None:
    extraction = damao({"1.2": text})

    assert values(extraction.records[0])["1.2"] == value
    assert codes(extraction, "1.2") == ([code] if code else [])


def test_a_judgement_may_be_ticked_in_a_column_of_its_own() -> None:
    sheet = form("damao-annual")
    table: list[list[Entry]] = [
        [("序号", 2, 1), ("考核内容", 2, 1), ("考核要点", 2, 1), ("评价", 1, 3), None, None, ("备注", 2, 1)]
    ]
    table.append([None, None, None, "好", "一般", "差", None])
    ticks = [["√", "", ""], ["", "√", ""], ["", "", "√"], ["", "", ""], ["√", "√", ""]]
    for number, row in enumerate(item_rows(sheet, {})[1:]):
        table.append([*row[:3], *(ticks[number] if number < 5 else ticks[0]), row[4]])
    blocks = filled(sheet)
    blocks[-1] = table

    extraction = read(document(*blocks))

    found = values(extraction.records[0])
    assert [found[f"1.{number}"] for number in range(1, 6)] == ["好", "一般", "差", None, None]
    assert codes(extraction, "1.4") == ["missing-score"]
    assert codes(extraction, "1.5") == ["misplaced-value"]


REWORDED = [
    ("ningxia-member-annual", "3.2", "服从治理状况"),
    ("ningxia-captain-annual", "4.1", "活动创新、有亮点"),
]


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "un-merged"])
@pytest.mark.parametrize(("form_id", "item_id", "words"), REWORDED)
def test_a_short_item_in_other_words_is_known_by_its_place(
    form_id: str, item_id: str, words: str, merged: bool
) -> None:
    sheet = form(form_id)
    table = item_rows(sheet, {**full(sheet), item_id: "1"}, swap={item_id: words}, merged=merged)

    extraction = read(document(*filled(sheet)[:-1], table))

    assert values(extraction.records[0])[item_id] == "1"
    assert codes(extraction, item_id) == ["tampered-wording"]
    assert "extra-row" not in codes(extraction)
    assert "missing-row" not in codes(extraction)


@pytest.mark.parametrize(("form_id", "item_id", "words"), REWORDED)
def test_a_reworded_row_without_a_score_is_not_taken_for_the_item(form_id: str, item_id: str, words: str) -> None:
    sheet = form(form_id)
    table = item_rows(sheet, {**full(sheet), item_id: ""}, swap={item_id: words})

    assert "missing-row" in codes(read(document(*filled(sheet)[:-1], table)), item_id)


def test_another_item_in_the_place_of_a_missing_one_is_an_extra_row() -> None:
    sheet = form("ningxia-member-annual")
    table = item_rows(sheet, full(sheet), swap={"3.2": "村容村貌"})

    extraction = read(document(*filled(sheet)[:-1], table))

    assert codes(extraction, "3.2") == ["missing-row"]
    assert values(extraction.records[0])["3.2"] is None
    assert "extra-row" in codes(extraction)


def test_a_long_item_in_other_words_is_an_extra_row() -> None:
    words = "8、户下帮扶明白卡是否上墙。"

    extraction = read(paper(rows(swap={"3.1": words})))

    assert codes(extraction, "3.1") == ["missing-row"]
    assert "extra-row" in codes(extraction)
