"""Quotas: floor never breaks 不超过; ties and less than one place stop; nobody is graded whom an answer could move."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from made_standings import candidate, fact, grades, person, quota, scheme, settled, standing_of

from formgen.errors import DecisionNeededError
from formgen.model import Line, RosterEntry
from formgen.scoring import explain_standing, who_moves

LAW = scheme(quotas=[quota()])


def cohort(*totals: int, size: int = 0) -> list:
    """Candidates 甲, 乙 … with these totals, filled up to ``size`` with people of 70 points."""
    names = "甲乙丙丁戊己庚辛"
    some = [candidate(names[place], total) for place, total in enumerate(totals)]
    return some + [candidate(f"某{number}", 70) for number in range(size - len(totals))]


def test_only_so_many_as_there_are_places_keep_the_grade() -> None:
    result = settled(LAW, cohort(98, 96, 94, size=10))

    assert [grades(result)[name] for name in "甲乙丙"] == ["优秀", "优秀", "称职"]
    assert (result.quotas[0].base, result.quotas[0].places, result.quotas[0].taken) == (10, 2, 2)
    assert result.quotas[0].line == 96


@pytest.mark.parametrize(("size", "places"), [(5, 1), (9, 1), (10, 2), (14, 2), (15, 3)])
def test_floor_never_breaks_the_limit(size: int, places: int) -> None:
    result = settled(LAW, cohort(99, 98, 97, 96, size=size), {"rounding": "floor"})

    assert list(grades(result).values()).count("优秀") == places


def test_a_share_of_fifteen_percent_of_twenty_is_exactly_three() -> None:
    result = settled(scheme(quotas=[quota(share=Decimal("0.15"))]), cohort(99, 98, 97, 96, size=20))

    assert list(grades(result).values()).count("优秀") == 3


def test_a_third_of_nine_is_exactly_three() -> None:
    result = settled(scheme(quotas=[quota(fraction="1/3")]), cohort(99, 98, 97, 96, size=9))

    assert list(grades(result).values()).count("优秀") == 3


def test_rounding_is_asked_for_only_where_it_decides_who_has_a_place() -> None:
    few = settled(LAW, cohort(99, size=9))

    assert grades(few)["甲"] == "优秀"
    with pytest.raises(DecisionNeededError, match="rounding"):
        settled(LAW, cohort(99, 98, size=9))


def test_rounding_up_needs_a_decision_and_is_said() -> None:
    result = settled(LAW, cohort(99, 98, 97, size=9), {"rounding": "ceil"})

    assert grades(result)["乙"] == "优秀"
    assert "超出了规定的比例" in explain_standing(standing_of(result, "乙"))


def test_less_than_one_place_stops() -> None:
    with pytest.raises(DecisionNeededError, match="名额不足1人"):
        settled(LAW, cohort(99, size=4), {"rounding": "floor"})


def test_less_than_one_place_and_nobody_good_enough_needs_no_decision() -> None:
    assert set(grades(settled(LAW, cohort(size=4))).values()) == {"称职"}


@pytest.mark.parametrize(("answer", "kept"), [("none", 0), ("one", 1)])
def test_less_than_one_place_goes_by_the_decision(answer: str, kept: int) -> None:
    result = settled(LAW, cohort(99, 98, size=4), {"rounding": "floor", "zero": answer})

    assert list(grades(result).values()).count("优秀") == kept


def test_small_cohorts_are_merged_by_decision() -> None:
    law = scheme(quotas=[quota(cohort=("series",))])
    people = [candidate(f"书{n}", 95 - n, series="书记") for n in range(3)]
    people += [candidate(f"会{n}", 91 - n, series="会计") for n in range(3)]

    result = settled(law, people, {"rounding": "floor", "zero": "merge"})

    assert [name for name, grade in grades(result).items() if grade == "优秀"] == ["书0"]
    assert result.quotas[0].base == 6


def test_a_tie_at_the_line_stops_and_names_the_tied() -> None:
    with pytest.raises(DecisionNeededError, match="2人同为96分：张庄村/丙、张庄村/乙"):
        settled(LAW, cohort(98, 96, 96, size=10))


def test_equals_that_all_have_a_place_are_no_tie() -> None:
    result = settled(LAW, cohort(96, 96, 90, size=10))

    assert [grades(result)[name] for name in "甲乙丙"] == ["优秀", "优秀", "称职"]


def test_the_tied_all_fall_out_by_decision() -> None:
    result = settled(LAW, cohort(98, 96, 96, size=10), {"ties": "exclude"})

    assert [grades(result)[name] for name in "甲乙丙"] == ["优秀", "称职", "称职"]
    assert result.quotas[0].tied == ("张庄村/丙", "张庄村/乙")


def test_the_tied_are_parted_by_an_item() -> None:
    people = [candidate("甲", 96, items={"2.2": 19}), candidate("乙", 96, items={"2.2": 20}), *cohort(size=3)]

    result = settled(LAW, people, {"ties": "by-item:2.2"})

    assert [grades(result)[name] for name in "甲乙"] == ["称职", "优秀"]


def test_the_tied_wait_for_the_committee() -> None:
    result = settled(LAW, cohort(98, 96, 96, size=10), {"ties": "committee"})

    assert [grades(result)[name] for name in "甲乙丙"] == ["优秀", None, None]
    assert not standing_of(result, "乙").grade_final


def test_whom_the_committee_chose_has_the_place() -> None:
    people = cohort(98, 96, 96, size=10)
    people[2] = replace(people[2], facts=(fact("chosen", "丙"),))

    result = settled(LAW, people, {"ties": "committee"})

    assert [grades(result)[name] for name in "甲乙丙"] == ["优秀", "称职", "优秀"]


def test_too_many_chosen_break_no_quota() -> None:
    people = cohort(98, 96, 96, size=10)
    people[1:3] = [replace(people[1], facts=(fact("chosen", "乙"),)), replace(people[2], facts=(fact("chosen", "丙"),))]

    result = settled(LAW, people, {"ties": "committee"})

    assert [grades(result)[name] for name in "甲乙丙"] == ["优秀", None, None]


def test_whom_a_doubt_could_push_over_the_line_is_left_open() -> None:
    people = [*cohort(98, 96, 94, size=9), candidate("疑", 80, doubt="表上写的不是这个人", items={"4.1": 10})]

    result = settled(LAW, people)

    # Nothing bounds the doubtful total, so it may take one of the two places: 甲 keeps the other, 丙 has none.
    assert grades(result)["甲"] == "优秀"
    assert [grades(result)[name] for name in "乙丙疑"] == [None, "称职", None]


def test_a_doubt_that_cannot_reach_the_line_leaves_the_others_alone() -> None:
    unread = Line("2.1", "走访", "item", None, doubt="看不清")
    doubtful = candidate("疑", 60, doubt="2.1“走访”：看不清", items={"2.1": unread, "3.1": 0})

    result = settled(LAW, [*cohort(98, 96, 94, size=9), doubtful])

    assert [grades(result)[name] for name in "甲乙丙疑"] == ["优秀", "优秀", "称职", None]


def test_a_doubt_about_money_alone_does_not_touch_the_grade() -> None:
    one = candidate("甲", 98)
    lines = (*one.assessment.lines, Line("money.days", "伙食补助", "money", None, "元", doubt="天数不清"))
    one = replace(one, assessment=replace(one.assessment, lines=lines, final=False, doubts=("伙食补助：天数不清",)))

    result = settled(LAW, [one, *cohort(size=4)])

    assert standing_of(result, "甲").grade == "优秀"
    assert standing_of(result, "甲").grade_final
    assert not standing_of(result, "甲").final
    assert standing_of(result, "甲").doubts == ("伙食补助：天数不清",)


def test_a_level_stands_outside_the_quota() -> None:
    law = scheme(quotas=[quota(without_levels=("自治区级",))])
    people = [candidate("区", 99, level="自治区级"), *cohort(98, 96, 94, size=10)]

    result = settled(law, people)

    assert result.quotas[0].base == 10
    assert [grades(result)[name] for name in "区甲乙丙"] == ["优秀", "优秀", "优秀", "称职"]


def test_the_cohort_goes_by_the_decision() -> None:
    law = scheme(quotas=[quota(cohort_gap="cohort", cohorts={"series": ("series",), "whole": ()})])
    people = [candidate(f"书{n}", 99 - n, series="书记") for n in range(5)]
    people += [candidate(f"会{n}", 94 - n, series="会计") for n in range(5)]

    by_series = settled(law, people, {"cohort": "series"})
    whole = settled(law, people, {"cohort": "whole"})

    assert sorted(n for n, grade in grades(by_series).items() if grade == "优秀") == sorted(["书0", "会0"])
    assert sorted(n for n, grade in grades(whole).items() if grade == "优秀") == sorted(["书0", "书1"])


def test_a_blank_series_in_the_roster_is_not_a_series() -> None:
    law = scheme(quotas=[quota(cohort=("series",))])
    people = [*cohort(98, 96, size=10), candidate("无", 99, series="")]

    result = settled(law, people)

    assert grades(result)["无"] is None
    assert "序列" in standing_of(result, "无").doubts[0]
    assert grades(result)["乙"] is None


def test_the_base_may_be_the_roster() -> None:
    law = scheme(quotas=[quota(base="roster")])
    roster = [RosterEntry(person(f"人{n}")) for n in range(15)]

    result = settled(law, cohort(99, 98, 97, 96, size=10), roster=roster)

    assert result.quotas[0].base == 15
    assert list(grades(result).values()).count("优秀") == 3


def test_who_sent_nothing_is_not_in_a_base_of_returns() -> None:
    people = [*cohort(99, 98, size=5), *(replace(one, returned=False) for one in cohort(size=0))]
    absent = [replace(candidate(f"缺{n}", None, doubt="没有收到考核表"), returned=False) for n in range(5)]

    result = settled(LAW, [*people, *absent])

    assert result.quotas[0].base == 5


def test_a_soft_quota_only_warns_and_names_them() -> None:
    law = scheme(quotas=[quota(item="2.2", full=True, fraction="1/3", hard=False, rounding_gap=None)])

    result = settled(law, cohort(80, 80, 80))

    assert "实有3人，超过2人：张庄村/丙、张庄村/乙、张庄村/甲" in result.notes[0]
    assert "1/3" in result.notes[0] and "《大杨镇乡村振兴小组长管理办法》四、2" in result.notes[0]
    assert all(standing.final for standing in result.standings)


def test_the_grade_explains_rank_places_line_and_article() -> None:
    result = settled(LAW, cohort(98, 96, 94, size=10))

    told = explain_standing(standing_of(result, "丙"))

    assert "等次：称职（按得分或评定为“优秀”）" in told
    assert "名次：第3名，共10名" in told
    assert "10人 × 20% = 2个名额；第3名，总分94，线为96分，超出名额，评为“称职”" in told
    assert "依据：《大杨镇乡村振兴小组长管理办法》四、2" in told


def test_who_would_move_if_one_total_changed() -> None:
    result = settled(LAW, cohort(98, 96, 94, size=10))

    assert who_moves(result, person("丙"), Decimal(97)) == (
        (person("丙"), "称职", "优秀"),
        (person("乙"), "优秀", "称职"),
    )
    assert who_moves(result, person("丙"), Decimal(94)) == ()
    with pytest.raises(ValueError, match="not in the cohort"):
        who_moves(result, person("无此人"), Decimal(97))


def test_a_subject_twice_or_two_periods_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        settled(LAW, [candidate("甲", 90), candidate("甲", 91)])
    with pytest.raises(ValueError, match="one period"):
        settled(LAW, [candidate("甲", 90), candidate("乙", 91, period="2023-04")])
