from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, fields, replace
from datetime import date
from decimal import Decimal

import pytest
from made_evidence import (
    SHA,
    assessor_of,
    corrected,
    decided,
    evidence_of,
    fact,
    record_of,
    scheme_of,
)

from formgen.errors import DecisionNeededError, UsageError
from formgen.model import Citation, Decision, Issue, IssueCode, Line, Locator, Reading, Severity, Source, Subject
from formgen.scoring import Assessor, explain, making

DAYANG = {"bands": {"优秀": Decimal(90), "称职": Decimal(60)}, "bonus-limit": "capped", "floor": "zero"}
FORM = scheme_of("dayang-2023").form_of(None)
TONGSHI = scheme_of("tongshi-2023").form_of(None)
PLACE = Locator("table 1", "row 9, column 5")


def issue(field: str | None, code: IssueCode, severity: Severity = Severity.WARNING, message: str = "看不清") -> Issue:
    return Issue(code, severity, message, PLACE, field, 0)


# --- lines and their reasons -----------------------------------------------------------------------------------


def test_lines_stand_in_the_order_of_the_form() -> None:
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {}))

    ids = [line.id for line in assessment.lines]
    assert ids[:10] == [item.id for item in FORM.items]
    assert ids[10:20] == [
        *(f"category.{n}" for n in range(1, 6)), "base", "bonus", "total", "grade", "money.late-pay",
    ]  # fmt: skip
    assert ids[-1] == "money"


def test_a_line_tells_its_figures() -> None:
    facts = [fact("policy-missed", FORM), fact("policy-undue", FORM)]
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {"4.1": ""}, facts=facts))

    steps = {line.id: line.steps for line in assessment.lines}
    assert steps["4.1"] == "30 − 10 × 1 − 20 × 1 = 0"
    assert steps["2.1"] == "10（满分 10 分）"
    assert steps["5.1"] == "未填，不加分"
    assert steps["category.2"] == "10 + 20 = 30"
    assert steps["total"] == "70"
    assert steps["grade"] == "70 ≥ 60"


def test_a_floor_shows_in_the_figures() -> None:
    facts = [fact("policy-undue", FORM, count=2)]
    line = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {"4.1": ""}, facts=facts)).line("4.1")

    assert line is not None
    assert line.steps == "30 − 20 × 2 = −10，扣完为止，计 0"
    assert [d.gap for d in line.basis if isinstance(d, Decision)] == ["floor"]


def test_an_item_cites_its_article_and_its_cell() -> None:
    line = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {"2.1": 9})).line("2.1")

    assert line is not None
    (basis,) = line.basis
    assert isinstance(basis, Citation)
    assert (basis.instrument, basis.article) == ("大杨镇乡村振兴小组长管理办法", "附件2")
    assert "10分" in basis.quote
    assert [(s.kind, s.text, s.where.submission) for s in line.sources] == [("reading", "9", SHA)]


def test_the_grade_cites_the_article_and_the_decision() -> None:
    line = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {})).line("grade")

    assert line is not None
    assert [type(part) for part in line.basis] == [Citation, Decision]


def test_equal_sums_are_written_equally() -> None:
    assessor = assessor_of("dayang-2023", DAYANG)

    totals = [assessor.assess(evidence_of(FORM, {"2.1": Decimal(v)})).value("total") for v in ("8.50", "8.5")]
    assert [str(total) for total in totals] == ["98.5", "98.5"]


def test_an_assessor_remembers_nothing_of_other_subjects() -> None:
    used, fresh = assessor_of("dayang-2023", DAYANG), assessor_of("dayang-2023", DAYANG)
    evidence = evidence_of(FORM, {"2.1": 3, "3.1": ""}, facts=[fact("late", FORM)])

    used.assess(evidence_of(FORM, {"2.1": 9}, facts=[fact("absent", FORM)]))
    assert used.assess(evidence) == fresh.assess(evidence)


# --- decisions -------------------------------------------------------------------------------------------------


def test_points_alone_need_no_bands() -> None:
    answers = {"bonus-limit": "capped"}

    assert assessor_of("dayang-2023", answers, steps=["points"]).assess(evidence_of(FORM, {})).value("total") == 100
    with pytest.raises(DecisionNeededError, match="bands"):
        assessor_of("dayang-2023", answers).assess(evidence_of(FORM, {}))


def test_bands_are_not_asked_for_where_there_is_no_total() -> None:
    assessment = assessor_of("dayang-2023", {}).assess(evidence_of(FORM, {"2.1": ""}))

    assert assessment.value("grade") is None
    assert not assessment.final


def test_the_latest_decision_is_in_force() -> None:
    scheme = scheme_of("dayang-2023")
    older = decided(scheme, DAYANG)
    newer = Decision(
        scheme.id, "bands", {"优秀": Decimal(95), "称职": Decimal(70)}, "杨办〔2023〕9号", date(2023, 6, 1)
    )

    for decisions in ((*older, newer), (newer, *older)):
        assert Assessor(scheme, FORM, decisions).assess(evidence_of(FORM, {"2.2": 12})).value("grade") == "称职"


def test_decisions_of_another_scheme_do_not_count() -> None:
    strangers = decided(scheme_of("village-cadre-2020"), DAYANG)

    with pytest.raises(DecisionNeededError):
        Assessor(scheme_of("dayang-2023"), FORM, strangers).assess(evidence_of(FORM, {}))


def test_a_figure_in_no_class_is_asked_for_where_the_classes_differ() -> None:
    scheme = scheme_of("tongshi-2023")
    cheaper = [r.model_copy(update={"per_percent": Decimal("0.05")}) if r.id == "work-data" else r for r in scheme.rule]
    scheme = scheme.model_copy(update={"rule": tuple(cheaper)})
    facts = [fact("work-data-accuracy", TONGSHI, period=f"2023-Q{n}", count=65) for n in range(1, 5)]
    evidence = evidence_of(TONGSHI, {"1.2": ""}, facts=facts)

    with pytest.raises(DecisionNeededError, match="exactly-65"):
        Assessor(scheme, TONGSHI, ()).assess(evidence)
    values = [
        Assessor(scheme, TONGSHI, decided(scheme, {"exactly-65": choice})).assess(evidence).value("1.2")
        for choice in ("between", "lost")
    ]
    assert values == [Decimal(5), Decimal(0)]


def test_a_limit_on_the_bonus_is_asked_for_only_where_it_bites() -> None:
    scheme = scheme_of("dayang-2023")
    gaps = [g.model_copy(update={"choices": ("above", "capped")}) if g.id == "bonus-limit" else g for g in scheme.gap]
    scheme = scheme.model_copy(update={"gap": tuple(gaps)})
    assessor = Assessor(scheme, FORM, decided(scheme, {"bands": DAYANG["bands"]}))

    assert assessor.assess(evidence_of(FORM, {"2.2": 15, "5.1": 5})).value("total") == 100
    with pytest.raises(DecisionNeededError, match="bonus-limit"):
        assessor.assess(evidence_of(FORM, {"2.2": 16, "5.1": 5}))


# --- corrections and issues ------------------------------------------------------------------------------------


def test_a_correction_decides_between_paper_and_facts() -> None:
    evidence = evidence_of(
        FORM, {}, facts=[fact("policy-missed", FORM)], corrections=[corrected("4.1", Decimal(20), "按核查记录")]
    )

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    line = assessment.line("4.1")
    assert line is not None
    assert (line.value, line.doubt, assessment.final) == (20, "", True)
    assert [source.kind for source in line.sources] == ["reading", "correction", "fact"]
    assert "王五" in line.sources[1].text
    assert "按核查记录" in line.sources[1].text


def test_a_correction_may_differ_from_the_facts_and_says_so() -> None:
    evidence = evidence_of(FORM, {}, facts=[fact("policy-missed", FORM)], corrections=[corrected("4.1", Decimal(25))])

    line = assessor_of("dayang-2023", DAYANG).assess(evidence).line("4.1")

    assert line is not None
    assert line.value == 25
    assert "按事实为 30 − 10 × 1 = 20" in line.steps


def test_a_correction_to_nothing_is_a_blank() -> None:
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {}, corrections=[corrected("4.1", None)]))

    assert assessment.value("4.1") is None
    assert assessment.value("total") is None


def test_a_correction_beyond_the_maximum_does_not_count() -> None:
    evidence = evidence_of(FORM, {}, corrections=[corrected("2.1", Decimal(12))])

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    assert assessment.value("2.1") is None
    assert any("更正的值" in doubt for doubt in assessment.doubts)


def test_a_warning_keeps_the_value_and_is_not_final() -> None:
    evidence = evidence_of(FORM, {"2.1": 9}, issues=[issue("2.1", IssueCode.LOW_CONFIDENCE)])

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    assert (assessment.value("2.1"), assessment.value("total"), assessment.final) == (9, 99, False)
    assert any("看不清" in doubt and "第1个表第" in doubt for doubt in assessment.doubts)


def test_an_error_on_a_field_leaves_it_without_a_value() -> None:
    evidence = evidence_of(FORM, {"2.1": 9}, issues=[issue("2.1", IssueCode.TAMPERED_WORDING, Severity.ERROR)])

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    assert assessment.value("2.1") is None
    assert assessment.value("total") is None


def test_an_answered_issue_is_gone() -> None:
    evidence = evidence_of(
        FORM,
        {"2.1": ""},
        issues=[issue("2.1", IssueCode.NOT_A_NUMBER, Severity.ERROR), issue(None, IssueCode.TRACKED_CHANGE)],
        corrections=[corrected("2.1", Decimal(9)), corrected("!tracked-change", True)],
    )

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    assert (assessment.value("total"), assessment.final) == (99, True)


def test_an_issue_for_information_needs_nobody() -> None:
    evidence = evidence_of(FORM, {}, issues=[issue("2.1", IssueCode.LOW_CONFIDENCE, Severity.INFO)])

    assert assessor_of("dayang-2023", DAYANG).assess(evidence).final


def test_an_issue_of_the_whole_file_is_a_doubt() -> None:
    evidence = evidence_of(FORM, {}, issues=[issue(None, IssueCode.MACRO, message="文件带有宏")])

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    assert assessment.doubts == ("文件带有宏（第1个表第9行第5列）",)


def test_facts_fill_a_blank_that_the_reader_reported() -> None:
    evidence = evidence_of(
        FORM,
        {"4.1": ""},
        facts=[fact("policy-missed", FORM)],
        issues=[issue("4.1", IssueCode.MISSING_SCORE, Severity.ERROR)],
    )

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    assert (assessment.value("4.1"), assessment.final) == (20, True)


def test_a_total_that_is_right_after_a_correction_is_no_doubt_any_more() -> None:
    mismatch = issue("total", IssueCode.TOTAL_MISMATCH, message="合计与各项之和不符")
    wrong = evidence_of(FORM, {"2.1": 8, "total": 100}, issues=[mismatch])

    before = assessor_of("dayang-2023", DAYANG).assess(wrong)
    after = assessor_of("dayang-2023", DAYANG).assess(replace(wrong, corrections=(corrected("2.1", Decimal(10)),)))

    assert len(before.doubts) == 1
    assert "表上的合计是 100，按各项应为 98" in before.doubts[0]
    assert after.final


def test_a_wrong_total_is_answered_by_a_correction() -> None:
    evidence = evidence_of(FORM, {"2.1": 8, "total": 100}, corrections=[corrected("total", Decimal(98))])

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    assert (assessment.value("total"), assessment.final) == (98, True)


def test_corrections_of_another_record_of_the_file_do_not_count() -> None:
    evidence = evidence_of(FORM, {}, corrections=[replace(corrected("2.1", Decimal(1)), record=1)])

    assessment = assessor_of("dayang-2023", DAYANG).assess(replace(evidence, index=0))

    assert assessment.value("2.1") == 10


def test_an_issue_of_the_whole_file_is_answered_once_for_all_its_records() -> None:
    macro = replace(issue(None, IssueCode.MACRO), record=None)
    seen = replace(corrected("!macro", True), record=0)
    evidence = replace(evidence_of(FORM, {}, issues=[macro], corrections=[seen]), index=1)

    assert assessor_of("dayang-2023", DAYANG).assess(evidence).final


def test_mixed_records_without_an_index_are_a_fault_of_the_program() -> None:
    mixed = [corrected("2.1", Decimal(1)), replace(corrected("2.1", Decimal(2)), record=1)]

    with pytest.raises(ValueError, match="several records"):
        assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {}, corrections=mixed))


# --- whom and when ---------------------------------------------------------------------------------------------


def test_a_record_of_another_form_is_a_fault_of_the_program() -> None:
    evidence = replace(evidence_of(FORM, {}), record=record_of(TONGSHI, {}))

    with pytest.raises(ValueError, match="tongshi-annual"):
        assessor_of("dayang-2023", DAYANG).assess(evidence)


def test_a_record_of_another_subject_or_period_is_a_doubt() -> None:
    evidence = replace(evidence_of(FORM, {}), subject=Subject("张庄村", "李思"), period="2023-04")

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    assert [doubt[:6] for doubt in assessment.doubts] == ["表上写的是“", "表上的时段是"]


def test_a_space_within_the_name_makes_no_other_person() -> None:
    evidence = replace(evidence_of(FORM, {}), subject=Subject("张庄村", "李　四", "一组"))

    assert assessor_of("dayang-2023", DAYANG).assess(evidence).final


def test_a_fact_of_another_person_is_told_and_not_counted() -> None:
    stranger = replace(fact("late", FORM), subject=Subject("张庄村", "赵六"))

    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {}, facts=[stranger]))

    assert assessment.value("money") == 0
    assert any("记的是“张庄村/赵六”" in doubt for doubt in assessment.doubts)


@pytest.mark.parametrize("given", [{"count": -1}, {"count": "NaN"}, {"on": date(2023, 4, 1)}, {"period": "三月"}])
def test_a_fact_that_cannot_be_right_is_told(given: dict[str, object]) -> None:
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {}, facts=[fact("late", FORM, **given)]))

    assert not assessment.final
    assert assessment.value("money") in (None, 0)


def test_what_the_caller_could_not_settle_is_a_doubt() -> None:
    evidence = replace(evidence_of(FORM, {}), doubts=("事项表第3行看不清",))

    assert assessor_of("dayang-2023", DAYANG).assess(evidence).doubts == ("事项表第3行看不清",)


# --- lines made quickly ----------------------------------------------------------------------------------------


def test_a_line_made_quickly_is_like_any_other() -> None:
    source = making.source("reading", "2.1", "8", PLACE)
    line = making.line("2.1", "走访", "item", Decimal(8), "分", "8", (), (source,), "")
    same = Line("2.1", "走访", "item", Decimal(8), "分", "8", (), (Source("reading", "2.1", "8", PLACE),))

    where = making.locator("第1页", "第3行", "ab", (1, 2))

    assert where == Locator("第1页", "第3行", "ab", (1, 2))
    assert (line, hash(line), repr(line), type(line)) == (same, hash(same), repr(same), Line)
    assert type(source) is Source
    assert pickle.loads(pickle.dumps(line)) == same
    for made in (line, source, where):
        assert all(hasattr(made, field.name) for field in fields(made))
    with pytest.raises(FrozenInstanceError):
        line.value = Decimal(9)  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        source.text = "9"  # type: ignore[misc]


# --- hostile values --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "1E+999999", "1.0000000000000000000000000000001"])
def test_a_number_that_cannot_be_counted_exactly_is_a_doubt(value: str) -> None:
    record = record_of(FORM, {"2.1": Decimal(value)})

    assessment = assessor_of("dayang-2023", DAYANG).assess(replace(evidence_of(FORM, {}), record=record))

    assert assessment.value("2.1") is None
    assert assessment.value("total") is None


def test_words_in_place_of_a_score_are_a_doubt() -> None:
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {"2.1": "很好"}))

    assert any("“很好”不是可以计算的分数" in doubt for doubt in assessment.doubts)


# --- why -------------------------------------------------------------------------------------------------------


def test_why_goes_from_the_number_to_the_cell() -> None:
    evidence = evidence_of(FORM, {}, corrections=[corrected("2.1", Decimal(9), "电话核实")])
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence)

    text = explain(assessment, "2.1", {SHA: "张庄村-李四.docx"}, scheme_of("dayang-2023"))

    assert text.splitlines() == [
        "张庄村/李四，2023年3月",
        "2.1 6、月度内是否开展上门走访、政策宣传、信息采集或防贫监测排查等工作。 = 9 分",
        "  ← 计算：9（满分 10 分），以更正为准",
        "  ← 依据：《大杨镇乡村振兴小组长管理办法》附件2：“可通过入户或电话抽查等方式考核。（10分）”",
        "  ← 读数：“10”",
        "     出处：张庄村-李四.docx 第1个表第6行第5列",
        "  ← 更正：9（王五，2023-04-02 09:30，电话核实）",
        "     出处：张庄村-李四.docx 第1个表第6行第5列",
    ]


def test_why_of_all_reaches_every_reading_once() -> None:
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {}, base_pay=Decimal(500)))

    text = explain(assessment, scheme=scheme_of("dayang-2023"))

    assert text.count("读数：") == 8
    assert "计入总分，超过100分的按100分计" not in text  # no bonus: the decision was not needed
    assert "应发 = 500 元" in text


def test_why_tells_a_decision_in_the_words_of_its_question() -> None:
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {"5.1": 5}))

    text = explain(assessment, "total", scheme=scheme_of("dayang-2023"))

    assert "计入总分，超过100分的按100分计" in text
    assert "加分后可否超过100分" in text


def test_why_tells_what_is_still_open() -> None:
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {"3.1": ""}))

    text = explain(assessment)

    assert text.startswith("张庄村/李四，2023年3月（尚未定稿）")
    assert "尚待确定：\n  1. 3.1" in text


def test_why_of_something_that_is_not_there_names_what_there_is() -> None:
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {}))

    with pytest.raises(UsageError, match="total"):
        explain(assessment, "9.9")


def test_a_line_is_also_found_by_its_label() -> None:
    assessment = assessor_of("dayang-2023", DAYANG).assess(evidence_of(FORM, {}))

    assert "合计 = 100 分" in explain(assessment, "合计")


def test_a_reading_keeps_its_words() -> None:
    record = record_of(FORM, {})
    readings = {**record.readings, "2.1": Reading(" ８．５分 ", Decimal("8.5"), PLACE)}
    evidence = replace(evidence_of(FORM, {}), record=replace(record, readings=readings))

    assert "“ ８．５分 ”" in explain(assessor_of("dayang-2023", DAYANG).assess(evidence), "2.1")


# --- grades by judgement ---------------------------------------------------------------------------------------


def test_a_proposal_becomes_the_grade_when_a_person_vouches_for_it() -> None:
    form = scheme_of("damao-2022").form_of(None)
    scores = {item.id: "好" for item in form.items} | {"grade": "优秀"}
    assessor = assessor_of("damao-2022", {"grade-source": "proposal"}, steps=["points", "grade"])

    proposed = assessor.assess(evidence_of(form, scores))
    settled = assessor.assess(evidence_of(form, scores, corrections=[corrected("grade", "称职", "镇党委会议")]))

    assert (proposed.value("grade"), proposed.final) == ("优秀", False)
    assert (settled.value("grade"), settled.final) == ("称职", True)


def test_two_grades_of_one_quarter_are_a_doubt() -> None:
    form = scheme_of("ningxia-2015").form_of("ningxia-register-quarterly")
    facts = [fact("quarterly-grade", form, level=level) for level in ("优秀", "称职")]

    assessment = assessor_of("ningxia-2015", {}, form.id).assess(evidence_of(form, {}, facts=facts))

    assert (assessment.value("grade"), assessment.final) == (None, False)


def test_facts_that_only_another_form_counts_are_no_doubt() -> None:
    form = scheme_of("ningxia-2015").form_of("ningxia-captain-annual")
    answers = {"bands-captain": {"优秀": Decimal(90), "称职": Decimal(80), "基本称职": Decimal(60)}}

    facts = [fact("quarterly-grade", form, level="优秀", period="2023-Q1")]

    assert assessor_of("ningxia-2015", answers).assess(evidence_of(form, {}, facts=facts)).final


# --- days ------------------------------------------------------------------------------------------------------

REGISTER = scheme_of("ningxia-2015").form_of("ningxia-register-quarterly")


@pytest.mark.parametrize(
    ("told", "paid"),
    [
        ((("2023-Q1", 90),), 2700),
        ((("2023-01", 31), ("2023-02", 28), ("2023-03", 31)), 2700),
        ((("2023-Q1", 91),), None),
        ((("2023-02", 29),), None),
        ((("2023-03", 23), ("2023-03", 45)), None),
        ((("2023-Q1", 60), ("2023-01", 31)), None),
        ((("2023-Q1", 45), ("2023-01", 15), ("2023-02", 15), ("2023-03", 15)), None),
    ],
)
def test_no_more_days_are_paid_than_the_calendar_has(told: tuple[tuple[str, int], ...], paid: int | None) -> None:
    days = [fact("days-present", REGISTER, period=period, count=count) for period, count in told]
    graded = fact("quarterly-grade", REGISTER, level="称职")
    assessor = assessor_of("ningxia-2015", {}, "ningxia-register-quarterly")

    assessment = assessor.assess(evidence_of(REGISTER, {}, facts=[*days, graded]))

    assert assessment.value("money.meals") == paid
    assert assessment.final is (paid is not None)
    assert paid is not None or any("是否重复" in doubt for doubt in assessment.doubts)


@pytest.mark.parametrize(
    ("rule", "places", "withheld"),
    [("half-up", 2, "-1200.12"), ("half-up", 1, "-1200.1"), ("down", 0, "-1200"), ("up", 0, "-1201")],
)
def test_a_sum_of_money_has_no_more_places_than_the_office_has_decided(rule: str, places: int, withheld: str) -> None:
    answers = {"money-rounding": {"rule": rule, "places": places}, "unqualified-share": Decimal("0.3")}
    answers["bands"] = {"优秀": Decimal(90), "合格": Decimal(60)}
    form = scheme_of("village-cadre-2020").form_of(None)
    pay = Decimal("5000.5")  # × 0.8 × 0.3 = 1200.12, exact to the cent

    assessment = assessor_of("village-cadre-2020", answers).assess(
        evidence_of(form, {"2.1": 0, "3.1": 0}, base_pay=pay)
    )

    assert assessment.value("money") == Decimal(withheld)
