"""Assessing what is kept, and saying why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from returns import NINE, SCORES, SHA_A, SHA_B, SHA_C, record

from formgen import workspace
from formgen.assess import AssessResult, assess_period, chosen, forms_of, overview, why
from formgen.errors import DecisionNeededError, UsageError
from formgen.model import Correction, Decision, Subject, Submission, Value
from formgen.parsing import FileReading
from formgen.scheme.loading import load_decisions, load_schemes
from formgen.scheme.types import Scheme
from formgen.store import Store
from formgen.subjects import clean, find, near, same

LI = f"dayang-monthly 2023-03 张庄村/李四 {SCORES}"
WANG = f"dayang-monthly 2023-03 王庄村/王五 {SCORES}"
LATE = "facts - 张庄村/李四 date=2023-03-08 kind=会议无故迟到 count=2"
SCHEMES = load_schemes()


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> tuple[Decision, ...]:
    demo = workspace.create(tmp_path_factory.mktemp("样例"), scheme="dayang-2023", demo=True)
    return load_decisions(list(demo.decision_tables), SCHEMES, demo.settings)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "formgen.sqlite") as opened:
        yield opened


def scheme(name: str = "dayang-2023") -> Scheme:
    return next(one for one in SCHEMES if one.id == name)


def add(store: Store, sha256: str, *lines: str, name: str = "") -> None:
    records = tuple(record(line, row) for row, line in enumerate(lines, 1))
    name = name or f"{sha256[0]}.docx"
    store.add_reading(Submission(sha256, name, NINE), FileReading(name, sha256, "docx", records))


def correct(store: Store, sha256: str, field: str, value: Value) -> None:
    store.add_correction(Correction(sha256, 0, field, value, "王会计", NINE, "与本人核实"))


def run(store: Store, decided: tuple[Decision, ...], period: str = "2023-03") -> AssessResult:
    return assess_period(store, scheme(), decided, period, at=NINE)


def totals(result: AssessResult) -> dict[str, object]:
    return {one.subject.key: one.value("total") for one in result.assessments}


# --- the plain case --------------------------------------------------------------------------------------------


def test_everybody_who_returned_is_assessed_and_kept(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI, WANG.replace("2.1=10", "2.1=8"))

    result = run(store, decided)

    assert totals(result) == {"张庄村/李四": Decimal(100), "王庄村/王五": Decimal(98)}
    assert result.final
    assert [one.assessment for one in store.assessments("dayang-2023")] == list(result.assessments)


def test_the_same_evidence_is_not_kept_twice(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI, WANG)

    assert run(store, decided).added == 2
    assert run(store, decided).added == 0


def test_a_correction_changes_the_one_it_is_about(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI, WANG)
    run(store, decided)

    correct(store, SHA_A, "2.1", Decimal("8.5"))
    result = run(store, decided)

    assert totals(result) == {"张庄村/李四": Decimal("98.5"), "王庄村/王五": Decimal(100)}
    assert result.added == 1


def test_another_decision_makes_another_assessment(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    run(store, decided)

    later = tuple(
        Decision(d.scheme, d.gap, d.value, d.authority, d.date + timedelta(days=1), d.example) for d in decided
    )

    assert run(store, later).added == 1


def test_without_a_decision_nothing_is_kept(store: Store) -> None:
    add(store, SHA_A, LI)

    with pytest.raises(DecisionNeededError):
        run(store, ())

    assert store.assessments("dayang-2023") == ()


def test_a_superseded_return_is_not_assessed(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    add(store, SHA_B, LI.replace("2.1=10", "2.1=7"))

    assert totals(run(store, decided)) == {"张庄村/李四": Decimal(97)}


def test_a_result_does_not_outlive_the_paper_it_stood_on(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    run(store, decided)

    correct(store, SHA_A, "name", "李思")
    run(store, decided)

    assert [one.assessment.subject.key for one in store.assessments("dayang-2023")] == ["张庄村/李思"]


def test_papers_without_name_or_period_are_named_and_not_assessed(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI.replace("李四", ""), name="无名.docx")
    add(store, SHA_B, WANG.replace("2023-03", "-"), name="无时段.docx")

    result = run(store, decided)

    assert result.assessments == ()
    assert any("《无名.docx》" in note and "没有写明是谁" in note for note in result.notes)
    assert any("《无时段.docx》" in note and "没有写明时段" in note for note in result.notes)
    assert not result.final


# --- facts and roster ------------------------------------------------------------------------------------------


def pay(result: AssessResult) -> dict[str, object]:
    return {one.subject.key: one.value("pay") for one in result.assessments}


def test_facts_and_roster_make_the_pay(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI, WANG)
    add(store, SHA_B, "roster - 张庄村/李四 base_pay=600", "roster - 王庄村/王五 base_pay=500")
    add(store, SHA_C, LATE)

    result = run(store, decided)

    assert result.notes == ()
    assert pay(result) == {"张庄村/李四": Decimal(560), "王庄村/王五": Decimal(500)}  # 迟到每次核减20元


def test_facts_of_another_month_do_not_count(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    add(store, SHA_B, "roster - 张庄村/李四 base_pay=600")
    add(store, SHA_C, LATE.replace("2023-03-08", "2023-04-08"))

    assert pay(run(store, decided)) == {"张庄村/李四": Decimal(600)}


def test_the_same_dated_fact_in_two_tables_counts_once(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    add(store, SHA_B, LATE)
    add(store, SHA_C, LATE, "facts - 张庄村/李四 date=2023-03-09 kind=会议无故迟到 count=1")

    facts = store.facts(scheme(), "2023-03")

    assert [(fact.on and fact.on.day, fact.count) for fact in facts] == [(8, Decimal(2)), (9, Decimal(1))]


def test_the_same_fact_without_a_date_is_a_doubt(store: Store, decided: tuple[Decision, ...]) -> None:
    undated = "facts 2023-03 张庄村/李四 kind=会议无故迟到 count=2"
    add(store, SHA_A, LI)
    add(store, SHA_B, undated)
    add(store, SHA_C, undated)

    (assessment,) = run(store, decided).assessments

    assert not assessment.final
    assert any("若是同一件事" in doubt for doubt in assessment.doubts)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (LATE.replace("会议无故迟到", "会议迟倒"), "不是本办法计算的事项"),
        (LATE.replace("count=2", "count=几次"), "没有写明数量"),
        (LATE + " mended=大概", "应为“是”或“否”"),
        (LATE.replace("date=2023-03-08 ", ""), "没有写明日期或时段"),
        (LATE.replace("facts - ", "facts 2023-03 ").replace("03-08", "05-08"), "不在所写时段"),
        (LATE.replace("facts - ", "facts 2023 ").replace("date=2023-03-08 ", ""), "分不到2023-03"),
    ],
)
def test_an_unclear_fact_is_a_doubt_of_its_subject(
    store: Store, decided: tuple[Decision, ...], row: str, said: str
) -> None:
    add(store, SHA_A, LI)
    add(store, SHA_B, row, name="台账.xlsx")

    (assessment,) = run(store, decided).assessments

    assert not assessment.final
    assert any(said in doubt and "《台账.xlsx》第1个表第1行" in doubt for doubt in assessment.doubts)


WRONG = "facts - 张庄村/李四 kind=信息错误、内容缺失 count=1 date=2023-03-08"


@pytest.mark.parametrize(
    ("mark", "withheld"),
    [(" mended=否", -20), (" mended=是", 0), (" mended=", None), ("", None)],
)
def test_a_blank_whether_it_was_mended_is_a_doubt_and_no_fine(
    store: Store, decided: tuple[Decision, ...], mark: str, withheld: int | None
) -> None:
    add(store, SHA_A, LI)
    add(store, SHA_B, WRONG + mark)

    (assessment,) = run(store, decided).assessments

    assert assessment.value("money.information-pay") == withheld
    assert assessment.final is (withheld is not None)
    assert withheld is not None or any("没有写明是否整改" in doubt for doubt in assessment.doubts)


def test_where_mending_spares_nothing_a_blank_is_no_doubt(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    add(store, SHA_B, LATE)

    (assessment,) = run(store, decided).assessments

    assert assessment.final


def test_a_fact_without_a_figure_is_one_incident(store: Store) -> None:
    add(store, SHA_B, LATE.replace("count=2", "count="))

    assert [fact.count for fact in store.facts(scheme(), "2023-03")] == [Decimal(1)]


def test_a_fact_put_right_to_zero_did_not_happen(store: Store) -> None:
    add(store, SHA_B, LATE)

    correct(store, SHA_B, "count", Decimal(0))

    assert store.facts(scheme(), "2023-03") == ()


def test_a_fact_of_nobody_is_said(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    add(store, SHA_B, LATE.replace("李四", "赵六"), name="台账.xlsx")

    result = run(store, decided)

    assert result.assessments[0].final
    assert any("《台账.xlsx》" in note and "“张庄村/赵六”" in note for note in result.notes)


def test_a_fact_without_a_village_is_never_given_to_a_namesake(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI, LI.replace("张庄村", "王庄村"), WANG)
    add(store, SHA_B, LATE.replace("张庄村/", "/"), LATE.replace("张庄村/李四", "/王五"))

    by_name = {one.subject.key: one for one in run(store, decided).assessments}

    assert not by_name["张庄村/李四"].final
    assert not by_name["王庄村/李四"].final
    assert any("有2个同名的人" in doubt for doubt in by_name["张庄村/李四"].doubts)
    assert by_name["王庄村/王五"].final
    assert by_name["王庄村/王五"].value("money") is not None


def test_whoever_is_in_the_roster_and_did_not_return_is_missing(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    add(store, SHA_B, "roster - 张庄村/李四", "roster - 王庄村/李四", "roster - 王庄村/王五")

    result = run(store, decided)

    assert [subject.key for subject in result.missing] == ["王庄村/李四", "王庄村/王五"]
    assert not result.final


def test_two_rows_of_the_roster_for_one_person_are_a_doubt(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    add(store, SHA_B, "roster - 张庄村/李四 base_pay=500", "roster - 张庄村/李四 base_pay=600")

    (assessment,) = run(store, decided).assessments

    assert any("有2行而内容不同" in doubt for doubt in assessment.doubts)


# --- periods and forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("period", "said"), [("2023", "按月"), ("2023-Q1", "按月"), ("2023-13", "不是考核时段")])
def test_a_period_of_another_kind_is_refused(period: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        forms_of(scheme(), period)


def test_an_unknown_form_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="有：dayang-monthly"):
        forms_of(scheme(), "2023-03", "dayang")


def test_a_scheme_of_several_score_sheets_has_all_of_them_assessed() -> None:
    forms = forms_of(scheme("ningxia-2015"), "2023")

    assert [form.id for form in forms] == [
        "ningxia-team-annual",
        "ningxia-captain-annual",
        "ningxia-member-annual",
        "ningxia-opinion-annual",  # its grade stands on the paper
    ]


def test_an_overview_says_who_returned_and_who_did_not(store: Store) -> None:
    add(store, SHA_A, LI, LI.replace("李四", "李思"))
    add(store, SHA_B, "roster - 张庄村/李四", "roster - 王庄村/王五")

    seen = overview(store, scheme(), "2023-03")

    assert [(one.subject.key, one.file, one.doubts) for one in seen.returned] == [
        ("张庄村/李四", "a.docx", 0),
        ("张庄村/李思", "a.docx", 0),
    ]
    assert [subject.key for subject in seen.missing] == ["王庄村/王五"]
    assert [subject.key for subject in seen.unknown] == ["张庄村/李思"]


# --- why -------------------------------------------------------------------------------------------------------


def test_why_goes_back_to_file_table_and_cell(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI, name="张庄村-李四.docx")
    correct(store, SHA_A, "2.1", Decimal(9))
    run(store, decided)

    told = why(store, scheme(), "李四", "2023-03", "2.1")

    for words in ("张庄村/李四", "2023年3月", "附件2", "10", "张庄村-李四.docx", "第1个表第1行第7列", "王会计"):
        assert words in told
    assert "可能已经过时" not in told


def test_why_warns_where_the_evidence_has_changed_since(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    run(store, decided)

    correct(store, SHA_A, "2.1", Decimal(9))

    assert "可能已经过时" in why(store, scheme(), "李四", "2023-03")


def test_why_names_the_number_by_which_each_reading_is_put_right(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI, WANG)
    add(store, SHA_B, "facts - 王庄村/王五 date=2023-03-08 kind=会议无故迟到 count=1")
    run(store, decided)
    li, wang = store.records(period="2023-03")
    (fact,) = store.records("facts")

    told = {name: why(store, scheme(), name, "2023-03") for name in ("李四", "王五")}

    assert f"（更正编号 {li.id}:2.1）" in told["李四"]
    assert f"（更正编号 {wang.id}:2.1）" in told["王五"]
    assert f"（更正编号 {fact.id}:count）" in told["王五"]
    assert f"编号 {wang.id}:" not in told["李四"]


def test_why_asks_which_namesake_is_meant(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI, LI.replace("张庄村", "王庄村"))
    run(store, decided)

    with pytest.raises(UsageError, match="有2个：张庄村/李四、王庄村/李四。请写明村名"):
        why(store, scheme(), "李四", "2023-03")
    assert "王庄村/李四" in why(store, scheme(), "王庄村/李四", "2023-03")


def test_why_offers_those_whose_names_are_like_it(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI, WANG)
    run(store, decided)

    with pytest.raises(UsageError, match="没有“李司”。相近的有：张庄村/李四"):
        why(store, scheme(), "李司", "2023-03")


def test_why_before_assessing_says_what_to_do(store: Store) -> None:
    with pytest.raises(UsageError, match="请先运行 formgen assess --period 2023-03"):
        why(store, scheme(), "李四", "2023-03")


def test_why_of_a_field_that_there_is_not_names_those_there_are(store: Store, decided: tuple[Decision, ...]) -> None:
    add(store, SHA_A, LI)
    run(store, decided)

    with pytest.raises(UsageError, match=r"没有“9\.9”.*2\.1"):
        why(store, scheme(), "李四", "2023-03", "9.9")


# --- subjects --------------------------------------------------------------------------------------------------

PEOPLE = (
    Subject("张庄村", "李四", "一组"),
    Subject("张庄村", "李四", "二组"),
    Subject("王庄村", "李四"),
    Subject("王庄村", "欧阳修"),
    Subject("王庄村"),
)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("李四", 3),
        ("张庄村/李四", 2),
        ("张庄村／一组／李 四", 1),
        ("欧阳修", 1),
        ("王庄村", 1),
        ("李", 0),
        ("", 0),
        ("/", 0),
    ],
)
def test_subjects_are_found_by_name_village_and_group(words: str, count: int) -> None:
    assert len(find(words, PEOPLE)) == count


def test_a_chosen_subject_is_one() -> None:
    assert chosen("王庄村/李四", PEOPLE) == PEOPLE[2]
    with pytest.raises(UsageError, match=r"（一组）.*（二组）"):
        chosen("张庄村/李四", PEOPLE)


def test_near_names_are_named_and_far_ones_are_not() -> None:
    assert near("欧阳休", PEOPLE) == (PEOPLE[3],)
    assert near("司马光", PEOPLE) == ()


def test_cleaning_makes_a_copy_to_compare_by() -> None:
    assert clean(" 李\u3000四\u200b（１）") == "李四(1)"
    assert same(Subject("张庄村", "李 四"), Subject("张庄村", "李四", "一组"))
    assert not same(Subject("张庄村", "李四"), Subject("", "李四"))
