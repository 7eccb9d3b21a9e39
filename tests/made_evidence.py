"""Evidence made in memory for the tests of scoring: a record with given scores, facts, a roster entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from formgen.model import (
    Correction,
    Decision,
    Fact,
    Form,
    Issue,
    Locator,
    Reading,
    Record,
    RosterEntry,
    Subject,
)
from formgen.scheme.loading import load_schemes
from formgen.scheme.types import Scheme
from formgen.scoring import ALL_STEPS, Assessor, Evidence

SHA = "ab" * 32
PERIODS = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}
SUBJECTS = {
    "person": Subject("张庄村", "李四", "一组"),
    "village": Subject("张庄村"),
    "team": Subject("张庄村", team="县供销社"),
}


@cache
def _schemes() -> dict[str, Scheme]:
    return {scheme.id: scheme for scheme in load_schemes()}


def scheme_of(scheme_id: str) -> Scheme:
    """A built-in scheme."""
    return _schemes()[scheme_id]


def decided(scheme: Scheme, answers: Mapping[str, Any]) -> tuple[Decision, ...]:
    """Decisions with these values, made up."""
    return tuple(
        Decision(scheme.id, gap, value, "测试用，非正式决定", date(2023, 1, 1), True) for gap, value in answers.items()
    )


def record_of(form: Form, scores: Mapping[str, Any], period: str | None = None) -> Record:
    """A record of the form: required items have full marks unless ``scores`` says otherwise; ``""`` is a blank."""
    readings = {}
    values: dict[str, Any] = {item.id: item.points for item in form.items if item.required and item.points is not None}
    for place, (field, value) in enumerate({**values, **scores}.items(), 2):
        where = Locator("table 1", f"row {place}, column 5")
        value = Decimal(value) if isinstance(value, int) else value
        readings[field] = Reading(str(value), None if value == "" else value, where)
    return Record(form.id, form.scheme, SUBJECTS[form.subject], period or PERIODS[form.period], readings)


def fact(kind: str, form: Form, **given: Any) -> Fact:
    """A fact about the subject of the form, in its period unless another is given."""
    given.setdefault("period", PERIODS[form.period])
    given["count"] = Decimal(given.get("count", 1))
    return Fact(kind, SUBJECTS[form.subject], **given)


def evidence_of(
    form: Form,
    scores: Mapping[str, Any] | None,
    *,
    facts: Sequence[Fact] = (),
    issues: Sequence[Issue] = (),
    corrections: Sequence[Correction] = (),
    base_pay: Decimal | None = None,
) -> Evidence:
    """Evidence about the subject of the form; ``scores`` None: no form came back."""
    subject = SUBJECTS[form.subject]
    return Evidence(
        subject,
        PERIODS[form.period],
        None if scores is None else record_of(form, scores),
        SHA,
        tuple(issues),
        tuple(corrections),
        tuple(facts),
        RosterEntry(subject, base_pay=base_pay) if base_pay is not None else None,
    )


def corrected(field: str, value: Any, why: str = "电话核实") -> Correction:
    """A person's value for a field of the record."""
    return Correction(SHA, 0, field, value, "王五", datetime(2023, 4, 2, 9, 30), why)


def assessor_of(
    scheme_id: str, answers: Mapping[str, Any], form_id: str | None = None, steps: Sequence[Any] = ALL_STEPS
) -> Assessor:
    """An assessor by a built-in scheme and made-up decisions."""
    scheme = scheme_of(scheme_id)
    return Assessor(scheme, scheme.form_of(form_id), decided(scheme, answers), steps=steps)
