"""Register and opinion forms: boxes by their labels, opinions without the printed lines."""

from __future__ import annotations

from datetime import date

import pytest
from grids import NO_HINTS, Entry, codes, document, form, forms, values

from formgen.model import Form
from formgen.parsing import Extraction, Hints
from parsers.forms.opinions import read_grade, read_opinion
from parsers.forms.register_form import RegisterFormParser
from parsers.grid import Document

PARSER = RegisterFormParser()
QUARTERLY, ANNUAL = form("ningxia-register-quarterly"), form("ningxia-opinion-annual")
SIGNED = "盖章\n\n负责人签字：                       年  月  日"
SEALED = "\n\n盖章\n\n年  月  日"


def table(sheet: Form, **answers: str) -> list[list[Entry]]:
    """The printed form with answers written in; opinions as they stand in the box, lines for signature and all."""
    a = {"name": "李四", "village": "张庄村", **answers}
    summary = "季\n度\n\n工\n\n作\n\n开\n\n展\n\n情\n\n况" if sheet is QUARTERLY else "年\n度\n工\n作\n总\n结"
    rows: list[list[Entry]] = [
        ["姓名", a["name"], "性别", a.get("sex", ""), "出生年月", a.get("birth", "")],
        ["政治\n面貌", a.get("political_status", ""), "工作单位及职务", (a.get("employer_post", ""), 1, 3), None, None],
        ["派驻村名称", a["village"], "驻村\n\n职务", (a.get("resident_post", ""), 1, 3), None, None],
        [summary, (a.get("summary", "签名：              年  月  日"), 1, 5)],
        ["村党支部意见", (a.get("branch_opinion", SIGNED), 1, 5)],
        ["乡镇\n\n党委\n\n意见", (a.get("township_opinion", SIGNED), 1, 5)],
    ]
    if sheet is ANNUAL:
        rows.append(["派出单位意见", (a.get("sender_opinion", SIGNED), 1, 5)])
    rows.append(
        ["被考\n\n核人\n\n意见", (a.get("self_opinion", "被考核人签字：                     年  月  日"), 1, 5)]
    )
    left = "县（区）组织部门意见：" + a.get("organization_review", SEALED)
    right = "县（区）扶贫部门意见：" + a.get("poverty_office_review", SEALED)
    rows.append(["审核\n\n部门\n\n意见", (left, 1, 2), None, (right, 1, 3), None, None])
    return rows


def read(paper: Document, hints: Hints = NO_HINTS) -> Extraction:
    return PARSER.extract(paper, forms(), hints)


def paper(sheet: Form = QUARTERLY, period: str = "（2015年第三季度）", **answers: str) -> Document:
    return document("附件4", sheet.title, period, table(sheet, **answers))


@pytest.mark.parametrize("sheet", [QUARTERLY, ANNUAL], ids=lambda sheet: sheet.id)
def test_a_blank_form_has_nothing_but_its_subject(sheet: Form) -> None:
    period = "（2015年第三季度）" if sheet is QUARTERLY else "（2015年度）"

    extraction = read(paper(sheet, period))

    record = extraction.records[0]
    assert record.form == sheet.id
    assert extraction.issues == ()
    assert {field: value for field, value in values(record).items() if value is not None} == {
        "name": "李四",
        "village": "张庄村",
    }


@pytest.mark.parametrize("sheet", [QUARTERLY, ANNUAL], ids=lambda sheet: sheet.id)
def test_the_two_forms_are_told_apart_without_a_title(sheet: Form) -> None:
    assert [claim.form for claim in PARSER.identify(document(table(sheet)), forms())] == [sheet.id]


def test_boxes_are_read_by_their_labels() -> None:
    extraction = read(
        paper(
            name="李  四",
            sex="男",
            birth="1985年6月",
            political_status="中共党员",
            employer_post="县农牧局 科员",
            resident_post="第一书记",
            summary="按计划走访农户。2015年7月组织培训2次。\n签名：李四        2015年9月28日",
            branch_opinion="情况属实。\n盖章\n\n负责人签字：王五          2015年9月29日",
            township_opinion="同意评定为优秀等次。\n盖章\n\n负责人签字：赵六       2015年9月30日",
            self_opinion="无意见。\n被考核人签字：李四                 2015年10月8日",
            poverty_office_review="\n同意。\n盖章\n\n二〇一五年十月九日",
        )
    )

    found = values(extraction.records[0])
    assert extraction.issues == ()
    assert extraction.records[0].period == "2015-Q3"
    assert str(extraction.records[0].subject) == "张庄村/李四"
    assert [found[field] for field in ("name", "birth", "employer_post")] == ["李四", "1985年6月", "县农牧局 科员"]
    assert found["summary"] == "按计划走访农户。2015年7月组织培训2次。"
    assert found["branch_opinion"] == "情况属实。"
    assert found["branch_opinion.signature"] == "王五"
    assert found["township_opinion.date"] == "2015-09-30"
    assert found["grade"] == "优秀"
    assert found["poverty_office_review"] == "同意。"
    assert found["poverty_office_review.date"] == "2015-10-09"
    assert found["organization_review"] is None


def test_unmerged_cells_and_rows_of_their_own_are_read() -> None:
    rows = table(QUARTERLY)
    rows[4] = ["村党支部意见", "情况属实。", "", "", "", ""]
    rows.insert(5, ["", "盖章", "", "", "", ""])
    rows.insert(6, ["", "负责人签字：王五", "", "2015年9月29日", "", ""])

    found = values(read(document(QUARTERLY.title, "（2015年第三季度）", rows)).records[0])

    assert found["branch_opinion"] == "情况属实。"
    assert found["branch_opinion.signature"] == "王五"
    assert found["branch_opinion.date"] == "2015-09-29"


def test_a_label_with_a_character_in_each_cell_is_read() -> None:
    rows = table(QUARTERLY)
    label = "季度工作开展情况"
    tall: list[list[Entry]] = [
        [character, ("驻村60天。", 8, 5) if not number else None] for number, character in enumerate(label)
    ]
    rows[3:4] = tall

    assert values(read(document(QUARTERLY.title, "（2015年第三季度）", rows)).records[0])["summary"] == "驻村60天。"


def test_a_label_and_its_answer_may_share_a_cell() -> None:
    rows = table(QUARTERLY)
    rows[0] = [("姓名：李四", 1, 2), None, ("性别：男", 1, 2), None, ("出生年月：1985.06", 1, 2), None]

    found = values(read(document(QUARTERLY.title, "（2015年第三季度）", rows)).records[0])

    assert [found[field] for field in ("name", "sex", "birth")] == ["李四", "男", "1985.06"]


def test_a_row_that_was_added_ends_the_box_above_it() -> None:
    rows = table(QUARTERLY, summary="驻村60天。")
    rows.insert(3, ["联系电话", ("13800000000", 1, 5)])
    rows.insert(5, ["奖惩情况", ("无", 1, 5)])

    extraction = read(document(QUARTERLY.title, "（2015年第三季度）", rows))

    found = values(extraction.records[0])
    assert (found["village"], found["summary"]) == ("张庄村", "驻村60天。")
    assert set(codes(extraction)) == {"unexpected-text"}


def test_answers_below_their_labels_are_read() -> None:
    rows = table(QUARTERLY)
    head: list[list[Entry]] = [["姓名", "性别", "出生年月", "政治面貌"], ["李四", "男", "1985年6月", "群众"]]
    post: list[list[Entry]] = [["工作单位及职务", "派驻村名称", "驻村职务", ""], ["县农牧局", "张庄村", "队员", ""]]

    extraction = read(document(QUARTERLY.title, "（2015年第三季度）", [*head, *post, *rows[3:]]))

    found = values(extraction.records[0])
    assert [found[field] for field in ("name", "political_status", "village", "resident_post")] == [
        "李四",
        "群众",
        "张庄村",
        "队员",
    ]
    assert codes(extraction) == ["misplaced-value"]


def test_a_date_without_a_signature_is_not_taken_and_that_is_said() -> None:
    extraction = read(paper(self_opinion="同意 李四 2015年10月1日"))

    assert extraction.records[0].readings["self_opinion.date"].value is None
    assert codes(extraction, "self_opinion.date") == ["low-confidence"]


def test_a_missing_name_is_a_missing_subject() -> None:
    assert "missing-subject" in codes(read(paper(name="")), "name")


def test_a_box_that_is_gone_is_said() -> None:
    rows = table(QUARTERLY)
    del rows[4]

    extraction = read(document(QUARTERLY.title, "（2015年第三季度）", rows))

    assert codes(extraction, "branch_opinion") == ["missing-row"]


def test_an_altered_label_is_said() -> None:
    rows = table(QUARTERLY)
    rows[4][0] = "村党支部书记意见"

    extraction = read(document(QUARTERLY.title, "（2015年第三季度）", rows))

    assert codes(extraction, "branch_opinion") == ["tampered-wording"]


def test_an_incomplete_date_is_none_and_said() -> None:
    extraction = read(paper(branch_opinion="同意。\n盖章\n负责人签字：王五     2015年9月  日"))

    assert extraction.records[0].readings["branch_opinion.date"].value is None
    assert codes(extraction, "branch_opinion.date") == ["low-confidence"]


@pytest.mark.parametrize(
    ("opinion", "grade", "doubted"),
    [
        ("同意评定为优秀等次。", "优秀", False),
        ("评为称职（合格）。", "称职", False),
        ("同意，评为基 本 称 职。", "基本称职", False),
        ("优秀□ 称职☑ 不称职□", "称职", False),
        ("同意村党支部意见。", None, False),
        ("工作优秀，评为称职。", None, True),
        ("不能评为优秀。", None, True),
        ("优秀☑ 称职☑ 不称职□", None, True),
    ],
)
def test_the_grade_stands_in_the_opinion_of_the_township(opinion: str, grade: str | None, doubted: bool) -> None:
    extraction = read(paper(township_opinion=f"{opinion}\n{SIGNED}"))

    assert extraction.records[0].readings["grade"].value == grade
    assert bool(codes(extraction, "grade")) is doubted


def test_another_grade_in_the_county_s_review_is_said() -> None:
    extraction = read(paper(township_opinion=f"评为称职。\n{SIGNED}", organization_review="同意定为优秀等次。"))

    assert extraction.records[0].readings["grade"].value == "称职"
    assert codes(extraction, "grade") == ["low-confidence"]


@pytest.mark.parametrize(
    ("period", "year", "expected", "code"),
    [
        ("（2015年 三 季度）", "2015", "2015-Q3", None),
        ("（  三  季度）", "2015", "2015-Q3", "period-assumed"),
        ("（     季度）", "2015", None, "missing-period"),
        ("（2015年度）", "2015", None, "missing-period"),
    ],
)
def test_the_quarter_is_read_from_the_line_below_the_title(
    period: str, year: str, expected: str | None, code: str | None
) -> None:
    extraction = read(paper(period=period, self_opinion=f"同意\n被考核人签字：李四   {year}年10月8日"))

    assert extraction.records[0].period == expected
    assert codes(extraction) == ([code] if code else [])


def test_each_person_of_a_file_has_a_record() -> None:
    both = document(
        QUARTERLY.title,
        "（2015年第三季度）",
        table(QUARTERLY),
        QUARTERLY.title,
        "（2015年第三季度）",
        table(QUARTERLY, name="王五"),
    )

    assert [record.subject.name for record in read(both).records] == ["李四", "王五"]


def test_words_outside_the_boxes_are_reported() -> None:
    extraction = read(document(QUARTERLY.title, "（2015年第三季度）", table(QUARTERLY), "更正：姓名应为李五"))

    assert codes(extraction) == ["unexpected-text"]


@pytest.mark.parametrize(
    ("text", "opinion", "signature", "on"),
    [
        ("同意。\n盖章\n负责人签字：王五   2015年9月30日", "同意。", "王五", date(2015, 9, 30)),
        ("同意。\n负责人签字：\n王五\n2015.9.30", "同意。", "王五", date(2015, 9, 30)),
        ("同意 盖章\n2015年10月8日", "同意", "", date(2015, 10, 8)),
        ("签名：____  ____年__月__日", "", "", None),
        ("签名：李  四", "", "李四", None),
        ("2015年7月起驻村，签字仪式于8月1日举行", "2015年7月起驻村，签字仪式于8月1日举行", "", None),
        ("同意（盖章）\n负责人签字：一凡 二〇一五年十月八日", "同意", "一凡", date(2015, 10, 8)),
        ("", "", "", None),
    ],
)
def test_an_opinion_is_taken_apart(text: str, opinion: str, signature: str, on: date | None) -> None:
    found = read_opinion(text)

    assert (found.text, found.signature, found.on) == (opinion, signature, on)


def test_words_behind_the_date_belong_to_the_opinion_and_are_said() -> None:
    found = read_opinion("同意。\n负责人签字：王五  2015年9月30日\n请尽快办理")

    assert found.text == "同意。\n请尽快办理"
    assert found.doubt


def test_a_grade_is_not_found_within_a_longer_one() -> None:
    assert read_grade("不称职") == ("不称职", "")
    assert read_grade("基本合格") == ("基本合格", "")


@pytest.mark.parametrize("mark", ["。", "；", "，", "！", "。 ", "（", "\n"])
@pytest.mark.parametrize("seal", ["盖章", "盖章：", "党委盖章"])
def test_a_printed_seal_behind_the_sentence_is_no_part_of_it(mark: str, seal: str) -> None:
    opinion = read_opinion(f"同意评定为称职{mark}{seal}负责人签字：赵二 2023.9.30")

    assert opinion.text == f"同意评定为称职{mark}".rstrip(" \n（")
    assert (opinion.signature, opinion.on) == ("赵二", date(2023, 9, 30))


@pytest.mark.parametrize("words", ["材料已盖章", "同意，请补盖章", "已盖章，同意"])
def test_a_seal_that_the_sentence_speaks_of_stays(words: str) -> None:
    assert read_opinion(f"{words}。盖章 负责人签字：赵二 2023年9月30日").text == f"{words}。"
    assert read_opinion(f"{words}\n负责人签字：赵二 2023年9月30日").text == words


@pytest.mark.parametrize(
    "words", [" 同意 盖章 2023年10月8日", " 同意。盖章 2023年10月8日", "同意（盖章）2023年10月8日"]
)
def test_a_box_that_is_sealed_only_has_its_date_behind_the_seal(words: str) -> None:
    extraction = read(paper(organization_review=words))

    found = values(extraction.records[0])
    assert str(found["organization_review"]).rstrip("。") == "同意"
    assert found["organization_review.date"] == "2023-10-08"
    assert extraction.issues == ()


def test_a_date_behind_a_seal_ends_no_opinion_that_is_to_be_signed() -> None:
    extraction = read(paper(township_opinion="同意 盖章 2023年10月8日"))

    assert values(extraction.records[0])["township_opinion.date"] is None
    assert codes(extraction, "township_opinion.date") == ["low-confidence"]


def test_a_date_in_a_sealed_box_without_a_seal_is_not_said_to_lack_a_signature() -> None:
    extraction = read(paper(organization_review="同意 2023年10月8日"))

    (first, _) = extraction.issues
    assert "签字" not in first.message
    assert "不在“盖章”之后" in first.message
