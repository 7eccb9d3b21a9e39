"""What must hold of every cohort, whatever it is made of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from made_standings import candidate, fact, quota, scheme, settled

from formgen.model import Citation, Decision, Line
from formgen.scoring import Candidate, Settlement

GATES = [
    {"id": "forced", "effect": "exactly", "grade": "不称职", "when": [{"kind": "fact", "fact": "grave"}]},
    {"id": "shut", "effect": "not", "grade": "优秀", "when": [{"kind": "fact", "fact": "late-twice", "at_least": 2}]},
]
TALK = {"id": "talk", "kind": "talk", "when": [{"kind": "grade", "is": ["不称职"]}]}
ORDER = ("优秀", "称职", "不称职")
ANSWERS = {"rounding": "floor", "ties": "exclude", "zero": "none", "hole": "break"}

people = st.lists(
    st.fixed_dictionaries(
        {
            "marks": st.one_of(st.integers(82, 90), st.integers(0, 90)),
            "shown": st.integers(0, 90),  # what stands there instead, while it is in doubt
            "visits": st.integers(0, 10),  # of 2.1, which may be unread
            "series": st.sampled_from(["书记", "会计"]),
            "doubt": st.sampled_from(["", "", "", "", "bounded", "unbounded", "series"]),
            "facts": st.sampled_from([(), (), (), ("grave",), ("late-twice", 1), ("late-twice", 2)]),
        }
    ),
    max_size=24,
)
shares = st.sampled_from(["0.1", "0.15", "0.2", "0.33", "0.5", "1"])


def law(share: str, **given: Any) -> Any:
    """Gates, a quota within each series, a consequence."""
    held = quota(share=Decimal(share), cohort=("series",), **given)
    return scheme(gates=GATES, quotas=[held], consequences=[TALK])


def cohort(drawn: list[dict[str, Any]], *, doubts: bool) -> list[Candidate]:
    """The candidates as they are, or with what is doubtful about them hidden."""
    found = []
    for number, one in enumerate(drawn):
        name, doubt = f"某{number:02}", one["doubt"] if doubts else ""
        kind, *count = one["facts"] or ("",)
        facts = [fact(kind, name, *count)] if kind else []
        items: dict[str, Any] = {"1.1": 0, "1.2": 0, "1.3": 0, "1.4": 0, "2.2": 0, "3.1": 0, "4.1": one["marks"]}
        items["2.1"] = one["visits"]
        total: Any = one["marks"] + one["visits"]
        words = ""
        if doubt == "bounded":
            items["2.1"], total = Line("2.1", "走访", "item", None, doubt="看不清"), None
            words = "2.1“走访”：看不清"
        elif doubt == "unbounded":
            items["4.1"], total = one["shown"], one["shown"] + one["visits"]
            words = "表上写的不是这个人"
        series = "" if doubt == "series" else one["series"]
        found.append(candidate(name, total, doubt=words, series=series, items=items, facts=facts))
    return found


def given_out(result: Settlement) -> list[str]:
    """Those who have 优秀 for good."""
    return [s.subject.name for s in result.standings if s.grade_final and s.grade == "优秀"]


@given(people, shares, st.sampled_from(["exclude", "committee", "by-item:2.1"]), st.sampled_from(["none", "merge"]))
@hypothesis_settings(max_examples=150, deadline=None)
def test_no_quota_is_ever_exceeded(drawn: list[dict[str, Any]], share: str, ties: str, zero: str) -> None:
    made = cohort(drawn, doubts=True)
    result = settled(law(share), made, {**ANSWERS, "ties": ties, "zero": zero})

    winners = given_out(result)
    for series in ("书记", "会计"):
        mine = [one for one in made if one.roster is not None and one.roster.series == series]
        base = len(mine) if zero == "none" else len(made)
        names = {one.assessment.subject.name for one in mine}
        assert len(names & set(winners)) <= Fraction(share) * base
    assert len(winners) <= Fraction(share) * len(made)


@given(people, shares)
@hypothesis_settings(max_examples=200, deadline=None)
def test_no_later_answer_overturns_a_grade_that_was_final(drawn: list[dict[str, Any]], share: str) -> None:
    before = settled(law(share), cohort(drawn, doubts=True), ANSWERS)
    after = settled(law(share), cohort(drawn, doubts=False), ANSWERS)

    settled_then = [(s.subject, s.grade) for s in before.standings if s.grade_final]
    now = {s.subject: s.grade for s in after.standings}
    assert all(now[subject] == grade for subject, grade in settled_then)
    assert all(s.grade_final for s in after.standings)


@given(people, shares, st.randoms(use_true_random=False))
@hypothesis_settings(max_examples=100, deadline=None)
def test_the_order_of_input_never_matters(drawn: list[dict[str, Any]], share: str, random: Any) -> None:
    made = cohort(drawn, doubts=True)
    mixed = list(made)
    random.shuffle(mixed)

    assert settled(law(share), mixed, ANSWERS) == settled(law(share), made, ANSWERS)


@given(people.filter(bool), shares, st.integers(0, 23), st.integers(0, 30))
@hypothesis_settings(max_examples=150, deadline=None)
def test_a_higher_mark_never_earns_a_lower_grade(
    drawn: list[dict[str, Any]], share: str, place: int, more: int
) -> None:
    place %= len(drawn)
    better = [dict(one) for one in drawn]
    better[place]["marks"] = min(90, better[place]["marks"] + more)

    before = settled(law(share), cohort(drawn, doubts=False), ANSWERS).standings[place].grade
    after = settled(law(share), cohort(better, doubts=False), ANSWERS).standings[place].grade

    assert before is not None and after is not None
    assert ORDER.index(after) <= ORDER.index(before)


@given(people, shares)
@hypothesis_settings(max_examples=60, deadline=None)
def test_settling_what_is_settled_changes_nothing(drawn: list[dict[str, Any]], share: str) -> None:
    made = cohort(drawn, doubts=False)
    first = settled(law(share), made, ANSWERS)
    again = []
    for one, standing in zip(sorted(made, key=lambda c: c.assessment.subject.name), first.standings, strict=True):
        lines = [replace(line, value=standing.grade) if line.id == "grade" else line for line in one.assessment.lines]
        again.append(replace(one, assessment=replace(one.assessment, lines=tuple(lines))))

    second = settled(law(share), again, ANSWERS)

    assert first == settled(law(share), made, ANSWERS)
    assert [s.grade for s in second.standings] == [s.grade for s in first.standings]


@given(people, shares)
@hypothesis_settings(max_examples=60, deadline=None)
def test_every_step_cites_an_article_or_a_decision(drawn: list[dict[str, Any]], share: str) -> None:
    result = settled(law(share), cohort(drawn, doubts=True), ANSWERS)

    for standing in result.standings:
        reasons = [r for r in standing.reasons if r.effect != "band"]  # the band's basis is that of the grade's line
        reasons += [r for one in standing.consequences for r in one.reasons]
        assert all(r.basis and all(isinstance(part, Citation | Decision) for part in r.basis) for r in reasons)
        assert standing.grade_final or standing.doubts
        assert standing.final == (not standing.doubts)
        assert standing.grade == standing.computed_grade or reasons or not standing.grade_final
