"""The law, case by case: what each regulation makes of scores and facts, worked by hand from its words.

A case: ``why`` (article and reckoning), ``scores`` over full marks (``""`` a blank; ``no_form``: nothing came back),
``facts``, ``decisions`` over those of the file (``undecided`` takes some away), ``base_pay``, and then ``lines``
(line → value, ``""`` for none), ``doubts`` (words of each; none: the assessment is final) or ``needs`` (the gap that
must be decided first).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from made_evidence import assessor_of, evidence_of, fact, scheme_of

from formgen.errors import DecisionNeededError

CASES = Path(__file__).parent / "cases"
KEYS = {"why", "form", "scores", "no_form", "facts", "decisions", "undecided", "base_pay", "lines", "doubts", "needs"}


def _read() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for case in table["case"]:
            found.append(pytest.param(path.stem, table.get("decisions", {}), case, id=f"{path.stem}：{case['why']}"))
    return found


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: inner if key in ("rule", "places") else _numbers(inner) for key, inner in value.items()}
    return Decimal(value) if isinstance(value, int) else tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize(("scheme_id", "defaults", "case"), _read())
def test_the_law_says(scheme_id: str, defaults: dict[str, Any], case: dict[str, Any]) -> None:
    assert set(case) <= KEYS, "a key of the case is misspelt"
    answers = {**defaults, **case.get("decisions", {})}
    answers = {gap: _numbers(value) for gap, value in answers.items() if gap not in case.get("undecided", ())}
    assessor = assessor_of(scheme_id, answers, case.get("form"))
    form = scheme_of(scheme_id).form_of(case.get("form"))
    facts = [fact(form=form, **given) for given in case.get("facts", ())]
    pay = Decimal(case["base_pay"]) if "base_pay" in case else None
    evidence = evidence_of(form, None if case.get("no_form") else case.get("scores", {}), facts=facts, base_pay=pay)

    if "needs" in case:
        with pytest.raises(DecisionNeededError) as needed:
            assessor.assess(evidence)
        assert f"“{case['needs']}”" in str(needed.value)
        return
    assessment = assessor.assess(evidence)

    expected = {line: None if value == "" else _numbers(value) for line, value in case["lines"].items()}
    assert {line: assessment.value(line) for line in expected} == expected
    for words in case.get("doubts", ()):
        assert any(words in doubt for doubt in assessment.doubts), (words, assessment.doubts)
    assert assessment.final == (not case.get("doubts")), assessment.doubts


def test_every_regulation_has_its_cases() -> None:
    count = Counter(case.values[0] for case in _read())

    assert all(count[scheme] >= 12 for scheme in ("dayang-2023", "tongshi-2023", "village-cadre-2020", "ningxia-2015"))
    assert count["damao-2022"] >= 6


def test_every_point_and_money_rule_is_tried() -> None:
    tried = {(case.values[0], given["kind"]) for case in _read() for given in case.values[2].get("facts", ())}

    untried = [
        (scheme_id, rule.id)
        for scheme_id in ("dayang-2023", "tongshi-2023", "village-cadre-2020", "ningxia-2015")
        for rule in (*scheme_of(scheme_id).rule, *scheme_of(scheme_id).money)
        if getattr(rule, "fact", "") and (scheme_id, rule.fact) not in tried
    ]
    assert untried == []
