"""Gates, consequences, selections, checks: what facts and grades bring, and that nothing is taken for granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from made_evidence import decided, evidence_of, scheme_of
from made_standings import candidate, fact, former, grades, law, person, quota, scheme, settled, standing_of

from formgen.errors import DecisionNeededError
from formgen.model import Citation, Decision, Line, Locator, Reading, Record, RosterEntry
from formgen.scheme.laws import ApprovalCheck, AttendanceCheck, DatesCheck, VotersCheck
from formgen.scoring import Assessor, Candidate, Essence, History, explain_standing, settle, settled_together

FORCED = {"effect": "exactly", "grade": "不称职", "when": [{"kind": "fact", "fact": "grave", "at_least": 1}]}
SHUT = {"id": "shut", "effect": "not", "grade": "优秀", "when": [{"kind": "fact", "fact": "late-twice", "at_least": 2}]}
IN_A_ROW = {"kind": "consecutive", "grade": "不称职", "count": 3, "gap": "hole"}


# --- gates -----------------------------------------------------------------------------------------------------


def test_a_fact_forces_the_worst_grade_whatever_the_points_are() -> None:
    result = settled(scheme(gates=[FORCED]), [candidate("甲", 100, facts=[fact("grave", "甲")])])

    assert grades(result)["甲"] == "不称职"
    assert result.standings[0].computed_grade == "优秀"
    assert result.standings[0].final


@pytest.mark.parametrize(("count", "grade"), [(1, "优秀"), (2, "称职"), (3, "称职")])
def test_a_gate_holds_from_its_figure_on(count: int, grade: str) -> None:
    result = settled(scheme(gates=[SHUT]), [candidate("甲", 95, facts=[fact("late-twice", "甲", count)])])

    assert grades(result)["甲"] == grade


def test_of_several_gates_the_worst_grade_wins() -> None:
    facts = [fact("grave", "甲"), fact("late-twice", "甲", 2)]

    result = settled(scheme(gates=[SHUT, {"id": "forced", **FORCED}]), [candidate("甲", 95, facts=facts)])

    assert grades(result)["甲"] == "不称职"


def test_no_gate_lifts_a_grade() -> None:
    gate = {**FORCED, "grade": "称职"}

    result = settled(scheme(gates=[gate]), [candidate("甲", 30, facts=[fact("grave", "甲")])])

    assert grades(result)["甲"] == "不称职"


def test_a_forced_worst_grade_is_settled_even_where_points_are_in_doubt() -> None:
    people = [candidate("甲", 80, doubt="2.1 看不清", facts=[fact("grave", "甲")])]

    result = settled(scheme(gates=[FORCED]), people)

    assert (result.standings[0].grade, result.standings[0].grade_final) == ("不称职", True)
    assert not result.standings[0].final


def test_who_is_shut_out_takes_no_place() -> None:
    people = [candidate("甲", 99, facts=[fact("late-twice", "甲", 2)]), candidate("乙", 92)]
    people += [candidate(f"某{n}", 70) for n in range(3)]

    result = settled(scheme(gates=[SHUT], quotas=[quota()]), people)

    assert [grades(result)[name] for name in "甲乙"] == ["称职", "优秀"]


def test_an_unclear_fact_leaves_the_grade_open() -> None:
    gate = {**SHUT, "when": [{"kind": "fact", "fact": "leave", "levels": ["县级"], "at_least": 1}]}

    result = settled(scheme(gates=[gate]), [candidate("甲", 95, facts=[fact("leave", "甲", level="不知哪级")])])

    assert result.standings[0].grade is None
    assert "记录不清" in result.standings[0].doubts[0]


def test_a_gate_that_is_only_advice_changes_nothing_and_is_said() -> None:
    people = [candidate("甲", 95, facts=[fact("late-twice", "甲", 2)])]

    result = settled(scheme(gates=[{**SHUT, "severity": "advice"}]), people)

    assert grades(result)["甲"] == "优秀"
    assert "张庄村/甲" in result.notes[0]


def test_a_law_may_hang_on_a_decision() -> None:
    hanging = scheme(gates=[{**FORCED, "gap": "applies", "choices": ["words"]}])
    people = [candidate("甲", 95, facts=[fact("grave", "甲")])]

    assert grades(settled(hanging, people, {"applies": "words"}))["甲"] == "不称职"
    assert grades(settled(hanging, people, {"applies": "points"}))["甲"] == "优秀"
    assert grades(settled(hanging, [candidate("甲", 95)]))["甲"] == "优秀"
    with pytest.raises(DecisionNeededError, match="applies"):
        settled(hanging, people)


def test_facts_of_the_year_count_up_to_the_period_and_no_further() -> None:
    gate = {**FORCED, "when": [{"kind": "fact", "fact": "late-twice", "more_than": 2, "within": "year"}]}
    facts = [fact("late-twice", "甲", 1, period) for period in ("2022-12", "2023-01", "2023-02", "2023-04")]

    before = settled(scheme(gates=[gate]), [candidate("甲", 95, facts=facts)])
    after = settled(scheme(gates=[gate]), [candidate("甲", 95, facts=[*facts, fact("late-twice", "甲")])])

    assert grades(before)["甲"] == "优秀"
    assert grades(after)["甲"] == "不称职"


# --- sequences -------------------------------------------------------------------------------------------------


def due(settlement: object, name: str = "甲") -> list[str]:
    """The consequences of somebody that are due for certain."""
    return [one.id for one in standing_of(settlement, name).consequences if not one.doubt]  # type: ignore[arg-type]


REPLACED = scheme(consequences=[{"id": "replaced", "kind": "replace", "when": [IN_A_ROW]}])


@pytest.mark.parametrize(
    ("before", "replaced"),
    [
        ({"2023-02": "不称职", "2023-01": "不称职"}, True),
        ({"2023-02": "不称职", "2023-01": "称职"}, False),
        ({"2023-02": "称职", "2023-01": "不称职", "2022-12": "不称职"}, False),
    ],
)
def test_three_months_in_a_row(before: dict[str, str], replaced: bool) -> None:
    long_in_force = REPLACED.model_copy(update={"in_force": date(2022, 1, 1)})

    result = settled(long_in_force, [candidate("甲", 30)], history=History.of(former("甲", before)))

    assert due(result) == (["replaced"] if replaced else [])


@pytest.mark.parametrize(("begins", "replaced"), [(date(2023, 2, 3), False), (date(2023, 1, 31), True)])
def test_a_month_before_the_regulation_does_not_count_in_a_row(begins: date, replaced: bool) -> None:
    young = REPLACED.model_copy(update={"in_force": begins})
    history = History.of(former("甲", {"2023-01": "不称职", "2023-02": "不称职"}))

    result = settled(young, [candidate("甲", 30)], history=history)

    assert due(result) == (["replaced"] if replaced else [])


def test_a_row_runs_over_the_turn_of_the_year() -> None:
    old = REPLACED.model_copy(update={"in_force": date(2022, 1, 1)})
    history = History.of(former("甲", {"2022-12": "不称职", "2022-11": "不称职"}))

    result = settled(old, [candidate("甲", 30, period="2023-01")], history=history)

    assert due(result) == ["replaced"]


HOLE = former("甲", {"2023-04": "不称职", "2023-02": "不称职", "2023-01": "不称职"})


@pytest.mark.parametrize(("answer", "expected"), [("break", []), ("skip", ["replaced"]), ("ask", [])])
def test_a_month_without_a_return_means_what_the_decision_says(answer: str, expected: list[str]) -> None:
    result = settled(REPLACED, [candidate("甲", 30, period="2023-05")], {"hole": answer}, History.of(HOLE))

    assert due(result) == expected
    assert standing_of(result, "甲").final == (answer != "ask")
    assert standing_of(result, "甲").grade_final


def test_a_month_without_a_return_stops_where_nothing_is_decided() -> None:
    with pytest.raises(DecisionNeededError, match="hole"):
        settled(REPLACED, [candidate("甲", 30, period="2023-05")], history=History.of(HOLE))


def test_a_good_month_needs_no_decision_about_holes() -> None:
    assert due(settled(REPLACED, [candidate("甲", 95, period="2023-05")])) == []


def test_a_month_before_the_appointment_breaks_a_row() -> None:
    people = [candidate("甲", 30, period="2023-05", since=date(2023, 4, 10))]

    assert due(settled(REPLACED, people, history=History.of(former("甲", {"2023-04": "不称职"})))) == []


def test_a_former_grade_that_is_not_settled_makes_the_consequence_doubtful() -> None:
    history = History.of(former("甲", {"2023-02": None, "2023-01": "不称职"}))

    result = settled(REPLACED, [candidate("甲", 30)], history=history)

    assert due(result) == []
    assert "2023年2月的等次尚未定稿" in standing_of(result, "甲").doubts[0]
    assert standing_of(result, "甲").consequences[0].doubt
    assert "存疑，不得执行" in explain_standing(standing_of(result, "甲"))


def test_the_group_on_one_side_only_does_not_part_a_person_from_his_history() -> None:
    grouped = [replace(s, subject=replace(s.subject, group="一组"))
               for s in former("甲", {"2023-02": "不称职", "2023-01": "不称职"})]  # fmt: skip

    assert due(settled(REPLACED, [candidate("甲", 30)], history=History.of(grouped))) == ["replaced"]


TWO_QUARTERS = {"id": "quarters", "effect": "not", "grade": "优秀",
                "when": [{"kind": "grades-in-year", "of": "month", "grade": "优秀", "fewer_than": 2}]}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "grade"),
    [
        ({"2023-01": "优秀", "2023-02": "优秀"}, "优秀"),
        ({"2023-01": "优秀", "2023-02": "称职"}, "称职"),
        ({"2023-01": "优秀", "2023-02": None}, None),
        ({"2023-01": "优秀"}, None),
        ({"2023-01": "称职"}, "称职"),
    ],
)
def test_grades_of_the_year_are_counted_and_a_missing_one_that_matters_is_a_doubt(
    before: dict[str, str | None], grade: str | None
) -> None:
    result = settled(scheme(gates=[TWO_QUARTERS]), [candidate("甲", 95)], history=History.of(former("甲", before)))

    assert grades(result)["甲"] == grade


def test_a_former_grade_may_be_a_fact() -> None:
    gate = {**TWO_QUARTERS, "when": [{**TWO_QUARTERS["when"][0], "fact": "top"}]}
    facts = [fact("top", "甲", level="优秀", period=f"2023-0{n}") for n in (1, 2)]

    assert grades(settled(scheme(gates=[gate]), [candidate("甲", 95, facts=facts)]))["甲"] == "优秀"


QUARTERS = {"id": "quarters", "effect": "not", "grade": "优秀", "when": [
    {"kind": "grades-in-year", "of": "quarter", "grade": "优秀", "fewer_than": 2, "fact": "top", "gap": "hole"},
]}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "grade"),
    [
        (({"period": "2023-03", "on": date(2023, 3, 28)}, {"period": "2023-06", "on": date(2023, 6, 28)}), "优秀"),
        (({"period": "2023-02"}, {"period": "2023", "on": date(2023, 4, 1)}), "优秀"),
        (({"period": "2023-03"}, {"period": "2023-02", "on": date(2023, 2, 3)}), "称职"),  # one quarter twice
        (({"period": "2023-03"}, {"period": "2023"}), None),  # which quarter?
    ],
)
def test_a_grade_dated_within_a_quarter_is_the_quarters(told: tuple[dict[str, Any], ...], grade: str | None) -> None:
    people = [
        candidate("甲", 95, period="2023", facts=[fact("top", "甲", level="优秀", **one) for one in told]),
    ]

    result = settled(scheme(gates=[QUARTERS]), people, {"hole": "skip"})

    assert grades(result)["甲"] == grade
    assert grade is not None or any("没有写明是哪个季度" in doubt for doubt in standing_of(result, "甲").doubts)


def test_two_grades_dated_within_one_quarter_that_differ_are_a_doubt() -> None:
    told = [("优秀", "2023-01"), ("称职", "2023-03"), ("优秀", "2023-Q2")]
    facts = [fact("top", "甲", level=level, period=period) for level, period in told]

    result = settled(scheme(gates=[QUARTERS]), [candidate("甲", 95, period="2023", facts=facts)], {"hole": "skip"})

    assert grades(result)["甲"] is None
    assert "记录不一致或不清" in standing_of(result, "甲").doubts[0]


# --- consequences ----------------------------------------------------------------------------------------------


def test_every_entry_whose_conditions_all_hold_is_due() -> None:
    both = [{"kind": "grade", "is": ["不称职"]}, {"kind": "fact", "fact": "grave"}]
    laws = scheme(consequences=[
        {"id": "talk", "kind": "talk", "when": both[:1]},
        {"id": "returned", "kind": "replace", "when": both},
    ])  # fmt: skip

    result = settled(laws, [candidate("甲", 30), candidate("乙", 30, facts=[fact("grave", "乙")]), candidate("丙", 70)])

    assert [due(result, name) for name in "甲乙丙"] == [["talk"], ["talk", "returned"], []]


def test_what_hangs_on_an_open_grade_is_not_said() -> None:
    laws = scheme(consequences=[{"kind": "talk", "when": [{"kind": "grade", "is": ["不称职"]}]}])

    assert standing_of(settled(laws, [candidate("甲", 30, doubt="看不清")]), "甲").consequences == ()


def test_what_was_mended_in_time_brings_nothing() -> None:
    laws = scheme(
        consequences=[{"kind": "replace", "until_mended": True, "when": [{"kind": "fact", "fact": "mendable"}]}]
    )
    people = [candidate("甲", 95, facts=[fact("mendable", "甲", mended=True)]),
              candidate("乙", 95, facts=[fact("mendable", "乙")])]  # fmt: skip

    result = settled(laws, people)

    assert [due(result, name) for name in "甲乙"] == [[], ["law"]]


@pytest.mark.parametrize(("since", "due_now"), [(date(2022, 4, 1), True), (date(2022, 4, 2), False), (None, False)])
def test_a_year_in_the_post_by_the_day_in_the_roster(since: date | None, due_now: bool) -> None:
    laws = scheme(consequences=[{"kind": "experience", "when": [{"kind": "served", "months": 12}]}])

    result = settled(laws, [candidate("甲", 70, since=since)])

    assert bool(due(result)) is due_now
    assert standing_of(result, "甲").final is (since is not None)


def test_which_of_several_things_is_done_the_decision_says() -> None:
    laws = scheme(consequences=[{"kind": "dismiss", "asks": "applies", "when": [{"kind": "grade", "is": ["不称职"]}]}])

    result = settled(laws, [candidate("甲", 30)], {"applies": "words"})

    assert standing_of(result, "甲").consequences[0].label == "规则（words）"
    with pytest.raises(DecisionNeededError, match="applies"):
        settled(laws, [candidate("甲", 30)])


def test_cancelled_pay_is_nothing_and_says_why() -> None:
    laws = scheme(
        consequences=[{"kind": "pay-cancelled", "when": [{"kind": "fact", "fact": "grave", "within": "year"}]}]
    )
    one = candidate("甲", 70, facts=[fact("grave", "甲", period="2023-01")])
    pay = Line("pay", "应发", "money", Decimal(480), "元", "500 − 20 = 480")
    one = replace(one, assessment=replace(one.assessment, lines=(*one.assessment.lines, pay)))

    money = standing_of(settled(laws, [one]), "甲").money

    assert (money[-1].value, money[-1].steps) == (Decimal(0), "规则，计 0")
    assert isinstance(money[-1].basis[0], Citation)


def test_the_money_goes_by_the_settled_grade() -> None:
    cadres = scheme_of("village-cadre-2020")
    form = cadres.form_of(None)
    decisions = decided(cadres, {
        "bands": {"优秀": Decimal(90), "合格": Decimal(60)}, "excellent-share": Decimal("0.3"), "quota-base": "series",
        "quota-members": "returned", "ties": "none", "quota-rounding": {"rule": "down", "places": 0},
    })  # fmt: skip
    assessor = Assessor(cadres, form, decisions)
    cohort = []
    for number in range(5):
        subject = person(f"某{number}")
        entry = RosterEntry(subject, base_pay=Decimal(6000), series="书记")
        made = evidence_of(form, {"1.1": Decimal(30 - number)})
        assert made.record is not None
        made = replace(made, subject=subject, record=replace(made.record, subject=subject), roster=entry)
        cohort.append(Candidate(assessor.assess(made), (), entry))

    first, second = settle(cadres, form, cohort, decisions).standings[:2]

    assert (first.grade, first.money[-1].value) == ("优秀", Decimal("7440"))
    assert (second.computed_grade, second.grade, second.money[-1].value) == ("优秀", "合格", Decimal("6000"))


# --- selections and checks -------------------------------------------------------------------------------------


SELECTED = scheme(selections=[{"from": "优秀", "count": 1, "fact": "top"}])


def test_the_chosen_must_have_the_grade() -> None:
    people = [candidate("甲", 95, facts=[fact("top", "甲")]), candidate("乙", 95)]
    good = settled(SELECTED, people)
    bad = settled(SELECTED, [candidate("甲", 70, facts=[fact("top", "甲")])])

    assert due(good) == ["law"]
    assert "本人等次为“称职”" in standing_of(bad, "甲").doubts[0]


def test_no_more_are_chosen_than_the_regulation_allows() -> None:
    result = settled(SELECTED, [candidate(name, 95, facts=[fact("top", name)]) for name in "甲乙"])

    assert due(result) == []
    assert "超过1人" in result.notes[0]


@pytest.mark.parametrize(
    ("days", "level", "final"), [(3, "", True), (4, "", False), (4, "镇级", False), (4, "县级", True)]
)
def test_a_long_leave_needs_the_higher_approval(days: int, level: str, final: bool) -> None:
    check = ApprovalCheck.model_validate(law(kind="approval", fact="leave", more_than=3, levels=["县级"]))

    result = settled(scheme(checks=[check]), [candidate("甲", 95, facts=[fact("leave", "甲", days, level=level)])])

    assert standing_of(result, "甲").final is final


@pytest.mark.parametrize(
    ("days", "level", "final"),
    [(3, "", False), (3, "镇级", True), (3, "县级", True), (3, "村级", False), (4, "镇级", False), (0, "", True)],
)
def test_a_short_leave_needs_an_approval_too_where_the_law_says_so(days: int, level: str, final: bool) -> None:
    check = ApprovalCheck.model_validate(
        law(kind="approval", fact="leave", more_than=3, levels=["县级"], short_levels=["镇级"])
    )

    result = settled(scheme(checks=[check]), [candidate("甲", 95, facts=[fact("leave", "甲", days, level=level)])])

    assert standing_of(result, "甲").final is final


@pytest.mark.parametrize(("facts", "final"), [((30,), True), ((29,), False), ((), False), ((30, 31), False)])
def test_a_vote_needs_enough_voters(facts: tuple[int, ...], final: bool) -> None:
    check = VotersCheck.model_validate(law(kind="voters", item="2.1", fact="voters", at_least=30))
    people = [candidate("甲", 95, facts=[fact("voters", "甲", count) for count in facts])]

    assert standing_of(settled(scheme(checks=[check]), people), "甲").final is final


def test_too_few_days_are_said_and_change_nothing() -> None:
    check = AttendanceCheck.model_validate(
        law(kind="attendance", fact="days", at_least=20, within="month", severity="advice")
    )

    result = settled(scheme(checks=[check]), [candidate("甲", 95, facts=[fact("days", "甲", 19)])])

    assert "2023年3月共19天，不足20天" in result.notes[0]
    assert standing_of(result, "甲").final


@pytest.mark.parametrize(("second", "final"), [(date(2023, 1, 5), True), (date(2023, 1, 4), False), (None, True)])
def test_opinions_come_in_their_order(second: date | None, final: bool) -> None:
    check = DatesCheck.model_validate(law(kind="order-of-dates", fields=["village.date", "name.date"]))
    one = candidate("甲", 95)
    readings = {"village.date": Reading("", date(2023, 1, 5), Locator()), "name.date": Reading("", second, Locator())}
    one = replace(one, record=Record("dayang-monthly", "dayang-2023", person("甲"), "2023-03", readings))

    assert standing_of(settled(scheme(checks=[check]), [one]), "甲").final is final


# --- the whole -------------------------------------------------------------------------------------------------


def test_equals_share_a_rank() -> None:
    result = settled(scheme(), [candidate("甲", 90), candidate("乙", 80), candidate("丙", 80), candidate("丁", 70)])

    assert [standing_of(result, name).rank for name in "甲乙丙丁"] == [1, 2, 2, 4]
    assert standing_of(result, "甲").of == 4


def test_forms_that_share_a_quota_are_settled_together() -> None:
    ningxia = scheme_of("ningxia-2015")

    together = settled_together(ningxia, ningxia.form_of("ningxia-member-annual"))

    assert together == ("ningxia-captain-annual", "ningxia-member-annual")


def test_the_essence_of_an_assessment_gives_the_same_standings() -> None:
    laws = scheme(quotas=[quota(ties_gap="ties")], gates=[SHUT])
    people = [candidate(f"某{n}", 99 - n, doubt="看不清" if n == 4 else "") for n in range(10)]
    essence = Essence(laws)

    thin = [replace(one, assessment=essence.of(one.assessment)) for one in people]

    assert settled(laws, thin).standings == settled(laws, people).standings
    assert len(thin[0].assessment.lines) < len(people[0].assessment.lines)


def test_every_reason_of_every_scheme_rests_on_an_article_or_a_decision() -> None:
    laws = scheme(
        gates=[FORCED], quotas=[quota()], consequences=[{"kind": "talk", "when": [{"kind": "grade", "is": ["不称职"]}]}]
    )
    people = [candidate(f"某{n}", 99 - n) for n in range(10)] + [candidate("甲", 99, facts=[fact("grave", "甲")])]

    result = settled(laws, people, {"rounding": "floor"})

    reasons = [r for s in result.standings for r in (*s.reasons, *(r for due in s.consequences for r in due.reasons))]
    assert len(reasons) > 5
    assert all(
        reason.basis and all(isinstance(part, Citation | Decision) for part in reason.basis)
        for reason in reasons
        if reason.effect != "band"
    )
