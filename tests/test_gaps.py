"""What the regulations leave open is listed, answered only by a decision of the right shape, and never defaulted."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from formgen.errors import DecisionNeededError, ExitCode, SchemeError
from formgen.model import Decision
from formgen.scheme.decisions import in_force
from formgen.scheme.gaps import answer, example, gap_for, gaps
from formgen.scheme.loading import load_decisions, load_schemes
from formgen.scheme.types import Gap, Scheme

SCHEMES = load_schemes()
BY_ID = {scheme.id: scheme for scheme in SCHEMES}
SOURCE = Path("formgen.toml")
ALL_GAPS = [(scheme, gap) for scheme in SCHEMES for gap in scheme.gap]

each_gap = pytest.mark.parametrize(("scheme", "gap"), ALL_GAPS, ids=[f"{s.id} {g.id}" for s, g in ALL_GAPS])


def _entry(**changes: object) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "scheme": "dayang-2023",
        "gap": "bands",
        "value": {"优秀": 90, "称职": 60},
        "authority": "镇党委会议纪要〔2023〕3号",
        "date": date(2023, 3, 1),
    }
    entry.update(changes)
    return {key: value for key, value in entry.items() if value is not ...}


def _refused(*entries: dict[str, Any]) -> str:
    with pytest.raises(SchemeError) as caught:
        load_decisions(entries, SCHEMES, SOURCE)
    return str(caught.value)


# --- what is open ----------------------------------------------------------------------------------------------


def test_every_regulation_leaves_something_open() -> None:
    assert {scheme.id: [gap.id for gap in scheme.gap] for scheme in SCHEMES} == {
        "dayang-2023": [
            "bands",
            "points-rounding",
            "money-rounding",
            "bonus-limit",
            "floor",
            "pay-base",
            "money-floor",
            "full-marks-quota",
            "cancelled-months",
            "sequence-gap",
            "newcomers",
            "transfers",
        ],
        "village-cadre-2020": [
            "bands",
            "points-rounding",
            "money-rounding",
            "pay-base",
            "excellent-share",
            "unqualified-share",
            "tier-names",
            "counting",
            "quota-base",
            "quota-rounding",
            "ties",
            "quota-members",
            "zero-places",
            "sequence-gap",
            "newcomers",
            "transfers",
        ],
        "tongshi-2023": [
            "points-rounding",
            "part-of-percent",
            "exactly-65",
            "floor",
            "floor-routine",
            "floor-order",
            "project-counting",
        ],
        "damao-2022": [
            "grade-source",
            "quota-base",
            "quota-rounding",
            "ties",
            "pay-base",
            "money-rounding",
            "reward",
            "quota-members",
            "zero-places",
            "removal",
            "sequence-gap",
            "newcomers",
            "transfers",
        ],
        "ningxia-2015": [
            "bands-team",
            "bands-captain",
            "bands-member",
            "points-rounding",
            "money-rounding",
            "bonus-limit",
            "floor",
            "part-of-amount",
            "counting",
            "quota-base",
            "quota-rounding",
            "ties",
            "missing-quarters",
            "zero-places",
        ],
    }


def test_a_gap_without_a_decision_is_open() -> None:
    states = gaps(BY_ID["dayang-2023"], load_decisions([_entry()], SCHEMES, SOURCE))

    assert {state.gap.id for state in states if state.decision} == {"bands"}
    assert len(states) == len(BY_ID["dayang-2023"].gap)


def test_a_decision_of_another_scheme_answers_nothing() -> None:
    elsewhere = _entry(scheme="village-cadre-2020", value={"优秀": 90, "合格": 60})
    decisions = load_decisions([elsewhere], SCHEMES, SOURCE)

    assert [state.decision for state in gaps(BY_ID["dayang-2023"], decisions)] == [None] * len(BY_ID["dayang-2023"].gap)


def test_the_gap_of_a_form_goes_before_the_gap_of_all() -> None:
    ningxia = BY_ID["ningxia-2015"]

    team, person = (gap_for(ningxia, "bands", f"ningxia-{who}-annual") for who in ("team", "member"))

    assert (team and team.id, person and person.id) == ("bands-team", "bands-member")
    assert gap_for(ningxia, "bands", "ningxia-register-quarterly") is None
    assert gap_for(BY_ID["tongshi-2023"], "bands", "tongshi-annual") is None


# --- stopping --------------------------------------------------------------------------------------------------


@each_gap
def test_an_open_gap_stops_with_question_article_and_example(scheme: Scheme, gap: Gap) -> None:
    with pytest.raises(DecisionNeededError) as caught:
        answer(scheme, (), gap.id)

    message = str(caught.value)
    assert caught.value.exit_code == ExitCode.CONFIGURATION == 9
    for words in (gap.question, gap.article, gap.quote, gap.needed_for, scheme.title, "[[decision]]"):
        assert words in message
    for choice in gap.choices:
        assert f"{choice}  {gap.choice_labels[choice]}" in message


@each_gap
def test_the_example_may_be_pasted_once_the_authority_is_filled_in(scheme: Scheme, gap: Gap) -> None:
    table = tomllib.loads(example(scheme, gap), parse_float=Decimal)["decision"]

    assert "还是示例里的占位文字" in _refused(*table)

    table[0]["authority"] = "镇党委会议纪要〔2023〕3号"
    decisions = load_decisions(table, SCHEMES, SOURCE)
    assert answer(scheme, decisions, gap.id).authority == "镇党委会议纪要〔2023〕3号"


def test_an_unknown_gap_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        answer(BY_ID["dayang-2023"], (), "no-such-gap")


# --- the value of each shape -----------------------------------------------------------------------------------


def test_bands_come_back_best_first_as_decimals() -> None:
    (decision,) = load_decisions([_entry(value={"称职": 60, "优秀": 89.5})], SCHEMES, SOURCE)

    assert decision.value == {"优秀": Decimal("89.5"), "称职": Decimal(60)}
    assert list(decision.value) == ["优秀", "称职"]  # type: ignore[call-overload]


def test_bands_may_name_a_grade_by_its_other_name() -> None:
    entry = _entry(scheme="ningxia-2015", gap="bands-team", value={"优秀": 90, "合格": 80, "基本合格": 60})

    (decision,) = load_decisions([entry], SCHEMES, SOURCE)

    assert decision.value == {"优秀": 90, "称职": 80, "基本称职": 60}


RIGHT_BANDS = '应写作：value = { "优秀" = 90, "称职" = 60 }'


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"优秀": 90}, "缺少等次称职的最低分"),
        ({"优秀": 90, "称职": 60, "不称职": 0}, "最末等次“不称职”不写最低分"),
        ({"优秀": 90, "称职": 60, "良好": 80}, "没有等次“良好”，等次是：优秀、称职、不称职"),
        ({"优秀": 60, "称职": 60}, "“优秀”的最低分60应高于“称职”的60"),
        ({"优秀": 60, "称职": 90}, "“优秀”的最低分60应高于“称职”的90"),
        ({"优秀": "九十", "称职": 60}, "“优秀”的最低分“九十”不是0至1000之间的数字"),
        ({"优秀": 1001, "称职": 60}, "不是0至1000之间的数字"),
        ({"优秀": Decimal("NaN"), "称职": 60}, "不是0至1000之间的数字"),
        ({"优秀": True, "称职": 0}, "不是0至1000之间的数字"),
        (90, "要写成一张表"),
        ({}, "缺少等次优秀、称职的最低分"),
    ],
)
def test_wrong_bands_are_refused_with_the_right_ones(value: object, fault: str) -> None:
    message = _refused(_entry(value=value))

    assert fault in message
    assert RIGHT_BANDS in message


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"rule": "round", "places": 1}, '没有舍入办法“round”，只能写 "half-up"（四舍五入）'),
        ({"rule": "half-up"}, "要写成一张表"),
        ({"rule": "half-up", "places": 7}, "小数位数“7”不是0至6的整数"),
        ({"rule": "half-up", "places": 1.5}, "小数位数“1.5”不是0至6的整数"),
        ({"rule": "half-up", "places": True}, "小数位数“True”不是0至6的整数"),
        ({"rule": ["half-up"], "places": 1}, "没有舍入办法"),
        ("half-up", "要写成一张表"),
    ],
)
def test_a_wrong_rounding_is_refused_with_a_right_one(value: object, fault: str) -> None:
    message = _refused(_entry(gap="points-rounding", value=value))

    assert fault in message
    assert 'value = { rule = "half-up", places = 1 }' in message


def test_a_head_count_is_rounded_to_whole_people() -> None:
    assert "人数只能取整数" in _refused(_entry(gap="full-marks-quota", value={"rule": "down", "places": 1}))


@pytest.mark.parametrize("rule", ["up", "half-up", "half-even"])
@pytest.mark.parametrize(
    ("scheme", "cited"),
    [
        ("village-cadre-2020", "第十条：“同一序列村干部优秀比例最多不超过20%”"),
        ("ningxia-2015", "第九条：“优秀等次的名额不超过各级选派人员总数的15%”"),
        ("damao-2022", "主要措施（五）：“优秀等次比例不超过10%”"),
    ],
)
def test_a_rounding_that_exceeds_a_hard_quota_is_refused_with_its_article(rule: str, scheme: str, cited: str) -> None:
    entry = _entry(scheme=scheme, gap="quota-rounding", value={"rule": rule, "places": 0})

    message = _refused(entry)

    assert "会使优秀名额超出规定的比例" in message
    assert cited in message
    assert 'value = { rule = "down", places = 0 }' in message


@pytest.mark.parametrize("rule", ["up", "half-up", "half-even", "down"])
def test_a_quota_in_principle_is_rounded_as_the_office_likes(rule: str) -> None:
    value = {"rule": rule, "places": 0}

    (decision,) = load_decisions([_entry(gap="full-marks-quota", value=value)], SCHEMES, SOURCE)

    assert decision.value == value


@pytest.mark.parametrize("share", [Decimal("0.3"), Decimal("0.5"), 0.4])
def test_both_ends_of_a_range_are_within_it(share: Decimal | float) -> None:
    entry = _entry(scheme="village-cadre-2020", gap="excellent-share", value=share)

    (decision,) = load_decisions([entry], SCHEMES, SOURCE)

    assert decision.value == Decimal(str(share))
    assert isinstance(decision.value, Decimal)


@pytest.mark.parametrize("share", [Decimal("0.29"), Decimal("0.51"), 40, 0, -1])
def test_a_share_outside_the_range_is_refused_with_the_article(share: Decimal) -> None:
    message = _refused(_entry(scheme="village-cadre-2020", gap="excellent-share", value=share))

    assert f"{share}超出了允许的范围：0.3至0.5（《脱贫攻坚贫困村村干部绩效考核管理办法》第十一条" in message
    assert "加发绩效补贴总额的30-50%" in message


@pytest.mark.parametrize("value", ["500", None, [500], Decimal("Infinity"), -1, 10**12])
def test_a_wrong_number_is_refused(value: object) -> None:
    assert "应写作：value = 500" in _refused(_entry(gap="pay-base", value=value))


def test_a_choice_is_one_of_those_offered() -> None:
    message = _refused(_entry(gap="bonus-limit", value="add"))

    assert "“add”不在选项之内" in message
    assert '"capped"（计入总分，超过100分的按100分计）' in message


def test_tiers_are_as_many_as_the_rules_have() -> None:
    entry = _entry(scheme="village-cadre-2020", gap="tier-names", value=["国家级", "省级", "市级", "县级"])

    (decision,) = load_decisions([entry], SCHEMES, SOURCE)

    assert decision.value == ("国家级", "省级", "市级", "县级")
    assert "写了3个名称，应有4个" in _refused(entry | {"value": ["省级", "市级", "县级"]})
    assert "有两个名称相同" in _refused(entry | {"value": ["省级", "省级 ", "市级", "县级"]})
    assert "要写成一列名称" in _refused(entry | {"value": "省级"})
    assert "要写成一列名称" in _refused(entry | {"value": [1, 2, 3, 4]})


# --- the table -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"scheme": "dayang-2024"}, "decision[1].scheme：没有办法“dayang-2024”，已有的是：damao-2022、dayang-2023"),
        ({"gap": "band"}, "decision[1].gap：dayang-2023 没有空白“band”，已有的是：bands、points-rounding"),
        ({"authority": ...}, "decision[1].authority：缺少这一项。应写作：authority ="),
        ({"authority": "  "}, "decision[1].authority：要写明是谁、在哪份文件或哪次会议上定的"),
        ({"authority": 3}, "decision[1].authority：要写明是谁"),
        ({"date": ...}, "decision[1].date：缺少这一项。应写作：date = 2023-03-01"),
        ({"date": "2023-03-01"}, "decision[1].date：“2023-03-01”不是日期（不加引号）"),
        ({"date": date(1989, 12, 31)}, "decision[1].date：1989-12-31太早，决定的日期不会在1990年以前"),
        ({"value": ...}, "decision[1].value：缺少这一项"),
        ({"example": "yes"}, "decision[1].example：只能写 true 或 false"),
        ({"autority": "x"}, "decision[1].autority：不认识的项目“autority”，是否想写“authority”？"),
    ],
)
def test_a_wrong_decision_is_told_with_its_key(changes: dict[str, object], fault: str) -> None:
    message = _refused(_entry(**changes))

    assert fault in message
    assert message.startswith("formgen.toml 有")


def test_a_decision_older_than_the_regulation_is_refused_with_the_day() -> None:
    message = _refused(_entry(date=date(2023, 2, 2)))

    assert "decision[1].date：2023-02-02早于《" in message
    assert "的施行日期2023-02-03" in message
    assert load_decisions([_entry(date=date(2023, 2, 3))], SCHEMES, SOURCE)


def test_where_the_day_in_force_is_ours_the_message_says_so() -> None:
    entry = _entry(scheme="village-cadre-2020", gap="zero-places", value="none", date=date(2020, 6, 1))

    assert "这里用网页所示的发布时间，使用前请核对正式文件" in _refused(entry)


def test_a_scheme_may_say_that_decisions_are_older_than_it() -> None:
    older = [
        one.model_copy(update={"decided_from": date(2023, 1, 5)}) if one.id == "dayang-2023" else one for one in SCHEMES
    ]

    assert load_decisions([_entry(date=date(2023, 1, 5))], older, SOURCE)
    assert load_decisions([_entry(date=date(2023, 1, 4))], SCHEMES, SOURCE, carried=True)
    with pytest.raises(SchemeError, match="2023-01-05"):
        load_decisions([_entry(date=date(2023, 1, 4))], older, SOURCE)


def test_what_was_decided_after_a_period_is_not_in_force_for_it() -> None:
    early, late = _entry(date=date(2023, 3, 31)), _entry(value={"优秀": 95, "称职": 70}, date=date(2023, 4, 1))

    found = load_decisions([late, early], SCHEMES, SOURCE)

    assert [one.date for one in in_force(found, date(2023, 3, 31))] == [date(2023, 3, 31)]
    assert [one.date for one in in_force(found, date(2023, 4, 1))] == [date(2023, 4, 1)]
    assert in_force(found, date(2023, 3, 30)) == ()


def test_all_faults_of_all_decisions_are_told_at_once() -> None:
    message = _refused(_entry(authority=""), _entry(gap="nothing"), _entry(value={"优秀": 90}))

    assert "有3处错误" in message
    for number in (1, 2, 3):
        assert f"decision[{number}]" in message


def test_the_first_day_that_may_stand_in_a_decision() -> None:
    (decision,) = load_decisions([_entry(date=date(1990, 1, 1))], SCHEMES, SOURCE, carried=True)

    assert decision.date == date(1990, 1, 1)


def test_the_latest_of_several_decisions_is_in_force() -> None:
    first, second = _entry(value={"优秀": 85, "称职": 60}), _entry(date=date(2023, 9, 1))

    for order in ([first, second], [second, first]):
        decisions = load_decisions(order, SCHEMES, SOURCE)
        assert [decision.date for decision in in_force(decisions)] == [date(2023, 9, 1)]
        assert answer(BY_ID["dayang-2023"], decisions, "bands").value == {"优秀": 90, "称职": 60}


def test_answer_takes_the_latest_of_decisions_from_elsewhere_too() -> None:
    older = Decision("dayang-2023", "bands", {}, "甲", date(2022, 1, 1))
    newer = Decision("dayang-2023", "bands", {}, "乙", date(2023, 1, 1))

    assert answer(BY_ID["dayang-2023"], (newer, older), "bands") is newer


def test_two_decisions_of_one_day_on_one_gap_are_refused() -> None:
    message = _refused(_entry(), _entry(value={"优秀": 85, "称职": 60}))

    assert "decision[2]：与 decision[1] 是同一空白“bands”、同一日期的两个决定" in message


def test_an_example_decision_stays_marked() -> None:
    (decision,) = load_decisions([_entry(example=True)], SCHEMES, SOURCE)

    assert decision.example
    assert "示例，非正式决定" in str(decision)


def test_something_that_is_no_table_is_refused() -> None:
    with pytest.raises(SchemeError, match=r"decision\[1\]：不是表"):
        load_decisions(["bands"], SCHEMES, SOURCE)
