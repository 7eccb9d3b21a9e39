from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_evidence import PERIODS, SUBJECTS, assessor_of, evidence_of, fact, scheme_of

from formgen.model import Assessment, Fact, Form

BANDS = {"优秀": Decimal(90), "称职": Decimal(80), "基本称职": Decimal(60)}
ANSWERS: dict[str, dict[str, Any]] = {
    "dayang-monthly": {
        "bands": {"优秀": Decimal(90), "称职": Decimal(60)}, "bonus-limit": "capped", "floor": "zero",
        "pay-base": Decimal(500), "money-floor": "zero",
    },
    "village-cadre-quarterly": {
        "bands": {"优秀": Decimal(90), "合格": Decimal(60)}, "tier-names": ("省级", "市级", "县级", "镇级"),
        "counting": "each", "excellent-share": Decimal("0.3"), "unqualified-share": Decimal("0.4"),
        "pay-base": Decimal(6000), "money-rounding": {"rule": "half-up", "places": 2},
    },
    "tongshi-annual": {
        "floor": "zero", "floor-routine": "zero", "floor-order": "capped-first",
        "part-of-percent": "up", "project-counting": "each",
        "points-rounding": {"rule": "half-up", "places": 2},
    },
    "ningxia-team-annual": {
        "bands-team": BANDS, "bonus-limit": "above", "part-of-amount": "down", "floor": "zero",
        "points-rounding": {"rule": "half-up", "places": 2},
    },
    "ningxia-captain-annual": {"bands-captain": BANDS, "bonus-limit": "above", "counting": "highest", "floor": "zero"},
    "ningxia-member-annual": {"bands-member": BANDS, "bonus-limit": "apart", "counting": "each", "floor": "below-zero"},
}  # fmt: skip
FORMS = {form.id: form for name in ("dayang-2023", "village-cadre-2020", "tongshi-2023", "ningxia-2015")
         for form in scheme_of(name).form if form.id in ANSWERS}  # fmt: skip
ASSESSORS = {form.id: assessor_of(form.scheme, ANSWERS[form.id], form.id) for form in FORMS.values()}
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def scored(draw: st.DrawFn) -> tuple[Form, dict[str, Any]]:
    """A form and scores that it allows; bonus and deduction may be blank."""
    form = FORMS[draw(st.sampled_from(sorted(FORMS)))]
    scores: dict[str, Any] = {}
    for item in form.items:
        if item.money_only:
            continue
        if item.tiers:
            scores[item.id] = draw(st.sampled_from(["", *item.tiers]))
        else:
            top = item.points if item.points is not None else Decimal(50)
            mark = st.decimals(0, top, places=1, allow_nan=False)
            scores[item.id] = draw(mark if item.required else st.one_of(st.just(""), mark))
    return form, scores


@st.composite
def with_facts(draw: st.DrawFn) -> tuple[Form, dict[str, Any], list[Fact]]:
    """A form whose items with rules are left to the facts."""
    form, scores = draw(scored())
    scheme = scheme_of(form.scheme)
    facts: list[Fact] = []
    for rule in scheme.rules_of(form.id):
        points = getattr(rule, "points", None) or getattr(rule, "yuan", None)
        levels = sorted(points) if isinstance(points, dict) else [""]
        levels = sorted(rule.yuan) if rule.kind == "per-amount" else levels
        scores[rule.item] = ""
        if rule.kind == "banded-accuracy":
            facts += [
                fact(rule.fact, form, period=f"2023-Q{quarter}", count=draw(st.integers(0, 100)))
                for quarter in range(1, 5)
            ]
            continue
        for _ in range(draw(st.integers(1, 3))):
            level = draw(st.sampled_from(levels)) if len(levels) > 1 else ""
            facts.append(fact(rule.fact, form, level=level, count=draw(st.integers(0, 6))))
    return form, scores, facts


def _rank(assessment: Assessment) -> int:
    names = [grade.name for grade in scheme_of(assessment.scheme).grade]
    grade = assessment.value("grade")
    return -names.index(grade) if isinstance(grade, str) else 0


@MANY
@given(scored(), st.data())
def test_a_higher_mark_never_earns_a_lower_total_or_grade(
    case: tuple[Form, dict[str, Any]], data: st.DataObject
) -> None:
    form, scores = case
    item = data.draw(st.sampled_from([item for item in form.items if item.required]))
    assert item.points is not None
    higher = data.draw(st.decimals(scores[item.id], item.points, places=1))

    low = ASSESSORS[form.id].assess(evidence_of(form, scores))
    high = ASSESSORS[form.id].assess(evidence_of(form, {**scores, item.id: higher}))

    assert high.value("total") >= low.value("total")  # type: ignore[operator]
    assert _rank(high) >= _rank(low)


@MANY
@given(with_facts(), st.data())
def test_the_order_of_facts_never_matters(case: tuple[Form, dict[str, Any], list[Fact]], data: st.DataObject) -> None:
    form, scores, facts = case
    shuffled = data.draw(st.permutations(facts))

    assert ASSESSORS[form.id].assess(evidence_of(form, scores, facts=facts)) == ASSESSORS[form.id].assess(
        evidence_of(form, scores, facts=shuffled)
    )


@MANY
@given(with_facts(), st.data())
def test_another_incident_never_raises_a_required_item(
    case: tuple[Form, dict[str, Any], list[Fact]], data: st.DataObject
) -> None:
    form, scores, facts = case
    losing = [r for r in scheme_of(form.scheme).rules_of(form.id) if r.kind in ("per-incident", "attendance")]
    if not losing:
        return
    rule = data.draw(st.sampled_from(losing))

    before = ASSESSORS[form.id].assess(evidence_of(form, scores, facts=facts)).value(rule.item)
    after = ASSESSORS[form.id].assess(evidence_of(form, scores, facts=[*facts, fact(rule.fact, form)])).value(rule.item)

    assert isinstance(before, Decimal)
    assert isinstance(after, Decimal)
    assert after <= before


@MANY
@given(with_facts())
def test_an_assessment_is_the_same_every_time(case: tuple[Form, dict[str, Any], list[Fact]]) -> None:
    form, scores, facts = case
    evidence = evidence_of(form, scores, facts=facts)
    fresh = assessor_of(form.scheme, ANSWERS[form.id], form.id)

    assert repr(ASSESSORS[form.id].assess(evidence)) == repr(fresh.assess(evidence))


@MANY
@given(scored(), st.data())
def test_a_missing_score_never_leaves_a_total(case: tuple[Form, dict[str, Any]], data: st.DataObject) -> None:
    form, scores = case
    missing = data.draw(st.sampled_from([item.id for item in form.items if item.required]))

    assessment = ASSESSORS[form.id].assess(evidence_of(form, {**scores, missing: ""}))

    assert (assessment.value("total"), assessment.value("grade"), assessment.final) == (None, None, False)


@MANY
@given(with_facts())
def test_every_number_comes_from_something(case: tuple[Form, dict[str, Any], list[Fact]]) -> None:
    form, scores, facts = case
    assessment = ASSESSORS[form.id].assess(evidence_of(form, scores, facts=facts, base_pay=Decimal(300)))

    for line in assessment.lines:
        if line.value is not None:
            assert line.steps or isinstance(line.value, str)
            assert _grounds(assessment, line.id, set()), line.id


def _grounds(assessment: Assessment, line_id: str, seen: set[str]) -> bool:
    """Whether the line goes back to a reading, a fact, the roster or an article, and never round in a circle."""
    assert line_id not in seen, "a circle"
    line = assessment.line(line_id)
    assert line is not None, line_id
    below = [_grounds(assessment, s.ref, seen | {line_id}) for s in line.sources if s.kind == "line"]
    return bool(line.basis) or any(s.kind != "line" for s in line.sources) or any(below)


@MANY
@given(scored())
def test_the_total_is_the_sum_of_what_is_shown(case: tuple[Form, dict[str, Any]]) -> None:
    form, scores = case
    assessment = ASSESSORS[form.id].assess(evidence_of(form, scores))

    items = {item.id: assessment.value(item.id) for item in form.items if not item.money_only}
    base = sum((v for item in form.items if item.required and isinstance(v := items[item.id], Decimal)), Decimal(0))
    assert assessment.value("base") == base
    for number in {item.id.partition(".")[0] for item in form.items}:
        some = [v for key, v in items.items() if key.partition(".")[0] == number and isinstance(v, Decimal)]
        assert (assessment.value(f"category.{number}") or 0) == sum(some)


@MANY
@given(with_facts())
def test_final_means_that_no_line_is_in_doubt(case: tuple[Form, dict[str, Any], list[Fact]]) -> None:
    form, scores, facts = case
    assessment = ASSESSORS[form.id].assess(evidence_of(form, scores, facts=facts))

    assert assessment.final == (not assessment.doubts)
    assert assessment.final == (not any(line.doubt for line in assessment.lines))


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_nothing_that_came_back_gives_nothing(form_id: str) -> None:
    form = FORMS[form_id]

    assessment = ASSESSORS[form_id].assess(evidence_of(form, None))

    assert assessment.subject == SUBJECTS[form.subject]
    assert assessment.period == PERIODS[form.period]
    assert assessment.value("total") is None
    assert assessment.doubts == ("没有收到考核表",)
    assert replace(assessment, doubts=()) != assessment
