"""What would be if one total were another: who would get another grade. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from formgen.model import Assessment, Subject
from formgen.scoring.candidates import FormLaws
from formgen.scoring.standing import Settlement, settle
from formgen.subjects import same


def who_moves(
    settlement: Settlement, subject: Subject, new_total: Decimal
) -> tuple[tuple[Subject, str | None, str | None], ...]:
    """Whose grade would be another if the total of one subject were ``new_total``: subject, before, after.

    None stands for a grade that is not settled. Raises as ``suppose`` does.
    """
    after = suppose(settlement, subject, new_total)
    return tuple(
        (old.subject, old.grade, new.grade)
        for old, new in zip(settlement.standings, after.standings, strict=True)
        if old.grade != new.grade
    )


def suppose(settlement: Settlement, subject: Subject, new_total: Decimal) -> Settlement:
    """The settlement as it would be if the total of one subject were ``new_total``; of their own money nothing is said.

    Raises ValueError where there is no such subject with a total, DecisionNeededError where the new order itself needs
    a decision.
    """
    made = settlement.made_from
    if made is None:
        raise ValueError("this settlement does not know what it was made from")
    changed = []
    found = False
    for candidate in made.cohort:
        own = candidate.assessment
        if own.subject == subject or same(own.subject, subject):
            form = made.scheme.form_of(own.form)
            laws = FormLaws(made.scheme, form, made.decisions)
            candidate = replace(candidate, assessment=_with_total(own, new_total, laws))
            found = True
        changed.append(candidate)
    if not found:
        raise ValueError(f"{subject} is not in the cohort")
    return settle(made.scheme, made.form, changed, made.decisions, made.history, roster=made.roster)


def _with_total(assessment: Assessment, total: Decimal, laws: FormLaws) -> Assessment:
    if laws.line(assessment, "total") is None:
        raise ValueError(f"{assessment.subject} has no total")
    lines = []
    for line in assessment.lines:
        if line.kind == "money":
            continue  # computed by the grade as it was
        if line.id == "total":
            line = replace(line, value=total, steps="假设", doubt="")
        elif line.id == "grade" and laws.grading.by_points:
            line = laws.grading.by_total(total)
        lines.append(line)
    return replace(assessment, lines=tuple(lines), final=True, doubts=())
