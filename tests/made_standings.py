"""Cohorts made in memory for the tests of standings: a scheme with laws of the test's own, candidates with totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from made_evidence import decided, scheme_of

from formgen.model import (
    Assessment,
    Decision,
    Fact,
    Line,
    RosterEntry,
    Standing,
    Subject,
)
from formgen.scheme.laws import Consequence, Gate, Quota, Selection
from formgen.scheme.types import FactKind, Gap, Scheme
from formgen.scoring import Candidate, History, Settlement, settle

VILLAGE = "张庄村"
BANDS = {"优秀": Decimal(90), "称职": Decimal(60)}
QUOTED = {"article": "四、2", "quote": "考核分为“优秀、称职、不称职”三个等次"}
CHOICES = {
    "break": ("break", "skip", "ask"),
    "exclude": ("exclude", "committee", "by-item:2.2"),
    "none": ("none", "one", "merge"),
    "returned": ("returned", "roster"),
    "floor": ("floor", "round", "ceil"),
    "series": ("series", "whole"),
    "words": ("words", "points"),
}


def law(**given: Any) -> dict[str, Any]:
    """A law's table, cited and labelled."""
    return {"id": "law", "label": "规则", **QUOTED, **given}


def quota(**given: Any) -> Quota:
    """A quota of 20 % of 优秀, with every gap that it may ask for."""
    usual = {"id": "quota", "label": "优秀名额", "grade": "优秀", "share": Decimal("0.2")}
    gaps = {"rounding_gap": "rounding", "ties_gap": "ties", "zero_gap": "zero", "chosen": "chosen"}
    if "item" in given or "fraction" in given:
        usual.pop("grade" if "item" in given else "share")
        if "item" in given:
            usual.pop("share")
    return Quota.model_validate(law(**{**usual, **gaps, **given}))


def scheme(
    *, gates: Sequence[Mapping[str, Any]] = (), quotas: Sequence[Quota] = (),
    consequences: Sequence[Mapping[str, Any]] = (), selections: Sequence[Mapping[str, Any]] = (),
    checks: Sequence[Any] = (),
) -> Scheme:  # fmt: skip
    """dayang-2023 with these laws alone, their gaps and the facts that they count."""
    plain = scheme_of("dayang-2023")
    gaps = tuple(
        Gap(id=gap, question="？", shape="choice", article="四、2", choices=choices, needed_for="试验", example=first)
        for (first, choices), gap in zip(
            CHOICES.items(), ("hole", "ties", "zero", "base", "rounding", "cohort", "applies"), strict=True
        )
    )
    kinds = ("late-twice", "grave", "mendable", "chosen", "top", "leave", "voters", "days")
    facts = tuple(FactKind(id=kind, label=kind, levels=("县级", "镇级") if kind == "leave" else ()) for kind in kinds)
    return plain.model_copy(
        update={
            "in_force": date(2023, 1, 1),
            "gap": (*plain.gap, *gaps),
            "fact": (*plain.fact, *facts),
            "gate": tuple(Gate.model_validate(law(**one)) for one in gates),
            "quota": tuple(quotas),
            "consequence": tuple(Consequence.model_validate(law(**one)) for one in consequences),
            "selection": tuple(Selection.model_validate(law(**one)) for one in selections),
            "check": tuple(checks),
            "provision": (),
        }
    )


def answers(given: Mapping[str, Any]) -> tuple[Decision, ...]:
    """The bands and these decisions."""
    return decided(scheme_of("dayang-2023"), {"bands": BANDS, **given})


def person(name: str, village: str = VILLAGE) -> Subject:
    """Somebody of a village."""
    return Subject(village, name)


def candidate(
    name: str, total: Any, *, village: str = VILLAGE, doubt: str = "", series: str = "小组长", level: str = "",
    since: date | None = None, facts: Sequence[Fact] = (), items: Mapping[str, Any] | None = None,
    period: str = "2023-03", returned: bool = True, form: str = "dayang-monthly",
) -> Candidate:  # fmt: skip
    """A candidate with so many points; ``doubt`` makes the total doubtful. Items are full where none is given."""
    subject = person(name, village)
    value = None if total is None else Decimal(total)
    full = {item.id: item.points for item in scheme_of("dayang-2023").form_of(form).items if item.required}
    lines = [Line(key, key, "item", points, "分") for key, points in full.items() if points is not None]
    for key, points in (items or {}).items():
        changed = points if isinstance(points, Line) else Line(key, key, "item", Decimal(points), "分")
        lines = [changed if line.id == key else line for line in lines]
    lines.append(Line("total", "合计", "total", value, "分", doubt="" if value is not None else "不能合计"))
    name_of = None if value is None else "优秀" if value >= 90 else "称职" if value >= 60 else "不称职"
    lines.append(Line("grade", "等次", "grade", name_of, doubt=doubt))
    assessment = Assessment(
        "dayang-2023", form, subject, period, tuple(lines), not doubt, (doubt,) if doubt else ()
    )  # fmt: skip
    entry = RosterEntry(subject, series=series, level=level, since=since)
    return Candidate(assessment, tuple(facts), entry, returned=returned)


def fact(kind: str, name: str, count: Any = 1, period: str = "2023-03", **given: Any) -> Fact:
    """A fact of somebody."""
    return Fact(kind, person(name), period, Decimal(count), **given)


def former(name: str, grades: Mapping[str, str | None]) -> tuple[Standing, ...]:
    """Final standings of former periods; None: one that is not settled."""
    return tuple(
        Standing(
            "dayang-2023", "dayang-monthly", person(name), period, grade, grade, None, None,
            final=grade is not None, doubts=() if grade else ("未定",), grade_final=grade is not None,
        )
        for period, grade in grades.items()
    )  # fmt: skip


def settled(
    law_of: Scheme, cohort: Sequence[Candidate], decisions: Mapping[str, Any] | None = None,
    history: History | None = None, roster: Sequence[RosterEntry] = (),
) -> Settlement:  # fmt: skip
    """The settlement of a cohort."""
    form = law_of.form_of(None)
    return settle(law_of, form, cohort, answers(decisions or {}), history or History(), roster=roster)


def grades(settlement: Settlement) -> dict[str, str | None]:
    """Name → settled grade."""
    return {standing.subject.name: standing.grade for standing in settlement.standings}


def standing_of(settlement: Settlement, name: str) -> Standing:
    """The standing of somebody."""
    return next(standing for standing in settlement.standings if standing.subject.name == name)
